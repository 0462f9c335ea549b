"""Everything a person may do to personas, aims and experiences."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from live.context import Context, known
from live.values import Refused, clean_line
from personas.models import Aim, Experience, Persona
from touchpoints.commands import ById, Id, Payload, Step, Write, change_row, given, write_row
from touchpoints.models import Channel, Touchpoint

MOST_PERSONAS = 50
MOST_AIMS = 100


# -- aims --------------------------------------------------------------------------------------
class AddAim(Payload):
    """A new aim, in customers' words."""

    id: Id
    name: str


def add_aim(ctx: Context, data: AddAim) -> None:
    aims, name = ctx.rows(Aim), clean_line(data.name, 120, field="name")
    if len(aims) >= MOST_AIMS:
        raise Refused("full", f"A journey holds {MOST_AIMS} aims. Join two before you add one.")
    if any(aim.name.casefold() == name.casefold() for aim in aims):
        raise Refused("conflict", f"There is an aim “{name}” already.", field="name")
    ctx.add(Aim(id=data.id, name=name))


class ChangeAim(Payload):
    """Another name for an aim; whether it is only a task."""

    id: Id
    name: str | UnsetType = UNSET
    task_like: bool | UnsetType = UNSET


def change_aim(ctx: Context, data: ChangeAim) -> None:
    change_row(ctx, ctx.get(Aim, data.id), given(data))


def write_aim(ctx: Context, data: Write) -> None:
    write_row(ctx, Aim, data)


def remove_aim(ctx: Context, data: ById) -> None:
    """Rub out an aim; personas that had it stand without one. Undo gives it back to them."""
    aim = ctx.get(Aim, data.id)
    for persona in ctx.rows(Persona, aim=aim):
        ctx.change(persona, aim=None)
    ctx.remove(aim)


# -- personas ----------------------------------------------------------------------------------
class AddPersona(Payload):
    """A new persona; preconceived unless it comes from what customers said."""

    id: Id
    name: str
    basis: Persona.Basis = Persona.Basis.PRECONCEIVED
    aim: Id | None = None


def add_persona(ctx: Context, data: AddPersona) -> None:
    if len(ctx.rows(Persona)) >= MOST_PERSONAS:
        raise Refused("full", f"A journey holds {MOST_PERSONAS} personas. Join two before you add one.")
    name = clean_line(data.name, 80, field="name")
    aim = ctx.get(Aim, data.aim) if data.aim else None
    ctx.add(Persona(id=data.id, name=name, basis=data.basis, aim=aim))


class ChangePersona(Payload):
    """Set properties of a persona; texts may be given whole and are merged as a difference."""

    id: Id
    name: str | UnsetType = UNSET
    basis: Persona.Basis | UnsetType = UNSET
    aim: Id | UnsetType | None = UNSET
    first_channel: Id | UnsetType | None = UNSET
    contact_when: str | UnsetType = UNSET
    goals: str | UnsetType = UNSET
    expectations: str | UnsetType = UNSET
    who: str | UnsetType = UNSET


def change_persona(ctx: Context, data: ChangePersona) -> None:
    values: dict[str, Any] = given(data)
    for field, model in (("aim", Aim), ("first_channel", Channel)):
        if values.get(field) is not None:
            known(ctx, model, [values[field]], field=field)
    change_row(ctx, ctx.get(Persona, data.id), values)


def write_persona(ctx: Context, data: Write) -> None:
    write_row(ctx, Persona, data)


def remove_persona(ctx: Context, data: ById) -> None:
    """Rub out a persona with her experiences; undo brings all of them back."""
    persona = ctx.get(Persona, data.id)
    for experience in ctx.rows(Experience, persona=persona):
        ctx.remove(experience)
    ctx.remove(persona)


# -- experiences -------------------------------------------------------------------------------
class SetExperience(Payload):
    """How one touchpoint is for one persona. The first time it makes the record `id`; later it changes it."""

    id: Id
    persona: Id
    touchpoint: Id
    felt: Step | UnsetType | None = UNSET
    felt_word: str | UnsetType = UNSET
    intended: Step | UnsetType | None = UNSET
    intended_word: str | UnsetType = UNSET
    need: str | UnsetType = UNSET


def set_experience(ctx: Context, data: SetExperience) -> None:
    persona, touchpoint = ctx.get(Persona, data.persona), ctx.get(Touchpoint, data.touchpoint)
    ctx.unit.flush()  # an earlier command of this batch may have made it
    found = Experience.objects.filter(persona=persona, touchpoint=touchpoint)
    row = next(iter(ctx.unit.keep(found)), None)
    if row is None:
        row = Experience(id=data.id, persona=persona, touchpoint=touchpoint)
        ctx.add(row)
    elif row.removed_at is not None:
        ctx.restore(row)
    change_row(ctx, row, given(data, "persona", "touchpoint"))


def write_experience(ctx: Context, data: Write) -> None:
    write_row(ctx, Experience, data)
