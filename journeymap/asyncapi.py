"""AsyncAPI 3.0 of the live socket (docs/protocol.md), made from the frames, the board and the records.

`manage.py asyncapi` writes it to docs/asyncapi.json; a test fails when that file lags behind.
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from journeymap.shapes import REF, described
from live import messages
from live.connection import SENTENCE

CHANNEL = "journey"


@cache
def asyncapi() -> dict[str, Any]:
    """The whole document. `receive` is what browsers send to the server, `send` what it sends to them."""
    incoming, outgoing = get_args(messages.FROM_BROWSER), get_args(messages.FROM_SERVER)
    known, components = described([*incoming, *outgoing], "Command", "Call")
    names = {frame: known[frame]["$ref"].rpartition("/")[2] for frame in (*incoming, *outgoing)}
    closes = " · ".join(f"{code}: {sentence}" for code, sentence in sorted(SENTENCE.items()))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Journeymap, live",
            "version": f"{messages.VERSION}.0.0",
            "description": f"The socket of one journey. The rules, numbered: docs/protocol.md. Close codes: {closes}",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            CHANNEL: {
                "address": "/ws/journeys/{journey}/",
                "description": "JSON text frames. The session cookie and an exact Origin are asked for (P1).",
                "parameters": {"journey": {"description": "The id of the journey, jn_…"}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names.values()},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "fromBrowser": _operation("receive", "What a browser sends.", [names[frame] for frame in incoming]),
            "fromServer": _operation("send", "What the server says.", [names[frame] for frame in outgoing]),
        },
        "components": {
            "messages": {name: _message(name, frame) for frame, name in names.items()},
            "schemas": dict(sorted(components.items())),
        },
    }


def _operation(action: str, summary: str, names: list[str]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{CHANNEL}"},
        "messages": [{"$ref": f"#/channels/{CHANNEL}/messages/{name}"} for name in names],
    }


def _message(name: str, frame: Any) -> dict[str, Any]:
    return {"name": name, "title": name, "summary": frame.__doc__.strip(), "payload": {"$ref": REF.format(name=name)}}
