"""The hub: one per process, between the writer and every socket.

Events reach it in any order and any number of times (from this process's writer, or as a hint that
another process committed); it puts them into the order of `seq`, fills holes from the log, encodes
each event once and hands finished frames to the sockets. Nothing that was acknowledged lives only here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection
from django.utils import timezone

from live import queries
from live.board import Board
from live.committer import Committer, Item, Outcome, Told
from live.room import RoomHub
from live.values import Refused

log = logging.getLogger(__name__)
T = TypeVar("T")
PROCESS = f"{os.getpid()}-{uuid.uuid4().hex[:6]}"
GROUP = "journeymap"
WATCH_EVERY = 0.4


class Hub:
    """All rooms of this process. Started by the first socket, in the server's event loop."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.rooms: dict[str, RoomHub] = {}
        self.loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment]
        self._committers: list[Committer] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._readers: ThreadPoolExecutor = None  # type: ignore[assignment]
        self._layer: Any = None
        self._layer_said = 0.0

    def start(self) -> None:
        if self.loop is asyncio.get_running_loop():
            return
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="live-reader")
        writers = 1 if connection.vendor == "sqlite" else 3
        self._committers = [Committer(self.board, self._committed) for _ in range(writers)]
        self.loop = asyncio.get_running_loop()  # last: whoever sees a loop may submit
        self.spawn(self._watch())
        layer = get_channel_layer()
        if layer is not None and not isinstance(layer, InMemoryChannelLayer):
            self._layer = layer
            self.spawn(self._listen())

    @property
    def healthy(self) -> bool:
        return all(committer.is_alive() for committer in self._committers)

    def spawn(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def read(self, function: Callable[..., T], *args: Any) -> T:
        """Run a database read on a thread of our own; never on Django's one shared thread."""
        return await self.loop.run_in_executor(self._readers, _reading, function, *args)

    def submit(self, item: Item) -> None:
        """Queue a command for its room's writer. Raises Refused("busy")."""
        if not self._committers:
            raise Refused("busy", "The server is only just starting. Try again in a moment.")
        number = zlib.crc32(item.room.encode()) % len(self._committers)
        self._committers[number].submit(item)

    # -- from the writers ----------------------------------------------------------------------
    def _committed(self, items: list[Item], outcomes: list[list[Outcome]], told: Told) -> None:
        self.loop.call_soon_threadsafe(self._tell, items, outcomes, told)

    def _tell(self, items: list[Item], outcomes: list[list[Outcome]], told: Told) -> None:
        for room_id, events in told.items():
            room = self.rooms.get(room_id)
            if room is not None:
                room.receive(events)
            if events:
                self.say({"room": room_id, "head": events[-1].seq})
        for item, outcome in zip(items, outcomes, strict=True):
            if item.done is not None:
                item.done(outcome)

    # -- rooms ---------------------------------------------------------------------------------
    async def room(self, room_id: str) -> RoomHub | None:
        if room_id not in self.rooms:
            head = (await self.read(queries.heads, [room_id])).get(room_id)
            if head is None:
                return None
            room = RoomHub(self, room_id, *head)
            room.departments = await self.read(self.board.departments, room.organisation)
            self.rooms.setdefault(room_id, room)
        return self.rooms[room_id]

    async def _watch(self) -> None:
        """Heal what no message told us: new heads, changed rights, ended sessions, silent processes."""
        while True:
            await asyncio.sleep(WATCH_EVERY)
            try:
                await self._look()
            except Exception as error:  # the database is away: what we know stays true until it is back
                log.warning("The live watch could not look: %s", error)

    async def _look(self) -> None:
        for room in list(self.rooms.values()):
            if not room.sockets:
                del self.rooms[room.id]
        if not self.rooms:
            return
        rooms = list(self.rooms.values())  # a room that opens while we read is not missing
        heads = await self.read(queries.heads, [room.id for room in rooms])
        for room in rooms:
            if room.id not in heads:
                for socket in list(room.sockets):
                    socket.stop(4404, "gone")
                continue
            seq, epoch, rights, _ = heads[room.id]
            if epoch != room.epoch:
                await self._restart(room, seq, epoch)
            elif seq > room.seq:
                room.fill()
            room.presence.expire()
            room.presence_changed()
            await self._check_rights(room, rights)

    async def _restart(self, room: RoomHub, seq: int, epoch: str) -> None:
        """The log was replaced (a restore): everybody starts from a new snapshot."""
        room.epoch, room.seq, room.told = epoch, seq, seq
        room.recent.clear()
        room.forget_snapshot()
        for socket in list(room.sockets):
            await socket.change_rights(socket.actor, "epoch")

    async def _check_rights(self, room: RoomHub, rights: int) -> None:
        sockets = list(room.sockets)
        sessions = await self.read(_living_sessions, {socket.session_key for socket in sockets})
        for socket in sockets:
            if socket.session_key not in sessions:
                socket.stop(4401, "signed out")
        expired = any(socket.identity.startswith("g") for socket in sockets)  # a guest's time runs out by itself
        if rights == room.rights and not expired:
            return
        identities = {socket.identity for socket in sockets}
        actors = await self.read(self.board.load_actors, identities, room.organisation, room.id)
        departments = await self.read(self.board.departments, room.organisation)
        renamed = departments != room.departments
        room.rights, room.departments = rights, departments
        for socket in sockets:
            actor = actors.get(socket.identity)
            if actor is None:
                socket.stop(4403, "removed")
                continue
            actor = replace(actor, pen=socket.actor.pen)
            if renamed or actor != socket.actor:
                await socket.change_rights(actor, "rights")

    # -- between processes ---------------------------------------------------------------------
    def say(self, message: dict[str, Any]) -> None:
        """Tell the other processes, best effort: they look for themselves soon anyway."""
        if self._layer is not None:
            self.spawn(self._say(message))

    async def _say(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(1):
                await self._layer.group_send(GROUP, {"type": "hint", "from": PROCESS, **message})
        except Exception as error:
            if time.monotonic() - self._layer_said > 30:
                self._layer_said = time.monotonic()
                log.warning("The channel layer is away; other processes hear a little later: %s", error)

    async def _listen(self) -> None:
        """Receive hints; when the layer dies, come back to it. Sockets never notice."""
        pause = 0.2
        while True:
            try:
                channel = await self._layer.new_channel()
                await self._layer.group_add(GROUP, channel)
                pause = 0.2
                while True:
                    async with asyncio.timeout(600):  # join again now and then: memberships expire
                        self._hear(await self._layer.receive(channel))
            except TimeoutError:
                continue
            except Exception as error:
                log.warning("Listening to other processes failed, trying again: %s", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    def _hear(self, message: dict[str, Any]) -> None:
        room = self.rooms.get(message.get("room", ""))
        if room is None or message.get("from") == PROCESS:
            return
        if "presence" in message:
            room.presence.hear(message["from"], message["presence"])
            room.presence_changed()
        elif message["head"] > room.seq:
            room.fill()


def _reading(function: Callable[..., T], *args: Any) -> T:
    close_old_connections()
    try:
        return function(*args)
    except Exception:
        if not connection.in_atomic_block:
            connection.close()
        raise


def _living_sessions(keys: set[str]) -> set[str]:
    found = Session.objects.filter(session_key__in=keys - {""}, expire_date__gt=timezone.now())
    return {*found.values_list("session_key", flat=True), ""}
