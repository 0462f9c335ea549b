"""The report-back in the room: department by department, what was promised, what became of it, what was learned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in
from accounts.actors import Actor, identity_of
from accounts.models import Department
from actions import queries
from actions.forms import ResultForm
from actions.models import ActionItem, ProgressNote, Result
from actions.permissions import may_change_action_row
from actions.queries import Standing
from live.door import execute
from live.models import new_id
from live.values import Refused
from workshops.models import Participant, Workshop
from workshops.permissions import runs_workshops
from workshops.queries import workshop_for


@dataclass
class Told:
    """One promise in the report-back: how it stood, what the group heard of it, and the form to say so."""

    action: ActionItem
    stand: Standing
    result: Result | None
    notes: list[ProgressNote]
    form: ResultForm | None


@dataclass
class Share:
    """One department's part; promises of nobody's department come last."""

    department: Department | None
    now: bool = False  # it is their turn
    told: list[Told] = field(default_factory=list)

    @property
    def heard(self) -> int:
        return sum(one.result is not None for one in self.told)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def workshop_results(request: HttpRequest, pk: str) -> HttpResponse:
    """A part of the room's page in a report-back; 404 for any other workshop."""
    row, actor = workshop_for(identity_of(request), pk)
    if row.of_kind != Workshop.Kind.REPORT_BACK:
        raise Http404
    wrong = _press(request, row, actor) if request.method == "POST" else None
    if request.method == "POST" and request.headers.get("HX-Request") != "true" and wrong is None:
        return redirect("workshop", pk)
    row, actor = workshop_for(identity_of(request), pk)
    big = "big" in request.GET  # the big screen: whose turn it is, and nothing to press
    shares = _shares(row, actor, wrong, big=big)
    absent = Participant.objects.filter(workshop=row, removed_at=None, opened_at=None)
    told = Counter(one.result.of_kind for share in shares for one in share.told if one.result)
    context = {
        "workshop": row, "live": row.state == Workshop.State.LIVE, "shares": shares,
        "of": sum(len(share.told) for share in shares), "told": sum(told.values()),
        "counts": [(kind.value, f"{told[kind.value]} {kind.label.lower()}") for kind in Result.Kind], "source": row.follows,
        "sponsors": not big and (actor.role == "executive" or actor.key == f"u{row.sponsor_id}"),
        "runs": not big and runs_workshops(actor), "big": big,
        "shown": [share for share in shares if not big or not row.reading_id or share.now],
        "absent": absent.none() if big and row.reading_id else absent.order_by("name"),
    }  # fmt: skip
    return render(request, "actions/results.html", context, status=422 if wrong else 200)


def _press(request: HttpRequest, row: Workshop, actor: Actor) -> ResultForm | None:
    """Run what was pressed; the form with what is wrong at its field."""
    if request.POST.get("do") == "turn":
        try:
            turn = {"id": row.pk, "department": request.POST.get("department") or None}
            execute(row.room_id, actor.key, "workshop.read_out", turn)
        except Refused as refused:
            messages.error(request, refused.message)
        return None
    action = ActionItem.objects.filter(pk=request.POST.get("action", ""), workshop=row.follows, removed_at=None).first()
    if action is None:
        raise Http404
    form = ResultForm(action, None, request.POST)
    if request.POST.get("do") == "note":
        command: tuple[str, dict[str, Any]] = (
            "action.note", {"id": new_id("pn"), "action": action.pk, "text": request.POST.get("text", "")[:4_000]},
        )  # fmt: skip
    elif form.is_valid():
        command = ("result.mark", form.to_data(row.pk))
    else:
        return form
    try:
        execute(row.room_id, actor.key, *command)
    except Refused as refused:
        form.is_valid()
        form.add_error(form.at(refused.field), refused.message)
        return form
    return None


def _shares(row: Workshop, actor: Actor, wrong: ResultForm | None, *, big: bool) -> list[Share]:
    """The promises of the workshop that is reported on, by department in the organisation's order. Five queries."""
    today = timezone.localdate()
    found = queries.actions_of([row.room.organisation]).filter(workshop=row.follows) if row.follows else []
    results = {result.action_id: result for result in Result.objects.filter(workshop=row, removed_at=None)}
    notes: dict[str, list[ProgressNote]] = {}
    since = row.went_live_at or timezone.now()
    for note in ProgressNote.objects.filter(action__in=found, removed_at=None, at__gte=since).order_by("at", "id"):
        notes.setdefault(note.action_id, []).append(note)
    shares: dict[str, Share] = {}
    for action in sorted(found, key=lambda one: (one.department is None, one.department and one.department.position)):
        share = shares.setdefault(
            action.department_id or "", Share(action.department, now=action.department_id == (row.reading_id or "none"))
        )
        result, form = results.get(action.pk), None
        if row.state == Workshop.State.LIVE and not big and may_change_action_row(actor, action):
            form = wrong if wrong is not None and wrong.action.pk == action.pk else ResultForm(action, result)
        told = Told(action, queries.standing(action, today), result, notes.get(action.pk, []), form)
        share.told.append(told)
    return list(shares.values())
