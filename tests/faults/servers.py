"""The processes of a fault run: one or two servers of ours on a database of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from journeymap.stack import Stack, die_with_parent, services

HANDS = ThreadPoolExecutor(1)
ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class World:
    """A filled database and the servers on it. `seeded` is what tests.faults.seed said."""

    def __init__(self, folder: Path, env: dict[str, str], stack: Stack | None) -> None:
        self.folder, self.stack = folder, stack
        self.env = {
            **os.environ, **env, "VAR": str(folder), "PLAIN_STATIC": "1", "LOG_LEVEL": "INFO", "DEMO": "",
            "SECRET_KEY": "only-for-fault-runs-" + "k" * 40, "DJANGO_SETTINGS_MODULE": "journeymap.settings",
        }  # fmt: skip
        self.log = folder / "server.log"
        self.servers: dict[int, subprocess.Popen[bytes]] = {}
        self._run("manage.py", "migrate", "--verbosity", "0")
        self.seeded = self.ask("people", "60")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def ask(self, *question: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._run("-m", "tests.faults.seed", *question).strip().splitlines()[-1])
        return answer

    def start(self, port: int | None = None) -> int:
        port = port or free_port()
        with self.log.open("ab") as out:
            command = [sys.executable, "-m", "journeymap.server", "--port", str(port)]
            self.servers[port] = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=out, stderr=out, preexec_fn=die_with_parent
            )
        give_up = time.monotonic() + 40
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
                return port
            except OSError:
                assert self.servers[port].poll() is None, self.log.read_text()[-3000:]
                assert time.monotonic() < give_up, "the server did not answer within 40 s"
                time.sleep(0.05)

    def kill(self, port: int) -> None:
        self.servers[port].send_signal(signal.SIGKILL)
        self.servers[port].wait()

    def memory(self, port: int) -> float:
        """Resident memory of a server in MB."""
        pages = Path(f"/proc/{self.servers[port].pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def tracebacks(self) -> list[str]:
        _, *found = self.log.read_text(errors="replace").split("Traceback (most recent call last)")
        return [text[-3000:] for text in found]

    def stop(self) -> None:
        for server in self.servers.values():
            server.kill()
            server.wait()
        self.servers.clear()
        self.log.write_bytes(b"")


@contextmanager
def world(engine: str, folder: Path) -> Iterator[World]:
    """`engine`: "SQLite" (one process, no Redis) or "PostgreSQL" (with Valkey, as many processes as you start)."""
    folder.chmod(0o755)
    if engine == "SQLite":
        made = World(folder, {"DATABASE_URL": f"sqlite:///{folder / 'faults.sqlite3'}", "REDIS_URL": ""}, None)
        try:
            yield made
        finally:
            made.stop()
    else:
        with services(folder) as stack:
            made = World(folder, stack.env, stack)
            try:
                yield made
            finally:
                made.stop()


async def by_hand(start: Callable[..., Any], *arguments: Any) -> None:
    """In a thread that lives on: a child of ours dies with the thread that started it."""
    await asyncio.get_running_loop().run_in_executor(HANDS, start, *arguments)


async def killed(on: World, ports: list[int], times: int, every: float, pause: float) -> None:
    for n in range(times):
        await asyncio.sleep(every)
        port = ports[n % len(ports)]
        on.kill(port)
        await asyncio.sleep(pause)
        await by_hand(on.start, port)
