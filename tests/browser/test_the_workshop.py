"""A workshop of seven departments, prepared and begun in the browsers of those who come.

Fiona, Sam, Sue, Elena and those who come by mail sit at laptops, Gus has a phone and a code, and the big screen runs
beside them.
"""

from __future__ import annotations

import datetime
import io
import os
import re
import time
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actors import load_actor
from accounts.models import Department, User
from live import door
from live.models import new_id
from tests.browser.test_room import drift
from tests.browser.test_the_loop import text_of
from touchpoints.models import Journey, Stage
from voices import intake
from voices.models import Comment
from workshops.models import Participant, Phase, Workshop

SHOTS = os.environ.get("STORY_SHOTS", "")  # a folder: pictures to look at
PATIENT = 15_000  # ms: a slow machine is no defect
OBJECTIVE = "Cut customers’ effort from order to first production"
BY_MAIL = {"Product": "pia", "Logistics": "leo", "Finance": "finn", "IT": "ida", "HR": "hana"}
NAMES = {"pia": "Pia Lang", "leo": "Leo Marsh", "finn": "Finn Adair", "ida": "Ida Blom", "hana": "Hana Reyes"}
LETDOWNS = ("Nobody says when the part comes", "The hotline asks the same again", "The invoice has no order number")
COMMENTS = """id,account,date,score,comment
1,Nordmolen,2026-03-02,3,"Your hotline kept us on hold for forty minutes while the line stood, nobody answered our call."
2,Bakehouse,2026-03-05,2,We explained it to four people on the phone and waited nine days for a reply.
3,Castle Foods,2026-04-01,4,The hotline cost us 3 hours and EUR 4500 that afternoon because nobody called back.
"""


def until(true: Callable[[], object], about: str) -> None:
    give_up = time.monotonic() + PATIENT / 1000
    while not true():
        assert time.monotonic() < give_up, about
        time.sleep(0.05)


def look(page: Page, name: str) -> None:
    """A picture at 1440 and one at 390, to be looked at."""
    if not SHOTS:
        return
    size = page.viewport_size
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size(size)


@pytest.fixture
def meeting(window, people, departments, sink) -> Meeting:
    return Meeting(window, people, departments, sink)


class Meeting:
    """Who is in it, by first name, and the workshop once it is there."""

    workshop: Workshop

    def __init__(self, window, people: dict[str, User], departments: dict[str, Department], sink) -> None:
        self.window, self.people, self.departments, self.sink = window, people, departments, sink
        self.pages: dict[str, Page] = {}

    def __getitem__(self, who: str) -> Page:
        if who not in self.pages:
            self.open(who, who)
        return self.pages[who]

    def open(self, who: str, session: object = None, **more: object) -> Page:
        self.pages[who] = self.window(session, **more)
        self.pages[who].set_default_timeout(PATIENT)
        return self.pages[who]

    @property
    def room(self) -> str:
        return f"/workshops/{self.workshop.pk}/"

    def do(self, who: str, name: str, **data: object) -> str:
        """One of the live commands, in somebody's name."""
        door.execute(self.workshop.room_id, self.people[who].identity, name, data)
        return str(data.get("id"))

    def enter(self, *names: str) -> None:
        for name in names:
            self[name].goto(self.room)
            expect(self[name].locator("#status")).to_have_attribute("data-state", "saved", timeout=PATIENT)

    def next(self, phase: str) -> None:
        fiona = self["fiona"]
        fiona.get_by_role("button", name=f"Next: {phase}").click()
        expect(fiona.locator("#phase-name")).to_have_text(phase, timeout=PATIENT)


def test_a_workshop_is_prepared_and_begun(meeting):
    prepare(meeting)
    come_by_mail(meeting)
    go_live(meeting)
    walk(meeting)


# -- before ------------------------------------------------------------------------------------------------------
def prepare(meeting: Meeting) -> None:
    """Four pages: what for, who, which stages, when. *Next* waits until the first three answers are there."""
    fiona = meeting["fiona"]
    fiona.goto("/workshops/")
    fiona.get_by_role("link", name="New workshop").first.click()
    go_on = fiona.locator("#next")
    for label, words in (
        ("What shall change for customers?", OBJECTIVE),
        ("What will be done with the result?", "The board decides in May what we redesign"),
        ("How will you know that it worked?", "Hours customers spend per order, 180 to 90"),
    ):
        expect(go_on).to_be_disabled()
        fiona.get_by_label(label).fill(words)
    fiona.get_by_role("radio", name="Cut low-value touchpoints and effort").check()
    look(fiona, "b1-objective")
    go_on.click()
    expect(fiona.locator("[name=functions]:checked")).to_have_count(11)
    for function, name in BY_MAIL.items():
        fiona.get_by_label(f"Representative, {function}", exact=True).fill(f"{name}@harrow.example")
    expect(fiona.locator("#coverage")).to_contain_text("7 of 11 functions have a rep", use_inner_text=True)
    expect(fiona.locator("#coverage")).to_contain_text("Missing: Marketing, Account management, Operations, Legal.")
    expect(fiona.get_by_label("Executive sponsor").locator("option:checked")).to_have_text("Elena Ruiz")
    fiona.get_by_label("Journey owner").select_option(label="Fiona Hart")
    look(fiona, "b2-functions")
    go_on.click()
    fiona.get_by_role("radio", name="B2B equipment").check()
    fiona.get_by_label("What is this journey called?").fill("From order to first production")
    stages = fiona.locator('[data-set="set:equipment"] ol input')
    expect(stages).to_have_count(8)
    expect(stages.first).to_have_value("We notice a need")
    stages.nth(3).fill("We place the order")
    expect(fiona.locator("main")).to_contain_text("personas come from the data")
    look(fiona, "b3-stages")
    go_on.click()
    day = timezone.localdate() + datetime.timedelta(days=14)
    day += datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    fiona.get_by_label("Date", exact=True).fill(day.isoformat())
    back = fiona.get_by_label("Report back on")
    between = datetime.date.fromisoformat(back.input_value()) - day
    assert 45 <= between.days <= 47, between  # a Monday, where that is a weekend
    expect(fiona.get_by_role("radio", name="So what, 165 minutes")).to_be_checked()
    look(fiona, "b4-date")
    go_on.click()
    fiona.wait_for_url(re.compile(r"/workshops/ws_\w+/$"))
    meeting.workshop = Workshop.objects.get()
    assert [row.name for row in Stage.objects.filter(room=meeting.workshop.room_id).order_by("order")][3] == (
        "We place the order"
    )
    assert sum(row.minutes for row in Phase.objects.filter(workshop=meeting.workshop)) == 165
    look(fiona, "b4-planned")


def come_by_mail(meeting: Meeting) -> None:
    """A link, a name, no password; then what customers say about one's own work. Six of the seven open it."""
    fill_the_map(meeting)
    for name, address in [(name, f"{name}@harrow.example") for name in BY_MAIL.values()]:
        until(lambda to=address: any(to in str(row["To"]) for row in meeting.sink.messages), f"no mail to {address}")
        mail = next(row for row in meeting.sink.messages if address in str(row["To"]))
        link = re.search(r"https?://\S+", text_of(mail))
        page = meeting.open(name)
        page.goto(re.sub(r"^https?://[^/]+", "", link[0]))
        page.get_by_label("Your name").fill(NAMES[name])
        page.get_by_role("button", name="Come in").click()
        expect(page.locator("main")).to_contain_text("You are asked to come for", timeout=PATIENT)
        meeting.people[name] = User.objects.get(email=address)
    sam = meeting["sam"]
    sam.goto("/")
    expect(sam.locator("main")).to_contain_text("2 touchpoints are yours", use_inner_text=True)
    look(sam, "b9-home")
    sam.get_by_role("link", name="Our page").click()
    expect(sam.locator("main")).to_contain_text("You are asked to come for", timeout=PATIENT)
    came = Participant.objects.filter(department__isnull=False, opened_at__isnull=False)
    until(lambda: came.count() == 6, "whoever looked is not counted")
    fiona = meeting["fiona"]
    fiona.reload()
    expect(fiona.locator("#asked ~ .hint")).to_have_text("opened 6 of 7", use_inner_text=True)
    look(fiona, "b10-opened")


def fill_the_map(meeting: Meeting) -> None:
    """Two touchpoints of Sales, one of each other function that comes, and what lets customers down there."""
    stages = list(Stage.objects.filter(room=meeting.workshop.room_id).order_by("order"))
    for n, (code, title) in enumerate(
        [
            ("SA", "Asks for a quote"),
            ("SA", "Places the order"),
            ("CS", "Calls the hotline"),
            ("FI", "Gets the invoice"),
        ]
    ):
        lead = meeting.departments[code].pk
        pk = meeting.do("fiona", "touchpoint.add", id=new_id("tp"), stage=stages[2 + n].pk, title=title, lead=lead)
        if n:
            meeting.do("fiona", "issue.add", id=new_id("is"), title=LETDOWNS[n - 1], touchpoint=pk)
        if code == "CS":
            bring_in(meeting, pk)


def bring_in(meeting: Meeting, touchpoint: str) -> None:
    """A file of comments, and their place on the map."""
    actor = load_actor(meeting.people["fiona"].identity, meeting.workshop.room.organisation_id)
    journey, file = Journey.objects.get(pk=meeting.workshop.room_id), COMMENTS.encode()
    row = intake.take(journey, actor, "cases.csv", io.BytesIO(file), len(file), {"months": 0})
    intake.start(row)
    intake.run(row.pk)
    ids = list(Comment.objects.filter(room=journey.pk).values_list("pk", flat=True))
    assert len(ids) == 3
    meeting.do("fiona", "comment.place", ids=ids, touchpoint=touchpoint)


# -- during ------------------------------------------------------------------------------------------------------
def go_live(meeting: Meeting) -> None:
    """Everybody comes in, Gus by code; the objective and one clock are on every screen."""
    fiona, gus = meeting["fiona"], meeting.open("gus", phone=True)
    fiona.get_by_role("button", name="Go live").click()
    expect(fiona.locator("#phase-name")).to_have_text("Why", timeout=PATIENT)
    fiona.locator("#desk-door summary").click()
    fiona.get_by_role("button", name="Make a code").click()
    letters = fiona.locator(".lobby__letters")
    expect(letters).to_have_text(re.compile(r"^\s*\w{4}-\w{4}\s*$"), timeout=PATIENT)
    meeting.open("big", "fiona", width=1920, height=1080)
    meeting["big"].goto(f"{meeting.room}projector/")
    expect(meeting["big"].locator(".big__code")).to_have_text(letters.inner_text().strip())
    expect(meeting["big"].locator(".big__qr svg")).to_be_visible()
    started = time.monotonic()
    gus.goto("/join/")
    gus.get_by_label("Code").fill(letters.inner_text().lower())
    gus.get_by_role("button", name="Go in").click()
    gus.get_by_label("Your name").fill("Gus (Key accounts)")
    gus.get_by_role("radio", name="Sales").check()
    gus.get_by_role("button", name="Take a seat").click()
    fiona.get_by_role("button", name="Admit Gus (Key accounts)").click()
    gus.wait_for_url("**/journeys/jn_*/", timeout=PATIENT)
    expect(gus.get_by_role("heading", name="Calls the hotline")).to_be_visible(timeout=PATIENT)
    assert (took := time.monotonic() - started) <= 30, f"from the code to the map: {took:.0f} s"
    meeting.enter("sam", "sue", "elena", "gus")
    for name in BY_MAIL.values():
        meeting.do(name, "workshop.enter", id=meeting.workshop.pk)
    for who in ("fiona", "sam", "sue", "elena", "gus", "big"):
        expect(meeting[who].locator(".why__objective")).to_have_text(OBJECTIVE)
        assert drift(meeting[who], meeting.workshop) <= 1, who
    look(meeting["fiona"], "d2-why-fiona")
    look(meeting["sam"], "d2-why-sam")
    look(meeting["big"], "d2-why-big")


def walk(meeting: Meeting) -> None:
    """All screens go where Fiona goes; anybody may look around. The strongest words stand at each stage."""
    meeting.next("Walk the map")
    fiona, gus, big = meeting["fiona"], meeting["gus"], meeting["big"]
    stages = list(Stage.objects.filter(room=meeting.workshop.room_id).order_by("order"))
    there, further = stages[4], stages[6]
    expect(gus.locator("#follow")).to_contain_text("You follow Fiona.", timeout=PATIENT)
    fiona.get_by_role("button", name=f"Everybody to {there.name}").click()
    for page in (gus, big):
        expect(page.locator(f"#{there.pk}.is-here")).to_be_in_viewport(timeout=PATIENT)
    gus.get_by_role("button", name="Look around").click()
    gus.evaluate("scrollTo(0, 0)")
    fiona.get_by_role("button", name=f"Everybody to {further.name}").click()
    expect(gus.locator(f"#{further.pk}.is-here")).to_be_attached(timeout=PATIENT)
    expect(gus.locator(f"#{further.pk}")).not_to_be_in_viewport()
    gus.get_by_role("button", name="Back to Fiona").click()
    expect(gus.locator(f"#{further.pk}")).to_be_in_viewport()
    quotes = gus.locator(f"#{there.pk} blockquote")
    expect(quotes).to_have_count(3)
    expect(quotes.locator("mark").first).to_be_visible()
    look(fiona, "d3-walk-fiona")
    look(gus, "d3-walk-gus")
    look(big, "d3-walk-big")
