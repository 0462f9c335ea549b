"""Fiona on a laptop and Gus on a phone, who joined by code: one journey, nobody's words lost."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, Page, expect

from live import door
from live.models import Event, new_id
from touchpoints.models import Stage, Touchpoint


@pytest.fixture
def card(journey, fiona, departments) -> Touchpoint:
    """One touchpoint that Sales answers for, in the first stage."""
    stage = Stage.objects.filter(room=journey.room).order_by("order").first()
    data = {"id": new_id("tp"), "stage": stage.pk, "title": "Calls us", "lead": departments["SA"].pk}
    door.execute(journey.pk, fiona.identity, "touchpoint.add", data)
    return Touchpoint.objects.get(pk=data["id"])


@pytest.fixture
def both(window, journey, join_code, card) -> SimpleNamespace:
    """Fiona has the board open; Gus typed the code, waited in the lobby, and she let him in."""
    fiona, phone = window("fiona"), window(None, phone=True)
    fiona.goto(f"/journeys/{journey.pk}/")
    expect(fiona.locator("#status")).to_have_attribute("data-state", "saved")
    started = time.monotonic()
    phone.goto("/join/")
    phone.get_by_label("Code").fill(join_code.code.lower())
    phone.get_by_role("button", name="Go in").click()
    phone.get_by_label("Your name").fill("Gus")
    phone.get_by_role("radio", name="Sales").check()
    phone.get_by_role("button", name="Take a seat").click()
    host = fiona.context.new_page()
    host.goto(f"/journeys/{journey.pk}/lobby/")
    host.get_by_role("button", name="Admit Gus").click()
    phone.wait_for_url(f"**/journeys/{journey.pk}/")
    for page in (fiona, phone):
        expect(page.locator(f'[data-id="{card.pk}"]')).to_be_visible()
    seconds = time.monotonic() - started
    host.close()
    print(f"from code to seeing the journey: {seconds:.1f} s")
    return SimpleNamespace(fiona=fiona, gus=phone, seconds=seconds)


def title_of(page: Page, card: Touchpoint) -> str:
    return page.locator(f'[data-id="{card.pk}"] .card__title').inner_text()


@pytest.mark.smoke
def test_what_one_writes_the_other_sees(both, card):
    for number in range(5):
        both.fiona.locator(f'[data-id="{card.pk}"] .card').focus()
        both.fiona.keyboard.press("Enter")
        both.fiona.keyboard.press("Control+A")
        both.fiona.keyboard.type(f"Rings us {number}")
        both.fiona.keyboard.press("Enter")
        expect(both.gus.locator(f'[data-id="{card.pk}"] .card__title')).to_have_text(f"Rings us {number}")
    both.gus.get_by_role("button", name="Add touchpoint").click()
    both.gus.keyboard.type("Waits at the gate")
    both.gus.keyboard.press("Enter")
    expect(both.fiona.get_by_role("heading", name="Waits at the gate")).to_be_visible()
    assert Touchpoint.objects.filter(title="Waits at the gate", lead=card.lead).exists()


def drawer_field(page: Page, card: Touchpoint, label: str):
    page.locator(f'[data-id="{card.pk}"] .card').click()
    field = page.locator(f'dialog [data-field="{label}"] textarea, dialog [data-field="{label}"] input').first
    expect(field).to_be_visible()
    return field


@pytest.mark.smoke
def test_both_type_in_one_text_and_both_keep_their_words(both, card):
    hers, his = drawer_field(both.fiona, card, "description"), drawer_field(both.gus, card, "description")
    hers.fill("Middle.")
    expect(his).to_have_value("Middle.")
    hers.focus()
    both.fiona.keyboard.press("Home")
    his.focus()
    both.gus.keyboard.press("End")
    first, second = "Fiona begins here. ", " Gus ends here, 3 hours."
    for at in range(max(len(first), len(second))):
        if at < len(first):
            both.fiona.keyboard.type(first[at])
        if at < len(second):
            both.gus.keyboard.type(second[at])
    whole = first + "Middle." + second
    expect(hers).to_have_value(whole)
    expect(his).to_have_value(whole)
    wait_until(lambda: Touchpoint.objects.get(pk=card.pk).description == whole)


@pytest.mark.smoke
def test_offline_edits_survive_a_reload_and_arrive_once(both, card, journey):
    context = both.gus.context
    context.set_offline(True)
    expect(both.gus.locator("#status")).to_have_attribute("data-state", re.compile("offline"), timeout=15_000)
    for text in ("Written on the train", "And in the tunnel"):
        both.gus.get_by_role("button", name="Add touchpoint").click()
        both.gus.keyboard.type(text)
        both.gus.keyboard.press("Enter")
        expect(both.gus.get_by_role("heading", name=text)).to_be_visible()
    expect(both.gus.locator("#status")).to_contain_text("2")
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        both.gus.reload()  # the page is gone, and there is nowhere to load it from
    context.set_offline(False)
    both.gus.goto(f"/journeys/{journey.pk}/")
    expect(both.gus.locator("#status")).to_have_attribute("data-state", "saved", timeout=15_000)
    for text in ("Written on the train", "And in the tunnel"):
        expect(both.fiona.get_by_role("heading", name=text)).to_have_count(1)
        assert Touchpoint.objects.filter(title=text).count() == 1
    ids = list(Event.objects.filter(room=journey.room).values_list("command_id", flat=True))
    assert len(ids) == len(set(ids))


def test_how_fast_it_shows(both, card):
    """Prints the median time from her key press to his screen; the figure is for people, not for a verdict."""
    waits = []
    for number in range(12):
        both.gus.evaluate(WATCH, [card.pk, f"Round {number}"])
        both.fiona.locator(f'[data-id="{card.pk}"] .card').focus()
        both.fiona.keyboard.press("Enter")
        both.fiona.keyboard.press("Control+A")
        pressed = time.time() * 1000
        both.fiona.keyboard.insert_text(f"Round {number}")
        wait_until(lambda: both.gus.evaluate("window.shownAt") > 0)
        waits.append(both.gus.evaluate("window.shownAt") - pressed)
        both.fiona.keyboard.press("Enter")
    print(f"edit to the other screen: median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms")
    assert len(waits) == 12


WATCH = """([id, text]) => {
  window.shownAt = 0;
  const title = document.querySelector(`[data-id="${id}"] .card__title`);
  const look = () => { if (title.textContent === text && !window.shownAt) window.shownAt = Date.now(); };
  new MutationObserver(look).observe(title, { childList: true, characterData: true, subtree: true });
}"""


def wait_until(true: Callable[[], bool], seconds: float = 5) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it did not become true"
        time.sleep(0.05)
