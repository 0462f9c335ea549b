"""What a browser does with events (static/js/live/reduce.js), again in Python: P11, P13 and the hash of H4."""

from __future__ import annotations

import json
from typing import Any

from live.text import apply

Records = dict[str, dict[str, Any]]


def reduce(records: Records, event: dict[str, Any]) -> Records:
    """The records after an event; the ones given stay as they were."""
    after = dict(records)
    for record in event.get("put", ()):
        after[record["id"]] = record
    for pk, values in event.get("patch", {}).items():
        if pk in after:
            after[pk] = {**after[pk], **values}
    for change in event.get("text", ()):
        pk, field = change["id"], change["field"]
        if pk in after:
            after[pk] = {**after[pk], field: apply(after[pk][field], change["delta"])}
    for pk in event.get("remove", ()):
        after.pop(pk, None)
    return after


def touched(event: dict[str, Any]) -> set[str]:
    """The ids an event speaks of."""
    put = {record["id"] for record in event.get("put", ())}
    return (
        put
        | {*event.get("patch", ())}
        | {change["id"] for change in event.get("text", ())}
        | {*event.get("remove", ())}
    )


def digest(records: Records) -> str:
    """FNV-1a, 32 bits, over the canonical JSON: eight hexadecimal digits, as the browser's `hash`."""
    canonical = json.dumps(records, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    h = 0x811C9DC5
    for byte in canonical.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{h:08x}"
