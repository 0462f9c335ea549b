"""Who may change what on the map. One page, asked at every command, whichever door it came through.

Facilitators and admins edit all. Representatives edit touchpoints whose lead or contributing department
is theirs, and add new ones for it. Everybody who may see the journey comments and proposes, except that
guests do so as their department in the workshop they joined. Executives and observers read and comment.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.models import Role
from live.context import Context
from live.models import Record
from touchpoints.models import Proposal, Remark, Touchpoint

WHY_NOT_MAP = "Only facilitators change the journey and its stages."
WHY_NOT_TOUCHPOINT = "Only the departments it belongs to and facilitators change this touchpoint. Propose a change."
WHY_NOT_ADD = "Only facilitators and representatives of a department add touchpoints."


def edit_level(actor: Actor) -> str:
    """What the page offers: "all", "own" (touchpoints of one's departments) or "none"."""
    if actor.leads:
        return "all"
    return "own" if actor.role in (Role.REPRESENTATIVE, Role.GUEST) and actor.departments else "none"


def may_edit_map(actor: Actor, ctx: Context, data: Any) -> bool:
    return actor.leads


def may_change_map_row(actor: Actor, row: Record) -> bool:
    return actor.leads


def may_change_touchpoint_row(actor: Actor, row: Record) -> bool:
    if actor.leads:
        return True
    if edit_level(actor) != "own":
        return False
    return row.value("lead") in actor.departments or bool(actor.departments.intersection(row.value("contributors")))


def may_edit_touchpoint(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_touchpoint_row(actor, ctx.get(Touchpoint, data.id))


def may_add_touchpoint(actor: Actor, ctx: Context, data: Any) -> bool:
    return edit_level(actor) != "none"


def may_speak(actor: Actor, ctx: Context, data: Any) -> bool:
    """Remarks and proposals are open to everybody who may see the journey."""
    return True


def may_change_own_row(actor: Actor, row: Record) -> bool:
    return actor.leads or getattr(row, "by", None) == actor.key


def may_change_proposal_row(actor: Actor, row: Record) -> bool:
    """Its author, and whoever answers for the touchpoint: they may think again about their answer."""
    assert isinstance(row, Proposal)
    return may_change_own_row(actor, row) or may_change_touchpoint_row(actor, row.touchpoint)


def may_remove_remark(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_own_row(actor, ctx.get(Remark, data.id))


def may_answer_proposal(actor: Actor, ctx: Context, data: Any) -> bool:
    proposal = ctx.get(Proposal, data.id)
    touchpoint = ctx.unit.get(Touchpoint, proposal.touchpoint_id)
    return touchpoint is not None and may_change_touchpoint_row(actor, touchpoint)


def may_start_journey(actor: Actor) -> bool:
    return actor.leads
