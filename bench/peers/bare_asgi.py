"""The limit inside ASGI: no framework, no parsing, the text that came in goes out to the room as it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
rooms: dict[str, set[Send]] = {}


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    room = rooms.setdefault(scope["path"], set())
    room.add(send)
    try:
        while (message := await receive())["type"] != "websocket.disconnect":
            out = {"type": "websocket.send", "text": message.get("text")}
            for member in list(room):
                await member(out)
    finally:
        room.discard(send)
