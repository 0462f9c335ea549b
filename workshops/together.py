"""Keeping a room together: who leads, where everybody looks, who wants to speak, who has not been heard, what is locked.

All of it is state of the workshop, so that whoever comes late, wakes up or sits at the map sees it at once; and any
facilitator may take it over from a colleague whose laptop died.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from live.context import Context
from live.models import new_id
from live.values import Refused
from touchpoints.commands import Id, Payload
from touchpoints.models import Stage, Touchpoint
from voices.models import Comment, Issue
from workshops.models import Nudge, Participant, Workshop
from workshops.states import live_workshop


class Lead(Payload):
    """Follow me, or nobody (`on` false). Whoever presses last leads."""

    id: Id
    on: bool


def lead(ctx: Context, data: Lead) -> None:
    ctx.change(live_workshop(ctx, data.id), led_by=ctx.actor.key if data.on else "")
    ctx.for_good()


class Spotlight(Payload):
    """Look at this: a stage, touchpoint or issue by its id, a comment by its number; null for nothing in particular."""

    id: Id
    at: str | None


def spotlight(ctx: Context, data: Spotlight) -> None:
    workshop = live_workshop(ctx, data.id)
    ctx.change(workshop, spotlight=_something(ctx, data.at) if data.at else "")
    ctx.for_good()


def _something(ctx: Context, at: str) -> str:
    for model in (Stage, Touchpoint, Issue):
        if at.startswith(model.prefix + "_"):
            return ctx.get(model, at).id  # type: ignore[type-var]
    number = int(at) if at.isascii() and at.isdigit() and len(at) < 19 else 0
    if not Comment.objects.filter(room=ctx.room.id, pk=number).exists():
        raise Refused("unknown", "This is not here any more.", field="at")
    return str(number)


class Bring(Payload):
    """Everybody here: to the room, or to the map. They are told three seconds before, and may stay."""

    id: Id
    to: Literal["room", "map"]


def bring(ctx: Context, data: Bring) -> None:
    workshop = live_workshop(ctx, data.id)
    ctx.change(workshop, led_by=ctx.actor.key, brought_to=data.to, brought_at=ctx.now)
    ctx.for_good()


class Lock(Payload):
    """`doors`: nobody new comes in. `writing`: only whoever runs the workshop writes, until it is unlocked."""

    id: Id
    doors: bool | UnsetType = UNSET
    writing: bool | UnsetType = UNSET


def lock(ctx: Context, data: Lock) -> None:
    workshop = live_workshop(ctx, data.id)
    if data.doors is not UNSET:
        ctx.change(workshop, doors_locked=data.doors)
    if data.writing is not UNSET:
        ctx.change(workshop, writing_locked=data.writing)
    ctx.for_good()


class RaiseHand(Payload):
    """I want to speak, or do not any more. Whoever runs it puts down the hand of a `participant` who has spoken."""

    id: Id
    up: bool
    participant: Id | None = None


def raise_hand(ctx: Context, data: RaiseHand) -> None:
    workshop = live_workshop(ctx, data.id)
    if data.participant is None:
        row = present(ctx, workshop)
    else:
        row = ctx.get(Participant, data.participant)
        if row.workshop_id != workshop.id:
            raise Refused("unknown", "This person is in another workshop.", field="participant")
        if row.person != ctx.actor.key and (data.up or not ctx.actor.leads):
            raise Refused("forbidden", "Everybody raises their own hand.")
    ctx.change(row, hand_at=(row.hand_at or ctx.now) if data.up else None)
    ctx.for_good()


class AskIn(Payload):
    """A quiet word to one `participant` who has not been heard: nobody else learns of it."""

    id: Id
    participant: Id


def ask_in(ctx: Context, data: AskIn) -> None:
    workshop, row = live_workshop(ctx, data.id), ctx.get(Participant, data.participant)
    if row.workshop_id != workshop.id:
        raise Refused("unknown", "This person is in another workshop.", field="participant")
    ctx.add(Nudge(id=new_id("nu"), workshop=workshop, person=row.person, phase_id=workshop.phase_id))
    ctx.for_good()


def present(ctx: Context, workshop: Workshop) -> Participant:
    """The participant that I am."""
    found = ctx.rows(Participant, workshop=workshop.id, person=ctx.actor.key)
    if not found:
        raise Refused("unknown", "Open the workshop first.")
    return found[0]
