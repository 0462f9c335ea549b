"""Who may do what with people. Each predicate takes the actor as loaded for this very request."""

from __future__ import annotations

from accounts.actors import Actor
from accounts.models import Role

# What a facilitator may hand out: everybody they need in a workshop, nobody above themselves.
_INVITED_BY_FACILITATORS = frozenset({Role.REPRESENTATIVE, Role.EXECUTIVE, Role.OBSERVER})


def may_see_members(actor: Actor) -> bool:
    return actor.leads


def may_invite(actor: Actor, role: str) -> bool:
    return actor.role == Role.ADMIN or (actor.leads and role in _INVITED_BY_FACILITATORS)


def may_change_members(actor: Actor) -> bool:
    """Roles, departments of a person, ending and restoring a membership."""
    return actor.role == Role.ADMIN


def may_see_departments(actor: Actor) -> bool:
    return actor.role != Role.GUEST


def may_change_departments(actor: Actor) -> bool:
    return actor.leads


def may_remove_departments(actor: Actor) -> bool:
    return actor.role == Role.ADMIN


def may_read_mailbox(actor: Actor) -> bool:
    return actor.role == Role.ADMIN


def may_change_settings(actor: Actor) -> bool:
    """Name, hours, retention."""
    return actor.role == Role.ADMIN


def may_read_audit(actor: Actor) -> bool:
    return actor.role == Role.ADMIN


def may_run_lobby(actor: Actor) -> bool:
    """Open, rotate and lock the join code; let guests in and ask them to leave."""
    return actor.leads
