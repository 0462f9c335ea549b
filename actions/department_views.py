"""The page of one department."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import member_or_404, require, signed_in
from accounts.models import Department
from accounts.permissions import may_see_departments
from actions.departments import asked_at, page_of
from live.door import execute
from live.values import Refused
from touchpoints.models import Touchpoint
from touchpoints.permissions import edit_level
from touchpoints.queries import journeys_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def department_work(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Our touchpoints, customers' words about them, let-downs, promises: of any department, for every member.

    Whoever speaks for it says here what customers have of each touchpoint; others propose a change on the map.
    """
    organisation, actor = member_or_404(request, slug)
    require(may_see_departments(actor))
    department = get_object_or_404(organisation.departments, pk=pk)
    if request.method == "POST":
        return _benefit(request, department, actor.key)
    mine = pk in actor.departments
    context = {
        "department": department, "mine": mine, "organisation": organisation, "actor": actor,
        **page_of(department, journeys_of([organisation])), "asked": asked_at(department, actor.key) if mine else [],
        "edits": actor.leads or (mine and edit_level(actor) == "own"),
    }  # fmt: skip
    return render(request, "actions/department.html", context)


def _benefit(request: HttpRequest, department: Department, identity: str) -> HttpResponse:
    here = Touchpoint.objects.filter(room__organisation=department.organisation_id, removed_at=None)
    touchpoint = here.filter(pk=request.POST.get("touchpoint", "")).first()
    try:
        if touchpoint is None:
            raise Refused("unknown", "This touchpoint is not here any more.")
        data = {"id": touchpoint.pk, "benefit": request.POST.get("benefit", "")}
        execute(touchpoint.room_id, identity, "touchpoint.change", data)
        messages.success(request, f"Kept, for “{touchpoint.title}”.")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("department_work", department.organisation.slug, department.pk)
