"""What a promise holds, what closes it, what stands behind it; and who leaves a workshop without one."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from actions.coverage import coverage, coverage_of, leaning
from actions.models import ActionItem, NoAction, Proof
from live.door import execute
from live.models import new_id
from tests.live.payloads import turn
from tests.workshops.test_workshop_commands import answered, gone_live, opened, refused
from voices.models import Comment
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
SOON = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()


def promise(journey, by, title="Call back the same day", owner=None, **more) -> str:
    data = {"id": new_id("ac"), "title": title, "owner": (owner or by).pk, "due": SOON, **more}
    execute(journey.pk, by.identity, "action.add", data)
    return data["id"]


def change(journey, by, pk, **values) -> None:
    execute(journey.pk, by.identity, "action.change", {"id": pk, **values})


# -- a promise in full -------------------------------------------------------------------------
def test_a_promise_carries_all_that_was_said(journey, fiona, sam, sue, elena, departments):
    first = promise(journey, sam)
    said = {
        "customer_change": "She knows the day", "co_owner": sue.pk, "helpers": [fiona.pk], "witness": elena.pk,
        "supporting": [departments["CS"].pk, departments["LO"].pk], "sponsor": elena.pk, "of_kind": "prevent",
        "domain": "service", "effort": "S", "first_step": "Ask Leo", "measure": "days to hear back",
        "baseline": "9 days", "target": "1 day", "known_on": SOON, "pain_removed": "No more calls about dates",
        "spend_freed": "EUR 12,000 a year", "waits_for": [first],
    }  # fmt: skip
    row = ActionItem.objects.get(pk=promise(journey, sam, "A date in every quote", **said))
    wire = row.to_wire()
    assert {name: wire[name] for name in said} == {**said, "supporting": sorted(said["supporting"])}
    assert row.department == departments["SA"]
    assert [held.pk for held in ActionItem.objects.get(pk=first).holds_up.all()] == [row.pk]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"co_owner": 10**9}, "co_owner"), ({"witness": 10**9}, "witness"), ({"supporting": ["dp_0000000000000000"]}, "supporting"),
        ({"waits_for": ["ac_0000000000000000"]}, "waits_for"), ({"known_on": "2001-01-01"}, "known_on"),
        ({"due": "2001-01-01"}, "due"), ({"domain": "weather"}, "domain"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field(journey, sam, values, field):
    pk = promise(journey, sam)
    assert refused(journey.pk, sam, "action.change", {"id": pk, **values}).field == field
    data = {"id": new_id("ac"), "title": "x", "owner": sam.pk, "due": SOON, **values}
    assert refused(journey.pk, sam, "action.add", data).field == field


def test_promises_never_wait_for_each_other(journey, sam):
    a, b, c = (promise(journey, sam, title) for title in "abc")
    change(journey, sam, a, waits_for=[b])
    change(journey, sam, b, waits_for=[c])
    for waits_for in ([a], [c]):
        no = refused(journey.pk, sam, "action.change", {"id": c, "waits_for": waits_for})
        assert no.field == "waits_for"
    assert not ActionItem.objects.get(pk=c).waits_for.exists()


def test_a_let_down_brings_its_place_along(journey, sam):
    stage = journey.room.stage_set.order_by("order")[0]
    data = {"id": new_id("tp"), "stage": stage.pk, "title": "Waits"}
    execute(journey.pk, sam.identity, "touchpoint.add", data)
    issue = {"id": new_id("is"), "title": "No date", "touchpoint": data["id"]}
    execute(journey.pk, sam.identity, "issue.add", issue)
    assert ActionItem.objects.get(pk=promise(journey, sam, issue=issue["id"])).touchpoint_id == data["id"]


CLOSING = [
    # measured?, what is said, field at which it is refused
    (False, {}, "outcome"),
    (False, {"outcome": "She hears back"}, None),
    (True, {"outcome": "She hears back"}, "after_value"),
    (True, {"after_value": "1 day"}, "outcome"),
    (True, {"outcome": "She hears back", "after_value": "1 day"}, None),
    (True, {"outcome": "She hears back", "known_on": SOON}, None),
]


@pytest.mark.parametrize(("measured", "said", "field"), CLOSING)
def test_closing_asks_what_changed_for_the_customer(journey, sam, measured, said, field):
    """CG-03: the after-value of the measure, or the day on which it will be known."""
    more = {"measure": "days to hear back", "baseline": "9", "target": "1"} if measured else {}
    pk = promise(journey, sam, **more)
    if field:
        assert refused(journey.pk, sam, "action.change", {"id": pk, "status": "done", **said}).field == field
        assert ActionItem.objects.get(pk=pk).status == "planned"
        return
    change(journey, sam, pk, status="done", **said)
    row = ActionItem.objects.get(pk=pk)
    assert row.status == "done" and row.closed_at is not None
    assert (row.baseline, row.outcome) == (more.get("baseline", ""), "She hears back")


def test_a_co_owner_keeps_it_up_to_date_and_a_witness_does_not(journey, sam, sue, otto):
    pk = promise(journey, sam, co_owner=sue.pk, witness=otto.pk)
    change(journey, sue, pk, status="in_progress")
    assert refused(journey.pk, otto, "action.change", {"id": pk, "status": "planned"}).code == "forbidden"


# -- what stands behind it ---------------------------------------------------------------------
def test_proof_is_one_thing_each(journey, sam, harrow):
    pk = promise(journey, sam)
    comment = Comment.objects.create(organisation=harrow, room=journey.room, text="Nine days!", dedupe="x")
    for said in ({"url": "https://example.org/a"}, {"comment": comment.pk}):
        execute(journey.pk, sam.identity, "proof.add", {"id": new_id("pf"), "action": pk, **said})
    assert Proof.objects.filter(action=pk).count() == 2
    for wrong in (
        {},
        {"url": "https://example.org/a", "comment": comment.pk},
        {"url": "javascript:alert(1)"},
        {"url": "www"},
    ):
        no = refused(journey.pk, sam, "proof.add", {"id": new_id("pf"), "action": pk, **wrong})
        assert (no.code, no.field) == ("invalid", "url")


def test_a_guest_proves_nothing_with_what_they_may_not_read(journey, sam, gus, harrow, departments):
    data = {"id": new_id("ac"), "title": "x", "owner": sam.pk, "due": SOON, "department": departments["SA"].pk}
    execute(journey.pk, gus.identity, "action.add", data)
    comment = Comment.objects.create(organisation=harrow, room=journey.room, text="Nine days!", dedupe="x")
    proof = {"id": new_id("pf"), "action": data["id"], "comment": comment.pk}
    assert refused(journey.pk, gus, "proof.add", proof).code == "forbidden"


def test_a_comment_of_another_journey_is_no_proof(journey, sam, harrow, fiona):
    from touchpoints.starting import start_journey

    other = start_journey(harrow, fiona, "Another")
    comment = Comment.objects.create(organisation=harrow, room=other.room, text="Secret", dedupe="x")
    proof = {"id": new_id("pf"), "action": promise(journey, sam), "comment": comment.pk}
    assert refused(journey.pk, sam, "proof.add", proof).field == "comment"


def test_an_erased_comment_leaves_the_proof_without_words(journey, sam, fiona, harrow):
    comment = Comment.objects.create(organisation=harrow, room=journey.room, text="Nine days!", dedupe="x")
    proof = {"id": new_id("pf"), "action": promise(journey, sam), "comment": comment.pk}
    execute(journey.pk, sam.identity, "proof.add", proof)
    execute(journey.pk, fiona.identity, "comment.remove", {"ids": [comment.pk]})
    assert Proof.objects.get().comment is None


# -- "none, because …" -------------------------------------------------------------------------
def none(workshop, department, because="Two run already") -> dict:
    return {"id": new_id("na"), "workshop": workshop.pk, "department": department.pk, "because": because}


def test_none_because_is_said_changed_and_taken_back(journey, fiona, sam, departments):
    workshop = gone_live(journey, fiona, people=[sam.identity])
    said = none(workshop, departments["SA"])
    execute(journey.pk, sam.identity, "no_action.say", said, command_id="none-said")
    execute(journey.pk, fiona.identity, "no_action.say", none(workshop, departments["SA"], "Three, in fact"))
    assert NoAction.objects.filter(removed_at=None).get().because == "Three, in fact"
    execute(journey.pk, sam.identity, "no_action.take_back", {"id": said["id"]}, command_id="taken-back")
    assert coverage(workshop).missing[0].department == departments["SA"]
    execute(journey.pk, sam.identity, "undo", {"command": "taken-back"})
    assert coverage(workshop).with_none[0].none.because == "Three, in fact"


def test_none_wants_a_reason_and_no_promise(journey, fiona, sam, departments):
    workshop = gone_live(journey, fiona, people=[sam.identity])
    assert refused(journey.pk, sam, "no_action.say", none(workshop, departments["SA"], "  ")).field == "because"
    pk = promise(journey, sam, workshop=workshop.pk)
    assert refused(journey.pk, sam, "no_action.say", none(workshop, departments["SA"])).code == "conflict"
    change(journey, sam, pk, status="dropped", dropped_because="Not ours")
    execute(journey.pk, sam.identity, "no_action.say", none(workshop, departments["SA"]))
    assert coverage(workshop).with_none


def test_nobody_says_none_for_others_nor_out_of_time(journey, fiona, sam, sue, elena, departments):
    planned = opened(journey, fiona)
    assert refused(journey.pk, sam, "no_action.say", none(planned, departments["SA"])).code == "locked"
    workshop = gone_live(journey, fiona, people=[sam.identity])
    for who in (sue, elena):
        assert refused(journey.pk, who, "no_action.say", none(workshop, departments["SA"])).code == "forbidden"
    execute(journey.pk, sam.identity, "no_action.say", none(workshop, departments["SA"]), command_id="late")
    execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Fire drill"})
    assert refused(journey.pk, sam, "no_action.say", none(workshop, departments["SA"])).code == "locked"
    assert refused(journey.pk, sam, "undo", {"command": "late"}).code == "forbidden"


# -- coverage and spread -----------------------------------------------------------------------
SPREAD = [
    # promises by department (codes), departments in the room, on whom it leans
    ("", 7, ""),
    ("SA", 7, ""),
    ("SA CS FI", 7, ""),  # one each leans on nobody
    ("SA SA", 7, "SA"),
    ("SA SA CS", 7, "SA"),
    ("SA SA CS FI", 7, "SA CS"),
    ("SA SA CS CS FI LO", 7, "SA CS"),
    ("SA SA CS FI LO PR", 7, ""),  # exactly half sits with two
    ("SA SA CS", 3, "SA"),
    ("SA SA CS FI", 3, ""),  # of three departments two always hold most
    ("SA SA SA", 1, ""),
]


@pytest.mark.parametrize(("held", "of", "on"), SPREAD)
def test_more_than_half_with_one_or_two_departments_is_seen(departments, held, of, on):
    actions = [ActionItem(title=code, department=departments[code]) for code in held.split()]
    assert [row.code for row in leaning(actions, of)] == on.split()


def test_who_is_covered(departments):
    sales, service, finance = (departments[code] for code in ("SA", "CS", "FI"))
    actions = [
        ActionItem(title="kept", department=sales, department_id=sales.pk),
        ActionItem(title="dropped", department=service, department_id=service.pk, status="dropped"),
    ]
    found = coverage_of([finance, sales, service], actions, [NoAction(department_id=finance.pk, because="Two run")])
    assert [(share.department.code, share.state) for share in found.shares] == [
        (row.code, {"SA": "action", "CS": "missing", "FI": "none"}[row.code])
        for row in sorted([sales, service, finance], key=lambda row: row.position)
    ]
    assert [action.title for action in found.actions] == ["kept"]


def test_who_was_asked_and_stayed_away_is_missed_and_those_who_watch_are_not(journey, fiona, sam, sue, elena, otto):
    workshop = gone_live(journey, fiona, people=[sam.identity, sue.identity, elena.identity, otto.identity])
    execute(journey.pk, sam.identity, "workshop.enter", {"id": workshop.pk})
    assert [share.department.code for share in coverage(workshop).missing] == ["SA", "CS"]
    turn(journey.pk, fiona.identity, workshop.pk, "learn")
    answered(workshop, sam)
    assert Workshop.objects.get().counts
