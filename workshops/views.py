"""The pages of a workshop: the list, a new one, the room. Every change is a live command.

The room is one page. What others do changes parts of it: `static/js/workshop.js` listens to the journey's
socket and has htmx fetch those parts again, so that a thing is drawn in one place only, here.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import actor_or_404, organisation_for, posted, require, signed_in
from accounts.actors import Actor, identity_of, organisations_of
from live.door import execute, execute_all
from live.models import new_id
from live.tickets import make_ticket
from live.values import Refused
from touchpoints.models import Journey
from touchpoints.queries import journey_for, journeys_of
from voices.models import ANCHORS
from voices.queries import standings_of
from workshops import queries, rating
from workshops.agenda import catch_up, seconds_left
from workshops.commands import gone, late_by
from workshops.forms import AnswerForm, NewWorkshop
from workshops.models import Phase, Prompt, Workshop
from workshops.permissions import answers_for, runs_workshops

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
PROMPTS = {
    Prompt.LEARN: ("book-open", "What can we learn from the map as it is?", "Add what you learned"),
    Prompt.FINE_TUNE: ("wrench", "What are we already doing that we can adjust?", "Add something to adjust"),
    Prompt.DO_DIFFERENTLY: ("repeat", "What do we need to start, stop or change?", "Add something to change"),
    Prompt.LOVE_TO_LEARN: ("lightbulb", "What would we love to ask customers?", "Add a question for the interviews"),
}


@require_safe
@signed_in
def workshops(request: HttpRequest) -> HttpResponse:
    """Every workshop of my organisations."""
    rows = list(queries.workshops_of(organisations_of(identity_of(request))))
    return render(request, "workshops/workshops.html", _list(rows) | {"runs": _runs_somewhere(request)})


@require_safe
@signed_in
def journey_workshops(request: HttpRequest, journey_pk: str) -> HttpResponse:
    """The workshops about one journey, for the way from its map. Where one is live, that is where people want to go."""
    journey, actor = journey_for(identity_of(request), journey_pk)
    rows = list(queries.workshops_of([journey.room.organisation]).filter(room=journey.room))
    live = [row for row in rows if row.state == Workshop.State.LIVE]
    if len(live) == 1:
        return redirect("workshop", live[0].pk)
    context = _list(rows) | {"runs": runs_workshops(actor), "journey": journey}
    return render(request, "workshops/workshops.html", context)


def _list(rows: list[Workshop]) -> dict[str, Any]:
    names = dict(Journey.objects.filter(pk__in={row.room_id for row in rows}).values_list("pk", "name"))
    groups = [
        (label, [(row, names.get(row.room_id, "")) for row in rows if row.state == state])
        for state, label in (("live", "Live now"), ("planned", "To come"), ("closed", "Over"))
    ]
    return {"groups": groups, "any": bool(rows)}


def _runs_somewhere(request: HttpRequest) -> bool:
    organisation = organisation_for(request)
    return organisation is not None and runs_workshops(actor_or_404(request, organisation.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_workshop(request: HttpRequest, journey_pk: str = "") -> HttpResponse:
    """Which journey, then what for. Everything but the three questions is filled in."""
    identity = identity_of(request)
    if not journey_pk:
        organisation = organisation_for(request)
        found = list(journeys_of([organisation] if organisation else []))
        if len(found) == 1:
            return redirect("workshop_new", found[0].pk)
        return render(request, "workshops/which_journey.html", {"journeys": found})
    journey, actor = journey_for(identity, journey_pk)
    require(runs_workshops(actor))
    form = NewWorkshop(journey, posted(request))
    if form.is_bound and form.is_valid():
        data = form.to_data()
        try:
            execute(journey.pk, actor.key, "workshop.open", data)
            return redirect("workshop", data["id"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return render(request, "workshops/new.html", {"form": form, "journey": journey}, status=422 if form.errors else 200)


@require_safe
@signed_in
@never_cache
def workshop(request: HttpRequest, pk: str) -> HttpResponse:
    """The room: what it does now, how long, my answers, everybody's once they are revealed."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    people = list(queries.participants_of(row))
    phases = queries.phases_of(row)
    context = {
        "workshop": row,
        "journey": Journey.objects.get(pk=row.room_id),
        "actor": actor,
        "runs": runs_workshops(actor),
        "answers": answers_for(actor) and row.state == Workshop.State.LIVE,
        "phases": phases,
        "prompts": _prompts(row, actor),
        "table": queries.table_of(row, people),
        "places": queries.places_of(row) if row.state == Workshop.State.LIVE else [],
        "people": people,
        "me": next((person for person in people if person.person == actor.key), None),
        "opened": sum(person.opened_at is not None for person in people),
        "ready": sum(bool(row.phase_id) and person.ready_in_id == row.phase_id for person in people),
        "timer": _timer(row),
        "late": _late(row, phases),
        **_round(row, actor),
        "problem": request.session.pop("workshop_problem", ""),
        "boot": _boot(request, row, actor),
    }
    return render(request, "workshops/workshop.html", context)


def _prompts(row: Workshop, actor: Actor) -> list[dict[str, Any]]:
    readable = list(queries.answers_for(actor, row))
    found = []
    for kind, (icon, ask, add) in PROMPTS.items():
        answers = [answer for answer in readable if answer.of_kind == kind]
        of_all = sum(each.get(kind, 0) for each in row.counts.values())
        found.append(
            {
                "kind": kind.value, "label": kind.label, "icon": icon, "ask": ask, "add": add, "answers": answers,
                "open": kind in row.revealed, "hidden": of_all - len(answers),
                "now": bool(row.phase and row.phase.of_kind == kind),
            }
        )  # fmt: skip
    return found


def _timer(row: Workshop) -> dict[str, Any] | None:
    """What the clock on the page counts: by the server's time, so that a wrong clock at home does not matter."""
    if row.phase is None or row.phase_started_at is None:
        return None
    now = timezone.now()
    part, left = seconds_left(row.phase, gone(row, now))
    total = (row.phase.minutes_private if part == "private" else row.phase.minutes_shared) * 60
    minutes, seconds = divmod(int(abs(left)), 60)
    return {
        "part": part, "now": int(now.timestamp() * 1000), "started": int(row.phase_started_at.timestamp() * 1000),
        "private": row.phase.minutes_private * 60, "shared": row.phase.minutes_shared * 60, "total": total,
        "shown": f"{'-' if left < 0 else ''}{minutes}:{seconds:02d}",
        "paused": int(row.paused_at.timestamp() * 1000) if row.paused_at else "",
    }  # fmt: skip


def _round(row: Workshop, actor: Actor) -> dict[str, Any]:
    """The round "How bad is it for customers?", from its phase on."""
    is_open = rating.ROUND in row.revealed
    now = bool(row.phase and row.phase.of_kind == Phase.Kind.SEVERITY)
    if not is_open and not now:
        return {"rated": []}
    return {
        "rated": queries.round_of(row, actor), "round_open": is_open, "raters": queries.raters(row),
        "anchors": list(enumerate(ANCHORS, start=1)), "ranking": standings_of(row.room_id) if is_open else [],
    }  # fmt: skip


def _late(row: Workshop, phases: list[Phase]) -> dict[str, Any] | None:
    """What to say when the room is behind: how much, where it can be saved, what Commit keeps."""
    at = next((n for n, phase in enumerate(phases) if phase.pk == row.phase_id), None)
    if at is None or not (late := late_by(row, phases[at], timezone.now())):
        return None
    cuts = catch_up(phases, at, late)
    parts = []
    for position, cut in cuts.items():
        phase = phases[position]
        left = phase.minutes_private + phase.minutes_shared - cut
        name = "the break" if phase.of_kind == Phase.Kind.BREAK else phase.get_of_kind_display()
        parts.append(f"{cut} from {name} ({left} stay)" if phase.of_kind == Phase.Kind.BREAK else f"{cut} from {name}")
    commit = next((phase.minutes_private + phase.minutes_shared for phase in phases if phase.protected), None)
    return {
        "minutes": late, "cuts": " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts),
        "rest": late - sum(cuts.values()), "commit": commit,
    }  # fmt: skip


def _boot(request: HttpRequest, row: Workshop, actor: Actor) -> dict[str, Any]:
    if request.session.session_key is None:
        request.session.save()
    return {
        "room": row.room_id, "workshop": row.pk, "me": actor.key, "socket": f"/ws/journeys/{row.room_id}/",
        "ticket": make_ticket(request.session.session_key or "", row.room_id),
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
