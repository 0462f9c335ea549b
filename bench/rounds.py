"""Rounds: A B C, A B C, A B C. What disturbs the machine for a minute then disturbs everybody alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from bench.generator import Load, Row, generate, judged
from bench.machine import Unavailable, load_average
from bench.peers import PEERS
from bench.raw import commit_rate
from bench.shapes import NOISE, Case
from bench.stores import Stores

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

    def _round(self, case: Case, floor_p99: float | None) -> Iterator[Row]:
        if case.raw:
            for kind in ("sqlite", "postgresql"):
                yield from self._raw(case, kind)
        for name in case.peers:
            if (case.name, name) in self.absent or (self.only and name not in self.only):
                continue
            try:
                row = judged(self._one(name, case.load), floor_p99)
            except Unavailable as why:
                self.absent[case.name, name] = str(why)
                self.say(f"  {name}: left out. {why}")
                continue
            self.say(f"  {_line(name, row)}")
            if "said" in row:
                self.say(f"    {row['said']}")
            yield {"peer": name, **row}

    def _raw(self, case: Case, kind: str) -> Iterator[Row]:
        name = f"raw-{kind}"
        if (case.name, name) in self.absent:
            return
        try:
            row = commit_rate(self.stores.get(kind), min(1.0, self.seconds))
        except Unavailable as why:
            self.absent[case.name, name] = str(why)
            self.say(f"  {name}: left out. {why}")
            return
        self.say(f"  {name:<24}{row['edits_s']:>9,.0f} commits/s   p50 {row['complete_p50_ms']:.2f} ms")
        yield {"peer": name, **row}

    def _one(self, name: str, load: Load) -> Row:
        seconds = load.seconds and self.seconds
        with PEERS[name].running(load, self.stores) as target:
            return generate(target, dataclasses.replace(load, seconds=seconds))

    def _noise(self) -> float:
        """How late the C floor is at a gentle rate, now. It does nothing, so this is the machine's own noise."""
        with PEERS["floor"].running(NOISE, self.stores) as target:
            return float(generate(target, NOISE)["delivery_p99_ms"])


def _line(name: str, row: Row) -> str:
    if row["edits"] == 0:
        return f"{name:<24}{row['join_s'] * 1000:>9.0f} ms for all   CPU {row['join_cpu_ms_each']:.2f} ms each"
    latency = f"p50 {row['delivery_p50_ms']:.1f} p99 {row['delivery_p99_ms']:.1f} ms" if "delivery_p50_ms" in row else ""
    bad = ", ".join(f"{row[n]} {n}" for n in ("incomplete", "disorder", "holes", "refused", "stalls") if row[n])
    return (
        f"{name:<24}{row['edits_s']:>9,.0f} edits/s {row['cpu_us_per_delivery']:>8.2f} µs CPU a delivery "
        f"({row['cpu_share']:.0%} of a core)  {latency} {bad}"
    )
