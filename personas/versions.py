"""Versions: a named moment of a map, kept whole, to look at, to compare with and to bring back.

A version holds the records that make the map: what it is about, stages, channels, touchpoints, aims, personas,
experiences. What people said about them (remarks, proposals), comments, workshops and promises are not in it and
stay as they are. Bringing one back is one command like any other: it first keeps what stands now as a version of
its own, and undo takes it back. Whoever types meanwhile types on: texts are merged as a difference, and an edit of
something that went is refused with its words kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Field
from msgspec.json import decode, encode

from accounts.models import Department
from accounts.queries import people_in
from live.context import Context
from live.models import Record
from live.queries import give_links
from live.values import Refused, clean_line
from personas.models import Aim, Experience, Persona
from touchpoints.commands import ById, Id, Payload
from touchpoints.models import Channel, Journey, MapVersion, MapVersionContent, Stage, Touchpoint

# What a map is made of, each behind what it points to.
KEPT: tuple[type[Record], ...] = (Journey, Stage, Channel, Touchpoint, Aim, Persona, Experience)
# What follows from customers' comments, which are not part of a version; and whether the journey was put away.
FOLLOWS = frozenset({"evidence", "quotes", "stated", "accounts", "minutes", "archived"})
MOST_VERSIONS = 200

Records = dict[str, dict[str, Any]]  # id → the record as on the wire


class KeepVersion(Payload):
    """Keep the map as it stands under a name."""

    id: Id
    name: str


def keep_version(ctx: Context, data: KeepVersion) -> None:
    if len(ctx.rows(MapVersion)) >= MOST_VERSIONS:
        raise Refused("full", f"A journey holds {MOST_VERSIONS} versions. Remove one you no longer need.")
    _keep(ctx, data.id, clean_line(data.name, 120, field="name"))


class ChangeVersion(Payload):
    """Another name for a version."""

    id: Id
    name: str


def change_version(ctx: Context, data: ChangeVersion) -> None:
    ctx.change(ctx.get(MapVersion, data.id), name=clean_line(data.name, 120, field="name"))


def remove_version(ctx: Context, data: ById) -> None:
    ctx.remove(ctx.get(MapVersion, data.id))


class BringBack(Payload):
    """Make the map as it was in a version; `safety` is the id of the version that keeps what stands now."""

    id: Id
    safety: Id


def bring_back(ctx: Context, data: BringBack) -> None:
    version = ctx.get(MapVersion, data.id)
    then = records_of(version)
    _keep(ctx, data.safety, clean_line(f"Before “{version.name[:100]}” came back", 120))
    for model in reversed(KEPT):
        for row in ctx.rows(model):
            if row.id not in then:
                ctx.remove(row)
    departments = set(Department.objects.filter(organisation=ctx.room.organisation_id).values_list("pk", flat=True))
    people = set(people_in(ctx.room.organisation_id).values_list("pk", flat=True))
    for model in KEPT:
        wanted = [record for record in then.values() if record["kind"] == model.kind]
        ctx.unit.load(model, [record["id"] for record in wanted])
        for record in wanted:
            _put_back(ctx, model, record, departments, people)


def _put_back(
    ctx: Context, model: type[Record], record: dict[str, Any], departments: set[str], people: set[int]
) -> None:
    """One record as it was. Departments and people who left since are left out: nobody can answer for them."""
    row = ctx.get(model, record["id"], removed=True)
    if row.removed_at is not None:
        ctx.restore(row)
    for name in (name for name in model.wire if name in record and name not in FOLLOWS):
        was, field = record[name], model._meta.get_field(name)
        if name in ("lead", "contributors", "owner"):
            here = people if name == "owner" else departments
            was = [pk for pk in was if pk in here] if isinstance(was, list) else was if was in here else None
        if was == row.value(name):
            continue
        if name in model.texts:
            ctx.rewrite(row, name, was)
        else:
            ctx.change(row, **{name: field.to_python(was) if isinstance(field, Field) else was})


# -- what a version holds --------------------------------------------------------------------------
def _keep(ctx: Context, pk: str, name: str) -> None:
    records = wire_of(model_rows for model in KEPT if (model_rows := ctx.rows(model)))
    kinds = [record["kind"] for record in records.values()]
    actor, row = ctx.actor, MapVersion(id=pk, name=name, seq=ctx.room.seq, at=ctx.now)
    row.by, row.by_name = actor.key, actor.name
    row.stages, row.touchpoints = kinds.count("stage"), kinds.count("touchpoint")
    ctx.add(row)
    ctx.rows_are_written()
    MapVersionContent.objects.create(version=row, records=encode(records).decode())


def wire_of(by_model: Iterable[list[Any]]) -> Records:
    """Rows as on the wire; each list is of one model and one room."""
    found: Records = {}
    for rows in by_model:
        if rows:
            give_links(type(rows[0]), rows[0].room_id, rows)
        found.update({row.id: row.to_wire() for row in rows})
    return found


def records_of(version: MapVersion) -> Records:
    return decode(version.content.records)


def records_now(journey: Journey) -> Records:
    """The same parts of the map as they stand."""
    return wire_of(list(model._default_manager.filter(room=journey.room_id, removed_at=None)) for model in KEPT)
