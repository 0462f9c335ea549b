"""The API as a page: the OpenAPI document in words, for people."""

from __future__ import annotations

from functools import cache
from typing import Any

from journeymap.board import BOARD
from journeymap.schema import openapi

# Tag → heading and what stands under it, in reading order.
CHAPTERS = {
    "people": ("You and your organisation", "Who you are here, and who else is."),
    "journeys": ("Journeys", "The journey maps that you may open."),
    "live": (
        "Everything live",
        "The whole journey, its numbered log, and every command: what the socket does, by HTTP.",
    ),
    "stages": ("Stages", ""),
    "touchpoints": ("Touchpoints", ""),
    "channels": ("Channels", ""),
    "versions": ("Versions", "Named moments of the whole map. The command version.bring_back makes the map as it was."),
    "history": ("History", ""),
    "remarks": ("Remarks", ""),
    "proposals": ("Proposals", ""),
    "comments": ("Comments", "What customers said. A single one comes in by the command comment.add."),
    "imports": ("Files of comments", "The file itself is the body; columns are read as for the same export before."),
    "issues": ("Let-downs", ""),
}
_COMMANDS = "Sent as name and data, here and on the socket. What a field leaves out stays as it is."
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "number": "number", "null": "null"}


@cache
def chapters() -> list[dict[str, Any]]:
    """Headings with their operations; the last chapter is the table of commands."""
    found: dict[str, list[dict[str, Any]]] = {tag: [] for tag in CHAPTERS}
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_operation(path, method.upper(), operation))
    parts = [
        {"id": tag, "heading": CHAPTERS[tag][0], "text": CHAPTERS[tag][1], "operations": operations}
        for tag, operations in found.items()
    ]
    commands = {"id": "commands", "heading": "Commands", "text": _COMMANDS, "shapes": _commands()}
    shapes = {"id": "shapes", "heading": "Shapes", "text": "What the answers are made of.", "shapes": _shapes(parts)}
    return [*parts, commands, shapes]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    status = next(iter(operation["responses"]))
    answer = operation["responses"][status]["content"]["application/json"]["schema"]
    return {
        "id": operation["operationId"], "method": method, "path": path, "summary": operation["summary"],
        "description": operation["description"] if operation["description"] != operation["summary"] else "",
        "asked": [_row(p["name"], p["schema"], p.get("required"), p) for p in operation["parameters"]],
        "bodies": [fields(each) for each in body.get("anyOf", [body])] if body else [],
        "status": status, "answers": [fields(each, False) for each in answer.get("anyOf", [answer])],
    }  # fmt: skip


def _commands() -> list[dict[str, Any]]:
    asked = openapi()["components"]["schemas"]["Asked"]["oneOf"]
    data = {each["title"]: fields(each["properties"]["data"]) for each in asked}
    return [{"name": name, **data[name], "id": name} for name in (*BOARD.commands, "undo")]


def _shapes(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every shape that an answer speaks of, and those that they speak of."""
    tables = [answer for part in parts for operation in part["operations"] for answer in operation["answers"]]
    found: dict[str, dict[str, Any]] = {}
    while tables:
        for name in [row["shape"] for row in tables.pop()["rows"] if row["shape"] and row["shape"] not in found]:
            found[name] = {
                "name": name,
                "id": f"shape-{name}",
                **fields({"$ref": f"#/components/schemas/{name}"}, False),
            }
            tables.append(found[name])
    return [found[name] for name in sorted(found)]


def fields(schema: dict[str, Any], asked: bool = True) -> dict[str, Any]:
    """A shape as a table: its name, what it is, one row a field; a list as its elements."""
    schema, many = (schema["items"], True) if schema.get("type") == "array" else (schema, False)
    shape = resolved(schema)
    required = shape.get("required", ())
    rows = [_row(name, each, asked and name in required) for name, each in shape.get("properties", {}).items()]
    if shape.get("title") == "Asked":
        rows = [_row("name", {"type": "string"}, True, {"description": "A command; see Commands."}),
                _row("data", {"type": "object"}, True, {"description": "What belongs to that command."}),
                _row("command_id", {"type": "string"}, False)]  # fmt: skip
    elif "oneOf" in shape:  # a record, of whichever kind
        rows = [_row(each["$ref"].rpartition("/")[2].lower(), each, False) for each in shape["oneOf"]]
    return {"title": shape.get("title", ""), "text": shape.get("description", ""), "rows": rows, "many": many}


def _row(name: str, schema: dict[str, Any], required: Any, said: dict[str, Any] | None = None) -> dict[str, Any]:
    text = (said or {}).get("description") or schema.get("description", "")
    where = (said or {}).get("in", "")
    text = {"path": "In the address. ", "header": "Header. "}.get(where, "") + text
    kind = words(schema) + (", needed" if required and where != "path" else "")
    return {"name": name, "kind": kind, "shape": _shape(schema), "text": text}


def _shape(schema: dict[str, Any]) -> str:
    """The shape that a field holds, or holds several of; "" for plain values."""
    parts = [schema, *schema.get("anyOf", ()), schema.get("items") or {}, schema.get("additionalProperties") or {}]
    return next((part["$ref"].rpartition("/")[2] for part in parts if "$ref" in part), "")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def words(schema: dict[str, Any]) -> str:
    """A schema in a few words: "text up to 160", "whole number from 1 to 5", "list of text", "text or null"."""
    if "$ref" in schema:
        return str(resolved(schema).get("title", "object"))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(words(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return "one of " + ", ".join("“”" if value == "" else str(value) for value in schema["enum"])
    if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
        return f"{words(schema['additionalProperties'])}, by id"
    if schema.get("type") == "array":
        return f"list of {words(schema.get('items') or {})}"
    found = _WORDS.get(schema.get("type", ""), schema.get("type", "anything"))
    if "_[0-9a-z]{16}$" in schema.get("pattern", ""):
        found = "id"
    if schema.get("format") in ("date", "date-time"):
        found = "date" if schema["format"] == "date" else "time"
    least, most = schema.get("minimum"), schema.get("maximum", schema.get("maxLength"))
    if least is not None and most is not None and most < 2**53 - 1:
        return f"{found} from {least} to {most}"
    return f"{found} up to {most}" if most is not None and most < 2**53 - 1 else found
