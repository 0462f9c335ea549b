"""The room: one page, drawn by the server.

What others do changes parts of it: `static/js/workshop.js` listens to the journey's socket and fetches those parts
again, so that a thing is drawn in one place only, here.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import address_for_others, signed_in
from accounts.actors import Actor, identity_of
from accounts.browsers import give_pen
from accounts.joining import link_token
from accounts.qr import qr_svg
from accounts.queries import join_code_of
from live.tickets import make_ticket
from touchpoints.models import Journey
from workshops import desk, queries
from workshops.agenda import catch_up, seconds_left
from workshops.cycles import series_in
from workshops.models import Phase, Prompt, Workshop
from workshops.permissions import answers_for, nobody_in_particular, runs_workshops
from workshops.running import gone, late_by, left_open
from workshops.views.phases import shown_in


@require_safe
@signed_in
@never_cache
def workshop(request: HttpRequest, pk: str) -> HttpResponse:
    """The room: what it does now, how long, my answers, everybody's once they are revealed."""
    row, actor = queries.workshop_for(identity_of(request), pk, request.COOKIES)
    context = _room(row, actor, again=request.headers.get("HX-Request") == "true") | {
        **_before(row, actor),
        "series": series_in(row.room) if row.state == Workshop.State.CLOSED else None,
        "problem": request.session.pop("workshop_problem", ""),
        "by_script": True,  # once the line is there, answers are drawn from the records
        "boot": _boot(request, row, actor),
    }
    response = render(request, "workshops/workshop.html", context)
    if row.anonymous:
        give_pen(request, response)
    return response


@require_safe
@signed_in
@never_cache
def projector(request: HttpRequest, pk: str) -> HttpResponse:
    """The big screen: large letters, nothing to press, and no word that is still private."""
    row, actor = queries.workshop_for(identity_of(request), pk)
    join_code = join_code_of(row.room_id) if row.state == Workshop.State.LIVE else None
    address = address_for_others(request, reverse("join"))
    context = _room(row, nobody_in_particular(actor)) | {
        "join_code": join_code,
        "address": address.split("://", 1)[1].rstrip("/"),
        "qr": qr_svg(f"{address}#{link_token(join_code)}") if join_code and not join_code.locked_at else "",
        "boot": _boot(request, row, actor),
    }
    return render(request, "workshops/projector.html", context)


def _room(row: Workshop, actor: Actor, *, again: bool = False) -> dict[str, Any]:
    people = list(queries.participants_of(row))
    phases = queries.phases_of(row)
    live, runs = row.state == Workshop.State.LIVE, runs_workshops(actor)
    opened = sum(person.opened_at is not None for person in people)
    ready = sum(bool(row.phase_id) and person.ready_in_id == row.phase_id for person in people)
    return {
        "workshop": row,
        "journey": Journey.objects.get(pk=row.room_id),
        "actor": actor,
        "runs": runs,
        "answers": answers_for(actor) and live and (runs or not row.writing_locked),
        "phases": phases,
        "prompts": list(Prompt),
        "table": queries.table_of(row, people),
        "people": people,
        "me": next((person for person in people if person.person == actor.key), None),
        "opened": opened,
        "ready": ready,
        "go_on": bool(opened) and ready >= desk.GO_ON_AT * opened,
        "hands": sorted((person for person in people if person.hand_at), key=lambda person: person.hand_at),
        "leader": next((person for person in people if row.led_by and person.person == row.led_by), None),
        "spotlit": desk.spotlit(row) if row.spotlight else None,
        "parked": queries.parked_of(row),
        "heard": desk.heard(row, people) if runs and live else [],
        "nudged": live and desk.nudged(row, actor),
        "timer": _timer(row),
        "late": _late(row, phases) if live else None,
        "overnight": row.phase is not None and left_open(row, row.phase, timezone.now()),
        **shown_in(row, actor, phases, again=again),
    }


def _before(row: Workshop, actor: Actor) -> dict[str, Any]:
    """Of a workshop to come: how much of the firm is asked, and what somebody who is asked needs."""
    if row.state != Workshop.State.PLANNED:
        return {}
    roster = queries.roster_of(row)
    roster["functions_asked"] = roster.pop("asked")
    seats = [
        person
        for person in queries.participants_of(row)
        if not person.deputy and (person.department_id or person.role not in queries.RUN)
    ]
    return roster | {
        "asked_me": queries.asked_of(row, actor.key), "seats": seats,
        "opened": sum(person.opened_at is not None for person in seats),
    }  # fmt: skip


def _timer(row: Workshop) -> dict[str, Any] | None:
    """What the clock on the page counts: by the server's time, so that a wrong clock at home does not matter."""
    if row.phase is None or row.phase_started_at is None:
        return None
    now = timezone.now()
    if row.phase.open_until is not None:  # nothing to count: everybody does it when it suits them
        return {"until": row.phase.open_until, "passed": row.phase.open_until <= now}
    part, left = seconds_left(row.phase, gone(row, now))
    total = (row.phase.minutes_private if part == "private" else row.phase.minutes_shared) * 60
    minutes, seconds = divmod(int(abs(left)), 60)
    hours, clock = minutes // 60, f"{minutes}:{seconds:02d}"
    return {
        "part": part, "now": int(now.timestamp() * 1000), "started": int(row.phase_started_at.timestamp() * 1000),
        "private": row.phase.minutes_private * 60, "shared": row.phase.minutes_shared * 60, "total": total,
        "shown": f"{'-' if left < 0 else ''}{f'{hours} h' if hours > 1 else clock}",
        "paused": int(row.paused_at.timestamp() * 1000) if row.paused_at else "",
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
        "ticket": make_ticket(request.session.session_key or "", row.room_id), "name": actor.name,
        "anonymous": row.anonymous, "rehearsal": hasattr(row, "rehearsal"),
        "answers": answers_for(actor), "leads": actor.leads,
        "department": min(actor.departments, default=None), "promise": reverse("action_new", args=[row.room_id]),
    }  # fmt: skip
