"""Live workshops under the standard load, doubled: `python -m bench.meeting SESSIONS PEOPLE SECONDS`, a process of its own.

Of a hundred people two run the session, eighty speak for departments and edit, the rest listen. Each of the eighty does
something once a second, at random moments: three quarters edits of 100 to 4,000 characters, a tenth moves, and a
twentieth each of rubbing out, rating, and private writing. Then the log is held against what was acknowledged.

* all_p95: from sending an edit until the last screen of its session has it, 95th percentile; ack: until the sender has
* incomplete: acknowledged edits that are not in the log exactly once; holes: screens that are behind the log at the end
"""

from __future__ import annotations

import asyncio
import bisect
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from bench.generator import Row
from bench.machine import PROJECT, Unavailable, free_port, server
from bench.stores import Store

SIZES = ((1, 100), (20, 20))
MEETING = "meetings"
MEETINGS = "live workshops with the standard load, doubled, on SQLite"
LISTEN = 0.2  # of the people only listen


def meeting(store: Store, sessions: int, people: int, seconds: float) -> Row:
    """What one size takes."""
    command = [sys.executable, "-m", "bench.meeting", str(sessions), str(people), str(seconds)]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **store.env}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip()[-2000:])
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


@dataclass
class Screen:
    """One person's page: what it sent, and when it had seen how much of the log."""

    session: str
    path: str
    cookie: str
    hello: str
    own: list[str]  # touchpoints of their department
    stage: str
    issue: str
    workshop: str
    acts: bool
    presses: bool = False  # this one shows the answers (bench/opening.py)
    sent: dict[str, float] = field(default_factory=dict)
    acked: dict[str, tuple[int, float]] = field(default_factory=dict)
    seen: list[tuple[int, float]] = field(default_factory=list)
    refused: int = 0

    async def run(self, port: int, until: float, ready: asyncio.Barrier) -> None:
        import websockets

        async with websockets.connect(
            f"ws://127.0.0.1:{port}{self.path}", origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie}, max_size=None, ping_interval=None, open_timeout=60,
        ) as line:  # fmt: skip
            await line.send(self.hello)
            hearing = asyncio.create_task(self._hear(line))
            while (
                not self.seen
            ):  # everybody has the map before anybody begins: how coming in goes is another measurement
                await asyncio.sleep(0.02)
            await ready.wait()
            end = time.monotonic() + until
            while self.acts:
                await asyncio.sleep(random.expovariate(1.0))
                if time.monotonic() >= end:
                    break
                await self._act(line)
            await asyncio.sleep(max(0.0, end - time.monotonic()) + 3)
            hearing.cancel()

    async def _hear(self, line: Any) -> None:
        async for text in line:
            now, frame = time.monotonic(), json.loads(text)
            if frame["t"] == "snapshot":
                self.seen.append((frame["seq"], now))
            elif frame["t"] == "events":
                self.seen.append((frame["to"], now))
                for event in frame["events"]:
                    if event["id"] in self.sent:
                        self.acked[event["id"]] = event["seq"], now
            elif frame["t"] == "done":
                self.acked[frame["id"]] = frame["seq"], now
            elif frame["t"] == "refused":
                self.refused += 1

    async def _act(self, line: Any) -> None:
        from live.models import new_id

        id, kind, mine = new_id("cm"), random.random(), random.choice(self.own)
        words = "she waits for a call " * random.randint(5, 190)
        name, data = "touchpoint.change", {"id": mine, "description": words}
        if kind < 0.05:
            name, data = (
                "answer.add",
                {"id": new_id("an"), "workshop": self.workshop, "of_kind": "learn", "text": words[:1900]},
            )
        elif kind < 0.10:
            name, data = (
                "rating.give",
                {"id": new_id("ra"), "workshop": self.workshop, "place": self.issue, "severity": 4},
            )
        elif kind < 0.15 and len(self.own) > 2:
            name, data = "touchpoint.remove", {"id": self.own.pop()}
        elif kind < 0.25:
            name, data = "touchpoint.move", {"id": mine, "stage": self.stage, "after": None}
        self.sent[id] = time.monotonic()
        await line.send(json.dumps({"t": "command", "id": id, "name": name, "data": data}))


def seeded(sessions: int, people: int, touchpoints: int = 120) -> list[Screen]:
    """Sessions that are live, in the round of ratings, with everybody in them; and their pages."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import Department, Membership, Role
    from bench.seed import seed
    from live.door import execute
    from live.models import new_id
    from touchpoints.models import Stage, Touchpoint
    from workshops.models import Phase

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        lines = seed(sessions, people, touchpoints)
    members = list(Membership.objects.filter(organisation__slug="bench").order_by("pk").select_related("user"))[
        -len(lines) :
    ]
    departments, screens = list(Department.objects.filter(organisation__slug="bench")), []
    for n, member in enumerate(members):
        at = n % people
        role = Role.FACILITATOR if at < 2 else Role.OBSERVER if at >= people * (1 - LISTEN) else Role.REPRESENTATIVE
        Membership.objects.filter(pk=member.pk).update(role=role)
        member.departments.set([departments[at % len(departments)]])
    for start in range(0, len(lines), people):
        room, leader = lines[start].split("\t")[1].split("/")[3], members[start].user.identity
        workshop, issue = new_id("ws"), new_id("is")
        words = {"title": "Load", "objective": "O", "planned_use": "P", "success_measure": "S"}
        day = str(timezone.localdate() + timezone.timedelta(days=90))
        execute(room, leader, "issue.add", {"id": issue, "title": "Waits"})
        execute(room, leader, "workshop.open", {"id": workshop, **words, "report_back_on": day})
        execute(room, leader, "workshop.go_live", {"id": workshop})
        for phase in Phase.objects.filter(workshop=workshop, position__lt=3).order_by("position"):
            execute(room, leader, "workshop.next_phase", {"id": workshop, "phase": phase.pk})
        stages = list(Stage.objects.filter(room=room).values_list("pk", flat=True))
        for at in range(people):
            _, path, cookie, _, hello = lines[start + at].split("\t")
            execute(room, members[start + at].user.identity, "workshop.enter", {"id": workshop})
            department = departments[at % len(departments)]
            own = list(Touchpoint.objects.filter(room=room, lead=department).values_list("pk", flat=True))
            acts = 2 <= at < people * (1 - LISTEN)
            share = own[at // len(departments) % max(1, len(own)) :: 8] or own
            screens.append(Screen(room, path, cookie, hello, share, random.choice(stages), issue, workshop, acts))
    return screens


async def _play(screens: list[Screen], port: int, seconds: float) -> None:
    ready = asyncio.Barrier(len(screens))
    await asyncio.gather(*(screen.run(port, seconds, ready) for screen in screens))


def measure(sessions: int, people: int, seconds: float) -> Row:
    screens = seeded(sessions, people)
    from django.db import connections

    from live.models import Event, Room

    connections.close_all()
    port = free_port()
    with server([sys.executable, "-m", "journeymap.server", "--port", port], port, env=dict(os.environ)):
        asyncio.run(_play(screens, port, seconds))
    acks, everywhere = [], []
    beside: dict[str, list[Screen]] = {}
    for screen in screens:
        beside.setdefault(screen.session, []).append(screen)
    for screen in screens:
        for id, (seq, at) in screen.acked.items():
            acks.append(at - screen.sent[id])
            last = max(_when(other, seq) for other in beside[screen.session])
            everywhere.append(last - screen.sent[id])
    acked = [id for screen in screens for id in screen.acked]
    logged = list(Event.objects.filter(command_id__in=acked).values_list("command_id", flat=True)) if len(acked) < 900 else [
        id for id in Event.objects.values_list("command_id", flat=True) if id in set(acked)
    ]  # fmt: skip
    heads = dict(Room.objects.values_list("pk", "seq"))
    return {
        "sessions": sessions, "people": people, "done": len(acked), "refused": sum(one.refused for one in screens),
        "ack_p50_ms": _share(acks, 0.5), "ack_p95_ms": _share(acks, 0.95),
        "all_p50_ms": _share(everywhere, 0.5), "all_p95_ms": _share(everywhere, 0.95),
        "incomplete": len(set(acked) - set(logged)) + len(logged) - len(set(logged)),
        "unanswered": sum(len(one.sent) - len(one.acked) for one in screens) - sum(one.refused for one in screens),
        "holes": sum(one.seen[-1][0] < heads[one.session] for one in screens),
    }  # fmt: skip


def _when(screen: Screen, seq: int) -> float:
    """When this page had seen the log up to `seq`; far away when it never did."""
    at = bisect.bisect_left(screen.seen, (seq, 0.0))
    return screen.seen[at][1] if at < len(screen.seen) else float("inf")


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else 0.0


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
