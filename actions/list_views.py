"""The lists of promises: table, board, month; many changed at once, with a way back; as files; in one's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import limits
from accounts.access import actor_or_404, address_for_others, organisation_for, require, signed_in
from accounts.actors import Actor
from accounts.audit import audit
from accounts.models import Organisation, User
from actions import feeds, lists, takeaway
from actions.forms import FilterForm, ManyForm
from actions.models import ActionItem
from actions.permissions import may_change_action_row
from actions.queries import actions_of
from live.door import execute_all
from live.models import Event, new_id
from live.sheets import csv_lines
from live.values import Refused
from workshops.queries import workshops_of

MOST_AT_ONCE = 200
FORMS = ("csv", "xlsx", "json", "tracker")


@require_safe
@signed_in
@never_cache
def actions(request: HttpRequest) -> HttpResponse:
    """Mine, my department's or all; as a table, a board or a month. An open page asks with `seen` what it shows and
    hears 204 while nothing changed."""
    organisation, actor = member(request)
    said = lists.Filters.of(request.GET, actor)
    found = lists.lines(lists.promises_for(organisation, actor, said)[: lists.MOST_SHOWN + 1], actor)
    digest = lists.digest(found)
    if request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    more, found = len(found) > lists.MOST_SHOWN, found[: lists.MOST_SHOWN]
    context = {
        "said": said, "lines": found, "more": more, "digest": digest,
        "whose": [(value, label, said.query(whose=value, owner="")) for value, label in lists.WHOSE.items()],
        "shapes": [(value, label, said.query(shape=value)) for value, label in lists.SHAPES.items()],
        "form": FilterForm(organisation.pk, vars(said)), "many": ManyForm(organisation.pk),
        "heads": _heads(said), "toast": request.session.pop("promises_toast", None), "here": request.get_full_path(),
        "query": said.query(), "feed": feeds.feed_of(actor.key),
    }  # fmt: skip
    if said.shape == "board":
        context["columns"] = lists.board(found)
    elif said.shape == "calendar":
        first = lists.month_of(said.month, timezone.localdate())
        month = lists.month(first, found, workshops_of([organisation]))
        context |= {
            "month": month, "before": said.query(month=month.before), "after": said.query(month=month.after),
            "now": said.query(month=""),
        }  # fmt: skip
    return render(request, "actions/actions.html", context)


def _heads(said: lists.Filters) -> list[tuple[str, str, str, str]]:
    """Label, address and state ("ascending", "descending", "none") of each column that can be sorted by, and its name."""
    found = []
    for name, label in (("department", "Department"), ("title", "Promise"), ("owner", "Owner"), ("due", "Due"),
                        ("status", "Status"), ("word", "Last word")):  # fmt: skip
        state = "ascending" if said.sort == name else "descending" if said.sort == f"-{name}" else "none"
        found.append((label, said.query(sort=f"-{name}" if state == "ascending" else name), state, name))
    return found


def member(request: HttpRequest) -> tuple[Organisation, Actor]:
    """The organisation one looks at, and who one is there. Guests have no lists: 404."""
    organisation = organisation_for(request)
    if organisation is None:
        raise Http404
    return organisation, actor_or_404(request, organisation.pk)


# -- many at once ------------------------------------------------------------------------------
@require_POST
@signed_in
def many(request: HttpRequest) -> HttpResponse:
    """Give the ticked promises another owner, date or status. What is not mine to change stays, and is said."""
    organisation, actor = member(request)
    form = ManyForm(organisation.pk, request.POST)
    rows = list(actions_of([organisation]).filter(pk__in=request.POST.getlist("ids")[:MOST_AT_ONCE]))
    if not form.is_valid() or not (values := form.to_data()):
        problem = "Choose a person or a date that is still to come." if form.errors else "Say what to change."
        return _back(request, {"problem": problem})
    if not rows:
        return _back(request, {"problem": "Tick a promise first."})
    return _back(request, _change(actor, rows, values))


def _change(actor: Actor, rows: Iterable[ActionItem], values: dict[str, Any]) -> dict[str, Any]:
    """One step over all journeys, so that one press takes it back; a journey that refuses does not stop the others."""
    tx, done, others, problems = new_id("tx"), 0, 0, []
    by_room: dict[str, list[ActionItem]] = {}
    for row in rows:
        if may_change_action_row(actor, row):
            by_room.setdefault(row.room_id, []).append(row)
        else:
            others += 1
    for room, of_room in by_room.items():
        try:
            execute_all(
                room, actor.key, [(new_id("cm"), "action.change", {"id": row.pk, **values}) for row in of_room], tx
            )
            done += len(of_room)
        except Refused as refused:
            problems.append(refused.message)
    return {"tx": tx if done else "", "count": done, "others": others, "problem": " ".join(dict.fromkeys(problems))}


@require_POST
@signed_in
def many_undo(request: HttpRequest) -> HttpResponse:
    """Take back what one just did to many."""
    organisation, actor = member(request)
    tx = request.POST.get("tx", "")[:80]
    mine = Event.objects.filter(room__organisation=organisation, tx=tx, by=actor.key) if tx else Event.objects.none()
    rooms = list(mine.values_list("room", flat=True).distinct())
    problems = []
    for room in rooms:
        try:
            execute_all(room, actor.key, [(new_id("cm"), "undo", {"tx": tx})])
        except Refused as refused:
            problems.append(refused.message)
    problem = " ".join(problems) if rooms else "There is nothing of yours to take back."
    return _back(request, {"undone": not problem, "problem": problem})


def _back(request: HttpRequest, toast: dict[str, Any]) -> HttpResponse:
    """To the list as it was, with a word about what happened."""
    request.session["promises_toast"] = toast
    back = request.POST.get("back", "")
    inside = back.startswith(reverse("actions")) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if inside else "actions")


# -- as files ----------------------------------------------------------------------------------
@require_safe
@signed_in
def actions_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the filters show: csv, xlsx, json, or a csv for an issue tracker."""
    organisation, actor = member(request)
    if form not in FORMS:
        raise Http404
    found = lists.promises_for(organisation, actor, lists.Filters.of(request.GET, actor)).select_related(
        "owner", "department", "sponsor", "touchpoint", "workshop", "issue", "room__organisation"
    )
    audit("data.exported", actor.key, organisation.pk, form=form)
    if form == "json":
        promises = takeaway.as_json(found.prefetch_related("helpers"))
        return JsonResponse(
            {"promises": promises}, headers={"Content-Disposition": 'attachment; filename="promises.json"'}
        )
    if form == "xlsx":
        return FileResponse(takeaway.workbook(takeaway.rows(found)), as_attachment=True, filename="promises.xlsx")
    name = "promises-for-a-tracker" if form == "tracker" else "promises"
    lines = takeaway.tracker_rows(found, address_for_others(request, "")) if form == "tracker" else takeaway.rows(found)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(csv_lines(lines), content_type="text/csv; charset=utf-8", headers=headers)


# -- in one's own calendar ---------------------------------------------------------------------
@require_POST
@signed_in
def feed(request: HttpRequest) -> HttpResponse:
    """Make a secret address for my calendar (the one before ends), or end it. The answer alone shows it."""
    organisation, actor = member(request)
    assert isinstance(request.user, User)
    if request.POST.get("do") == "end":
        feeds.end(request.user)
        audit("calendar.ended", actor.key, organisation.pk)
        return redirect(reverse("actions") + "?shape=calendar")
    secret = feeds.make(request.user)
    audit("calendar.made", actor.key, organisation.pk)
    address = address_for_others(request, reverse("calendar_feed", args=[secret]))
    return render(request, "actions/feed.html", {"address": address})


@require_safe
@never_cache
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program fetches: the address is the key."""
    if not limits.take("calendar", request.META.get("REMOTE_ADDR", ""), 60):
        return HttpResponse("Too many requests; ask again in a minute.", status=429, content_type="text/plain")
    user = feeds.user_of(token)
    if user is None:
        raise Http404
    response = HttpResponse(
        feeds.calendar_of(user, lambda path: address_for_others(request, path)),
        content_type="text/calendar; charset=utf-8",
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@signed_in
def move(request: HttpRequest, pk: str) -> HttpResponse:
    """Put one promise into another column of the board. Kept and dropped ask for words first, on its own page."""
    organisation, actor = member(request)
    row = actions_of([organisation]).filter(pk=pk).first()
    if row is None:
        raise Http404
    require(may_change_action_row(actor, row))
    status = request.POST.get("status", "")
    if status in (ActionItem.Status.DONE, ActionItem.Status.DROPPED):
        return redirect(f"{reverse('action', args=[pk])}?status={status}#how")
    if status not in ActionItem.Status.values:
        raise Http404
    return _back(request, _change(actor, [row], {"status": status}))
