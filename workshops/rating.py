"""How bad is it for customers? Everybody rates alone, against written anchors; then the room sees where it disagrees.

Severity to the customer is settled by people who read customers' words, one by one and unseen by each other: a
number said aloud anchors all that come after it. Opening the round tells median and spread of each thing, never who
gave what; the widest disagreement is talked about first. What it costs the company is asked afterwards, in a round of
its own, when it can no longer colour the first answer.
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
from workshops.answers import writer
from workshops.models import Rating, Workshop
from workshops.states import live_workshop

About = Rating.About
# A round → its name in `Workshop.revealed`, where it keeps its results, and the column of the thing that it settles.
ROUNDS: dict[str, tuple[str, str, str]] = {
    About.CUSTOMERS: ("severity", "rated", "severity"),
    About.COMPANY: ("company", "rated_company", "company_severity"),
}
ROUND, _, _ = ROUNDS[About.CUSTOMERS]
Severity = Annotated[int, Meta(ge=1, le=5)]


class GiveRating(Payload):
    """My rating of one issue or touchpoint (`place`); again to change it, until the round is opened."""

    id: Id
    workshop: Id
    place: Id
    severity: Severity
    about: About = About.CUSTOMERS


def give(ctx: Context, data: GiveRating) -> None:
    workshop = live_workshop(ctx, data.workshop)
    _still_private(workshop, data.about)
    place = _place(ctx, data.place)
    if data.about == About.COMPANY and place.kind != Issue.kind:
        raise Refused("invalid", "What something costs us is said of let-downs.", field="place")
    author = writer(ctx, workshop)
    of = {place.kind: place}
    found = ctx.rows(Rating, workshop=workshop.id, author=author, about=data.about, **of)
    if found:
        ctx.change(found[0], severity=data.severity)
    else:
        ctx.add(Rating(id=data.id, workshop=workshop, author=author, about=data.about, severity=data.severity, **of))


def count_rater(ctx: Context, row: Rating) -> None:
    """How many have rated something follows from the first rating of each, and from the last that is taken back."""
    workshop = ctx.get(Workshop, row.workshop_id)
    own = len(ctx.rows(Rating, workshop=workshop.id, author=row.author, about=row.about))
    step = int(own == 1) if row.removed_at is None else -int(own == 0)
    if step:
        raters = {**workshop.raters, row.about: workshop.raters.get(row.about, 0) + step}
        ctx.derive(workshop, raters={about: n for about, n in sorted(raters.items()) if n})


def _still_private(workshop: Workshop, about: str) -> None:
    """Each round has its time: the company's only when nothing can anchor the customers' any more."""
    if ROUNDS[about][0] in workshop.revealed:
        raise Refused("locked", "The round is open. Say in the room what you think now.")
    if about == About.COMPANY and ROUND not in workshop.revealed:
        raise Refused("locked", "First how bad it is for customers. What it costs us is asked afterwards.")


class OpenRound(Payload):
    """`id` is the workshop's."""

    id: Id
    about: About = About.CUSTOMERS


def open_round(ctx: Context, data: OpenRound) -> None:
    """Show median and spread. From now on nobody rates."""
    workshop = live_workshop(ctx, data.id)
    name, kept, _ = ROUNDS[data.about]
    if name in workshop.revealed:
        raise Refused("conflict", "The round is open already.")
    ctx.unit.flush()
    given: dict[str, list[int]] = defaultdict(list)
    for row in Rating.objects.filter(workshop=workshop.pk, about=data.about, removed_at=None):
        given[row.issue_id or row.touchpoint_id or ""].append(row.severity)
    if not given:
        raise Refused("conflict", "Nobody has rated anything yet.")
    ctx.change(workshop, revealed=[*workshop.revealed, name], **{kept: results(given)})
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
    about: About = About.CUSTOMERS


def settle(ctx: Context, data: Settle) -> None:
    workshop = live_workshop(ctx, data.id)
    _, kept, column = ROUNDS[data.about]
    rows = [dict(row) for row in workshop.value(kept)]
    row = next((row for row in rows if row["place"] == data.place), None)
    if row is None:
        raise Refused("unknown", "The room has not rated this.", field="place")
    because = clean_line(data.because, 300, field="because", required=False)
    if data.severity != row["median"] and not because:
        raise Refused(
            "invalid", f"The median is {row['median']}. Say why it should be {data.severity}.", field="because"
        )
    ctx.change(_place(ctx, data.place), **{column: data.severity})
    row.update(settled=data.severity, because=because)
    ctx.change(workshop, **{kept: rows})


def _place(ctx: Context, pk: str) -> Record:
    return ctx.get(Issue if pk.startswith(Issue.prefix + "_") else Touchpoint, pk)  # type: ignore[type-var]
