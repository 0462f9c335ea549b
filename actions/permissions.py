"""Who may promise, change a promise, and say something about one.

Facilitators and admins may change all. Representatives promise for their departments; whoever owns or
helps with a promise keeps it up to date. Everybody who may see the journey may write a note, which is how
a sponsor follows up.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.models import Role
from actions.models import ActionItem, ProgressNote
from live.context import Context
from live.models import Record
from touchpoints.permissions import edit_level

WHY_NOT_ADD = "Promises come from people who speak for a department."
WHY_NOT_CHANGE = "Only its owner, its department and facilitators change a promise. Write a note instead."


def promises(actor: Actor) -> bool:
    return edit_level(actor) != "none"


def may_add(actor: Actor, ctx: Context, data: Any) -> bool:
    return promises(actor)


def may_change_action_row(actor: Actor, row: Record) -> bool:
    if actor.leads:
        return True
    mine = actor.key in (f"u{row.value('owner')}", *(f"u{helper}" for helper in row.value("helpers")))
    own = edit_level(actor) == "own" and actor.role != Role.GUEST and row.value("department") in actor.departments
    return mine or own


def may_change(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_action_row(actor, ctx.get(ActionItem, data.id))


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
