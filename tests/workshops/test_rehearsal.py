"""One press fills a room with simulated participants that a newcomer can watch and join; one press removes it."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Guest, JoinCode
from actions import outbox, reminders
from actions.models import ActionItem, Reminder
from live.door import execute
from live.models import Event, Room, new_id
from touchpoints.models import Journey, Stage, Touchpoint
from voices.models import Comment, Issue, Theme
from workshops import rehearsal
from workshops.models import Answer, Participant, Rating, Rehearsal, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapped(journey, fiona, departments) -> Journey:
    """A journey with two touchpoints, a let-down and a customer's words."""
    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    for title in ("Waits for the offer", "Calls the hotline"):
        pk = new_id("tp")
        data = {"id": pk, "stage": stage.pk, "title": title, "lead": departments["SA"].pk}
        execute(journey.pk, fiona.identity, "touchpoint.add", data)
        execute(journey.pk, fiona.identity, "touchpoint.change", {"id": pk, "contributors": [departments["CS"].pk]})
    said = {"id": new_id("is"), "title": "No date", "touchpoint": pk}
    execute(journey.pk, fiona.identity, "issue.add", said)
    Comment.objects.create(
        organisation=journey.room.organisation, room=journey.room, text="Nobody called", dedupe="x",
        touchpoint_id=pk, stage=stage, placed_at=timezone.now(),
    )  # fmt: skip
    return journey


def started(as_, who: str = "fiona") -> Workshop:
    answer = as_(who).post("/workshops/rehearsal/")
    return Workshop.objects.get(pk=answer.url.split("/")[2])


def until_over(workshop, most: int = 200) -> int:
    """Let the clock look until nothing happens any more; how often it looked."""
    now = timezone.now()
    for looks in range(1, most):
        now += rehearsal.PACE
        rehearsal.look(now)
        if not Rehearsal.objects.filter(workshop=workshop, next_at__isnull=False).exists():
            return looks
    raise AssertionError(f"still in {Workshop.objects.get(pk=workshop.pk).phase.of_kind}")


def test_the_room_fills_and_goes_all_the_way_by_itself(mapped, as_, fiona):
    workshop = started(as_)
    assert workshop.state == "live" and workshop.room_id != mapped.pk
    people = Participant.objects.filter(workshop=workshop).exclude(person=fiona.identity)
    assert people.count() == 5 and all(row.name.endswith("(simulated)") for row in people)
    looks = until_over(workshop)
    assert looks * rehearsal.PACE < datetime.timedelta(minutes=4)
    workshop.refresh_from_db()
    assert workshop.state == "closed"
    assert Answer.objects.filter(workshop=workshop, revealed_at__isnull=False).count() == 20
    assert Rating.objects.filter(workshop=workshop).count() == 5
    assert ActionItem.objects.filter(workshop=workshop).count() == 5
    by = set(Event.objects.filter(room=workshop.room_id, name="answer.added").values_list("by", flat=True))
    assert by == set(people.values_list("person", flat=True)), "they wrote through the door that everybody uses"


def test_before_an_anonymous_workshop_nobodys_name_is_stored_either(mapped, as_, fiona):
    data = {
        "id": new_id("ws"), "title": "Real", "objective": "O", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2031-05-01", "anonymous": True,
    }  # fmt: skip
    execute(mapped.pk, fiona.identity, "workshop.open", data)
    workshop = started(as_)
    assert workshop.anonymous
    until_over(workshop)
    workshop.refresh_from_db()
    assert workshop.state == "closed"
    answers = Answer.objects.filter(workshop=workshop, revealed_at__isnull=False)
    assert answers.count() == 20 and set(answers.values_list("author", flat=True)) == {""}
    assert Rating.objects.filter(workshop=workshop).values("author").distinct().count() == 5
    assert not Event.objects.filter(room=workshop.room_id, name__in=("answer.added", "rating.given")).exclude(by="")
    assert ActionItem.objects.filter(workshop=workshop, answer__isnull=False).count() == 5


def test_nothing_of_it_touches_the_real_journey_or_anybodys_mailbox(mapped, as_, fiona, sam):
    before = {model: model.objects.filter(room=mapped.pk).count() for model in (Touchpoint, Issue, Comment, Event)}
    workshop = started(as_)
    copied = {model: model.objects.filter(room=workshop.room_id).count() for model in (Touchpoint, Issue, Comment)}
    assert copied == {model: before[model] for model in copied}
    comment = Comment.objects.get(room=workshop.room_id)
    assert comment.touchpoint.room_id == workshop.room_id and comment.stage.room_id == workshop.room_id
    until_over(workshop)
    after = {model: model.objects.filter(room=mapped.pk).count() for model in before}
    assert after == before
    ActionItem.objects.filter(workshop=workshop).update(due=timezone.localdate() + datetime.timedelta(days=1))
    reminders.plan()
    Reminder.objects.update(try_at=timezone.now(), due_at=timezone.now())
    outbox.drain()
    assert not mail.outbox and not Reminder.objects.filter(state="sent").exists()
    for page in ("/", "/workshops/", "/journeys/"):
        assert "Rehearsal:" not in as_("sam").get(page).content.decode()


def test_a_theme_with_the_number_of_a_comment_is_no_comment(mapped, as_, fiona):
    first = Comment.objects.get(room=mapped.pk)
    theme = Theme.objects.create(id=first.pk, room=mapped.room, name="Calls")
    about = {"organisation": mapped.room.organisation, "room": mapped.room, "touchpoint": first.touchpoint}
    Comment.objects.create(**about, text="Again nobody", dedupe="y", theme=theme, placed_at=timezone.now())
    workshop = started(as_)
    copies = Comment.objects.filter(room=workshop.room_id)
    assert copies.count() == 2 and not copies.exclude(theme=None).exists()


def test_a_newcomer_joins_in_and_runs_it(mapped, as_, fiona, sam):
    workshop = started(as_)
    page = as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
    assert "<strong>Rehearsal.</strong>" in page and "Remove it" not in page
    execute(workshop.room_id, sam.identity, "workshop.enter", {"id": workshop.pk})
    as_("fiona").post(f"/workshops/{workshop.pk}/rehearsal/", {"by_itself": "0"})
    first = Workshop.objects.get(pk=workshop.pk).phase
    for n in range(1, 20):
        rehearsal.look(timezone.now() + n * rehearsal.PACE)
    workshop.refresh_from_db()
    assert workshop.phase == first, "nobody turns the page but who runs it"
    assert Participant.objects.filter(workshop=workshop, ready_in=first).count() == 5
    execute(workshop.room_id, fiona.identity, "workshop.next_phase", {"id": workshop.pk, "phase": first.pk})
    for n in range(20, 40):
        rehearsal.look(timezone.now() + n * rehearsal.PACE)
    assert (
        Participant.objects.filter(workshop=workshop, ready_in=Workshop.objects.get(pk=workshop.pk).phase).count() == 5
    )


def test_two_clocks_do_one_thing_once_and_a_pause_stops_them(mapped, as_, fiona):
    workshop = started(as_)
    now = timezone.now() + rehearsal.PACE
    assert rehearsal.look(now) == rehearsal.AT_ONCE
    assert rehearsal.look(now) == 0
    phase = Workshop.objects.get(pk=workshop.pk).phase_id
    execute(workshop.room_id, fiona.identity, "workshop.pause", {"id": workshop.pk, "phase": phase})
    assert rehearsal.look(now + rehearsal.PACE) == 0


def test_one_press_removes_it_for_good(mapped, as_, fiona):
    workshop = started(as_)
    until_over(workshop)
    assert as_("sam").post(f"/workshops/{workshop.pk}/rehearsal/", {"do": "remove"}).status_code == 403
    assert as_("fiona").post(f"/workshops/{workshop.pk}/rehearsal/", {"do": "remove"}).url == "/workshops/"
    room = workshop.room_id
    assert not Room.objects.filter(pk=room).exists() and not Workshop.objects.filter(room=room).exists()
    assert not Guest.objects.filter(room_id=room).exists() and not JoinCode.objects.filter(room_id=room).exists()
    assert not Rehearsal.objects.exists() and not ActionItem.objects.exists()
    assert Journey.objects.get() == mapped
    assert as_("fiona").get(f"/workshops/{workshop.pk}/").status_code == 404


def test_a_real_workshop_is_not_removed_this_way(mapped, as_, fiona):
    data = {
        "id": new_id("ws"), "title": "Real", "objective": "O", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2031-05-01",
    }  # fmt: skip
    execute(mapped.pk, fiona.identity, "workshop.open", data)
    assert as_("fiona").post(f"/workshops/{data['id']}/rehearsal/", {"do": "remove"}).status_code == 404
    assert Workshop.objects.filter(pk=data["id"]).exists()


def test_it_is_offered_where_there_is_nothing_yet_and_started_once(as_, olga):
    page = as_("olga").get("/workshops/").content.decode()
    assert "See one in two minutes" in page
    one, two = started(as_, "olga"), started(as_, "olga")
    assert one == two
    until_over(one)
    assert Touchpoint.objects.filter(room=one.room_id).count() == 8


def test_only_who_runs_workshops_starts_one(as_, journey):
    for who in ("sam", "elena", "otto"):
        assert as_(who).post("/workshops/rehearsal/").status_code == 403
    assert not Rehearsal.objects.exists()
