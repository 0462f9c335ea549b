"""What somebody who leaves would leave behind, and handing it over: promises, workshops, journeys.

Nothing of it is lost when they go, but nobody would be reminded of their promises any more, and nobody would run
their workshops. So it is shown before, with a colleague to choose for each part.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.audit import audit
from accounts.models import Department, Membership, User
from accounts.queries import people_in
from actions.models import OPEN, ActionItem
from live import door
from live.models import Record, new_id
from touchpoints.models import Journey
from workshops.models import Workshop
from workshops.preparing import RUN_WORKSHOPS

AT_ONCE = 50  # commands of one group


@dataclass
class Part:
    """One kind of what they leave: `rows`, which `command` gives each to somebody else, and who may have them."""

    name: str
    heading: str
    why: str
    command: str
    column: str
    rows: list[Any] = field(default_factory=list)
    takers: list[User] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    chosen: str = ""
    problem: str = ""


def work_of(membership: Membership) -> list[Part]:
    """What is theirs and not over, part by part; parts with nothing in them are left out."""
    user, organisation = membership.user_id, membership.organisation_id
    others = people_in(organisation).exclude(pk=user).filter(is_active=True).order_by("name", "pk")
    leaders = others.filter(memberships__organisation=organisation, memberships__role__in=RUN_WORKSHOPS)
    here = {"room__organisation": organisation, "room__read_only": False, "removed_at": None}
    promises = ActionItem.objects.filter(status__in=OPEN, **here).order_by("due", "pk")
    workshops = Workshop.objects.exclude(state=Workshop.State.CLOSED).filter(**here).order_by("starts_at", "pk")
    journeys = Journey.objects.filter(**here).order_by("name")
    parts = (
        Part("promises", "Open promises", "Nobody else would be reminded of them.", "action.change", "owner"),
        Part("sponsored", "Promises they sponsor", "Nobody would hear who needs help.", "action.change", "sponsor"),
        Part("runs", "Workshops they run", "Somebody has to open the room.", "workshop.change", "facilitator"),
        Part("sponsors", "Workshops they sponsor", "The sponsor gets the report.", "workshop.change", "sponsor"),
        Part("owns", "Workshops they answer for", "Who answers books the report-back.", "workshop.change", "owner"),
        Part("journeys", "Journeys they own", "The owner hears when a map gets old.", "journey.change", "owner"),
    )
    of_kind: dict[str, QuerySet] = {
        "action.change": promises, "workshop.change": workshops, "journey.change": journeys
    }  # fmt: skip
    for part in parts:
        part.rows = list(of_kind[part.command].filter(**{part.column: user}))
        part.takers = list(leaders if part.column == "facilitator" else others)
        part.links = [(str(row), _address(row)) for row in part.rows[:10]]
    return [part for part in parts if part.rows]


def _address(row: Record) -> str:
    return reverse(row.kind, args=[row.pk])  # an action's page is called action, and so on


def alone_in(membership: Membership) -> list[Department]:
    """Departments nobody else speaks for."""
    others = Membership.objects.filter(organisation=membership.organisation_id, deactivated_at=None)
    spoken_for = others.exclude(pk=membership.pk).values("departments")
    return list(membership.departments.exclude(pk__in=spoken_for.filter(departments__isnull=False)))


def hand_over(membership: Membership, parts: Iterable[Part], *, by: str) -> int:
    """Give each part to whom was chosen for it, as `by`; what nobody was chosen for stays. Raises Refused."""
    calls = [
        (row.room_id, part.command, {"id": row.pk, part.column: int(part.chosen)})
        for part in parts
        if part.chosen
        for row in part.rows
    ]
    for room, these in itertools.groupby(sorted(calls, key=lambda call: call[0]), key=lambda call: call[0]):
        commands = [(new_id("cm"), name, data) for _, name, data in these]
        for at in range(0, len(commands), AT_ONCE):
            door.execute_all(room, by, commands[at : at + AT_ONCE])
    if calls:
        audit("member.handed_over", by, membership.organisation_id, member=membership.user_id, things=len(calls))
    return len(calls)
