"""What a department that is removed leaves behind, and handing it over to another one.

What it said in workshops and what it promised and kept is the record: it stays, under its name. What goes on goes
to one other department, by the same live commands as by hand, so that every open map shows it at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Department, Invitation, Membership
from actions.leaving import AT_ONCE
from actions.models import OPEN, ActionItem, NoAction
from live import door
from live.models import new_id
from personas.models import Experience
from touchpoints.models import Touchpoint
from workshops.models import Answer, Participant, Workshop

Call = tuple[str, str, dict[str, Any]]  # the room, the command, its data


@dataclass
class Work:
    """What a department has a part in: what goes over to another one, and what stays under its name."""

    department: Department
    leads: list[Touchpoint]
    helps: list[Touchpoint]
    promises: list[ActionItem]
    supports: list[ActionItem]
    workshops: list[Workshop]
    seats: list[Participant]
    members: list[Membership]
    invited: int
    experiences: int
    answers: int
    kept: int
    under_way: list[Workshop]

    @property
    def goes_on(self) -> bool:
        rows = (self.leads, self.helps, self.promises, self.supports, self.workshops, self.seats, self.members)
        return any(rows) or self.invited > 0


def work_of(department: Department) -> Work:
    organisation, pk = department.organisation_id, department.pk
    here: dict[str, Any] = {"room__organisation": organisation, "removed_at": None}
    goes_on = {**here, "room__read_only": False}  # what is archived stays under its name, too
    touchpoints = (
        Touchpoint.objects.filter(**goes_on).select_related("stage").order_by("room_id", "stage__order", "order")
    )
    promises = ActionItem.objects.filter(**goes_on).order_by("due", "pk")
    workshops = Workshop.objects.filter(**goes_on).order_by("starts_at", "pk")
    planned = workshops.filter(state=Workshop.State.PLANNED)
    leads = list(touchpoints.filter(lead=department))
    answers = Answer.objects.filter(department=department, **here)
    none = NoAction.objects.filter(department=department, **here)
    return Work(
        department, leads, list(touchpoints.filter(contributors=department)),
        list(promises.filter(department=department, status__in=OPEN)),
        list(promises.filter(supporting=department, status__in=OPEN)),
        [row for row in planned if pk in row.functions],
        list(Participant.objects.filter(department=department, workshop__in=planned, removed_at=None)),
        list(department.memberships.filter(deactivated_at=None).select_related("user").order_by("user__name", "pk")),
        Invitation.objects.filter(departments=department, accepted_at=None, withdrawn_at=None).count(),
        Experience.objects.filter(touchpoint__in=leads, removed_at=None).count(),
        answers.count() + none.count(),
        promises.filter(department=department).exclude(status__in=OPEN).count(),
        _under_way(workshops, department),
    )  # fmt: skip


def _under_way(workshops: QuerySet[Workshop], department: Department) -> list[Workshop]:
    """Where people speak for it just now, or wrote for it what is not revealed yet and only they may read."""
    asked = Participant.objects.filter(department=department, removed_at=None).values("workshop")
    secret = Answer.objects.filter(department=department, removed_at=None, revealed_at=None).values("workshop")
    now = Q(state=Workshop.State.LIVE, pk__in=asked) | Q(pk__in=secret)
    return list(workshops.exclude(state=Workshop.State.CLOSED).filter(now))


def hand_over(work: Work, heir: Department, *, by: str) -> int:
    """Give what goes on to `heir`, as `by`: in each journey one step, taken or refused as a whole. Raises Refused."""
    calls = sorted(_calls(work, heir.pk), key=lambda call: call[0])
    for room, these in itertools.groupby(calls, key=lambda call: call[0]):
        commands, tx = [(new_id("cm"), name, data) for _, name, data in these], new_id("tx")
        for at in range(0, len(commands), AT_ONCE):
            door.execute_all(room, by, commands[at : at + AT_ONCE], tx)
    return len(calls)


def _calls(work: Work, heir: str) -> Iterable[Call]:
    gone = work.department.pk
    for card in {row.pk: row for row in (*work.leads, *work.helps)}.values():
        lead = heir if card.lead_id == gone else card.lead_id
        helpers = [pk for pk in _instead(card.value("contributors"), gone, heir) if pk != lead]
        yield card.room_id, "touchpoint.change", {"id": card.pk, "lead": lead, "contributors": helpers}
    for action in {row.pk: row for row in (*work.promises, *work.supports)}.values():
        of = heir if action.department_id == gone else action.department_id
        helpers = [pk for pk in _instead(action.value("supporting"), gone, heir) if pk != of]
        yield action.room_id, "action.change", {"id": action.pk, "department": of, "supporting": helpers}
    for workshop in work.workshops:
        functions = _instead(workshop.functions, gone, heir)
        yield workshop.room_id, "workshop.change", {"id": workshop.pk, "functions": functions}
    for seat in work.seats:
        yield seat.room_id, "participant.change", {"id": seat.pk, "department": heir}


def _instead(ids: Iterable[str], gone: str, heir: str) -> list[str]:
    return list(dict.fromkeys(heir if pk == gone else pk for pk in ids))
