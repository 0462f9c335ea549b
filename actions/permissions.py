"""Who may promise, change a promise, and say something about one.

Facilitators and admins may change all. Representatives promise for their departments; whoever owns or
helps with a promise keeps it up to date, and says what stands behind it. Who speaks for a department says in a workshop
that it promises nothing. Everybody who may see the journey may write a note, which is how
a sponsor follows up.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.models import Role
from actions.models import ActionItem, NoAction, ProgressNote, Proof
from live.context import Context
from live.models import Record
from touchpoints.permissions import edit_level
from workshops.models import Workshop

WHY_NOT_ADD = "Promises come from people who speak for a department."
WHY_NOT_NONE = "Only somebody who speaks for this department, or a facilitator, says that it promises nothing."
WHY_NOT_CHANGE = "Only its owner, its department and facilitators change a promise. Write a note instead."


def promises(actor: Actor) -> bool:
    return edit_level(actor) != "none"


def may_add(actor: Actor, ctx: Context, data: Any) -> bool:
    return promises(actor)


def may_change_action_row(actor: Actor, row: Record) -> bool:
    if actor.leads:
        return True
    keepers = (row.value("owner"), row.value("co_owner"), *row.value("helpers"))
    mine = actor.key in {f"u{keeper}" for keeper in keepers}
    own = edit_level(actor) == "own" and actor.role != Role.GUEST and row.value("department") in actor.departments
    return mine or own


def may_change(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_action_row(actor, ctx.get(ActionItem, data.id))


def may_prove(actor: Actor, ctx: Context, data: Any) -> bool:
    """Whoever keeps a promise up to date says what stands behind it."""
    return may_change_action_row(actor, ctx.get(ActionItem, data.action))


def may_change_proof_row(actor: Actor, row: Record) -> bool:
    assert isinstance(row, Proof)
    return may_change_action_row(actor, row.action)


def may_remove_proof(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_proof_row(actor, ctx.get(Proof, data.id))


def speaks_for(actor: Actor, department: str | None) -> bool:
    return actor.leads or (edit_level(actor) == "own" and department in actor.departments)


def may_say_none(actor: Actor, ctx: Context, data: Any) -> bool:
    return speaks_for(actor, data.department)


def may_change_none_row(actor: Actor, row: Record) -> bool:
    assert isinstance(row, NoAction)
    return row.workshop.state != Workshop.State.CLOSED and speaks_for(actor, row.department_id)


def may_take_none_back(actor: Actor, ctx: Context, data: Any) -> bool:
    return speaks_for(actor, ctx.get(NoAction, data.id).department_id)


def may_note(actor: Actor, ctx: Context, data: Any) -> bool:
    return True


def may_change_note_row(actor: Actor, row: Record) -> bool:
    assert isinstance(row, ProgressNote)
    return actor.leads or row.by == actor.key


def keeps_reports(actor: Actor) -> bool:
    """Who makes a report that is kept."""
    return actor.leads or actor.role == Role.EXECUTIVE


def shares_reports(actor: Actor) -> bool:
    """Who gives a report to people without an account: who leads, because it names people and customers."""
    return actor.leads


def may_follow_up(actor: Actor) -> bool:
    """Whoever has an account: mails and the first page are where an answer comes back."""
    return actor.role != Role.GUEST


def may_tell(actor: Actor, ctx: Context, data: Any) -> bool:
    """Who may change a promise tells the group what became of it."""
    return may_change_action_row(actor, ctx.get(ActionItem, data.action))


def may_change_result_row(actor: Actor, row: Record) -> bool:
    return actor.leads or row.value("by") == actor.key
