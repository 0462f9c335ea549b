"""The list of workshops, and a new one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import actor_or_404, organisation_for, posted, require, signed_in
from accounts.actors import identity_of, organisations_of
from live.door import execute
from live.values import Refused
from touchpoints.models import Journey
from touchpoints.queries import journey_for, journeys_of
from workshops import queries
from workshops.forms import NewWorkshop
from workshops.models import Workshop
from workshops.permissions import runs_workshops


@require_safe
@signed_in
def workshops(request: HttpRequest) -> HttpResponse:
    """Every workshop of my organisations."""
    rows = list(queries.workshops_of(organisations_of(identity_of(request))))
    return render(request, "workshops/workshops.html", _list(rows) | {"runs": _runs_somewhere(request)})


@require_safe
@signed_in
def journey_workshops(request: HttpRequest, journey_pk: str) -> HttpResponse:
    """The workshops about one journey, for the way from its map. Where one is live, that is where people want to go."""
    journey, actor = journey_for(identity_of(request), journey_pk)
    rows = list(queries.workshops_of([journey.room.organisation]).filter(room=journey.room))
    live = [row for row in rows if row.state == Workshop.State.LIVE]
    if len(live) == 1:
        return redirect("workshop", live[0].pk)
    context = _list(rows) | {"runs": runs_workshops(actor), "journey": journey}
    return render(request, "workshops/workshops.html", context)


def _list(rows: list[Workshop]) -> dict[str, Any]:
    names = dict(Journey.objects.filter(pk__in={row.room_id for row in rows}).values_list("pk", "name"))
    groups = [
        (label, [(row, names.get(row.room_id, "")) for row in rows if row.state == state])
        for state, label in (("live", "Live now"), ("planned", "To come"), ("closed", "Over"))
    ]
    return {"groups": groups, "any": bool(rows)}


def _runs_somewhere(request: HttpRequest) -> bool:
    organisation = organisation_for(request)
    return organisation is not None and runs_workshops(actor_or_404(request, organisation.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_workshop(request: HttpRequest, journey_pk: str = "") -> HttpResponse:
    """Which journey, then what for. Everything but the three questions is filled in."""
    identity = identity_of(request)
    if not journey_pk:
        organisation = organisation_for(request)
        found = list(journeys_of([organisation] if organisation else []))
        if len(found) == 1:
            return redirect("workshop_new", found[0].pk)
        return render(request, "workshops/which_journey.html", {"journeys": found})
    journey, actor = journey_for(identity, journey_pk)
    require(runs_workshops(actor))
    form = NewWorkshop(journey, posted(request))
    if form.is_bound and form.is_valid():
        data = form.to_data()
        try:
            execute(journey.pk, actor.key, "workshop.open", data)
            return redirect("workshop", data["id"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return render(request, "workshops/new.html", {"form": form, "journey": journey}, status=422 if form.errors else 200)
