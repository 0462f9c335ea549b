"""Runs the compiled load generator against one server and judges whether its latencies can be believed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import Unavailable, compiled, cores

MOST_GENERATOR_SHARE = 0.85  # of its core: beyond it, the generator's own delay is in every latency
MOST_FLOOR_P99 = 20.0  # milliseconds: beyond it, the machine is busy with something else

Row = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A server that is up: where, what speaks to it, and whose processor time counts."""

    port: int
    pids: Sequence[int]
    people: Sequence[str]  # the lines of loadgen.c's --people
    protocol: str = "text"
    template: str = ""
    ready: str = ""
    beside: Sequence[int] = ()  # a database server, counted apart


@dataclass(frozen=True)
class Load:
    """What is asked of a server. `rate` is edits a second and writer; 0 means closed loop."""

    people: int
    writers: int
    rate: float = 0
    rooms: int = 1
    window: int = 1
    payload: int = 30  # what fits a single-line property of a touchpoint
    at_once: int = 16
    seconds: float = 3.0
    extra: Sequence[str] = field(default_factory=tuple)


def generate(target: Target, load: Load) -> Row:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "people").write_text("\n".join(target.people) + "\n")
        words: list[object] = [
            compiled("loadgen"), "--port", target.port, "--people", folder / "people", "--protocol", target.protocol,
            "--writers", load.writers, "--rate", load.rate, "--window", load.window, "--payload", load.payload,
            "--at-once", load.at_once, "--seconds", load.seconds, "--ready", target.ready,
            "--pids", ",".join(map(str, target.pids)), "--beside", ",".join(map(str, target.beside)), *load.extra,
        ]  # fmt: skip
        if target.template:
            (folder / "template").write_text(target.template)
            words += ["--template", folder / "template"]
        done = subprocess.run(
            list(map(str, words)),
            capture_output=True,
            text=True,
            timeout=120,
            preexec_fn=lambda: os.sched_setaffinity(0, {cores()[1]}),
        )
    if done.returncode:
        raise Unavailable(done.stderr.strip() or f"the load generator ended with {done.returncode}")
    row: Row = json.loads(done.stdout)
    if done.stderr.strip():
        row["said"] = done.stderr.strip().splitlines()[-1][:300]
    return row


def without_latencies(row: Row, why: str) -> Row:
    """The row with every latency taken out, because it would say more about the machine than the server."""
    return {**{key: value for key, value in row.items() if not key.endswith("_ms")}, "no_latency": why}


def judged(row: Row, floor_p99: float) -> Row:
    if floor_p99 > MOST_FLOOR_P99:
        return without_latencies(row, f"machine too noisy: only CPU figures are valid (C floor p99 {floor_p99:.0f} ms)")
    if row["generator_share"] > MOST_GENERATOR_SHARE:
        share = f"{row['generator_share']:.0%}"
        return without_latencies(
            row, f"the generator itself was busy ({share} of its core): only CPU figures are valid"
        )
    return row


def faults(row: Row) -> list[str]:
    """What must be zero: edits lost, doubled or out of order, holes in the numbers, refusals."""
    names = ("incomplete", "disorder", "holes", "refused", "stalls")
    return [f"{row[name]} {name}" for name in names if row[name]]
