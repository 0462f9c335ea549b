"""Outline and table: two more ways to look at the same live records, and many touchpoints at once."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from live import door
from live.models import Event, new_id
from personas.models import Experience
from touchpoints.models import Stage, Touchpoint


def saved(page: Page) -> None:
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")


def way(page: Page, name: str) -> None:
    page.locator(".tools").get_by_role("button", name=name, exact=True).click()


def cell(page: Page, touchpoint: Touchpoint, column: str):
    return page.locator(f'.touchpoints [data-id="{touchpoint.pk}"] [data-col="{column}"]')


def titles(page: Page) -> list[str]:
    return page.locator('.touchpoints tbody [data-col="title"]').all_inner_texts()


# -- outline -----------------------------------------------------------------------------------
def test_the_whole_map_is_built_by_keyboard_in_the_outline(window, journey):
    """Nothing but the keyboard: stages and touchpoints are added, told, moved, rubbed out and brought back."""
    page = window("fiona")
    page.goto(f"/journeys/{journey.pk}/?view=outline")
    box = page.get_by_label("New touchpoint in We notice a need")
    box.focus()
    for title in ("Hears a noise", "Asks a colleague"):
        page.keyboard.type(title)
        page.keyboard.press("Enter")
    expect(box).to_be_focused()
    second = page.locator("journey-outline summary", has_text="Asks a colleague")
    second.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Earlier")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Earlier")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".outline__item h3")).to_have_text(["Asks a colleague", "Hears a noise"])
    form = page.locator(".outline__form")
    words = form.get_by_label("In her words")
    words.focus()
    page.keyboard.type("I ask who knows.")
    form.get_by_label("Keep, fix or remove?").focus()
    page.keyboard.type("Fix")
    form.get_by_role("group", name="How did she feel?").get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    saved(page)
    made = Touchpoint.objects.get(title="Asks a colleague")
    assert (made.statement, made.verdict, made.felt) == ("I ask who knows.", "fix", -2)
    form.get_by_role("button", name="Rub out").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".outline__item h3")).to_have_text(["Hears a noise"])
    page.keyboard.press("Control+z")
    expect(page.locator(".outline__item h3")).to_have_text(["Asks a colleague", "Hears a noise"])
    page.get_by_role("button", name="Add a stage").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("We tell others")
    page.keyboard.press("Escape")
    expect(page.locator("journey-outline h2").last).to_have_text("9. We tell others")


def test_the_outline_as_a_screen_reader_meets_it(board, cards):
    page = board("fiona")
    way(page, "Outline")
    tree = page.locator("journey-outline .outline__stage").first.aria_snapshot()
    assert tree.splitlines()[0] == '- region "1. We notice a need":'
    assert '- heading "1. We notice a need" [level=2]' in tree
    assert '- button "Edit the stage We notice a need"' in tree
    assert tree.count("- listitem") == 3
    assert '- heading "Asks a peer" [level=3]' in tree
    assert "Nothing behind it yet" in tree
    assert '- textbox "New touchpoint in We notice a need"' in tree


def test_what_others_do_comes_into_an_open_form_without_disturbing(board, cards):
    fiona, sam = board("fiona"), board("sam")
    way(sam, "Outline")
    sam.locator("journey-outline summary").first.click()
    words = sam.locator(".outline__form").get_by_label("In her words")
    words.fill("I ask.")
    saved(sam)
    fiona.evaluate("(id) => document.querySelector('card-drawer').open(id)", cards[0].pk)
    his = fiona.locator('#card [data-field="statement"] textarea')
    his.press("Control+End")
    his.press_sequentially(" Twice.")
    expect(words).to_have_value("I ask. Twice.")
    expect(words).to_be_focused()
    fiona.locator('#card [data-field="verdict"] select').select_option("keep")
    expect(sam.locator(".outline__form").get_by_label("Keep, fix or remove?")).to_have_value("keep")


def test_who_may_not_edit_reads_and_is_told_why(board, cards):
    page = board("elena")
    way(page, "Outline")
    page.locator("journey-outline summary").first.click()
    expect(page.locator(".outline__why")).to_have_text("Only Sales and facilitators edit this. Propose a change.")
    expect(page.locator(".outline__form").get_by_role("button", name="Rub out")).to_be_hidden()
    expect(page.locator(".outline__form").get_by_label("Keep, fix or remove?")).to_be_disabled()
    expect(page.locator(".outline__add").first).to_be_hidden()


# -- table -------------------------------------------------------------------------------------
def test_the_table_sorts_narrows_and_is_changed_in_its_cells(board, cards):
    page = board("fiona")
    way(page, "Table")
    assert titles(page) == ["Asks a peer", "Reads a test", "Calls us", "Waits"]
    cell(page, cards[1], "felt").click()
    page.locator(".touchpoints select").select_option("-2")
    expect(cell(page, cards[1], "felt")).to_contain_text("Let down")
    page.get_by_role("button", name="Felt").click()
    assert titles(page)[0] == "Reads a test"
    expect(page.locator('th[data-col="felt"]')).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("Show", exact=True).select_option("low")
    assert titles(page) == ["Reads a test"]
    expect(page.locator(".table-tools [role=status]")).to_have_text("1 of 4 touchpoints")
    page.get_by_label("Show", exact=True).select_option("")
    page.locator("#search").fill("waits")
    expect(page.locator(".touchpoints tbody tr")).to_have_count(1)
    page.locator("#search").fill("")
    saved(page)
    assert Touchpoint.objects.get(pk=cards[1].pk).felt == -2


def test_the_table_by_keyboard(board, cards):
    page = board("fiona")
    way(page, "Table")
    cell(page, cards[0], "title").focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, cards[1], "title")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("Reads three tests")
    page.keyboard.press("Enter")
    expect(cell(page, cards[1], "title")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(cell(page, cards[1], "lead")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.press("Escape")
    expect(cell(page, cards[1], "lead")).to_be_focused()
    assert page.locator('.touchpoints tbody [tabindex="0"]').count() == 1, "the table has one tab stop"
    saved(page)
    assert Touchpoint.objects.get(pk=cards[1].pk).title == "Reads three tests"


def test_what_others_do_comes_into_the_table_and_a_cell_being_changed_is_left_alone(board, cards, journey, fiona):
    page = board("sam")
    way(page, "Table")
    cell(page, cards[0], "title").click()
    box = page.locator(".touchpoints input.input")
    box.fill("Asks two peers")
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[0].pk, "felt": 1})
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[1].pk, "title": "Reads many tests"})
    expect(cell(page, cards[1], "title")).to_have_text("Reads many tests")
    expect(cell(page, cards[0], "felt")).to_contain_text("Reassured")
    expect(box).to_be_focused()
    expect(box).to_have_value("Asks two peers")
    box.press("Enter")
    expect(cell(page, cards[0], "title")).to_have_text("Asks two peers")


def test_many_at_once_and_one_undo(board, cards):
    """CG-22: touchpoints are grouped into a stage in one go; what is not mine is left out and said."""
    page = board("sam")
    way(page, "Table")
    page.get_by_label("Pick all shown").check()
    bar = page.locator("#picked")
    expect(bar).to_contain_text("4 touchpoints picked")
    bar.get_by_label("Verdict").select_option("fix")
    expect(page.locator("#toasts")).to_contain_text("3 touchpoints changed. 1 belongs to other departments")
    expect(cell(page, cards[0], "verdict")).to_have_text("Fix")
    expect(cell(page, cards[3], "verdict")).to_have_text("Not judged yet")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    for one in cards[:3]:
        expect(cell(page, one, "verdict")).to_have_text("Not judged yet")
    saved(page)
    assert not Touchpoint.objects.filter(verdict="fix").exists()


def test_picked_on_the_map_and_moved(board, cards, journey):
    page = board("fiona")
    page.locator(f'[data-id="{cards[0].pk}"] .card').click(modifiers=["Control"])
    page.locator(f'[data-id="{cards[2].pk}"] .card').focus()
    page.keyboard.press("x")
    page.locator("#picked").get_by_label("Move to").select_option(label="We order")
    target = page.locator(".stage").nth(3)
    expect(target.locator(".card__title")).to_have_text(["Asks a peer", "Calls us"])
    page.keyboard.press("Control+z")
    expect(page.locator(".stage").first.locator(".card__title")).to_have_text(
        ["Asks a peer", "Reads a test", "Calls us"]
    )
    page.keyboard.press("Escape")
    expect(page.locator("#picked")).to_be_hidden()
    saved(page)
    first = Stage.objects.filter(room=journey.room).earliest("order")
    assert Touchpoint.objects.filter(stage=first).count() == 3


def test_a_hundred_and_twenty_at_once_go_and_come_back(board, cards, journey, fiona):
    stage = Stage.objects.filter(room=journey.room).order_by("order")[2]
    more = [("touchpoint.add", {"id": new_id("tp"), "stage": stage.pk, "title": f"Step {n}"}) for n in range(116)]
    for start in range(0, len(more), 58):
        door.execute_all(journey.pk, fiona.identity, [(new_id("cm"), *call) for call in more[start : start + 58]])
    page = board("fiona")
    way(page, "Table")
    expect(page.locator(".touchpoints tbody tr")).to_have_count(120)
    page.get_by_label("Pick all shown").check()
    page.locator("#picked").get_by_role("button", name="Rub out").click()
    expect(page.locator(".touchpoints tbody tr")).to_have_count(0)
    saved(page)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(".touchpoints tbody tr")).to_have_count(120)
    saved(page)
    assert Touchpoint.objects.filter(room=journey.room, removed_at=None).count() == 120
    assert Event.objects.filter(room=journey.room, name="undone").values("tx").distinct().count() == 3


# -- through one persona's eyes ----------------------------------------------------------------
def test_cg21_the_map_as_one_persona_lives_it(board, cards, journey, fiona):
    """CG-21, CG-22: one persona at a time, in all three views, with what nobody has said yet for her."""
    who = new_id("pe")
    door.execute(journey.pk, fiona.identity, "persona.add", {"id": who, "name": "Nina, night shift"})
    lived = {"id": new_id("ex"), "persona": who, "touchpoint": cards[0].pk, "felt": -2, "intended": 1}
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[0].pk, "felt": 2})
    door.execute(journey.pk, fiona.identity, "experience.set", lived)
    page = board("sam")
    card = page.locator(f'[data-id="{cards[0].pk}"] .card')
    expect(card.locator(".felt")).to_have_attribute("data-felt", "2")
    page.locator("#persona").select_option(label="Nina, night shift")
    expect(card.locator(".felt")).to_have_attribute("data-felt", "-2")
    expect(page.locator(f'[data-id="{cards[1].pk}"] .card')).to_contain_text("not said yet")
    expect(page.locator(".curve__pt")).to_have_count(1)
    door.execute(journey.pk, fiona.identity, "experience.set", {**lived, "id": new_id("ex"), "felt": 0})
    expect(card.locator(".felt")).to_have_attribute("data-felt", "0")
    way(page, "Table")
    expect(cell(page, cards[0], "felt")).to_contain_text("Indifferent")
    expect(cell(page, cards[1], "felt")).to_have_text("not said yet")
    way(page, "Outline")
    expect(page.locator(".outline__item").nth(1)).to_contain_text("not said yet")
    page.locator("#persona").select_option("")
    expect(page.locator(".outline__item").first).to_contain_text("Felt delighted")


def test_what_one_persona_feels_is_said_in_every_view_and_is_hers_alone(board, cards, journey, fiona):
    """CG-22: in the card, in a cell of the table and for many at once; everybody's feelings stay as they were."""
    who = new_id("pe")
    door.execute(journey.pk, fiona.identity, "persona.add", {"id": who, "name": "Nina"})
    page = board("sam")
    page.locator("#persona").select_option(label="Nina")
    card = page.locator(f'[data-id="{cards[0].pk}"] .card')
    card.click()
    asked = page.get_by_role("group", name="How did Nina feel?")
    asked.get_by_role("radio", name="Let down").check()
    expect(card.locator(".felt")).to_have_attribute("data-felt", "-2")
    page.keyboard.press("Escape")
    way(page, "Table")
    cell(page, cards[1], "intended").click()
    cell(page, cards[1], "intended").get_by_label("Intended").select_option("2")
    expect(cell(page, cards[1], "intended")).to_contain_text("Delighted")
    page.get_by_label("Pick all shown").check()
    page.locator("#picked").get_by_label("Felt").select_option("1")
    expect(cell(page, cards[2], "felt")).to_contain_text("Reassured")
    saved(page)
    said = dict(Experience.objects.filter(persona=who).values_list("touchpoint__title", "felt"))
    assert said == {"Asks a peer": 1, "Reads a test": 1, "Calls us": 1}
    page.get_by_role("button", name="Undo").last.click()
    expect(cell(page, cards[0], "felt")).to_contain_text("Let down")
    expect(cell(page, cards[2], "felt")).to_have_text("not said yet")
    assert not Touchpoint.objects.exclude(felt=None, intended=None).filter(room=journey.room).exists()


# -- for everybody -----------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["outline", "table"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_they_fit_and_axe_finds_nothing(window, journey, cards, view, phone):
    page = window("fiona", phone=phone, dark=phone)
    page.goto(f"/journeys/{journey.pk}/?view={view}")
    page.locator(f"journey-{view} :is(tr[data-id], .outline__item)").first.wait_for()
    if view == "outline":
        page.locator("journey-outline summary").first.click()
    else:
        page.locator(".pick-cell input").first.check()
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_phone_searches_and_looks_through_a_personas_eyes(board, cards, journey, fiona):
    door.execute(journey.pk, fiona.identity, "persona.add", {"id": new_id("pe"), "name": "Nina"})
    page = board("sam", phone=True)
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#more").get_by_role("button", name="Search").click()
    page.keyboard.type("waits")
    expect(page.locator("#found")).to_have_text("1 touchpoint")
    expect(page.locator(f'[data-id="{cards[3].pk}"] .card')).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#more").get_by_label("Seen by").select_option(label="Nina")
    expect(page.locator(f'[data-id="{cards[0].pk}"] .card')).to_contain_text("not said yet")
