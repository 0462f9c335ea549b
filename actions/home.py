"""The first page, by what one is. One question for each kind of person: what needs me?

A facilitator sees the workshop that is live and the promises that are late; who speaks for a department what is
theirs and what customers say about them; an executive what needs her, each answered in place, on a phone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.local_time import zone_of
from accounts.models import Department, Guest, Organisation, Role, User
from accounts.queries import join_code_of
from actions import departments, needs
from actions.models import ActionItem, Mute
from actions.queries import Quote, actions_of, standing
from actions.times import rungs
from actions.waiting import Waits, counted, waits_for
from actions.whom import due_base, people_of
from touchpoints.models import Journey, Stage
from touchpoints.queries import curve_of, journeys_of, stages_under
from workshops.models import Participant, Workshop
from workshops.queries import participants_of, phases_of, workshops_of

MOST = 6
FACES = 5


@dataclass
class JourneyCard:
    journey: Journey
    curve: list[dict[str, Any]]
    kept: int
    of: int
    late: int
    comments: int = 0


@dataclass
class Hero:
    """The workshop that is on, or the next one."""

    workshop: Workshop
    phase: str
    faces: list[tuple[str, int | None]]  # initials, colour of the department
    code: str
    card: JourneyCard | None
    stages: list[Stage]


@dataclass
class Ours:
    """Where customers meet my department, and what they say there."""

    department: Department
    touchpoints: int
    comments: int
    let_downs: int
    quotes: list[Quote] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)  # the workshops to come that I am asked to for it


def build(organisation: Organisation, actor: Actor, user: User) -> dict[str, Any]:
    """Everything on the page: a live workshop first, then what waits for me, then the journeys."""
    workshops = list(workshops_of([organisation]).filter(room__journey_set__archived=False))
    live = next((row for row in workshops if row.state == Workshop.State.LIVE), None)
    soon = [row for row in workshops if row.state == Workshop.State.PLANNED]
    executive = actor.role == Role.EXECUTIVE
    asked = needs.needs_of(organisation, user) if executive else []
    # The next workshop stands large for who runs it; for the others it is a line under what is theirs.
    first = live or (soon[0] if soon and actor.leads else None)
    waits = waits_for(organisation, actor, user, [row for row in soon if row is not first])
    journeys = list(journeys_of([organisation]))
    cards = _cards(organisation, journeys)
    return {
        "greeting": _greeting(), "first_name": (user.name or user.email).split()[0], "actor": actor,
        "hero": _hero(first, actor, cards) if first else None, "needs": asked, "executive": executive,
        "waits": waits[:MOST], "more": max(0, len(waits) - MOST), "count": len(waits), "cards": cards,
        "runs": actor.leads, "sentence": _sentence(live, waits, asked, actor),
        "ours": [_ours(row, journeys, actor) for row in _departments(organisation, actor)],
    }  # fmt: skip


def _greeting() -> str:
    hour = timezone.localtime().hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _sentence(live: Workshop | None, waits: list[Waits], asked: list[needs.Need], actor: Actor) -> str:
    said = ["One workshop is live."] if live else []
    late = sum(wait.tone == "bad" for wait in waits)
    n = len(asked) if actor.role == Role.EXECUTIVE else len(waits)
    if actor.role == Role.EXECUTIVE:
        said += [f"{_number(n)} {'thing needs' if n == 1 else 'things need'} you."] if n else []
    elif actor.leads and late:
        said.append(f"{_number(late)} {'promise to customers is' if late == 1 else 'promises to customers are'} late.")
    elif actor.leads and n:
        said.append(f"{_number(n)} {'thing waits' if n == 1 else 'things wait'} for you.")
    elif n:
        said.append(f"{_number(n)} {'thing is' if n == 1 else 'things are'} yours.")
    return " ".join(said) or "Nothing is waiting for you."


def _number(n: int) -> str:
    words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"]
    return words[n] if n < len(words) else str(n)


def _hero(workshop: Workshop, actor: Actor, cards: list[JourneyCard]) -> Hero:
    people, phase = participants_of(workshop), ""
    if workshop.phase is not None:
        phases = phases_of(workshop)
        at = next((n for n, row in enumerate(phases, 1) if row.pk == workshop.phase_id), 1)
        phase = f"phase {at} of {len(phases)}, {workshop.phase.get_of_kind_display()}"
    code = join_code_of(workshop.room_id) if actor.leads else None
    card = next((card for card in cards if card.journey.pk == workshop.room_id), None)
    stages = stages_under(card.journey) if card else []
    return Hero(workshop, phase, [_face(row) for row in people[:FACES]], str(code or ""), card, stages)


def _face(person: Participant) -> tuple[str, int | None]:
    initials = "".join(word[0] for word in person.name.split()[:2]).upper()
    return initials, person.department.colour if person.department else None


def _departments(organisation: Organisation, actor: Actor) -> list[Department]:
    return list(organisation.departments.filter(pk__in=actor.departments).order_by("position"))


def _ours(department: Department, journeys: list[Journey], actor: Actor) -> Ours:
    page = departments.page_of(department, journeys)
    quotes = [quote for part in page["parts"] for quote in part.quotes][:2]
    asked = departments.asked_at(department, actor.key)
    return Ours(department, page["touchpoints"], page["comments"], page["let_downs"], quotes, asked)


def _cards(organisation: Organisation, journeys: list[Journey]) -> list[JourneyCard]:
    promises: dict[str, list[ActionItem]] = {}
    for action in actions_of([organisation]).exclude(status="dropped"):
        promises.setdefault(action.room_id, []).append(action)
    comments = dict(counted(organisation).values("room").annotate(n=Count("id")).values_list("room", "n"))
    today = timezone.localdate()
    cards = []
    for journey in journeys:
        rows = promises.get(journey.pk, [])
        late = sum(standing(row, today).late for row in rows)
        kept = sum(row.status == ActionItem.Status.DONE for row in rows)
        cards.append(JourneyCard(journey, curve_of(journey), kept, len(rows), late, comments.get(journey.pk, 0)))
    return cards


def where_guests_go(identity: str) -> str:
    """A guest's room: its live workshop, else the journey, else the lobby."""
    guest = Guest.objects.filter(pk=int(identity[1:]), admitted_at__isnull=False, removed_at=None).first()
    if guest is None:
        return reverse("join_lobby")
    live = Workshop.objects.filter(room=guest.room_id, state=Workshop.State.LIVE, removed_at=None).first()
    return reverse("workshop", args=[live.pk]) if live else reverse("journey", args=[guest.room_id])


def next_reminder(action: ActionItem) -> datetime.datetime | None:
    """When its owner hears of a promise next."""
    if action.owner is None or not action.is_open:
        return None
    kinds = dict(people_of(action).rungs()).get(action.owner, frozenset())
    kinds -= set(Mute.objects.filter(user=action.owner).values_list("kind", flat=True))
    to_come = rungs(due_base(action), zone_of(action.owner.time_zone)).items()
    return min((at for kind, at in to_come if at > timezone.now() and kind in kinds), default=None)
