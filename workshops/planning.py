"""The agenda, edited by hand: phases added, timed, moved and taken out, before the meeting and for what is still to come.

Commit (in a report-back: what became of it) is protected: it stays, and keeps its minutes.
"""

from __future__ import annotations

import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from live.context import Context
from live.values import Refused
from touchpoints.commands import Id, Payload, given
from workshops.agenda import COMMIT_KEEPS
from workshops.models import Phase, Workshop
from workshops.states import not_closed

LONGEST_PHASE = 120
MOST_PHASES = 30
LONGEST_OPEN = datetime.timedelta(days=60)
Minutes = Annotated[int, Meta(ge=0, le=LONGEST_PHASE)]


class AddPhase(Payload):
    """A phase behind `after`; without it, the first."""

    id: Id
    workshop: Id
    of_kind: Phase.Kind
    minutes_shared: Minutes = 10
    minutes_private: Minutes = 0
    after: Id | None = None


def add_phase(ctx: Context, data: AddPhase) -> None:
    workshop = not_closed(ctx, data.workshop)
    phases = phases_in_order(ctx, workshop)
    if len(phases) >= MOST_PHASES:
        raise Refused("full", f"An agenda has {MOST_PHASES} phases at most. Take one out first.")
    phase = Phase(
        id=data.id, workshop=workshop, of_kind=data.of_kind, minutes_private=data.minutes_private,
        minutes_shared=data.minutes_shared, position=len(phases),
    )  # fmt: skip
    _timed(phase.of_kind, data.minutes_private, data.minutes_shared, protected=False)
    ctx.add(phase)
    _put(ctx, workshop, phases, phase, data.after)


class ChangePhase(Payload):
    """Its minutes, what it is, or until when it stays open for people in other time zones (null: minutes again)."""

    id: Id
    of_kind: Phase.Kind | UnsetType = UNSET
    minutes_private: Minutes | UnsetType = UNSET
    minutes_shared: Minutes | UnsetType = UNSET
    open_until: datetime.datetime | UnsetType | None = UNSET


def change_phase(ctx: Context, data: ChangePhase) -> None:
    phase, values = ctx.get(Phase, data.id), given(data)
    workshop = not_closed(ctx, phase.workshop_id)
    _to_come(ctx, workshop, phase, or_now=values.keys() <= {"open_until"})
    if phase.protected and values.get("of_kind", phase.of_kind) != phase.of_kind:
        raise Refused("locked", _stays(phase), field="of_kind")
    alone = values.get("minutes_private", phase.minutes_private)
    together = values.get("minutes_shared", phase.minutes_shared)
    _timed(values.get("of_kind", phase.of_kind), alone, together, protected=phase.protected)
    if until := values.get("open_until"):
        values["open_until"] = _deadline(ctx, until)
    ctx.change(phase, **values)


def _timed(kind: str, alone: int, together: int, *, protected: bool) -> None:
    whole = alone + together
    if whole > LONGEST_PHASE:
        raise Refused("invalid", f"A phase has {LONGEST_PHASE} minutes at most.", field="minutes_shared")
    if protected and whole < COMMIT_KEEPS:
        raise Refused(
            "locked",
            f"This phase keeps at least {COMMIT_KEEPS} minutes: it is what the workshop is for. Shorten another one.",
            field="minutes_shared",
        )
    if not whole and kind != Phase.Kind.BREAK:
        raise Refused("invalid", "A phase needs a minute at least.", field="minutes_shared")


def _deadline(ctx: Context, until: datetime.datetime) -> datetime.datetime:
    if until.tzinfo is None:
        raise Refused("invalid", "Say in which time zone the phase ends.", field="open_until")
    if not ctx.now < until <= ctx.now + LONGEST_OPEN:
        raise Refused("invalid", f"Choose a day in the next {LONGEST_OPEN.days} days.", field="open_until")
    return until.astimezone(datetime.UTC)  # PostgreSQL knows no zone sixteen hours away


class MovePhase(Payload):
    """Behind `after`; without it, to the front."""

    id: Id
    after: Id | None = None


def move_phase(ctx: Context, data: MovePhase) -> None:
    phase = ctx.get(Phase, data.id)
    workshop = not_closed(ctx, phase.workshop_id)
    _to_come(ctx, workshop, phase)
    rest = [row for row in phases_in_order(ctx, workshop) if row.id != phase.id]
    _put(ctx, workshop, rest, phase, data.after)


class ByPhase(Payload):
    id: Id


def remove_phase(ctx: Context, data: ByPhase) -> None:
    phase = ctx.get(Phase, data.id)
    workshop = not_closed(ctx, phase.workshop_id)
    if phase.protected:
        raise Refused("locked", _stays(phase))
    _to_come(ctx, workshop, phase)
    rest = [row for row in phases_in_order(ctx, workshop) if row.id != phase.id]
    ctx.remove(phase)
    _number(ctx, rest)


def phases_in_order(ctx: Context, workshop: Workshop) -> list[Phase]:
    return sorted(ctx.rows(Phase, workshop=workshop.id), key=lambda phase: (phase.position, phase.id))


def _stays(phase: Phase) -> str:
    return f"“{phase.get_of_kind_display()}” stays: a workshop that does not get there was a conversation."


def _to_come(ctx: Context, workshop: Workshop, phase: Phase, *, or_now: bool = False) -> None:
    """Refuse to change what the room is doing or has done."""
    now = ctx.get(Phase, workshop.phase_id) if workshop.phase_id else None
    if now is None or phase.position > now.position or (or_now and phase.id == now.id):
        return
    raise Refused("locked", "This phase has started. Change one that is still to come, or go back to the one before.")


def _put(ctx: Context, workshop: Workshop, rest: list[Phase], phase: Phase, after: str | None) -> None:
    """A vanished neighbour means the end. Nothing is put before what has started."""
    ids = [row.id for row in rest]
    at = 0 if after is None else ids.index(after) + 1 if after in ids else len(ids)
    if workshop.phase_id in ids:
        at = max(at, ids.index(workshop.phase_id) + 1)
    _number(ctx, [*rest[:at], phase, *rest[at:]])


def _number(ctx: Context, phases: list[Phase]) -> None:
    for position, phase in enumerate(phases):
        if phase.position != position:
            ctx.change(phase, position=position)
