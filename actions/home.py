"""What waits for somebody, by what they are. One question for each kind of person: what needs me?"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Guest, Organisation, Role, User
from actions.models import OPEN, ActionItem, Mute
from actions.queries import actions_of, late_ones, standing, wants_the_sponsor
from actions.times import rungs, zone_of
from touchpoints.models import Journey, Remark
from touchpoints.queries import curve_of, journeys_of, mentions_of
from voices.models import Comment, CommentImport
from workshops.models import Workshop
from workshops.queries import workshops_of

MOST = 6
MENTIONED = datetime.timedelta(days=14)  # a remark that names somebody waits for an answer so long


@dataclass
class Waits:
    """One line under *Waiting for you*: how urgent, what, about what, and where to go."""

    tone: str
    icon: str
    word: str
    what: str
    about: str
    url: str
    button: str


@dataclass
class JourneyCard:
    journey: Journey
    curve: list[dict[str, Any]]
    kept: int
    of: int
    late: int
    comments: int = 0


def build(organisation: Organisation, actor: Actor, user: User) -> dict[str, Any]:
    """Everything on the page: a live workshop first, then what waits for me, then the journeys."""
    workshops = list(workshops_of([organisation]))
    live = next((row for row in workshops if row.state == Workshop.State.LIVE), None)
    soon = [row for row in workshops if row.state == Workshop.State.PLANNED]
    waits = _waits(organisation, actor, user, soon)
    hero = live or (soon[0] if soon else None)
    journeys = list(journeys_of([organisation]))
    cards = _cards(organisation, journeys)
    return {
        "greeting": _greeting(), "first_name": (user.name or user.email).split()[0], "actor": actor,
        "hero": hero, "hero_card": next((card for card in cards if hero and card.journey.pk == hero.room_id), None),
        "waits": waits[:MOST], "more": max(0, len(waits) - MOST), "cards": cards, "runs": actor.leads,
        "sentence": _sentence(live, waits),
        "departments": list(organisation.departments.filter(pk__in=actor.departments).order_by("position")),
    }  # fmt: skip


def _greeting() -> str:
    hour = timezone.localtime().hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _sentence(live: Workshop | None, waits: list[Waits]) -> str:
    late = sum(wait.tone == "bad" for wait in waits)
    said = ["One workshop is live."] if live else []
    if late:
        said.append(f"{_number(late)} {'promise needs' if late == 1 else 'promises need'} you.")
    elif waits:
        said.append(f"{_number(len(waits))} thing{'s' if len(waits) > 1 else ''} waiting for you.")
    return " ".join(said) or "Nothing is waiting for you."


def _number(n: int) -> str:
    words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"]
    return words[n] if n < len(words) else str(n)


def _waits(organisation: Organisation, actor: Actor, user: User, soon: list[Workshop]) -> list[Waits]:
    today = timezone.localdate()
    if actor.leads:
        promises = late_ones([organisation])
    elif actor.role == Role.EXECUTIVE:
        promises = wants_the_sponsor([organisation])
    else:
        own = Q(owner=user.pk) | Q(helpers=user.pk)
        near = today + datetime.timedelta(days=14)
        promises = actions_of([organisation]).filter(own, status__in=OPEN, due__lte=near).distinct()
    found = [_promise(action, today) for action in promises[:50]]
    found += [_workshop(row, today) for row in soon if _asked(row, actor)]
    found += [_named(remark) for remark in mentions_of(user, timezone.now() - MENTIONED)]
    if actor.leads:
        found += _unplaced(organisation)
    return sorted(found, key=lambda wait: {"bad": 0, "warn": 1}.get(wait.tone, 2))


def _promise(action: ActionItem, today: datetime.date) -> Waits:
    stand = standing(action, today)
    of = [part for part in (action.department and action.department.name, str(action.owner or "nobody yet")) if part]
    about = ", ".join(str(part) for part in of) + (f", for “{action.workshop.title}”" if action.workshop else "")
    days = (action.due - today).days
    word = stand.word if stand.tone in ("bad", "warn") else "Today" if not days else f"In {days} day{'s' * (days > 1)}"
    url = reverse("action", args=[action.pk])
    return Waits(stand.tone or "ink", stand.icon, word, action.title, about, url, "See")


def _named(remark: Remark) -> Waits:
    about = f"{remark.by_name} names you at “{remark.touchpoint.title}”"
    words = remark.text if len(remark.text) <= 90 else f"{remark.text[:89].rstrip()}…"
    url = f"{reverse('journey', args=[remark.room_id])}#{remark.touchpoint_id}"
    return Waits("ink", "message-square", "For you", f"“{words}”", about, url, "Answer")


def _asked(row: Workshop, actor: Actor) -> bool:
    return actor.leads or row.participants.filter(person=actor.key, removed_at=None).exists()


def _workshop(row: Workshop, today: datetime.date) -> Waits:
    days = (timezone.localdate(row.starts_at) - today).days if row.starts_at else None
    word = "To come" if days is None or days < 0 else "Today" if not days else f"In {days} day{'s' * (days > 1)}"
    about = f"Workshop · {row.opened} of {row.asked} have opened it"  # type: ignore[attr-defined]
    return Waits("ink", "calendar", word, row.title, about, reverse("workshop", args=[row.pk]), "Open")


def _counted(organisation: Organisation) -> QuerySet[Comment]:
    """The comments that count: single ones, and those of files that are in."""
    done = Q(comment_import=None) | Q(comment_import__state=CommentImport.State.DONE)
    return Comment.objects.filter(done, organisation=organisation)


def _unplaced(organisation: Organisation) -> list[Waits]:
    rows = _counted(organisation).filter(placed_at=None).values("room").annotate(n=Count("id"))
    names = dict(Journey.objects.filter(pk__in=[row["room"] for row in rows]).values_list("pk", "name"))
    return [
        Waits(
            "ink", "message-circle-more", f"{row['n']} new", "Comments not placed yet", f"“{names[row['room']]}”",
            reverse("comments", args=[row["room"]]), "Place them",
        )
        for row in rows
        if row["room"] in names
    ]  # fmt: skip


def _cards(organisation: Organisation, journeys: list[Journey]) -> list[JourneyCard]:
    promises: dict[str, list[ActionItem]] = {}
    for action in actions_of([organisation]).exclude(status="dropped"):
        promises.setdefault(action.room_id, []).append(action)
    comments = dict(_counted(organisation).values("room").annotate(n=Count("id")).values_list("room", "n"))
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
    muted = set(Mute.objects.filter(user=action.owner).values_list("kind", flat=True))
    to_come = rungs(action.due, zone_of(action.owner.time_zone)).items()
    return min((at for kind, at in to_come if at > timezone.now() and kind not in muted), default=None)
