"""`python -m bench [SHAPE …]`: run the shapes, print the ratios, end with 1 when one is below its floor."""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import sys
from pathlib import Path

from bench import report
from bench.generator import MOST_FLOOR_P99, Load, Row, faults, generate
from bench.goals import Results
from bench.machine import PROJECT, Unavailable, cache, compiled, facts
from bench.meeting import MEETING, MEETINGS
from bench.meeting import SIZES as SESSIONS
from bench.opening import OPENED, OPENING
from bench.peers import PEERS
from bench.render import RENDERED
from bench.reports import REPORTED, REPORTING
from bench.reports import SIZES as PROMISES
from bench.rounds import Rounds
from bench.shapes import SHAPES
from bench.stores import Stores
from bench.voices import SIZES, UNDERSTANDING, UNDERSTOOD

EXTRA = ("render", MEETING, OPENING, REPORTED, UNDERSTANDING)  # shapes with a program of their own


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measures the live core against its peers, as ratios.")
    parser.add_argument(
        "shapes", nargs="*", metavar="SHAPE", help=f"{', '.join((*SHAPES, *EXTRA))}; all when none is named"
    )
    parser.add_argument("--quick", action="store_true", help="one short round: enough to see that nothing broke")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="measured seconds a server and round (3)")
    parser.add_argument("--only", default="", metavar="PEER,…", help=f"of {', '.join(PEERS)}")
    parser.add_argument("--out", type=Path, help="where the JSON lines go")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmarks.md from this run")
    parser.add_argument("--selftest", action="store_true", help="only see that the load generator can be believed here")
    chosen = parser.parse_args(words)
    unknown = set(chosen.shapes) - {*SHAPES, *EXTRA}
    if unknown:
        parser.error(f"there is no shape {', '.join(sorted(unknown))}")
    if chosen.quick:
        chosen.rounds, chosen.seconds = 1, 1.5
    return chosen


def selftest() -> int:
    """The generator against the C floor: everything arrives once and in order, and it is not the bottleneck."""
    loads = {
        "closed loop": Load(50, 5, seconds=1),
        "open loop": Load(50, 20, rate=5, seconds=1),
        "rooms": Load(20, 1, rooms=10, seconds=1),
    }
    wrong = []
    with Stores() as stores:
        for name, load in loads.items():
            with PEERS["floor"].running(load, stores) as target:
                row = generate(target, load)
            print(
                f"{name:<12} {row['edits']:>7,} edits, {row['deliveries_s']:>9,.0f} deliveries/s, p99 {row['delivery_p99_ms']:.2f} ms, "
                f"generator at {row['generator_share']:.0%}, floor at {row['cpu_share']:.0%} of a core"
            )
            wrong += [f"{name}: {fault}" for fault in faults(row)]
            if row["rate"] and row["delivery_p99_ms"] > MOST_FLOOR_P99:
                print("machine too noisy: only CPU figures are valid")
    print("\n".join(wrong) or "The load generator counts right: nothing lost, doubled or out of order.")
    return 1 if wrong else 0


def run(chosen: argparse.Namespace) -> int:
    names = chosen.shapes or [*SHAPES, *EXTRA]
    machine = facts()
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d-%H%M%S")
    out = chosen.out or cache() / f"{stamp}.jsonl"
    cases = [case for name in names if name not in EXTRA for case in SHAPES[name]]
    rows: list[Row] = []
    with Stores() as stores, out.open("w") as lines:
        rounds = Rounds(stores, chosen.rounds, chosen.seconds, [n for n in chosen.only.split(",") if n], print)
        print(json.dumps({"at": stamp, "machine": machine}), file=lines)
        measured = [rounds.run(case) for case in cases]
        measured += [rounds.render()] * ("render" in names) + [rounds.reporting()] * (REPORTED in names)
        measured += [rounds.meetings()] * (MEETING in names)
        measured += [rounds.opening()] * (OPENING in names)
        measured += [rounds.understanding()] * (UNDERSTANDING in names)
        for row in itertools.chain.from_iterable(measured):
            rows.append(row)
            print(json.dumps(row), file=lines, flush=True)
    results = Results(rows)
    print("\n" + "\n".join(report.ratio_table(results, measured_only=True)))
    if chosen.docs:
        whats = {case.name: case.what for case in cases} | {"render": RENDERED}
        whats |= {f"{REPORTED} {size:,}": REPORTING for size in PROMISES if REPORTED in names}
        whats |= {f"{MEETING} {n}x{people}": MEETINGS for n, people in SESSIONS if MEETING in names}
        whats |= {OPENING: OPENED} if OPENING in names else {}
        whats |= {f"{UNDERSTANDING} {size:,}": UNDERSTOOD for size in SIZES if UNDERSTANDING in names}
        (PROJECT / "docs" / "benchmarks.md").write_text(report.page(machine, rows, whats, rounds.absent))
    below = report.below_floor(results, rounds.absent)
    print(f"\n{len(rows)} measurements in {out}")
    print("Below the floor: " + "; ".join(below) if below else "No goal that was measured is below its floor.")
    return 1 if below else 0


def main() -> int:
    chosen = options(sys.argv[1:])
    try:
        if not sys.platform.startswith("linux"):
            raise Unavailable("The bench reads /proc and uses epoll, so it runs on Linux only.")
        compiled("loadgen"), compiled("floor")
        return selftest() if chosen.selftest else run(chosen)
    except Unavailable as why:
        print(why, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
