"""The board in a real Chromium: every action by keyboard, rights that say why, words that are never dropped, and
pages that fit and can be read by everybody."""

from __future__ import annotations

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.commands import deactivate_member
from live import door
from live.models import Event, new_id
from touchpoints.models import Proposal, Stage, Touchpoint


def card(page: Page, touchpoint: Touchpoint):
    return page.locator(f'[data-id="{touchpoint.pk}"] .card')


def titles(page: Page, stage: int) -> list[str]:
    return page.locator(".stage").nth(stage).locator(".card__title").all_inner_texts()


def drawer(page: Page, touchpoint: Touchpoint):
    page.evaluate("(id) => document.querySelector('card-drawer').open(id)", touchpoint.pk)
    return page.locator("#card")


# -- keyboard ----------------------------------------------------------------------------------
def test_the_whole_map_by_keyboard(board, cards):
    page = board("fiona")
    said = page.locator("#live")
    card(page, cards[0]).focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, cards[1])).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stage").nth(1).locator(".card, .add").nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(card(page, cards[0])).to_be_focused()
    assert page.locator('.map [tabindex="0"]').count() == 1, "the map has one tab stop"

    page.keyboard.press("Shift+ArrowDown")
    expect(said).to_have_text("Moved to We notice a need, position 2 of 3.")
    assert titles(page, 0) == ["Reads a test", "Asks a peer", "Calls us"]
    page.keyboard.press("Shift+ArrowRight")
    expect(said).to_contain_text("Moved to We look around")
    expect(card(page, cards[0])).to_be_focused()
    page.keyboard.press("z")
    page.keyboard.press("Control+z")
    expect(page.locator(".stage").nth(0).locator(".card__title")).to_have_text(
        ["Asks a peer", "Reads a test", "Calls us"]
    )
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".stage").nth(0).locator(".card__title").first).to_have_text("Reads a test")
    page.keyboard.press("Control+z")
    expect(page.locator(".stage").nth(0).locator(".card__title").first).to_have_text("Asks a peer")

    card(page, cards[0]).focus()
    page.keyboard.press("n")
    page.keyboard.type("Gets 3 quotes")
    page.keyboard.press("Enter")
    expect(page.locator(".card:focus .card__title")).to_have_text("Gets 3 quotes")
    assert titles(page, 0) == ["Asks a peer", "Gets 3 quotes", "Reads a test", "Calls us"]
    page.keyboard.press("4")
    expect(page.locator(".card:focus .sev")).to_have_attribute("data-sev", "4")
    page.keyboard.press("a")
    expect(said).to_have_text("Agreed.")
    expect(page.locator(".card:focus .agreed")).to_have_count(1)
    page.keyboard.press(".")
    page.get_by_role("button", name="Not agreed any more").click()
    expect(page.locator(".card:focus .agreed")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.type("Thrown away")
    page.keyboard.press("Escape")
    expect(page.locator(".card:focus .card__title")).to_have_text("Gets 3 quotes")
    page.keyboard.press("Delete")
    expect(page.get_by_role("heading", name="Gets 3 quotes")).to_have_count(0)
    page.locator(".toast [data-undo]").click()
    expect(page.get_by_role("heading", name="Gets 3 quotes")).to_be_visible()

    card(page, cards[1]).focus()
    page.keyboard.press("m")
    page.locator("#move-stage").select_option(label="3. We compare and decide")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(card(page, cards[1])).to_be_focused()
    assert titles(page, 2) == ["Reads a test"]
    page.keyboard.press(".")
    expect(page.locator("#card-menu button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(card(page, cards[1])).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("#card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.get_by_label("What she does")).to_be_focused()  # what one came for, not the way out
    page.keyboard.press("Escape")
    expect(card(page, cards[1])).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("Reads 2 tests")
    page.keyboard.press("Enter")
    expect(page.locator(".card:focus .card__title")).to_have_text("Reads 2 tests")
    page.keyboard.press("o")
    expect(page.locator(".map")).to_have_attribute("data-zoom", "overview")
    page.keyboard.press("o")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.locator(".add").first.click()
    expect(page.locator(".cards textarea:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    assert page.evaluate("""() => {
      const card = document.activeElement, head = card.closest(".stage").querySelector(".stage__head");
      return card.getBoundingClientRect().top >= head.getBoundingClientRect().bottom - 1;
    }"""), "the ring is not hidden under the sticky head"
    page.keyboard.press("/")
    page.keyboard.type("calls")
    expect(page.locator("#found")).to_have_text("1 touchpoint")
    page.keyboard.press("Escape")
    expect(card(page, cards[2])).to_be_focused()
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")


def test_f_lets_other_departments_step_back_and_hides_nothing(board, cards):
    page = board("sam")
    card(page, cards[0]).focus()
    page.keyboard.press("f")
    expect(page.locator(".map")).to_have_attribute("data-only-mine", "")
    expect(page.locator("#live")).to_have_text("Showing what Sales touches. Everything else steps back.")
    expect(page.locator(f'[data-id="{cards[0].pk}"]')).to_have_attribute("data-mine", "")
    expect(page.locator(f'[data-id="{cards[3].pk}"]')).not_to_have_attribute("data-mine", "")
    expect(card(page, cards[3])).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator(".map")).not_to_have_attribute("data-only-mine", "")


def test_a_card_can_be_dragged_and_a_click_is_no_drag(board, cards):
    page = board("fiona")
    start, target = card(page, cards[2]).bounding_box(), card(page, cards[3]).bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 30, steps=4)
    page.mouse.move(target["x"] + 60, target["y"] + 4, steps=10)
    expect(page.locator(".tp--gap")).to_be_attached()
    page.mouse.up()
    expect(page.locator(".stage").nth(1).locator(".card__title")).to_have_text(["Calls us", "Waits"])
    expect(page.locator("#card")).to_be_hidden()
    card(page, cards[2]).click()
    expect(page.locator("#card")).to_be_visible()


def test_a_finger_drags_within_a_stage_and_over_the_rim_into_the_next(board, cards):
    """At 390 px: the finger rests, the card lifts; held at the rim the next stage comes along. A swipe only scrolls."""
    page = board("fiona", phone=True)
    page.locator(f'[data-id="{cards[0].pk}"]').scroll_into_view_if_needed()
    device = page.context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        device.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}] if kind != "touchEnd" else []}
        )

    def drag(from_: dict, to: tuple[float, float], hold: int = 0) -> None:
        x, y = from_["x"] + 80, from_["y"] + 16
        finger("touchStart", x, y)
        page.wait_for_timeout(450)
        for step in range(1, 9):
            finger("touchMove", x + (to[0] - x) * step / 8, y + (to[1] - y) * step / 8)
            page.wait_for_timeout(16)
        page.wait_for_timeout(hold)
        finger("touchEnd")

    third = card(page, cards[2]).bounding_box()
    drag(card(page, cards[0]).bounding_box(), (third["x"] + 80, third["y"] + third["height"] - 2))
    expect(page.locator(".stage").nth(0).locator(".card__title")).to_have_text(
        ["Reads a test", "Calls us", "Asks a peer"]
    )
    expect(page.locator("#card")).to_be_hidden()
    second = card(page, cards[1]).bounding_box()
    drag(second, (386, second["y"] + 20), hold=1500)
    expect(page.locator(".stage").nth(0).locator(".card__title")).to_have_text(["Calls us", "Asks a peer"])
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    saved_at = Touchpoint.objects.get(pk=cards[1].pk)
    assert saved_at.stage.order > cards[0].stage.order


# -- rights ------------------------------------------------------------------------------------
def test_what_may_not_be_done_says_why_and_can_be_proposed(board, cards):
    sue, fiona = board("sue"), board("fiona")
    card(sue, cards[0]).focus()
    sue.keyboard.press("Delete")
    expect(sue.locator(".toast")).to_contain_text("Only Sales and facilitators edit this. Propose a change.")
    sheet = drawer(sue, cards[0])
    expect(sheet.locator('[data-field="title"] textarea')).to_have_attribute("readonly", "")
    expect(sheet.get_by_role("button", name="Rub out")).to_be_hidden()
    sheet.get_by_role("button", name="Propose a change").click()
    sheet.get_by_label("As it should read").fill("Asks a peer at 2 fairs")
    sheet.get_by_role("button", name="Propose", exact=True).click()
    expect(card(fiona, cards[0]).locator(".proposed")).to_be_visible()
    hers = drawer(fiona, cards[0])
    hers.get_by_role("button", name="Accept").click()
    expect(card(sue, cards[0]).locator(".card__title")).to_have_text("Asks a peer at 2 fairs")
    assert Proposal.objects.get().state == "accepted"

    sheet.get_by_role("button", name="Propose a change").click()
    sheet.get_by_label("As it should read").fill("Asks her cousin")
    sheet.get_by_role("button", name="Propose", exact=True).click()
    hers.get_by_role("button", name="Not this time").click()
    hers.get_by_label("Why not? Sue Baines reads it").fill("Only 1 customer said so.")
    hers.get_by_role("button", name="Answer").click()
    expect(sheet.locator(".talk")).to_contain_text("Answer: Only 1 customer said so.")

    elena = board("elena")
    expect(elena.locator(".add").first).to_be_hidden()
    assert card(elena, cards[0]).count() == 1


def test_a_thumb_finds_the_way_and_the_undo(board, cards):
    page = board("fiona", phone=True)
    page.evaluate("(id) => document.querySelector('card-drawer').open(id)", cards[0].pk)
    page.locator("#card").get_by_role("button", name="Rub out").click()
    expect(card(page, cards[0])).to_have_count(0)
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#more").get_by_role("button", name="Undo").click()
    expect(card(page, cards[0])).to_have_count(1)
    page.locator("#more").get_by_role("link", name="Workshops").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Workshops")
    page.get_by_role("link", name=re.compile("order|production", re.I)).first.click()
    expect(card(page, cards[0])).to_have_count(1)


def test_the_one_whose_value_was_replaced_is_told(board, cards):
    sam, fiona = board("sam"), board("fiona")
    card(sam, cards[0]).focus()
    sam.keyboard.press("2")
    expect(card(fiona, cards[0]).locator(".sev")).to_have_attribute("data-sev", "2")
    card(fiona, cards[0]).focus()
    fiona.keyboard.press("5")
    expect(sam.locator(".toast")).to_contain_text("Fiona set “How badly it hurts” of “Asks a peer” to 5 a moment ago.")


def test_who_types_where_is_shown(board, cards):
    sam, fiona = board("sam"), board("fiona")
    drawer(sam, cards[0]).locator('[data-field="notes"] textarea').press_sequentially("Seen twice")
    expect(fiona.locator(f'[data-id="{cards[0].pk}"] .here')).to_contain_text("Sam is typing")
    sheet = drawer(fiona, cards[0])
    expect(sheet.locator('[data-field="notes"] .field__who')).to_contain_text("Sam Okoro is typing here")
    expect(fiona.locator("#people")).to_have_text("2 people")


# -- nothing typed is dropped --------------------------------------------------------------------
def test_words_that_may_no_longer_be_saved_are_kept_for_copying(board, cards, journey, fiona, departments):
    sam = board("sam")
    sheet = drawer(sam, cards[0])
    sam.context.set_offline(True)
    expect(sam.locator("#status")).to_have_attribute("data-state", "offline", timeout=15_000)
    sheet.locator('[data-field="notes"] textarea').fill("They waited 9 days")
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[0].pk, "lead": departments["CS"].pk})
    sam.context.set_offline(False)
    expect(sam.locator("#status")).to_have_attribute("data-state", "attention", timeout=15_000)
    sam.reload()
    expect(sam.locator("#status")).to_have_text("Needs attention")
    sam.locator("#status").click()
    expect(sam.locator("#attention textarea")).to_have_value("They waited 9 days")
    sam.get_by_role("button", name="Drop").click()
    expect(sam.locator("#status")).to_have_attribute("data-state", "saved")
    assert Touchpoint.objects.get(pk=cards[0].pk).notes == ""


def test_hundreds_of_offline_edits_arrive_once_each_in_order(board, cards, journey):
    page = board("fiona")
    page.context.set_offline(True)
    expect(page.locator("#status")).to_have_attribute("data-state", "offline", timeout=15_000)
    card(page, cards[0]).focus()
    for number in range(200):
        page.keyboard.press(str(number % 5 + 1))
    expect(page.locator("#status")).to_have_text("Offline, 200 edits kept here")
    expect(page.locator(".waits")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("#status")).to_have_attribute("data-state", "saved", timeout=30_000)
    expect(page.locator(".waits")).to_have_count(0)
    events = Event.objects.filter(room=journey.room, name="touchpoint.changed")
    assert events.values("command_id").distinct().count() == events.count() == 200
    assert Touchpoint.objects.get(pk=cards[0].pk).severity == 5


def test_who_is_removed_is_out_within_a_second_and_told(board, cards, people, harrow):
    sam = board("sam")
    started = time.monotonic()
    deactivate_member(people["sam"].memberships.get(organisation=harrow), by=people["ada"].identity)
    expect(sam.locator("#line-notice")).to_contain_text("You no longer have access to this journey", timeout=5_000)
    assert time.monotonic() - started < 3
    expect(sam.locator("#status")).to_have_attribute("data-state", "attention")


def test_a_department_that_is_removed_gives_way_on_every_open_map(board, window, cards, departments):
    fiona, ada, sales = board("fiona"), window("ada"), departments["SA"]
    expect(card(fiona, cards[0]).locator(".dept__code")).to_have_text("SA")
    ada.goto(f"/organisations/harrow-packaging/departments/{sales.pk}/")
    ada.get_by_role("link", name="Remove this department").click()
    expect(ada.get_by_text("3 touchpoints that it leads")).to_be_visible()
    ada.get_by_label("Who takes over?").select_option(label="Finance")
    ada.get_by_role("button", name="Remove Sales").click()
    expect(ada.get_by_text("Sales is removed. 3 things went to Finance.")).to_be_visible()
    expect(card(fiona, cards[0]).locator(".dept__code")).to_have_text("FI")
    lead = drawer(fiona, cards[0]).get_by_label("Department that answers for it")
    expect(lead).to_have_value(departments["FI"].pk)
    expect(lead.locator(f'option[value="{sales.pk}"]')).to_have_count(0)


def test_the_map_gets_another_owner(board, cards, journey, people):
    fiona = board("fiona")
    fiona.get_by_role("button", name="About this map").click()
    owner = fiona.get_by_label("Who owns it?")
    expect(owner).to_have_value(str(people["fiona"].pk))
    owner.select_option(label="Elena Ruiz")
    for _ in range(50):
        journey.refresh_from_db()
        if journey.owner == people["elena"]:
            break
        time.sleep(0.1)
    assert journey.owner == people["elena"]
    fiona.reload()
    fiona.get_by_role("button", name="About this map").click()
    expect(fiona.get_by_label("Who owns it?")).to_have_value(str(people["elena"].pk))


# -- for everybody -------------------------------------------------------------------------------
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_axe_finds_nothing(board, cards, dark, phone):
    fiona = board("fiona", dark=dark, phone=phone)
    accessible(fiona)
    drawer(fiona, cards[0])
    accessible(fiona)
    fiona.keyboard.press("Escape")
    if not phone:
        for key in (".", "m", "?"):
            card(fiona, cards[0]).focus()
            fiona.keyboard.press(key)
            accessible(fiona)
            fiona.keyboard.press("Escape")
        fiona.get_by_role("button", name="Overview").click()
        accessible(fiona)
    sue = board("sue", dark=dark, phone=phone)
    drawer(sue, cards[0])
    accessible(sue)
    for path in ("/journeys/", "/journeys/new/"):
        fiona.goto(path)
        accessible(fiona)


def accessible(page: Page) -> None:
    page.wait_for_timeout(350)  # what slides in has arrived
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_no_page_scrolls_sideways(board, cards, width):
    page = board("fiona", width=width, height=800)
    for path in (None, "/journeys/", "/journeys/new/"):
        if path:
            page.goto(path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_text_at_twice_the_size_still_fits(board, cards):
    page = board("fiona", width=1280, height=800)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1280


def test_one_remote_edit_touches_one_card(board, cards):
    """Look README, section 12.4: a remote edit does not redraw other cards."""
    fiona, sam = board("fiona"), board("sam")
    fiona.evaluate("""() => {
      window.touched = new Set();
      new MutationObserver((all) => all.forEach(({ target }) => {
        const li = (target.nodeType === 1 ? target : target.parentElement)?.closest(".tp");
        if (li) window.touched.add(li.dataset.id);
      })).observe(document.querySelector(".map"), { subtree: true, childList: true, characterData: true, attributes: true });
    }""")
    card(sam, cards[1]).focus()
    sam.keyboard.press("3")
    expect(card(fiona, cards[1]).locator(".sev")).to_have_attribute("data-sev", "3")
    touched = fiona.evaluate("[...window.touched]")
    assert set(touched) - {cards[1].pk} == set(), "other cards were redrawn"


def test_three_hundred_cards_are_all_there(window, journey, fiona, departments):
    stages = list(Stage.objects.filter(room=journey.room).order_by("order"))
    for number in range(300):
        Touchpoint.objects.create(
            id=new_id("tp"), room=journey.room, stage=stages[number % 8], order=f"{number:04d}", title=f"Moment {number}",
            felt=number % 5 - 2, intended=1, lead=departments["SA"],
        )  # fmt: skip
    page = window("fiona")
    page.goto(f"/journeys/{journey.pk}/")
    expect(page.locator(".tp")).to_have_count(300)
    assert page.locator("#how-many").inner_text().startswith("300 touchpoints")


def test_single_letters_rest_for_whoever_switched_them_off(window, journey, sam):
    type(sam).objects.filter(pk=sam.pk).update(single_keys=False)
    page = window("sam")
    page.goto(f"/journeys/{journey.pk}/")
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_hidden()
    page.get_by_role("main").locator(".add").first.focus()
    page.keyboard.press("n")
    expect(page.locator(".card input, .card textarea, .inline")).to_have_count(0)
    type(sam).objects.filter(pk=sam.pk).update(single_keys=True)
    page.reload()
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
