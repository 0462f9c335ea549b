"""The pages about personas: side by side, one to change, and her way through the journey. Every change is a live command."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import posted, require, signed_in
from accounts.actors import Actor, identity_of
from live.door import execute_all
from live.messages import MOST_IN_GROUP
from live.models import new_id
from live.values import Refused
from personas.forms import Call, ExperienceForm, PersonaForm
from personas.queries import lived_by, persona_in, personas_of
from touchpoints.models import Journey
from touchpoints.permissions import may_change_touchpoint_row
from touchpoints.queries import journey_for

REMOVED = "removed_persona"  # in the session: what the next page offers to bring back


@require_safe
@signed_in
def personas(request: HttpRequest, pk: str) -> HttpResponse:
    """Everybody side by side, each with her way through the journey."""
    journey, actor = journey_for(identity_of(request), pk)
    found = list(personas_of(journey))
    lived = lived_by(journey, found)
    removed = request.session.get(REMOVED) or {}
    context = {
        "journey": journey,
        "actor": actor,
        "rows": [
            (
                who,
                lived[who.pk],
                [one for one in lived[who.pk] if one.experience],
                sum(one.experience is None for one in lived[who.pk]),
            )
            for who in found
        ],
        "removed": removed if removed.get("journey") == journey.pk else None,
    }
    return render(request, "personas/personas.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def persona(request: HttpRequest, pk: str, persona_pk: str = "") -> HttpResponse:
    """A new persona, or one to change."""
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.leads)
    who = persona_in(journey, persona_pk) if persona_pk else None
    form = PersonaForm(journey, who, posted(request))
    if form.is_bound and form.is_valid():
        try:
            _do(journey, actor, form.to_calls())
            return redirect("personas", journey.pk)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"journey": journey, "persona": who, "form": form}
    return render(request, "personas/persona.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def persona_remove(request: HttpRequest, pk: str, persona_pk: str) -> HttpResponse:
    """Rub her out, with her experiences; the next page offers to undo it."""
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.leads)
    who = persona_in(journey, persona_pk)
    command = new_id("cm")
    execute_all(journey.pk, actor.key, [(command, "persona.remove", {"id": who.pk})])
    request.session[REMOVED] = {"journey": journey.pk, "command": command, "name": who.name}
    return redirect("personas", journey.pk)


@require_POST
@signed_in
def persona_bring_back(request: HttpRequest, pk: str) -> HttpResponse:
    """Undo the removal that the page offered."""
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.leads)
    removed = request.session.pop(REMOVED, None) or {}
    if removed.get("journey") == journey.pk:
        execute_all(journey.pk, actor.key, [(new_id("cm"), "undo", {"command": removed["command"]})])
    return redirect("personas", journey.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def persona_way(request: HttpRequest, pk: str, persona_pk: str) -> HttpResponse:
    """Her way through the journey: at each touchpoint what she feels, what we want her to feel, what she needs.

    Departments fill in their own touchpoints. Only what somebody changed is sent on, so two people who have
    the page open do not write over each other.
    """
    journey, actor = journey_for(identity_of(request), pk)
    who = persona_in(journey, persona_pk)
    forms = [
        ExperienceForm(one, who, may_change_touchpoint_row(actor, one.step.touchpoint), posted(request))
        for one in lived_by(journey, [who])[who.pk]
    ]
    problem = ""
    if request.method == "POST":
        require(any(form.allowed for form in forms))
        if all(form.is_valid() for form in forms if form.allowed):
            try:
                _do(journey, actor, [call for form in forms for call in form.to_calls()])
                return redirect("personas", journey.pk)
            except Refused as refused:
                problem = refused.message
        else:
            problem = "One of the answers cannot be saved. It is marked below."
    context = {
        "journey": journey, "persona": who, "forms": forms, "problem": problem, "may": any(form.allowed for form in forms),
        "missing": sum(form.lived.experience is None for form in forms),
    }  # fmt: skip
    return render(request, "personas/way.html", context, status=422 if problem else 200)


def _do(journey: Journey, actor: Actor, calls: list[Call]) -> None:
    """Run the commands, as many in one step as a group may hold."""
    for start in range(0, len(calls), MOST_IN_GROUP):
        part = [(new_id("cm"), name, data) for name, data in calls[start : start + MOST_IN_GROUP]]
        execute_all(journey.pk, actor.key, part, tx=new_id("tx"))
