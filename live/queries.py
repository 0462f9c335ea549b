"""Reading a room: a consistent snapshot, the log after a point, the heads of many rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from msgspec.json import decode

from live.board import Board
from live.committer import Committed
from live.messages import encode, frame
from live.models import Event, Record, Room

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
    _frames: dict[frozenset[str], tuple[bytes, bytes]] = field(default_factory=dict, compare=False, repr=False)

    def records(self, audiences: Iterable[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for audience in ("all", *sorted(set(audiences) - {"all"})):
            found.update(self.by_audience.get(audience, {}))
        return found

    def frames(self, audiences: frozenset[str]) -> tuple[bytes, bytes]:
        """The message, bare and as a websocket frame; made once for all who may see the same records."""
        sees = audiences.intersection(self.by_audience)
        if sees not in self._frames:
            payload = encode({"t": "snapshot", "seq": self.seq, "records": self.records(audiences)})
            self._frames[sees] = payload, frame(payload)
        return self._frames[sees]

    def frame(self, audiences: frozenset[str]) -> bytes:
        return self.frames(audiences)[0]


def snapshot(board: Board, room_id: str) -> Snapshot | None:
    """The room as it stands, or None when there is no such room."""
    with still():
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            return None
        found: dict[str, dict[str, dict[str, Any]]] = {"all": {}}
        for model in board.models():
            rows = list(model._default_manager.filter(room=room, removed_at=None).order_by("pk"))
            give_links(model, room.pk, rows)
            for row in rows:
                found.setdefault(row.audience(), {})[row.pk] = row.to_wire()
    return Snapshot(room.seq, room.epoch, found)


def give_links(model: type[Record], room_id: str, rows: list[Record]) -> None:
    """The many-to-many relations as ids, which is all that is shown: no object is made for the other side."""
    if not rows:
        return
    for name in model.wire:
        relation: Any = model._meta.get_field(name)
        if not relation.many_to_many:
            continue
        here, there = relation.m2m_column_name(), relation.m2m_reverse_name()
        links: dict[str, list[str]] = {row.pk: [] for row in rows}
        source = relation.m2m_field_name()
        pairs = relation.remote_field.through._default_manager.filter(**{f"{source}__room": room_id})
        for pk, other in pairs.values_list(here, there):
            if pk in links:
                links[pk].append(other)
        for row in rows:
            row.__dict__.setdefault("_links", {})[name] = sorted(links[row.pk])


def events_since(room_id: str, since: int, *, most: int = MOST_REPLAYED) -> list[Committed]:
    query = Event.objects.filter(room=room_id, seq__gt=since).order_by("seq")[:most]
    return [Committed.of(event) for event in query]


def applied(room_id: str, ids: list[str]) -> dict[str, int]:
    """Which of these commands were applied, and as which event."""
    query = Event.objects.filter(room=room_id, command_id__in=ids[:1000])
    return dict(query.values_list("command_id", "seq"))


def heads(room_ids: list[str]) -> dict[str, tuple[int, str, int, str]]:
    """Room id → (seq, epoch, version of its organisation's rights, its organisation)."""
    query = Room.objects.filter(pk__in=room_ids)
    rows = query.values_list("pk", "seq", "epoch", "organisation__rights_version", "organisation_id")
    return {pk: (seq, epoch, rights, organisation) for pk, seq, epoch, rights, organisation in rows}


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
