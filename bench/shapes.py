"""The loads, each with the peers that are worth comparing under it. One shape may hold several loads."""

from __future__ import annotations

from dataclasses import dataclass

from bench.generator import Load

OURS = ("journeymap-sqlite", "journeymap-postgresql")
TEXTBOOK_SAVES = ("textbook-sqlite", "textbook-postgresql")


@dataclass(frozen=True)
class Case:
    name: str
    what: str
    load: Load
    peers: tuple[str, ...]
    raw: tuple[str, ...] = ()  # databases whose bare commit rate is measured in the same round


SHAPES: dict[str, list[Case]] = {
    "anchors": [
        Case(
            "busy 200", "200 people in one room, 5 of them as fast as they can", Load(200, 5),
            ("journeymap-sqlite", "hocuspocus", "textbook", "bare", "floor", "y-websocket", "hocuspocus-4", "journeymap-postgresql"),
        ),
    ],
    "fanout": [
        Case("busy 10", "10 people, 5 writers", Load(10, 5), ("journeymap-sqlite", "hocuspocus", "bare", "floor")),
        Case("busy 50", "50 people, 5 writers", Load(50, 5), ("journeymap-sqlite", "hocuspocus", "bare", "floor")),
        Case(
            "rooms 50x20", "50 rooms of 20 people, one writer each", Load(20, 1, rooms=50),
            ("journeymap-sqlite", "hocuspocus", "bare", "floor"),
        ),
    ],
    "open": [
        Case(
            "open 50", "50 people, 20 edits a second", Load(50, 20, rate=1),
            (*OURS, *TEXTBOOK_SAVES, "hocuspocus", "hocuspocus-4", "floor"), raw=("sqlite", "postgresql"),
        ),
        Case("open 200", "200 people, 40 edits a second", Load(200, 40, rate=1), (*OURS, *TEXTBOOK_SAVES, "hocuspocus", "hocuspocus-4", "floor")),
    ],
    "heavy": [
        Case(
            "all typing 200", "200 people, each 5 edits a second", Load(200, 200, rate=5),
            (*OURS, "hocuspocus", "hocuspocus-4", "y-websocket", "floor"),
        ),
        Case(
            "more than fits 200", "200 people, each 20 edits a second: more than anybody finishes", Load(200, 200, rate=20),
            ("journeymap-sqlite", "hocuspocus"),
        ),
    ],
    "durable": [
        Case(
            "in flight 50", "200 people, 50 edits in flight", Load(200, 50),
            (*OURS, *TEXTBOOK_SAVES, "hocuspocus", "hocuspocus-4"), raw=("sqlite", "postgresql"),
        ),
        Case(
            "in flight 50, slow disk", "200 people, 50 edits in flight, a disk that takes 3 ms for a flush", Load(200, 50),
            ("journeymap-sqlite-slow", "journeymap-postgresql-slow"), raw=("sqlite-slow", "postgresql-slow"),
        ),
    ],
    "join": [
        Case(
            "join 200", "200 people come at once, 300 touchpoints", Load(200, 0, at_once=200, seconds=0),
            (*OURS, "hocuspocus"), raw=("snapshot",),
        ),
    ],
}  # fmt: skip
NOISE = Load(50, 20, rate=1, seconds=1.0)
