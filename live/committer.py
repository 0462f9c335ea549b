"""The one writer: everything that queued while the last commit ran goes into the next transaction.

Flushing a disk costs milliseconds, so one commit per edit caps a room at a few hundred edits a second;
one commit per *batch* does not (group commit: DeWitt et al., "Implementation techniques for main memory
database systems", 1984). Steps of a batch: lock its rooms in order, find ids that were applied before,
read rights, run each command against one `Unit`, write rows and events, commit, and only then tell.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from live.board import Board, Command
from live.context import Context, Head
from live.models import Event
from live.undo import UNDO
from live.unit import Statement, Unit
from live.values import ID, Refused

log = logging.getLogger(__name__)
MOST_WAITING = 5_000
MOST_IN_BATCH = 256
GATHER = 0.005  # seconds between the beginnings of two commits: alone one waits for nothing, in a storm many share one
ENOUGH = 32  # so many need not wait for more
PATIENCE = 30.0  # seconds to wait for a database that went away


@dataclass(frozen=True)
class Committed:
    """One event as it is told: the part everybody may see, and the parts for single audiences (JSON)."""

    seq: int
    id: str
    name: str
    by: str
    at: int
    body: bytes
    private: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event) -> Committed:
        private = msgspec.json.decode(event.private, type=dict[str, msgspec.Raw]) if event.private else {}
        return cls(
            event.seq, event.command_id, event.name, event.by, int(event.at.timestamp() * 1000), event.body.encode(),
            {audience: bytes(raw) for audience, raw in private.items()},
        )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How one command ended: a new event, one that was there before (`repeat`), or refused."""

    id: str
    seq: int = 0
    event: Committed | None = None
    repeat: bool = False
    refused: Refused | None = None


@dataclass
class Item:
    """One person's command, or group of commands that stand or fall together (`tx`)."""

    room: str
    identity: str
    commands: list[tuple[str, str, msgspec.Struct]]
    tx: str = ""
    done: Callable[[list[Outcome]], None] | None = None
    pen: str = ""  # of the browser it came from: see accounts.actors.with_pen
    # Asked first, inside the transaction: raises Refused when something that the sender relies on has changed.
    check: Callable[[Context], None] | None = None


Told = dict[str, list[Committed]]


class _Again(Exception):
    """A refused command had written already: roll back and run the items one by one."""


# -- one transaction ---------------------------------------------------------------------------
class Batch:
    def __init__(self, board: Board) -> None:
        self.board, self.unit = board, Unit()
        self.rooms: dict[str, Head] = {}
        self.events: dict[str, list[Event]] = {}
        self.told: Told = {}
        self.known: dict[tuple[str, str], int] = {}
        self.now = timezone.now()
        self.actors: dict[tuple[str, str], Actor] = {}

    def run(self, items: Sequence[Item], *, single: bool = False) -> tuple[list[list[Outcome]], Told]:
        with transaction.atomic():
            self._lock(sorted({item.room for item in items}))
            self._find_repeats(items)
            self._load(items)
            outcomes = [self._item(item, single) for item in items]
            if not transaction.get_rollback():  # a refused command that had written already is rolled back whole
                self.unit.flush(self._log())
        return outcomes, self.told

    def _lock(self, ids: list[str]) -> None:
        """Lock the rooms, in one order everywhere. The share lock on the organisation makes a revocation,
        which bumps it, wait for us: nothing of a removed person commits after the removal."""
        lock = " FOR NO KEY UPDATE OF r FOR SHARE OF o" if connection.vendor == "postgresql" else ""
        marks = ",".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.id, r.organisation_id, r.seq, r.epoch, o.rights_version, r.read_only FROM live_room r"
                f" JOIN accounts_organisation o ON o.id = r.organisation_id WHERE r.id IN ({marks})"
                f" ORDER BY r.id{lock}",
                ids,
            )
            for row in cursor.fetchall():
                room = Head(*row)
                self.rooms[room.id], self.events[room.id], self.told[room.id] = room, [], []

    def _find_repeats(self, items: Sequence[Item]) -> None:
        asked = [(item.room, command[0]) for item in items for command in item.commands]
        for start in range(0, len(asked), 256):  # SQLite takes a limited number of parameters a statement
            part = asked[start : start + 256]
            sql = (
                f"WITH asked(room, command) AS (VALUES {','.join(['(%s, %s)'] * len(part))})"
                " SELECT e.room_id, e.command_id, e.seq FROM asked"
                " JOIN live_event e ON e.room_id = asked.room AND e.command_id = asked.command"
            )
            with connection.cursor() as cursor:
                cursor.execute(sql, [value for pair in part for value in pair])
                self.known.update({(room, command): seq for room, command, seq in cursor.fetchall()})

    def _load(self, items: Sequence[Item]) -> None:
        """Read rights, and every row the commands name, in as few queries as there are tables."""
        wanted: dict[str, set[str]] = {}
        for item in items:
            if item.room in self.rooms:
                wanted.setdefault(item.room, set()).add(item.identity)
        for room_id, identities in wanted.items():
            room = self.rooms[room_id]
            found = _ACTORS.get(self.board, room, identities)
            self.actors.update({(room_id, identity): actor for identity, actor in found.items()})
        rows: dict[Any, set[str]] = {}
        for item in items:
            for _, _, payload in item.commands:
                for name in payload.__struct_fields__:
                    value = getattr(payload, name)
                    if isinstance(value, str) and ID.fullmatch(value):
                        model = self.board.by_prefix.get(value[:2])
                        if model is not None:
                            rows.setdefault(model, set()).add(value)
        for model, ids in rows.items():
            self.unit.load(model, ids)

    def _item(self, item: Item, single: bool) -> list[Outcome]:
        """Run one item's commands. A refusal takes the whole item back."""
        room = self.rooms.get(item.room)
        if room is None:
            return [_refuse(item, Refused("unknown", "There is no such journey."))]
        actor = self.actors.get((item.room, item.identity))
        if actor is None:
            return [_refuse(item, Refused("forbidden", "You no longer have access to this journey."))]
        if item.pen:
            actor = replace(actor, pen=item.pen)
        events, told = self.events[item.room], self.told[item.room]
        start, seq, read_only = len(events), room.seq, room.read_only
        self.unit.begin()
        outcomes = []
        try:
            command_id = item.commands[0][0]
            if item.check is not None:
                item.check(Context(self.board, self.unit, room, actor, self.now, events))
            for command_id, name, payload in item.commands:
                repeat = self.known.get((item.room, command_id))
                if repeat is not None:
                    outcomes.append(Outcome(command_id, repeat, repeat=True))
                    continue
                event = self._command(room, actor, item.tx, command_id, name, payload, events)
                told.append(Committed.of(event))
                outcomes.append(Outcome(command_id, event.seq, told[-1]))
                self.known[item.room, command_id] = event.seq
        except Refused as refused:
            taken_back = self.unit.take_back()
            for event in events[start:]:
                self.known.pop((item.room, event.command_id), None)
            del events[start:], told[start:]
            room.seq, room.read_only = seq, read_only
            if single:
                transaction.set_rollback(True)
            elif not taken_back:
                raise _Again from None
            return [_refuse(item, refused, command_id)]
        return outcomes

    def _command(
        self, room: Head, actor: Actor, tx: str, command_id: str, name: str, payload: Any, events: list[Event]
    ) -> Event:
        command: Command = UNDO if name == "undo" else self.board.commands[name]
        ctx = Context(self.board, self.unit, room, actor, self.now, events)
        if room.read_only and not command.reopens(payload):
            raise Refused("locked", self.board.why_read_only)
        if not command.may(actor, ctx, payload):
            raise Refused("forbidden", command.why_not)
        command.do(ctx, payload)
        if ctx.nameless and "-" in command_id:
            raise Refused(
                "invalid", "Anonymous writing needs an id of letters and digits that tells no sender.", field="id"
            )
        everybody = ctx.changes.pop("all", None)
        private = {audience: changes.to_wire() for audience, changes in ctx.changes.items()}
        room.seq += 1
        event = Event(
            room_id=room.id, seq=room.seq, command_id=command_id, tx="" if ctx.nameless else tx, name=command.event,
            by="" if ctx.nameless else actor.key, at=self.now,
            body=_json(everybody.to_wire()) if everybody else "{}",
            private=_json(private) if private else "",
            inverse=_json(ctx.inverse), target=ctx.targets(everybody), undoes=ctx.undoes,
        )  # fmt: skip
        events.append(event)
        return event

    def _log(self) -> list[Statement]:
        """What writes the events, and how far each room is now."""
        rows = [event for events in self.events.values() for event in events]
        fields = [f for f in Event._meta.concrete_fields if not f.primary_key]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(f.column)) for f in fields)
        one = "(" + ", ".join(["%s"] * len(fields)) + ")"
        insert = f"INSERT INTO {quote(Event._meta.db_table)} ({columns}) VALUES "
        at = connection.ops.adapt_datetimefield_value(self.now)  # the only value that a database spells its own way
        statements: list[Statement] = []
        for start in range(0, len(rows), 64):  # SQLite takes a limited number of parameters a statement
            part = rows[start : start + 64]
            values = [at if f.attname == "at" else getattr(event, f.attname) for event in part for f in fields]
            statements.append((insert + ", ".join([one] * len(part)), [values]))
        moved = [(room.seq, bool(room.read_only), room.id) for room in self.rooms.values() if self.events[room.id]]
        statements.append(("UPDATE live_room SET seq = %s, read_only = %s WHERE id = %s", moved))
        return statements


class _Actors:
    """Who somebody is, as of a version of the organisation's rights. Read again when the version moved,
    and every five seconds because a guest's time simply runs out."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[int, float, Actor]] = {}

    def get(self, board: Board, room: Head, identities: set[str]) -> dict[str, Actor]:
        version, now, found = room.rights, time.monotonic(), {}
        for identity in identities:
            held = self._known.get((room.id, identity))
            if held and held[0] == version and now - held[1] < 5:
                found[identity] = held[2]
        missing = identities - found.keys()
        if missing:
            if len(self._known) > 10_000:
                self._known.clear()
            fresh = board.load_actors(missing, room.organisation_id, room.id)
            found.update(fresh)
            self._known.update({(room.id, identity): (version, now, actor) for identity, actor in fresh.items()})
        return found


_ACTORS = _Actors()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _refuse(item: Item, refused: Refused, command_id: str = "") -> Outcome:
    return Outcome(command_id or item.commands[0][0], refused=refused)


# -- running batches ---------------------------------------------------------------------------
def commit(board: Board, items: Sequence[Item]) -> tuple[list[list[Outcome]], Told]:
    """Apply the items in one transaction, in this thread. Falls back to one transaction each when one of
    them spoils the batch for the others."""
    alone = any(board.commands[name].alone for item in items for _, name, _ in item.commands if name != "undo")
    if len(items) == 1:
        return _one(board, items[0])
    if not alone:
        try:
            return Batch(board).run(items)
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, _Again):
            pass
        except Exception:
            log.exception("A live command failed; its neighbours run again without it")
    outcomes: list[list[Outcome]] = []
    told: Told = {}
    for item in items:
        (one,), said = _one(board, item)
        outcomes.append(one)
        for room, events in said.items():
            told.setdefault(room, []).extend(events)
    return outcomes, told


def _one(board: Board, item: Item) -> tuple[list[list[Outcome]], Told]:
    try:
        return Batch(board).run([item], single=True)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        number = uuid.uuid4().hex[:8]
        log.exception(
            "Live command failed", extra={"error": number, "commands": [name for _, name, _ in item.commands]}
        )
        sentence = f"Something went wrong on our side (error {number}). Your words are still here; try again."
        return [[_refuse(item, Refused("internal", sentence))]], {}


class Committer(threading.Thread):
    """A writer thread with its own database connection. `finish` gets every batch after its commit."""

    def __init__(self, board: Board, finish: Callable[[list[Item], list[list[Outcome]], Told], None]) -> None:
        super().__init__(daemon=True, name="committer")
        self.board, self.finish = board, finish
        self._queue: deque[Item] = deque()
        self._wake = threading.Event()
        self._ending = False
        self.batches = self.items = 0
        self.start()

    def submit(self, item: Item) -> None:
        """From any thread. Raises Refused("busy") instead of growing without bound."""
        if len(self._queue) >= MOST_WAITING:
            raise Refused("busy", "Many people are saving at once. Yours is sent again in a moment.")
        self._queue.append(item)
        if not self._wake.is_set():
            self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish what is queued, then end."""
        self._ending = True
        self._wake.set()
        self.join(timeout)

    def run(self) -> None:
        began = 0.0
        while True:
            self._wake.wait()
            while len(self._queue) < ENOUGH and (left := began + GATHER - time.monotonic()) > 0 and not self._ending:
                time.sleep(min(left, 0.001))
            self._wake.clear()
            began = time.monotonic()
            items: list[Item] = []
            while self._queue and len(items) < MOST_IN_BATCH:
                items.append(self._queue.popleft())
            if self._queue:
                self._wake.set()
            if items:
                self._commit(items)
            if self._ending and not self._queue:
                connection.close()
                return

    def _commit(self, items: list[Item]) -> None:
        outcomes, told = self._insist(items)
        self.batches += 1
        self.items += len(items)
        try:
            self.finish(items, outcomes, told)
        except Exception:  # saved is saved: whoever was not told catches up from the log
            log.exception("Telling about committed events failed")

    def _insist(self, items: list[Item]) -> tuple[list[list[Outcome]], Told]:
        """Commit, waiting for a database that is away. The ids make trying again harmless."""
        give_up, pause = time.monotonic() + PATIENCE, 0.05
        while True:
            try:
                return commit(self.board, items)
            except (OperationalError, InterfaceError) as error:
                connection.close()
                if "full" in str(error):
                    refused = Refused("full", "The server has no disk space left. Your words are kept on this device.")
                elif time.monotonic() > give_up:
                    refused = Refused("busy", "The server cannot reach its database. Yours is sent again in a moment.")
                else:
                    log.warning("The database is away, trying again: %s", str(error).strip().splitlines()[0])
                    time.sleep(pause)
                    pause = min(pause * 2, 1.0)
                    continue
                return [[_refuse(item, refused)] for item in items], {}
