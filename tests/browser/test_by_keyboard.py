"""A whole session without a mouse: written, shown, rated, settled, promised, read out and closed with Tab, arrows, Enter
and Space, by the one who runs it and by one who takes part."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from actions.models import ActionItem
from live import door
from live.models import new_id
from touchpoints.models import Stage
from voices.models import Issue
from workshops.models import Answer, Rating, Workshop

NAME = """() => {
  const at = document.activeElement;
  const said = at.labels?.[0] ?? (at.matches("a, button, summary") ? at : null);
  return [at.getAttribute("aria-label"), said?.textContent].filter(Boolean).join(" ").replace(/\\s+/g, " ").trim();
}"""
PATIENT = 15_000


def reach(page: Page, words: str, *, most: int = 250) -> None:
    """Press Tab until what is called so has the focus."""
    for _ in range(most):
        if words in page.evaluate(NAME):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"“{words}” is not reached with Tab")


def press(page: Page, words: str, key: str = "Enter") -> None:
    reach(page, words)
    page.keyboard.press(key)


def go_on(page: Page, phase: str) -> None:
    press(page, f"Next: {phase}")
    expect(page.locator("#phase-name")).to_have_text(phase, timeout=PATIENT)
    expect(page.locator("#next")).not_to_contain_text(f"Next: {phase}", timeout=PATIENT)


@pytest.fixture
def meeting(journey, fiona, sam) -> Workshop:
    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    touchpoint = new_id("tp")
    data = {"id": touchpoint, "stage": stage.pk, "title": "Calls the hotline"}
    door.execute(journey.pk, fiona.identity, "touchpoint.add", data)
    door.execute(
        journey.pk, fiona.identity, "issue.add", {"id": new_id("is"), "title": "On hold", "touchpoint": touchpoint}
    )
    data = {
        "id": new_id("ws"), "title": "What now?", "objective": "Fewer calls", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2031-05-01", "agenda": "short", "people": [sam.identity],
    }  # fmt: skip
    door.execute(journey.pk, fiona.identity, "workshop.open", data)
    return Workshop.objects.get(pk=data["id"])


@pytest.mark.timeout(300)
def test_a_whole_session_by_keyboard_alone(window, meeting):
    fiona, sam = window("fiona"), window("sam")
    for page in (fiona, sam):
        page.set_default_timeout(PATIENT)
        page.goto(f"/workshops/{meeting.pk}/")
    press(fiona, "Go live")
    expect(sam.locator("#phase-name")).to_have_text("Why", timeout=PATIENT)
    go_on(fiona, "Walk the map")
    go_on(fiona, "Learn")
    expect(sam.locator("#new-learn")).to_be_visible(timeout=PATIENT)

    reach(sam, "What our function can learn from this")
    sam.keyboard.type("Nobody calls back")
    reach(sam, "Where does it belong?")
    sam.keyboard.type("Calls the hot")
    press(sam, "Next answer")
    expect(sam.locator("#wall-learn .answer")).to_have_count(1)
    sam.locator("#wall-learn .answer .btn").last.focus()
    press(sam, "Rub out")
    expect(sam.locator("#wall-learn .answer")).to_have_count(0)
    sam.keyboard.press("Control+z")
    expect(sam.locator("#wall-learn .answer")).to_have_count(1)
    press(sam, "We’re ready")
    expect(fiona.locator("#ready-count")).to_contain_text("1", timeout=PATIENT)
    press(fiona, "Reveal all")
    expect(sam.locator("#live")).to_contain_text("The answers are open.", timeout=PATIENT)
    assert Answer.objects.get(removed_at=None).touchpoint.title == "Calls the hotline"

    go_on(fiona, "How bad is it for customers?")
    expect(sam.locator("form[data-rates]")).to_be_visible(timeout=PATIENT)
    reach(sam, "noticed")
    sam.keyboard.press("Space")
    for _ in range(3):
        sam.keyboard.press("ArrowRight")
    expect(fiona.locator("[data-raters=customers]")).to_have_text("1", timeout=PATIENT)
    sam.wait_for_timeout(500)
    assert Rating.objects.get().severity == 4
    press(fiona, "Show median and spread")
    expect(fiona.get_by_role("button", name="Accept 4")).to_be_visible(timeout=PATIENT)
    press(fiona, "Accept 4")
    expect(sam.locator(".rank li .sev")).to_have_attribute("data-sev", "4", timeout=PATIENT)
    assert Issue.objects.get().severity == 4

    for phase in ("Fine-tune", "Do differently", "Love to learn", "Commit"):
        go_on(fiona, phase)
    expect(sam.get_by_role("link", name="Make it a promise: Nobody calls back")).to_be_visible(timeout=PATIENT)
    press(sam, "Make it a promise: Nobody calls back")
    sam.wait_for_url("**/promises/new/**")
    reach(sam, "What changes for the customer?")
    sam.keyboard.type("A call within the hour")
    press(sam, "Promise it")
    sam.wait_for_url("**/workshops/**")
    assert ActionItem.objects.get().title == "Nobody calls back"

    go_on(fiona, "Read-out")
    press(fiona, "Begin with Sales")
    expect(sam.locator(".minute h3")).to_contain_text("Sales", timeout=PATIENT)
    press(fiona, "Close the workshop")
    fiona.wait_for_url("**/close/")
    reach(fiona, "because")
    fiona.keyboard.type("Only Sales was here")
    fiona.keyboard.press("Tab")  # the field is called so as well
    press(fiona, "Close anyway")
    expect(sam.get_by_role("heading", name="What happens next")).to_be_visible(timeout=PATIENT)
    meeting.refresh_from_db()
    assert meeting.state == "closed" and meeting.closed_because == "Only Sales was here"
