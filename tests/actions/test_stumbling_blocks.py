"""The seven stumbling blocks as numbers: a table of what each says, and that the rows behind them are counted right."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from accounts.models import Department
from actions.coverage import coverage
from actions.health import LETTERS, Facts, facts_of, health_of, meters
from live.door import execute
from live.models import new_id
from tests.actions.test_promised import promise
from tests.live.payloads import turn
from tests.workshops.test_workshop_commands import answered, gone_live, opened
from voices.models import Comment, Consequence
from workshops.models import Phase, Workshop

METERS = [
    # letter, facts, number, tone, what it says
    ("a", {}, "–", "good", "no touchpoint yet"),
    ("a", {"touchpoints": 50, "in_pencil": 6}, "12 %", "good", "no customer’s words"),
    ("a", {"touchpoints": 50, "in_pencil": 15}, "30 %", "warn", "our own notion"),
    ("a", {"touchpoints": 50, "in_pencil": 35}, "70 %", "bad", "our own notion"),
    ("b", {}, "–", "", "No department"),
    ("b", {"departments": 7, "actions": 11, "by_department": [2, 2, 2, 2, 1, 1, 1]}, "7 of 7", "good", "36 %"),
    ("b", {"departments": 7, "actions": 6, "by_department": [2, 1, 1, 1, 1], "without_action": ["HR", "IT"]}, "5 of 7", "warn", "HR and IT"),
    ("b", {"departments": 7, "actions": 6, "by_department": [3, 1, 1, 1], "without_action": ["HR", "IT", "Legal"]}, "4 of 7", "bad", "67 % of the promises sit with two"),
    ("b", {"departments": 2, "without_action": ["Sales", "HR"]}, "0 of 2", "bad", "Sales and HR"),
    ("c", {}, "0 of 0 stages", "", ""),
    ("c", {"stages": 8, "covered": 8, "places": 20}, "8 of 8 stages", "good", "Every stage"),
    ("c", {"stages": 5, "covered": 3, "places": 9}, "3 of 5 stages", "good", ""),  # exactly 60 %
    ("c", {"stages": 8, "covered": 4, "places": 9}, "4 of 8 stages", "bad", "Less than 60 %"),
    ("c", {"stages": 1, "covered": 1, "places": 1}, "1 of 1 stages", "bad", "One touchpoint alone"),
    ("c", {"stages": 8, "covered": 8, "places": 20, "one_sided": 2}, "8 of 8 stages", "warn", "2 stages are led by one"),
    ("c", {"stages": 8, "covered": 8, "places": 20, "not_asked": ["Legal"]}, "8 of 8 stages", "warn", "Legal"),
    ("d", {}, "0", "good", "No persona is in use"),
    ("d", {"personas": 3}, "0", "good", "came out of what customers said"),
    ("d", {"personas": 3, "preconceived": 1}, "1", "warn", "what we assume"),
    ("d", {"personas": 2, "preconceived": 2}, "2", "bad", "what we assume"),
    ("e", {}, "–", "good", "no touchpoint yet"),
    ("e", {"touchpoints": 10, "blind": 4}, "40 %", "warn", "expect"),
    ("e", {"touchpoints": 10, "blind": 9}, "90 %", "bad", "expect"),
    ("e", {"touchpoints": 10}, "0 %", "good", "expect"),
    ("f", {"planned": {"walk": 20, "learn": 20, "severity": 20, "commit": 25, "break": 10}}, "20 min map, 65 min so what", "good", "21 %"),
    ("f", {"planned": {"walk": 25, "learn": 75}}, "25 min map, 75 min so what", "good", "25 %"),  # exactly a quarter
    ("f", {"planned": {"walk": 30, "learn": 70}}, "30 min map", "warn", "30 %"),
    ("f", {"planned": {"walk": 20, "learn": 80}, "real": {"walk": 60, "learn": 20}}, "20 min map", "bad", "So far it was 60 and 20 (75 %)"),
    ("f", {"planned": {"walk": 20, "learn": 80}, "real": {"walk": 3}}, "20 min map", "good", "So far it was 3 and 0"),  # too early to say
    ("g", {"edits": 31, "actions": 1}, "31 edits, 1 promise", "", "no styling"),
]  # fmt: skip


@pytest.mark.parametrize(("letter", "facts", "number", "tone", "says"), METERS)
def test_what_a_meter_says(letter, facts, number, tone, says):
    meter = next(meter for meter in meters(Facts(**facts)) if meter.letter == letter)
    assert number in meter.number and meter.tone == tone and says in meter.meaning
    assert meter.act and meter.name


def test_there_are_seven():
    assert "".join(meter.letter for meter in meters(Facts())) == LETTERS


@pytest.fixture
def drawn(journey, fiona, departments) -> list[str]:
    """Three touchpoints: two of Sales in the first stage, one of nobody in the second."""
    first, second = (stage.pk for stage in journey.room.stage_set.order_by("order")[:2])
    found = []
    for stage, title, lead in ((first, "Asks", "SA"), (first, "Waits", "SA"), (second, "Calls", None)):
        lead_pk = departments[lead].pk if lead else None
        data = {"id": new_id("tp"), "stage": stage, "title": title, "lead": lead_pk}
        execute(journey.pk, fiona.identity, "touchpoint.add", data)
        found.append(data["id"])
    return found


@pytest.mark.django_db
def test_the_facts_are_counted_from_the_rows(journey, fiona, sam, sue, harrow, drawn):
    workshop = opened(journey, fiona, people=[sam.identity])
    before = facts_of(workshop, coverage(workshop))
    assert (before.covered, before.places, before.stages) == (2, 3, 8)
    assert (before.touchpoints, before.in_pencil, before.blind, before.one_sided) == (3, 3, 3, 1)
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": drawn[0], "intended": 2})
    persona = {"id": new_id("pe"), "name": "Buyer"}
    execute(journey.pk, fiona.identity, "persona.add", persona)
    need = {"id": new_id("ex"), "persona": persona["id"], "touchpoint": drawn[1], "need": "A date"}
    execute(journey.pk, fiona.identity, "experience.set", need)
    for place in drawn:
        comment = Comment.objects.create(
            organisation=harrow, room=journey.room, text=place, dedupe=place, touchpoint_id=place
        )
        Consequence.objects.create(comment=comment, kind="delay", confirmed_at=datetime.datetime.now(datetime.UTC))
    facts = facts_of(workshop, coverage(workshop))
    assert (facts.blind, facts.preconceived, facts.personas) == (1, 1, 1)
    assert facts.departments == 1 and facts.not_asked == []
    assert facts.planned["commit"] == 25 and facts.planned["walk"] == 20


@pytest.mark.django_db
def test_private_answers_do_not_show_where_people_write(journey, fiona, sam, drawn):
    workshop = gone_live(journey, fiona, people=[sam.identity])
    execute(journey.pk, sam.identity, "workshop.enter", {"id": workshop.pk})
    turn(journey.pk, fiona.identity, workshop.pk, "learn")
    answered(workshop, sam, touchpoint=drawn[2])
    assert facts_of(workshop, coverage(workshop)).places == 0
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    promise(journey, sam, workshop=workshop.pk, touchpoint=drawn[0])
    facts = facts_of(workshop, coverage(workshop))
    assert (facts.places, facts.covered, facts.actions, facts.by_department) == (2, 2, 1, [1])


@pytest.mark.django_db
def test_minutes_that_passed_come_from_the_log(journey, fiona):
    with time_machine.travel(datetime.datetime(2030, 3, 20, 9, 30, tzinfo=datetime.UTC), tick=False) as clock:
        workshop = gone_live(journey, fiona)
        for phase, minutes in zip(
            list(Phase.objects.filter(workshop=workshop).order_by("position"))[:3], (5, 30, 12), strict=True
        ):
            clock.shift(datetime.timedelta(minutes=minutes))
            execute(journey.pk, fiona.identity, "workshop.next_phase", {"id": workshop.pk, "phase": phase.pk})
        clock.shift(datetime.timedelta(minutes=7))
        execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Short of time"})
        workshop = Workshop.objects.get(pk=workshop.pk)
        assert facts_of(workshop, coverage(workshop)).real == {"why": 5, "walk": 30, "learn": 12, "severity": 7}
        minutes = next(meter for meter in health_of(workshop) if meter.letter == "f")
    assert "30 and 19 (56 %)" in minutes.meaning and minutes.tone == "bad"


@pytest.mark.django_db
def test_what_was_changed_before_and_after_does_not_count(journey, fiona, drawn):
    workshop = gone_live(journey, fiona)
    assert facts_of(workshop, coverage(workshop)).edits == 0
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": drawn[0], "felt": -1})
    assert facts_of(workshop, coverage(workshop)).edits == 1


@pytest.mark.django_db
def test_a_handful_of_queries_however_much_there_is(journey, fiona, sam, drawn, django_assert_max_num_queries):
    workshop = gone_live(journey, fiona, people=[sam.identity])
    assert Department.objects.count() > 7
    with django_assert_max_num_queries(20):
        health_of(workshop)
