"""The page of one department."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import member_or_404, require, signed_in
from accounts.permissions import may_see_departments
from actions.departments import page_of
from touchpoints.queries import journeys_of


@require_safe
@signed_in
def department_work(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Our touchpoints, customers' words about them, let-downs, promises: of any department, for every member."""
    organisation, actor = member_or_404(request, slug)
    require(may_see_departments(actor))
    department = get_object_or_404(organisation.departments, pk=pk)
    context = {
        "department": department, "mine": pk in actor.departments, "organisation": organisation, "actor": actor,
        **page_of(department, journeys_of([organisation])),
    }  # fmt: skip
    return render(request, "actions/department.html", context)
