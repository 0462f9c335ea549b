"""What every page knows of whoever looks at it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access import organisation_for
from accounts.actors import GUEST_SESSION_KEY, identity_of
from accounts.models import Guest, Membership, Role


def person(request: HttpRequest) -> dict[str, Any]:
    """`person` in templates: name, initials, colour, role in words, organisation, whether a guest.

    The colour is that of the department they speak for. Looked up only when a template asks.
    """
    return {"person": SimpleLazyObject(lambda: _person(request))}


def _person(request: HttpRequest) -> dict[str, Any]:
    identity = identity_of(request)
    if identity is None:
        return {}
    if identity.startswith("g"):
        guest = Guest.objects.select_related("department").filter(pk=request.session[GUEST_SESSION_KEY]).first()
        if guest is None:
            return {}
        colour = guest.department.colour if guest.department else None
        return {"name": guest.name, "initials": _initials(guest.name), "colour": colour, "role": "Guest", "guest": True}
    user = request.user
    facts: dict[str, Any] = {"name": str(user), "initials": _initials(str(user)), "colour": user.colour, "guest": False}
    organisation = organisation_for(request)
    membership = (
        Membership.objects.filter(user=user, organisation=organisation).prefetch_related("departments").first()
        if organisation
        else None
    )
    if membership:
        department = next(iter(membership.departments.all()), None)
        facts |= {
            "role": membership.get_role_display(),
            "organisation": organisation,
            "leads": membership.role in (Role.ADMIN, Role.FACILITATOR),
            "admin": membership.role == Role.ADMIN,
            "colour": department.colour if department else user.colour,
        }
    return facts


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"
