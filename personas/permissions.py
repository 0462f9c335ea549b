"""Who may change personas. They are everybody's, so facilitators keep them; an experience belongs to its touchpoint."""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from live.context import Context
from live.models import Record
from personas.models import Experience
from touchpoints.models import Touchpoint
from touchpoints.permissions import may_change_touchpoint_row

WHY_NOT_PERSONA = "Only facilitators change personas and aims."
WHY_NOT_EXPERIENCE = "Only the departments that answer for this touchpoint and facilitators say how it feels here."


def may_edit_personas(actor: Actor, ctx: Context, data: Any) -> bool:
    return actor.leads


def may_change_persona_row(actor: Actor, row: Record) -> bool:
    return actor.leads


def may_set_experience(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_change_touchpoint_row(actor, ctx.get(Touchpoint, data.touchpoint))


def may_write_experience(actor: Actor, ctx: Context, data: Any) -> bool:
    row = ctx.get(Experience, data.id)
    return may_change_touchpoint_row(actor, ctx.get(Touchpoint, row.touchpoint_id))


def may_change_experience_row(actor: Actor, row: Record) -> bool:
    assert isinstance(row, Experience)
    return may_change_touchpoint_row(actor, row.touchpoint)
