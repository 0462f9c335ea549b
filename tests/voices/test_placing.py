"""Placing comments: what it does to the map, who may, and the way back."""

from __future__ import annotations

import pytest
from msgspec.json import decode

from accounts.models import Organisation
from journeymap.board import BOARD
from live.door import execute, execute_all
from live.models import Event, new_id
from live.queries import snapshot
from live.values import Refused
from touchpoints.models import Evidence, Stage
from touchpoints.starting import start_journey
from voices.models import Comment, Issue, Quantity, SourceKind
from voices.queries import evidence_level


@pytest.fixture
def comments(brought_in, touchpoints) -> list[int]:
    brought_in()
    return list(Comment.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def place(journey):
    def run(who, ids, touchpoint=None, command_id=None, **more):
        data = {"ids": ids, "touchpoint": touchpoint.pk if touchpoint else None, **more}
        return execute(journey.pk, who.identity, "comment.place", data, command_id)

    return run


def state(touchpoint) -> tuple[int, str]:
    touchpoint.refresh_from_db()
    return touchpoint.quotes, touchpoint.evidence


def test_placing_many_comments_is_one_event_that_patches_the_map(place, comments, touchpoints, fiona, journey):
    line = touchpoints["Calls the emergency line"]
    outcome = place(fiona, comments, line)
    patch = {"quotes": 5, "evidence": "strong", "stated": {"days": 19.0, "hours": 3.67}}
    assert decode(outcome.event.body) == {"patch": {line.pk: patch}}
    assert snapshot(BOARD, journey.pk).records({"all"})[line.pk]["quotes"] == 5
    assert Comment.objects.filter(touchpoint=line, stage=line.stage, placed_by=fiona.identity).count() == 5


def test_what_customers_say_it_costs_them_follows_the_comments(place, comments, touchpoints, fiona, journey):
    """Hours of work, days of waiting, money as written; not rates, not how long they have been customers."""
    line, stage = touchpoints["Calls the emergency line"], touchpoints["Gets the invoice"].stage
    Quantity.objects.all().delete()
    said = [
        ("time", 90, "min", ""), ("time", 3 * 480, "days", ""), ("money", 4500, "EUR", ""), ("money", 20, "USD", ""),
        ("time", 600, "min", "month"), ("time", 2 * 252 * 480, "years", ""), ("count", 9, "calls", ""),
    ]  # fmt: skip
    for comment in comments[:2]:
        for kind, low, unit, rate in said:
            Quantity.objects.create(comment_id=comment, kind=kind, low=low, unit=unit, rate=rate, start=0, end=1)
    place(fiona, comments[:2], line)
    line.refresh_from_db()
    assert line.stated == {"hours": 3, "days": 6, "EUR": 9000, "USD": 40}
    place(fiona, comments[:1], None, "whole-1", stage=stage.pk)
    line.refresh_from_db()
    stage.refresh_from_db()
    assert line.stated == stage.stated == {"hours": 1.5, "days": 3, "EUR": 4500, "USD": 20}
    execute(journey.pk, fiona.identity, "undo", {"command": "whole-1"})
    stage.refresh_from_db()
    assert stage.stated == {}


def test_moving_counts_both_touchpoints_again(place, comments, touchpoints, fiona):
    line, invoice = touchpoints["Calls the emergency line"], touchpoints["Gets the invoice"]
    place(fiona, comments[:2], line)
    outcome = place(fiona, comments[:1], invoice)
    assert set(decode(outcome.event.body)["patch"]) == {line.pk, invoice.pk}
    assert (state(line), state(invoice)) == ((1, "voiced"), (1, "voiced"))


def test_undo_and_redo(place, comments, touchpoints, fiona, journey):
    line, invoice = touchpoints["Calls the emergency line"], touchpoints["Gets the invoice"]
    place(fiona, comments[:1], invoice)
    place(fiona, comments[:3], line, "place-1")
    execute(journey.pk, fiona.identity, "undo", {"command": "place-1"}, "undo-1")
    assert (state(line), state(invoice)) == ((0, "none"), (1, "voiced"))
    assert Comment.objects.get(pk=comments[0]).touchpoint == invoice
    assert Comment.objects.get(pk=comments[1]).placed_at is None
    execute(journey.pk, fiona.identity, "undo", {"command": "undo-1"})
    assert (state(line), state(invoice)) == ((3, "strong"), (0, "none"))


def test_undo_never_takes_back_what_somebody_else_did_since(place, comments, touchpoints, fiona, sam, journey):
    line, invoice = touchpoints["Calls the emergency line"], touchpoints["Gets the invoice"]
    place(fiona, comments[:2], line, "place-1")
    place(sam, comments[:1], invoice)
    with pytest.raises(Refused, match="placed some of these"):
        execute(journey.pk, fiona.identity, "undo", {"command": "place-1"})
    assert (state(line), state(invoice)) == ((1, "voiced"), (1, "voiced"))


def test_several_touchpoints_in_one_step(comments, touchpoints, fiona, journey):
    line, invoice = touchpoints["Calls the emergency line"], touchpoints["Gets the invoice"]
    steps = [
        ("comment.place", {"ids": comments[:1], "touchpoint": line.pk}),
        ("comment.place", {"ids": comments[1:2], "touchpoint": invoice.pk}),
    ]
    execute_all(journey.pk, fiona.identity, [(new_id("cm"), name, data) for name, data in steps], "tx-1")
    execute(journey.pk, fiona.identity, "undo", {"tx": "tx-1"})
    assert (state(line), state(invoice)) == ((0, "none"), (0, "none"))
    assert not Comment.objects.exclude(placed_at=None).exists()


def test_a_step_that_fails_half_way_leaves_nothing(comments, touchpoints, fiona, journey):
    line = touchpoints["Calls the emergency line"]
    steps = [{"ids": comments[:1], "touchpoint": line.pk}, {"ids": [999_999], "touchpoint": line.pk}]
    with pytest.raises(Refused, match="not here any more"):
        execute_all(journey.pk, fiona.identity, [(new_id("cm"), "comment.place", data) for data in steps], "tx-1")
    assert state(line) == (0, "none")
    assert not Comment.objects.exclude(placed_at=None).exists()


def test_into_a_stage_and_off_the_map(place, comments, touchpoints, fiona, journey):
    stage = Stage.objects.filter(room=journey.pk).first()
    place(fiona, comments[:1], stage=stage.pk)
    assert Comment.objects.get(pk=comments[0]).stage == stage
    place(fiona, comments[:1])
    assert Comment.objects.get(pk=comments[0]).placed_at is None


@pytest.mark.parametrize(
    ("who", "may"), [("ada", True), ("sam", True), ("elena", False), ("otto", False), ("gus", False), ("olga", False)]
)
def test_who_may_place(who, may, place, comments, touchpoints, request):
    line = touchpoints["Calls the emergency line"]
    person = request.getfixturevalue(who)
    if may:
        place(person, comments[:1], line)
    else:
        with pytest.raises(Refused) as refused:
            place(person, comments[:1], line)
        assert refused.value.code == "forbidden"
        assert state(line) == (0, "none")


def test_comments_and_touchpoints_of_another_journey_are_not_here(place, comments, touchpoints, fiona, olga, harrow):
    other = start_journey(Organisation.objects.get(slug="elsewhere"), olga, "Another")
    with pytest.raises(Refused, match="not here"):
        execute(
            other.pk,
            olga.identity,
            "comment.place",
            {"ids": comments[:1], "stage": Stage.objects.filter(room=other.pk).first().pk},
        )
    foreign = Stage.objects.filter(room=other.pk).first()
    with pytest.raises(Refused, match="not here"):
        place(fiona, comments[:1], stage=foreign.pk)


@pytest.mark.parametrize(
    ("kinds", "accounts", "level"),
    [
        ({}, 0, Evidence.NONE),
        ({SourceKind.OPINION: 3}, 0, Evidence.OPINION),
        ({SourceKind.HEARD: 9, SourceKind.OPINION: 1}, 0, Evidence.HEARD),
        ({SourceKind.VERBATIM: 1}, 0, Evidence.VOICED),
        ({SourceKind.TELEMETRY: 40}, 2, Evidence.VOICED),
        ({SourceKind.VERBATIM: 3, SourceKind.HEARD: 1}, 3, Evidence.STRONG),
    ],
)
def test_evidence_levels(kinds, accounts, level):
    assert evidence_level(kinds, accounts) == level


def test_counting_never_takes_a_confirmation_away(place, comments, touchpoints, fiona):
    line = touchpoints["Calls the emergency line"]
    line.evidence = Evidence.VERIFIED
    line.save()
    place(fiona, comments[:1], line)
    assert state(line) == (1, "verified")


def test_issues_are_live(journey, sam, touchpoints, otto):
    pk = new_id("is")
    execute(
        journey.pk,
        sam.identity,
        "issue.add",
        {"id": pk, "title": "Nobody answers", "touchpoint": touchpoints["Calls the emergency line"].pk},
    )
    execute(journey.pk, sam.identity, "issue.change", {"id": pk, "severity": 5, "quick_win": True})
    assert Issue.objects.get(pk=pk).severity == 5
    with pytest.raises(Refused):
        execute(journey.pk, otto.identity, "issue.remove", {"id": pk})
    execute(journey.pk, sam.identity, "issue.remove", {"id": pk})
    assert Event.objects.filter(room=journey.pk, name="issue.removed").exists()
