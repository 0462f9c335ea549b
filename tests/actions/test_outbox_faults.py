"""F21 and F22 in short form: senders that are killed, and clocks that are doubled."""

from __future__ import annotations

import datetime
import os
import random
import signal
import time
from collections import Counter

import pytest
from django.db import connections
from django.utils import timezone

from actions import errands, outbox, reminders
from actions.models import Reminder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]
POINTS = ("claim", "deliver", "finish")  # before the claim, after it, after the mail server said 250


def in_a_process(work) -> int:
    """Run `work` in a process of its own, with its own database connection; returns its pid."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def die_at(point: str, dice: random.Random) -> None:
    """Have this process killed, sooner or later, right before it does `point`; no row dies twice after its
    mail was taken, for then a third copy would be right."""
    real = getattr(outbox, point)

    def deadly(*args, **kwargs):
        once = point != "finish" or args[0][0].attempts == 1
        if once and dice.random() < 0.25:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(outbox, point, deadly)


def test_f21_killed_senders_lose_nothing(promised, crowd, sink, monkeypatch, capsys):
    many, kills, dice = 40, 0, random.Random(7)
    monkeypatch.setattr(errands, "LEASE", datetime.timedelta(seconds=1))
    for user in crowd(many):
        promised(owner=user)
    assert reminders.plan() >= many
    Reminder.objects.exclude(kind="due").delete()
    Reminder.objects.update(try_at="2020-01-01T00:00:00Z", due_at=timezone.now())
    started = time.monotonic()
    left = Reminder.objects.exclude(state="sent")
    while left.exists() and time.monotonic() - started < 100:
        if kills < 12:
            point = POINTS[kills % len(POINTS)]
            seed = dice.random()
            pid = in_a_process(lambda p=point, s=seed: (die_at(p, random.Random(s)), outbox.drain()))
            kills += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        else:
            os.waitpid(in_a_process(outbox.drain), 0)
            time.sleep(0.2)
    copies = Counter(sink.ids)
    dates = {message["Message-ID"]: set() for message in sink.messages}
    for message in sink.messages:
        dates[message["Message-ID"]].add(message["Date"])
    with capsys.disabled():
        extra = sum(copies.values()) - len(copies)
        print(f"\n  F21: {many} reminders, {kills} kills: {len(copies)} Message-IDs, {many - len(copies)} lost, "
              f"{extra} copies, {time.monotonic() - started:.0f} s")  # fmt: skip
    assert kills == 12 and len(copies) == many
    assert max(copies.values()) <= 2 and all(len(each) == 1 for each in dates.values())


def test_f22_two_clocks_and_four_workers_send_each_once(promised, crowd, sink, capsys):
    for user in crowd(60):
        promised(2, owner=user)
    work = lambda: (reminders.plan(), outbox.drain())  # noqa: E731
    for pid in [in_a_process(work) for _ in range(4)]:
        os.waitpid(pid, 0)
    connections.close_all()
    sent = Reminder.objects.filter(kind="due", state="sent").count()
    with capsys.disabled():
        print(
            f"\n  F22: 120 reminders for 60 people, 4 processes: {len(sink.ids)} mails, {len(set(sink.ids))} Message-IDs"
        )
    assert len(sink.ids) == len(set(sink.ids)) == sent / 2 == 60
