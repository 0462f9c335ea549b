"""The pages of the journey map: the list, a new journey, the board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.access import actor_or_404, organisation_for, require, signed_in
from accounts.actors import identity_of, organisations_of
from accounts.models import Department, Role, User
from live.sheets import csv_lines, neutral
from live.tickets import make_ticket
from touchpoints import findings as said
from touchpoints.models import Channel, Stage, Touchpoint
from touchpoints.permissions import edit_level, may_start_journey
from touchpoints.queries import archived_of, colleagues, curve_of, journey_for, journeys_of, removed_from, steps_of
from touchpoints.starting import STAGE_SETS, start_journey


class NewJourney(forms.Form):
    """What a journey needs before there is a map."""

    name = forms.CharField(max_length=120, help_text="Whose journey it is, from where to where.")
    stage_set = forms.ChoiceField(
        choices=[(key, label) for key, (label, _) in STAGE_SETS.items()], label="Stages", initial="equipment"
    )


@require_GET
@signed_in
def journeys(request: HttpRequest) -> HttpResponse:
    """Every journey of my organisations, each with a small picture of its curve."""
    organisation = organisation_for(request)
    mine = organisations_of(identity_of(request))
    may_start = organisation is not None and may_start_journey(actor_or_404(request, organisation.pk))
    context = {
        "journeys": [(journey, curve_of(journey)) for journey in journeys_of(mine)], "archived": archived_of(mine),
        "may_start": may_start, "form": NewJourney(),
    }  # fmt: skip
    return render(request, "touchpoints/journeys.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new_journey(request: HttpRequest) -> HttpResponse:
    """Name it, choose stages, and the map opens."""
    organisation = organisation_for(request)
    actor = actor_or_404(request, organisation.pk if organisation else None)
    require(may_start_journey(actor))
    form = NewJourney(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert organisation is not None and isinstance(request.user, User)
        journey = start_journey(organisation, request.user, form.cleaned_data["name"], form.cleaned_data["stage_set"])
        return redirect("journey", journey.pk)
    return render(request, "touchpoints/new_journey.html", {"form": form, "stage_sets": STAGE_SETS})


@require_GET
@signed_in
def journey(request: HttpRequest, pk: str) -> HttpResponse:
    """The board. It is drawn in the browser from the room's records; this page only says where they are."""
    found, actor = journey_for(identity_of(request), pk)
    if request.session.session_key is None:
        request.session.save()
    boot: dict[str, Any] = {
        "room": found.pk,
        "name": found.name,
        "ticket": make_ticket(request.session.session_key or "", found.pk),
        "socket": f"/ws/journeys/{found.pk}/",
        "csrf": get_token(request),
        "me": {"key": actor.key, "name": actor.name, "role": actor.role, "edit": edit_level(actor)},
        "departments": sorted(actor.departments),
        "leads": actor.leads,
        "people": colleagues(found, actor),
        "letters": getattr(request.user, "single_keys", True),
    }
    lobby = reverse("lobby", args=[found.pk]) if actor.leads else ""
    context = {"journey": found, "actor": actor, "boot": boot, "lobby_url": lobby}
    return render(request, "touchpoints/journey.html", context)


@require_GET
@signed_in
def findings(request: HttpRequest, pk: str) -> HttpResponse:
    """What the map says as a whole: where it hurts, who hands over to whom, through which channels, what is missing."""
    found, actor = journey_for(identity_of(request), pk)
    steps = steps_of(found)
    stages = list(Stage.objects.filter(room=found.room_id, removed_at=None).order_by("order", "id"))
    channels = list(Channel.objects.filter(room=found.room_id, removed_at=None).order_by("name", "id"))
    departments = {row.pk: row for row in Department.ever.filter(organisation=found.room.organisation_id)}
    needed = said.needs(steps)
    context = {
        "journey": found,
        "actor": actor,
        "steps": steps,
        "stages": stages,
        "let_downs": said.let_downs(steps),
        "gaps": said.gaps(steps),
        "hand_offs": said.hand_offs(steps, departments),
        "unowned": said.unowned(steps),
        "matrix": [
            (channel, [counts.get(stage.pk, 0) for stage in stages])
            for channel, counts in said.channel_matrix(steps, channels)
        ],
        "switches": said.switches(steps),
        "needs": [
            (
                need.label,
                sum(needed[need].values()),
                [(departments.get(pk or ""), n) for pk, n in needed[need].most_common()],
            )
            for need in Touchpoint.Needs
            if need in needed
        ],
        "ends": said.ends(stages),
        "voices": said.company_voice(steps, departments.values(), found.room.organisation.brands),
        "without_benefit": said.without_benefit(steps),
        "measured": said.measured(steps),
        "unmeasured": said.unmeasured(steps),
        "removed": removed_from(found),
    }
    return render(request, "touchpoints/findings.html", context)


@require_safe
@signed_in
def measurement_plan(request: HttpRequest, pk: str) -> StreamingHttpResponse:
    """What is asked where, when and of whom, for whoever makes the surveys. Not for guests, who came for one meeting."""
    found, actor = journey_for(identity_of(request), pk)
    require(actor.role != Role.GUEST)
    rows = [["Stage", "Touchpoint", "Department", "Measured by", "Question", "When", "Whom"]]
    for step in said.measured(steps_of(found)):
        one = step.touchpoint
        lead, metric = one.lead.name if one.lead else "", one.get_metric_display() if one.metric else ""
        rows.append([step.stage.name, one.title, lead, metric, one.ask, one.ask_when, one.ask_whom])
    name = f"{slugify(found.name)[:60] or 'journey'}-measurement-plan.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    lines = csv_lines([neutral(cell) for cell in row] for row in rows)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
