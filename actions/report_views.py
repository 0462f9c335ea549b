"""The report's doors: as it stands now, made and kept, two of them side by side, and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from accounts.audit import audit
from accounts.models import Role
from actions import faces, report_days, report_jobs, reports, tasks
from actions.contents import Contents, differences
from actions.models import Report, ReportFile
from actions.permissions import keeps_reports
from live.values import Refused
from voices.tasks import enqueue
from workshops.models import Workshop
from workshops.queries import workshop_for

State = Report.State


@require_safe
@signed_in
def report(request: HttpRequest, pk: str) -> HttpResponse:
    """The report as things stand now, with the kept ones beside it."""
    workshop, actor = reader(request, pk)
    kept = Report.objects.filter(workshop=workshop).exclude(state=State.CANCELLED).defer("data").order_by("-made_at")
    contents = reports.build(workshop, reports.newest(workshop))
    context = {
        "report": contents, "workshop": workshop, "kept": kept[:50], "may_keep": keeps_reports(actor),
        "forms": faces.FORMS, "next_made": report_days.next_due(workshop, timezone.localdate()), "linked": True,
    }  # fmt: skip
    return render(request, "actions/report.html", context)


@require_POST
@signed_in
def report_keep(request: HttpRequest, pk: str) -> HttpResponse:
    """Have one made and kept."""
    workshop, actor = reader(request, pk)
    require(keeps_reports(actor))
    try:
        row = report_jobs.ask(workshop, actor.key)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("report", pk)
    enqueue(tasks.make_report, row.pk)
    return redirect("report_kept", pk, row.pk)


@require_safe
@signed_in
@never_cache
def report_kept(request: HttpRequest, pk: str, report_pk: str) -> HttpResponse:
    """A report of an earlier day; one that is being made, with how far it is."""
    workshop, actor = reader(request, pk)
    row = kept(workshop, report_pk)
    context: dict[str, Any] = {"workshop": workshop, "row": row, "may_keep": keeps_reports(actor), "linked": True}
    if row.state != State.READY:
        return render(request, "actions/report_making.html", context | {"steps": len(faces.FORMS)})
    others = Report.objects.filter(workshop=workshop, state=State.READY).exclude(pk=row.pk).defer("data")
    context |= {"report": Contents.of_data(row.data), "of_old": row, "others": others.order_by("-made_at")[:50]}
    return render(request, "actions/report.html", context | {"forms": faces.FORMS})


@require_safe
@signed_in
@never_cache
def report_progress(request: HttpRequest, pk: str, report_pk: str) -> HttpResponse:
    """How far it is, as a part of its page; the whole page once it is ready."""
    workshop, actor = reader(request, pk)
    row = kept(workshop, report_pk)
    if row.state == State.READY:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"workshop": workshop, "row": row, "may_keep": keeps_reports(actor), "steps": len(faces.FORMS)}
    return render(request, "actions/report_progress.html", context)


@require_POST
@signed_in
def report_stop(request: HttpRequest, pk: str, report_pk: str) -> HttpResponse:
    """Stop it while it is being made, or try once more what was not made."""
    workshop, actor = reader(request, pk)
    require(keeps_reports(actor))
    row = kept(workshop, report_pk)
    if request.POST.get("do") == "again":
        if report_jobs.again(row):
            enqueue(tasks.make_report, row.pk)
        return redirect("report_kept", pk, report_pk)
    if report_jobs.stop(row):
        messages.success(request, "Stopped. Nothing was kept.")
    return redirect("report", pk)


@require_safe
@signed_in
def report_compare(request: HttpRequest, pk: str) -> HttpResponse:
    """Two kept reports side by side: the figures, and what happened to each promise in between."""
    workshop, _ = reader(request, pk)
    rows = list(Report.objects.filter(workshop=workshop, state=State.READY).order_by("made_at"))
    chosen = [row for row in rows if row.pk in (request.GET.get("a"), request.GET.get("b"))] or rows[-2:]
    if len(chosen) < 2:
        return render(request, "actions/report_compare.html", {"workshop": workshop, "rows": rows})
    before, after = (Contents.of_data(row.data) for row in chosen)
    names = ("kept", "on_track", "not_begun", "at_risk", "late", "dropped")
    words = ("Kept", "On track", "Not begun", "At risk", "Late or blocked", "Dropped")
    figures = [(word, getattr(before, name), getattr(after, name)) for word, name in zip(words, names, strict=True)]
    context = {
        "workshop": workshop, "rows": rows, "first": chosen[0], "second": chosen[1], "before": before, "after": after,
        "figures": figures, "changed": differences(before, after),
    }  # fmt: skip
    return render(request, "actions/report_compare.html", context)


@require_safe
@signed_in
def report_file(request: HttpRequest, pk: str, form: str, report_pk: str = "") -> HttpResponse:
    """One face of it as a file: of a kept report as it was made, else as things stand now."""
    workshop, actor = reader(request, pk)
    if report_pk:
        row = kept(workshop, report_pk)
        made, on = content_of(row, form), timezone.localdate(row.made_at)
    else:
        try:
            made, on = faces.make(reports.build(workshop, reports.newest(workshop)), form), timezone.localdate()
        except Refused as refused:  # every typesetter is at work
            return HttpResponse(
                refused.message, status=refused.status, content_type="text/plain", headers={"Retry-After": "60"}
            )
    audit("report.exported", actor.key, actor.organisation_id, workshop=workshop.pk, form=form)
    return as_file(made, form, f"{workshop.title} {on.isoformat()}")


def as_file(made: bytes, form: str, name: str) -> HttpResponse:
    """PDFs open in the browser; everything else is taken along."""
    how = "inline" if form.endswith("pdf") else "attachment"
    named = f"report-{slugify(name)[:60] or 'of-a-workshop'}.{form}"
    headers = {"Content-Disposition": f'{how}; filename="{named}"'}
    return HttpResponse(made, content_type=faces.FORMS[form][1], headers=headers)


def content_of(row: Report, form: str) -> bytes:
    """The file as it was made; reports that are older than their files have them made now."""
    found = ReportFile.objects.filter(report=row, form=form).first()
    if row.state != State.READY:
        raise Http404("There is no such report.")
    return bytes(found.content) if found else faces.make(Contents.of_data(row.data), form)


def kept(workshop: Workshop, pk: str) -> Report:
    found = Report.objects.filter(workshop=workshop, pk=pk).first()
    if found is None:
        raise Http404("There is no such report.")
    return found


def reader(request: HttpRequest, pk: str) -> tuple[Workshop, Actor]:
    """Reports are for colleagues: they name people and customers."""
    workshop, actor = workshop_for(identity_of(request), pk)
    require(actor.role != Role.GUEST)
    return workshop, actor
