"""What follows a workshop, from the close to the next cycle and the archive (D9, D10, A1 to A6 and A12 of the storyline),
in real processes: Celery on Valkey with PostgreSQL, and the embedded default; with a real mail server and a real browser.
The server is a process of its own, as are worker and beat."""

from __future__ import annotations

import datetime
import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from journeymap.stack import die_with_parent
from tests.conftest import Sink
from tests.faults.closing import CAST
from tests.faults.servers import ROOT, World, world

SOON = 40.0  # seconds; the machine that runs this may be busy


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


def mail_to(sink: Sink, who: str, words: str) -> Callable[[], Message | None]:
    def look() -> Message | None:
        for message in sink.messages:
            subject = str(make_header(decode_header(message["Subject"])))
            if message["To"] == f"{who}@faults.example" and words.lower() in f"{subject} {text_of(message)}".lower():
                return message
        return None

    return look


class Story:
    """The people of it by first name, each in a browser of their own, and the mails they get."""

    def __init__(self, site: World, sink: Sink, browser: Browser) -> None:
        self.site, self.sink, self.browser = site, sink, browser
        self.base = f"http://127.0.0.1:{site.port}"
        self.made = site.ask("closing")
        self.promises: list[str] = self.made["promises"]

    def page(self, who: str = "", path: str = "/", *, wide: bool = False) -> Page:
        """`who` opens an address, on a phone or at a desk; nobody in particular without a name."""
        size = {"width": 1440, "height": 900} if wide else {"width": 390, "height": 844}
        context = self.browser.new_context(viewport=size, base_url=self.base)
        context.set_default_timeout(20_000)
        if who:
            context.add_cookies([{"name": self.made["cookie"], "value": self.made["sessions"][who], "url": self.base}])
        page = context.new_page()
        page.goto(path)
        return page

    def command(self, name: str, **data: object) -> None:
        """One of Fiona's, by a program of hers."""
        headers = {"Authorization": f"Bearer {self.made['token']}", "Content-Type": "application/json"}
        url, body = f"{self.base}/api/journeys/{self.made['room']}/commands/", json.dumps({"name": name, "data": data})
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers), timeout=30) as answer:
            assert answer.status == 200

    def mail(self, who: str, words: str) -> Message:
        found = until(mail_to(self.sink, who, words), f"the mail to {who} that says {words!r}")
        assert isinstance(found, Message)
        return found

    def promise(self, n: int) -> dict[str, object]:
        return self.site.ask("stands", self.promises[n])


@pytest.mark.timeout(600)
def test_what_follows_a_workshop(site, sink, chromium, capsys):
    started = time.monotonic()
    story = Story(site, sink, chromium)
    read_out_and_close(story, capsys)
    the_page_for_elena(story)
    mail = help_by_mail(story)
    needs_me(story)
    kept(story, mail)
    report_back(story)
    archived(story)
    assert len(sink.ids) == len(set(sink.ids)), "nothing was sent twice"
    with capsys.disabled():
        kind = "Celery on Valkey, PostgreSQL" if site.stack else "embedded, SQLite"
        print(f"  D9 to A6 and A12 ({kind}): {len(sink.ids)} mails, {time.monotonic() - started:.0f} s")


def read_out_and_close(story: Story, capsys) -> None:
    """D9, D10, A1: the sponsor answers, the list is complete, and everybody has their own mail within ten seconds."""
    room = f"/workshops/{story.made['workshop']}/"
    elena, fiona = story.page("elena", room), story.page("fiona", f"{room}close/", wide=True)
    story.command("workshop.read_out", id=story.made["workshop"], department=department(story, "sam"))
    for n in (0, 7):
        box = elena.get_by_role("textbox", name=f"What you say to: Call back the same day: {n}")
        box.fill(f"Well done, {n}.")
        box.press("Enter")
        expect(elena.get_by_text(f"Well done, {n}.")).to_be_visible()
    elena.get_by_role("button", name="I will be there").click()
    expect(elena.get_by_text("Elena Cast will be there")).to_be_visible()
    expect(elena.get_by_role("link", name="Put it in my calendar")).to_be_visible()
    said = "7/7 functions answered all four, 11 actions, all with owner and date, Elena Cast sponsors it, report-back booked"
    expect(fiona.locator("main")).to_contain_text(said)
    fiona.get_by_role("button", name="Close the workshop").click()
    closed = time.monotonic()
    for n, first in enumerate(CAST):
        story.mail(first, f"Call back the same day: {n}: by ")
    story.mail("fiona", "11 promises came out of it")
    report = story.mail("elena", "the report is ready")
    took = time.monotonic() - closed
    with capsys.disabled():
        print(f"\n  A1: everybody's own mail and the sponsor's page {took:.1f} s after the close")
    assert took <= 10
    files = {part.get_filename(): part for part in report.walk() if part.get_filename()}
    (name,) = files
    assert name.endswith(".pdf") and pages(files[name].get_payload(decode=True)) == 1
    assert "/report/kept/" in text_of(report)
    fiona.reload()
    assert "After workshop 1" in story.site.ask("session", story.made["workshop"])["versions"]


def department(story: Story, who: str) -> str:
    headers = {"Authorization": f"Bearer {story.made['token']}"}
    url = f"{story.base}/api/organisations/{story.made['slug']}/departments/"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        rows = json.loads(answer.read())
    rows = rows if isinstance(rows, list) else rows.get("results", rows.get("departments"))
    return rows[CAST.index(who)]["id"]


def pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


ORDER = (
    "Objective",
    "Promises by status",
    "Nobody says when",
    "By department",
    "first report",
    "Report back to the group",
)


def the_page_for_elena(story: Story) -> None:
    """A1: one A4 page and one Letter page with eleven promises, in this order, with what customers state."""
    link = re.search(
        r"https?://[^/]+(/workshops/\S+/report/kept/\S+)", text_of(story.mail("elena", "the report is ready"))
    )
    assert link
    elena = story.page("elena", link[1])
    look(elena, "report-elena")
    words = " ".join(elena.locator("main").inner_text().split())
    found = [words.lower().find(part.lower()) for part in ORDER]
    assert -1 not in found and found == sorted(found), dict(zip(ORDER, found, strict=True))
    for stated in ("19 h", "4,500", "1,550,000"):
        assert stated in words, (stated, words)
    for form in ("pdf", "letter.pdf"):
        answer = elena.request.get(f"/workshops/{story.made['workshop']}/report.{form}")
        assert pages(answer.body()) == 1, form


def help_by_mail(story: Story) -> str:
    """A3: the link in the owner's mail, without signing in; opening it changes nothing. Returns where it leads."""
    path = ""
    for n, who in ((0, "sam"), (1, "sue")):
        mail = story.mail(who, "today is the day")
        found = re.search(r"https?://[^/]+(/reply/\S+answer=help)", text_of(mail))
        assert found
        before = story.promise(n)
        page = story.page(path=found[1])
        assert story.promise(n) == before, "a GET changes nothing"
        page.get_by_label("What would help?").fill(f"Finance has to say yes to {who}.")
        page.get_by_role("button", name="Ask for help").click()
        page.get_by_role("heading", name="Help is asked for").wait_for()
        for above in ("fiona", "elena"):
            story.mail(above, f"Finance has to say yes to {who}.")
        path = path or found[1]
    return path


def needs_me(story: Story) -> None:
    """A4: on her phone; two things, each with the owner's line, the day and customers' words; answered in place."""
    elena = story.page("elena")
    expect(elena.get_by_text("Two things need you.")).to_be_visible()
    expect(elena.get_by_role("heading", name="Needs me 2")).to_be_visible()
    first = elena.locator("article.ask").filter(has_text="Finance has to say yes to sam.")
    expect(first).to_contain_text("Due")
    expect(first.locator("blockquote")).to_contain_text("four people on the phone")
    assert elena.evaluate("document.documentElement.scrollWidth") <= 390
    first.get_by_role("textbox").fill("Finance agrees. Take Friday.")
    first.get_by_role("button", name="Send to Sam Cast").click()
    expect(elena.get_by_text("One thing needs you.")).to_be_visible()
    story.mail("sam", "Take Friday.")
    expect(story.page("sam").get_by_text("Elena Cast writes about “Call back the same day: 0”")).to_be_visible()
    elena.goto(f"/workshops/{story.made['workshop']}/report/")
    expect(elena.locator(".report")).to_contain_text("Finance agrees. Take Friday.")


def kept(story: Story, path: str) -> None:
    """A5: what the customer notices, and the measure now or the day on which it is known; then no reminder any more."""
    page = story.page(path=path.replace("answer=help", "answer=done"))
    page.get_by_label("What does the customer notice now?").fill("She hears within the day.")
    page.get_by_role("button", name="It’s kept").click()
    expect(page.get_by_text("or on which day it will be known")).to_be_visible()
    page.get_by_label(re.compile("^Days to hear back")).fill("2")
    page.get_by_role("button", name="It’s kept").click()
    page.get_by_role("heading", name="Kept.").wait_for()
    now = story.promise(0)
    assert (now["status"], now["help"], now["after"]) == ("done", False, "2")
    assert [kind for kind, _ in now["notes"]] == ["sponsor", "help", "sponsor"]
    known = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
    sam = story.page("sam", f"/promises/{story.promises[7]}/?status=done", wide=True)
    expect(sam.get_by_label("Status")).to_have_value("done")
    sam.get_by_label("What does the customer notice now?").fill("She knows the hour.")
    sam.get_by_label("Or: when will it be known?").fill(known)
    sam.get_by_role("button", name="Save").click()
    expect(sam.get_by_text("It will be known on")).to_be_visible()
    now = story.promise(7)
    assert (now["status"], now["outcome"], now["known_on"]) == ("done", "She knows the hour.", known)
    page = story.page("sam", f"/promises/{story.promises[0]}/")
    expect(page.locator(".from-to")).to_contain_text(re.compile(r"9\s*2"))


LATER = datetime.date.today() + datetime.timedelta(days=80)


def report_back(story: Story) -> None:
    """A6: the same people in the same room; kept, partly, not yet, dropped; thanks; minutes; complete only now."""
    session = story.site.ask("session", story.made["workshop"])
    assert session["same"] and len(session["asked"]) == 8, session
    series = f"/journeys/{story.made['room']}/workshops/"
    fiona, room = story.page("fiona", series, wide=True), f"/workshops/{session['id']}/"
    assert "Complete" not in fiona.locator("main").inner_text()
    expect(fiona.locator("main")).to_contain_text("Waits for its report-back")
    fiona.goto(room)
    fiona.get_by_role("button", name="Go live").click()
    fiona.get_by_role("button", name=re.compile("^Next:")).click()
    elena, sam = story.page("elena", room), story.page("sam", room)
    big = story.page("fiona", f"{room}projector/", wide=True)
    for page in (elena, sam, fiona):
        expect(page.locator("#promises")).to_contain_text("0 of 11")
    expect(fiona.locator("#promises")).to_contain_text("Not here today")
    expect(fiona.locator("#promises section[aria-labelledby=absent-h]")).to_contain_text("Hana Cast")
    tell(fiona, story, 0, "Kept", learned="Ask Finance first.")
    tell(fiona, story, 1, "Partly", due=LATER.isoformat(), learned="Nights are open.")
    tell(fiona, story, 2, "Not yet", due=LATER.isoformat(), learned="The supplier is slow.")
    tell(fiona, story, 3, "Dropped", because="Another portal does it.")
    first = sam.locator(f"#r-{story.promises[0]}")
    expect(first).to_contain_text("Kept")
    expect(first.locator(".from-to")).to_contain_text(re.compile(r"9\s+2\s+days to hear back"))
    expect(first).to_contain_text("Ask Finance first.")
    expect(sam.locator(f"#r-{story.promises[2]} s")).to_be_visible()
    expect(sam.locator(f"#r-{story.promises[2]}")).to_contain_text(f"{LATER.day} {LATER:%b %Y}")
    kind, before, after = story.promise(2)["told"]
    assert (kind, after, story.promise(2)["due"]) == ("not_yet", str(LATER), str(LATER)) and before < after
    expect(big.locator("#promises section")).to_have_count(8)  # the functions, and who is absent
    pia = big.locator(f"#r-{story.promises[2]}")
    expect(pia).to_have_count(0)
    fiona.locator("#promises form.turns button").nth(2).click()
    expect(pia).to_contain_text("The supplier is slow.")
    expect(pia.locator("s").first).to_be_visible()
    expect(big.locator("#promises section")).to_have_count(1)
    expect(sam.locator("#promises .is-here")).to_have_count(1)
    thanks = elena.locator(f"#r-{story.promises[0]} form").get_by_role("textbox", name=re.compile("Thank them"))
    thanks.fill("Thank you, Sam.")
    thanks.press("Enter")
    expect(fiona.locator(f"#r-{story.promises[0]}")).to_contain_text("Thank you, Sam.")
    look(fiona, "report-back-fiona")
    look(elena, "report-back-elena")
    look(big, "report-back-big")
    fiona.goto(f"{room}close/")
    expect(fiona.locator("main")).to_contain_text("4/11 promises told")
    for n in range(4, 11):
        told = {"id": f"rs_{n:016d}", "workshop": session["id"], "action": story.promises[n], "of_kind": "partly"}
        story.command("result.mark", **told, due=LATER.isoformat())
    fiona.reload()
    expect(fiona.locator("main")).to_contain_text("11/11 promises told")
    fiona.get_by_role("button", name="Close the workshop").click()
    for who in (*CAST, "elena", "fiona"):
        minutes = text_of(story.mail(who, "1 of 11 promises kept"))
        assert "The supplier is slow." in minutes and f"{LATER.day} {LATER:%B}" in minutes
    fiona.goto(series)
    expect(fiona.locator("#series")).to_contain_text("Complete: the group heard back on")
    fiona.locator("#series").get_by_role("link", name="Next cycle").click()
    expect(fiona.get_by_label("What shall change for customers?")).to_have_value("Cut customers' effort")


def tell(page: Page, story: Story, n: int, what: str, **more: str) -> None:
    """Fiona says what became of a promise, in its form on the room's page."""
    row = page.locator(f"#r-{story.promises[n]}")
    row.locator("summary").click()
    row.get_by_role("radio", name=what, exact=True).check()
    for name, value in more.items():
        row.locator(f"[name={name}]").fill(value)
    row.get_by_role("button", name="Keep it").click()
    expect(page.locator(f"#r-{story.promises[n]} .result__told")).to_contain_text(what)


def archived(story: Story) -> None:
    """A12: the journey is put away, its guest is out; a contact's name goes and the codes stay."""
    journey = f"/journeys/{story.made['room']}/"
    gus = story.page("gus", journey)
    expect(gus.get_by_role("heading", name="Calls the hotline")).to_be_visible()
    fiona = story.page("fiona", f"{journey}workshops/", wide=True)
    fiona.get_by_text("Archive this journey").click()
    fiona.get_by_role("button", name="Archive it").click()
    expect(fiona.get_by_text("is archived. Its guests are out.")).to_be_visible()
    expect(fiona.locator("details.archived")).to_contain_text("From fault to recovery")
    until(lambda: gus.request.get(journey, max_redirects=0).status in (302, 404), "the guest's end")
    before = story.site.ask("words")["comments"]
    fiona.goto(f"/organisations/{story.made['slug']}/contacts/")
    fiona.get_by_role("link", name="Delete personal data of Anna Meyer").click()
    expect(fiona.locator("main")).to_contain_text("1 comment now")
    assert story.site.ask("words")["comments"] == before, "a GET changes nothing"
    fiona.get_by_role("button", name="Delete it for good").click()
    expect(fiona.get_by_text("The name is gone from 1 comment")).to_be_visible()
    found = story.site.ask("words")
    hers = next(row for row in found["comments"] if "[name]" in row["text"])
    assert hers["text"].startswith("Your hotline kept us on hold for 4 hours, ask [name]: nobody said")
    assert (hers["severity"], bool(hers["issue"]), bool(hers["touchpoint"]), hers["contact"]) == (4, True, True, None)
    assert found["contacts"] == ["Eve Stone", "Tom Hill"]


def look(page: Page, name: str) -> None:
    """Pictures to look at, where somebody asks for them."""
    if folder := os.environ.get("STORY_SHOTS", ""):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
