"""JSON Schema for everything that travels: commands, records and the types around them. For both documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from journeymap.board import BOARD
from live.shapes import shape_of
from live.undo import UNDO

REF = "#/components/schemas/{name}"


def described(types: Iterable[Any], *asking: str) -> tuple[dict[Any, Any], dict[str, Any]]:
    """Each type → its schema, and the components those refer to, all named in one go.

    `asking` are the components that carry a command as `name` and `data`: each becomes one alternative a command.
    """
    kinds = [shape_of(kind.model) for kind in BOARD.kinds.values()]
    commands = {**BOARD.commands, "undo": UNDO}
    wanted = list(dict.fromkeys([*types, *kinds, *(command.payload for command in commands.values())]))
    schemas, components = msgspec.json.schema_components(wanted, schema_hook=_choices, ref_template=REF)
    known = dict(zip(wanted, schemas, strict=True))
    data = {name: known[commands[name].payload] for name in sorted(commands)}
    for name in asking:
        components[name] = _one_a_command(components[name], data)
    components["Record"] = {"oneOf": [known[kind] for kind in kinds], "title": "Record"}
    record = {"$ref": REF.format(name="Record")}
    components["Snapshot"]["properties"]["records"]["additionalProperties"] = record
    components["Told"]["properties"]["put"]["items"] = record
    return known, components


def _one_a_command(asked: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    each = [
        {**asked, "title": name, "properties": {**asked["properties"], "name": {"const": name}, "data": schema}}
        for name, schema in data.items()
    ]
    return {"title": asked["title"], "description": asked["description"], "oneOf": each}


def _choices(kind: Any) -> dict[str, Any]:
    """For msgspec, which knows Django's choices when it reads them but not when it describes them."""
    return {"enum": list(kind.values), "title": kind.__name__}
