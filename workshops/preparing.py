"""Before the meeting: a workshop with its objective, its agenda and the people who are asked to come."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from accounts.models import Department, Role
from live.context import Context
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, given, write_row
from workshops.agenda import AGENDAS
from workshops.models import Workshop
from workshops.roster import Seat, members_among, seat_all
from workshops.series import add_agenda, carry_roster
from workshops.states import not_closed

RUN_WORKSHOPS = (Role.ADMIN, Role.FACILITATOR)
PEOPLE_IN_CHARGE = ("facilitator", "sponsor", "owner")
Weeks = Annotated[int, Meta(ge=0, le=104)]
FURTHEST = datetime.timedelta(days=5 * 365)


class OpenWorkshop(Payload):
    """A new workshop with its agenda and the people who are asked to come (identities: "u12").

    `roster` says for whom each of them comes; `people` come for their own department. With `follows` and
    no roster, those of that workshop are asked again.
    """

    id: Id
    title: str
    objective: str
    planned_use: str
    success_measure: str
    report_back_on: datetime.date
    aim: Workshop.Aim = Workshop.Aim.OTHER
    starts_at: datetime.datetime | None = None
    agenda: str = "so_what"
    anonymous: bool = False
    sponsor: int | None = None
    owner: int | None = None
    co_facilitators: list[int] = []
    functions: list[Id] = []
    roster: list[Seat] = []
    people: list[str] = []
    follows: Id | None = None
    again_after: Weeks = 13


def open_workshop(ctx: Context, data: OpenWorkshop) -> None:
    """Everything it needs stands from the first moment: what for, with whom, in which steps, until when."""
    if data.agenda not in AGENDAS:
        raise Refused("invalid", "There is no such agenda.", field="agenda")
    _report_back_after((_start_time(ctx, data.starts_at) or ctx.now).date(), data.report_back_on)
    me = int(ctx.actor.key[1:])
    _in_charge(ctx, {"sponsor": data.sponsor, "owner": data.owner, "co_facilitators": data.co_facilitators})
    before = ctx.get(Workshop, data.follows) if data.follows else None
    workshop = Workshop(
        id=data.id, title=clean_line(data.title, 120, field="title"),
        starts_at=data.starts_at and data.starts_at.astimezone(datetime.UTC),
        objective=_said(data.objective, "objective"), planned_use=_said(data.planned_use, "planned_use"),
        success_measure=_said(data.success_measure, "success_measure"), report_back_on=data.report_back_on,
        aim=data.aim, anonymous=data.anonymous, sponsor_id=data.sponsor, facilitator_id=me, owner_id=data.owner or me,
        functions=_functions(ctx, data.functions), follows=before, again_after=data.again_after,
    )  # fmt: skip
    ctx.add(workshop)
    if data.co_facilitators:
        ctx.change(workshop, co_facilitators=data.co_facilitators)
    add_agenda(ctx, workshop, AGENDAS[data.agenda][1])
    if before is not None and not data.roster:
        carry_roster(ctx, before, workshop)
    seat_all(ctx, workshop, [*data.roster, *(Seat(person=person) for person in data.people)])


def _in_charge(ctx: Context, values: dict[str, Any]) -> None:
    """Sponsor, owner and facilitators are members; who facilitates may run workshops."""
    asked = {name: [values[name]] for name in PEOPLE_IN_CHARGE if values.get(name) is not None}
    asked["co_facilitators"] = values.get("co_facilitators", [])
    found = members_among(ctx, [user for users in asked.values() for user in users])
    for name, users in asked.items():
        if any(user not in found for user in users):
            raise Refused("unknown", "Choose a member of your organisation.", field=name)
        if "facilitator" in name and any(found[user].role not in RUN_WORKSHOPS for user in users):
            raise Refused("invalid", "Workshops are run by facilitators and admins.", field=name)


def _functions(ctx: Context, ids: list[str]) -> list[str]:
    """The departments that should be in the room, in the organisation's order."""
    rows = Department.objects.filter(organisation=ctx.room.organisation_id, pk__in=ids).order_by("position")
    found = list(rows.values_list("pk", flat=True))
    if len(found) != len(set(ids)):
        raise Refused("unknown", "One of these departments is not of your organisation.", field="functions")
    return found


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


class ChangeWorkshop(Payload):
    """Set properties of a workshop. Anonymity can be chosen before the start only; people are members' numbers."""

    id: Id
    title: str | UnsetType = UNSET
    objective: str | UnsetType = UNSET
    planned_use: str | UnsetType = UNSET
    success_measure: str | UnsetType = UNSET
    aim: Workshop.Aim | UnsetType = UNSET
    starts_at: datetime.datetime | UnsetType | None = UNSET
    report_back_on: datetime.date | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    facilitator: int | UnsetType = UNSET
    sponsor: int | UnsetType | None = UNSET
    owner: int | UnsetType | None = UNSET
    co_facilitators: list[int] | UnsetType = UNSET
    functions: list[Id] | UnsetType = UNSET
    again_after: Weeks | UnsetType = UNSET


def change_workshop(ctx: Context, data: ChangeWorkshop) -> None:
    workshop, values = not_closed(ctx, data.id), given(data)
    if "anonymous" in values and workshop.state != Workshop.State.PLANNED:
        raise Refused("locked", "People have started writing: who may be known was settled before.", field="anonymous")
    for name in ("objective", "planned_use", "success_measure"):
        if name in values:
            values[name] = _said(values[name], name)
    _in_charge(ctx, values)
    if "functions" in values:
        values["functions"] = _functions(ctx, values["functions"])
    start = _start_time(ctx, values.get("starts_at", workshop.starts_at)) or workshop.created_at
    if workshop.of_kind == Workshop.Kind.REPORT_BACK:  # it is held on the day that it starts
        values["report_back_on"] = start.date()
    else:
        _report_back_after(start.date(), values.get("report_back_on", workshop.report_back_on))
    if values.get("starts_at"):
        values["starts_at"] = values["starts_at"].astimezone(
            datetime.UTC
        )  # PostgreSQL knows no zone sixteen hours away
    change_row(ctx, workshop, values)


def write_workshop(ctx: Context, data: Write) -> None:
    write_row(ctx, Workshop, data)
