"""Who may read, bring in and place what customers said.

Everybody in the organisation reads comments; guests see the words at the touchpoints of their journey,
without names. Facilitators bring files in. Facilitators and representatives place comments: where a
comment belongs is a matter of reading it, not of which department it is about.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor
from accounts.models import Role
from live.context import Context
from live.models import Record

WHY_NOT_IMPORT = "Only facilitators bring comments in."
WHY_NOT_PLACE = "Only facilitators and representatives place comments."
WHY_NOT_CODE = "Only facilitators and representatives say what comments mean."
WHY_NOT_ISSUE = "Only facilitators and representatives work on issues."


def may_read_comments(actor: Actor) -> bool:
    return actor.role != Role.GUEST


def may_see_names(actor: Actor) -> bool:
    """Names of contacts and accounts."""
    return actor.role != Role.GUEST


def may_bring_in(actor: Actor) -> bool:
    return actor.leads


def may_code(actor: Actor) -> bool:
    return actor.leads or actor.role == Role.REPRESENTATIVE


# -- live commands -----------------------------------------------------------------------------
def may_import_comments(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_bring_in(actor)


def may_place_comments(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_code(actor)


def may_edit_issues(actor: Actor, ctx: Context, data: Any) -> bool:
    return may_code(actor)


def may_change_issue_row(actor: Actor, row: Record) -> bool:
    return may_code(actor)
