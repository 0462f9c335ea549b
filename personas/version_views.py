"""The pages about versions: keep one, look at it as a map, compare it side by side, bring it back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from accounts.models import Department, Role, User
from live.door import execute, the_board
from live.models import new_id
from live.values import Refused
from personas.comparing import compare
from personas.models import Persona
from personas.versions import records_now, records_of
from touchpoints.models import Channel, Feeling, Journey, MapVersion, Stage, Touchpoint
from touchpoints.queries import journey_for

DONE = "version_done"  # in the session: what the next page says, and what it offers to undo


def _seen(request: HttpRequest, pk: str) -> tuple[Journey, Actor]:
    """Versions are the organisation's memory; guests came for one meeting."""
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.role != Role.GUEST)
    return journey, actor


def _led(request: HttpRequest, pk: str) -> tuple[Journey, Actor]:
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.leads)
    return journey, actor


def _version(journey: Journey, pk: str) -> MapVersion:
    found = MapVersion.objects.filter(pk=pk, room=journey.room_id, removed_at=None).select_related("content").first()
    if found is None:
        raise Http404("There is no such version.")
    return found


def _versions(journey: Journey) -> list[MapVersion]:
    return list(MapVersion.objects.filter(room=journey.room_id, removed_at=None).order_by("-at", "-id"))


def _said(request: HttpRequest, journey: Journey) -> dict[str, Any] | None:
    """What was done a moment ago, once."""
    done = request.session.get(DONE) or {}
    if done.get("journey") != journey.pk:
        return None
    del request.session[DONE]
    return done


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def versions(request: HttpRequest, pk: str) -> HttpResponse:
    """Every named moment of the map, the newest first; keep another."""
    journey, actor = _seen(request, pk)
    problem, name = "", request.POST.get("name", "")
    if request.method == "POST":
        require(actor.leads)
        try:
            command = new_id("cm")
            execute(journey.pk, actor.key, "version.keep", {"id": new_id("mv"), "name": name}, command)
            words = f"“{name.strip()}” is kept as the map stands now."
            request.session[DONE] = {"journey": journey.pk, "command": command, "words": words}
            return redirect("versions", journey.pk)
        except Refused as refused:
            problem = refused.message
    context = {
        "journey": journey, "actor": actor, "versions": _versions(journey), "problem": problem, "name": name,
        "done": _said(request, journey),
    }  # fmt: skip
    return render(request, "personas/versions.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def version(request: HttpRequest, pk: str, version_pk: str) -> HttpResponse:
    """One version side by side with the map as it stands, or with another version; POST gives it another name."""
    journey, actor = _seen(request, pk)
    row = _version(journey, version_pk)
    problem = ""
    if request.method == "POST":
        require(actor.leads)
        try:
            data = {"id": row.pk, "name": request.POST.get("name", "")}
            execute(journey.pk, actor.key, "version.change", data)
            return redirect("version", journey.pk, row.pk)
        except Refused as refused:
            problem = refused.message
    other = _version(journey, request.GET["with"]) if request.GET.get("with") else None
    now = records_of(other) if other else records_now(journey)
    context = {
        "journey": journey, "actor": actor, "version": row, "other": other, "problem": problem,
        "others": [one for one in _versions(journey) if one.pk != row.pk],
        "all": "all" in request.GET,
        "found": compare(records_of(row), now, _words(journey), {} if other else _reasons(journey)),
    }  # fmt: skip
    return render(request, "personas/version.html", context, status=422 if problem else 200)


@require_safe
@signed_in
def version_map(request: HttpRequest, pk: str, version_pk: str) -> HttpResponse:
    """The map as it was, drawn like the map of today; nothing on it can be changed."""
    journey, actor = _seen(request, pk)
    row = _version(journey, version_pk)
    boot = {
        "seq": row.seq,
        "records": records_of(row),
        "departments": the_board().departments(journey.room.organisation_id),
        "you": {**the_board().you(actor), "edit": "none"},
        "compare": reverse("version", args=[journey.pk, row.pk]),
    }
    context = {"journey": journey, "actor": actor, "version": row, "boot": boot}
    return render(request, "personas/version_map.html", context)


@require_POST
@signed_in
def version_bring_back(request: HttpRequest, pk: str, version_pk: str) -> HttpResponse:
    """The map becomes as it was; what stood is kept first, and one press takes it all back."""
    journey, actor = _led(request, pk)
    row = _version(journey, version_pk)
    words = f"The map is as in “{row.name}” again. What stood before is the newest version here."
    return _do(request, journey, actor, words, "version.bring_back", {"id": row.pk, "safety": new_id("mv")})


@require_POST
@signed_in
def version_remove(request: HttpRequest, pk: str, version_pk: str) -> HttpResponse:
    journey, actor = _led(request, pk)
    row = _version(journey, version_pk)
    return _do(request, journey, actor, f"“{row.name}” is removed.", "version.remove", {"id": row.pk})


@require_POST
@signed_in
def version_undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back what the page offered to take back."""
    journey, actor = _led(request, pk)
    return _do(request, journey, actor, "Taken back.", "undo", {"command": request.POST.get("command", "")})


def _do(
    request: HttpRequest, journey: Journey, actor: Actor, words: str, name: str, data: dict[str, Any]
) -> HttpResponse:
    done: dict[str, Any] = {"journey": journey.pk, "words": words, "command": new_id("cm")}
    try:
        execute(journey.pk, actor.key, name, data, done["command"])
    except Refused as refused:
        done |= {"words": refused.message, "command": "", "bad": True}
    request.session[DONE] = done
    return redirect("versions", journey.pk)


def _reasons(journey: Journey) -> dict[str, str]:
    """Why touchpoints were removed, where somebody said so."""
    gone = Touchpoint.objects.filter(room=journey.room_id, removed_at__isnull=False).exclude(removed_why="")
    return dict(gone.values_list("pk", "removed_why"))


def _words(journey: Journey) -> dict[str, dict[Any, str]]:
    """What the values of properties are called on this organisation's screens."""
    departments = Department.ever.filter(organisation=journey.room.organisation_id)
    names = {row.pk: row.name for row in departments}
    people = User.objects.filter(memberships__organisation=journey.room.organisation_id)
    choices = {
        "verdict": Touchpoint.Verdict, "needs": Touchpoint.Needs, "of_kind": Touchpoint.Kind, "metric": Touchpoint.Metric,
        "felt": Feeling, "intended": Feeling, "brand": Journey.Brand, "confirmation": Stage.Confirmation,
        "basis": Persona.Basis,
    }  # fmt: skip
    return {
        **{name: dict(kind.choices) for name, kind in choices.items()},
        "lead": names, "contributors": names,
        "owner": {row.pk: row.name or row.email for row in people},
        "channels": dict(Channel.objects.filter(room=journey.room_id).values_list("pk", "name")),
    }  # fmt: skip
