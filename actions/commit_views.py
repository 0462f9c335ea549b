"""The last part of a workshop: departments promise, read out, and whoever runs it closes. Every change is a live command."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from actions import queries, wheel
from actions.calendar import report_back_file
from actions.closing import checklist
from actions.coverage import Coverage, Share, coverage
from actions.forms import CloseForm
from actions.health import health_of
from actions.models import ActionItem, ProgressNote
from actions.permissions import promises, speaks_for
from live.door import execute
from live.models import new_id
from live.values import Refused
from workshops.models import Phase, Workshop
from workshops.permissions import runs_workshops, sponsors
from workshops.queries import answers_for, workshop_for
from workshops.reading import SECONDS

# What is posted as `do` → the command, and the names it takes from the form.
PRESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "none": ("no_action.say", ("department", "because")),
    "take_back": ("no_action.take_back", ("id",)),
    "read_out": ("workshop.read_out", ("department",)),
    "accept": ("workshop.accept_report_back", ()),
    "note": ("action.note", ("action", "text")),
}

FRESH = datetime.timedelta(days=7)  # so long after the close it is news what happens next
PROMISED_FROM = ("do_differently", "fine_tune", "learn")  # what one would love to learn goes to the interviews


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def workshop_promises(request: HttpRequest, pk: str) -> HttpResponse:
    """The promises of a workshop, as a part of its page: a list, and in *Commit* and *Read-out* what is done there."""
    row, actor = workshop_for(identity_of(request), pk)
    problem, status = _press(request, row, actor) if request.method == "POST" else ("", 200)
    if request.method == "POST" and request.headers.get("HX-Request") != "true":
        if problem:
            messages.error(request, problem)
        return redirect("workshop", pk)
    row, actor = workshop_for(identity_of(request), pk)
    found, today = coverage(row), timezone.localdate()
    kind = row.phase.of_kind if row.phase else ""
    big = "big" in request.GET  # the big screen: nothing to press
    context = {
        "workshop": row, "actor": actor, "problem": problem, "kind": kind, "found": found,
        "rows": [(action, queries.standing(action, today)) for action in found.actions],
        "live": row.state == Workshop.State.LIVE, "big": big,
        "may": promises(actor) and row.state == Workshop.State.LIVE and not big,
        "member": actor.role != "guest" and not big, "runs": runs_workshops(actor) and not big,
        "sponsors": sponsors(actor, row) and not big, **_drawn(row, actor, found, kind, big=big),
    }  # fmt: skip
    return render(request, "actions/promises.html", context, status=status)


def _press(request: HttpRequest, row: Workshop, actor: Actor) -> tuple[str, int]:
    """Run what was pressed; the sentence why not, and its status for those without script."""
    command, names = PRESSES.get(request.POST.get("do", ""), ("", ()))
    if not command:
        raise Http404
    data: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    if command == "no_action.say":
        data |= {"id": new_id("na"), "workshop": row.pk}
    elif command == "action.note":
        data |= {"id": new_id("pn")}
    elif command != "no_action.take_back":
        data |= {"id": row.pk}
    if command == "workshop.read_out":
        data["department"] = data["department"] or None
    try:
        execute(row.room_id, actor.key, command, data)
    except Refused as refused:
        return refused.message, 200 if request.headers.get("HX-Request") == "true" else refused.status
    return "", 200


def _drawn(row: Workshop, actor: Actor, found: Coverage, kind: str, *, big: bool) -> dict[str, Any]:
    if row.state != Workshop.State.LIVE:
        return _what_next(row, actor, found) if row.state == Workshop.State.CLOSED else {}
    if kind == Phase.Kind.COMMIT:
        return {
            "wheel": wheel.wheel(found.shares), "kinds": wheel.bar(found.actions, "of_kind"),
            "domains": wheel.bar(found.actions, "domain"), "one_sided": wheel.one_sided(found.actions),
            "lists": [] if big else _lists(row, actor, found),
        }  # fmt: skip
    if kind == Phase.Kind.READ_OUT:
        return _reading(row, found)
    return {}


def _lists(row: Workshop, actor: Actor, found: Coverage) -> list[dict[str, Any]]:
    """Each department with its promises and the answers nobody has promised yet; my own first."""
    used = set(
        ActionItem.objects.filter(workshop=row, removed_at=None, answer__isnull=False).values_list("answer", flat=True)
    )
    open_ones = [answer for answer in answers_for(actor, row) if answer.pk not in used]
    lists = [
        {
            "share": share, "mine": share.department.pk in actor.departments,
            "may": speaks_for(actor, share.department.pk),
            "answers": [a for a in open_ones if a.department_id == share.department.pk and a.of_kind in PROMISED_FROM],
        }
        for share in found.shares
    ]  # fmt: skip
    return sorted(lists, key=lambda one: not one["mine"])


def _reading(row: Workshop, found: Coverage) -> dict[str, Any]:
    """Whose minute it is, how much of it is left by our clock, and who comes then."""
    order = found.shares
    at = next((n for n, share in enumerate(order) if share.department.pk == row.reading_id), None)
    now = timezone.now()
    gone = (now - row.reading_since).total_seconds() if row.reading_since else 0
    left = round(SECONDS - gone)
    after: Share | None = order[0] if at is None and order else None
    if at is not None and at + 1 < len(order):
        after = order[at + 1]
    said: dict[str, list[ProgressNote]] = {}
    for note in ProgressNote.objects.filter(action__in=found.actions, removed_at=None).order_by("at", "id"):
        said.setdefault(note.action_id, []).append(note)
    shown = order[at] if at is not None else None
    return {
        "shown": shown, "notes": [(action, said.get(action.pk, [])) for action in shown.actions] if shown else [],
        "after": after, "seconds": SECONDS, "now": int(now.timestamp() * 1000),
        "since": int(row.reading_since.timestamp() * 1000) if row.reading_since else "",
        "left": f"{'-' if left < 0 else ''}{abs(left) // 60}:{abs(left) % 60:02d}",
    }  # fmt: skip


def _what_next(row: Workshop, actor: Actor, found: Coverage) -> dict[str, Any]:
    """After the close: for some days what is mine and what comes; and until then, when we meet again."""
    context: dict[str, Any] = {"meet_again": row.report_back_on > timezone.localdate()}
    if row.closed_at and timezone.now() - row.closed_at < FRESH:
        mine = [action for action in found.actions if actor.key in (f"u{action.owner_id}", f"u{action.co_owner_id}")]
        context["next"] = {"mine": mine, "first_due": min((action.due for action in found.actions), default=None)}
    return context


# -- closing -----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def workshop_close(request: HttpRequest, pk: str) -> HttpResponse:
    """The checklist: what is there, what is missing and where to mend it; then the close."""
    row, actor = workshop_for(identity_of(request), pk)
    require(runs_workshops(actor))
    if row.state != Workshop.State.LIVE:
        return redirect("workshop", pk)
    form = CloseForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        mend = request.POST.get("do") == "mend"
        command, data = ("workshop.change", form.to_change()) if mend else ("workshop.close", form.to_close())
        try:
            execute(row.room_id, actor.key, command, data)
            return redirect("workshop_close" if mend else "workshop", pk)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    found = coverage(row)
    hidden = (
        sum(sum(of.values()) for of in row.counts.values())
        - row.answers.filter(removed_at=None, revealed_at__isnull=False).count()
    )
    form.fields["because"].required = True  # as it is shown: whatever is missing needs a reason
    context = {
        "workshop": row, "list": checklist(row, timezone.localdate()), "meters": health_of(row, found), "form": form,
        "hidden": hidden,
    }  # fmt: skip
    return render(request, "actions/close.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
@never_cache
def workshop_health(request: HttpRequest, pk: str) -> HttpResponse:
    """The seven stumbling blocks, for whoever runs it: a page, or a part of one."""
    row, actor = workshop_for(identity_of(request), pk)
    require(runs_workshops(actor))
    part = request.headers.get("HX-Request") == "true"
    context = {"workshop": row, "meters": health_of(row)}
    return render(request, "actions/meters.html" if part else "actions/health.html", context)


@require_safe
@signed_in
def report_back_calendar(request: HttpRequest, pk: str) -> HttpResponse:
    """The day of the report-back, for one's own calendar."""
    row, _ = workshop_for(identity_of(request), pk)
    url = request.build_absolute_uri(f"/workshops/{row.pk}/")
    response = HttpResponse(report_back_file(row, url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-back-{row.report_back_on:%Y-%m-%d}.ics"'
    return response
