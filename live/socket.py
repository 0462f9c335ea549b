"""The socket door: lets people in, and reads their frames one after another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from typing import Any

import msgspec
from django.conf import settings
from django.http import parse_cookie

from accounts.actors import with_pen
from live import messages, queries
from live.arrivals import Arrivals
from live.connection import SENTENCE, Connection, Stop
from live.hub import Hub
from live.tickets import ticket_holds
from live.values import Refused, strict_json

log = logging.getLogger(__name__)
HELLO_WITHIN = 5.0
OLDEST = 12 * 3600.0
BAD_FRAMES = 3
MOST_PER_PERSON = 10
MOST_PER_ADDRESS = 1_000  # a firm with twenty workshops at once may sit behind one address


class RoomSocket:
    """The ASGI application behind /ws/journeys/<room>/."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.arrivals = Arrivals(hub)
        self.per_person: Counter[str] = Counter()
        self.per_address: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.hub.start()
        await receive()  # websocket.connect
        if not _same_origin(scope):
            await send({"type": "websocket.close", "code": 4403})
            return
        await send({"type": "websocket.accept"})
        connection: Connection | None = None
        code = 1000
        address = (scope.get("client") or [""])[0]
        self.per_address[address] += 1
        try:
            if self.per_address[address] > MOST_PER_ADDRESS:
                raise Stop(4429)
            connection, hello = await self._admit(scope, receive, send)
            if connection is None:
                return
            code = await self._serve(connection, hello, receive)
        except Stop as stop:
            code = stop.code
        except asyncio.CancelledError:
            if connection is None or not connection.closing:
                raise
            code = connection.closing
        except Exception:
            log.exception("A live socket failed")
            code = 1011
        finally:
            self.per_address[address] -= 1
            if not self.per_address[address]:
                del self.per_address[address]
            if connection is not None:
                self._leave(connection)
        if code != 1000:
            try:
                why = SENTENCE.get(code, "")
                async with asyncio.timeout(5):
                    await send({"type": "websocket.close", "code": code, "reason": why[:120]})
            except Exception:
                log.debug("The socket was gone before its close")

    async def _admit(self, scope: Any, receive: Any, send: Any) -> tuple[Connection | None, messages.Hello]:
        """Who is it, may they come in: P2."""
        hello: messages.Hello | None = None
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                message = await receive()
        except TimeoutError:
            raise Stop(4408) from None
        if message["type"] == "websocket.disconnect":
            return None, hello  # type: ignore[return-value]
        try:
            hello = _parse(message)  # type: ignore[assignment]
        except Refused as refused:
            raise Stop(4413 if refused.code == "too_big" else 4400) from None
        if not isinstance(hello, messages.Hello):
            raise Stop(4400)
        if hello.v != messages.VERSION:
            raise Stop(4409)
        room_id = scope["url_route"]["kwargs"]["room"]
        session_key = _cookies(scope).get(settings.SESSION_COOKIE_NAME, "")
        if not ticket_holds(hello.ticket, session_key, room_id):
            raise Stop(4401)
        room = await self.hub.room(room_id)
        if room is None:
            raise Stop(4404)
        version = None
        while version != room.rights:  # what changed while we read would otherwise be missed until the next change
            version = room.rights
            identity, actor = await self.arrivals.who(session_key, room)
            # Nobody being in it, the hub may have given the room up while we read, and made it anew for others.
            room = self.hub.rooms.setdefault(room_id, room)
        if identity is None:
            raise Stop(4401)
        if actor is None:
            raise Stop(4404)
        if self.per_person[identity] >= MOST_PER_PERSON:
            raise Stop(4429)
        connection = Connection(self.hub, room, scope, send)
        connection.identity, connection.session_key = identity, session_key
        connection.actor = with_pen(actor, _cookies(scope), room.id)
        self.per_person[identity] += 1
        return connection, hello

    async def _serve(self, connection: Connection, hello: messages.Hello, receive: Any) -> int:
        room = connection.room
        connection.task = asyncio.current_task()
        room.sockets.add(connection)
        applied = await self.hub.read(queries.applied, room.id, hello.pending) if hello.pending else {}
        connection.welcome(applied)
        await connection.catch_up(hello.since if hello.epoch == room.epoch else None)
        room.presence.put(connection.actor.key, id(connection), connection.person())
        room.presence_changed()
        bad, started = 0, time.monotonic()
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return 1000
            if time.monotonic() - started > OLDEST:
                return 4409
            try:
                await self._take(connection, _parse(message))
            except Refused as refused:
                bad += 1
                connection.refuse("", refused)
                if refused.code == "too_big":
                    return 4413
                if bad >= BAD_FRAMES:
                    return 4400

    async def _take(self, connection: Connection, message: Any) -> None:
        if isinstance(message, messages.Command):
            connection.submit([messages.Call(message.id, message.name, message.data)])
        elif isinstance(message, messages.Commands):
            connection.submit(message.commands, message.tx)
        elif isinstance(message, messages.Presence):
            connection.look(message)
        elif isinstance(message, messages.Ping):
            now = int(time.time() * 1000)
            connection.say({"t": "pong", "c": message.c, "now": now, "seq": connection.room.told})
        elif isinstance(message, messages.Need):
            await connection.read_again(message.since)
        else:
            raise Refused("invalid", "The page introduced itself before.")

    def _leave(self, connection: Connection) -> None:
        """In a `finally`, so that no way of ending leaves a ghost behind."""
        connection.live = False
        connection.closing = connection.closing or 1000
        connection.room.sockets.discard(connection)
        connection.room.presence.leave(connection.actor.key, id(connection))
        connection.room.presence_changed()
        self.per_person[connection.identity] -= 1
        if not self.per_person[connection.identity]:
            del self.per_person[connection.identity]


def _parse(message: Any) -> Any:
    """A frame from outside, checked twice: strict JSON, then the shape. Raises Refused."""
    raw = message.get("text")
    if raw is None:
        raise Refused("invalid", "Frames are JSON text.")
    if len(raw) > messages.MOST_BYTES or len(raw.encode()) > messages.MOST_BYTES:
        raise Refused("too_big", "A frame holds at most 64 KiB.")
    try:
        return msgspec.convert(strict_json(raw), messages.FROM_BROWSER)
    except (ValueError, msgspec.ValidationError) as error:
        raise Refused("invalid", f"This frame is not part of the protocol: {error}.") from None


def _same_origin(scope: Any) -> bool:
    """P1: the exact origin of this host, or one that the settings name. Missing or "null" is not ours."""
    headers = {name: value.decode("latin1") for name, value in scope["headers"]}
    origin = headers.get(b"origin", "")
    secure = scope.get("scheme") in ("wss", "https")
    own = f"{'https' if secure else 'http'}://{headers.get(b'host', '')}"
    if origin in settings.LIVE_ORIGINS:
        return True
    return not settings.LIVE_ORIGINS and origin == own


def _cookies(scope: Any) -> dict[str, str]:
    raw = b"; ".join(value for key, value in scope["headers"] if key == b"cookie")
    return parse_cookie(raw.decode("latin1"))
