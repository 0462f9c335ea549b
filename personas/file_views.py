"""The pages around a journey as a file: taking it along, bringing one in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import actor_or_404, organisation_for, require, signed_in
from accounts.actors import identity_of
from accounts.audit import audit
from accounts.models import Department, Organisation, Role, User
from live.sheets import BadFile, csv_lines, neutral
from live.values import Refused
from personas import drawing, incoming, interchange, openjourney, readable, rows, tables, workbook
from personas.forms import TableForm
from touchpoints.commands import MOST_STAGES
from touchpoints.models import Journey
from touchpoints.permissions import may_start_journey
from touchpoints.queries import journey_for

KINDS = {
    "json": "application/json", "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf",
    "svg": "image/svg+xml", "png": "image/png", "ojf": "application/json",
}  # fmt: skip
FIRST_ROWS, FIRST_PROBLEMS = 5, 200


@require_safe
@signed_in
def journey_file(request: HttpRequest, pk: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """The journey to take along: `json` comes back in without loss, `xlsx` and `csv` are for a spreadsheet, `md` for
    reading, `pdf` (?paper=a4) for the wall, `svg` and `png` for slides, `ojf` for other programs. Not for guests,
    who came for one meeting."""
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.role != Role.GUEST)
    audit("data.exported", actor.key, actor.organisation_id, room=journey.pk, form=form)
    name = f"{slugify(journey.name)[:60] or 'journey'}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        table = readable.to_rows(interchange.dump(journey), readable.backing_of(journey))
        lines = csv_lines([neutral(cell) for cell in row] for row in table)
        return StreamingHttpResponse(lines, content_type=KINDS[form], headers=headers)
    try:
        made = _drawn(journey, form, request.GET.get("paper", "")) or _written(journey, form)
    except Refused as refused:
        context = {"journey": journey, "problem": refused.message}
        answer = render(request, "personas/not_drawn.html", context, status=refused.status)
        if refused.code == "busy":
            answer["Retry-After"] = "60"
        return answer
    return HttpResponse(made, content_type=KINDS[form], headers=headers)


def _drawn(journey: Journey, form: str, paper: str) -> bytes | None:
    if form == "pdf":
        return drawing.pdf(journey, "a4" if paper == "a4" else "a3")
    draw = {"svg": drawing.svg, "png": drawing.png}.get(form)
    return draw(journey) if draw else None


def _written(journey: Journey, form: str) -> bytes:
    found = interchange.dump(journey)
    if form == "xlsx":
        return workbook.to_xlsx(found, readable.backing_of(journey))
    if form == "ojf":
        return openjourney.to_ojf(found)
    return (
        readable.to_markdown(found, readable.purity_of(journey)).encode()
        if form == "md"
        else interchange.to_json(found)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def journey_bring_in(request: HttpRequest) -> HttpResponse:
    """A file becomes a new journey: ours at once, a table after a look at its columns. One that cannot says where it
    is wrong, and nothing is half done."""
    organisation = organisation_for(request)
    actor = actor_or_404(request, organisation.pk if organisation else None)
    require(may_start_journey(actor))
    problem = ""
    if request.method == "POST":
        assert organisation is not None and isinstance(request.user, User)
        try:
            if "table" in request.POST:
                table = tables.Table.unpack(request.POST["table"], _salt(request.user))
                return _table(request, organisation, request.user, table, request.POST)
            return _file(request, organisation, request.user)
        except (Refused, BadFile) as refused:
            problem = refused.message if isinstance(refused, Refused) else str(refused)
    return render(request, "personas/bring_in.html", {"problem": problem}, status=422 if problem else 200)


def _file(request: HttpRequest, organisation: Organisation, user: User) -> HttpResponse:
    """What was chosen, by what is in it and never by its name."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Refused("invalid", "Choose the file first.")
    if sent.size is None or sent.size > incoming.MOST_BYTES:
        raise Refused("too_big", incoming.TOO_BIG)
    name = sent.name or "journey"
    head = sent.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()
    sent.seek(0)
    if head[:1] not in (b"{", b"[") and not name.lower().endswith((".json", ".ojf")):
        return _table(request, organisation, user, tables.read(sent, name), None)
    raw, lost = sent.read(), list[str]()
    if openjourney.looks_like(incoming.parse(raw)):
        file, lost = openjourney.read(raw, name)
    else:
        file = incoming.read(raw)
    journey = incoming.load(organisation, user, file)
    if lost:
        messages.info(request, f"The map is in. {' '.join(lost)}")
    return redirect("journey", journey.pk)


def _table(
    request: HttpRequest, organisation: Organisation, user: User, table: tables.Table, chosen: Any
) -> HttpResponse:
    """The look at a table (`chosen`: what stands in the form, None at first), and the journey when it is confirmed."""
    # A field that is left by clicking "Bring in" sends a look as well, with the button in it: only the page itself brings.
    confirmed = chosen is not None and "bring" in chosen and "HX-Request" not in request.headers
    form = TableForm(table, chosen)
    departments = list(Department.objects.filter(organisation=organisation))
    found = rows.interpret(table, form.columns, departments) if form.is_valid() else rows.Found()
    problem = ""
    if confirmed and form.is_valid() and found.touchpoints:
        try:
            return redirect("journey", _brought_in(organisation, user, table, form, found))
        except Refused as refused:
            problem = refused.message
    here = {row.name.casefold() for row in departments}
    context = {
        "form": form, "found": found, "packed": table.pack(_salt(user)), "table": table, "problem": problem,
        "rows": table.rows[:FIRST_ROWS], "problems": found.problems[:FIRST_PROBLEMS],
        "more": len(found.problems) - FIRST_PROBLEMS, "a_stage": rows.A_STAGE, "stages": MOST_STAGES,
        "new_departments": [name for name in found.departments.all if name.casefold() not in here],
    }  # fmt: skip
    wrong = confirmed and (problem or not found.touchpoints)
    return render(request, "personas/bring_in_table.html", context, status=422 if wrong else 200)


def _brought_in(organisation: Organisation, user: User, table: tables.Table, form: TableForm, found: rows.Found) -> str:
    """The id of the journey, made by the first click on the button."""
    name = form.cleaned_data["name"]
    pk = table.journey_id(name, form.columns)
    try:
        incoming.load(organisation, user, found.file(name), pk)
    except IntegrityError:
        if not Journey.objects.filter(pk=pk, room__organisation=organisation).exists():
            raise
    return pk


def _salt(user: User) -> str:
    """A packed table is of use to whoever uploaded it, and to nobody else."""
    return f"journey-table-{user.pk}"
