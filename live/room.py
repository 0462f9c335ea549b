"""One room in this process: its sockets, the events on their way out, the most recent ones."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from accounts.actors import Actor
from live import queries
from live.committer import Committed, Outcome
from live.messages import encode, frame
from live.presence import Presence

if TYPE_CHECKING:
    from live.hub import Hub

LONGEST_WAIT = 0.033  # seconds that coalescing may hold an event back
REST = 3  # after sending, gather for so many times as long as sending took
RECENT = 600  # events kept for sockets that join or resume
PRESENCE_EVERY = 0.1


class Socket(Protocol):
    """What the hub needs of a connection (live/connection.py)."""

    identity: str
    session_key: str
    actor: Actor
    seq: int
    live: bool
    owed: list[Outcome]

    def pay(self) -> None: ...
    def write(self, payload: bytes, prepared: bytes) -> None: ...
    def stop(self, code: int, why: str) -> None: ...
    async def change_rights(self, actor: Actor, why: str) -> None: ...


class RoomHub:
    """One room in this process: its sockets, the events on their way out, the most recent ones."""

    def __init__(self, hub: Hub, id: str, seq: int, epoch: str, rights: int, organisation: str) -> None:
        self.hub, self.id, self.seq, self.epoch, self.rights = hub, id, seq, epoch, rights
        self.organisation = organisation
        self.departments: list[dict[str, Any]] = []  # as of `rights`
        self.sockets: set[Socket] = set()
        self.told = seq  # up to here the sockets have been sent everything
        self.recent: deque[Committed] = deque(maxlen=RECENT)
        self.presence = Presence()
        self._out: list[Committed] = []
        self._timer: asyncio.Handle | None = None
        self._presence_timer: asyncio.Handle | None = None
        self._gap = self._last = 0.0
        self._filling = False
        self._snapshot: queries.Snapshot | None = None
        self._reading: asyncio.Future[queries.Snapshot | None] | None = None

    # -- events --------------------------------------------------------------------------------
    def receive(self, events: list[Committed]) -> None:
        """Events in ascending order, some perhaps known, some perhaps too early."""
        if not events or events[-1].seq <= self.seq:
            return
        if events[0].seq > self.seq + 1:
            self.fill()
            return
        fresh = [event for event in events if event.seq > self.seq]
        self.seq = fresh[-1].seq
        self._out += fresh
        self.recent.extend(fresh)
        if self._timer is None:
            wait = self._last + self._gap - self.hub.loop.time()
            later = self.hub.loop.call_later
            self._timer = later(wait, self._flush) if wait > 0 else self.hub.loop.call_soon(self._flush)

    def _flush(self) -> None:
        """Send what gathered, and let the next gather for some times as long as sending took: alone in a room
        one waits for nothing, in a storm one frame carries many events."""
        started = time.perf_counter()
        self._timer = None
        events, self._out = self._out, []
        self.told = events[-1].seq
        private = {audience for event in events for audience in event.private}
        frames: dict[frozenset[str], tuple[bytes, bytes]] = {}
        for socket in list(self.sockets):
            if not socket.live:
                continue
            sees = socket.actor.audiences & private if private else frozenset()
            if sees not in frames:
                payload = events_frame(events, sees)
                frames[sees] = payload, frame(payload)
            socket.seq = self.told
            socket.write(*frames[sees])
            if socket.owed:
                socket.pay()
        self._last = self.hub.loop.time()
        self._gap = min(LONGEST_WAIT, max(self._gap * 0.5, REST * (time.perf_counter() - started)))

    def fill(self) -> None:
        """Read what is missing from the log."""
        if not self._filling:
            self._filling = True
            self.hub.spawn(self._fill())

    async def _fill(self) -> None:
        try:
            while True:
                since = self.seq
                events = await self.hub.read(queries.events_since, self.id, since)
                self.receive(events)
                if len(events) < queries.MOST_REPLAYED:
                    return
        finally:
            self._filling = False

    def since(self, seq: int) -> list[Committed] | None:
        """The events after `seq` that were told already, if all of them are still at hand."""
        if seq >= self.told:
            return []
        if not self.recent or self.recent[0].seq > seq + 1:
            return None
        return [event for event in self.recent if seq < event.seq <= self.told]

    async def snapshot(self, least: int) -> queries.Snapshot | None:
        """The room at `least` or later; read once for everybody who asks at the same time."""
        kept = self._snapshot
        if kept is not None and (kept.seq >= least or (self.since(kept.seq) is not None and self.told - kept.seq < 50)):
            return kept
        if self._reading is None:
            self._reading = asyncio.ensure_future(self.hub.read(queries.snapshot, self.hub.board, self.id))
            self._reading.add_done_callback(self._have_read)
        return await asyncio.shield(self._reading)

    def _have_read(self, reading: asyncio.Future[queries.Snapshot | None]) -> None:
        self._reading = None
        if not reading.cancelled() and reading.exception() is None:
            self._snapshot = reading.result()

    def forget_snapshot(self) -> None:
        self._snapshot = None

    # -- presence ------------------------------------------------------------------------------
    def presence_changed(self) -> None:
        if self._presence_timer is None and self.presence.changed:
            self._presence_timer = self.hub.loop.call_later(PRESENCE_EVERY, self._flush_presence)

    def _flush_presence(self) -> None:
        self._presence_timer = None
        people = self.presence.take_changes()
        payload = encode({"t": "presence", "people": people})
        prepared = frame(payload)
        for socket in list(self.sockets):
            if socket.live:
                socket.write(payload, prepared)
        self.hub.say({"presence": self.presence.here(), "room": self.id})


def events_frame(events: list[Committed], audiences: frozenset[str]) -> bytes:
    """P12: one frame for all events in a row, without those that are not for these audiences."""
    shown = [raw for event in events if (raw := queries.event_json(event, audiences)) is not None]
    head = b'{"t":"events","seq":%d,"to":%d,"events":[' % (events[0].seq, events[-1].seq)
    return head + b",".join(shown) + b"]}"
