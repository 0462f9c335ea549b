"""The page of one department."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import member_or_404, require, signed_in
from accounts.commands import retire_department
from accounts.models import Department
from accounts.pages import page
from accounts.permissions import may_remove_departments, may_see_departments
from actions import removing
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
        "may_remove": may_remove_departments(actor) and department.retired_at is None,
        "edits": actor.leads or (mine and edit_level(actor) == "own"),
    }  # fmt: skip
    return render(request, "actions/department.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def department_remove(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Remove a department, after a look at what is its, with another one that takes over what goes on."""
    organisation, actor = member_or_404(request, slug)
    require(may_remove_departments(actor))
    here = Department.objects.filter(organisation=organisation)
    department = get_object_or_404(here, pk=pk)
    heirs, work, problem = here.exclude(pk=pk), removing.work_of(department), ""
    heir = heirs.filter(pk=request.POST.get("heir", "")).first()
    if request.method == "POST":
        problem = _why_not(work, heirs.exists(), heir)
        if heir is not None and not problem:
            try:
                moved = removing.hand_over(work, heir, by=actor.key)
                retire_department(department, heir, by=actor.key)
                # What came to it while the page was open; from now on nothing can.
                moved += removing.hand_over(removing.work_of(department), heir, by=actor.key)
                things = f" {moved} thing{'s' if moved > 1 else ''} went to {heir}." if moved else ""
                messages.success(request, f"{department} is removed.{things}")
                return redirect("departments", slug)
            except (ValidationError, Refused) as error:
                problem = error.messages[0] if isinstance(error, ValidationError) else error.message
                work = removing.work_of(department)
    context = {"department": department, "work": work, "heirs": heirs, "heir": heir, "problem": problem}
    return page(request, "actions/removing.html", organisation, actor, **context)


def _why_not(work: removing.Work, others: bool, heir: Department | None) -> str:
    if not others:
        return "This is the only department. Add another one first."
    if work.under_way:
        return f"People speak for {work.department} in “{work.under_way[0].title}” just now. Close that workshop first."
    return "" if heir else "Choose the department that takes over."


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
