"""How bad is it for customers? Everybody rates alone, against written anchors; then the room sees where it disagrees.

Severity to the customer is settled by people who read customers' words, one by one and unseen by each other: a
number said aloud anchors all that come after it. Opening the round tells median and spread of each thing, never who
gave what; the widest disagreement is talked about first.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import Annotated, Any

from msgspec import Meta

from live.context import Context
from live.models import Record
from live.values import Refused, clean_line
from touchpoints.commands import Id, Payload
from touchpoints.models import Touchpoint
from voices.models import Issue
from workshops.models import Rating
from workshops.states import live_workshop

ROUND = "severity"
Severity = Annotated[int, Meta(ge=1, le=5)]


class GiveRating(Payload):
    """My rating of one issue or touchpoint (`place`); again to change it, until the round is opened."""

    id: Id
    workshop: Id
    place: Id
    severity: Severity


def give(ctx: Context, data: GiveRating) -> None:
    workshop = live_workshop(ctx, data.workshop)
    if ROUND in workshop.revealed:
        raise Refused("locked", "The round is open. Say in the room what you think now.")
    place = _place(ctx, data.place)
    of = {place.kind: place}
    found = ctx.rows(Rating, workshop=workshop.id, author=ctx.actor.key, **of)
    if found:
        ctx.change(found[0], severity=data.severity)
    else:
        ctx.add(Rating(id=data.id, workshop=workshop, author=ctx.actor.key, severity=data.severity, **of))


class OpenRound(Payload):
    """`id` is the workshop's."""

    id: Id


def open_round(ctx: Context, data: OpenRound) -> None:
    """Show median and spread. From now on nobody rates."""
    workshop = live_workshop(ctx, data.id)
    if ROUND in workshop.revealed:
        raise Refused("conflict", "The round is open already.")
    ctx.unit.flush()
    given: dict[str, list[int]] = defaultdict(list)
    for row in Rating.objects.filter(workshop=workshop.pk, removed_at=None):
        given[row.issue_id or row.touchpoint_id or ""].append(row.severity)
    if not given:
        raise Refused("conflict", "Nobody has rated anything yet.")
    ctx.change(workshop, rated=results(given), revealed=[*workshop.revealed, ROUND])
    ctx.for_good()


def results(given: dict[str, list[int]]) -> list[dict[str, Any]]:
    """What may be known of ratings by place: the widest disagreement first, then the worst. Of an even number of
    ratings the higher of the two in the middle is the median: in doubt it is worse for customers."""
    found = [
        {
            "place": place,
            "median": statistics.median_high(all_),
            "low": min(all_),
            "high": max(all_),
            "people": len(all_),
        }
        for place, all_ in given.items()
    ]
    return sorted(found, key=lambda row: (row["low"] - row["high"], -row["median"], row["place"]))


class Settle(Payload):
    """What the room agrees on for one `place`; a reason (`because`) where it is not the median."""

    id: Id
    place: Id
    severity: Severity
    because: str = ""


def settle(ctx: Context, data: Settle) -> None:
    workshop = live_workshop(ctx, data.id)
    rows = [dict(row) for row in workshop.rated]
    row = next((row for row in rows if row["place"] == data.place), None)
    if row is None:
        raise Refused("unknown", "The room has not rated this.", field="place")
    because = clean_line(data.because, 300, field="because", required=False)
    if data.severity != row["median"] and not because:
        raise Refused(
            "invalid", f"The median is {row['median']}. Say why it should be {data.severity}.", field="because"
        )
    ctx.change(_place(ctx, data.place), severity=data.severity)
    row.update(settled=data.severity, because=because)
    ctx.change(workshop, rated=rows)


def _place(ctx: Context, pk: str) -> Record:
    return ctx.get(Issue if pk.startswith(Issue.prefix + "_") else Touchpoint, pk)  # type: ignore[type-var]
