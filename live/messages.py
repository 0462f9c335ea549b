"""The frames of the live protocol (docs/protocol.md). Their shapes are published as AsyncAPI from here."""

from __future__ import annotations

from typing import Any

import msgspec

VERSION = 1
MOST_BYTES = 64 * 1024
MOST_IN_GROUP = 100


class Frame(msgspec.Struct, tag_field="t", tag=lambda name: name.lower(), forbid_unknown_fields=True):
    """What a browser sends. `t` names the kind of frame."""


class Hello(Frame):
    """P5: the first frame."""

    v: int
    client: str
    ticket: str
    since: int | None = None
    epoch: str | None = None
    pending: list[str] = []


class Call(msgspec.Struct, forbid_unknown_fields=True):
    """One command inside a group."""

    id: str
    name: str
    data: dict[str, Any]


class Command(Frame):
    """P6: one command."""

    id: str
    name: str
    data: dict[str, Any]


class Commands(Frame):
    """P7: several commands that stand or fall together, one undo step."""

    tx: str
    commands: list[Call]


class Presence(Frame):
    """P8: what I look at, what I type in."""

    at: str | None = None
    typing: list[str] | None = None


class Ping(Frame):
    """P9: are you there, and what time is it."""

    c: float


class Need(Frame):
    """P9: I see a hole after `since`."""

    since: int


FROM_BROWSER = Hello | Command | Commands | Presence | Ping | Need

encode = msgspec.json.encode


def frame(payload: bytes) -> bytes:
    """The payload as one unmasked websocket text frame (RFC 6455, 5.2), ready for any number of sockets."""
    n = len(payload)
    if n < 126:
        return bytes((0x81, n)) + payload
    if n < 65536:
        return bytes((0x81, 126)) + n.to_bytes(2, "big") + payload
    return b"\x81\x7f" + n.to_bytes(8, "big") + payload
