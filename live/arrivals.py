"""Who comes in. A whole room that opens its laptops at once is read with four queries, not with four for each."""

from __future__ import annotations

import asyncio

from accounts.actors import Actor, identities_of
from live.board import Board
from live.hub import Hub
from live.room import RoomHub

AT_ONCE = 4  # more save little, and as many first looks at once have to be kept in memory
Who = tuple[str | None, Actor | None]


class Arrivals:
    """Session keys in, people out. While one reading is under way, whoever else comes is gathered for the next:
    nobody is answered by a reading that began before they asked."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.waiting: list[tuple[str, RoomHub, asyncio.Future[Who]]] = []
        self.reading = False

    async def who(self, session_key: str, room: RoomHub) -> Who:
        """Identity, and the actor in this room."""
        if not session_key:
            return None, None
        answer: asyncio.Future[Who] = self.hub.loop.create_future()
        self.waiting.append((session_key, room, answer))
        if not self.reading:
            self.reading = True
            self.hub.spawn(self._read())
        return await answer

    async def _read(self) -> None:
        try:
            while self.waiting:
                these, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
                try:
                    found = await self.hub.read(_who, self.hub.board, [(key, room) for key, room, _ in these])
                except Exception as error:
                    for _, _, answer in these:
                        if not answer.done():
                            answer.set_exception(error)
                else:
                    for (_, _, answer), one in zip(these, found, strict=True):
                        if not answer.done():  # they left meanwhile
                            answer.set_result(one)
        finally:
            self.reading = False


def _who(board: Board, asked: list[tuple[str, RoomHub]]) -> list[Who]:
    identities = identities_of({key for key, _ in asked})
    actors = {}
    for room in {room.id: room for _, room in asked}.values():
        here = {identities[key] for key, into in asked if into.id == room.id and key in identities}
        actors[room.id] = board.load_actors(here, room.organisation, room.id)
    return [
        (identity, actors[room.id].get(identity)) if (identity := identities.get(key)) else (None, None)
        for key, room in asked
    ]
