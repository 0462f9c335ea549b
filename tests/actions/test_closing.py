"""The close: what is missing is named, nobody closes silently, and afterwards nothing moves."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from actions.closing import checklist, checklist_of
from actions.coverage import coverage_of
from actions.models import ActionItem, NoAction
from live.door import execute
from live.models import new_id
from tests.actions.test_promised import SOON, none, promise
from tests.live.payloads import turn
from tests.workshops.test_workshop_commands import answered, gone_live, refused
from touchpoints.models import MapVersion
from workshops.models import Answer, Prompt, Workshop

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2030, 3, 20)
ALL_FOUR = {prompt.value: 1 for prompt in Prompt}


def listed(departments, counts, actions=(), nones=(), sponsor="Elena Ruiz", days=45):
    found = coverage_of([departments[code] for code in counts], actions, nones)
    given = {departments[code].pk: of for code, of in counts.items()}
    return checklist_of(
        found, given, sponsor=sponsor, report_back_on=TODAY + datetime.timedelta(days=days), today=TODAY
    )


def kept(department, owner=1, **more) -> ActionItem:
    return ActionItem(
        id=new_id("ac"), title="Call back", department_id=department.pk, owner_id=owner, due=TODAY, **more
    )


def test_a_complete_workshop_says_so_in_one_sentence(departments):
    """D10: seven of seven, eleven actions."""
    codes = list(departments)[:7]
    actions = [kept(departments[codes[n % 7]]) for n in range(11)]
    found = listed(departments, dict.fromkeys(codes, ALL_FOUR), actions)
    assert found.complete
    assert found.sentence == (
        "7/7 functions answered all four, 11 actions, all with owner and date, Elena Ruiz sponsors it, "
        "report-back booked for 4 May 2030"
    )


MISSING = [
    (
        "answers",
        {"counts": {"SA": ALL_FOUR, "CS": {"learn": 2}}},
        "Customer service: Fine-tune, Do differently, Love to learn",
    ),
    ("answers", {"counts": {"SA": ALL_FOUR, "CS": {}}}, "Customer service: all four"),
    ("answers", {"counts": {}}, "the departments"),
    ("promised", {"by": ["SA"]}, "Customer service"),
    ("owned", {"owner": None}, "Call back"),
    ("sponsor", {"sponsor": ""}, "a sponsor who follows up"),
    ("report_back", {"days": 0}, "a report-back date to come"),
]


@pytest.mark.parametrize(("key", "but", "name"), MISSING)
def test_what_is_missing_is_named(departments, key, but, name):
    counts = but.get("counts", {"SA": ALL_FOUR, "CS": ALL_FOUR})
    actions = [kept(departments[code], but.get("owner", 1)) for code in but.get("by", ["SA", "CS"])]
    found = listed(departments, counts, actions, sponsor=but.get("sponsor", "Elena"), days=but.get("days", 45))
    item = next(item for item in found.items if item.key == key)
    assert name in item.missing and item.fix and not item.ok


def test_none_because_is_an_answer(departments):
    found = listed(
        departments, {"SA": ALL_FOUR, "CS": ALL_FOUR}, [kept(departments["SA"])],
        [NoAction(department_id=departments["CS"].pk, because="Two run")],
    )  # fmt: skip
    assert found.complete and "1 action and 1 “none, because …”" in found.sentence


@pytest.fixture
def full(journey, fiona, sam, sue, elena, departments) -> Workshop:
    """Sales and service answered all four; Sales promised, service did not and says why."""
    day = (timezone.localdate() + datetime.timedelta(days=45)).isoformat()
    workshop = gone_live(
        journey, fiona, people=[sam.identity, sue.identity], sponsor=elena.pk, starts_at=None, report_back_on=day
    )
    touchpoint = {"id": new_id("tp"), "stage": journey.room.stage_set.order_by("order")[0].pk, "title": "Waits"}
    execute(journey.pk, fiona.identity, "touchpoint.add", touchpoint)
    turn(journey.pk, fiona.identity, workshop.pk, "severity")
    rating = {"id": new_id("ra"), "workshop": workshop.pk, "place": touchpoint["id"], "severity": 3}
    execute(journey.pk, sam.identity, "rating.give", rating, command_id="rated-it")
    turn(journey.pk, fiona.identity, workshop.pk, "love_to_learn")
    for who in (sam, sue):
        execute(journey.pk, who.identity, "workshop.enter", {"id": workshop.pk})
        for prompt in Prompt:
            answered(workshop, who, of_kind=prompt.value)
    promise(journey, sam, workshop=workshop.pk)
    execute(journey.pk, sue.identity, "no_action.say", none(workshop, departments["CS"]))
    return Workshop.objects.get(pk=workshop.pk)


def test_a_complete_workshop_closes_without_a_word(journey, fiona, full):
    assert checklist(full, timezone.localdate()).complete
    execute(journey.pk, fiona.identity, "workshop.close", {"id": full.pk})
    full.refresh_from_db()
    assert (full.state, full.closed_because, full.phase) == ("closed", "", None)
    booked = Workshop.objects.get(follows=full)
    assert (booked.of_kind, booked.state, booked.starts_at.date()) == ("report_back", "planned", full.report_back_on)
    names = set(full.participants.values_list("name", flat=True))
    assert names and set(booked.participants.values_list("name", flat=True)) == names


def test_closing_keeps_the_map_and_counts_workshops(journey, fiona, full):
    execute(journey.pk, fiona.identity, "workshop.close", {"id": full.pk})
    again = gone_live(journey, fiona)
    execute(journey.pk, fiona.identity, "workshop.close", {"id": again.pk, "because": "Nobody came"})
    names = list(MapVersion.objects.filter(room=journey.pk).order_by("seq").values_list("name", flat=True))
    assert names == ["After workshop 1", "After workshop 2"]
    version = MapVersion.objects.get(name="After workshop 1")
    assert version.stages == 8 and version.content.records


def test_an_empty_workshop_closes_with_a_reason_only(journey, fiona):
    workshop = gone_live(journey, fiona)
    no = refused(journey.pk, fiona, "workshop.close", {"id": workshop.pk})
    assert (no.code, no.field) == ("invalid", "because")
    assert no.message == "Missing: the departments; a promise; a sponsor who follows up. Say why you close anyway."
    assert not MapVersion.objects.exists()
    execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Nobody came"})
    workshop.refresh_from_db()
    assert (workshop.state, workshop.closed_because) == ("closed", "Nobody came")


def test_after_the_close_nothing_private_is_revealed_and_nothing_changes(journey, fiona, sam, departments, full):
    before = {row.pk: (row.text, row.revealed_at) for row in Answer.objects.all()}
    mine = Answer.objects.filter(author=sam.identity, of_kind="learn").get()
    execute(
        journey.pk, sam.identity, "answer.change", {"id": mine.pk, "text": "In other words"}, command_id="changed-it"
    )
    rating = {"id": new_id("ra"), "workshop": full.pk, "place": full.ratings.get().touchpoint_id, "severity": 3}
    said = {"id": full.pk, "objective": "Cut customers' effort by half"}
    execute(journey.pk, fiona.identity, "workshop.change", said, command_id="objective-said")
    execute(journey.pk, fiona.identity, "workshop.close", {"id": full.pk})
    before[mine.pk] = ("In other words", None)
    for name, who, data in (
        ("workshop.reveal", fiona, {"id": full.pk, "of_kind": "learn"}),
        ("workshop.close", fiona, {"id": full.pk, "because": "Again"}),
        ("workshop.read_out", fiona, {"id": full.pk, "department": departments["SA"].pk}),
        ("workshop.change", fiona, {"id": full.pk, "objective": "Another one"}),
        ("answer.add", sam, {"id": new_id("an"), "workshop": full.pk, "of_kind": "learn", "text": "Late"}),
        ("answer.change", sam, {"id": mine.pk, "text": "Later"}),
        ("answer.remove", sam, {"id": mine.pk}),
        ("rating.give", sam, rating),
        ("no_action.say", sam, none(full, departments["SA"])),
    ):
        assert refused(journey.pk, who, name, data).code in ("locked", "forbidden"), name
    for who, command in ((sam, "changed-it"), (sam, "rated-it"), (fiona, "objective-said")):
        assert refused(journey.pk, who, "undo", {"command": command}).code == "forbidden", command
    assert {row.pk: (row.text, row.revealed_at) for row in Answer.objects.all()} == before
    assert Workshop.objects.get(pk=full.pk).objective == "Cut customers' effort by half"


def test_a_promise_made_afterwards_from_an_answer_still_belongs_to_it(journey, fiona, sam, full):
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": full.pk, "of_kind": "do_differently"})
    execute(journey.pk, fiona.identity, "workshop.close", {"id": full.pk})
    answer = Answer.objects.filter(author=sam.identity, of_kind="do_differently").get()
    pk = promise(journey, sam, answer=answer.pk, due=SOON)
    assert ActionItem.objects.get(pk=pk).workshop_id == full.pk


# -- the read-out ------------------------------------------------------------------------------
def test_a_minute_each_by_the_servers_clock(journey, fiona, full, departments):
    data = {"id": full.pk, "department": departments["SA"].pk}
    assert refused(journey.pk, fiona, "workshop.read_out", data).code == "locked"
    turn(journey.pk, fiona.identity, full.pk, "read_out")
    execute(journey.pk, fiona.identity, "workshop.read_out", data)
    full.refresh_from_db()
    assert full.reading == departments["SA"] and timezone.now() - full.reading_since < datetime.timedelta(seconds=30)
    last = full.phase_id
    execute(journey.pk, fiona.identity, "workshop.previous_phase", {"id": full.pk, "phase": last})
    full.refresh_from_db()
    assert full.reading is None and full.reading_since is None


def test_the_sponsor_accepts_the_date_and_a_new_date_asks_again(journey, fiona, sam, elena, full):
    for who in (fiona, sam):
        assert refused(journey.pk, who, "workshop.accept_report_back", {"id": full.pk}).code == "forbidden"
    execute(journey.pk, elena.identity, "workshop.accept_report_back", {"id": full.pk})
    full.refresh_from_db()
    assert full.report_back_accepted == full.report_back_on
    assert refused(journey.pk, elena, "workshop.accept_report_back", {"id": full.pk}).code == "conflict"
    later = (full.report_back_on + datetime.timedelta(days=7)).isoformat()
    execute(journey.pk, fiona.identity, "workshop.change", {"id": full.pk, "report_back_on": later})
    full.refresh_from_db()
    assert full.report_back_accepted != full.report_back_on
