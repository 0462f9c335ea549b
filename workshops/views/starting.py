"""A new workshop in four pages. What is typed is kept as it is typed; the last page makes the workshop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import actor_or_404, organisation_for, posted, require, signed_in
from accounts.actors import Actor, identity_of
from accounts.models import User
from live.values import Refused
from touchpoints.queries import journey_for
from workshops import queries
from workshops.agenda import AGENDAS, minutes
from workshops.draft import STEPS, Draft
from workshops.permissions import runs_workshops
from workshops.starting import create
from workshops.steps import FunctionsStep, Step


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def new_workshop(request: HttpRequest, step: str = "objective") -> HttpResponse:
    """One of the four pages. *Back* keeps what is there and judges nothing; *Next* judges."""
    if step not in STEPS:
        raise Http404
    draft, actor = _draft(request)
    data = posted(request)
    if data is None:
        return _page(request, draft, step, draft.form(step))
    do = data.get("do", "next")
    if do == "discard":
        draft.forget()
        return redirect("workshop_pick")
    draft.keep(step, data)
    if do == "keep":
        return HttpResponse(status=204)
    names = list(STEPS)
    if do == "back":
        return redirect("workshop_step", names[max(0, names.index(step) - 1)])
    form = draft.form(step, data)
    if not form.is_valid():
        return _page(request, draft, step, form, 422)
    if step != names[-1]:
        return redirect("workshop_step", names[names.index(step) + 1])
    return _create(request, draft, actor, form)


def _draft(request: HttpRequest) -> tuple[Draft, Actor]:
    organisation = organisation_for(request)
    actor = actor_or_404(request, organisation.pk if organisation else None)
    require(runs_workshops(actor))
    assert organisation is not None
    return Draft(request.session, organisation), actor


def _page(request: HttpRequest, draft: Draft, step: str, form: Step, status: int = 200) -> HttpResponse:
    names = list(STEPS)
    at = names.index(step)
    context: dict[str, Any] = {
        "form": form, "step": step, "at": at + 1, "draft": draft,
        "steps": [(name, label) for name, (label, _) in STEPS.items()],
        "agendas": [(key, label, minutes(slots), slots) for key, (label, slots) in AGENDAS.items()],
    }  # fmt: skip
    if isinstance(form, FunctionsStep):
        others = form.fields["co_facilitators"]
        others.choices = [(pk, name) for pk, name in others.choices if pk != str(request.user.pk)]  # type: ignore[attr-defined]
        missing, asked = form.missing(), form.asked()
        ticked = form["functions"].value()
        context |= {"missing": missing, "asked": asked, "named": asked - len(missing), "ticked": ticked}
    if step == "date" and not form.is_bound and not form.initial.get("title"):
        form.initial["title"] = _name_of(draft)
    return render(request, f"workshops/new/{step}.html", context, status=status)


def _name_of(draft: Draft) -> str:
    """What it is called unless somebody says otherwise: its objective, at a word's end."""
    said = draft.said_in("objective")
    words = " ".join((said.get("objective") or "").split()) if said else ""
    return words if len(words) <= 120 else words[:119].rsplit(" ", 1)[0] + "…"


def _create(request: HttpRequest, draft: Draft, actor: Actor, form: Step) -> HttpResponse:
    for name in STEPS:
        if not draft.checked(name).is_valid():
            messages.error(request, f"“{STEPS[name][0]}” is not complete yet. Nothing is lost: finish it and go on.")
            return redirect("workshop_step", name)
    assert isinstance(request.user, User)
    try:
        return redirect("workshop", create(draft, request.user, actor))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    except ValidationError as error:
        form.add_error(None, error.messages[0])
    return _page(request, draft, "date", form, 422)


@require_safe
@signed_in
def about_journey(request: HttpRequest, journey_pk: str) -> HttpResponse:
    """From a map: the journey is chosen already."""
    journey, actor = journey_for(identity_of(request), journey_pk)
    require(runs_workshops(actor))
    Draft(request.session, journey.room.organisation).about(journey.pk)
    return redirect("workshop_pick")


@require_safe
@signed_in
def next_cycle(request: HttpRequest, pk: str) -> HttpResponse:
    """From a workshop that is over to the next of its series: the same map and comments, the same people."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    require(runs_workshops(actor))
    Draft(request.session, row.room.organisation).go_on_from(row)
    return redirect("workshop_pick")
