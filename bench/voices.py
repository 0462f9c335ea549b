"""How fast a file of comments is understood: `python -m bench.voices ROWS`, a process of its own on its store.

* import: from the file's bytes to comments that are placed, felt and weighed, all of them
* grown: how much memory the process that brings them in takes more for it, as a server does that has its worker inside
* memory: the most of this process and of the one that understands them, together
* again: suggesting anew for all that waits, after three were placed
* page: one filter, search or page of the desk with all these comments, as a signed-in person; 95th percentile

`python -m bench.voices beside`: fifty people in one room, twenty edits a second, before and while the same process brings
in the smaller file. Server, worker and reading process share one core, so that it is no better than on a machine of one.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time

from bench.generator import Row
from bench.machine import PROJECT, Unavailable
from bench.stores import Store

SIZES = (12_200, 100_000)
UNDERSTANDING = "comments"
UNDERSTOOD = "a file of comments, until it is understood, on SQLite, and the Comments page with it"
ROUNDS = 3  # of every question to the page


def understanding(store: Store, rows: int) -> Row:
    """What one size takes."""
    command = [sys.executable, "-m", "bench.voices", str(rows)]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **store.env}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip()[-2000:])
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def file_of(rows: int) -> bytes:
    """As many comments as asked for, each in words of its own: one thing that the demo's customers say, in every third
    two. 85 characters on average; surveys have 50 to 70."""
    from journeymap.demo.words import ACCOUNTS, SAID

    dice = random.Random(7)
    sentences = list(itertools.chain.from_iterable(SAID.values()))
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["Response ID", "Date", "Account", "NPS", "Comment", "Source"])
    for n in range(rows):
        first, second = dice.sample(sentences, 2)
        numbers = {"n": dice.randint(2, 9), "h": dice.randint(2, 40), "d": dice.randint(2, 30), "w": dice.randint(2, 9)}
        text = (first if n % 3 else f"{first} {second}").format(**numbers, m=dice.randint(2, 90)) + f" Case {n}."
        account = f"{dice.choice(ACCOUNTS)[0]} {dice.randint(1, 60)}"
        day = f"2026-{dice.randint(1, 9):02}-{dice.randint(1, 28):02}"
        table.writerow([f"R{n}", day, account, dice.randint(0, 10), text, dice.choice(("Survey", "Cases", "Sales"))])
    return out.getvalue().encode()


def measure(rows: int) -> Row:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from accounts.actors import load_actor
    from accounts.models import Membership
    from bench.seed import seed
    from live import door
    from touchpoints.models import Journey, Touchpoint
    from voices import intake, placing, preview
    from voices.mind import mind
    from voices.models import Account, Comment

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        seed(1, 1, 60)
    journey = Journey.objects.latest("created_at")
    member = Membership.objects.latest("pk")
    _name(list(Touchpoint.objects.filter(room=journey.pk).order_by("pk")))
    actor = load_actor(member.user.identity, member.organisation_id)
    assert actor is not None
    content = file_of(rows)
    before, began = _memory("self", "VmRSS"), time.monotonic()
    row = intake.receive(journey, actor, "bench.csv", io.BytesIO(content), len(content))
    row.months = 0
    preview.count_and_save(row)
    intake.start(row)
    intake.run(row.pk)
    took = time.monotonic() - began
    row.refresh_from_db()
    if row.added != rows or row.state != row.State.DONE:
        raise SystemExit(f"{row.added} of {rows} came in: {row.state} {row.error}")
    child = mind._child.pid if mind._child else 0
    figures: Row = {
        "import_s": round(took, 1), "grown_mb": max(0, _memory("self", "VmHWM") - before),
        "memory_mb": _memory("self", "VmHWM") + _memory(str(child), "VmHWM"),
    }  # fmt: skip
    waiting = Comment.objects.filter(room=journey.pk, placed_at=None).exclude(suggested=None).order_by("-confidence")
    for comment in waiting[:3]:
        data = {"ids": [comment.pk], "touchpoint": comment.suggested_id}
        door.execute(journey.pk, actor.key, "comment.place", data)
    began = time.monotonic()
    placing.suggest_again(journey.pk)
    figures["again_s"] = round(time.monotonic() - began, 2)
    client = Client()
    client.force_login(member.user)
    desk = reverse("comments", args=[journey.pk])
    account = Account.objects.latest("pk").pk
    asked = (
        "", "?page=40", "?search=invoice", "?search=air+line&show=all", "?search=nobody+says+this", "?source=Survey",
        f"?stage={Touchpoint.objects.filter(room=journey.pk).earliest('pk').stage_id}", "?show=placed", "?show=all&page=9",
        "?score=low", "?months=12&show=all", "?by=stage", "?by=aim&show=all", f"?account={account}&show=all",
        "?score=high&source=Cases&search=hotline",
    )  # fmt: skip
    took_each: dict[str, list[float]] = {}
    for _, query in itertools.product(range(ROUNDS), asked):
        began = time.monotonic()
        answer = client.get(desk + query)
        took_each.setdefault(query, []).append(1000 * (time.monotonic() - began))
        assert answer.status_code == 200, query
    if os.environ.get("BENCH_EACH"):
        print({query: round(statistics.median(each)) for query, each in took_each.items()}, file=sys.stderr)
    every = sorted(itertools.chain.from_iterable(took_each.values()))
    figures["page_p50_ms"] = round(statistics.median(every))
    figures["page_p95_ms"] = round(every[int(0.95 * (len(every) - 1))])
    return figures


def beside() -> Row:
    """How long an edit takes to reach everybody while a file comes in, and how long without one."""
    from bench.generator import Load, generate
    from bench.peers import PEERS
    from bench.stores import Stores

    load = Load(50, 20, rate=1, seconds=4)
    with Stores() as stores, PEERS["journeymap-sqlite"].running(load, stores) as target:
        store = stores.get("sqlite")
        generate(target, load)  # warm
        alone = [generate(target, load) for _ in range(3)]
        command, env = [sys.executable, "-m", "bench.voices", "queue"], {**os.environ, **store.env}
        subprocess.run(command, cwd=PROJECT, env=env, check=True)
        with sqlite3.connect(store.url.removeprefix("sqlite:///")) as file:

            def state() -> str:
                return str(file.execute("SELECT state FROM voices_commentimport").fetchone()[0])

            while state() == "queued":
                time.sleep(0.5)
            during = []
            while state() == "running":
                during.append(generate(target, load))
        return {"rounds": len(during), **{
            f"{name}_{which}_ms": round(statistics.median(row[f"delivery_{which}_ms"] for row in rows), 1)
            for name, rows in (("alone", alone), ("during", during)) for which in ("p50", "p99")
        }}  # fmt: skip


def queue() -> None:
    """Put the smaller file in line, in the journey that is there. The server's own clock finds it."""
    import django

    django.setup()
    from accounts.actors import load_actor
    from accounts.models import Membership
    from touchpoints.models import Journey
    from voices import intake, preview

    member, content = Membership.objects.latest("pk"), file_of(SIZES[0])
    actor = load_actor(member.user.identity, member.organisation_id)
    assert actor is not None
    row = intake.receive(Journey.objects.latest("created_at"), actor, "bench.csv", io.BytesIO(content), len(content))
    row.months = 0
    preview.count_and_save(row)
    intake.start(row)


def _name(cards: list[object]) -> None:
    """The bench's touchpoints are all alike; these have the names of the demo's, so that words can find them."""
    from journeymap.demo.words import SAID

    for card, name in zip(cards, itertools.cycle(SAID), strict=False):
        card.title = name  # type: ignore[attr-defined]
        card.description = ""  # type: ignore[attr-defined]
        card.save()  # type: ignore[attr-defined]


def _memory(process: str, what: str) -> int:
    """Megabytes, from /proc."""
    with open(f"/proc/{process}/status") as lines:
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(what))


if __name__ == "__main__":
    asked = sys.argv[1]
    if asked == "queue":
        queue()
    else:
        print(json.dumps(beside() if asked == "beside" else measure(int(asked))))
