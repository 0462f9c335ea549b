"""The servers that are measured: how each is started, and how the generator speaks to it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.generator import Load, Target
from bench.machine import compiled, free_port, node_peers, server
from bench.stores import FLUSH_MS, Stores


def _uvicorn(application: str, port: int) -> list[object]:
    """Every ASGI peer gets the fastest settings uvicorn has."""
    return [
        sys.executable, "-m", "uvicorn", application, "--port", port, "--ws", "websockets-sansio", "--lifespan", "off",
        "--ws-per-message-deflate", "false", "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip


def _node(script: str, port: int, *words: str) -> list[object]:
    return ["node", node_peers() / script, port, *words]


@dataclass(frozen=True)
class Peer:
    """One server under one name. `saves` says in which database it stores each edit, if at all."""

    name: str
    what: str
    command: Callable[[int], list[object]]
    protocol: str = "text"
    saves: str = ""

    @contextlib.contextmanager
    def running(self, load: Load, stores: Stores) -> Iterator[Target]:
        port = free_port()
        store = stores.get(self.saves) if self.saves else None
        env = {"DATABASE_URL": store.url, **store.slowed} if store else {}
        with server(self.command(port), port, env=env) as pid:
            people = [f"{room}\t/room{room}\t-\ttp{n}\t-" for room in range(load.rooms) for n in range(load.people)]
            yield Target(port, [pid], people, self.protocol, beside=store.pids if store else ())


class Journeymap(Peer):
    """The app itself: people with sessions and tickets, in journeys that bench/seed.py made."""

    @contextlib.contextmanager
    def running(self, load: Load, stores: Stores) -> Iterator[Target]:
        port, store = free_port(), stores.get(self.saves)
        with server(self.command(port), port, env=store.env) as pid:
            people = store.people(load.rooms, load.people)
            yield Target(port, [pid], people, template=TEMPLATE, ready='"t":"snapshot"', beside=store.pids)


# The hot kind of edit: one property of one touchpoint, a new value each time.
TEMPLATE = '{"t":"command","id":"%I","name":"touchpoint.change","data":{"id":"%T","felt_word":"%N %V"}}'


def _app(port: int) -> list[object]:
    return [sys.executable, "-m", "journeymap.server", "--port", port]


def _textbook(port: int) -> list[object]:
    return _uvicorn("bench.peers.textbook:application", port)


WHERE = {
    "sqlite": "SQLite FULL",
    "postgresql": "PostgreSQL",
    "sqlite-slow": f"SQLite FULL, {FLUSH_MS:.0f} ms a flush",
    "postgresql-slow": f"PostgreSQL, {FLUSH_MS:.0f} ms a flush",
}
_ALL = [
    Peer("floor", "C epoll fan-out (the physical floor)", lambda port: [compiled("floor"), port]),
    Peer(
        "bare", "bare ASGI on uvicorn, nothing parsed", lambda port: _uvicorn("bench.peers.bare_asgi:application", port)
    ),
    Peer("textbook", "textbook Channels, nothing stored", _textbook),
    Peer("hocuspocus", "Hocuspocus 3.4, nothing stored", lambda port: _node("hocuspocus.mjs", port, "3"), "hocuspocus"),
    Peer(
        "hocuspocus-4", "Hocuspocus 4.7, nothing stored", lambda port: _node("hocuspocus.mjs", port, "4"), "hocuspocus"
    ),
    Peer("y-websocket", "y-websocket, nothing stored", lambda port: _node("ywebsocket.mjs", port), "yjs"),
    *(
        Peer(f"textbook-{saves}", f"textbook Channels, saved to {where}", _textbook, saves=saves)
        for saves, where in WHERE.items()
    ),
    *(
        Journeymap(f"journeymap-{saves}", f"**Journeymap**, committed to {where}", _app, saves=saves)
        for saves, where in WHERE.items()
    ),
]
PEERS = {peer.name: peer for peer in _ALL}
