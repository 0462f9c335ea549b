"""Rounds: A B C, A B C, A B C. What disturbs the machine for a minute then disturbs everybody alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bench.generator import Load, Row, faults, generate, judged
from bench.machine import Unavailable, load_average
from bench.meeting import MEETING, MEETINGS, meeting
from bench.meeting import SIZES as SESSIONS
from bench.opening import OPENED, OPENING, opening
from bench.peers import PEERS
from bench.raw import commit_rate, snapshot_cost
from bench.render import RENDERED, render
from bench.reports import REPORTED, REPORTING, reporting
from bench.reports import SIZES as PROMISES
from bench.shapes import NOISE, Case
from bench.stores import Stores
from bench.voices import SIZES, UNDERSTANDING, UNDERSTOOD, understanding

Say = Callable[[str], None]


class Rounds:
    def __init__(self, stores: Stores, rounds: int, seconds: float, only: Sequence[str], say: Say) -> None:
        self.stores, self.rounds, self.seconds, self.only, self.say = stores, rounds, seconds, only, say
        self.absent: dict[tuple[str, str], str] = {}

    def run(self, case: Case) -> Iterator[Row]:
        """One row a peer and round; a peer that cannot run here is left out with a line that says why."""
        self.say(f"\n{case.name}: {case.what}")
        for number in range(1, self.rounds + 1):
            floor_p99 = self._noise()
            for row in self._round(case, floor_p99):
                yield {
                    "case": case.name, "round": number, **row, "load_average": load_average(), "floor_p99_ms_now": floor_p99,
                }  # fmt: skip

    def render(self) -> Iterator[Row]:
        """The board in Chromium, once a round."""
        case = Case("render", RENDERED, Load(2, 1), ("journeymap-sqlite",))
        self.say(f"\n{case.name}: {case.what}")
        for number in range(1, self.rounds + 1):
            for row in self._try(case, "journeymap-sqlite", partial(render, self.stores)):
                yield {"case": case.name, "round": number, **row, "load_average": load_average()}

    def understanding(self) -> Iterator[Row]:
        """Files of comments, once each: it takes minutes, and what it is compared with is a promise in seconds."""
        self.say(f"\n{UNDERSTANDING}: {UNDERSTOOD}")
        for rows in SIZES:
            case = Case(f"{UNDERSTANDING} {rows:,}", UNDERSTOOD, Load(1, 1), ("journeymap-sqlite",))
            for row in self._try(case, "journeymap-sqlite", partial(understanding, self.stores.get("sqlite"), rows)):
                yield {"case": case.name, "round": 1, **row, "load_average": load_average()}

    def reporting(self) -> Iterator[Row]:
        """Reports of few and of many promises, once a round."""
        self.say(f"\n{REPORTED}: {REPORTING}")
        store = self.stores.get("sqlite")
        for number in range(1, self.rounds + 1):
            for promises in PROMISES:
                case = Case(f"{REPORTED} {promises:,}", REPORTING, Load(1, 1), ("journeymap-sqlite",))
                for row in self._try(case, "journeymap-sqlite", partial(reporting, store, promises)):
                    yield {"case": case.name, "round": number, **row, "load_average": load_average()}

    def meetings(self) -> Iterator[Row]:
        """Live workshops, one large and many small, once a round."""
        self.say(f"\n{MEETING}: {MEETINGS}")
        store = self.stores.get("sqlite")
        for number in range(1, self.rounds + 1):
            for sessions, people in SESSIONS:
                case = Case(f"{MEETING} {sessions}x{people}", MEETINGS, Load(1, 1), ("journeymap-sqlite",))
                of = partial(meeting, store, sessions, people, max(10.0, self.seconds))
                for row in self._try(case, "journeymap-sqlite", of):
                    yield {"case": case.name, "round": number, **row, "load_average": load_average()}

    def opening(self) -> Iterator[Row]:
        """Answers shown to a full room, and coming in afterwards, once a round."""
        case = Case(OPENING, OPENED, Load(1, 1), ("journeymap-sqlite",))
        self.say(f"\n{case.name}: {case.what}")
        for number in range(1, self.rounds + 1):
            for row in self._try(case, "journeymap-sqlite", partial(opening, self.stores.get("sqlite"))):
                yield {"case": case.name, "round": number, **row, "load_average": load_average()}

    def _round(self, case: Case, floor_p99: float) -> Iterator[Row]:
        for kind in case.raw:
            yield from self._try(case, f"raw-{kind}", partial(self._raw, kind))
        for name in case.peers:
            if not self.only or name in self.only:
                yield from self._try(case, name, partial(self._one, name, case.load, floor_p99))

    def _try(self, case: Case, name: str, measure: Callable[[], Row]) -> Iterator[Row]:
        if (case.name, name) in self.absent:
            return
        try:
            row = measure()
        except Unavailable as why:
            self.absent[case.name, name] = str(why)
            self.say(f"  {name}: left out. {str(why).splitlines()[-1]}")
            return
        self.say(f"  {name:<28}{_line(row)}")
        if "said" in row:
            self.say(f"    {row['said']}")
        yield {"peer": name, **row}

    def _raw(self, kind: str) -> Row:
        if kind == "snapshot":
            return snapshot_cost(self.stores.get("sqlite"))
        return commit_rate(self.stores.get(kind), min(1.0, self.seconds))

    def _one(self, name: str, load: Load, floor_p99: float) -> Row:
        seconds = load.seconds and self.seconds
        with PEERS[name].running(load, self.stores) as target:
            return judged(generate(target, dataclasses.replace(load, seconds=seconds)), floor_p99)

    def _noise(self) -> float:
        """How late the C floor is at a gentle rate, now. It does nothing, so this is the machine's own noise."""
        with PEERS["floor"].running(NOISE, self.stores) as target:
            return float(generate(target, NOISE)["delivery_p99_ms"])


def _line(row: Row) -> str:
    if "edits" not in row:  # no server: a bare rate or cost
        return ", ".join(f"{name} {value:,}" for name, value in row.items())
    if row["edits"] == 0:
        return f"{row['join_s'] * 1000:>9.0f} ms until all are in   CPU {row['join_cpu_ms_each']:.2f} ms each"
    latency = (
        f"p50 {row['delivery_p50_ms']:.1f} p99 {row['delivery_p99_ms']:.1f} ms" if "delivery_p50_ms" in row else ""
    )
    return (
        f"{row['edits_s']:>9,.0f} edits/s {row['cpu_us_per_delivery']:>8.2f} µs CPU a delivery "
        f"({row['cpu_share']:.0%} of a core)  {latency}  {', '.join(faults(row))}"
    )
