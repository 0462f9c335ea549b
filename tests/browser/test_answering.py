"""Writing alone, the reveal, and what the room does with answers, as two people in real browsers."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Locator, Page, expect

from live import door
from live.models import new_id
from tests.workshops.test_workshop_commands import gone_live
from workshops.models import Answer, Phase, Rating, Tie, Workshop

SHOTS = os.environ.get("ANSWER_SHOTS", "")  # a folder: pictures to look at


def look(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def said(page: Page, text: str) -> Locator:
    return page.locator(".answer").filter(has=page.get_by_text(text, exact=True))


def to_phase(workshop: Workshop, kind: str) -> None:
    """The room turns to the phase of this kind."""
    for _ in range(12):
        workshop.refresh_from_db()
        if workshop.phase.of_kind == kind:
            return
        data = {"id": workshop.pk, "phase": workshop.phase_id}
        door.execute(workshop.room_id, workshop.facilitator.identity, "workshop.next_phase", data)


@pytest.fixture
def meeting(journey, cards, fiona, sue) -> Workshop:
    for title, place in (("Nobody says when the part comes", cards[2]), ("The hotline asks the same again", cards[3])):
        data = {"id": new_id("is"), "title": title, "touchpoint": place.pk}
        door.execute(journey.pk, fiona.identity, "issue.add", data)
    workshop = gone_live(journey, fiona)
    to_phase(workshop, "learn")
    return workshop


@pytest.fixture
def room(window, meeting):
    def enter(who: object, **more: object) -> Page:
        page = window(who, **more)
        page.goto(f"/workshops/{meeting.pk}/")
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
        return page

    return enter


def test_written_alone_read_together(room, meeting, people):
    sam, sue, fiona = room("sam", phone=True), room("sue"), room("fiona")
    box = sam.get_by_label("What our function can learn from this")
    box.press_sequentially("Customers should read the mail we send", delay=5)
    expect(sam.locator("[data-hint]")).to_contain_text("What could we do?")
    expect(sue.locator(".counts")).to_contain_text("1")  # the count is there
    assert "read the mail" not in sue.content() and "read the mail" not in fiona.content()
    look(sam, "private-phone")
    box.fill("Our mail says nothing about the day")
    expect(sam.locator("[data-hint]")).to_be_empty()
    place = sam.get_by_label("Where does it belong?")
    place.fill("Waits")
    place.blur()
    sam.get_by_role("button", name="Next answer").click()
    expect(box).to_have_value("")
    sue.get_by_label("What our function can learn from this").fill("Three people ask for the same number")
    sue.keyboard.press("Control+Enter")
    expect(sue.locator(".wall .answer")).to_have_count(1)
    look(sue, "private")
    look(fiona, "private-fiona")

    fiona.get_by_role("button", name="Reveal all").click()
    for page in (sam, sue, fiona):
        expect(page.locator(".wall .answer")).to_have_count(2)
    for page in (sam, sue):  # where somebody writes it is said at once that this is open now
        expect(page.locator(".composer")).to_contain_text("everybody reads what you write", use_inner_text=True)
        expect(page.locator(".composer")).not_to_contain_text("Only you see it", use_inner_text=True)
    for page in (sue, fiona):
        expect(page.locator(".wall")).to_contain_text("Our mail says nothing about the day")
    row = Answer.objects.get(text="Our mail says nothing about the day")
    assert row.touchpoint.title == "Waits" and row.author == people["sam"].identity

    mine = sue.locator(f'[data-answer="{row.pk}"]')
    mine.get_by_role("button", name="We can help").click()
    expect(fiona.locator(f'[data-answer="{row.pk}"]').get_by_role("button", name="We can help")).to_contain_text("1")
    mine.get_by_role("button", name="Reply").click()
    sue.get_by_label("What you say about it").fill("The hotline knows the day")
    sue.get_by_role("dialog").get_by_role("button", name="Reply").click()
    expect(sam.locator(".replies")).to_contain_text("Sue Baines The hotline knows the day")
    mine.get_by_role("button", name="Tie to …").click()
    sue.get_by_label("Touchpoint, let-down or another answer").fill("Let-down: Nobody says when the part comes")
    sue.get_by_role("dialog").get_by_role("button", name="Tie").click()
    expect(fiona.locator(".tie")).to_contain_text("Nobody says when the part comes")
    assert Tie.objects.get().issue.title == "Nobody says when the part comes"
    look(sue, "open")
    look(sam, "open-phone")


def test_on_a_phone_the_acts_that_matter_stand_there_and_the_others_behind_more(room, meeting, people):
    data = {
        "id": new_id("an"),
        "workshop": meeting.pk,
        "of_kind": "learn",
        "text": "Three people ask for the same number",
    }
    door.execute(meeting.room_id, people["sue"].identity, "answer.add", data)
    door.execute(meeting.room_id, people["fiona"].identity, "workshop.reveal", {"id": meeting.pk, "of_kind": "learn"})
    sam, fiona = room("sam", phone=True), room("fiona")
    answer, wide = sam.locator(f'[data-answer="{data["id"]}"]'), fiona.locator(f'[data-answer="{data["id"]}"]')
    names = ["We see this too", "New to us", "We can help", "Reply", "Group", "Tie to …"]
    for name in names:
        expect(wide.get_by_role("button", name=name)).to_be_visible()
    shown = [name for name in names if answer.get_by_role("button", name=name).is_visible()]
    assert shown == ["We see this too", "Reply"]
    look(sam, "more-closed")
    more = answer.locator("summary")
    expect(more).to_have_accessible_name("More for “Three people ask for the same number”")
    more.focus()
    sam.keyboard.press("Enter")
    for name in names:
        expect(answer.get_by_role("button", name=name)).to_be_visible()
    look(sam, "more-open")
    answer.get_by_role("button", name="New to us").click()
    expect(wide.get_by_role("button", name="New to us")).to_contain_text("1")
    expect(answer.locator('[data-do="react-new"]:focus')).to_have_count(1)  # one is back where one was, in what is open
    sam.set_viewport_size({"width": 1440, "height": 900})
    expect(answer.locator("summary")).to_have_count(0)


def test_grouped_by_keyboard_and_by_hand_with_a_way_back(room, meeting, people):
    for text in ("One", "Two", "Three"):
        data = {"id": new_id("an"), "workshop": meeting.pk, "of_kind": "learn", "text": text}
        door.execute(meeting.room_id, people["sue"].identity, "answer.add", data)
    reveal = {"id": meeting.pk, "of_kind": "learn"}
    door.execute(meeting.room_id, people["fiona"].identity, "workshop.reveal", reveal)
    sam, fiona = room("sam"), room("fiona")
    group = said(sam, "One").get_by_role("button", name="Group")
    group.focus()
    sam.keyboard.press("Enter")
    sam.keyboard.type("Who says when")
    sam.keyboard.press("Enter")
    expect(fiona.locator(".group__head h3").first).to_have_text("Who says when")
    expect(sam.locator('[data-do="group"]:focus')).to_have_count(1)  # one is back where one was
    said(sam, "Two").drag_to(said(sam, "One"))
    expect(fiona.locator(".group").first.locator(".answer")).to_have_count(2)
    look(sam, "grouped")
    sam.get_by_role("button", name="Ungroup").click()
    expect(fiona.locator(".group__head")).to_have_count(0)
    sam.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(fiona.locator(".group").first.locator(".answer")).to_have_count(2)


def test_what_is_written_offline_is_sent_once(room, meeting):
    sam, sue = room("sam"), room("sue")
    sam.context.set_offline(True)
    box = sam.get_by_label("What our function can learn from this")
    for text in ("First while away", "Second while away"):
        box.fill(text)
        sam.keyboard.press("Control+Enter")
    expect(sam.locator(".wall .answer")).to_have_count(2)
    assert not Answer.objects.exists()
    sam.context.set_offline(False)
    expect(sue.locator(".counts")).to_contain_text("2", timeout=15_000)
    expect(sam.locator("#status")).to_have_attribute("data-state", "saved", timeout=15_000)
    assert sorted(Answer.objects.values_list("text", flat=True)) == ["First while away", "Second while away"]


def test_rated_alone_settled_together_and_voted(room, meeting, people):
    to_phase(meeting, "severity")
    sam, sue, fiona = room("sam", phone=True), room("sue", dark=True), room("fiona")
    for page, numbers in ((sam, (5, 2)), (sue, (1, 2))):
        for at, number in enumerate(numbers):
            page.locator("form[data-rates] fieldset").nth(at).locator(f'label:has(input[value="{number}"])').click()
    expect(fiona.locator("[data-raters=customers]")).to_have_text("2")
    look(sam, "rate-phone")
    look(sue, "rate-dark")
    for page in (sam, sue):
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    assert Rating.objects.count() == 4
    fiona.get_by_role("button", name="Show median and spread").first.click()
    for page in (sam, sue):
        expect(page.locator(".rated").first).to_contain_text("Talk about this")
    fiona.get_by_role("button", name="Accept 5").click()
    expect(sam.locator(".rank li").first).to_contain_text("5")
    expect(sam.get_by_role("heading", name="And how bad is it for us?")).to_be_visible()
    sam.locator("#round-company").scroll_into_view_if_needed()
    sam.locator("form[data-rates] fieldset").first.locator('label:has(input[value="2"])').click()
    expect(fiona.locator("[data-raters=company]")).to_have_text("1")
    fiona.get_by_role("button", name="Open a vote").click()
    for page in (sam, sue, fiona):
        page.get_by_role("button", name="A dot for").first.click()
        page.get_by_role("button", name="Cast my dots").click()
        expect(page.get_by_text("Your dots are in")).to_be_visible()
    look(sam, "weigh-phone")
    look(sue, "weigh-dark")
    look(fiona, "weigh")
    fiona.get_by_role("button", name="Close the vote and count").click()
    expect(sue.get_by_text("Vote 1: 3 voted")).to_be_visible()
    look(sue, "counted-dark")
    meeting.refresh_from_db()
    assert max(meeting.votes[0]["totals"].values()) == 3
    assert Phase.objects.filter(workshop=meeting).exists()
