"""A1 to A4 of the storyline in real processes: Celery on Valkey with PostgreSQL, and the embedded default; with a real
mail server and a real browser at phone width. The server is a process of its own, as are worker and beat."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page

from journeymap.stack import die_with_parent
from tests.conftest import Sink
from tests.faults.servers import ROOT, World, world

SOON = 60.0  # seconds; the machine that runs this may be busy


@pytest.fixture
def sink() -> Iterator[Sink]:
    found = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found.port = free.getsockname()[1]  # type: ignore[attr-defined]
    controller = Controller(found, hostname="127.0.0.1", port=found.port)  # type: ignore[attr-defined]
    controller.start()
    yield found
    controller.stop()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def site(request, sink) -> Iterator[World]:
    """A server; on PostgreSQL with a worker and a beat of their own."""
    beside: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="jm-follow-") as folder, world(request.param, Path(folder)) as made:
        made.env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(sink.port), "EMAIL_USE_TLS": "0"}
        made.port = made.start()
        if made.stack is not None:
            celery = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "journeymap.celery:app", "--quiet"]
            schedule = ["--schedule", str(Path(folder) / "beat")]
            for what in (["worker", "--concurrency", "2"], ["beat", *schedule]):
                with made.log.open("ab") as out:
                    beside.append(
                        subprocess.Popen(
                            [*celery, *what, "--loglevel", "WARNING"], cwd=ROOT, env=made.env, stdout=out, stderr=out,
                            preexec_fn=die_with_parent,
                        )
                    )  # fmt: skip
            time.sleep(8)  # until they listen
        try:
            yield made
        finally:
            for process in beside:
                process.kill()
                process.wait()


def text_of(message) -> str:
    """The plain part, wherever attachments put it."""
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return part.get_payload(decode=True).decode()


def until(check: Callable[[], object], what: str) -> object:
    started = time.monotonic()
    while time.monotonic() - started < SOON:
        if found := check():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {SOON:.0f} s")


def mail_to(sink: Sink, who: str, words: str) -> Callable[[], object]:
    def look() -> object:
        for message in sink.messages:
            subject = str(make_header(decode_header(message["Subject"])))
            if message["To"] == f"{who}@faults.example" and words in subject + text_of(message):
                return message
        return None

    return look


def phone(browser: Browser, site: World, cookie: str = "", session: str = "") -> Page:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    if session:
        context.add_cookies([{"name": cookie, "value": session, "url": f"http://127.0.0.1:{site.port}"}])
    return context.new_page()


def close(base: str, made: dict[str, str]) -> float:
    """Fiona closes the workshop, through the server; returns when that was."""
    command = {"name": "workshop.close", "data": {"id": made["workshop"], "because": "A rehearsal."}}
    headers = {"Authorization": f"Bearer {made['token']}", "Content-Type": "application/json"}
    url = f"{base}/api/journeys/{made['room']}/commands/"
    asked = urllib.request.Request(url, json.dumps(command).encode(), headers)
    assert urllib.request.urlopen(asked, timeout=30).status == 200
    return time.monotonic()


@pytest.mark.timeout(400)
def test_a1_to_a4_from_the_close_to_the_answer(site, sink, chromium, capsys):
    base = f"http://127.0.0.1:{site.port}"
    made = site.ask("closing")
    action = made["action"]
    closed = close(base, made)
    for who, words in (("sam", "A date in every offer"), ("elena", "So what?"), ("fiona", "So what?")):
        until(mail_to(sink, who, words), f"the mail to {who} about the close")
    took = time.monotonic() - closed
    assert took <= 10

    # A3: the link in Sam's mail, without signing in; opening it changes nothing.
    mail = until(mail_to(sink, "sam", "today is the day"), "the reminder")
    path = re.search(r"https?://[^/]+(/reply/\S+answer=help)", text_of(mail))[1]
    page = phone(chromium, site)
    before = site.ask("stands", action)
    page.goto(base + path)
    assert site.ask("stands", action) == before
    page.get_by_label("What would help?").fill("Finance has to say yes.")
    page.get_by_role("button", name="Ask for help").click()
    page.get_by_role("heading", name="Help is asked for").wait_for()
    for who in ("fiona", "elena"):
        until(mail_to(sink, who, "Finance has to say yes."), f"Sam's cry for help to {who}")

    # A4: Elena on her phone.
    hers = phone(chromium, site, made["cookie"], made["sessions"]["elena"])
    hers.goto(base)
    hers.get_by_text("One thing needs you.").wait_for()
    hers.get_by_text("Finance has to say yes.").wait_for()
    hers.get_by_role("textbox").fill("Finance agrees. Take Friday.")
    hers.get_by_role("button", name="Send to Sam Cast").click()
    hers.get_by_text("Nobody waits for you.").wait_for()
    until(mail_to(sink, "sam", "Take Friday."), "Elena's line to Sam")
    his = phone(chromium, site, made["cookie"], made["sessions"]["sam"])
    his.goto(base)
    his.get_by_text("Elena Cast writes about").wait_for()

    # A2: done, and no mail was sent twice.
    page.goto(base + path.replace("answer=help", "answer=done"))
    page.get_by_label("What does the customer notice now?").fill("She reads a date in the offer.")
    page.get_by_role("button", name="It’s kept").click()
    page.get_by_role("heading", name="Kept.").wait_for()
    now = site.ask("stands", action)
    assert (now["status"], now["help"]) == ("done", False)
    assert [kind for kind, _ in now["notes"]] == ["help", "sponsor"]
    assert len(sink.ids) == len(set(sink.ids))
    with capsys.disabled():
        kind = "Celery on Valkey, PostgreSQL" if site.stack else "embedded, SQLite"
        print(f"\n  A1 to A4 ({kind}): everybody's own mail {took:.1f} s after the close, {len(sink.ids)} mails")
