"""The meeting's commands: what they refuse, what they leave behind."""

from __future__ import annotations

import datetime

import pytest

from live.door import execute
from live.models import new_id
from live.values import Refused
from tests.live.payloads import turn
from workshops.agenda import AGENDAS, minutes, seconds_left
from workshops.models import Answer, Participant, Phase, Workshop

pytestmark = pytest.mark.django_db


def opened(journey, by, **more) -> Workshop:
    """A planned workshop, opened by somebody."""
    data = {
        "id": new_id("ws"), "title": "What now?", "objective": "Cut customers' effort", "planned_use": "Budget of May",
        "success_measure": "Hours per order, 180 to 90", "report_back_on": "2030-05-01",
        "starts_at": "2030-03-20T09:30:00+00:00", **more,
    }  # fmt: skip
    execute(journey.pk, by.identity, "workshop.open", data)
    return Workshop.objects.get(pk=data["id"])


def gone_live(journey, by, to="why", **more) -> Workshop:
    """One that runs, in its first phase or in the one of kind `to`."""
    workshop = opened(journey, by, **more)
    execute(journey.pk, by.identity, "workshop.go_live", {"id": workshop.pk})
    turn(journey.pk, by.identity, workshop.pk, to)
    return Workshop.objects.get(pk=workshop.pk)


def answered(workshop, by, text="We can learn", of_kind="learn", **more) -> str:
    data = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": of_kind, "text": text, **more}
    execute(workshop.room_id, by.identity, "answer.add", data, pen=f"k_{by.identity:0>22}")
    return data["id"]


def refused(room, who, name, data) -> Refused:
    with pytest.raises(Refused) as caught:
        execute(room, who.identity, name, data)
    return caught.value


def test_agendas_have_the_promised_lengths():
    assert minutes(AGENDAS["so_what"][1]) == 165
    assert minutes(AGENDAS["short"][1]) == 90
    remote = AGENDAS["remote"][1]
    half = next(i for i, slot in enumerate(remote) if slot.kind == "break")
    assert (minutes(remote[:half]), minutes(remote[half:])) == (85, 85)
    assert all([slot.protected for slot in slots if slot.kind == "commit"] == [True] for _, slots in AGENDAS.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [("objective", " "), ("planned_use", ""), ("success_measure", "\n"), ("report_back_on", "2030-03-20")],
)
def test_what_a_workshop_needs_cannot_be_taken_away_later(journey, fiona, field, value):
    workshop = opened(journey, fiona)
    no = refused(journey.pk, fiona, "workshop.change", {"id": workshop.pk, field: value})
    assert (no.code, no.field) == ("invalid", field)


def test_the_timer_goes_from_writing_to_talking_to_over():
    phase = Phase(minutes_private=10, minutes_shared=10)
    assert seconds_left(phase, 0) == ("private", 600)
    assert seconds_left(phase, 600) == ("shared", 600)
    assert seconds_left(phase, 1260) == ("over", -60)


@pytest.mark.parametrize("field", ["objective", "planned_use", "success_measure", "title"])
def test_a_workshop_says_what_for(journey, fiona, field):
    with pytest.raises(Refused) as caught:
        opened(journey, fiona, **{field: "  "})
    assert caught.value.field == field and not Workshop.objects.exists()


def test_the_report_back_comes_after_the_workshop(journey, fiona):
    with pytest.raises(Refused) as caught:
        opened(journey, fiona, report_back_on="2030-03-20")
    assert caught.value.field == "report_back_on"


def test_opening_asks_people_and_lays_out_the_agenda(journey, fiona, sam, sue, elena, olga):
    workshop = opened(journey, fiona, people=[sam.identity, sue.identity], sponsor=elena.pk, agenda="short")
    assert list(Phase.objects.filter(workshop=workshop).order_by("position").values_list("of_kind", flat=True))[:3] == [
        "why", "walk", "learn",
    ]  # fmt: skip
    assert set(Participant.objects.values_list("person", "department__code")) == {
        (sam.identity, "SA"),
        (sue.identity, "CS"),
    }
    with pytest.raises(Refused) as caught:
        opened(journey, fiona, people=[olga.identity])
    assert caught.value.field == "people"


def test_two_who_press_next_move_one_step(journey, fiona, ada):
    workshop = gone_live(journey, fiona)
    data = {"id": workshop.pk, "phase": workshop.phase_id}
    execute(journey.pk, fiona.identity, "workshop.next_phase", data)
    assert refused(journey.pk, ada, "workshop.next_phase", data).code == "conflict"
    workshop.refresh_from_db()
    assert workshop.phase.position == 1
    execute(journey.pk, ada.identity, "workshop.previous_phase", {"id": workshop.pk, "phase": workshop.phase_id})
    workshop.refresh_from_db()
    assert workshop.phase.position == 0


def test_ready_ends_with_the_phase(journey, fiona, sam):
    workshop = gone_live(journey, fiona)
    execute(journey.pk, sam.identity, "workshop.enter", {"id": workshop.pk})
    execute(journey.pk, sam.identity, "workshop.say_ready", {"id": workshop.pk, "ready": True})
    assert Participant.objects.get(person=sam.identity).ready_in_id == workshop.phase_id
    execute(journey.pk, fiona.identity, "workshop.next_phase", {"id": workshop.pk, "phase": workshop.phase_id})
    workshop.refresh_from_db()
    assert Participant.objects.get(person=sam.identity).ready_in_id != workshop.phase_id


def test_counts_follow_answers_and_undo(journey, fiona, sam, departments):
    workshop = gone_live(journey, fiona, "learn")
    data = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": "One"}
    execute(journey.pk, sam.identity, "answer.add", data, command_id="add-one")
    answered(workshop, sam, "Two")
    workshop.refresh_from_db()
    assert workshop.counts == {departments["SA"].pk: {"learn": 2}}
    execute(journey.pk, sam.identity, "undo", {"command": "add-one"}, command_id="undo-one")
    workshop.refresh_from_db()
    assert workshop.counts == {departments["SA"].pk: {"learn": 1}}
    execute(journey.pk, sam.identity, "undo", {"command": "undo-one"})
    workshop.refresh_from_db()
    assert workshop.counts == {departments["SA"].pk: {"learn": 2}}


def test_what_was_revealed_cannot_be_taken_back(journey, fiona, sam):
    workshop = gone_live(journey, fiona, "learn")
    pk = answered(workshop, sam)
    execute(
        journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"}, command_id="open-it"
    )
    assert Answer.objects.get(pk=pk).revealed_at is not None
    assert refused(journey.pk, fiona, "undo", {"command": "open-it"}).code == "conflict"
    late = answered(workshop, sam, "A late one")
    assert Answer.objects.get(pk=late).revealed_at is not None


def test_closing_asks_for_what_is_missing_and_freezes(journey, fiona, sam):
    workshop = gone_live(journey, fiona, "learn")
    execute(journey.pk, sam.identity, "workshop.enter", {"id": workshop.pk})
    assert refused(journey.pk, fiona, "workshop.close", {"id": workshop.pk}).field == "because"
    execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Fire drill"})
    workshop.refresh_from_db()
    assert workshop.state == "closed" and workshop.closed_because == "Fire drill"
    late = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": "x"}
    assert refused(journey.pk, sam, "answer.add", late).code == "locked"


LADDER = {
    "workshop.open": {"ada": True, "fiona": True, "sam": False, "elena": False, "otto": False, "gus": False},
    "workshop.go_live": {"ada": True, "fiona": True, "sam": False, "elena": False, "otto": False, "gus": False},
    "workshop.reveal": {"ada": True, "fiona": True, "sam": False, "elena": False, "otto": False, "gus": False},
    "answer.add": {"ada": False, "fiona": False, "sam": True, "elena": False, "otto": False, "gus": True},
    "workshop.enter": {"ada": True, "fiona": True, "sam": True, "elena": True, "otto": True, "gus": True},
}


@pytest.mark.parametrize("name", LADDER)
def test_who_may(journey, people, gus, name):
    for who, may in LADDER[name].items():
        actor = gus if who == "gus" else people[who]
        if name == "workshop.open":
            data = {
                "id": new_id("ws"), "title": "T", "objective": "O", "planned_use": "P", "success_measure": "S",
                "report_back_on": str(datetime.date(2031, 1, 1)),
            }  # fmt: skip
        else:
            fiona = people["fiona"]
            workshop = opened(journey, fiona) if name == "workshop.go_live" else gone_live(journey, fiona, "learn")
            data = {"id": workshop.pk}
            if name == "workshop.reveal":
                data["of_kind"] = "learn"
            if name == "answer.add":
                data = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": "Words"}
        if may:
            execute(journey.pk, actor.identity, name, data)
        else:
            assert refused(journey.pk, actor, name, data).code == "forbidden", (who, name)


def test_nobody_touches_another_ones_answer(journey, fiona, sam, sue, gus):
    workshop = gone_live(journey, fiona, "learn")
    pk = answered(workshop, sam)
    for who in (sue, fiona, gus):
        assert refused(journey.pk, who, "answer.change", {"id": pk, "text": "Mine now"}).code == "unknown"
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    assert refused(journey.pk, sue, "answer.remove", {"id": pk}).code == "forbidden"
    execute(journey.pk, fiona.identity, "answer.remove", {"id": pk})
