"""Running the meeting: live, from phase to phase by the server's clock. One press is one step, whoever presses.

How it is closed stands in actions/closing.py: what it must have brought about first are promises."""

from __future__ import annotations

import datetime

from live.context import Context
from live.models import new_id
from live.values import Refused
from touchpoints.commands import Id, Payload
from workshops.agenda import catch_up, seconds_left, shortened
from workshops.models import Participant, Phase, Workshop
from workshops.planning import LONGEST_PHASE
from workshops.roster import seat_of
from workshops.states import live_workshop

LEFT_OPEN = 2 * 3600  # seconds over its time after which a phase was left open rather than late


class ByWorkshop(Payload):
    """`id` is the workshop's."""

    id: Id


def go_live(ctx: Context, data: ByWorkshop) -> None:
    workshop = ctx.get(Workshop, data.id)
    if workshop.state != Workshop.State.PLANNED:
        raise Refused("conflict", f"This workshop is {workshop.state} already.", current=workshop.state)
    for name, words in (
        ("objective", "an objective"),
        ("planned_use", "a planned use"),
        ("success_measure", "a measure"),
    ):
        if not workshop.value(name).strip():
            raise Refused("invalid", f"Without {words} this would be a conversation. Write it first.", field=name)
    ctx.change(workshop, state=Workshop.State.LIVE, went_live_at=ctx.now)
    _start(ctx, workshop, _phases(ctx, workshop)[0])
    ctx.for_good()


class TurnPhase(Payload):
    """Go on from `phase`, the one that the sender saw: two people who press at once move one step."""

    id: Id
    phase: Id


def next_phase(ctx: Context, data: TurnPhase) -> None:
    _turn(ctx, data, +1, "This is the last phase. Close the workshop when everybody is done.")


def previous_phase(ctx: Context, data: TurnPhase) -> None:
    _turn(ctx, data, -1, "This is the first phase.")


def _turn(ctx: Context, data: TurnPhase, step: int, at_the_end: str) -> None:
    workshop = _in_phase(ctx, data)
    phases = _phases(ctx, workshop)
    to = [phase.id for phase in phases].index(data.phase) + step
    if not 0 <= to < len(phases):
        raise Refused("invalid", at_the_end)
    if step > 0 and _keeps_time(workshop, phases[to - 1], ctx.now):
        ctx.change(workshop, behind=workshop.behind + round(gone(workshop, ctx.now) - _seconds(phases[to - 1])))
    _start(ctx, workshop, phases[to])
    ctx.for_good()


def pause(ctx: Context, data: TurnPhase) -> None:
    """Stop the timer; press it again to go on."""
    workshop = _in_phase(ctx, data)
    if workshop.paused_at is None:
        ctx.change(workshop, paused_at=ctx.now)
    else:
        ctx.change(
            workshop, phase_started_at=ctx.now - datetime.timedelta(seconds=gone(workshop, ctx.now)), paused_at=None
        )
    ctx.for_good()


def add_minute(ctx: Context, data: TurnPhase) -> None:
    """A minute more for what runs now; the end of the workshop moves, or something else is shortened."""
    workshop = _in_phase(ctx, data)
    phase = ctx.get(Phase, data.phase)
    if phase.open_until is not None:
        raise Refused("conflict", "This phase is open until a day and an hour. Choose a later one in the agenda.")
    if phase.minutes_private + phase.minutes_shared >= LONGEST_PHASE:
        raise Refused("full", f"A phase has {LONGEST_PHASE} minutes at most. Go on to the next one.")
    writing, _ = seconds_left(phase, gone(workshop, ctx.now))
    name = "minutes_private" if writing == "private" else "minutes_shared"
    ctx.change(phase, **{name: phase.value(name) + 1})
    ctx.change(workshop, behind=workshop.behind + 60)
    ctx.for_good()


def make_up(ctx: Context, data: TurnPhase) -> None:
    """Take what we are late from the phases to come, as `agenda.catch_up` proposes. Never from Commit."""
    workshop = _in_phase(ctx, data)
    phases = _phases(ctx, workshop)
    at = [phase.id for phase in phases].index(data.phase)
    cuts = catch_up(phases, at, late_by(workshop, phases[at], ctx.now))
    if not cuts:
        raise Refused("conflict", "Nothing is late, or nothing is left to shorten.")
    for position, cut in cuts.items():
        alone, together = shortened(phases[position], cut)
        ctx.change(phases[position], minutes_private=alone, minutes_shared=together)
    ctx.change(workshop, behind=workshop.behind - 60 * sum(cuts.values()))
    ctx.for_good()


def start_again(ctx: Context, data: TurnPhase) -> None:
    """The minutes of this phase begin now: after a night, a fire drill, a fault of the room's."""
    workshop = _in_phase(ctx, data)
    ctx.change(workshop, phase_started_at=ctx.now, paused_at=None)
    ctx.for_good()


def left_open(workshop: Workshop, phase: Phase, now: datetime.datetime) -> bool:
    """Nobody was there to turn the page: such a time is no delay to make up for."""
    return phase.open_until is None and gone(workshop, now) - _seconds(phase) > LEFT_OPEN


def _keeps_time(workshop: Workshop, phase: Phase, now: datetime.datetime) -> bool:
    """Whether its minutes count: not while people do it when it suits them, nor while nobody was there."""
    return phase.open_until is None and not left_open(workshop, phase, now)


def gone(workshop: Workshop, now: datetime.datetime) -> float:
    """Seconds that this phase has run, without the time it stood still."""
    assert workshop.phase_started_at is not None
    return ((workshop.paused_at or now) - workshop.phase_started_at).total_seconds()


def late_by(workshop: Workshop, phase: Phase, now: datetime.datetime) -> int:
    """Whole minutes that the workshop is behind its agenda."""
    over = max(0.0, gone(workshop, now) - _seconds(phase)) if _keeps_time(workshop, phase, now) else 0.0
    return max(0, int((workshop.behind + over) // 60))


def _seconds(phase: Phase) -> int:
    return 60 * (phase.minutes_private + phase.minutes_shared)


def _in_phase(ctx: Context, data: TurnPhase) -> Workshop:
    workshop = live_workshop(ctx, data.id)
    if workshop.phase_id != data.phase:
        raise Refused("conflict", "Somebody turned the page a moment ago.", current=workshop.phase_id)
    return workshop


def _phases(ctx: Context, workshop: Workshop) -> list[Phase]:
    return sorted(ctx.rows(Phase, workshop=workshop.id), key=lambda phase: phase.position)


def _start(ctx: Context, workshop: Workshop, phase: Phase) -> None:
    """From now on it runs. On a walk over the map everybody follows whoever turned the page."""
    walk = phase.of_kind == Phase.Kind.WALK
    ctx.change(
        workshop, phase=phase, phase_started_at=ctx.now, paused_at=None, spotlight="", reading=None,
        reading_since=None, led_by=ctx.actor.key if walk else workshop.led_by,
    )  # fmt: skip


def enter(ctx: Context, data: ByWorkshop) -> None:
    """Note that I opened it; somebody who was not asked becomes a participant by coming."""
    workshop, me = ctx.get(Workshop, data.id), ctx.actor
    found = seat_of(ctx, workshop)
    if found is None and workshop.doors_locked and not me.leads:
        raise Refused("locked", "The room is locked. Ask whoever runs the workshop to let you in.")
    if found is None:
        own = min(me.departments, default=None)
        ctx.add(
            Participant(
                id=new_id("pt"), workshop=workshop, person=me.key, name=me.name[:80], department_id=own, role=me.role,
                opened_at=ctx.now,
            )
        )  # fmt: skip
    elif found.opened_at is None:
        ctx.change(found, opened_at=ctx.now)
    ctx.for_good()


class SayReady(Payload):
    """I am, or am not, ready to go on from this phase."""

    id: Id
    ready: bool


def say_ready(ctx: Context, data: SayReady) -> None:
    workshop = live_workshop(ctx, data.id)
    found = ctx.rows(Participant, workshop=workshop.id, person=ctx.actor.key)
    if not found:
        raise Refused("unknown", "Open the workshop first.")
    ctx.change(found[0], ready_in=workshop.phase_id if data.ready else None)
