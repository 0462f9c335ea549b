"""Reading a room: a consistent snapshot, the log after a point, the heads of many rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from msgspec.json import decode

from live.board import Board
from live.committer import Committed
from live.messages import encode
from live.models import Event, Room

MOST_REPLAYED = 500


@contextmanager
def still() -> Iterator[None]:
    """Several queries that see one moment of the database, without holding a writer up."""
    if connection.in_atomic_block:  # a test's transaction is still enough
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # Django begins SQLite transactions as writers here; a reader must not
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


@dataclass(frozen=True)
class Snapshot:
    """Every living record of a room at `seq`, by who may see it."""

    seq: int
    epoch: str
    by_audience: dict[str, dict[str, dict[str, Any]]]

    def records(self, audiences: Iterable[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for audience in ("all", *sorted(set(audiences) - {"all"})):
            found.update(self.by_audience.get(audience, {}))
        return found

    def frame(self, audiences: Iterable[str]) -> bytes:
        return encode({"t": "snapshot", "seq": self.seq, "records": self.records(audiences)})


def snapshot(board: Board, room_id: str) -> Snapshot | None:
    """The room as it stands, or None when there is no such room."""
    with still():
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            return None
        found: dict[str, dict[str, dict[str, Any]]] = {"all": {}}
        for model in board.models():
            links = [name for name in model.wire if model._meta.get_field(name).many_to_many]
            query = model._default_manager.filter(room=room, removed_at=None).prefetch_related(*links)
            for row in query.order_by("pk"):
                found.setdefault(row.audience(), {})[row.pk] = row.to_wire()
    return Snapshot(room.seq, room.epoch, found)


def events_since(room_id: str, since: int, *, most: int = MOST_REPLAYED) -> list[Committed]:
    query = Event.objects.filter(room=room_id, seq__gt=since).order_by("seq")[:most]
    return [Committed.of(event) for event in query]


def applied(room_id: str, ids: list[str]) -> dict[str, int]:
    """Which of these commands were applied, and as which event."""
    query = Event.objects.filter(room=room_id, command_id__in=ids[:1000])
    return dict(query.values_list("command_id", "seq"))


def heads(room_ids: list[str]) -> dict[str, tuple[int, str, int]]:
    """Room id → (seq, epoch, version of its organisation's rights)."""
    query = Room.objects.filter(pk__in=room_ids)
    return {
        pk: (seq, epoch, rights)
        for pk, seq, epoch, rights in query.values_list("pk", "seq", "epoch", "organisation__rights_version")
    }


def event_json(event: Committed, audiences: frozenset[str]) -> bytes | None:
    """The event as these audiences may see it; None when nothing of it is for them."""
    parts = [raw for audience, raw in event.private.items() if audience in audiences]
    if event.private and not parts and event.body == b"{}":
        return None
    by = event.by if parts or not event.private else ""
    head = {"seq": event.seq, "id": event.id, "name": event.name, **({"by": by} if by else {}), "at": event.at}
    bodies = [raw for raw in (event.body, *parts) if raw != b"{}"]
    if len(bodies) > 1:
        return _merged(head, bodies)
    raw = encode(head)
    return raw[:-1] + b"," + bodies[0][1:] if bodies else raw


def _merged(head: dict[str, Any], bodies: list[bytes]) -> bytes:
    from_all: dict[str, Any] = dict(head)
    for raw in bodies:
        for name, value in decode(raw).items():
            if isinstance(value, list):
                from_all[name] = [*from_all.get(name, []), *value]
            else:
                from_all[name] = {**from_all.get(name, {}), **value}
    return encode(from_all)


def organisation_of(room_id: str) -> str | None:
    return Room.objects.filter(pk=room_id).values_list("organisation_id", flat=True).first()
