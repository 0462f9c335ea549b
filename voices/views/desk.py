"""The desk: read what customers said, and put it where it belongs on the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from live import door
from live.models import new_id
from live.sheets import csv_lines
from live.values import Refused
from personas.models import Aim
from touchpoints.models import Journey, Touchpoint
from touchpoints.queries import journey_for
from voices import filters as asked
from voices import queries, stated, takeaway, tasks
from voices.commands import MOST_PLACED
from voices.groups import grouping_of
from voices.models import Comment, CommentImport, Consequence, Issue, Scale, Theme
from voices.permissions import may_bring_in, may_code, may_read_comments, may_see_names
from voices.strongest import strongest_of

A_PAGE = 25
GONE = "Not there any more"
WITHOUT = {("issue", asked.NONE): "In no let-down", ("file", asked.ALONE): "Came one by one"}


@require_safe
@signed_in
def desk(request: HttpRequest, pk: str) -> HttpResponse:
    """The comments of a journey with where they might belong, and the map to put them on."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_read_comments(actor))
    context = _context(journey, actor, asked.Filters.of(request.GET))
    return render(request, "voices/desk_parts.html" if request.htmx else "voices/desk.html", context)  # type: ignore[attr-defined]


@require_POST
@signed_in
def place(request: HttpRequest, pk: str) -> HttpResponse:
    """Put comments on a touchpoint or into a stage (`target`); no target takes them off the map."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_code(actor))
    ids = [int(value) for value in request.POST.getlist("ids") if value.isascii() and value.isdigit()][:MOST_PLACED]
    target = request.POST.get("target", "")
    where = {"stage" if target.startswith("st_") else "touchpoint": target} if target else {}
    return _done(request, journey, actor, "comment.place", [{"ids": ids, **where}])


@require_POST
@signed_in
def place_sure(request: HttpRequest, pk: str) -> HttpResponse:
    """Confirm every sure suggestion: one step to undo, however many touchpoints it concerns."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_code(actor))
    by_touchpoint: dict[str, list[int]] = {}
    for comment, touchpoint in queries.sure(journey.pk).order_by("pk").values_list("pk", "suggested")[:MOST_PLACED]:
        by_touchpoint.setdefault(touchpoint, []).append(comment)
    data = [{"ids": ids, "touchpoint": touchpoint} for touchpoint, ids in sorted(by_touchpoint.items())]
    return _done(request, journey, actor, "comment.place", data)


@require_POST
@signed_in
def undo(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back what one just did here."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_code(actor))
    return _done(request, journey, actor, "undo", [{"tx": request.POST.get("tx", "")[:80]}])


def _done(request: HttpRequest, journey: Journey, actor: Actor, name: str, data: list[dict[str, Any]]) -> HttpResponse:
    """Run the commands as one step and show the desk again, with a word about it and a way back."""
    tx, toast = new_id("tx"), {}
    try:
        if not data or data[0].get("ids") == []:
            raise Refused("invalid", "Choose a comment first.")
        door.execute_all(journey.pk, actor.key, [(new_id("cm"), name, each) for each in data], tx)
        count = sum(len(each.get("ids", ())) for each in data)
        toast = {"tx": tx, "count": count, "undone": name == "undo", "off": name != "undo" and len(data[0]) == 1}
        tasks.learn(journey.pk)
    except Refused as refused:
        toast = {"problem": refused.message}
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("comments", journey.pk)
    query = parse_qs(urlsplit(request.htmx.current_url or "").query)  # type: ignore[attr-defined]
    filters = asked.Filters.of({name: values[0] for name, values in query.items()})
    return render(request, "voices/desk_parts.html", _context(journey, actor, filters) | {"toast": toast})


def _context(journey: Journey, actor: Actor, filters: asked.Filters) -> dict[str, Any]:
    sums = stated.sums(journey.pk)
    found = asked.found_of(journey.pk, filters) if filters.from_elsewhere else None
    return {
        "journey": journey,
        "actor": actor,
        "filters": filters,
        "page": _page(journey, filters, found.comments if found else None),
        "found": found,
        "shown": asked.SHOWN,
        "narrowed": list(_narrowed(journey, filters)),
        "sums": sums,
        "sure": queries.sure(journey.pk).count(),
        "targets": queries.targets(journey.pk),
        "sources": queries.sources_of(journey.pk, sums["total"]),
        "aims": Aim.objects.filter(room=journey.pk, removed_at=None).order_by("name"),
        "accounts": queries.accounts_of(journey.pk),
        "scores": asked.SCORES,
        "may_place": may_code(actor),
        "may_bring_in": may_bring_in(actor),
        "SURE": queries.SURE,
    }


def _page(journey: Journey, filters: asked.Filters, count: int | None) -> Page[Comment]:
    """Where the first page holds all of it, nobody counts: a rare word is looked for once, not twice."""
    if filters.by:
        return Paginator(asked.grouped(journey.pk, filters), A_PAGE).get_page(filters.page)
    found = asked.desk(journey.pk, filters)
    first = list(found[: A_PAGE + 1]) if filters.page == 1 else []
    pages = Paginator(first if filters.page == 1 and len(first) <= A_PAGE else found, A_PAGE)
    if count is not None:
        pages.count = count  # known already
    return pages.get_page(filters.page)


@require_GET
@signed_in
def comments_file(request: HttpRequest, pk: str, form: str) -> FileResponse | StreamingHttpResponse:
    """The comments that the filters of the desk show, with what they mean, as CSV or XLSX."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_read_comments(actor))
    lines = takeaway.rows(journey.pk, asked.Filters.of(request.GET))
    if form == "xlsx":
        return FileResponse(takeaway.workbook(lines), as_attachment=True, filename="comments.xlsx")
    headers = {"Content-Disposition": 'attachment; filename="comments.csv"'}
    return StreamingHttpResponse(csv_lines(lines), content_type="text/csv; charset=utf-8", headers=headers)


def _narrowed(journey: Journey, filters: asked.Filters) -> Iterator[tuple[str, str, str]]:
    """What the list was narrowed to from another page: name and value of the filter, and what it is called."""
    rows: dict[str, QuerySet[Any]] = {
        "touchpoint": Touchpoint.objects.filter(room=journey.pk),
        "issue": Issue.objects.filter(room=journey.pk),
        "theme": Theme.objects.filter(room=journey.pk),
        "file": CommentImport.objects.filter(room=journey.pk),
    }
    for name, known in rows.items():
        if value := getattr(filters, name):
            row = known.filter(pk=value).first()
            yield name, value, _name(row) if row else WITHOUT.get((name, value), GONE)
    if filters.aim == asked.NONE:
        yield "aim", filters.aim, "No aim yet"
    if filters.group:
        groups = grouping_of(journey.pk).groups
        number = -1 if filters.group == asked.ALONE else int(filters.group)
        names = {-1: "Like no other"} | {n: group["name"] for n, group in enumerate(groups)}
        yield "group", filters.group, names.get(number, GONE)
    yield from _said(filters)


def _said(filters: asked.Filters) -> Iterator[tuple[str, str, str]]:
    """Those that stand for themselves."""
    kind, unit = filters.stated
    did, _, proposed = filters.did.partition("-")
    named = {
        "segment": filters.segment,
        "kind": f"Natural kind of customers {int(filters.kind or 0) + 1}",
        "scale": Scale(filters.scale).label,
        "severity": f"Severity {filters.severity}",
        "did": did and f"{Consequence.Kind(did).label}{', not yet read through' if proposed else ''}",
        "second": asked.TWICE.get(filters.second, ""),
        "states": stated.STATES.get(kind, "") + (f" ({unit})" if unit else ""),
        "said": "Customers’ own words",
    }
    for name, words in named.items():
        if value := getattr(filters, name):
            yield name, value, words


def _name(row: Any) -> str:
    return getattr(row, "title", "") or getattr(row, "name", "") or str(row.file_name)


@require_GET
@signed_in
def words(request: HttpRequest, pk: str, touchpoint: str) -> JsonResponse:
    """What customers said at one touchpoint, for the board's drawer. Guests get the words without names."""
    journey, actor = journey_for(identity_of(request), pk)
    found = queries.words_at(journey.pk, touchpoint)
    return JsonResponse({"comments": [_wire(comment, names=may_see_names(actor)) for comment in found]})


@require_GET
@signed_in
def strongest(request: HttpRequest, pk: str) -> JsonResponse:
    """The strongest words of each stage, for the map's lane. Nobody's name is in it, so everybody gets the same."""
    journey, _ = journey_for(identity_of(request), pk)
    return JsonResponse(strongest_of(journey))


def _wire(comment: Any, *, names: bool) -> dict[str, Any]:
    wire = {
        "id": comment.pk,
        "text": comment.text,
        "date": comment.said_on.isoformat() if comment.said_on else None,
        "source": comment.source,
        "source_kind": comment.source_kind,
        "score": comment.score,
        "scale": comment.scale,
        "quantities": [{"kind": q.kind, "start": q.start, "end": q.end} for q in comment.quantities.all()],
    }
    if names:
        wire |= {
            "account": comment.account.name if comment.account else None,
            "contact": comment.contact.name if comment.contact else None,
        }
    return wire
