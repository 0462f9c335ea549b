"""The machine under the bench: its cores, where things are kept, processes pinned to a core."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent
PACKAGES = ("Django", "channels", "msgspec", "psycopg2-binary", "uvicorn", "uvloop", "websockets")


class Unavailable(Exception):
    """Something this machine lacks, as a sentence."""


def cores() -> tuple[int, int]:
    """The core for the server and the one for the generator (the same one where there is only one)."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def facts() -> dict[str, object]:
    """The machine by cores and memory only, and the versions that matter."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(pages / 2**30),
        "python": platform.python_version(),
        "node": _node_version(),
        **versions,
    }


def load_average() -> float:
    return round(os.getloadavg()[0], 2)


def cache() -> Path:
    """Where compiled programs and npm packages are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "journeymap-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def compiled(name: str, *flags: str) -> Path:
    """The program (or, by its flags, the library) of bench/<name>.c, made once for each state of the sources."""
    sources = sorted([HERE / f"{name}.c", *HERE.glob("*.h")])
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    program = cache() / f"{name}-{digest}"
    if program.exists():
        return program
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Unavailable(
            "The bench needs a C compiler for its load generator, and there is none here. "
            "Install one (Debian: apt install gcc libc6-dev) or set CC."
        )
    fresh = program.with_suffix(".new")
    command = [compiler, "-O2", *flags, "-o", fresh, HERE / f"{name}.c"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"bench/{name}.c does not compile here:\n{done.stderr.strip()}")
    fresh.rename(program)
    return program


def _node_version() -> str | None:
    node = shutil.which("node")
    return node and subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()


def node_peers() -> Path:
    """bench/peers with its npm packages, installed once for each state of package.json."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise Unavailable("Node and npm are not installed here")
    wanted = (HERE / "peers" / "package.json").read_bytes()
    folder = cache() / f"npm-{hashlib.sha256(wanted).hexdigest()[:12]}"
    if not (folder / "node_modules").exists():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_bytes(wanted)
        command = ["npm", "install", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise Unavailable(f"npm could not install the peers: {done.stderr.strip().splitlines()[-1]}")
    for script in (HERE / "peers").glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextlib.contextmanager
def server(
    command: Sequence[object],
    port: int,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = PROJECT,
    core: int | None = None,
) -> Iterator[int]:
    """Run a server in a process group of its own, pinned to a core, until its port answers. Gives its pid."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            os.sched_setaffinity(process.pid, {cores()[0] if core is None else core})
            _wait_for(process, port, said)
            yield process.pid
        finally:
            _end(process)


def _wait_for(process: subprocess.Popen[bytes], port: int, said: object, patience: float = 30.0) -> None:
    give_up = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None or time.monotonic() > give_up:
            said.seek(0)  # type: ignore[attr-defined]
            words = said.read()[-2000:].decode(errors="replace").strip()  # type: ignore[attr-defined]
            raise Unavailable(f"{process.args[0]} … did not start:\n{words}")  # type: ignore[index]
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            if sign == signal.SIGTERM:
                continue  # the leader is gone; its children get the second signal
            return
