"""How fast this machine can commit at all: one update and one insert in each transaction, no ORM.

Whoever commits edit by edit cannot be faster than this; a group commit can. Measured side by side with
the servers, because a disk's flush time changes by the minute.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg2

from bench.generator import Row
from bench.stores import Store

TABLES = (
    "CREATE TABLE IF NOT EXISTS bench_raw_row (id integer PRIMARY KEY, title varchar(200), rev integer)",
    "CREATE TABLE IF NOT EXISTS bench_raw_event (room integer, seq integer, body text, PRIMARY KEY (room, seq))",
)
BODY = '{"id": "tp_0123456789abcdef", "title": "The quick customer waits for an onboarding call"}'


def commit_rate(store: Store, seconds: float = 1.0) -> Row:
    connect = _sqlite if store.kind == "sqlite" else _postgresql
    run, commit, close = connect(store)
    try:
        for table in TABLES:
            run(table, ())
        run("DELETE FROM bench_raw_event", ())
        run("DELETE FROM bench_raw_row", ())
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
        for table in ("bench_raw_event", "bench_raw_row"):
            run(f"DROP TABLE {table}", ())
        commit()
    finally:
        close()
    return {"edits_s": round(len(took) / (last - began), 1), "complete_p50_ms": round(statistics.median(took) * 1000, 3)}


Hands = tuple[Callable[[str, tuple[Any, ...]], Any], Callable[[], Any], Callable[[], Any]]


def _sqlite(store: Store) -> Hands:
    db = sqlite3.connect(store.folder / "raw.sqlite3", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")

    def run(sql: str, values: tuple[Any, ...]) -> None:
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")
        db.execute(sql.replace("%s", "?"), values)

    return run, db.commit, db.close


def _postgresql(store: Store) -> Hands:
    db = psycopg2.connect(store.url)
    return db.cursor().execute, db.commit, db.close
