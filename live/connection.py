"""One open socket in a room: what goes out to it, how it catches up, and what its person sends in."""

from __future__ import annotations

import asyncio
import time
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from django.conf import settings

from accounts.actors import Actor
from live import messages, queries
from live.committer import Item, Outcome
from live.door import decode_command
from live.fanout import EXTENSION
from live.hub import Hub
from live.messages import encode, frame
from live.models import Record
from live.room import RoomHub, events_frame
from live.values import COMMAND_ID, ID, Refused

QUEUE_BYTES = 1024 * 1024
QUEUE_FRAMES = 256
SENTENCE = {
    4400: "The connection sent something that is not part of the protocol.",
    4401: "You are signed out. Sign in again to go on; your unsaved words are kept on this device.",
    4403: "You no longer have access to this journey.",
    4404: "There is no such journey, or it is not shared with you.",
    4408: "The page did not introduce itself in time.",
    4409: "Journeymap was updated. Reload the page; your unsaved words are kept.",
    4008: "Your connection could not keep up. Catching up.",
    4413: "That was too much at once. Shorten it.",
    4429: "Too many changes or windows at once. Wait a moment.",
}


class Stop(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


class Bucket:
    """So many a second, and a burst now and then."""

    __slots__ = ("at", "burst", "left", "rate")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.left, self.at = rate, burst, burst, time.monotonic()

    def take(self, n: float = 1) -> bool:
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < n:
            return False
        self.left -= n
        return True


@types.coroutine
def _go_on(send: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Finish a send that was begun by hand and found its socket full."""
    while True:
        yield waits_for
        try:
            waits_for = send.send(None)
        except StopIteration:
            return


class Connection:
    """An open socket in a room (the hub's `Socket`). There are hundreds of them, so they are kept small."""

    __slots__ = (
        "_busy", "_queue", "_queued", "_send", "_write_frame", "actor", "closing", "commands", "hub", "identity", "live",
        "needs", "owed", "presences", "refusals", "room", "seq", "session_key", "task",
    )  # fmt: skip

    def __init__(self, hub: Hub, room: RoomHub, scope: dict[str, Any], send: Callable[..., Any]) -> None:
        self.hub, self.room, self._send = hub, room, send
        extension = scope.get("extensions", {}).get(EXTENSION)
        self._write_frame: Callable[[bytes], bool] | None = extension and extension["write"]
        self._queue: list[bytes] = []  # empty, it is a tenth of a deque; it holds 256 frames at most
        self._queued = 0
        self._busy = False
        self.closing: int | None = None
        self.task: asyncio.Task[Any] | None = None
        self.identity = self.session_key = ""
        self.actor: Actor = None  # type: ignore[assignment]
        self.seq, self.live = 0, False
        self.owed: list[Outcome] = []
        self.commands = Bucket(**settings.LIVE_COMMANDS)
        self.presences = Bucket(20, 40)
        self.needs = Bucket(1, 20)
        self.refusals = Bucket(20, 200)

    # -- out -----------------------------------------------------------------------------------
    def write(self, payload: bytes, prepared: bytes) -> None:
        """Hand over a finished frame without waiting. Only a full socket gets a task and a bounded queue."""
        if self.closing:
            return
        if not self._busy:
            if self._write_frame is not None and self._write_frame(prepared):
                return
            send = self._send({"type": "websocket.send", "text": payload.decode()})
            try:
                waits_for = send.send(None)
            except StopIteration:
                return
            except Exception:
                self.stop(4008, "gone")
                return
            self._busy = True
            self.hub.spawn(self._drain(send, waits_for))
            return
        self._queue.append(payload)
        self._queued += len(payload)
        if self._queued > QUEUE_BYTES or len(self._queue) > QUEUE_FRAMES:
            self.stop(4008, "slow")

    def say(self, message: dict[str, Any]) -> None:
        payload = encode(message)
        self.write(payload, frame(payload))

    async def _drain(self, send: Coroutine[Any, Any, None], waits_for: Any) -> None:
        try:
            await _go_on(send, waits_for)
            while self._queue and not self.closing:
                payload = self._queue.pop(0)
                self._queued -= len(payload)
                await self._send({"type": "websocket.send", "text": payload.decode()})
        except Exception:
            self.stop(4008, "gone")
        finally:
            self._busy = False

    def stop(self, code: int, why: str) -> None:
        """Nothing more goes out after this; the reading task is woken to close the socket."""
        if not self.closing:
            self.live = False
            if code != 4008:
                self.say({"t": "bye", "why": SENTENCE.get(code, why), "retry": 0})
            self.closing = code
            self._queue.clear()
            if self.task is not None:
                self.task.cancel()

    # -- joining and catching up ---------------------------------------------------------------
    async def catch_up(self, since: int | None) -> None:
        """Bring this socket to where the room is, then let it hear every flush. No gap can open between
        the two: the last check and going live happen without giving the loop away."""
        self.live = False
        room = self.room
        if since is None or since > room.seq or room.seq - since > queries.MOST_REPLAYED:
            snapshot = await room.snapshot(room.told)
            if snapshot is None:
                raise Stop(4404)
            self.write(*snapshot.frames(self.actor.audiences))
            self.seq = snapshot.seq
        else:
            self.seq = since
        while self.seq < room.told and not self.closing:
            events = room.since(self.seq)
            if events is None:
                events = await self.hub.read(queries.events_since, room.id, self.seq)
            if not events:
                break
            payload = events_frame(events, self.actor.audiences)
            self.write(payload, frame(payload))
            self.seq = events[-1].seq
        self.live = not self.closing
        self.pay()

    async def change_rights(self, actor: Actor, why: str) -> None:
        """What this person may see or do is different now: say so and start from a fresh snapshot."""
        self.live, self.actor = False, actor
        self.say({"t": "reset", "why": why})
        self.welcome({})
        await self.catch_up(None)

    def welcome(self, applied: dict[str, int]) -> None:
        self.say({
            "t": "welcome", "you": self.hub.board.you(self.actor), "departments": self.room.departments, "epoch": self.room.epoch,
            "now": int(time.time() * 1000), "build": settings.BUILD, "applied": applied,
            "limits": {"frame": messages.MOST_BYTES, "group": messages.MOST_IN_GROUP},
        })  # fmt: skip
        self.say({"t": "presence", "people": self.room.presence.everybody()})

    # -- commands ------------------------------------------------------------------------------
    def submit(self, calls: list[messages.Call], tx: str = "") -> None:
        ids = [call.id for call in calls]
        try:
            if not all(COMMAND_ID.fullmatch(id) for id in ids) or (tx and not COMMAND_ID.fullmatch(tx)):
                raise Refused("invalid", "A command needs an id of 4 to 80 letters, digits, - or _.", field="id")
            if not calls or len(calls) > messages.MOST_IN_GROUP or len(set(ids)) < len(ids):
                raise Refused("invalid", f"A group holds 1 to {messages.MOST_IN_GROUP} commands with ids of their own.")
            if not self.commands.take(len(calls)):
                raise Refused("rate", "That is faster than anybody types. Sent again in a moment.")
            decoded = [(c.id, c.name, decode_command(self.hub.board, c.name, c.data)) for c in calls]
            self.hub.submit(Item(self.room.id, self.identity, decoded, tx, self._ended, self.actor.pen))
        except Refused as refused:
            self.refuse(ids[0] if ids else tx, refused)

    def _ended(self, outcomes: list[Outcome]) -> None:
        """The event itself is the acknowledgement; say something only when there will be none to see."""
        for outcome in outcomes:
            if outcome.refused is not None:
                self.refuse(outcome.id, outcome.refused)
            elif outcome.event is None or queries.event_json(outcome.event, self.actor.audiences) is None:
                self.owed.append(outcome)
        self.pay()

    def pay(self) -> None:
        """P15, but never before this socket was sent the events up to there: a browser that hears "done"
        first would take its own event for somebody else's."""
        for outcome in [outcome for outcome in self.owed if outcome.seq <= self.seq]:
            self.owed.remove(outcome)
            self.say({"t": "done", "id": outcome.id, "seq": outcome.seq})

    def refuse(self, command_id: str, refused: Refused) -> None:
        self.say({"t": "refused", "id": command_id, **refused.to_wire()})
        if refused.code in ("rate", "invalid") and not self.refusals.take():
            self.stop(4429, "rate")

    async def read_again(self, since: int) -> None:
        """P9. A few bytes ask for a whole map here, so nobody may ask for ever."""
        if not self.needs.take():
            raise Stop(4429)
        await self.catch_up(since)

    def look(self, presence: messages.Presence) -> None:
        """P8. What somebody looks at may itself be private: then only that they write is shown."""
        if not self.presences.take():
            return
        at, typing = self._shown(presence.at), None
        if presence.typing is not None and len(presence.typing) == 2 and self._writes(*presence.typing):
            typing = presence.typing if self._shown(presence.typing[0]) else []
        self.room.presence.put(self.actor.key, id(self), self.person(at, typing))
        self.room.presence_changed()

    def _shown(self, pk: str | None) -> str | None:
        if pk is None or not ID.fullmatch(pk):
            return None
        model = self.hub.board.by_prefix.get(pk[:2])
        return pk if model is not None and model.audience is Record.audience else None

    def _writes(self, pk: str, field: str) -> bool:
        model = self.hub.board.by_prefix.get(pk[:2])
        return bool(ID.fullmatch(pk)) and model is not None and field in model.wire

    def person(self, at: str | None = None, typing: list[str] | None = None) -> dict[str, Any]:
        actor = self.actor
        department = min(actor.departments) if actor.departments else None
        return {"name": actor.name, "role": actor.role, "department": department, "at": at, "typing": typing}
