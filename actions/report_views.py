"""The report's doors: as it stands now, as it was kept, as a PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from accounts.models import Role
from actions import printing, reports
from actions.models import Report
from actions.permissions import keeps_reports
from live.values import Refused
from workshops.models import Workshop
from workshops.queries import workshop_for


@require_safe
@signed_in
def report(request: HttpRequest, pk: str) -> HttpResponse:
    """The report as things stand now, with the kept ones beside it."""
    workshop, actor = _reader(request, pk)
    kept = Report.objects.filter(workshop=workshop).order_by("-made_at")
    context = {"report": reports.build(workshop), "workshop": workshop, "kept": kept, "may_keep": keeps_reports(actor)}
    return render(request, "actions/report.html", context)


@require_POST
@signed_in
def report_keep(request: HttpRequest, pk: str) -> HttpResponse:
    """Keep it as it stands today."""
    workshop, actor = _reader(request, pk)
    require(keeps_reports(actor))
    return redirect("report_kept", pk, reports.keep(workshop, actor.key).pk)


@require_safe
@signed_in
def report_kept(request: HttpRequest, pk: str, report_pk: str) -> HttpResponse:
    """A report of an earlier day."""
    workshop, _ = _reader(request, pk)
    found = Report.objects.filter(workshop=workshop, pk=report_pk).first()
    if found is None:
        raise Http404("There is no such report.")
    return render(request, "actions/report.html", {"report": found.data, "workshop": workshop, "of_old": found})


@require_safe
@signed_in
def report_pdf(request: HttpRequest, pk: str) -> HttpResponse:
    """One A4 page."""
    workshop, _ = _reader(request, pk)
    try:
        response = HttpResponse(printing.pdf(reports.build(workshop)), content_type="application/pdf")
    except Refused as refused:  # every typesetter is at work
        return HttpResponse(
            refused.message, status=refused.status, content_type="text/plain", headers={"Retry-After": "60"}
        )
    response["Content-Disposition"] = 'inline; filename="report.pdf"'
    return response


def _reader(request: HttpRequest, pk: str) -> tuple[Workshop, Actor]:
    """Reports are for colleagues: they name people and customers."""
    workshop, actor = workshop_for(identity_of(request), pk)
    require(actor.role != Role.GUEST)
    return workshop, actor
