"""A rehearsal: started with one press, watched or run, removed with one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import actor_or_404, organisation_for, require, signed_in
from accounts.actors import identity_of
from accounts.models import User
from touchpoints.queries import journeys_of
from workshops import queries, rehearsal
from workshops.models import Rehearsal
from workshops.permissions import runs_workshops


@require_POST
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """About the journey that was chosen, else the newest, else a small one of our own."""
    organisation = organisation_for(request)
    actor = actor_or_404(request, organisation.pk if organisation else None)
    require(runs_workshops(actor))
    assert organisation is not None and isinstance(request.user, User)
    journeys = [row for row in journeys_of([organisation]) if row.touchpoints]  # type: ignore[attr-defined]
    chosen = request.POST.get("journey", "")
    journey = next((row for row in journeys if row.pk == chosen), journeys[0] if journeys else None)
    return redirect("workshop", rehearsal.start(organisation, request.user, actor, journey).pk)


@require_POST
@signed_in
def change(request: HttpRequest, pk: str) -> HttpResponse:
    """Let it run by itself or turn the phases oneself; or remove it, with everything in it."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    require(runs_workshops(actor))
    running = Rehearsal.objects.filter(workshop=row)
    if not running.exists():
        raise Http404
    if request.POST.get("do") == "remove":
        rehearsal.remove(row)
        messages.success(request, "The rehearsal is gone, with everything in it.")
        return redirect("workshops")
    running.update(by_itself=request.POST.get("by_itself") == "1", next_at=timezone.now())
    return redirect("workshop", pk)
