"""The frames of the live protocol (docs/protocol.md). Their shapes are published as AsyncAPI from here."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

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


# -- what the server says: written as plain objects where they are sent, held to these shapes by a test -----------
class Said(msgspec.Struct, tag_field="t", tag=lambda name: name.lower(), forbid_unknown_fields=True):
    """What the server sends. `t` names the kind of frame."""


class You(msgspec.Struct, forbid_unknown_fields=True):
    """Who one is in this room, and how much of it one may edit."""

    key: str
    name: str
    role: str
    edit: Literal["all", "own", "none"]
    departments: list[str]


class Area(msgspec.Struct, forbid_unknown_fields=True):
    """A department: its two-letter code always stands beside its colour. `retired`: it was one, for what names it."""

    id: str
    name: str
    code: str
    colour: int
    retired: bool


class Welcome(Said):
    """P10: who you are here, and which of your pending commands were applied, as which event."""

    you: You
    departments: list[Area]
    epoch: str
    now: int
    build: str
    limits: dict[str, int]
    applied: dict[str, int]


class Snapshot(Said):
    """P11: everything that you may see, by id."""

    seq: int
    records: dict[str, dict[str, Any]]


class Text(msgspec.Struct, forbid_unknown_fields=True):
    """A change inside a text (V3): keep so many characters, insert a string, delete so many."""

    id: str
    field: str
    delta: list[int | str]


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """P13: one event, what happened and what changed by it."""

    seq: int
    id: str
    name: str
    at: int
    by: str | UnsetType = UNSET
    put: list[dict[str, Any]] | UnsetType = UNSET
    patch: dict[str, dict[str, Any]] | UnsetType = UNSET
    text: list[Text] | UnsetType = UNSET
    remove: list[str] | UnsetType = UNSET


class Events(Said):
    """P12: what happened from `seq` to `to`, of which you see only what you may."""

    seq: int
    to: int
    events: list[Told]


class Refused(Said):
    """P14: this command was not carried out, and why."""

    id: str
    code: Literal[
        "invalid", "unknown", "forbidden", "locked", "conflict", "too_big", "rate", "full", "busy", "internal"
    ]
    message: str
    field: str | UnsetType = UNSET
    current: Any | UnsetType = UNSET


class Done(Said):
    """P15: this id was applied before, or as an event that you may not see."""

    id: str
    seq: int


class Person(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who is here: what they look at, and the record and field they type in."""

    name: str
    role: str
    department: str | None
    at: str | None
    typing: list[str] | None


class People(Said, tag="presence"):
    """P16: who is here. Null means left."""

    people: dict[str, Person | None]


class Pong(Said):
    """P17: the answer to a ping; `seq` is the newest event that was sent."""

    c: float
    now: int
    seq: int


class Reset(Said):
    """P17: forget what you know, a snapshot follows."""

    why: str


class Bye(Said):
    """P17: the connection is closed now; come back after so many milliseconds."""

    why: str
    retry: int


FROM_SERVER = Welcome | Snapshot | Events | Refused | Done | People | Pong | Reset | Bye

encode = msgspec.json.encode


def frame(payload: bytes) -> bytes:
    """The payload as one unmasked websocket text frame (RFC 6455, 5.2), ready for any number of sockets."""
    n = len(payload)
    if n < 126:
        return bytes((0x81, n)) + payload
    if n < 65536:
        return bytes((0x81, 126)) + n.to_bytes(2, "big") + payload
    return b"\x81\x7f" + n.to_bytes(8, "big") + payload
