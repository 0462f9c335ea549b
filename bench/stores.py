"""The databases that edits are saved to: made for one run of the bench, thrown away after it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import PROJECT, Unavailable

MOST_PEOPLE = {1: 200, 50: 20}  # rooms: people in each, as far as any shape goes


@dataclass
class Store:
    kind: str
    url: str
    folder: Path
    pids: Sequence[int] = ()
    _seeded: dict[int, list[str]] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The app's surroundings: this database, real settings, limits that a load generator does not meet."""
        return {
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "journeymap.settings"),
            "SECRET_KEY": "a key for the bench alone, never used anywhere else than here",
            "LIVE_RATE": "1000000000",
            "LIVE_BURST": "1000000000",
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
    """Each kind is started when it is first asked for, and ends with the block."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._open: dict[str, Store] = {}

    def get(self, kind: str) -> Store:
        if kind not in self._open:
            folder = self.folder / kind
            folder.mkdir()
            self._open[kind] = _sqlite(folder) if kind == "sqlite" else self._postgresql(folder)
        return self._open[kind]

    def _postgresql(self, folder: Path) -> Store:
        raise Unavailable("PostgreSQL is not wired up yet")


def _sqlite(folder: Path) -> Store:
    return Store("sqlite", f"sqlite:///{folder / 'bench.sqlite3'}", folder)
