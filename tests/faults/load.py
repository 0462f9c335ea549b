"""Fifty people at work, and the checker that says afterwards whether a single word was lost.

A client behaves as the page does: it keeps what was not acknowledged, comes back after every loss, says
from where it goes on, and sends the rest again under the same ids.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import websockets

SAID = "nobody told us when the part would come and the line stood for three hours"
WORDS = SAID.split(" ")


class Client:
    def __init__(self, person: dict[str, Any], seeded: dict[str, Any], ports: list[int], seed: int) -> None:
        self.person, self.seeded, self.ports = person, seeded, ports
        self.random = random.Random(seed)
        self.name = f"f{seed:03d}{self.random.randrange(36**4):06d}"
        self.socket: Any = None
        self.cursor: int | None = None
        self.epoch: str | None = None
        self.records: dict[str, dict[str, Any]] = {}
        self.applied: dict[int, str] = {}
        self.pending: dict[str, tuple[str, dict[str, Any], float]] = {}
        self.acked: dict[str, int] = {}
        self.refused: list[str] = []
        self.waits: list[float] = []
        self.gaps = self.connects = 0
        self.closes: list[int] = []
        self.sent = 0
        self.offline = self.stopping = False
        self.removed_at = 0.0

    # -- the line --------------------------------------------------------------------------------
    async def run(self) -> None:
        pause = 0.1
        while not self.stopping:
            if self.offline:
                await asyncio.sleep(0.05)
                continue
            with suppress(OSError, websockets.WebSocketException, TimeoutError, EOFError):
                port = self.random.choice(self.ports)
                async with websockets.connect(
                    f"ws://127.0.0.1:{port}/ws/journeys/{self.seeded['room']}/", origin=f"http://127.0.0.1:{port}",
                    additional_headers={"Cookie": f"{self.seeded['cookie']}={self.person['session']}"},
                    open_timeout=5, ping_interval=None, close_timeout=0.2, max_size=None,
                ) as self.socket:  # fmt: skip
                    self.connects += 1
                    await self._talk()
                    pause = 0.1
            if self.socket is not None and self.socket.close_code:
                self.closes.append(self.socket.close_code)
                if self.socket.close_code in (4401, 4403, 4404):
                    self.removed_at = time.time()
                    return
            self.socket = None
            await asyncio.sleep(pause * self.random.random())
            pause = min(1.5, pause * 2)

    async def _talk(self) -> None:
        await self._send({
            "t": "hello", "v": 1, "client": self.name, "ticket": self.person["ticket"], "since": self.cursor,
            "epoch": self.epoch, "pending": list(self.pending),
        })  # fmt: skip
        beat = asyncio.create_task(self._beat())
        try:
            while True:
                # An answer to the ping is due every 3 s; 7 s of silence is a line that only looks alive.
                async with asyncio.timeout(7):
                    self._hear(json.loads(await self.socket.recv()))
                if self.offline or self.stopping:
                    return
        finally:
            beat.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(3)
            await self._send({"t": "ping", "c": 0})

    async def _send(self, message: dict[str, Any]) -> None:
        if self.socket is not None:
            with suppress(websockets.WebSocketException, OSError):
                await self.socket.send(json.dumps(message))

    def _hear(self, message: dict[str, Any]) -> None:
        kind = message["t"]
        if kind == "welcome":
            self.epoch = message["epoch"]
            asyncio.get_running_loop().create_task(self._again())
        elif kind == "snapshot":
            self.records, self.cursor = message["records"], message["seq"]
            self.applied.clear()
        elif kind == "events":
            self._events(message)
        elif kind == "done":
            self._ended(message["id"], message["seq"])
        elif kind == "refused":
            self._refused(message)

    async def _again(self) -> None:
        """P28 and the same ids: what was not acknowledged goes out again."""
        for command_id, (name, data, _) in list(self.pending.items()):
            await self._send({"t": "command", "id": command_id, "name": name, "data": data})

    def _events(self, message: dict[str, Any]) -> None:
        assert self.cursor is not None
        if message["seq"] > self.cursor + 1:
            self.gaps += 1
        for event in message["events"]:
            if event["seq"] <= self.cursor:
                continue
            self._apply(event)
            self.applied[event["seq"]] = event["id"]
            self._ended(event["id"], event["seq"])
        self.cursor = max(self.cursor, message["to"])

    def _apply(self, event: dict[str, Any]) -> None:
        for record in event.get("put", ()):
            self.records[record["id"]] = record
        for pk, values in event.get("patch", {}).items():
            self.records[pk] = {**self.records[pk], **values}
        for change in event.get("text", ()):
            record = self.records[change["id"]]
            self.records[change["id"]] = {**record, change["field"]: _typed(record[change["field"]], change["delta"])}
        for pk in event.get("remove", ()):
            self.records.pop(pk, None)

    def _ended(self, command_id: str, seq: int) -> None:
        if command_id in self.pending:
            self.waits.append(time.monotonic() - self.pending.pop(command_id)[2])
            self.acked[command_id] = seq

    def _refused(self, message: dict[str, Any]) -> None:
        if message["code"] in ("busy", "rate", "internal"):
            if message["id"] in self.pending:
                asyncio.get_running_loop().call_later(0.5, lambda: asyncio.ensure_future(self._again()))
            return
        if self.pending.pop(message["id"], None):
            self.refused.append(message["code"])

    # -- the work --------------------------------------------------------------------------------
    async def work(self, rate: float, until: float) -> None:
        """Poisson work: mostly values and typing, some moves and new touchpoints."""
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, self.random.expovariate(rate)))
            if self.cursor is not None and time.monotonic() < until:
                await self.do(*self._choose())

    async def do(self, name: str, data: dict[str, Any]) -> None:
        self.sent += 1
        command_id = f"{self.name}-{self.sent}"
        self.pending[command_id] = (name, data, time.monotonic())
        if not self.offline:
            await self._send({"t": "command", "id": command_id, "name": name, "data": data})

    def _choose(self) -> tuple[str, dict[str, Any]]:
        mine = [t["id"] for t in self.seeded["touchpoints"] if self._may(t)] or [self.seeded["touchpoints"][0]["id"]]
        pk, dice = self.random.choice(mine), self.random.random()
        if dice < 0.5:
            return "touchpoint.change", {"id": pk, "felt": self.random.randint(-2, 2), "felt_word": self._say(3)[:40]}
        if dice < 0.85:
            return "touchpoint.write", {"id": pk, "field": "notes", "rev": self.cursor, "delta": [self._say(4) + ". "]}
        if dice < 0.95 or self.person["role"] != "facilitator":
            return "touchpoint.move", {"id": pk, "stage": self.random.choice(self.seeded["stages"]), "after": None}
        return "touchpoint.add", {
            "id": made_id(self.random, "tp"),
            "stage": self.random.choice(self.seeded["stages"]),
            "title": self._say(3),
        }

    def _may(self, touchpoint: dict[str, str]) -> bool:
        if self.person["role"] == "facilitator":
            return True
        return self.person["role"] == "representative" and touchpoint["lead"] == self.person["department"]

    def _say(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=count))


def made_id(dice: random.Random, prefix: str) -> str:
    return f"{prefix}_" + "".join(dice.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=16))


def _typed(text: str, delta: list[Any]) -> str:
    """A second, naive reading of V3, so that the engine is not its own judge."""
    out, at = "", 0
    for entry in delta:
        if isinstance(entry, str):
            out += entry
        elif entry > 0:
            out, at = out + text[at : at + entry], at + entry
        else:
            at -= entry
    return out + text[at:]


@dataclass
class Verdict:
    """What the checker found; `line` is the one line a run prints."""

    name: str
    acked: int
    refused: int
    lost: int
    doubled: int
    gaps: int
    diverged: int
    pending: int
    converged: float
    p50: float
    p95: float
    longest: float
    closes: dict[int, int] = field(default_factory=dict)

    @property
    def line(self) -> str:
        return (
            f"{self.name}: {self.acked} acknowledged, {self.refused} refused, {self.lost} lost, {self.doubled} doubled, {self.gaps} gaps,"
            f" {self.diverged} clients differ, {self.pending} pending, equal after {self.converged:.1f} s;"
            f" acknowledged in p50 {self.p50:.0f} p95 {self.p95:.0f} max {self.longest:.0f} ms; closes {self.closes}"
        )

    def hold(self) -> None:
        """The invariants: never a second chance for these."""
        assert self.acked > 0, self.line
        assert (self.lost, self.doubled, self.diverged, self.pending) == (0, 0, 0, 0), self.line


async def settle(clients: list[Client], limit: float = 40) -> float:
    """Wait until nothing is pending and all stand at one seq. Returns how long that took."""
    started = time.monotonic()
    while time.monotonic() - started < limit:
        if not any(c.pending for c in clients) and len({c.cursor for c in clients}) == 1:
            break
        await asyncio.sleep(0.05)
    return time.monotonic() - started


def check(name: str, clients: list[Client], look: dict[str, Any], converged: float) -> Verdict:
    """(a) acknowledged means stored, once, at that seq; (b) the log is dense; (c) and (d) every client has
    the log's events in the log's order and the rows' state; (e) nothing is left pending."""
    stored = {command_id: seq for seq, command_id, _ in look["log"]}
    assert [seq for seq, _, _ in look["log"]] == list(range(1, look["seq"] + 1)), "the log is not dense"
    by_seq = {seq: command_id for seq, command_id, _ in look["log"]}
    acked = {command_id: seq for c in clients for command_id, seq in c.acked.items()}
    lost = [command_id for command_id, seq in acked.items() if stored.get(command_id) != seq]
    differ = [c for c in clients if c.records != look["records"] or any(by_seq[s] != i for s, i in c.applied.items())]
    waits = sorted(wait for c in clients for wait in c.waits) or [0.0]
    closes: dict[int, int] = {}
    for code in (code for c in clients for code in c.closes):
        closes[code] = closes.get(code, 0) + 1
    return Verdict(
        name, len(acked), sum(len(c.refused) for c in clients), len(lost), len(look["log"]) - len(stored), sum(c.gaps for c in clients), len(differ),
        sum(len(c.pending) for c in clients), converged, statistics.median(waits) * 1000,
        waits[int(len(waits) * 0.95) - 1] * 1000, waits[-1] * 1000, closes,
    )  # fmt: skip
