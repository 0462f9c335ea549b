"""The lists of workshops."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import actor_or_404, organisation_for, signed_in
from accounts.actors import identity_of, organisations_of
from accounts.models import User
from touchpoints.models import Journey
from touchpoints.queries import journey_for
from workshops import queries
from workshops.models import Workshop
from workshops.permissions import runs_workshops


@require_safe
@signed_in
def workshops(request: HttpRequest) -> HttpResponse:
    """Every workshop of my organisations."""
    rows = list(queries.workshops_of(organisations_of(identity_of(request))))
    return render(request, "workshops/workshops.html", _list(request, rows) | {"runs": _runs_somewhere(request)})


@require_safe
@signed_in
def journey_workshops(request: HttpRequest, journey_pk: str) -> HttpResponse:
    """The workshops about one journey, for the way from its map. Where one is live, that is where people want to go."""
    journey, actor = journey_for(identity_of(request), journey_pk)
    rows = list(queries.workshops_of([journey.room.organisation]).filter(room=journey.room))
    live = [row for row in rows if row.state == Workshop.State.LIVE]
    if len(live) == 1:
        return redirect("workshop", live[0].pk)
    context = _list(request, rows) | {"runs": runs_workshops(actor), "journey": journey}
    return render(request, "workshops/workshops.html", context)


def _list(request: HttpRequest, rows: list[Workshop]) -> dict[str, Any]:
    names = dict(Journey.objects.filter(pk__in={row.room_id for row in rows}).values_list("pk", "name"))
    groups = [
        (label, [(row, names.get(row.room_id, "")) for row in rows if row.state == state])
        for state, label in (("live", "Live now"), ("planned", "To come"), ("closed", "Over"))
    ]
    return {"groups": groups, "any": bool(rows), "rehearsal": _rehearsal(request)}


def _rehearsal(request: HttpRequest) -> Workshop | None:
    """The one that this person has started and not removed yet."""
    if not isinstance(request.user, User):
        return None
    return Workshop.objects.filter(rehearsal__started_by=request.user, removed_at=None).first()


def _runs_somewhere(request: HttpRequest) -> bool:
    organisation = organisation_for(request)
    return organisation is not None and runs_workshops(actor_or_404(request, organisation.pk))
