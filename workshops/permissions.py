"""Who may do what in a workshop, and when. Asked at every command, whichever door it came through.

*Who*: facilitators and admins prepare and run it. Who speaks for a department (representatives, guests, and
those who run it) answers for that department; until the reveal an answer is its author's alone.

*When*: `TIMES` below, one row a command. A question is answered from its phase on, until the workshop is closed: who
comes late still gives their answer, and what is said after the reveal is open at once. Severity is rated while its
phase runs, and never once the round is open. While writing is locked only those who run the workshop write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from accounts.models import Role
from live.board import Predicate
from live.context import Context
from live.models import Record
from live.values import Refused
from touchpoints.permissions import edit_level
from workshops.models import Answer, Parked, Phase, Reaction, Reply, Tie, Workshop

WHY_NOT_RUN = "Only facilitators run a workshop."
WHY_NOT_ANSWER = "Answers come from people who speak for a department."
WHY_NOT_TALK = "This is done by people who speak for a department, and by those who run the workshop."
WHY_NOT_TAKE_OUT = "Only whoever put it there and facilitators take it out."
WHY_NOT_SPONSOR = "Only the sponsor accepts the date."
WHY_NOT_YOURS = "Only its author changes an answer, and facilitators once it is revealed."


def runs_workshops(actor: Actor) -> bool:
    return actor.leads


def nobody_in_particular(actor: Actor) -> Actor:
    """Whoever stands behind the big screen: sees what everybody sees, and nothing of whoever switched it on."""
    return Actor("nobody", "", Role.OBSERVER, actor.organisation_id, frozenset(), actor.room_id)


def may_run(actor: Actor, ctx: Context, data: Any) -> bool:
    return runs_workshops(actor)


def sponsors(actor: Actor, workshop: Workshop) -> bool:
    return actor.key == f"u{workshop.sponsor_id}"


def may_accept_report_back(actor: Actor, ctx: Context, data: Any) -> bool:
    return sponsors(actor, ctx.get(Workshop, data.id))


def may_take_part(actor: Actor, ctx: Context, data: Any) -> bool:
    """Everybody who may see the journey may be in the room; what they may do there is asked each time."""
    return True


def answers_for(actor: Actor) -> bool:
    return edit_level(actor) != "none"


def may_answer(actor: Actor, ctx: Context, data: Any) -> bool:
    return answers_for(actor)


def may_change_answer_row(actor: Actor, row: Record) -> bool:
    assert isinstance(row, Answer)
    if row.workshop.state == Workshop.State.CLOSED:
        return False
    return row.author in actor.own or (actor.leads and row.revealed_at is not None)


def may_change_answer(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_answer_row(actor, ctx.get(Answer, data.id))


def _is_closed(row: Record) -> bool:
    """The record of a workshop that is over stays as it was: nothing in it is undone either."""
    of: Any = row
    if isinstance(row, (Reaction, Reply, Tie)):
        of = of.answer
    return bool((of if isinstance(row, Workshop) else of.workshop).state == Workshop.State.CLOSED)


def may_change_workshop_row(actor: Actor, row: Record) -> bool:
    return actor.leads and not _is_closed(row)


def may_change_participant_row(actor: Actor, row: Record) -> bool:
    return (actor.leads or row.value("person") == actor.key) and not _is_closed(row)


def may_change_rating_row(actor: Actor, row: Record) -> bool:
    return row.value("author") in actor.own and not _is_closed(row)


def may_change_parked_row(actor: Actor, row: Record) -> bool:
    if _is_closed(row):
        return False
    return actor.leads or (bool(row.value("by")) and row.value("by") == actor.key)


def may_take_out(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_parked_row(actor, ctx.get(Parked, data.id))


def may_change_nudge_row(actor: Actor, row: Record) -> bool:
    return actor.leads


def may_change_reaction_row(actor: Actor, row: Record) -> bool:
    return row.value("person") == actor.key and not _is_closed(row)


def may_change_tie_row(actor: Actor, row: Record) -> bool:
    return (actor.leads or row.value("person") == actor.key) and not _is_closed(row)


def may_remove_tie(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_tie_row(actor, ctx.get(Tie, data.id))


def may_change_reply_row(actor: Actor, row: Record) -> bool:
    return (actor.leads or row.value("author") == actor.key) and not _is_closed(row)


def may_remove_reply(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_reply_row(actor, ctx.get(Reply, data.id))


# -- when --------------------------------------------------------------------------------------
PLANNED, LIVE, CLOSED = Workshop.State.PLANNED, Workshop.State.LIVE, Workshop.State.CLOSED
SEVERITY = Phase.Kind.SEVERITY
OF_ITS_PROMPT = "of_kind"  # since the phase that asks the question which the command is about


@dataclass(frozen=True)
class Time:
    """In which states of the workshop, from which kind of phase on (`since`) or only while one of these runs (`during`);
    `locks`: not while writing is locked."""

    states: tuple[str, ...]
    since: str = ""
    during: tuple[str, ...] = ()
    locks: bool = False


_OPEN, _RUNS = Time((PLANNED, LIVE)), Time((LIVE,))
_SAYS = Time((LIVE,), locks=True)
_ANSWERS = Time((LIVE,), since=OF_ITS_PROMPT, locks=True)
TIMES: dict[str, Time] = {
    "workshop.change": _OPEN,
    "workshop.write": _OPEN,
    "workshop.go_live": Time((PLANNED,)),
    "workshop.enter": _OPEN,
    "workshop.reply": _OPEN,
    "workshop.next_phase": _RUNS,
    "workshop.previous_phase": _RUNS,
    "workshop.pause": _RUNS,
    "workshop.add_minute": _RUNS,
    "workshop.make_up": _RUNS,
    "workshop.start_again": _RUNS,
    "workshop.close": _RUNS,
    "workshop.lead": _RUNS,
    "workshop.spotlight": _RUNS,
    "workshop.bring": _RUNS,
    "workshop.lock": _RUNS,
    "workshop.ask_in": _RUNS,
    "workshop.say_ready": _RUNS,
    "workshop.raise_hand": _RUNS,
    "workshop.reveal": Time((LIVE,), since=OF_ITS_PROMPT),
    "answer.add": _ANSWERS,
    "answer.change": _ANSWERS,
    "answer.write": _ANSWERS,
    "answer.remove": _ANSWERS,
    "rating.give": Time((LIVE,), during=(SEVERITY,), locks=True),
    "workshop.open_ratings": Time((LIVE,), since=SEVERITY),
    "workshop.settle": Time((LIVE,), since=SEVERITY),
    "workshop.read_out": Time((LIVE,), during=(Phase.Kind.READ_OUT, Phase.Kind.REPORT_BACK)),
    "workshop.accept_report_back": _OPEN,
    "no_action.say": _RUNS,
    "no_action.take_back": _RUNS,
    "answer.group": _SAYS,
    "answer.ask": _SAYS,
    "answer.react": _SAYS,
    "reply.add": _SAYS,
    "reply.remove": _SAYS,
    "tie.add": _SAYS,
    "tie.remove": _SAYS,
    "vote.open": Time((LIVE,), since=SEVERITY),
    "vote.cast": Time((LIVE,), since=SEVERITY, locks=True),
    "vote.close": Time((LIVE,), since=SEVERITY),
    "parked.add": Time((LIVE,), locks=True),
    "parked.settle": _RUNS,
    "parked.remove": Time((LIVE,), locks=True),
}
_TOO_LATE = {
    PLANNED: "This workshop has not started yet.",
    LIVE: "This workshop is live already.",
    CLOSED: "This workshop is closed; its record stays as it was.",
}


def in_time(name: str, may: Predicate) -> Predicate:
    """The predicate of a command with its row of `TIMES`: first who, then when."""
    time = TIMES.get(name)
    if time is None:
        return may

    def may_now(actor: Actor, ctx: Context, data: Any) -> bool:
        if not may(actor, ctx, data):
            return False
        workshop, prompt = _about(ctx, data)
        if workshop.state not in time.states:
            raise Refused("locked", _TOO_LATE[Workshop.State(workshop.state)], current=workshop.state)
        if time.locks and workshop.writing_locked and not actor.leads:
            raise Refused("locked", "Writing is locked for a moment. Your words stay here until it goes on.")
        if time.during and _present(ctx, workshop) not in time.during:
            raise Refused("locked", f"This is open while “{Phase.Kind(time.during[0]).label}” runs.")
        since = prompt if time.since == OF_ITS_PROMPT else time.since
        if since and not _reached(ctx, workshop, since):
            raise Refused("locked", f"“{Phase.Kind(since).label}” has not begun yet. Your words stay here until then.")
        return True

    return may_now


def _about(ctx: Context, data: Any) -> tuple[Workshop, str]:
    """The workshop that a command is about, and which of the four questions, if any."""
    pk = getattr(data, "workshop", "") or getattr(data, "answer", "") or data.id
    if pk.startswith(Workshop.prefix + "_"):
        return ctx.get(Workshop, pk), str(getattr(data, OF_ITS_PROMPT, ""))
    row = ctx.get(ctx.board.by_prefix[pk[:2]], pk)
    if isinstance(row, (Reply, Tie)):
        row = ctx.get(Answer, row.answer_id)
    kind = row.value(OF_ITS_PROMPT) if isinstance(row, Answer) else ""
    return ctx.get(Workshop, row.value("workshop")), kind


def _present(ctx: Context, workshop: Workshop) -> str:
    return ctx.get(Phase, workshop.phase_id).of_kind if workshop.phase_id else ""


def _reached(ctx: Context, workshop: Workshop, kind: str) -> bool:
    """Whether a phase of this kind runs or is over, or was begun before somebody turned back. What the agenda leaves
    out may be done all the time."""
    begun = kind in workshop.revealed or any(kind in of for of in workshop.counts.values())
    if begun or workshop.phase_id is None or workshop.state == CLOSED:
        return True
    at = ctx.get(Phase, workshop.phase_id)
    if at.of_kind == kind:
        return True
    ctx.unit.flush()
    first = Phase.objects.filter(workshop=workshop.pk, of_kind=kind, removed_at=None).order_by("position").first()
    return first is None or first.position <= at.position
