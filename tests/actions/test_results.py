"""The report-back: the same people hear what became of each promise; old dates stay readable; minutes go to all."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from actions import outbox, reminders
from actions.models import ActionItem, Result
from live.door import execute
from live.models import Event, new_id
from live.values import Refused
from workshops.models import Participant, Phase, Workshop

pytestmark = pytest.mark.django_db
LATER = (timezone.localdate() + datetime.timedelta(days=60)).isoformat()


@pytest.fixture
def held(journey, fiona, sam, sue, elena):
    """A workshop that is over with two promises, and its report-back, live, in which Sam is and Sue is not."""
    room, me = journey.pk, fiona.identity
    pk = new_id("ws")
    data = {
        "id": pk, "title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S", "sponsor": elena.pk,
        "report_back_on": LATER, "people": [sam.identity, sue.identity],
    }  # fmt: skip
    execute(room, me, "workshop.open", data)
    execute(room, me, "workshop.go_live", {"id": pk})
    for title, owner in (("Call back the same day", sam), ("A part within a week", sue)):
        promise = {"id": new_id("ac"), "title": title, "owner": owner.pk, "due": LATER, "workshop": pk}
        execute(room, me, "action.add", promise | {"measure": "days", "baseline": "9", "target": "1"})
    execute(room, me, "workshop.close", {"id": pk, "because": "A test"})
    session = Workshop.objects.get(follows=pk)
    execute(room, me, "workshop.go_live", {"id": session.pk})
    execute(room, sam.identity, "workshop.enter", {"id": session.pk})
    while Workshop.objects.get(pk=session.pk).phase.of_kind != Phase.Kind.REPORT_BACK:
        execute(
            room, me, "workshop.next_phase", {"id": session.pk, "phase": Workshop.objects.get(pk=session.pk).phase_id}
        )
    return Workshop.objects.get(pk=session.pk)


def promise(title: str) -> ActionItem:
    return ActionItem.objects.get(title=title)


def mark(session, who, title, **more):
    data = {"id": new_id("rs"), "workshop": session.pk, "action": promise(title).pk, **more}
    return execute(session.room_id, who.identity, "result.mark", data)


def test_a6_the_same_people_and_what_became_of_each(held, as_, fiona, sam, sue):
    assert {row.person for row in Participant.objects.filter(workshop=held)} >= {sam.identity, sue.identity}
    browser = as_("fiona")
    room = browser.get(f"/workshops/{held.pk}/").content.decode()
    assert f"/workshops/{held.pk}/results/" in room and "What became of it" in room
    part = browser.get(f"/workshops/{held.pk}/results/").content.decode()
    assert "0 of 2" in part and "Call back the same day" in part and "Sue Baines" in part and "Not here today" in part
    posted = {"action": promise("Call back the same day").pk, "of_kind": "kept", "outcome": "", "after_value": "2"}
    refused = browser.post(f"/workshops/{held.pk}/results/", posted)
    assert refused.status_code == 422 and "what the customer notices now" in refused.content.decode()
    told = browser.post(
        f"/workshops/{held.pk}/results/", posted | {"outcome": "She hears at once", "learned": "Ask first"}
    )
    assert told.status_code == 302
    row = promise("Call back the same day")
    assert (row.status, row.outcome, row.after_value) == ("done", "She hears at once", "2")
    part = browser.get(f"/workshops/{held.pk}/results/").content.decode()
    assert "1 of 2" in part and "Ask first" in part and "She hears at once" in part


def test_what_is_not_yet_so_gets_a_new_date_and_the_old_one_stays(held, fiona, as_):
    new = (timezone.localdate() + datetime.timedelta(days=90)).isoformat()
    with pytest.raises(Refused, match="until when"):
        mark(held, fiona, "A part within a week", of_kind="not_yet")
    mark(held, fiona, "A part within a week", of_kind="not_yet", due=new, learned="The supplier is slow")
    row, told = promise("A part within a week"), Result.objects.get()
    assert row.due.isoformat() == new and row.status == "in_progress" and told.due_before.isoformat() == LATER
    again = (timezone.localdate() + datetime.timedelta(days=120)).isoformat()
    mark(held, fiona, "A part within a week", of_kind="partly", due=again)
    told = Result.objects.get()
    assert (told.of_kind, told.due_before.isoformat(), told.due_after.isoformat()) == ("partly", LATER, again)
    page = as_("sam").get(f"/workshops/{held.pk}/results/").content.decode()
    assert page.count("<s>") >= 1 and "Partly" in page
    with pytest.raises(Refused, match="Say why"):
        mark(held, fiona, "A part within a week", of_kind="dropped")
    mark(held, fiona, "A part within a week", of_kind="dropped", because="Another supplier does it")
    assert promise("A part within a week").status == "dropped"
    undo = Event.objects.filter(name="result.marked").latest("seq")
    execute(held.room_id, fiona.identity, "undo", {"command": undo.command_id})
    assert (Result.objects.get().of_kind, promise("A part within a week").status) == ("partly", "in_progress")


def test_who_may_tell_and_where(held, sam, elena, fiona):
    with pytest.raises(Refused):
        mark(held, sam, "A part within a week", of_kind="not_yet", due=LATER)
    mark(
        held,
        sam,
        "Call back the same day",
        of_kind="partly",
        due=(timezone.localdate() + datetime.timedelta(days=70)).isoformat(),
    )
    with pytest.raises(Refused):
        mark(held, elena, "Call back the same day", of_kind="kept", outcome="Yes", after_value="1")
    stranger = new_id("ac")
    execute(
        held.room_id,
        fiona.identity,
        "action.add",
        {"id": stranger, "title": "Of no workshop", "owner": fiona.pk, "due": LATER},
    )
    with pytest.raises(Refused, match="not made in the workshop"):
        mark(held, fiona, "Of no workshop", of_kind="partly", due=LATER)
    other = {"id": new_id("rs"), "workshop": held.follows_id, "action": stranger, "of_kind": "partly", "due": LATER}
    with pytest.raises(Refused):
        execute(held.room_id, fiona.identity, "result.mark", other)


def test_the_sponsor_thanks_and_the_minutes_go_to_all(held, as_, fiona, elena, sue, sink):
    url = f"/workshops/{held.pk}/results/"
    thanks = {"action": promise("Call back the same day").pk, "do": "note", "text": "Thank you, Sam"}
    assert as_("elena").post(url, thanks).status_code == 302
    assert "Thank you, Sam" in as_("sam").get(url).content.decode()
    mark(held, fiona, "Call back the same day", of_kind="kept", outcome="She hears at once", after_value="1")
    with pytest.raises(Refused, match="A part within a week"):
        execute(held.room_id, fiona.identity, "workshop.close", {"id": held.pk})
    close = as_("fiona").get(f"/workshops/{held.pk}/close/").content.decode()
    assert "1/2 promises told" in close
    execute(held.room_id, fiona.identity, "workshop.close", {"id": held.pk, "because": "Sue is ill"})
    assert not Workshop.objects.filter(follows=held.pk).exists(), "a report-back books no other"
    reminders.plan_news()
    outbox.drain()
    minutes = {
        m["To"]: str(m.get_payload()[0].get_payload(decode=True)) for m in sink.messages if "kept" in str(m["Subject"])
    }
    assert {sue.email, elena.email, fiona.email} <= {*minutes}
    assert "She hears at once" in minutes[sue.email]


def test_another_workshop_has_no_results(held, as_):
    assert as_("fiona").get(f"/workshops/{held.follows_id}/results/").status_code == 404


def test_whose_turn_it_is_fills_the_big_screen(held, as_, departments):
    url = f"/workshops/{held.pk}/results/"
    assert as_("fiona").get(f"{url}?big=1").content.decode().count("<section") == 3, "both departments, who is absent"
    turn = {"do": "turn", "department": departments["SA"].pk}
    as_("sam").post(url, turn)
    assert Workshop.objects.get(pk=held.pk).reading_id is None, "only who runs it gives the word"
    as_("fiona").post(url, turn)
    big = as_("fiona").get(f"{url}?big=1").content.decode()
    assert "Call back the same day" in big and "A part within a week" not in big and "<form" not in big
    assert "Now" in as_("sue").get(url).content.decode()
    as_("fiona").post(url, {"do": "turn", "department": ""})
    assert Workshop.objects.get(pk=held.pk).reading_id is None


def test_what_somebody_types_stays_while_others_tell(held, as_, fiona):
    url = f"/workshops/{held.pk}/results/"
    forms = lambda: set(re.findall(r'id="(d-[^"]+)"\s+hx-preserve', as_("fiona").get(url).content.decode()))  # noqa: E731
    before = forms()
    mark(held, fiona, "Call back the same day", of_kind="partly", due=LATER)
    assert len(before) == 2 and len(before & forms()) == 1, "the other form is the same, this one is new"
    wrong = (
        as_("fiona").post(url, {"action": promise("A part within a week").pk, "of_kind": "not_yet"}).content.decode()
    )
    assert re.search(r'id="d-[^"]+"\s+open', wrong) and "until when" in wrong
