"""Who may do what in a workshop. Asked at every command, whichever door it came through.

Facilitators and admins prepare and run it. Who speaks for a department (representatives, guests, and
those who run it) answers for that department; until the reveal an answer is its author's alone.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from live.context import Context
from live.models import Record
from touchpoints.permissions import edit_level
from workshops.models import Answer, Workshop

WHY_NOT_RUN = "Only facilitators run a workshop."
WHY_NOT_ANSWER = "Answers come from people who speak for a department."
WHY_NOT_YOURS = "Only its author changes an answer, and facilitators once it is revealed."


def runs_workshops(actor: Actor) -> bool:
    return actor.leads


def may_run(actor: Actor, ctx: Context, data: Any) -> bool:
    return runs_workshops(actor)


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
    if row.author:
        return row.author == actor.key or (actor.leads and row.revealed_at is not None)
    return actor.leads if row.revealed_at else row.department_id in actor.departments


def may_change_answer(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_answer_row(actor, ctx.get(Answer, data.id))


def may_change_workshop_row(actor: Actor, row: Record) -> bool:
    return actor.leads


def may_change_participant_row(actor: Actor, row: Record) -> bool:
    return actor.leads or row.value("person") == actor.key


def may_change_rating_row(actor: Actor, row: Record) -> bool:
    return row.value("author") == actor.key
