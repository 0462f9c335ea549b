"""The first page answers "what needs me?" for each kind of person; A4: an executive answers in place."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from actions import outbox, reminders
from actions.models import ActionItem, FollowUp, ProgressNote
from live.door import execute
from live.models import new_id
from tests.actions.conftest import text_of
from touchpoints.models import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a4_needs_me_two_answered_in_place(as_, promised, closed, sink, sam, elena):
    stuck, late = promised(1, days=20, workshop=closed) + promised(1, days=-9, workshop=closed, title="Call back")
    promised(1, days=20, workshop=closed, title="All is well")
    note = {"id": new_id("pn"), "action": stuck.pk, "text": "Finance has to say yes.", "help": True}
    execute(stuck.room_id, sam.identity, "action.note", note)
    page = words(as_("elena").get("/"))
    assert "Two things need you." in page and "Needs me 2" in page
    assert "Sam Okoro asks for help." in page and "Finance has to say yes." in page
    assert "Call back" in page and "9 days late" in page and "All is well" not in page
    answer = as_("elena").post(f"/promises/{stuck.pk}/answer/", {"text": "Take Friday."}, follow=True)
    assert "Sent. Sam Okoro gets it by mail." in words(answer) and "Needs me 1" in words(answer)
    as_("elena").post(f"/promises/{late.pk}/answer/", {"text": "What keeps it?"})
    page = words(as_("elena").get("/"))
    assert "Nothing is waiting for you." in page and "Nobody waits for you." in page
    assert set(ProgressNote.objects.exclude(pk=note["id"]).values_list("of_kind", flat=True)) == {"sponsor"}
    reminders.plan()
    outbox.drain()
    told = [text_of(message) for message in sink.messages if message["To"] == sam.email]
    assert len(told) == 1, "one mail for both lines"
    assert "Take Friday." in told[0] and "What keeps it?" in told[0]
    assert "Elena Ruiz writes about “Promise 0”" in words(as_("sam").get("/"))


def test_an_answered_promise_needs_her_again_when_help_is_asked_again(as_, promised, closed, sam, elena, noon):
    (action,) = promised(days=20, workshop=closed)
    for who, text in ((sam, "Help"), (elena, "Here"), (sam, "Help again")):
        noon.shift(datetime.timedelta(minutes=5))
        note = {"id": new_id("pn"), "action": action.pk, "text": text, "help": who == sam}
        execute(action.room_id, who.identity, "action.note", note)
    assert "Needs me 1" in words(as_("elena").get("/"))


def test_an_empty_line_is_not_sent(as_, promised):
    (action,) = promised(days=-9)
    answer = as_("elena").post(f"/promises/{action.pk}/answer/", {"text": "  "}, follow=True)
    assert "Write something here first." in words(answer) and not ProgressNote.objects.exists()


def test_what_somebody_else_sponsors_does_not_need_her(as_, promised, fiona):
    promised(days=-9, sponsor=fiona)
    assert "Nobody waits for you." in words(as_("elena").get("/"))


def test_she_writes_a_question_down_and_has_it_ready_on_its_day(as_, promised, elena, noon):
    (action,) = promised(days=40)
    day = timezone.localdate() + datetime.timedelta(days=3)
    url = f"/promises/{action.pk}/follow-ups/"
    assert "Choose a day within the next year." in words(
        as_("elena").post(url, {"on": "2020-01-01", "question": "Who signs?"}, follow=True)
    )
    page = as_("elena").post(url, {"on": day.isoformat(), "question": "Who signs the offer?"}, follow=True)
    assert "You are reminded on 13 March." in words(page)
    assert "Who signs the offer?" not in words(as_("sam").get(f"/promises/{action.pk}/")), "nobody else sees it"
    assert "Nobody waits for you." in words(as_("elena").get("/"))
    noon.shift(datetime.timedelta(days=3))
    page = as_("elena").get("/")
    assert "You wanted to ask Sam Okoro on 13 March." in words(page) and "Who signs the offer?" in page.content.decode()
    as_("elena").post(f"/promises/{action.pk}/answer/", {"text": "Who signs the offer?"})
    assert FollowUp.objects.get().asked_at is not None
    assert "Nobody waits for you." in words(as_("elena").get("/"))


def test_nobody_takes_off_the_question_of_somebody_else(as_, promised, elena):
    (action,) = promised(days=40)
    row = FollowUp.objects.create(
        id=new_id("fu"), action=action, user=elena, on=timezone.localdate(), question="Who signs?"
    )
    as_("sam").post(f"/promises/{action.pk}/follow-ups/", {"remove": row.pk})
    assert FollowUp.objects.exists()
    as_("elena").post(f"/promises/{action.pk}/follow-ups/", {"remove": row.pk})
    assert not FollowUp.objects.exists()


def test_executives_see_no_department_ranking(as_, promised, departments):
    promised(days=-9, department=departments["SA"])
    promised(days=-30, department=departments["CS"])
    page = words(as_("elena").get("/"))
    assert "Sales" not in page and "Customer service" not in page


def test_who_speaks_for_a_department_sees_what_is_theirs(as_, promised, journey, fiona, departments):
    promised(1, days=3)
    promised(1, days=-1, title="Call back")
    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    data = {"id": new_id("tp"), "stage": stage.pk, "title": "Calls", "lead": departments["SA"].pk}
    execute(journey.pk, fiona.identity, "touchpoint.add", data)
    page = words(as_("sam").get("/"))
    assert "Two things are yours." in page and "Yours 2" in page
    assert "Sales, to customers" in page and "1 touchpoint is yours" in page


def test_who_facilitates_sees_what_is_live_and_late(as_, promised, journey, fiona, sam):
    promised(3, days=-2)
    data = {
        "id": new_id("ws"), "title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2026-05-10", "people": [sam.identity],
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    execute(journey.pk, fiona.identity, "workshop.go_live", {"id": data["id"]})
    page = words(as_("fiona").get("/"))
    assert "One workshop is live. Three promises to customers are late." in page
    assert "Live now · phase 1 of" in page and "Go back in" in page
    assert "mini__stages" not in as_("fiona").get("/").content.decode(), "no curve, so no names under it"
    first, second = Stage.objects.filter(room=journey.pk).order_by("order")[:2]
    for n, stage in enumerate((first, second, second)):
        touchpoint = {"id": new_id("tp"), "stage": stage.pk, "title": f"Calls {n}"}
        execute(journey.pk, fiona.identity, "touchpoint.add", touchpoint)
    drawn = as_("fiona").get("/").content.decode()
    names = re.findall(r"<li>([^<]*)</li>", drawn[drawn.index("mini__stages") :])
    assert names[: Stage.objects.filter(room=journey.pk).count()] == [
        row.name for row in Stage.objects.filter(room=journey.pk).order_by("order")
    ]
    assert 'data-stages="1,2,0,' in drawn
    ActionItem.objects.update(status="done")
    assert "One workshop is live." in words(as_("fiona").get("/"))
