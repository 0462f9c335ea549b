"""What we promise ourselves, as ratios to a peer that ran in the same rounds: a floor to pass and a target.

Every goal is ours divided by theirs, from the medians over the rounds. `most=True`: lower is better.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.generator import Row

CPU, RATE, P50, MEMORY = "cpu_us_per_delivery", "edits_s", "delivery_p50_ms", "rss_kb_per_person"
SQLITE, POSTGRESQL = "journeymap-sqlite", "journeymap-postgresql"


class Results:
    """Rows by load and peer; asks for medians and says how far they spread."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def values(self, case: str, peer: str, figure: str) -> list[float]:
        found = (row.get(figure) for row in self.rows if row["case"] == case and row["peer"] == peer)
        return [value for value in found if value is not None and value >= 0]

    def median(self, case: str, peer: str, figure: str) -> float | None:
        values = self.values(case, peer, figure)
        return statistics.median(values) if values else None

    def peers(self, case: str) -> list[str]:
        return list(dict.fromkeys(row["peer"] for row in self.rows if row["case"] == case))


Measure = Callable[[Results], float | None]
Moot = Callable[[Results], str]


@dataclass(frozen=True)
class Goal:
    what: str
    against: str
    ours: Measure
    theirs: Measure
    floor: float
    target: float
    most: bool = True
    moot: Moot = lambda results: ""  # why this goal says nothing here, if so

    def ratio(self, results: Results) -> float | None:
        ours, theirs = self.ours(results), self.theirs(results)
        return None if ours is None or not theirs else ours / theirs

    def verdict(self, results: Results) -> str:
        ratio = self.ratio(results)
        if ratio is None:
            return "not measured"
        if moot := self.moot(results):
            return moot
        if self._holds(ratio, self.target):
            return "target"
        return "floor" if self._holds(ratio, self.floor) else "BELOW FLOOR"

    def _holds(self, ratio: float, bound: float) -> bool:
        return ratio <= bound if self.most else ratio >= bound


def of(case: str, peer: str, figure: str) -> Measure:
    return lambda results: results.median(case, peer, figure)


def _plus(first: Measure, second: Measure) -> Measure:
    def total(results: Results) -> float | None:
        a, b = first(results), second(results)
        return None if a is None or b is None else a + b

    return total


def _always(results: Results) -> str:
    return ""


def _quick_disk(results: Results) -> str:
    """Sharing a flush saves nothing where a flush costs nothing; the slow disk shows it then."""
    commit = results.median("in flight 50", "raw-sqlite", "complete_p50_ms")
    return "" if commit is None or commit >= 1 else "no flush to share here: see 3 ms a flush"


def _all_that_came(results: Results) -> str:
    """Who finishes everything cannot finish more: how much that would be, the load behind it shows."""
    finished = results.median("all typing 200", SQLITE, RATE)
    return "all that was offered" if finished and finished >= 990 else ""


def _newer(results: Results) -> str:
    """Version 4 gathers updates as we do. The goals were set against 3, the last for Node before 22."""
    return "for the record"


def _cpu(case: str, peer: str, against: str, floor: float, target: float, what: str, moot: Moot = _always) -> Goal:
    ours, theirs = of(case, SQLITE, CPU), of(case, peer, CPU)
    return Goal(f"CPU per delivered event, {what}", against, ours, theirs, floor, target, moot=moot)


def _durable(case: str, store: str, where: str, floor: float, target: float, moot: Moot = _always) -> Goal:
    what, against = f"durable edits/s, 50 in flight, {where}", "one edit per commit"
    ours, theirs = of(case, f"journeymap-{store}", RATE), of(case, f"raw-{store}", RATE)
    return Goal(what, against, ours, theirs, floor, target, most=False, moot=moot)


def _limit(
    what: str, figure: str, bound: float, words: str, target: float = 1.0, most: bool = True, case: str = "render"
) -> Goal:
    """A figure of ours against a bound that is the same on every machine."""
    return Goal(what, words, of(case, SQLITE, figure), lambda results: bound, 1.0, target, most=most)


BUSY, TYPING = "200 in a room, 5 busy writers", "200 all typing"
ROOMS = "50 rooms of 20"

GOALS = [
    _cpu("busy 200", "hocuspocus", "Hocuspocus 3", 0.5, 0.25, BUSY),
    _cpu("busy 200", "hocuspocus-4", "Hocuspocus 4", 0.5, 0.25, BUSY, moot=_newer),
    _cpu("busy 200", "textbook", "textbook Channels", 1 / 30, 1 / 80, BUSY),
    _cpu("busy 200", "bare", "bare ASGI", 0.6, 0.35, BUSY),
    _cpu("busy 200", "floor", "C epoll fan-out", 1.5, 1.0, BUSY),
    _cpu("rooms 50x20", "bare", "bare ASGI", 1.5, 1.2, ROOMS),
    _cpu("rooms 50x20", "hocuspocus", "Hocuspocus 3", 0.9, 0.6, ROOMS),
    _cpu("all typing 200", "hocuspocus", "Hocuspocus 3, not durable", 0.4, 0.2, TYPING),
    _cpu("all typing 200", "hocuspocus-4", "Hocuspocus 4, not durable", 0.4, 0.2, TYPING, moot=_newer),
    Goal(
        f"finished edits/s, {TYPING}", "Hocuspocus 3, not durable", of("all typing 200", SQLITE, RATE),
        of("all typing 200", "hocuspocus", RATE), 2, 3.5, most=False, moot=_all_that_came,
    ),
    Goal(
        "finished edits/s, 200 typing four times as fast", "Hocuspocus 3, not durable", of("more than fits 200", SQLITE, RATE),
        of("more than fits 200", "hocuspocus", RATE), 2, 3.5, most=False,
    ),
    _durable("in flight 50", "sqlite", "SQLite FULL", 4, 10, _quick_disk),
    _durable("in flight 50", "postgresql", "PostgreSQL", 3, 6, _quick_disk),
    _durable("in flight 50, slow disk", "sqlite-slow", "SQLite FULL, 3 ms a flush", 4, 10),
    _durable("in flight 50, slow disk", "postgresql-slow", "PostgreSQL, 3 ms a flush", 3, 6),
    Goal(
        "durable edits/s, 200 people, SQLite", "textbook Channels, SQLite", of("in flight 50", SQLITE, RATE),
        of("in flight 50", "textbook-sqlite", RATE), 50, 100, most=False,
    ),
    Goal(
        "durable edits/s, 200 people, PostgreSQL", "textbook Channels, PostgreSQL", of("in flight 50", POSTGRESQL, RATE),
        of("in flight 50", "textbook-postgresql", RATE), 50, 100, most=False,
    ),
    Goal(
        "p50 delivery, 50 people, 20 edits/s, SQLite", "textbook Channels, SQLite", of("open 50", SQLITE, P50),
        of("open 50", "textbook-sqlite", P50), 0.7, 0.4,
    ),
    Goal(
        "p50 delivery, 50 people, 20 edits/s, PostgreSQL", "textbook Channels, PostgreSQL", of("open 50", POSTGRESQL, P50),
        of("open 50", "textbook-postgresql", P50), 0.7, 0.4,
    ),
    Goal(
        "p50 delivery, 50 people, 20 edits/s, SQLite", "Hocuspocus 3 + one raw commit", of("open 50", SQLITE, P50),
        _plus(of("open 50", "hocuspocus", P50), of("open 50", "raw-sqlite", "complete_p50_ms")), 2, 1.3,
    ),
    Goal(
        "p50 delivery, 50 people, 20 edits/s, PostgreSQL", "Hocuspocus 3 + one raw commit", of("open 50", POSTGRESQL, P50),
        _plus(of("open 50", "hocuspocus", P50), of("open 50", "raw-postgresql", "complete_p50_ms")), 2, 1.3,
    ),
    Goal(
        "memory per connection, 200 people", "bare ASGI", of("busy 200", SQLITE, MEMORY), of("busy 200", "bare", MEMORY), 1.5, 1.2,
    ),
    Goal(
        "CPU of a join, 200 at once, 300 touchpoints", "encoding one snapshot for each", of("join 200", SQLITE, "join_cpu_ms_each"),
        of("join 200", "raw-snapshot", "join_cpu_ms_each"), 2, 1.3,
    ),
    _limit("first paint of the board, 300 touchpoints", "first_paint_ms", 1500, "1.5 s", 0.5),
    _limit("another's edit until it is painted, median", "seen_p50_ms", 50, "50 ms", 0.32),
    _limit("frames a second while scrolling", "frames_s", 50, "50", 1.15, most=False),
    Goal(
        "frames a second while scrolling", "an empty page, same run", of("render", SQLITE, "frames_s"),
        of("render", SQLITE, "empty_frames_s"), 0.8, 0.95, most=False,
    ),
    _limit("the map as PDF", "pdf_s", 10, "10 s", 0.5),
    _limit("the map as PNG", "png_s", 5, "5 s", 0.5),
    _limit("the map as XLSX", "xlsx_s", 2, "2 s", 0.5),
    _limit("100 people in one live session, on every screen, p95", "all_p95_ms", 1000, "1 s", 0.5, case="meetings 1x100"),
    _limit("20 live sessions of 20 people, on every screen, p95", "all_p95_ms", 1000, "1 s", 0.5, case="meetings 20x20"),
    _limit("500 answers shown to 100 people, on the last screen", "last_ms", 1000, "1 s", 0.5, case="opening"),
    _limit("500 answers shown, painted in a browser", "painted_ms", 1000, "1 s", 0.5, case="opening"),
    _limit("a room of 300 touchpoints and 500 answers, first paint", "paint_ms", 1500, "1.5 s", 0.5, case="opening"),
    _limit("the map of that room, first paint", "map_ms", 1500, "1.5 s", 0.5, case="opening"),
    _limit("a report of 10 promises with all its files", "ready_s", 5, "5 s", 0.5, case="reports 10"),
    _limit("a report of 1,000 promises with all its files", "ready_s", 5, "5 s", case="reports 1,000"),
    _limit("12,200 comments brought in and understood", "import_s", 40, "40 s", 0.5, case="comments 12,200"),
    _limit("100,000 comments brought in and understood", "import_s", 180, "180 s", case="comments 100,000"),
    _limit("memory of both processes for 12,200 comments", "memory_mb", 1_000, "1 GB", case="comments 12,200"),
    _limit("memory of both processes for 100,000 comments", "memory_mb", 1_200, "1.2 GB", case="comments 100,000"),
    _limit("what the web process grows by in an import of 100,000", "grown_mb", 60, "60 MB", case="comments 100,000"),
    _limit("suggesting anew after a correction, 12,200 comments", "again_s", 2, "2 s", case="comments 12,200"),
    _limit("the Comments page with 100,000, any filter, p95", "page_p95_ms", 300, "300 ms", case="comments 100,000"),
]  # fmt: skip


def lost(results: Results) -> int:
    """Our edits that were lost, doubled, out of order or skipped in the numbers. Must be 0."""
    ours = [row for row in results.rows if row["peer"].startswith("journeymap")]
    return sum(row.get(name, 0) for row in ours for name in ("incomplete", "disorder", "holes"))
