"""Dot votes: some dots each, dropped in boxes that nobody can look into before the vote is closed.

A dot is one more in a box. There is no paper with a name on it, so nobody, whoever reads the database, can say whose
it was; and for the same reason a vote that was cast cannot be changed. Totals exist when the vote is closed, once:
not after each voter, from which the last one's dots could be read; and never from fewer than three voters.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import F
from msgspec import Meta

from live.context import Context
from live.values import Refused
from touchpoints.commands import Id, Payload
from voices.models import Issue
from workshops import queries
from workshops.models import Ballot, Voter, Workshop
from workshops.states import live_workshop

FEWEST = 3  # voters from whom totals are told
Dots = Annotated[int, Meta(ge=1, le=20)]


class OpenVote(Payload):
    """Let everybody weigh the top things: `budget` dots each, with `several` more than one on the same thing."""

    id: Id
    budget: Dots = 5
    several: bool = True


def open_vote(ctx: Context, data: OpenVote) -> None:
    workshop = live_workshop(ctx, data.id)
    if _open_one(workshop):
        raise Refused("conflict", "A vote is open already. Close it first.")
    ctx.rows_are_written()
    places = [row.standing.of.pk for row in queries.ranking_of(workshop)[: queries.MOST_RATED]]
    if len(places) < 2:
        raise Refused("conflict", "There is nothing to choose between yet: the journey has no two touchpoints.")
    number = len(workshop.votes) + 1
    Ballot.objects.bulk_create(Ballot(workshop_id=workshop.id, round=number, **_of(pk)) for pk in places)
    vote = {
        "round": number, "budget": data.budget, "several": data.several, "places": places, "voted": 0, "state": "open",
    }  # fmt: skip
    ctx.change(workshop, votes=[*workshop.votes, vote])
    ctx.for_good()


class Cast(Payload):
    """My dots by thing, once. It cannot be taken back: nobody knows which were mine."""

    id: Id
    round: int
    dots: dict[Id, Dots]


def cast(ctx: Context, data: Cast) -> None:
    workshop = live_workshop(ctx, data.id)
    vote = _open_one(workshop)
    if vote is None or vote["round"] != data.round:
        raise Refused("locked", "This vote is closed. Your dots were not counted.")
    if not data.dots or not set(data.dots) <= set(vote["places"]):
        raise Refused("invalid", "Give at least one dot to something on the list.", field="dots")
    if sum(data.dots.values()) > vote["budget"]:
        raise Refused("invalid", f"You have {vote['budget']} dots. Take some back.", field="dots")
    if not vote["several"] and max(data.dots.values()) > 1:
        raise Refused("invalid", "One dot at most on each thing in this vote.", field="dots")
    ctx.rows_are_written()
    of = {"workshop_id": workshop.id, "round": data.round}
    if Voter.objects.filter(person=ctx.actor.key, **of).exists():
        raise Refused("conflict", "You have voted. A vote cannot be changed: nobody knows which one was yours.")
    Voter.objects.create(person=ctx.actor.key, **of)
    for pk, dots in data.dots.items():
        Ballot.objects.filter(**of, **_of(pk)).update(dots=F("dots") + dots)
    ctx.nameless = True
    _change(ctx, workshop, voted=vote["voted"] + 1)


class CloseVote(Payload):
    """Count, and show everybody the totals; or `drop` it uncounted."""

    id: Id
    round: int
    drop: bool = False


def close_vote(ctx: Context, data: CloseVote) -> None:
    workshop = live_workshop(ctx, data.id)
    vote = _open_one(workshop)
    if vote is None or vote["round"] != data.round:
        raise Refused("conflict", "This vote is closed already.")
    if vote["voted"] < FEWEST and not data.drop:
        people = f"{vote['voted']} person has" if vote["voted"] == 1 else f"{vote['voted']} people have"
        raise Refused(
            "conflict", f"Only {people} voted. Totals of fewer than {FEWEST} would tell who chose what: wait for more, or "
            "drop the vote.",
        )  # fmt: skip
    ctx.rows_are_written()
    boxes = Ballot.objects.filter(workshop_id=workshop.id, round=data.round)
    totals = {} if data.drop else {box.issue_id or box.touchpoint_id or "": box.dots for box in boxes}
    boxes.delete()
    Voter.objects.filter(workshop_id=workshop.id, round=data.round).delete()
    _change(ctx, workshop, state="dropped" if data.drop else "closed", totals=totals)


def _open_one(workshop: Workshop) -> dict[str, Any] | None:
    last = workshop.votes[-1] if workshop.votes else None
    return last if last and last["state"] == "open" else None


def _change(ctx: Context, workshop: Workshop, **values: Any) -> None:
    ctx.change(workshop, votes=[*workshop.votes[:-1], {**workshop.votes[-1], **values}])
    ctx.for_good()


def _of(pk: str) -> dict[str, str]:
    return {"issue_id" if pk.startswith(Issue.prefix + "_") else "touchpoint_id": pk}
