"""The agenda and the roster of a workshop, edited by hand. Every press is a live command, and can be undone."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import address_for_others, require, signed_in
from accounts.actors import Actor, identity_of
from accounts.models import Department
from live import door
from live.models import new_id
from live.values import Refused
from touchpoints.models import Journey
from workshops import queries
from workshops.agenda import COMMIT_KEEPS, MOST_MAPPING, mapping_share
from workshops.calendar import invitation_file
from workshops.models import Participant, Phase, Workshop
from workshops.permissions import runs_workshops
from workshops.starting import keep_place
from workshops.steps import FunctionsStep

Done = tuple[str, dict[str, Any]]


def _run(request: HttpRequest, pk: str) -> tuple[Workshop, Actor]:
    row, actor = queries.workshop_for(identity_of(request), pk)
    require(runs_workshops(actor))
    return row, actor


def _press(request: HttpRequest, row: Workshop, actor: Actor, done: list[Done]) -> dict[str, Any]:
    """Run it as one step; what to say about it, with the way back."""
    tx = new_id("tx")
    try:
        door.execute_all(row.room_id, actor.key, [(new_id("cm"), name, data) for name, data in done], tx)
    except Refused as refused:
        return {"problem": refused.message}
    return {"tx": tx} if done[0][0] != "undo" else {"undone": True}


@require_POST
@signed_in
def reply(request: HttpRequest, pk: str) -> HttpResponse:
    """I come, or I do not; then back to where I was asked."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    try:
        door.execute(row.room_id, actor.key, "workshop.reply", {"id": pk, "coming": request.POST.get("coming") == "1"})
    except Refused as refused:
        messages.error(request, refused.message)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else reverse("workshop", args=[pk]))


@require_safe
@signed_in
def calendar(request: HttpRequest, pk: str) -> HttpResponse:
    """The workshop for one's own calendar."""
    row, _ = queries.workshop_for(identity_of(request), pk)
    file = invitation_file(row, [], address_for_others(request, reverse("workshop", args=[pk])))
    if file is None:
        raise Http404
    name, content, _ = file
    return HttpResponse(
        content, "text/calendar; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# -- the agenda --------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def agenda(request: HttpRequest, pk: str) -> HttpResponse:
    """Minutes, order, what is in it. With htmx the list is shown again in place; without it, the page."""
    row, actor = _run(request, pk)
    said: dict[str, Any] = {}
    if request.method == "POST":
        try:
            said = _press(request, row, actor, [_of_agenda(request, row)])
        except ValueError:
            said = {"problem": "Minutes are whole numbers, from 0 to 120."}
        except Refused as refused:
            said = {"problem": refused.message}
        row, _ = _run(request, pk)
    htmx = bool(getattr(request, "htmx", False))
    template = "workshops/agenda_parts.html" if htmx else "workshops/agenda_edit.html"
    return render(
        request, template, _agenda(row) | {"said": said}, status=200 if htmx or "problem" not in said else 422
    )


def _agenda(row: Workshop) -> dict[str, Any]:
    phases = queries.phases_of(row)
    begins, parts = row.starts_at, []
    now = next((phase.position for phase in phases if phase.pk == row.phase_id), -1)
    for phase in phases:
        parts.append(
            {"phase": phase, "begins": begins, "fixed": row.state != Workshop.State.PLANNED and phase.position <= now}
        )
        begins = begins + datetime.timedelta(minutes=phase.minutes) if begins and not phase.open_until else begins
    share = mapping_share(phases)
    return {
        "workshop": row, "journey": Journey.objects.get(pk=row.room_id), "parts": parts, "ends": begins,
        "minutes": sum(phase.minutes for phase in phases if not phase.open_until), "share": round(100 * share),
        "too_much": share > MOST_MAPPING, "most": round(100 * MOST_MAPPING), "keeps": COMMIT_KEEPS,
        "kinds": [(kind.value, kind.label) for kind in Phase.Kind if kind != Phase.Kind.REPORT_BACK],
        "closed": row.state == Workshop.State.CLOSED,
    }  # fmt: skip


def _of_agenda(request: HttpRequest, row: Workshop) -> Done:
    """What was pressed, as a command. Raises ValueError for minutes that are no number."""
    post, do = request.POST, request.POST.get("do", "")
    ids = [phase.pk for phase in queries.phases_of(row)]
    phase = post.get("phase", "")
    if do == "undo":
        return "undo", {"tx": post.get("tx", "")[:80]}
    if do == "add":
        new = {
            "id": new_id("ph"),
            "workshop": row.pk,
            "of_kind": post.get("of_kind", ""),
            "after": ids[-1] if ids else None,
        }
        return "phase.add", new | {"minutes_shared": int(post.get("minutes_shared") or 10)}
    if phase not in ids:
        raise Refused("unknown", "This phase is not here any more.")
    at = ids.index(phase)
    if do == "up":
        return "phase.move", {"id": phase, "after": ids[at - 2] if at > 1 else None}
    if do == "down":
        return "phase.move", {
            "id": phase,
            "after": ids[min(at + 1, len(ids) - 1)] if at + 1 < len(ids) else ids[at - 1],
        }
    if do == "remove":
        return "phase.remove", {"id": phase}
    until = _moment(post.get("open_until", ""))
    minutes = {name: int(post.get(name) or 0) for name in ("minutes_private", "minutes_shared")}
    return "phase.change", {"id": phase, **minutes, "open_until": until.isoformat() if until else None}


def _moment(said: str) -> datetime.datetime | None:
    """What a browser sends for a day and an hour, where its person lives."""
    found = parse_datetime(said) if said else None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


# -- the roster --------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def roster(request: HttpRequest, pk: str) -> HttpResponse:
    """Who comes for which function, who answered, who opened it; one more, one less."""
    row, actor = _run(request, pk)
    said: dict[str, Any] = {}
    if request.method == "POST":
        said = _of_roster(request, row, actor)
        if "problem" not in said and not getattr(request, "htmx", False):
            return redirect("workshop_roster", pk)
    context = queries.roster_of(row) | {
        "workshop": row, "journey": Journey.objects.get(pk=row.room_id), "said": said, "given": request.POST,
        "names": FunctionsStep(row.room.organisation, None).people, "closed": row.state == Workshop.State.CLOSED,
        "departments": Department.objects.filter(organisation=row.room.organisation_id).order_by("position"),
    }  # fmt: skip
    return render(request, "workshops/roster.html", context, status=422 if "problem" in said else 200)


def _of_roster(request: HttpRequest, row: Workshop, actor: Actor) -> dict[str, Any]:
    post, do = request.POST, request.POST.get("do", "")
    who = post.get("participant", "")
    if do == "remove":
        return _press(request, row, actor, [("participant.remove", {"id": who})])
    if do == "frontline":
        there = Participant.objects.filter(pk=who, workshop=row).first()
        return _press(request, row, actor, [
            ("participant.change", {"id": who, "frontline": not (there and there.frontline)})
        ])  # fmt: skip
    if do == "undo":
        return _press(request, row, actor, [("undo", {"tx": post.get("tx", "")[:80]})])
    return _ask(request, row, actor)


def _ask(request: HttpRequest, row: Workshop, actor: Actor) -> dict[str, Any]:
    """One more, by name or address; who is not here yet gets a place and a mail."""
    post, organisation = request.POST, row.room.organisation
    department = Department.objects.filter(organisation=organisation, pk=post.get("department", "")).first()
    if department is None:
        return {"problem": "Choose the function they come for."}
    try:
        address, member = FunctionsStep(organisation, None).person(post.get("person", ""), department)
        if not address:
            return {"problem": "Pick a member or type an e-mail address."}
        invitation = None if member else keep_place(organisation, actor, address, department)
    except ValidationError as error:
        return {"problem": error.messages[0]}
    seat = {
        "id": row.pk, "person": member.user.identity if member else invitation.pk if invitation else "",
        "department": department.pk, "deputy": post.get("deputy") == "on", "frontline": post.get("frontline") == "on",
    }  # fmt: skip
    return _press(request, row, actor, [("participant.ask", seat)])
