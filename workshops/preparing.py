"""Before the meeting: a workshop with its objective, its agenda and the people who are asked to come."""

from __future__ import annotations

import datetime
import re

from msgspec import UNSET, UnsetType

from accounts.models import Membership, Role
from live.context import Context
from live.models import new_id
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, given, write_row
from workshops.agenda import AGENDAS
from workshops.models import Participant, Phase, Workshop
from workshops.states import not_closed

RUN_WORKSHOPS = (Role.ADMIN, Role.FACILITATOR)
MOST_PEOPLE = 300
FURTHEST = datetime.timedelta(days=5 * 365)


class OpenWorkshop(Payload):
    """A new workshop with its agenda and the people who are asked to come (identities: "u12")."""

    id: Id
    title: str
    objective: str
    planned_use: str
    success_measure: str
    report_back_on: datetime.date
    starts_at: datetime.datetime | None = None
    agenda: str = "so_what"
    anonymous: bool = False
    sponsor: int | None = None
    people: list[str] = []


def open_workshop(ctx: Context, data: OpenWorkshop) -> None:
    """Everything it needs stands from the first moment: what for, with whom, in which steps, until when."""
    if data.agenda not in AGENDAS:
        raise Refused("invalid", "There is no such agenda.", field="agenda")
    _report_back_after((_start_time(ctx, data.starts_at) or ctx.now).date(), data.report_back_on)
    me = int(ctx.actor.key[1:])
    members = _members(ctx, [data.sponsor, me])
    if data.sponsor is not None and data.sponsor not in members:
        raise Refused("unknown", "The sponsor must be a member of your organisation.", field="sponsor")
    workshop = Workshop(
        id=data.id, title=clean_line(data.title, 120, field="title"), starts_at=data.starts_at,
        objective=_said(data.objective, "objective"), planned_use=_said(data.planned_use, "planned_use"),
        success_measure=_said(data.success_measure, "success_measure"), report_back_on=data.report_back_on,
        anonymous=data.anonymous, sponsor_id=data.sponsor, facilitator_id=me, owner_id=me,
    )  # fmt: skip
    ctx.add(workshop)
    for position, slot in enumerate(AGENDAS[data.agenda][1]):
        ctx.add(
            Phase(
                id=new_id("ph"), workshop=workshop, of_kind=slot.kind, minutes_private=slot.private,
                minutes_shared=slot.shared, position=position, protected=slot.protected,
            )
        )  # fmt: skip
    _ask_to_come(ctx, workshop, data.people)


def _start_time(ctx: Context, at: datetime.datetime | None) -> datetime.datetime | None:
    if at is not None and at.tzinfo is None:
        raise Refused("invalid", "Say in which time zone the workshop starts.", field="starts_at")
    if at is not None and abs(at - ctx.now) > FURTHEST:
        raise Refused("invalid", "This is more than five years away. Choose another day.", field="starts_at")
    return at


def _report_back_after(start: datetime.date, day: datetime.date | None) -> None:
    if day is not None and day <= start:
        raise Refused(
            "invalid", "The report-back comes after the workshop. Choose a later date.", field="report_back_on"
        )


def _said(text: str, field: str) -> str:
    text = clean_text(text, 2_000, field=field).strip()
    if not text:
        raise Refused("invalid", "Write something here first: a workshop without it is a conversation.", field=field)
    return text


def _members(ctx: Context, users: list[int | None]) -> dict[int, Membership]:
    found = Membership.objects.filter(
        organisation=ctx.room.organisation_id, deactivated_at=None, user__is_active=True, user__in=filter(None, users)
    )
    return {row.user_id: row for row in found.select_related("user").prefetch_related("departments")}


def _ask_to_come(ctx: Context, workshop: Workshop, people: list[str]) -> None:
    if len(people) > MOST_PEOPLE:
        raise Refused("full", f"A workshop holds {MOST_PEOPLE} people.", field="people")
    wanted = [int(key[1:]) for key in dict.fromkeys(people) if re.fullmatch(r"u[0-9]{1,18}", key)]
    members = _members(ctx, [*wanted])
    if len(members) != len(set(people)):
        raise Refused("unknown", "Somebody in the list is not a member of your organisation.", field="people")
    for user in wanted:
        row = members[user]
        departments = sorted(row.departments.all(), key=lambda each: each.position)
        ctx.add(
            Participant(
                id=new_id("pt"), workshop=workshop, person=row.user.identity, name=str(row.user)[:80], role=row.role,
                department=departments[0] if departments else None,
            )
        )  # fmt: skip


class ChangeWorkshop(Payload):
    """Set properties of a workshop. Anonymity can be chosen before the start only; people are members' numbers."""

    id: Id
    title: str | UnsetType = UNSET
    objective: str | UnsetType = UNSET
    planned_use: str | UnsetType = UNSET
    success_measure: str | UnsetType = UNSET
    starts_at: datetime.datetime | UnsetType | None = UNSET
    report_back_on: datetime.date | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    facilitator: int | UnsetType = UNSET
    sponsor: int | UnsetType | None = UNSET
    owner: int | UnsetType | None = UNSET


def change_workshop(ctx: Context, data: ChangeWorkshop) -> None:
    workshop, values = not_closed(ctx, data.id), given(data)
    if "anonymous" in values and workshop.state != Workshop.State.PLANNED:
        raise Refused("locked", "People have started writing: who may be known was settled before.", field="anonymous")
    for name in ("objective", "planned_use", "success_measure"):
        if name in values:
            values[name] = _said(values[name], name)
    for name in ("facilitator", "sponsor", "owner"):
        user = values.get(name)
        if user is not None and user not in _members(ctx, [user]):
            raise Refused("unknown", "Choose a member of your organisation.", field=name)
        if user is not None and name == "facilitator" and _members(ctx, [user])[user].role not in RUN_WORKSHOPS:
            raise Refused("invalid", "Workshops are run by facilitators and admins.", field=name)
    start = _start_time(ctx, values.get("starts_at", workshop.starts_at)) or workshop.created_at
    _report_back_after(start.date(), values.get("report_back_on", workshop.report_back_on))
    change_row(ctx, workshop, values)


def write_workshop(ctx: Context, data: Write) -> None:
    write_row(ctx, Workshop, data)
