"""The room: one page, drawn by the server.

What others do changes parts of it: `static/js/workshop.js` listens to the journey's socket and fetches those parts
again, so that a thing is drawn in one place only, here.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.actors import Actor, identity_of
from live.tickets import make_ticket
from touchpoints.models import Journey
from voices.models import ANCHORS
from voices.queries import standings_of
from workshops import queries, rating
from workshops.agenda import catch_up, seconds_left
from workshops.models import Phase, Prompt, Workshop
from workshops.permissions import answers_for, runs_workshops
from workshops.running import gone, late_by

PROMPTS = {
    Prompt.LEARN: ("book-open", "What can we learn from the map as it is?", "Add what you learned"),
    Prompt.FINE_TUNE: ("wrench", "What are we already doing that we can adjust?", "Add something to adjust"),
    Prompt.DO_DIFFERENTLY: ("repeat", "What do we need to start, stop or change?", "Add something to change"),
    Prompt.LOVE_TO_LEARN: ("lightbulb", "What would we love to ask customers?", "Add a question for the interviews"),
}


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
