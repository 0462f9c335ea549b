"""The databases that edits are saved to: made for one run of the bench, thrown away after it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import PROJECT, Unavailable, compiled
from journeymap.stack import StackError, services

MOST_PEOPLE = {1: 200, 50: 20}  # rooms: people in each, as far as any shape goes
FLUSH_MS = 3.0  # a flush on the machines that the goals were set on took 2.5 to 4 ms


@dataclass
class Store:
    """One database. A `slow` one pretends that its disk takes FLUSH_MS for a flush."""

    kind: str
    url: str
    folder: Path
    pids: Sequence[int] = ()
    slowed: dict[str, str] = field(default_factory=dict)
    _seeded: dict[int, list[str]] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The app's surroundings: this database, and rates that a load generator does not exceed."""
        return {
            "DATABASE_URL": self.url,
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "journeymap.settings",
            "SECRET_KEY": "a key for the bench alone, never used anywhere else than here",
            "LIVE_RATE": "1000000000",
            "LIVE_BURST": "1000000000",
            **self.slowed,
        }

    def people(self, rooms: int, each: int) -> list[str]:
        """The generator's lines for that many rooms and people, seeded on the first call."""
        if rooms not in self._seeded:
            most = MOST_PEOPLE[rooms]
            command = [sys.executable, "-m", "bench.seed", str(rooms), str(most), str(300 if rooms == 1 else 20)]
            done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **self.env}, capture_output=True, text=True)
            if done.returncode:
                raise Unavailable(f"seeding failed:\n{done.stderr.strip()[-2000:]}")
            self._seeded[rooms] = json.loads(done.stdout.splitlines()[-1])
        lines, most = self._seeded[rooms], MOST_PEOPLE[rooms]
        return [lines[room * most + n] for room in range(rooms) for n in range(each)]


class Stores(contextlib.ExitStack):
    """Each kind ("sqlite", "postgresql", with "-slow" behind it) starts when it is first asked for, and
    ends with the block. They lie in /var/tmp where there is one: /tmp is often memory, not a disk."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[str, Store] = {}

    def get(self, kind: str) -> Store:
        if kind not in self._open:
            folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/var/tmp" if Path("/var/tmp").is_dir() else None))
            self.callback(shutil.rmtree, folder, ignore_errors=True)
            folder.chmod(0o755)  # PostgreSQL does not run as root and must come in
            database, _, slow = kind.partition("-")
            slowed = _slowed(folder) if slow else {}
            open_it = _sqlite if database == "sqlite" else self._postgresql
            self._open[kind] = open_it(folder, slowed)
        return self._open[kind]

    def _postgresql(self, folder: Path, slowed: dict[str, str]) -> Store:
        try:
            with _surroundings(slowed):
                stack = self.enter_context(services(folder))
        except StackError as error:
            raise Unavailable(str(error)) from None
        process = stack.postgres.process
        return Store("postgresql", stack.env["DATABASE_URL"], folder, [process.pid] if process else [])


def _sqlite(folder: Path, slowed: dict[str, str]) -> Store:
    return Store("sqlite", f"sqlite:///{folder / 'bench.sqlite3'}", folder, slowed=slowed)


def _slowed(folder: Path) -> dict[str, str]:
    library = shutil.copy(compiled("slowdisk", "-shared", "-fPIC", "-ldl"), folder / "slowdisk.so")
    return {"LD_PRELOAD": str(library), "BENCH_FLUSH_MS": str(FLUSH_MS)}


@contextlib.contextmanager
def _surroundings(extra: dict[str, str]) -> Iterator[None]:
    """Environment for the processes that are started inside the block."""
    before = dict(os.environ)
    os.environ.update(extra)
    try:
        yield
    finally:
        for name in extra:
            os.environ.pop(name)
        os.environ.update(before)
