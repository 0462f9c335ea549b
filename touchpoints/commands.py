"""What a person may do to a journey, its touchpoints and channels (stages.py, talk.py: the rest of the map), and what every
room makes its commands from. Each command has a payload, and a function that makes one event."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from accounts.models import Department
from accounts.queries import people_in
from live.context import Context, R, known
from live.models import Record
from live.text import Delta
from live.values import Refused, clean_line, clean_text, order_between, order_keys
from touchpoints.models import Channel, Journey, Stage, Touchpoint
from touchpoints.permissions import edit_level, may_change_touchpoint_row

Id = Annotated[str, Meta(pattern=r"^[a-z]{2}_[0-9a-z]{16}$")]
Step = Annotated[int, Meta(ge=-2, le=2)]
MOST_STAGES = 40
MOST_TOUCHPOINTS = 5_000


class Payload(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The data of a command. Unknown fields are refused, missing ones keep what is there."""


class ById(Payload):
    id: Id


class Write(Payload):
    """Typing in a text: `delta` was made when the writer had seen events up to `rev` (docs/protocol.md V4)."""

    id: Id
    field: str
    rev: int
    delta: Delta


def given(data: Payload, *leave_out: str) -> dict[str, Any]:
    """The fields that the sender set."""
    names = [name for name in data.__struct_fields__ if name not in ("id", *leave_out)]
    return {name: value for name in names if (value := getattr(data, name)) is not UNSET}


def change_row(ctx: Context, row: Record, values: dict[str, Any]) -> None:
    """Single values replace; texts are merged as the difference to what stands there."""
    for name in [name for name in values if name in row.texts]:
        field: Any = row._meta.get_field(name)
        text = values.pop(name)
        if field.max_length:
            clean = clean_line(text, field.max_length, field=name, required=not field.blank)
        else:
            clean = clean_text(text, field=name)
        ctx.rewrite(row, name, clean)
    for name in [name for name in values if name.endswith("_word")]:
        values[name] = clean_line(values[name], 40, field=name, required=False)
    if values:
        ctx.change(row, **values)


def write_row(ctx: Context, model: type[R], data: Write) -> None:
    row = ctx.get(model, data.id)
    ctx.write(row, data.field, data.rev, data.delta)
    if not row._meta.get_field(data.field).blank and not getattr(row, data.field).strip():  # type: ignore[union-attr]
        raise Refused("invalid", f"A {row.kind} needs a {data.field}.", field=data.field, current=row.value(data.field))


def place(ctx: Context, siblings: list[Any], after: str | None, moving: str = "") -> str:
    """The order key behind `after` (None: first). A vanished neighbour means the end."""
    rows = sorted((row for row in siblings if row.id != moving), key=lambda row: (row.order, row.id))
    ids = [row.id for row in rows]
    at = 0 if after is None else ids.index(after) + 1 if after in ids else len(ids)
    key = order_between(rows[at - 1].order if at else "", rows[at].order if at < len(rows) else None)
    if key:
        return key
    keys = order_keys(len(rows) + 1)  # no room between the two: spread all siblings anew
    for row, fresh in zip(rows, keys[:at] + keys[at + 1 :], strict=True):
        ctx.change(row, order=fresh)
    return keys[at]


def department(ctx: Context, pk: str | None, field: str) -> str | None:
    """A department id of this organisation, checked."""
    row = Department.ever.filter(pk=pk, organisation=ctx.room.organisation_id).first() if pk is not None else None
    if pk is not None and row is None:
        raise Refused("unknown", "There is no such department here.", field=field)
    if row is not None and row.retired_at is not None:
        raise Refused("unknown", f"{row.name} is not a department any more. Choose another one.", field=field)
    return pk


# -- the journey and its stages ----------------------------------------------------------------
class ChangeJourney(Payload):
    """Set properties of the journey."""

    id: Id
    name: str | UnsetType = UNSET
    objective: str | UnsetType = UNSET
    planned_use: str | UnsetType = UNSET
    success_measure: str | UnsetType = UNSET
    brand: Journey.Brand | UnsetType = UNSET
    owner: int | None | UnsetType = UNSET
    review_by: datetime.date | None | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


def change_journey(ctx: Context, data: ChangeJourney) -> None:
    values = given(data)
    owner = values.get("owner")
    if owner is not None and not people_in(ctx.room.organisation_id).filter(pk=owner).exists():
        raise Refused("unknown", "The owner must be a member of your organisation.", field="owner")
    change_row(ctx, ctx.get(Journey, data.id), values)


def write_journey(ctx: Context, data: Write) -> None:
    write_row(ctx, Journey, data)


# -- touchpoints -------------------------------------------------------------------------------
class AddTouchpoint(Payload):
    """A new touchpoint in a stage, after another (null: first). Representatives add for a department of theirs."""

    id: Id
    stage: Id
    title: str
    after: str | None = None
    lead: Id | None = None
    of_kind: Touchpoint.Kind = Touchpoint.Kind.CONTACT
    channels: list[Id] = []


def add_touchpoint(ctx: Context, data: AddTouchpoint) -> None:
    stage = ctx.get(Stage, data.stage)
    lead = department(ctx, data.lead, "lead")
    if edit_level(ctx.actor) == "own":
        lead = lead or min(ctx.actor.departments)
        if lead not in ctx.actor.departments:
            raise Refused("forbidden", "Add touchpoints for your own department.", field="lead")
    siblings = ctx.rows(Touchpoint, stage=stage)
    if len(siblings) >= MOST_TOUCHPOINTS // MOST_STAGES:
        raise Refused("full", f"A stage holds {MOST_TOUCHPOINTS // MOST_STAGES} touchpoints. Split the stage.")
    order = place(ctx, siblings, data.after)
    title = clean_line(data.title, 160, field="title")
    row = Touchpoint(id=data.id, stage=stage, order=order, title=title, lead_id=lead, of_kind=data.of_kind)
    ctx.add(row)
    if data.channels:
        ctx.change(row, channels=known(ctx, Channel, data.channels, field="channels"))


class ChangeTouchpoint(Payload):
    """Set properties of a touchpoint; texts may be given whole and are merged as a difference."""

    id: Id
    title: str | UnsetType = UNSET
    statement: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    benefit: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    of_kind: Touchpoint.Kind | UnsetType = UNSET
    verdict: Touchpoint.Verdict | UnsetType = UNSET
    needs: Touchpoint.Needs | UnsetType = UNSET
    moment_of_truth: bool | UnsetType = UNSET
    agreed: bool | UnsetType = UNSET
    severity: Annotated[int, Meta(ge=1, le=5)] | None | UnsetType = UNSET
    felt: Step | None | UnsetType = UNSET
    felt_word: str | UnsetType = UNSET
    intended: Step | None | UnsetType = UNSET
    intended_word: str | UnsetType = UNSET
    lead: Id | None | UnsetType = UNSET
    contributors: list[Id] | UnsetType = UNSET
    channels: list[Id] | UnsetType = UNSET
    metric: Touchpoint.Metric | UnsetType = UNSET
    ask: str | UnsetType = UNSET
    ask_when: str | UnsetType = UNSET
    ask_whom: str | UnsetType = UNSET


def change_touchpoint(ctx: Context, data: ChangeTouchpoint) -> None:
    values = given(data)
    row = ctx.get(Touchpoint, data.id)
    if "lead" in values:
        values["lead"] = department(ctx, values["lead"], "lead")
    if "contributors" in values:
        values["contributors"] = list(dict.fromkeys(values["contributors"]))
        known_here = Department.objects.filter(organisation=ctx.room.organisation_id, pk__in=values["contributors"])
        if known_here.count() != len(values["contributors"]):
            raise Refused("unknown", "One of these departments is not here any more.", field="contributors")
    if "channels" in values:
        values["channels"] = known(ctx, Channel, values["channels"], field="channels")
    change_row(ctx, row, values)
    if not may_change_touchpoint_row(ctx.actor, row):
        raise Refused("forbidden", "Keep your own department among those that answer for it.", field="lead")


def write_touchpoint(ctx: Context, data: Write) -> None:
    write_row(ctx, Touchpoint, data)


class MoveTouchpoint(Payload):
    """Put a touchpoint into a stage, after another (null: first)."""

    id: Id
    stage: Id
    after: str | None = None


def move_touchpoint(ctx: Context, data: MoveTouchpoint) -> None:
    stage = ctx.get(Stage, data.stage)
    siblings = ctx.rows(Touchpoint, stage=stage)
    ctx.change(ctx.get(Touchpoint, data.id), stage=stage, order=place(ctx, siblings, data.after, data.id))


class RemoveTouchpoint(Payload):
    """Rub out a touchpoint, and say why it should not come back."""

    id: Id
    why: str = ""


def remove_touchpoint(ctx: Context, data: RemoveTouchpoint) -> None:
    row = ctx.get(Touchpoint, data.id)
    ctx.unit.set(row, "removed_why", clean_line(data.why, 200, field="why", required=False))
    ctx.remove(row)


# -- channels ----------------------------------------------------------------------------------
class AddChannel(Payload):
    """A new channel for this journey."""

    id: Id
    name: str
    icon: str = "message-square"
    online: bool = False


def add_channel(ctx: Context, data: AddChannel) -> None:
    icon = clean_line(data.icon, 30, field="icon")
    ctx.add(Channel(id=data.id, name=clean_line(data.name, 40, field="name"), icon=icon, online=data.online))
