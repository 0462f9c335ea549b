"""The last half hour, as three people click through it: promise, read out, say yes to the date, close."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from actions.models import ActionItem, NoAction
from live.door import execute
from live.models import new_id
from tests.live.payloads import turn
from tests.workshops.test_workshop_commands import answered, gone_live
from touchpoints.models import MapVersion
from workshops.models import Prompt, Workshop


@pytest.fixture
def workshop(journey, fiona, sam, sue, elena) -> Workshop:
    """In Commit: sales and service have answered, everything is revealed, nothing is promised."""
    row = gone_live(journey, fiona, people=[sam.identity, sue.identity], sponsor=elena.pk)
    turn(journey.pk, fiona.identity, row.pk, "love_to_learn")
    for who in (sam, sue):
        execute(journey.pk, who.identity, "workshop.enter", {"id": row.pk})
        for prompt in Prompt:
            answered(row, who, f"{who.name.split()[0]} calls back within the hour", of_kind=prompt.value)
    for prompt in Prompt:
        execute(journey.pk, fiona.identity, "workshop.reveal", {"id": row.pk, "of_kind": prompt.value})
    turn(journey.pk, fiona.identity, row.pk, "commit")
    return Workshop.objects.get(pk=row.pk)


def test_every_department_leaves_with_a_promise_or_a_reason(window, workshop):
    room = f"/workshops/{workshop.pk}/"
    fiona, sam, sue, elena = window("fiona"), window("sam", phone=True), window("sue"), window("elena")
    for page in (fiona, sam, sue, elena):
        page.goto(room)
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    expect(fiona.locator(".wheel")).to_have_attribute("aria-label", re.compile("^0 of 2 .* 2 missing$"))
    _promise(sam, workshop)
    expect(fiona.locator(".wheel")).to_have_attribute("aria-label", re.compile("^1 of 2 .* 1 missing$"))
    _say_none(sue, sam)
    expect(fiona.locator(".wheel")).to_have_attribute("aria-label", re.compile("1 said why they have none, 0 missing$"))
    _read_out(fiona, elena, sam)
    _close(fiona, sam)


def _promise(sam: Page, workshop: Workshop) -> None:
    """One tap from the answer; the form knows the rest."""
    mine = sam.locator(".share--mine")
    mine.get_by_role("link", name=re.compile("Make it a promise")).first.click()
    expect(sam.get_by_label("What do you promise?")).to_have_value("Sam calls back within the hour")
    sam.get_by_label("What changes for the customer?").fill("She hears back the same day")
    sam.get_by_label("Together with").select_option(label="Sue Baines")
    sam.get_by_label("Measure").fill("days to hear back")
    sam.get_by_label("Today").fill("9 days")
    sam.get_by_label("Target").fill("1 day")
    sam.get_by_role("button", name="Promise it").click()
    sam.wait_for_url(re.compile("/workshops/"))
    row = ActionItem.objects.get()
    assert row.workshop_id == workshop.pk and row.sponsor_id == workshop.sponsor_id and row.answer_id
    assert str(row.co_owner) == "Sue Baines"


def _say_none(sue: Page, sam: Page) -> None:
    """What somebody types is there still when others change something meanwhile."""
    fold = sue.locator(".share--mine details")
    fold.locator("summary").click()
    fold.get_by_role("textbox").fill("Two promises of last year")
    sue.locator("h1").click()
    execute_note(sam)
    expect(sue.locator("#promises")).to_contain_text("Sam Okoro and Sue Baines")
    expect(fold.get_by_role("textbox")).to_have_value("Two promises of last year")
    fold.get_by_role("button", name="Say so").click()
    expect(sue.locator(".share--mine")).to_contain_text("None, because Two promises of last year")
    assert NoAction.objects.get().by_name == "Sue Baines"


def execute_note(_: Page) -> None:
    row = ActionItem.objects.select_related("owner").get()
    note = {"id": new_id("pn"), "action": row.pk, "text": "Logistics is with us."}
    execute(row.room_id, row.owner.identity, "action.note", note)


def _read_out(fiona: Page, elena: Page, sam: Page) -> None:
    fiona.get_by_role("button", name=re.compile("Next: Read-out")).click()
    fiona.get_by_role("button", name="Begin with Sales").click()
    for page in (elena, sam):
        expect(page.locator(".minute h3")).to_contain_text("Sales")
        expect(page.locator(".minute")).to_contain_text("days to hear back: 9 days")
    _same_second(fiona, elena)
    elena.get_by_label(re.compile("What you say to")).fill("Tell me on Friday what you need")
    elena.get_by_role("button", name="Say it").click()
    expect(fiona.locator(".minute")).to_contain_text("Elena Ruiz: Tell me on Friday what you need")
    elena.get_by_role("button", name="I will be there").click()
    expect(sam.locator("#promises")).to_contain_text("Elena Ruiz will be there")
    with elena.expect_download() as download:
        elena.get_by_role("link", name="Put it in my calendar").click()
    assert "BEGIN:VEVENT" in download.value.path().read_text()
    fiona.get_by_role("button", name=re.compile("Next: Customer service")).click()
    expect(sam.locator(".minute")).to_contain_text("None, because")


def _same_second(*pages: Page) -> None:
    """The minute of a department runs by the server's clock (within a second), also where the own one is wrong."""
    since = Workshop.objects.values_list("reading_since", flat=True).get()
    for page in pages:
        shown = page.locator("[data-minute] .timer__digits").inner_text()
        minutes, seconds = shown.split(":")
        left = int(minutes) * 60 + int(seconds)
        assert abs(60 - (time.time() - since.timestamp()) - left) <= 2, shown


def _close(fiona: Page, sam: Page) -> None:
    fiona.get_by_role("link", name="Close the workshop").click()
    expect(fiona.get_by_role("heading", name="Nothing is missing")).to_be_visible()
    expect(fiona.locator(".page-head")).to_contain_text(
        "2/2 functions answered all four, 1 action and 1 “none, because …”"
    )
    fiona.get_by_role("button", name="Close the workshop").click()
    expect(fiona.get_by_role("heading", name="What happens next")).to_be_visible()
    expect(sam.get_by_role("heading", name="What happens next")).to_be_visible()
    assert Workshop.objects.filter(state="closed").exists()
    assert MapVersion.objects.get().name == "After workshop 1"


def test_what_is_missing_is_named_and_can_be_mended(window, workshop, journey, fiona):
    execute(journey.pk, fiona.identity, "workshop.change", {"id": workshop.pk, "sponsor": None})
    page = window("fiona", phone=True)
    page.goto(f"/workshops/{workshop.pk}/close/")
    for words in ("Customer service", "no sponsor", "None to own"):
        expect(page.locator(".checks")).to_contain_text(words, ignore_case=True)
    page.get_by_label("Who follows up?").select_option(label="Elena Ruiz")
    page.get_by_role("button", name="Fix").click()
    expect(page.locator(".checks")).to_contain_text("Elena Ruiz sponsors it")
    page.get_by_role("button", name="Close anyway").click()
    expect(page.locator("main")).to_contain_text("Say why you close anyway.")
    page.get_by_label("Close anyway, because").fill("The room was needed")
    page.get_by_role("button", name="Close anyway").click()
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    expect(page.locator("main")).to_contain_text("The room was needed")


def test_a_touchpoint_becomes_a_promise_with_one_tap(window, journey, sam, departments):
    stage = journey.room.stage_set.order_by("order")[0].pk
    data = {"id": new_id("tp"), "stage": stage, "title": "Waits for a quote", "lead": departments["SA"].pk}
    execute(journey.pk, sam.identity, "touchpoint.add", data)
    page = window("sam", phone=True)
    page.goto(f"/journeys/{journey.pk}/")
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    expect(page.locator(f"[data-id={data['id']}]").first).to_be_attached()
    page.evaluate(f"document.querySelector('card-drawer').open('{data['id']}')")
    page.get_by_role("link", name="Make it a promise").click()
    page.get_by_label("What do you promise?").fill("A date in every quote")
    page.get_by_label("What changes for the customer?").fill("She plans around it")
    page.get_by_role("button", name="Promise it").click()
    expect(page.get_by_role("heading", name="A date in every quote")).to_be_visible()
    row = ActionItem.objects.get()
    assert (row.touchpoint_id, row.department_id) == (data["id"], departments["SA"].pk)
