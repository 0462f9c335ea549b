"""The bench itself: its generator counts right, its judgement is what docs/benchmarks.md says it is."""

from __future__ import annotations

import pytest

from bench.generator import Load, faults, generate, judged
from bench.goals import GOALS, Goal, Results, lost, of
from bench.machine import compiled
from bench.peers import PEERS
from bench.raw import measure
from bench.report import below_floor, page
from bench.stores import Stores


@pytest.mark.parametrize("load", [Load(20, 3, rooms=2, seconds=0.3), Load(20, 5, rate=20, seconds=0.3)])
def test_every_edit_reaches_everybody_once_and_in_order(load: Load) -> None:
    with Stores() as stores, PEERS["floor"].running(load, stores) as target:
        row = generate(target, load)
    assert row["edits"] > 10
    assert faults(row) == []
    assert load.rate or row["cpu_share"] > 0  # a steady trickle may cost less than the clock can show
    assert row["deliveries_s"] == pytest.approx(row["edits_s"] * load.people, rel=0.2)


def test_programs_are_made_once() -> None:
    program = compiled("floor")
    before = program.stat().st_mtime_ns
    assert compiled("floor") == program
    assert program.stat().st_mtime_ns == before


def test_latencies_are_taken_out_when_they_cannot_be_believed() -> None:
    row = {"generator_share": 0.2, "delivery_p50_ms": 3.0, "cpu_us_per_delivery": 2.0}
    assert judged(row, 1.0) == row
    assert "too noisy" in judged(row, 21.0)["no_latency"]
    busy = judged({**row, "generator_share": 0.9}, 1.0)
    assert "delivery_p50_ms" not in busy
    assert busy["cpu_us_per_delivery"] == 2.0


def test_a_goal_has_a_floor_and_a_target() -> None:
    goal = Goal(
        "rate", "raw", of("x", "journeymap-sqlite", "edits_s"), of("x", "raw-sqlite", "edits_s"), 4, 10, most=False
    )
    verdicts = {}
    for ours in (390, 400, 1000):
        rows = [
            {"case": "x", "peer": "journeymap-sqlite", "edits_s": ours},
            {"case": "x", "peer": "raw-sqlite", "edits_s": 100},
        ]
        verdicts[ours] = goal.verdict(Results(rows))
    assert verdicts == {390: "BELOW FLOOR", 400: "floor", 1000: "target"}
    assert goal.verdict(Results([])) == "not measured"


def test_medians_not_means() -> None:
    rows = [{"case": "x", "peer": "p", "edits_s": value} for value in (1, 100, 2)]
    assert Results(rows).median("x", "p", "edits_s") == 2


def test_a_lost_edit_or_an_absent_server_fails_the_run() -> None:
    lossy = Results([{"case": "busy 200", "peer": "journeymap-sqlite", "incomplete": 1, "disorder": 0, "holes": 0}])
    assert lost(lossy) == 1
    assert below_floor(lossy, {})
    assert below_floor(Results([]), {("busy 200", "journeymap-sqlite"): "no"}) == [
        "journeymap-sqlite did not run in “busy 200”"
    ]
    assert below_floor(Results([]), {("busy 200", "hocuspocus"): "no Node"}) == []


def test_the_page_names_every_goal_and_no_machine() -> None:
    machine = {"cores": 2, "memory_gb": 24, "python": "3.11"}
    rows = [{"case": "busy 200", "peer": "bare", "round": 1, "load_average": 1.0, "cpu_us_per_delivery": 4.7}]
    said = page(machine, rows, {"busy 200": "200 people"}, {})
    assert all(goal.what in said for goal in GOALS)
    assert "2 cores, 24 GB" in said
    assert "4.70" in said


def test_the_bare_commit_rate(tmp_path) -> None:
    row = measure(f"sqlite:///{tmp_path / 'raw'}", 0.2)
    assert row["edits_s"] > 1
    assert row["complete_p50_ms"] > 0
