"""What people press in the room. Every press is a live command; the room is shown again with what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import signed_in
from accounts.actors import Actor, identity_of
from live.door import execute, execute_all
from live.models import new_id
from live.values import Refused
from workshops import queries
from workshops.forms import AnswerForm
from workshops.models import Workshop

# The buttons of whoever runs it: what is posted as `do` → the command.
RUN = {
    "go_live": "workshop.go_live",
    "next": "workshop.next_phase",
    "back": "workshop.previous_phase",
    "pause": "workshop.pause",
    "minute": "workshop.add_minute",
    "make_up": "workshop.make_up",
    "reveal": "workshop.reveal",
    "open_ratings": "workshop.open_ratings",
    "settle": "workshop.settle",
    "close": "workshop.close",
}  # fmt: skip


@require_POST
@signed_in
def enter(request: HttpRequest, pk: str) -> HttpResponse:
    """The page says that it was opened; opening it by a link scanner would not."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    here = queries.participants_of(row).filter(person=actor.key, opened_at__isnull=False)
    if row.state != Workshop.State.CLOSED and not here.exists():
        execute(row.room_id, actor.key, "workshop.enter", {"id": row.pk})
    return HttpResponse(status=204)


@require_POST
@signed_in
def run(request: HttpRequest, pk: str) -> HttpResponse:
    """One press of whoever runs it: go live, next, back, reveal, close."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    do = request.POST.get("do", "")
    if do not in RUN:
        raise Http404
    wanted: Any = {
        "reveal": ["of_kind"],
        "close": ["because"],
        "go_live": [],
        "open_ratings": [],
        "settle": ["place", "because"],
    }
    wanted = wanted.get(do, ["phase"])
    data: dict[str, Any] = {"id": row.pk, **{name: request.POST.get(name, "") for name in wanted}}
    if do == "settle":
        data["severity"] = _number(request.POST.get("severity", ""))
    return _do(request, row, actor, RUN[do], data)


@require_POST
@signed_in
def rate(request: HttpRequest, pk: str) -> HttpResponse:
    """My ratings of one press: `rate-<place>` = 1 to 5. What I left out stays as it was."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    given = {name[5:]: _number(request.POST.get(name, "")) for name in request.POST if name.startswith("rate-")}
    commands = [
        (new_id("cm"), "rating.give", {"id": new_id("ra"), "workshop": row.pk, "place": place, "severity": number})
        for place, number in list(given.items())[: queries.MOST_RATED]
    ]
    if not commands:
        return _back(request, row, "Choose a number for at least one of them.")
    try:
        execute_all(row.room_id, actor.key, commands)
    except Refused as refused:
        return _back(request, row, refused.message, refused.status)
    return _back(request, row)


def _number(text: str) -> int:
    """1 to 5; 0, which no command takes, for anything else."""
    return int(text) if text in {"1", "2", "3", "4", "5"} else 0


@require_POST
@signed_in
def ready(request: HttpRequest, pk: str) -> HttpResponse:
    row, actor = queries.workshop_for(identity_of(request), pk)
    return _do(request, row, actor, "workshop.say_ready", {"id": row.pk, "ready": request.POST.get("ready") == "1"})


@require_POST
@signed_in
def answers(request: HttpRequest, pk: str) -> HttpResponse:
    """A new answer of mine."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _back(request, row, "Write something here first.")
    return _do(request, row, actor, "answer.add", form.to_data(row.pk))


@require_POST
@signed_in
def answer(request: HttpRequest, pk: str, answer_pk: str) -> HttpResponse:
    """Change or rub out an answer of mine. That it is mine is asked by the command."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    if request.POST.get("do") == "remove":
        return _do(request, row, actor, "answer.remove", {"id": answer_pk})
    return _do(request, row, actor, "answer.change", {"id": answer_pk, "text": request.POST.get("text", "")})


def _do(request: HttpRequest, row: Workshop, actor: Actor, name: str, data: dict[str, Any]) -> HttpResponse:
    """Run a command for this person and show the room again, with a sentence when it could not be."""
    try:
        execute(row.room_id, actor.key, name, data)
    except Refused as refused:
        return _back(request, row, refused.message, refused.status)
    return _back(request, row)


def _back(request: HttpRequest, row: Workshop, problem: str = "", status: int = 422) -> HttpResponse:
    """htmx takes what it needs from the page that follows; without script the browser simply goes there."""
    if problem and request.headers.get("HX-Request") != "true":
        messages.error(request, problem)
    elif problem:
        request.session["workshop_problem"] = problem
    return redirect(reverse("workshop", args=[row.pk]))
