"""How fast the board is drawn, in a real Chromium: 12 stages, 300 touchpoints, two people.

* built: from asking for the page until every card stands in the document and was painted once
* seen: from another person's command leaving until the board that shows it was painted (both on this machine)
* drawn: of that, from the arrival of the event in the browser until it was painted
* frames: how many a second are drawn while the map is scrolled for two seconds
* empty: the first paint of a page with nothing on it, from the same server to the same browser, and how many frames
  a second are drawn there while nothing but a tall empty box is scrolled
* pdf, png, xlsx: how long the map takes to be drawn as a file
* own: from a key press on a card until the next paint, as the browser's event timing tells it
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import string
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from bench.generator import Load, Row, Target
from bench.machine import Unavailable
from bench.peers import PEERS
from bench.stores import Stores

STAGES, TOUCHPOINTS, EDITS = 12, 300, 20
RENDERED = f"the board in Chromium, {STAGES} stages and {TOUCHPOINTS} touchpoints"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
# Runs in the page before anything of ours: notes when all cards are there, when events come in and are painted.
WATCH = string.Template("""
(() => {
  const painted = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.timeOrigin + performance.now())));
  const bench = window.bench = { built: null, seen: [], keys: [] };
  new MutationObserver((_, self) => {
    if (document.querySelectorAll("journey-map .tp").length < $CARDS) return;
    self.disconnect();
    painted((at) => { bench.built = at - performance.timeOrigin; });
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "keydown") bench.keys.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...words) {
      super(...words);
      this.addEventListener("message", ({ data }) => {
        const ids = [...data.matchAll(/"id":"(bench-[0-9]+)"/g)].map((found) => found[1]);
        const came = performance.timeOrigin + performance.now();
        if (ids.length) painted((at) => bench.seen.push(...ids.map((id) => ({ id, came, at }))));
      });
    }
  };
})();
""").substitute(CARDS=TOUCHPOINTS)


SCROLL = """async () => {
  let box = document.getElementById("map-scroll");
  if (!box) {
    box = document.body.appendChild(document.createElement("div"));
    Object.assign(box.style, { position: "fixed", inset: 0, overflow: "auto" });
    Object.assign(box.appendChild(document.createElement("div")).style, { width: "4000px", height: "4000px" });
  }
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  await frame();
  const began = performance.now();
  let drawn = 0;
  for (let down = 1; performance.now() - began < 2000; drawn += 1) {
    box.scrollBy(down * 24, down * 12);
    if (box.scrollLeft === 0 || box.scrollLeft + box.clientWidth >= box.scrollWidth - 1) down = -down;
    await frame();
  }
  box.scrollTo(0, 0);
  return drawn * 1000 / (performance.now() - began);
}"""


def render(stores: Stores) -> Row:
    """One measurement: its own browser, its own journey page, the server on the other core."""
    with PEERS["journeymap-sqlite"].running(Load(2, 1), stores) as target, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_here(), args=ARGUMENTS)
        try:
            return _measure(browser, target)
        finally:
            browser.close()


def _measure(browser: Browser, target: Target) -> Row:
    (_, path, cookie, card, *_), (_, _, other_cookie, _, other_hello) = (line.split("\t") for line in target.people[:2])
    room, host = path.split("/")[3], f"127.0.0.1:{target.port}"
    page = _open(browser, f"http://{host}", cookie)
    page.goto("/healthz")
    page.wait_for_timeout(200)
    empty, empty_frames = _first_paint(page), page.evaluate(SCROLL)
    first = _visit(page, room)
    again = _visit(page, room)
    frames = page.evaluate(SCROLL)
    headers = {"Cookie": other_cookie, "Origin": f"http://{host}"}
    with connect(f"ws://{host}{path}", additional_headers=headers) as socket:
        socket.send(other_hello)
        seen = _watch_edits(page, socket, [line.split("\t")[3] for line in target.people])
    return {
        **{f"{name}_ms": value for name, value in first.items()},
        "built_again_ms": again["built"], **seen, "own_key_ms": _own_keys(page, card),
        "empty_paint_ms": empty, "frames_s": round(frames, 1), "empty_frames_s": round(empty_frames, 1),
        **{f"{form}_s": _file(f"http://{host}/journeys/{room}/map.{form}", cookie) for form in ("pdf", "png", "xlsx")},
    }  # fmt: skip


def _open(browser: Browser, url: str, cookie: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url)
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    page.add_init_script(WATCH)
    return page


def _visit(page: Page, room: str) -> dict[str, float]:
    page.goto(f"/journeys/{room}/")
    give_up = time.monotonic() + 20
    while page.evaluate("() => bench.built") is None:  # the page's own policy forbids waiting inside it
        if time.monotonic() > give_up:
            raise Unavailable(f"the board did not show {TOUCHPOINTS} cards within 20 s")
        page.wait_for_timeout(50)
    return {"first_paint": _first_paint(page), "built": round(page.evaluate("() => bench.built"), 1)}


def _first_paint(page: Page) -> float:
    paint: float = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
    return round(paint, 1)


def _file(url: str, cookie: str) -> float:
    """Seconds until the whole file is there, the second time: the first loads the typesetter."""
    for _ in range(2):
        began = time.monotonic()
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie}), timeout=60) as answer:
            answer.read()
    return round(time.monotonic() - began, 2)


def _watch_edits(page: Page, socket: ClientConnection, cards: Sequence[str]) -> dict[str, float]:
    """Another person changes cards one after the other; the page must show each."""
    sent: dict[str, float] = {}
    start = int(time.time())
    for n in range(EDITS):
        command_id = f"bench-{start}{n:03}"
        data = {"id": cards[n % len(cards)], "felt": n % 5 - 2, "title": f"The customer waits for call {start} {n}"}
        sent[command_id] = time.time() * 1000
        socket.send(json.dumps({"t": "command", "id": command_id, "name": "touchpoint.change", "data": data}))
        time.sleep(0.15)
    seen: list[dict[str, Any]] = page.evaluate("() => bench.seen")
    if len(seen) < EDITS:
        raise Unavailable(f"the board saw {len(seen)} of {EDITS} edits")
    all_the_way = [entry["at"] - sent[entry["id"]] for entry in seen]
    drawn = [entry["at"] - entry["came"] for entry in seen]
    return {
        "seen_p50_ms": _middle(all_the_way), "seen_most_ms": round(max(all_the_way), 1),
        "drawn_p50_ms": _middle(drawn), "drawn_most_ms": round(max(drawn), 1),
    }  # fmt: skip


def _own_keys(page: Page, card: str) -> float:
    """Keys 1 to 5 set how severe a touchpoint is. Presses quicker than 16 ms are not told, so they count as 16."""
    page.locator(f'.tp[data-id="{card}"] .card').focus()
    for n in range(10):
        page.keyboard.press(str(n % 5 + 1))
        page.wait_for_timeout(120)
    told: list[float] = page.evaluate("() => bench.keys")
    return _middle([*told, *[16.0] * (10 - len(told))])


def _middle(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1)


def chromium_here() -> str:
    found = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise Unavailable("Chromium is not installed here: install it or set CHROMIUM_PATH")
    return found
