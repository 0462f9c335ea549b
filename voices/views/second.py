"""Reading one comment in ten a second time, without seeing what was said of it, and how often two people agree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import require, signed_in
from accounts.actors import identity_of
from live import door
from live.models import new_id
from live.values import Refused
from touchpoints.queries import journey_for
from voices import queries, second
from voices.models import ANCHORS
from voices.permissions import may_code


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def second_reading(request: HttpRequest, pk: str) -> HttpResponse:
    """The next comment to read a second time. `do`: next (keep what is said of it) or undo."""
    journey, actor = journey_for(identity_of(request), pk)
    require(may_code(actor))
    said: dict[str, Any] = {}
    if request.method == "POST":
        number, severity = request.POST.get("comment", ""), request.POST.get("severity", "")
        undo = request.POST.get("do") == "undo"
        data: dict[str, Any] = {"id": int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0}
        if undo:
            data["drop"] = True
        else:
            data["stage"] = request.POST.get("stage", "")[:24] or None
            data["severity"] = int(severity) if severity in tuple("12345") else None
        try:
            door.execute_all(journey.pk, actor.key, [(new_id("cm"), "comment.second", data)], new_id("tx"))
            said = {"undone": True} if undo else {"before": data["id"]}
        except Refused as refused:
            said = {"problem": refused.message}
    waiting = second.waiting(journey.pk, actor.key)
    context = {
        "journey": journey, "actor": actor, "agreement": second.agreement(journey.pk), "left": waiting.count(),
        "comment": waiting.select_related("account", "contact").prefetch_related("quantities").first(),
        "targets": queries.targets(journey.pk), "anchors": list(enumerate(ANCHORS, start=1)),
    }  # fmt: skip
    status = 422 if said.get("problem") and not request.htmx else 200  # type: ignore[attr-defined]
    template = "voices/second_parts.html" if request.htmx else "voices/second.html"  # type: ignore[attr-defined]
    return render(request, template, context | said, status=status)
