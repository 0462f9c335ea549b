"""`run.py`, as somebody meets it on a new machine: it starts, it stops, and it says clearly why it cannot."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "run.py"


def said(*arguments: str, folder: Path = ROOT, **env: str) -> str:
    """What it says when it cannot start. It ends with 1, in a sentence, never in a traceback."""
    done = subprocess.run(
        [sys.executable, "run.py", *arguments], cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def fresh(tmp_path) -> Path:
    """A copy with nothing installed, and an environment that only pretends to be there."""
    for name in ("run.py", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def installer_that_says(folder: Path, words: str) -> dict[str, str]:
    """A PATH on which `uv` fails with these words."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    uv = folder / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    uv.chmod(0o755)
    return {"PATH": f"{uv.parent}:{os.environ['PATH']}"}


# -- why it cannot start ---------------------------------------------------------------------
def test_an_old_python_is_told_so():
    """Python 3.6 can still read the file, and reaches the sentence before anything newer is imported."""
    source = SCRIPT.read_text()
    ast.parse(source, feature_version=(3, 6))
    head = source[: source.index("import argparse")]
    program = "import sys; sys.version_info = (3, 9, 2)\n" + head.replace("from __future__ import print_function", "")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs Python 3.11 or later. This is Python 3.9." in done.stderr


def test_a_taken_port(port):
    with contextlib.closing(socket.create_server(("127.0.0.1", port))):
        answer = said("--host", "127.0.0.1", "--port", str(port))
    assert f"Port {port} is taken" in answer and f"--port {port + 1}" in answer


def test_no_venv_module(fresh):
    (fresh / "without").mkdir()
    (fresh / "without" / "venv.py").write_text("raise ModuleNotFoundError('No module named ensurepip')")
    assert "apt install python3-venv" in said("--port", "0", folder=fresh, PYTHONPATH=str(fresh / "without"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
        ("Caused by: error sending request for url: dns error", "package index cannot be reached"),
        ("error: hash mismatch for Django", "hash mismatch for Django"),
    ],
)
def test_the_installer_failed(fresh, words, sentence):
    assert sentence in said("--port", "0", folder=fresh, **installer_that_says(fresh, words))


def test_without_uv_pip_and_no_network(fresh):
    """The real thing: an environment is made, and pip cannot reach its index."""
    path = fresh / "path"
    path.mkdir()
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "1",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_FIND_LINKS": "",
    }
    (fresh / "requirements.lock").write_text("segno==1.6.6 --hash=sha256:" + "0" * 64 + "\n")
    assert "package index cannot be reached" in said("--port", "0", folder=fresh, PATH=str(path), **nowhere)


# -- starting and stopping -------------------------------------------------------------------
@pytest.fixture
def var() -> Iterator[Path]:
    """A data folder that PostgreSQL's own user can reach when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="jm-run-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(var: Path, port: int, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], float, Path]]:
    """The server from the first line to its first answer; gives the process, the seconds that took, its output."""
    out = var / "out.txt"
    env = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "PLAIN_STATIC")
    }
    started = time.monotonic()
    with out.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "--host", "127.0.0.1", "--port", str(port), "--no-demo", *options],
            env={**env, "VAR": str(var / "data")}, stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        answer(port, process, out)
        yield process, time.monotonic() - started, out
    finally:
        process.terminate()
        process.wait(30)


def answer(port: int, process: subprocess.Popen[bytes], out: Path, path: str = "/readyz") -> str:
    give_up = time.monotonic() + 90
    while time.monotonic() < give_up:
        assert process.poll() is None, out.read_text()
        with contextlib.suppress(OSError):
            return str(urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read().decode())
        time.sleep(0.02)
    raise AssertionError(out.read_text())


def test_it_starts_says_where_and_stops_at_once(var, port):
    (var / "data").mkdir()
    with running(var, port) as (process, _, out):
        assert f"http://localhost:{port}/" in out.read_text()
        assert "Stop: Ctrl+C" in out.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(12) == 0
    last = out.read_text()
    assert "Everything that was shown as saved is on disk" in last and "Traceback" not in last
    with running(var, port) as (process, seconds, out):
        assert "Preparing" not in out.read_text()
        assert seconds < 3 or os.getloadavg()[0] > 2, f"The second start took {seconds:.1f} s"


def test_the_stack_is_real_and_leaves_no_orphan(var, port):
    """PostgreSQL, Valkey, worker, clock and server; kill -9 of the first ends them all."""
    (var / "data").mkdir()
    with running(var, port, "--stack") as (process, _, out):
        assert '"redis": true' in answer(port, process, out)
        family = psutil.Process(process.pid).children(recursive=True)
        names = " ".join(" ".join(member.cmdline()) for member in family if member.is_running())
        assert all(part in names for part in ("postgres", "valkey", "celery", "worker", "beat", "journeymap.server"))
        process.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert not alive
    with running(var, port, "--stack") as (process, _, out):  # and the data survived that
        assert '"database": true' in answer(port, process, out)


# -- counting --------------------------------------------------------------------------------
def test_a_test_that_was_left_out_did_not_pass(tmp_path):
    spec = importlib.util.spec_from_file_location("run", SCRIPT)
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>')
    assert run.count(report) == (5, 2, 2)
    assert run.count(tmp_path / "never-written.xml") == (0, 0, 0)
