"""What people press in the room. Every press is a live command; the room is shown again with what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from accounts.access import require, signed_in
from accounts.actors import Actor, identity_of
from live.door import execute, execute_all
from live.models import new_id
from live.values import Refused
from workshops import desk, queries
from workshops.forms import AnswerForm
from workshops.models import Rating, Workshop
from workshops.permissions import runs_workshops

# The buttons of whoever runs it: what is posted as `do` → the command, and the fields it takes from the form.
RUN: dict[str, tuple[str, tuple[str, ...]]] = {
    "go_live": ("workshop.go_live", ()),
    "next": ("workshop.next_phase", ("phase",)),
    "back": ("workshop.previous_phase", ("phase",)),
    "pause": ("workshop.pause", ("phase",)),
    "minute": ("workshop.add_minute", ("phase",)),
    "make_up": ("workshop.make_up", ("phase",)),
    "start_again": ("workshop.start_again", ("phase",)),
    "reveal": ("workshop.reveal", ("of_kind", "department")),
    "open_ratings": ("workshop.open_ratings", ("about",)),
    "settle": ("workshop.settle", ("place", "because", "about", "severity")),
    "lead": ("workshop.lead", ("on",)),
    "spotlight": ("workshop.spotlight", ("at",)),
    "bring": ("workshop.bring", ("to",)),
    "doors": ("workshop.lock", ("doors",)),
    "writing": ("workshop.lock", ("writing",)),
    "hand_down": ("workshop.raise_hand", ("participant", "up")),
    "open_vote": ("vote.open", ("budget", "several")),
    "close_vote": ("vote.close", ("round", "drop")),
}
_SWITCHES = {"on", "doors", "writing", "up", "several", "drop"}
_NUMBERS = {"severity", "budget", "round"}
_MAY_LACK = {"department", "about"}  # the command says what is meant then


@require_POST
@signed_in
def enter(request: HttpRequest, pk: str) -> HttpResponse:
    """The page says that it was opened; opening it by a link scanner would not."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    here = queries.participants_of(row).filter(person=actor.key, opened_at__isnull=False)
    if row.state != Workshop.State.CLOSED and not here.exists():
        try:
            execute(row.room_id, actor.key, "workshop.enter", {"id": row.pk})
        except Refused as refused:
            request.session["workshop_problem"] = refused.message
            return HttpResponse(status=refused.status)
    return HttpResponse(status=204)


@require_POST
@signed_in
def run(request: HttpRequest, pk: str) -> HttpResponse:
    """One press of whoever runs it: go live, next, back, reveal."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    do = request.POST.get("do", "")
    if do not in RUN:
        raise Http404
    name, fields = RUN[do]
    data: dict[str, Any] = {"id": row.pk, **_fields(request.POST, fields)}
    return _do(request, row, actor, name, data)


def _fields(posted: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _field(name, posted.get(name, "")) for name in names if name in posted or name not in _MAY_LACK}


def _field(name: str, text: str) -> Any:
    if name in _NUMBERS:
        return _number(text)
    if name == "at":
        return text or None
    return text == "1" if name in _SWITCHES else text


@require_POST
@signed_in
def hand(request: HttpRequest, pk: str) -> HttpResponse:
    """I raise my hand, or put it down."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    return _do(request, row, actor, "workshop.raise_hand", {"id": row.pk, "up": request.POST.get("up") == "1"})


@require_POST
@signed_in
def ask_in(request: HttpRequest, pk: str) -> HttpResponse:
    """A quiet word to those of a department who have not been heard."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    require(runs_workshops(actor))
    rows = [
        one
        for one in desk.heard(row, queries.participants_of(row))
        if one.department.pk == request.POST.get("department")
    ]
    commands = [
        (new_id("cm"), "workshop.ask_in", {"id": row.pk, "participant": person.pk})
        for one in rows
        for person in one.silent
    ]
    if not commands:
        return _back(request, row, "Everybody of this department has been heard.")
    return _do_all(request, row, actor, commands)


@require_POST
@signed_in
def park(request: HttpRequest, pk: str) -> HttpResponse:
    """Something for later."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    data = {"id": new_id("pk"), "workshop": row.pk, "text": request.POST.get("text", "")}
    return _do(request, row, actor, "parked.add", data)


@require_POST
@signed_in
def parked(request: HttpRequest, pk: str, parked_pk: str) -> HttpResponse:
    """What becomes of something parked: settled, open again, moved to the let-downs, taken out."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    if request.POST.get("do") == "remove":
        return _do(request, row, actor, "parked.remove", {"id": parked_pk})
    if request.POST.get("do") == "let_down":
        one = next((each for each in queries.parked_of(row) if each.pk == parked_pk), None)
        if one is None:
            raise Http404("Somebody took it out a moment ago.")
        title = Truncator(" ".join(one.text.split())).chars(160)
        moved = {"id": parked_pk, "settled": True, "outcome": "Is a let-down now"}
        add = (new_id("cm"), "issue.add", {"id": new_id("is"), "title": title})
        return _do_all(request, row, actor, [add, (new_id("cm"), "parked.settle", moved)])
    settled = request.POST.get("do") == "settle"
    data = {"id": parked_pk, "settled": settled, "outcome": request.POST.get("outcome", "")}
    return _do(request, row, actor, "parked.settle", data)


@require_POST
@signed_in
def rate(request: HttpRequest, pk: str) -> HttpResponse:
    """My ratings of one press: `rate-<place>` = 1 to 5. What I left out stays as it was."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    given = {name[5:]: _number(request.POST.get(name, "")) for name in request.POST if name.startswith("rate-")}
    commands = [
        (
            new_id("cm"), "rating.give",
            {
                "id": new_id("ra"), "workshop": row.pk, "place": place, "severity": number,
                "about": request.POST.get("about", Rating.About.CUSTOMERS),
            },
        )
        for place, number in list(given.items())[: queries.MOST_RATED]
    ]  # fmt: skip
    if not commands:
        return _back(request, row, "Choose a number for at least one of them.")
    return _do_all(request, row, actor, commands)


@require_POST
@signed_in
def vote(request: HttpRequest, pk: str) -> HttpResponse:
    """My dots: `dots-<place>`. Once."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    given = {name[5:]: _number(request.POST.get(name, "")) for name in request.POST if name.startswith("dots-")}
    dots = {place: number for place, number in given.items() if number}
    data = {"id": row.pk, "round": _number(request.POST.get("round", "")), "dots": dots}
    return _do(request, row, actor, "vote.cast", data)


def _number(text: str) -> int:
    """A small whole number; 0, which means nothing here, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


@require_POST
@signed_in
def ready(request: HttpRequest, pk: str) -> HttpResponse:
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    return _do(request, row, actor, "workshop.say_ready", {"id": row.pk, "ready": request.POST.get("ready") == "1"})


@require_POST
@signed_in
def answers(request: HttpRequest, pk: str) -> HttpResponse:
    """A new answer of mine."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    form = AnswerForm(row, request.POST)
    if not form.is_valid():
        return _back(
            request, row, str(form.errors["place"][0]) if "place" in form.errors else "Write something here first."
        )
    return _do(request, row, actor, "answer.add", form.to_data())


@require_POST
@signed_in
def answer(request: HttpRequest, pk: str, answer_pk: str) -> HttpResponse:
    """Change or rub out an answer of mine. That it is mine is asked by the command."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    if request.POST.get("do") == "remove":
        return _do(request, row, actor, "answer.remove", {"id": answer_pk})
    return _do(request, row, actor, "answer.change", {"id": answer_pk, "text": request.POST.get("text", "")})


def _do(request: HttpRequest, row: Workshop, actor: Actor, name: str, data: dict[str, Any]) -> HttpResponse:
    """Run a command for this person and show the room again, with a sentence when it could not be."""
    try:
        execute(row.room_id, actor.key, name, data, pen=actor.pen)
    except Refused as refused:
        return _back(request, row, refused.message, refused.status)
    return _back(request, row)


def _do_all(request: HttpRequest, row: Workshop, actor: Actor, commands: list[Any]) -> HttpResponse:
    try:
        execute_all(row.room_id, actor.key, commands, pen=actor.pen)
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
