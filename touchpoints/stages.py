"""The stages of a journey: added, named, put in order, split in two, rubbed out."""

from __future__ import annotations

import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from live.context import Context
from live.values import Refused, clean_line
from touchpoints.commands import MOST_STAGES, ById, Id, Payload, Write, change_row, given, place, write_row
from touchpoints.models import Stage, Touchpoint


class AddStage(Payload):
    """A new stage after another (null: first)."""

    id: Id
    name: str
    after: str | None = None


def add_stage(ctx: Context, data: AddStage) -> None:
    stages = ctx.rows(Stage)
    if len(stages) >= MOST_STAGES:
        raise Refused("full", f"A journey holds {MOST_STAGES} stages. Join two before you add one.")
    name = clean_line(data.name, 80, field="name")
    ctx.add(Stage(id=data.id, name=name, order=place(ctx, stages, data.after)))


class ChangeStage(Payload):
    """Set properties of a stage."""

    id: Id
    name: str | UnsetType = UNSET
    internal_name: str | UnsetType = UNSET
    question: str | UnsetType = UNSET
    goal: str | UnsetType = UNSET
    confirmation: Stage.Confirmation | UnsetType = UNSET
    confirmed_by: Annotated[int, Meta(ge=0, le=9_999)] | UnsetType = UNSET
    confirmed_on: datetime.date | None | UnsetType = UNSET


def change_stage(ctx: Context, data: ChangeStage) -> None:
    """What customers said counts from today on, unless a day is given."""
    values = given(data)
    if data.confirmation and data.confirmation is not UNSET:
        values.setdefault("confirmed_on", ctx.now.date())
    elif data.confirmation == Stage.Confirmation.NOT_ASKED:
        values |= {"confirmed_by": 0, "confirmed_on": None}
    change_row(ctx, ctx.get(Stage, data.id), values)


def write_stage(ctx: Context, data: Write) -> None:
    write_row(ctx, Stage, data)


class MoveStage(Payload):
    """Put a stage after another (null: first)."""

    id: Id
    after: str | None = None


def move_stage(ctx: Context, data: MoveStage) -> None:
    stages = ctx.rows(Stage)
    ctx.change(ctx.get(Stage, data.id), order=place(ctx, stages, data.after, data.id))


def remove_stage(ctx: Context, data: ById) -> None:
    """Rub out a stage with the touchpoints in it; undo brings all of them back."""
    stage = ctx.get(Stage, data.id)
    for touchpoint in ctx.rows(Touchpoint, stage=stage):
        ctx.remove(touchpoint)
    ctx.remove(stage)


class SplitStage(Payload):
    """Make two of one: a new stage behind it takes over the touchpoint `at` and those behind that."""

    id: Id
    stage: Id
    at: Id
    name: str


def split_stage(ctx: Context, data: SplitStage) -> None:
    """Touchpoints are moved, never copied, so comments, remarks and promises stay with them."""
    stages, stage = ctx.rows(Stage), ctx.get(Stage, data.stage)
    if len(stages) >= MOST_STAGES:
        raise Refused("full", f"A journey holds {MOST_STAGES} stages. Join two before you split one.")
    rows = sorted(ctx.rows(Touchpoint, stage=stage), key=lambda row: (row.order, row.id))
    at = next((n for n, row in enumerate(rows) if row.id == data.at), None)
    if at is None:
        raise Refused("unknown", "This touchpoint is not in the stage any more.", field="at")
    name = clean_line(data.name, 80, field="name")
    fresh = Stage(id=data.id, name=name, order=place(ctx, stages, stage.id))
    ctx.add(fresh)
    for row in rows[at:]:
        ctx.change(row, stage=fresh)
