"""Bringing a file of comments in: choose it, look at it, let it run, take it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from live import door
from live.sheets import BadFile, csv_lines
from live.values import Refused
from touchpoints.models import Journey
from touchpoints.queries import journey_for
from voices import intake, preview, tasks
from voices.forms import ReadingForm
from voices.models import CommentImport
from voices.permissions import may_bring_in
from voices.queries import import_for, imports_of, used_of
from voices.uploads import TOO_BIG

State = CommentImport.State


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring_in(request: HttpRequest, pk: str) -> HttpResponse:
    """Choose files; every one is looked at on its own page. One that cannot be read says why, right here."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_bring_in(actor))
    errors: list[str] = []
    if request.method == "POST":
        received, errors = _receive(request, journey, actor)
        if len(received) == 1 and not errors:
            return redirect("import", received[0].pk)
    rows, used = list(imports_of(journey.pk)[:30]), used_of(journey.pk)
    for row in rows:
        row.used = used.get(row.pk)  # type: ignore[attr-defined]
    context = {"journey": journey, "actor": actor, "imports": rows, "errors": errors, "alone": used.get(None)}
    return render(request, "voices/bring_in.html", context, status=422 if errors else 200)


def _receive(request: HttpRequest, journey: Journey, actor: Actor) -> tuple[list[CommentImport], list[str]]:
    files: list[Any] = request.FILES.getlist("files")
    received: list[CommentImport] = []
    errors: list[str] = []
    if getattr(request, TOO_BIG, False):
        errors.append("This file has more than 50 MB. Split it, by year for example.")
    elif not files:
        errors.append("Choose a file first.")
    for file in files:
        try:
            received.append(intake.take(journey, actor, file.name or "", file, file.size or 0))
        except BadFile as error:
            errors.append(f"{file.name}: {error}" if len(files) > 1 else str(error))
    return received, errors


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def comment_import(request: HttpRequest, pk: str) -> HttpResponse:
    """One file: before it comes in, what is in its columns and what will happen; after that, how far it is."""
    row, journey, actor = import_for(identity_of(request), pk)
    require(may_bring_in(actor))
    context: dict[str, Any] = {"row": row, "journey": journey, "actor": actor}
    if row.state == State.OPEN:
        form = ReadingForm(row, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                preview.choose(row, form.cleaned_data)
                form = ReadingForm(row)
            except BadFile as error:
                form.add_error(None, str(error))
        context["form"] = form
    fragment = request.htmx and request.method == "POST"  # type: ignore[attr-defined]
    return render(request, "voices/reading.html" if fragment else "voices/import.html", context)


@require_POST
@signed_in
def start(request: HttpRequest, pk: str) -> HttpResponse:
    """Hand the file to the workers, read as it was previewed."""
    row, _, actor = import_for(identity_of(request), pk)
    require(may_bring_in(actor))
    try:
        intake.start(row)
        tasks.enqueue(tasks.run_import, row.pk)
    except Refused as refused:
        return render(request, "voices/import.html", _context(row, actor, refused.message), status=refused.status)
    return redirect("import", pk)


def _context(row: CommentImport, actor: Actor, problem: str) -> dict[str, Any]:
    journey = Journey.objects.get(pk=row.room_id)
    return {"row": row, "journey": journey, "actor": actor, "form": ReadingForm(row), "problem": problem}


@require_GET
@signed_in
def progress(request: HttpRequest, pk: str) -> HttpResponse:
    """How far it is; asked every second while it runs."""
    row, journey, actor = import_for(identity_of(request), pk)
    require(may_bring_in(actor))
    return render(request, "voices/progress.html", {"row": row, "journey": journey, "actor": actor})


@require_POST
@signed_in
def undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take the whole file back, or stop it on its way."""
    row, journey, actor = import_for(identity_of(request), pk)
    require(may_bring_in(actor))
    try:
        if row.state in (State.QUEUED, State.RUNNING):
            intake.stop(row, actor.key)
        else:
            door.execute(row.room_id, actor.key, "comment.undo_import", {"id": row.pk})
        tasks.enqueue(tasks.clear_imports)
    except Refused as refused:
        context = {"row": row, "journey": journey, "actor": actor, "problem": refused.message}
        return render(request, "voices/import.html", context, status=refused.status)
    return redirect("import", pk)


@require_GET
@signed_in
def invalid(request: HttpRequest, pk: str) -> HttpResponse | StreamingHttpResponse:
    """The rows that cannot come in, each with its reason, as CSV."""
    row, _, actor = import_for(identity_of(request), pk)
    require(may_bring_in(actor))
    lines = csv_lines(preview.invalid_rows(row))
    headers = {"Content-Disposition": 'attachment; filename="rows-to-mend.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
