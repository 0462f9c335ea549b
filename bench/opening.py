"""A room of a hundred when the answers are shown, and for whoever comes later: `python -m bench.opening`, a process of
its own. 300 touchpoints, 500 private answers to one question, 100 people in the room, one of them in a real Chromium.

* last: from the press of *Reveal* leaving until the last of the hundred has all 500 answers; middle: half of them
* painted: until the browser has painted all 500 on the wall
* paint: somebody comes now: first paint of the room's page; drawn: until all 500 answers stand there, painted
* map: the first paint of the map of this journey for the same person
"""

from __future__ import annotations

import asyncio
import json
import os
import string
import subprocess
import sys
import time
from typing import Any

from bench.generator import Row
from bench.machine import PROJECT, Unavailable, free_port, server
from bench.meeting import Screen, seeded
from bench.render import ARGUMENTS, chromium_here
from bench.stores import Store

PEOPLE, ANSWERS, PLACES = 100, 500, 300
OPENING = "opening"
OPENED = f"{ANSWERS} answers shown to {PEOPLE} people, and coming in afterwards, {PLACES} touchpoints, on SQLite"
# Runs in the page before anything of ours: when every answer stood on the wall and was painted.
WATCH = string.Template("""
(() => {
  window.bench = { drawn: null };
  const look = (self) => {
    if (document.querySelectorAll("[data-wall] [data-answer]").length < $ANSWERS) return;
    self.disconnect();
    requestAnimationFrame(() => setTimeout(() => { bench.drawn = performance.timeOrigin + performance.now(); }));
  };
  new MutationObserver((_, self) => look(self)).observe(document, { childList: true, subtree: true });
})();
""").substitute(ANSWERS=ANSWERS)
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def opening(store: Store) -> Row:
    command = [sys.executable, "-m", "bench.opening"]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **store.env}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip()[-2000:])
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def written() -> list[Screen]:
    """A session in its first question, which everybody who speaks for a department has answered six times or more."""
    screens = seeded(1, PEOPLE, PLACES)
    from live.door import execute, execute_all
    from live.models import new_id
    from workshops.models import Participant, Workshop

    workshop = Workshop.objects.get(pk=screens[0].workshop)
    leader = f"u{workshop.facilitator_id}"
    execute(workshop.room_id, leader, "workshop.previous_phase", {"id": workshop.pk, "phase": workshop.phase_id})
    people = Participant.objects.filter(workshop=workshop, role="representative").values_list("person", flat=True)
    words = "Customers hear a date from us before anybody who would have to keep it has seen the order, "
    for n, person in enumerate(people):
        many = len(range(n, ANSWERS, len(people)))
        own = [
            {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": f"{words}number {n}, {m}"}
            for m in range(many)
        ]
        execute_all(workshop.room_id, person, [(new_id("cm"), "answer.add", data) for data in own])
    return screens


async def _listen(screen: Screen, port: int, there: asyncio.Barrier, told: asyncio.Event, at: list[float]) -> None:
    """One of the hundred: waits for the map, then for the frame with the reveal in it."""
    import websockets

    async with websockets.connect(
        f"ws://127.0.0.1:{port}{screen.path}", origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"Cookie": screen.cookie}, max_size=None, ping_interval=None, open_timeout=60,
    ) as line:  # fmt: skip
        await line.send(screen.hello)
        while '"t":"snapshot"' not in str(await line.recv()).replace(" ", "")[:400]:
            pass
        await there.wait()
        if screen.presses:
            at.append(time.time())
            data = {"id": screen.workshop, "of_kind": "learn"}
            await line.send(
                json.dumps({"t": "command", "id": "cm_bench-reveal", "name": "workshop.reveal", "data": data})
            )
        async for text in line:
            if "cm_bench-reveal" in str(text):
                at.append(time.time())
                break
        await told.wait()


async def _play(screens: list[Screen], port: int) -> Row:
    from playwright.async_api import async_playwright

    host = f"http://127.0.0.1:{port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_here(), args=ARGUMENTS)
        page = await _page(browser, host, screens[5].cookie)
        await page.goto(f"/workshops/{screens[0].workshop}/")
        there, told, at = asyncio.Barrier(PEOPLE), asyncio.Event(), []
        screens[0].presses = True
        rest = [screens[0], *(screen for n, screen in enumerate(screens[1:], 1) if n != 5)]
        lines = [asyncio.create_task(_listen(screen, port, there, told, at)) for screen in rest]
        await there.wait()
        painted = await _drawn(page)
        give_up = time.monotonic() + 30
        while len(at) < PEOPLE and time.monotonic() < give_up:
            await asyncio.sleep(0.01)
        told.set()
        await asyncio.gather(*lines)
        sent, came = at[0], sorted(at[1:])
        late = await _page(browser, host, screens[7].cookie)
        await late.goto(f"/workshops/{screens[0].workshop}/")
        drawn = await _drawn(late)
        began = await late.evaluate("() => performance.timeOrigin")
        row = {
            "people": PEOPLE, "answers": ANSWERS, "last_ms": _ms(came[-1] - sent), "middle_ms": _ms(came[len(came) // 2] - sent),
            "painted_ms": _ms(painted / 1000 - sent), "paint_ms": round(await late.evaluate(FIRST_PAINT), 1),
            "drawn_ms": round(drawn - began, 1),
        }  # fmt: skip
        await late.goto(f"/journeys/{screens[0].session}/")
        await late.wait_for_selector("journey-map .tp")
        row["map_ms"] = round(await late.evaluate(FIRST_PAINT), 1)
        await browser.close()
    return row


async def _page(browser: Any, host: str, cookie: str) -> Any:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, base_url=host)
    name, _, value = cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": host}])
    page = await context.new_page()
    await page.add_init_script(WATCH)
    return page


async def _drawn(page: Any) -> float:
    give_up = time.monotonic() + 30
    while (
        drawn := await page.evaluate("() => bench.drawn")
    ) is None:  # the page's own policy forbids waiting inside it
        if time.monotonic() > give_up:
            raise Unavailable(f"the wall did not show {ANSWERS} answers within 30 s")
        await asyncio.sleep(0.05)
    return float(drawn)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def measure() -> Row:
    screens = written()
    from django.db import connections

    connections.close_all()
    port = free_port()
    with server([sys.executable, "-m", "journeymap.server", "--port", port], port, env=dict(os.environ)):
        return asyncio.run(_play(screens, port))


if __name__ == "__main__":
    print(json.dumps(measure()))
