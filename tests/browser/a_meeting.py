"""What the test of a whole workshop stands on: its cast, their browsers, and what is done there again and again."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable

from playwright.sync_api import Error, Locator, Page, Response, expect

from accounts.models import Department, User
from live import door
from live.models import new_id
from workshops.models import Answer, Workshop

SHOTS = os.environ.get("STORY_SHOTS", "")  # a folder: pictures to look at
PATIENT = 15_000  # ms: a slow machine is no defect
BY_MAIL = {"Product": "pia", "Logistics": "leo", "Finance": "finn", "IT": "ida", "HR": "hana"}
NAMES = {"pia": "Pia Lang", "leo": "Leo Marsh", "finn": "Finn Adair", "ida": "Ida Blom", "hana": "Hana Reyes"}


class Wire:
    """Everything one browser is sent: the frames of its sockets and the bodies of its responses."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str] = []
        self.responses: list[Response] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._frame))
        page.on("response", self._response)

    def _response(self, response: Response) -> None:
        self.responses.append(response)

    def _frame(self, payload: str | bytes) -> None:
        self.frames.append(payload if isinstance(payload, str) else payload.decode("utf-8", "replace"))

    def heard(self) -> str:
        bodies = []
        for response in self.responses:
            with contextlib.suppress(Error):  # a redirect has no body
                bodies.append(response.text() if "text" in response.headers.get("content-type", "") else "")
        return "\n".join([*self.frames, *bodies])


def until(true: Callable[[], object], about: str) -> None:
    give_up = time.monotonic() + PATIENT / 1000
    while not true():
        assert time.monotonic() < give_up, about
        time.sleep(0.05)


def look(page: Page, name: str) -> None:
    """Pictures to be looked at: at 1440 and 390, the big screen as it is; light and dark."""
    if not SHOTS:
        return
    size = page.viewport_size
    sizes = [size] if size["width"] == 1920 else [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for each in sizes:
            page.set_viewport_size(each)
            page.screenshot(path=f"{SHOTS}/{name}-{each['width']}-{scheme}.png", full_page=each["width"] != 1920)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size)


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


def write(page: Page, kind: str, text: str) -> None:
    """One answer: typed, and on to the next."""
    form = page.locator("form[data-composer]", has=page.locator(f"#new-{kind}"))
    form.locator("textarea").fill(text)
    form.get_by_role("button", name="Next answer").click()
    expect(form.locator("textarea")).to_have_value("")
    until(lambda: Answer.objects.filter(text=text).exists(), f"{text!r} was not kept")


def count_of(page: Page, department: Department, kind: str) -> Locator:
    return page.locator(f'#counts-{kind} .counts [data-count="{department.pk} {kind}"]')


def the_others_answer(meeting: Meeting, kind: str, *names: str) -> None:
    for name in names:
        text = f"{NAMES[name].split()[0]} on {kind}"
        meeting.do(name, "answer.add", id=new_id("an"), workshop=meeting.workshop.pk, of_kind=kind, text=text)
