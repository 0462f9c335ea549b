"""The outbox in real processes: Celery on Valkey with PostgreSQL, the embedded worker, and a real mail server.

F21 workers killed at named points, F22 two beats, two workers and the embedded loop at once, F23 Valkey killed with
tasks in it; and everything else killed, one after the other, while mails leave. Every test prints a line of figures
(`-s`). F24 (bad days of a mail server) stands in tests/actions/test_mail_server.py, F25 (changes of clocks) in
tests/actions/test_times.py.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from journeymap.stack import die_with_parent
from tests.conftest import Sink
from tests.faults.servers import ROOT, World, free_port, world

POINTS = ("claim", "deliver", "finish", "commit")


class Post:
    """A site with a mail server, and the Celery processes of a test."""

    def __init__(self, site: World, sink: Sink) -> None:
        self.site, self.sink = site, sink
        self.running: list[subprocess.Popen[bytes]] = []

    def celery(self, *what: str, die_at: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "tests.faults.deadly:app", "--quiet", *what]
        with self.site.log.open("ab") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.site.env, "DIE_AT": die_at}, stdout=out, stderr=out,
                preexec_fn=die_with_parent,
            )  # fmt: skip
        self.running.append(process)
        return process

    def worker(self, name: str = "one", die_at: str = "") -> subprocess.Popen[bytes]:
        return self.celery("worker", "--pool", "solo", "--loglevel", "WARNING", "-n", f"{name}@test", die_at=die_at)

    def beat(self, name: str) -> subprocess.Popen[bytes]:
        return self.celery("beat", "--schedule", str(self.site.folder / f"beat-{name}"), "--loglevel", "WARNING")

    def wait_for(self, many: int, seconds: float) -> float:
        """Until so many different mails have come; returns how long it took."""
        started = time.monotonic()
        while len(set(self.sink.ids)) < many and time.monotonic() - started < seconds:
            time.sleep(0.2)
        return time.monotonic() - started

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        self.running.clear()


@pytest.fixture
def post() -> Iterator[Post]:
    sink = Sink()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with tempfile.TemporaryDirectory(prefix="jm-outbox-") as folder, world("PostgreSQL", Path(folder)) as site:
            site.env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "0"}
            made = Post(site, sink)
            try:
                yield made
            finally:
                made.end()
    finally:
        controller.stop()


@pytest.mark.timeout(900)
def test_f21_four_hundred_reminders_forty_kills(post, capsys):
    many, kills, dice = 400, Counter[str](), random.Random(21)
    post.site.ask("reminders", str(many))
    post.beat("one")
    started = time.monotonic()
    while kills.total() < 40:
        point = POINTS[kills.total() % len(POINTS)]
        worker = post.worker(die_at=point)
        worker.wait(120)
        assert worker.returncode == -signal.SIGKILL
        kills[point] += 1
        assert len(set(post.sink.ids)) < many, "the last kill must not come after the last mail"
        time.sleep(dice.random() * 0.2)
    post.worker()
    post.wait_for(many, 240)
    until = time.monotonic() + 60
    while post.site.ask("outbox") != {"sent": many} and time.monotonic() < until:
        time.sleep(1)
    copies = Counter(post.sink.ids)
    dates: dict[str, set[str]] = {}
    for message in post.sink.messages:
        dates.setdefault(str(message["Message-ID"]), set()).add(str(message["Date"]))
    extra = copies.total() - len(copies)
    with capsys.disabled():
        print(f"\n  F21: {many} reminders, {kills.total()} kills {dict(kills)}: {len(copies)} Message-IDs, "
              f"{many - len(copies)} lost, {extra} copies, {time.monotonic() - started:.0f} s")  # fmt: skip
    assert post.site.ask("outbox") == {"sent": many}
    assert len(copies) == many
    assert extra <= kills["finish"] + kills["commit"], "copies only where the server had said 250"
    assert all(len(each) == 1 for each in dates.values())


@pytest.mark.timeout(600)
def test_f22_two_beats_two_workers_and_the_embedded_loop(post, capsys):
    many = 500
    post.site.ask("reminders", str(many))
    redis, post.site.env["REDIS_URL"] = post.site.env["REDIS_URL"], ""
    post.site.start()  # a server without Redis: its worker and clock are threads in it
    post.site.env["REDIS_URL"] = redis
    for name in ("one", "two"):
        post.beat(name)
        post.worker(name)
    took = post.wait_for(many, 240)
    time.sleep(12)  # two more rounds of every clock
    with capsys.disabled():
        print(f"\n  F22: {many} reminders, 2 beats, 2 workers, 1 embedded: {len(post.sink.ids)} mails, "
              f"{len(set(post.sink.ids))} Message-IDs, {took:.0f} s")  # fmt: skip
    assert len(post.sink.ids) == len(set(post.sink.ids)) == many
    assert post.site.ask("outbox") == {"sent": many}


@pytest.mark.timeout(600)
def test_f23_valkey_dies_with_tasks_in_it(post, capsys):
    many = 200
    post.site.ask("reminders", str(many))
    post.beat("one")
    time.sleep(15)  # tasks queue up, nobody works
    post.site.stack.valkey.kill()
    worker = post.worker()
    time.sleep(2)
    post.site.stack.valkey.start()
    took = post.wait_for(many, 180)
    with capsys.disabled():
        print(f"\n  F23: Valkey killed with tasks in it: {len(set(post.sink.ids))} of {many} mails {took:.0f} s after")
    assert worker.poll() is None
    assert len(post.sink.ids) == len(set(post.sink.ids)) == many


@pytest.mark.timeout(300)
def test_whatever_is_killed_while_mails_leave_nothing_is_lost_or_doubled(post, capsys):
    """The server, the clock, PostgreSQL, Valkey and the worker, twice each, under a steady stream of mails."""
    many, kills = 400, Counter[str]()
    post.sink.hangs = 0.02  # so that a run of them takes longer than the killing
    post.site.ask("reminders", str(many))
    web, beat, worker = post.site.start(), post.beat("one"), post.worker()
    post.wait_for(1, 60)
    started = time.monotonic()
    for round_ in range(2):
        for what in ("web", "beat", "PostgreSQL", "Valkey", "worker"):
            before = len(set(post.sink.ids))
            if what == "web":
                post.site.kill(web)
                post.site.start(web)
            elif what == "beat":
                beat.kill()
                beat.wait()
                beat = post.beat(f"again-{round_}")
            elif what == "worker":
                worker.kill()
                worker.wait()
                worker = post.worker(f"again-{round_}")
            else:
                service = post.site.stack.postgres if what == "PostgreSQL" else post.site.stack.valkey
                service.kill()
                time.sleep(1)
                service.start()
            kills[what] += 1
            post.wait_for(min(before + 15, many), 30)  # and it goes on
            assert len(set(post.sink.ids)) > before or len(set(post.sink.ids)) == many, (
                f"no mail left after {what} died"
            )
    post.wait_for(many, 60)
    until = time.monotonic() + 60
    while post.site.ask("outbox") != {"sent": many} and time.monotonic() < until:
        time.sleep(1)
    copies = Counter(post.sink.ids)
    extra = copies.total() - len(copies)
    with capsys.disabled():
        print(f"\n  Killed while mails leave: {many} reminders, {dict(kills)}: {len(copies)} Message-IDs, "
              f"{many - len(copies)} lost, {extra} copies, {time.monotonic() - started:.0f} s")  # fmt: skip
    assert post.site.ask("outbox") == {"sent": many}
    assert len(copies) == many
    assert extra <= kills["worker"] + kills["PostgreSQL"], "copies only where the server had said 250"
