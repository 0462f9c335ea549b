"""What stands in the bar of every page: where this person may go, and who they are here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.access import organisation_for
from accounts.actors import Actor, identity_of, load_actor
from accounts.models import Department, Guest, Role


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every template: `nav` (label, url, current) and `person` (initials, colour, role)."""
    identity = identity_of(request)
    if identity and identity.startswith("g"):
        return _guest(request, identity)
    organisation = organisation_for(request) if identity else None
    actor = load_actor(identity, organisation.pk) if organisation else None
    if organisation is None or actor is None:
        return {"nav": [], "person": {}}
    pages = [
        ("Home", reverse("home")),
        ("Journeys", reverse("journeys")),
        ("Workshops", reverse("workshops")),
        ("Promises", reverse("actions")),
    ]
    nav = [{"label": label, "url": url, "current": _under(request.path, url)} for label, url in pages]
    if actor.leads:
        people = f"/organisations/{organisation.slug}/"
        url = reverse("members", args=[organisation.slug])
        nav.append({"label": "People", "url": url, "current": _under(request.path, people)})
    person = _person(actor)
    person["colour"] = getattr(request.user, "colour", None) or person["colour"]  # chosen on "Your account"
    return {"nav": nav, "person": person, "organisation": organisation}


def _guest(request: HttpRequest, identity: str) -> dict[str, Any]:
    """A guest has one place to go: the journey they were let into."""
    guest = Guest.objects.filter(pk=identity[1:]).first()
    actor = load_actor(identity, guest.organisation_id, guest.room_id) if guest else None
    if guest is None or actor is None:
        return {"nav": [], "person": {}}
    url = reverse("journey", args=[guest.room_id])
    return {"nav": [{"label": "Journey", "url": url, "current": _under(request.path, url)}], "person": _person(actor)}


def _under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _person(actor: Actor) -> dict[str, Any]:
    department = Department.objects.filter(pk__in=actor.departments).order_by("position").first()
    initials = "".join(word[0] for word in actor.name.split()[:2]).upper()
    return {"initials": initials, "colour": department.colour if department else None, "role": Role(actor.role).label}
