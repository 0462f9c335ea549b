"""How fast this machine can commit at all: one update and one insert in each transaction, no ORM.

Whoever commits edit by edit cannot be faster than this; a group commit can. Measured side by side with
the servers, because a disk's flush time changes by the minute. A process of its own, like the servers:
`python -m bench.raw DATABASE-URL SECONDS`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg2

from bench.generator import Row
from bench.machine import PROJECT, Unavailable
from bench.stores import Store

TABLES = {
    "bench_raw_row": "id integer PRIMARY KEY, title varchar(200), rev integer",
    "bench_raw_event": "room integer, seq integer, body text, PRIMARY KEY (room, seq)",
}
BODY = '{"id": "tp_0123456789abcdef", "title": "The quick customer waits for an onboarding call"}'
Hands = tuple[Callable[[str, tuple[Any, ...]], Any], Callable[[], Any]]


def commit_rate(store: Store, seconds: float) -> Row:
    command = [sys.executable, "-m", "bench.raw", store.url, str(seconds)]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **store.slowed}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip().splitlines()[-1])
    row: Row = json.loads(done.stdout)
    return row


def snapshot_cost(store: Store) -> Row:
    """What one snapshot of the room costs to encode and compress, once: the anchor for letting people in."""
    room = store.people(1, 1)[0].split("\t")[1].split("/")[3]
    command = [sys.executable, "-m", "bench.snapshot", room]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **store.env}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip().splitlines()[-1])
    row: Row = json.loads(done.stdout)
    return row


def measure(url: str, seconds: float) -> Row:
    run, commit = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    for name, columns in TABLES.items():
        run(f"DROP TABLE IF EXISTS {name}", ())
        run(f"CREATE TABLE {name} ({columns})", ())
    run("INSERT INTO bench_raw_row VALUES (1, '', 0)", ())
    commit()
    took: list[float] = []
    began = last = time.perf_counter()
    while last - began < seconds:
        run("UPDATE bench_raw_row SET title = %s, rev = %s WHERE id = 1", (f"call {len(took)}", len(took)))
        run("INSERT INTO bench_raw_event VALUES (1, %s, %s)", (len(took), BODY))
        commit()
        took.append(time.perf_counter() - last)
        last += took[-1]
    for name in TABLES:
        run(f"DROP TABLE {name}", ())
    commit()
    return {
        "edits_s": round(len(took) / (last - began), 1),
        "complete_p50_ms": round(statistics.median(took) * 1000, 3),
    }


def _sqlite(url: str) -> Hands:
    db = sqlite3.connect(url.removeprefix("sqlite:///") + ".raw", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")

    def run(sql: str, values: tuple[Any, ...]) -> None:
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")
        db.execute(sql.replace("%s", "?"), values)

    return run, db.commit


def _postgresql(url: str) -> Hands:
    db = psycopg2.connect(url)
    return db.cursor().execute, db.commit


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], float(sys.argv[2]))))
