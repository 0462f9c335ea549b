"""The lists of workshops: how far away, how many promises were kept, whether the group has heard back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import actor_or_404, organisation_for, require, signed_in
from accounts.actors import identity_of, organisations_of
from accounts.models import User
from actions.models import OPEN, ActionItem
from live.door import execute
from live.values import Refused
from touchpoints.models import Journey
from touchpoints.queries import journey_for
from workshops import queries
from workshops.cycles import Cycle, Series, series_in, series_of, when
from workshops.models import Workshop
from workshops.permissions import runs_workshops


@dataclass
class Card:
    """A workshop in a list. `cycle`: the workshop with its report-back, whichever of them this is."""

    workshop: Workshop
    journey: str
    when: str
    cycle: Cycle | None
    goes_on: bool  # the next cycle may be opened from here
    made: int = 0
    kept: int = 0


@require_safe
@signed_in
def workshops(request: HttpRequest) -> HttpResponse:
    """Every workshop of my organisations."""
    found = queries.workshops_of(organisations_of(identity_of(request)))
    rows = list(found.filter(room__journey_set__archived=False))
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
    context = _list(request, rows) | {
        "runs": runs_workshops(actor),
        "leads": actor.leads,
        "journey": journey,
        "series": series_in(journey.room),
        "unkept": ActionItem.objects.filter(room=journey.room, removed_at=None, status__in=OPEN).count(),
    }
    return render(request, "workshops/workshops.html", context)


@require_POST
@signed_in
def journey_archive(request: HttpRequest, journey_pk: str) -> HttpResponse:
    """Put a journey away with its workshops and promises, or bring it back."""
    journey, actor = journey_for(identity_of(request), journey_pk)
    require(actor.leads)
    away = request.POST.get("do") != "back"
    try:
        execute(journey.pk, actor.key, "journey.change", {"id": journey.pk, "archived": away})
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("journey_workshops", journey.pk)
    messages.success(request, f"“{journey.name}” is {'archived. Its guests are out.' if away else 'back.'}")
    return redirect("journeys") if away else redirect("journey_workshops", journey.pk)


def _list(request: HttpRequest, rows: list[Workshop]) -> dict[str, Any]:
    names = dict(Journey.objects.filter(pk__in={row.room_id for row in rows}).values_list("pk", "name"))
    cards = _cards(rows, names)
    groups = [
        (label, [card for card in cards if card.workshop.state == state])
        for state, label in (("live", "Live now"), ("planned", "To come"), ("closed", "Over"))
    ]
    return {"groups": groups, "any": bool(rows), "rehearsal": _rehearsal(request)}


def _cards(rows: list[Workshop], names: dict[str, str]) -> list[Card]:
    kept = Count("pk", filter=Q(status=ActionItem.Status.DONE))
    promises = ActionItem.objects.filter(workshop__in=rows, removed_at=None).exclude(status=ActionItem.Status.DROPPED)
    counts = {row["workshop"]: row for row in promises.values("workshop").annotate(made=Count("pk"), kept=kept)}
    series: dict[str, Series] = {
        room: series_of([row for row in rows if row.room_id == room]) for room in {row.room_id for row in rows}
    }
    cycles = {
        row.pk: cycle
        for each in series.values() for cycle in each.cycles for row in (cycle.workshop, cycle.report_back) if row
    }  # fmt: skip
    found = []
    for row in rows:
        cycle, last = cycles.get(row.pk), series[row.room_id].last
        goes_on = last is not None and last.report_back is not None and last.report_back.pk == row.pk
        count = counts.get(row.pk, {"made": 0, "kept": 0})
        card = Card(row, names.get(row.room_id, ""), when(row), cycle, goes_on, count["made"], count["kept"])
        found.append(card)
    return found


def _rehearsal(request: HttpRequest) -> Workshop | None:
    """The one that this person has started and not removed yet."""
    if not isinstance(request.user, User):
        return None
    return Workshop.objects.filter(rehearsal__started_by=request.user, removed_at=None).first()


def _runs_somewhere(request: HttpRequest) -> bool:
    organisation = organisation_for(request)
    return organisation is not None and runs_workshops(actor_or_404(request, organisation.pk))
