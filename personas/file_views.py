"""The pages around a journey as a file: taking it along, bringing one in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import actor_or_404, organisation_for, require, signed_in
from accounts.actors import identity_of
from accounts.models import Role, User
from live.sheets import csv_lines, neutral
from live.values import Refused
from personas import incoming, interchange, readable
from touchpoints.permissions import may_start_journey
from touchpoints.queries import journey_for


@require_safe
@signed_in
def journey_file(request: HttpRequest, pk: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """The journey to take along: `json` comes back in without loss, `csv` is for a spreadsheet,
    `md` for reading. Not for guests,
    who came for one meeting."""
    journey, actor = journey_for(identity_of(request), pk)
    require(actor.role != Role.GUEST)
    found = interchange.dump(journey)
    name = f"{slugify(journey.name)[:60] or 'journey'}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "json":
        return HttpResponse(interchange.to_json(found), content_type="application/json", headers=headers)
    if form == "md":
        return HttpResponse(readable.to_markdown(found), content_type="text/markdown; charset=utf-8", headers=headers)
    lines = csv_lines([neutral(cell) for cell in row] for row in readable.to_rows(found))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def journey_bring_in(request: HttpRequest) -> HttpResponse:
    """A file becomes a new journey; one that cannot says where it is wrong, and nothing is half done."""
    organisation = organisation_for(request)
    actor = actor_or_404(request, organisation.pk if organisation else None)
    require(may_start_journey(actor))
    problem = ""
    if request.method == "POST":
        assert organisation is not None and isinstance(request.user, User)
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise Refused("invalid", "Choose the file first.")
            if sent.size is None or sent.size > incoming.MOST_BYTES:
                raise Refused("too_big", "This file is larger than 10 MB. A journey is never that long.")
            journey = incoming.load(organisation, request.user, incoming.read(sent.read()))
            return redirect("journey", journey.pk)
        except Refused as refused:
            problem = refused.message
    return render(request, "personas/bring_in.html", {"problem": problem}, status=422 if problem else 200)
