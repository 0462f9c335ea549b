"""Who is here, what they look at and what they type in. Never stored, never numbered, cheap to lose."""

from __future__ import annotations

import time
from typing import Any

EXPIRES = 45.0  # seconds without a sign from another process


class Presence:
    """The people of one room in this process, and what other processes said of theirs."""

    def __init__(self) -> None:
        self._here: dict[str, dict[int, dict[str, Any]]] = {}
        self._there: dict[str, dict[str, tuple[float, dict[str, Any]]]] = {}
        self.changed: set[str] = set()

    def put(self, key: str, socket: int, person: dict[str, Any]) -> None:
        sockets = self._here.setdefault(key, {})
        sockets.pop(socket, None)  # to the end: whoever spoke last is shown
        sockets[socket] = person
        self.changed.add(key)

    def leave(self, key: str, socket: int) -> None:
        sockets = self._here.get(key, {})
        sockets.pop(socket, None)
        if not sockets:
            self._here.pop(key, None)
        self.changed.add(key)

    def person(self, key: str) -> dict[str, Any] | None:
        """One person, from whichever of her sockets spoke last; None when she left."""
        if sockets := self._here.get(key):
            return list(sockets.values())[-1]
        for people in self._there.values():
            if key in people:
                return people[key][1]
        return None

    def everybody(self) -> dict[str, dict[str, Any] | None]:
        keys = set(self._here).union(*self._there.values())
        return {key: self.person(key) for key in keys}

    def take_changes(self) -> dict[str, dict[str, Any] | None]:
        people = {key: self.person(key) for key in self.changed}
        self.changed.clear()
        return people

    def here(self) -> dict[str, dict[str, Any]]:
        """What this process tells the others."""
        return {key: list(sockets.values())[-1] for key, sockets in self._here.items()}

    def hear(self, process: str, people: dict[str, dict[str, Any]]) -> None:
        """Another process said who is there: all of them, so a lost message heals with the next."""
        now, before = time.monotonic(), self._there.get(process, {})
        self._there[process] = {key: (now, person) for key, person in people.items()}
        self.changed.update(
            key for key in before.keys() | people.keys() if before.get(key, (0, None))[1] != people.get(key)
        )

    def expire(self) -> None:
        limit = time.monotonic() - EXPIRES
        for process, people in list(self._there.items()):
            gone = [key for key, (heard, _) in people.items() if heard < limit]
            for key in gone:
                del people[key]
            self.changed.update(gone)
            if not people:
                del self._there[process]
