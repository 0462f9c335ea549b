"""The HTTP door of a room: its snapshot, its log, its commands, and its records as lists.

Every write is a live command through `live.door`, with the rights, the merging and the log of the socket.
A room above says in a table of `Resource`s which records can be read and written, and by which commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Annotated, Any

import msgspec
from django.http import Http404, HttpResponse
from msgspec import Meta
from msgspec.json import decode, encode
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor, identity_of, with_pen
from accounts.api import Door, Query, answer
from live import queries
from live.committer import Outcome
from live.context import Context
from live.door import command_named, execute_all, the_board
from live.history import Step, history_of
from live.messages import MOST_IN_GROUP, Events, Snapshot, Told
from live.models import Event, Room, new_id
from live.room import events_frame
from live.values import COMMAND_ID, ID, Refused

KEY = re.compile(r"[0-9A-Za-z_-]{4,64}")
Check = Callable[[Context], None]
_ASKED = "rq_"  # how a `tx` made here begins


# -- shapes --------------------------------------------------------------------------------------
class Log(Events, tag="events"):
    """What happened from `seq` to `to`, of which I see only what I may. Go on with `since=to` up to `head`."""

    epoch: str
    head: int


class Since(Query):
    """Where to go on."""

    since: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last event I have seen.")] = 0
    epoch: Annotated[str, Meta(max_length=24, description="The epoch of that event; another log is refused.")] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="How many events, at most.")] = 500


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """One command. `command_id` makes it safe to send again; the header Idempotency-Key does the same."""

    name: str
    data: dict[str, Any]
    command_id: Annotated[str, Meta(pattern=f"^{KEY.pattern}$")] | None = None


class Group(msgspec.Struct, forbid_unknown_fields=True):
    """Several commands that stand or fall together, and are undone together by their `tx`."""

    commands: Annotated[list[Asked], Meta(min_length=1, max_length=MOST_IN_GROUP)]


class CarriedOut(msgspec.Struct):
    """A command that was carried out. `event` is null when its sender may not see it."""

    id: str
    seq: int
    tx: str
    event: Told | None


class AllCarriedOut(msgspec.Struct):
    """A group that was carried out."""

    results: list[CarriedOut]


# -- doors ---------------------------------------------------------------------------------------
class RoomDoor(Door):
    """Everything under one journey: who asks is loaded as they stand in it now, or the answer is 404."""

    room: Room
    actor: Actor
    tx = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        pk = kwargs["room_id"]
        room = Room.objects.select_related("organisation").filter(pk=pk).first() if ID.fullmatch(pk) else None
        actor = self.actor_in(room.organisation_id if room else None, pk)
        assert room is not None
        self.actor = with_pen(actor, request.COOKIES, pk)
        self.room = room

    def tag(self, epoch: str, seq: int) -> str:
        """Changes with the log, with the rights of anybody here, and from person to person."""
        return f'W/"{epoch}.{seq}.{self.room.organisation.rights_version}.{self.actor.key}{self.actor.pen}"'

    def known_already(self) -> Response | None:
        """304 for somebody who has what stands here now."""
        tag = self.tag(self.room.epoch, self.room.seq)
        if tag in (each.strip() for each in self.request.headers.get("If-None-Match", "").split(",")):
            return Response(status=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
        return None

    def send(self, commands: list[tuple[str, dict[str, Any]]], check: Check | None = None) -> list[Outcome]:
        """Carry out commands for this person. The Idempotency-Key names the first, and marks the others."""
        key = self.key()
        named = [(f"{key}-{n}" if n else key, *command) for n, command in enumerate(commands)]
        return self.carry_out(named, check)

    def carry_out(self, commands: list[tuple[str, str, dict[str, Any]]], check: Check | None = None) -> list[Outcome]:
        """Commands with ids. Their `tx` is a fingerprint of all that was asked: the same id asked again with
        other data is noticed, whichever process answers."""
        identity = identity_of(self.request) or ""
        self.tx = tx = _ASKED + blake2b(encode([identity, commands]), digest_size=16).hexdigest()
        ids = {id: command_named(name).event for id, name, _ in commands}

        def checks(ctx: Context) -> None:
            if not _repeats(ctx, ids, tx) and check is not None:
                check(ctx)

        return execute_all(self.room.pk, identity, commands, tx, checks, pen=self.actor.pen)

    def key(self) -> str:
        """The id of this request: its sender's, or a new one."""
        return idempotency_key(self.request) or new_id("cm")

    def event(self, outcome: Outcome) -> dict[str, Any] | None:
        """The event of a command as this person may see it; the same for a repeat."""
        told = outcome.event or queries.events_since(self.room.pk, outcome.seq - 1, most=1)[0]
        raw = queries.event_json(told, self.actor.audiences)
        return decode(raw) if raw is not None else None


def idempotency_key(request: Request) -> str | None:
    """The name under which the sender may repeat this request."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise Refused("invalid", "A key has 4 to 64 letters, digits, - or _.", field="Idempotency-Key")
    return key


def _repeats(ctx: Context, ids: Mapping[str, str], tx: str) -> bool:
    """Whether all this was asked before. Refused when an id was used for something else."""
    found = [*Event.objects.filter(room_id=ctx.room.id, command_id__in=ids), *ctx.unwritten]
    for event in [event for event in found if event.command_id in ids]:
        here = event.tx == tx if event.tx.startswith(_ASKED) else event.name == ids[event.command_id]
        if not here or event.by not in (ctx.actor.key, ""):
            sentence = "This key was used for something else. Send other data with another key."
            raise Refused("conflict", sentence, field="Idempotency-Key")
    return any(event.command_id in ids for event in found)


def unchanged_since(rev: int, pk: str) -> Check:
    """Refuses when somebody changed this record after event `rev`."""

    def check(ctx: Context) -> None:
        if rev > ctx.room.seq:
            raise Refused("invalid", "There is no such event yet.", field="rev")
        if ctx.room.seq - rev > queries.MOST_REPLAYED:
            raise Refused("conflict", "Much happened since you read this. Read it again.")
        later = [*Event.objects.filter(room_id=ctx.room.id, seq__gt=rev), *(e for e in ctx.unwritten if e.seq > rev)]
        if any(pk in touched(event) for event in later if pk in event.body or pk in event.private):
            row = ctx.unit.get(ctx.board.by_prefix[pk[:2]], pk)
            current = row.to_wire() if row and row.audience() in ctx.actor.audiences else None
            raise Refused("conflict", "Somebody changed this after you read it. Look at it first.", current=current)

    return check


def touched(event: Event) -> set[str]:
    """The ids of the records that an event changed."""
    found: set[str] = set()
    for body in [decode(event.body), *(decode(event.private).values() if event.private else ())]:
        found.update(row["id"] for row in (*body.get("put", ()), *body.get("text", ())))
        found.update(body.get("patch", ()), body.get("remove", ()))
    return found


class SnapshotView(RoomDoor):
    """The whole journey as I may see it: the bytes that a socket gets."""

    answers = {"GET": Snapshot}
    heeds = {"GET": ("If-None-Match",)}

    def get(self, request: Request, room_id: str) -> HttpResponse | Response:
        if known := self.known_already():
            return known
        found = queries.snapshot(the_board(), room_id)
        if found is None:
            raise Http404
        headers = {"ETag": self.tag(found.epoch, found.seq), "Cache-Control": "private, no-cache"}
        return HttpResponse(found.frame(self.actor.audiences), content_type="application/json", headers=headers)


class EventsView(RoomDoor):
    """What happened after an event that I have seen: for programs, and where sockets do not pass."""

    query = Since
    answers = {"GET": Log}

    def get(self, request: Request, room_id: str) -> HttpResponse:
        since = self.asked.since
        if since > self.room.seq or self.asked.epoch not in ("", self.room.epoch):
            current = {"epoch": self.room.epoch, "seq": self.room.seq}
            sentence = "This is not the log you knew: it was restored from a backup. Read the snapshot."
            raise Refused("conflict", sentence, field="since", current=current)
        events = queries.events_since(room_id, since, most=self.asked.limit)
        told = events_frame(events, self.actor.audiences) if events else _nothing_after(since)
        head = max(self.room.seq, events[-1].seq if events else since)
        body = b'{"epoch":%b,"head":%d,' % (encode(self.room.epoch), head) + told[1:]
        return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "private, no-cache"})


def _nothing_after(since: int) -> bytes:
    return encode({"t": "events", "seq": since, "to": since, "events": []})


class Changes(msgspec.Struct):
    """What happened to one record, the newest first. Typing in one sitting is one change."""

    changes: list[Step]


class HistoryView(RoomDoor):
    """Who changed which property of a record from what to what, and when: as long as the log reaches back."""

    answers = {"GET": Changes}

    def get(self, request: Request, room_id: str, record: str) -> Response:
        model = the_board().by_prefix.get(record[:2])
        row = model._default_manager.filter(pk=record, room=self.room).first() if model else None
        if row is None or row.audience() not in self.actor.audiences:
            raise Http404
        return answer({"changes": history_of(row)})


class CommandsView(RoomDoor):
    """Carry out live commands: everything that the board can do (docs/protocol.md P6, P7)."""

    asks = {"POST": (Asked, Group)}
    answers = {"POST": (CarriedOut, AllCarriedOut)}
    heeds = {"POST": ("Idempotency-Key",)}

    def post(self, request: Request, room_id: str) -> Response:
        together = "commands" in request.data
        asked = msgspec.convert(request.data, Group).commands if together else [msgspec.convert(request.data, Asked)]
        key = self.key()
        ids = [one.command_id or (f"{key}-{n}" if n else key) for n, one in enumerate(asked)]
        if len(set(ids)) < len(ids) or not all(COMMAND_ID.fullmatch(id) for id in ids):
            raise Refused("invalid", "Every command needs an id of its own.", field="command_id")
        outcomes = self.carry_out([(id, one.name, one.data) for id, one in zip(ids, asked, strict=True)])
        results = [{"id": o.id, "seq": o.seq, "tx": self.tx, "event": self.event(o)} for o in outcomes]
        return answer({"results": results} if together else results[0])
