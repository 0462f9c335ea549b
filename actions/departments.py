"""One department's page: where customers meet it, what they say there, and what it promised.

Nobody owns the journey, and every department is in it. This is what a representative reads before a workshop and
comes back to after it: our touchpoints (the one that hurts most first), customers' words about them, let-downs,
promises. It compares with no other department.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Invitation, Organisation, User
from actions.models import OPEN, ActionItem
from actions.queries import Quote, Standing, actions_of, in_short, quotes_at, standing
from live.door import execute
from touchpoints.models import Journey, Touchpoint
from voices.models import FROM_CUSTOMERS, Comment, Issue
from workshops.models import Participant, Workshop
from workshops.queries import asked_of

MOST_QUOTES = 6


@dataclass
class Ours:
    """A journey's touchpoints that this department leads or helps with, and what customers say there."""

    journey: Journey
    touchpoints: list[Touchpoint]
    quotes: list[Quote]
    issues: list[Issue]

    @property
    def let_downs(self) -> int:
        return sum((row.felt or 0) < 0 for row in self.touchpoints)


def page_of(department: Department, journeys: Iterable[Journey]) -> dict[str, Any]:
    """Everything on the page. What hurts customers more stands first, then what more of them speak of."""
    found = [_in(department, journey) for journey in journeys]
    ours = [part for part in found if part.touchpoints]
    today = timezone.localdate()
    promises = actions_of([department.organisation]).filter(department=department)
    rows: list[tuple[ActionItem, Standing]] = [(action, standing(action, today)) for action in promises]
    open_ones = [row for row in rows if row[0].status in OPEN]
    return {
        "parts": ours,
        "touchpoints": sum(len(part.touchpoints) for part in ours),
        "let_downs": sum(part.let_downs for part in ours),
        "comments": sum(row.quotes for part in ours for row in part.touchpoints if row.lead_id == department.pk),
        "open": open_ones,
        "late": sum(stand.late for _, stand in open_ones),
        "kept": sum(action.status == ActionItem.Status.DONE for action, _ in rows),
        "unsaid": sum(not row.statement.strip() for part in ours for row in part.touchpoints),
    }


def asked_at(department: Department, identity: str) -> list[dict[str, Any]]:
    """The workshops to come that this person is asked to, for this department: what they are, what is theirs there."""
    seats = Participant.objects.filter(
        person=identity, department=department, removed_at=None, workshop__removed_at=None,
        workshop__state=Workshop.State.PLANNED,
    ).select_related("workshop__room__organisation", "workshop__facilitator")  # fmt: skip
    rows = [asked_of(seat.workshop, identity) for seat in seats.order_by("workshop__starts_at", "pk")]
    return [row for row in rows if row is not None]


def landing(identity: str, organisation: Organisation) -> str:
    """Where somebody goes who has just accepted an invitation: the page of the department they are asked to come for.

    The place that was kept for their address is theirs from now on.
    """
    user = User.objects.get(pk=int(identity[1:]))
    kept = list(Invitation.objects.filter(organisation=organisation, email=user.email).values_list("pk", flat=True))
    seats = Participant.objects.filter(person__in=kept, removed_at=None, workshop__state=Workshop.State.PLANNED)
    seats = seats.filter(workshop__removed_at=None, room__read_only=False)
    for seat in seats.order_by("pk"):
        execute(seat.room_id, identity, "workshop.enter", {"id": seat.workshop_id})
    mine = Participant.objects.filter(
        person=identity, room__organisation=organisation, removed_at=None, workshop__state=Workshop.State.PLANNED
    ).order_by("workshop__starts_at", "pk").first()  # fmt: skip
    if mine is None:
        return "/"
    if mine.department_id:
        return reverse("department_work", args=[organisation.slug, mine.department_id])
    return reverse("workshop", args=[mine.workshop_id])


def _in(department: Department, journey: Journey) -> Ours:
    here = Touchpoint.objects.filter(room=journey.room_id, removed_at=None, stage__removed_at=None)
    mine = here.filter(Q(lead=department) | Q(contributors=department)).select_related("stage", "lead").distinct()
    worst = F("severity").desc(nulls_last=True)
    rows = list(mine.order_by(worst, F("felt").asc(nulls_last=True), "-quotes", "stage__order", "order", "id"))
    places = [row.pk for row in rows]
    issues = Issue.objects.filter(touchpoint__in=places, removed_at=None).order_by(worst, "-accounts", "id")
    return Ours(journey, rows, quotes_at(journey.room_id, places, MOST_QUOTES), list(issues[:20]))


@dataclass
class News:
    """What changed for a department since the month before: customers' words, promises made and kept."""

    department: Department
    since: datetime.date
    comments: int
    customers: int
    quotes: list[Quote]
    made: list[ActionItem]
    kept: list[ActionItem]
    open: int


def news_of(department: Department, until: datetime.date) -> News | None:
    """From the first of the month before `until` to now; None when nothing happened."""
    since = (until - datetime.timedelta(days=1)).replace(day=1)
    journeys = Journey.objects.filter(room__organisation=department.organisation_id, removed_at=None)
    led = Touchpoint.objects.filter(
        lead=department, removed_at=None, stage__removed_at=None, room__in=journeys.values("room")
    )
    said = Comment.objects.filter(touchpoint__in=led, source_kind__in=FROM_CUSTOMERS, created_at__date__gte=since)
    promises = actions_of([department.organisation]).filter(department=department)
    made = list(promises.filter(created_at__date__gte=since))
    kept = list(promises.filter(status=ActionItem.Status.DONE, closed_at__date__gte=since))
    comments = said.count()
    if not (comments or made or kept):
        return None
    latest = said.select_related("account").order_by("-severity", "-created_at", "id")[:2]
    return News(
        department, since, comments, said.aggregate(n=Count("account", distinct=True))["n"],
        [Quote(in_short(row.text, 0), row.account.name if row.account else "A customer", "") for row in latest],
        made, kept, promises.filter(status__in=OPEN).count(),
    )  # fmt: skip
