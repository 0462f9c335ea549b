"""What one touchpoint and one stage can hold: ideas to start from, history, colleagues named in remarks, what
customers said of a stage, a stage in two."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import Page, expect

from live import door
from live.models import new_id
from personas.models import Experience
from touchpoints.commands import MOST_STAGES
from touchpoints.models import Channel, MapVersion, Remark, Stage, Touchpoint
from voices.models import Comment


def open_card(page: Page, touchpoint: Touchpoint):
    page.evaluate("(id) => document.querySelector('card-drawer').open(id)", touchpoint.pk)
    return page.locator("#card")


def saved(page: Page) -> None:
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")


def test_cg12_ideas_for_a_stage_one_click_each(board, journey):
    """CG-12: a library of B2B touchpoints per stage; they arrive with channel and kind, by mouse and by keyboard."""
    page = board("fiona")
    stage = page.locator(".stage").nth(6)
    stage.locator(".idea").click()
    dialog = page.locator("#ideas")
    expect(dialog.locator("#ideas-part option:checked")).to_have_text("She needs help")
    dialog.get_by_role("button", name="Add “Waits for the spare part”").click()
    expect(stage.locator(".card__title")).to_have_text("Waits for the spare part")
    page.keyboard.press("Enter")  # the next idea has the focus
    expect(stage.locator(".card")).to_have_count(2)
    page.keyboard.press("Escape")
    saved(page)
    made = Touchpoint.objects.get(title="Waits for the spare part")
    assert (made.of_kind, [channel.name for channel in made.channels.all()]) == ("waiting", ["Delivery"])
    page.locator(".stage").nth(6).locator(".card").first.focus()
    page.keyboard.press("i")
    expect(dialog.get_by_role("button", name="Add “Waits for the spare part”")).to_be_disabled()


def test_history_of_a_touchpoint_and_putting_back(board, cards):
    page = board("fiona")
    drawer = open_card(page, cards[0])
    statement = drawer.locator('[data-field="statement"] textarea')
    statement.fill("I ask whoever bought one before me.")
    statement.fill("I ask a friend.")
    saved(page)
    drawer.locator('[data-field="verdict"] select').select_option("fix")
    saved(page)
    drawer.get_by_text("What happened to it").click()
    past = drawer.locator(".past li")
    expect(past.first).to_contain_text("Fiona Hart · Keep, fix or remove")
    expect(past.last).to_contain_text("Fiona Hart added it")
    past.first.get_by_role("button", name="Put it back").click()
    expect(drawer.locator('[data-field="verdict"] select')).to_have_value("unknown")
    saved(page)
    assert Touchpoint.objects.get(pk=cards[0].pk).verdict == "unknown"


def test_a_colleague_is_named_and_hears_of_it(board, window, cards, journey, sue):
    fiona = board("fiona")
    drawer = open_card(fiona, cards[3])
    box = drawer.locator(".talk__form--remark textarea")
    box.press_sequentially("Is that so, @Su")
    people = drawer.get_by_role("listbox")
    expect(people.get_by_role("option")).to_have_count(1)
    box.press("Enter")
    box.press_sequentially("? Ask them.")
    drawer.get_by_role("button", name="Remark", exact=True).click()
    expect(drawer.locator(".mentioned")).to_have_text(f"@{sue.name}")
    saved(fiona)
    remark = Remark.objects.get()
    assert [user.pk for user in remark.mentions.all()] == [sue.pk]
    hers = window("sue")
    hers.goto("/")
    line = hers.locator(".due li", has_text="Fiona Hart names you")
    line.get_by_role("link").click()
    expect(hers.locator("#card")).to_be_visible()
    expect(hers.locator("#card-h")).to_have_text("Waits")
    hers.locator("#card .talk__form--remark textarea").fill("It is.")
    hers.locator("#card").get_by_role("button", name="Remark", exact=True).click()
    expect(hers.locator("#status")).to_have_attribute("data-state", "saved")
    hers.goto("/")
    expect(hers.locator(".due li", has_text="names you")).to_have_count(0)


def test_cg24_what_customers_said_of_a_stage(board, cards, journey):
    """CG-24: a stage that customers do not recognise is shown as such, to everybody at once."""
    fiona, sam = board("fiona"), board("sam")
    head = fiona.locator(".stage").first
    head.hover()
    head.locator(".stage__edit").click()
    dialog = fiona.locator("#stage")
    dialog.get_by_label("Customers see it otherwise").check()
    dialog.get_by_label("How many said so").fill("3")
    dialog.get_by_label("How many said so").press("Tab")
    expect(sam.locator(".stage").first.locator(".stage__said")).to_have_text("3 customers see it otherwise")
    saved(fiona)
    stage = Stage.objects.filter(room=journey.room).earliest("order")
    assert (stage.confirmation, stage.confirmed_by, stage.confirmed_on) == ("disputed", 3, datetime.date.today())


def test_cg11_a_stage_is_split_and_loses_nothing(board, cards, journey):
    """CG-11: stages can be renamed, reordered and split; what hangs on the touchpoints goes with them."""
    Touchpoint.objects.filter(pk=cards[2].pk).update(evidence="strong", quotes=7)
    page = board("fiona")
    head = page.locator(".stage").first
    head.hover()
    head.locator(".stage__edit").click()
    dialog = page.locator("#stage")
    dialog.get_by_text("Split this stage in two").click()
    dialog.get_by_label("The new stage begins with").select_option(label="Reads a test")
    dialog.get_by_label("Name of the new stage").fill("We read")
    dialog.get_by_role("button", name="Split", exact=True).click()
    second = page.locator(".stage").nth(1)
    expect(second.locator("h2")).to_have_text("We read")
    expect(second.locator(".card__title")).to_have_text(["Reads a test", "Calls us"])
    page.keyboard.press("Control+z")
    expect(page.locator(".stage").first.locator(".card")).to_have_count(3)
    saved(page)
    kept = Touchpoint.objects.get(pk=cards[2].pk)
    assert (kept.quotes, kept.stage_id) == (7, cards[2].stage_id)


def test_cg10_a_map_past_its_day_of_review_says_so(board, journey):
    """CG-10: a review-by date; after it the map is marked as out of date, on the map and in the list."""
    page = board("fiona")
    expect(page.locator("#stale")).to_be_hidden()
    page.locator("#journey-edit").click()
    page.get_by_label("Look at it again by").fill("2024-10-03")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#stale")).to_contain_text("Out of date")
    saved(page)
    page.goto("/journeys/")
    expect(page.locator(".wcard", has_text=journey.name)).to_contain_text("Out of date")


def test_the_tour_is_done_by_doing(window, journey):
    """Four steps on an empty map, by keyboard: add, feel, tell, take back."""
    page = window("fiona")
    page.goto(f"/journeys/{journey.pk}/")
    page.get_by_role("button", name="Show me, in four steps").click()
    tour = page.locator(".tour")
    expect(tour.get_by_role("heading")).to_have_text("Pencil what she does")
    page.locator(".stage").first.locator(".add").click()
    page.keyboard.type("Hears a noise")
    page.keyboard.press("Enter")
    expect(tour.get_by_role("heading")).to_have_text("Say how it feels")
    page.keyboard.press("e")
    page.keyboard.press("Space")
    expect(tour.get_by_role("heading")).to_have_text("Let her speak")
    page.locator('#card [data-field="statement"] textarea').fill("I hear it at night.")
    expect(tour.get_by_role("heading")).to_have_text("Take something back")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(tour.get_by_role("heading")).to_have_text("That is all it takes")
    tour.get_by_role("button", name="Go on").click()
    expect(tour).to_have_count(0)
    saved(page)


def test_cg13_what_kind_of_touchpoint_it_is_stands_on_the_card(board, cards, journey, fiona):
    """An icon and the word, never a colour alone; the ordinary kind, contact with us, is left out."""
    page = board("sam")
    top = page.locator(f'[data-id="{cards[3].pk}"] .card__top')
    expect(top).not_to_contain_text("Contact with us")
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[3].pk, "of_kind": "waiting"})
    expect(top).to_contain_text("Waiting")
    expect(top.locator(".i-ellipsis")).to_be_visible()
    page.locator(".tools").get_by_role("button", name="Table", exact=True).click()
    cell = page.locator(f'.touchpoints [data-id="{cards[3].pk}"] [data-col="of_kind"]')
    expect(cell).to_have_text(" Waiting")


def test_her_words_what_we_promised_and_what_we_measure_stand_under_each_stage(board, cards, journey, fiona, sam):
    """Lanes from other rooms, live: a comment that is placed and a promise that is made come in by themselves."""
    page = board("sam")
    stage = page.locator(".stage").nth(1)
    expect(page.locator(".lane-hint")).to_have_count(4)
    said = {
        "text": "We waited for 9 days and nobody from your side called. We wrote to you twice.",
        "scale": "nps",
        "score": 2,
    }
    door.execute(journey.pk, fiona.identity, "comment.add", said)
    place = {"ids": [Comment.objects.get().pk], "touchpoint": cards[3].pk}
    door.execute(journey.pk, fiona.identity, "comment.place", place)
    expect(stage.locator(".spoken q")).to_have_text("We waited for 9 days and nobody from your side called.")
    expect(stage.locator(".spoken mark")).to_have_text("9 days")
    expect(stage.locator(".measures")).to_have_text("−100 NPS here, 1 answer")
    promise = {"id": new_id("ac"), "title": "Call within a day", "owner": sam.pk, "touchpoint": cards[3].pk}
    due = datetime.date.today() + datetime.timedelta(days=30)
    door.execute(journey.pk, fiona.identity, "action.add", {**promise, "due": due.isoformat()})
    expect(stage.locator(".promises li")).to_contain_text(f"Call within a dayDue {due.day}")
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[3].pk, "metric": "ces"})
    expect(stage.locator(".measures li").last).to_have_text("Effort (CES), Waits")
    expect(page.locator(".lane-hint")).to_have_count(0)
    door.execute(journey.pk, fiona.identity, "touchpoint.move", {"id": cards[3].pk, "stage": cards[0].stage_id})
    first = page.locator(".stage").first
    expect(first.locator(".promises li")).to_have_count(1)
    card = page.locator(f'[data-id="{cards[3].pk}"] .card')
    card.focus()
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        if page.locator(".spoken__at:focus").count():
            break
    page.keyboard.press("Enter")  # arrows reach what stands under the touchpoints; the map keeps its one tab stop
    expect(page.locator("#card-h")).to_have_text("Waits")
    assert page.locator('.map [tabindex="0"]').count() == 1


def test_a_card_shows_what_customers_would_recommend_and_marks_hours_in_its_sentence(board, cards, journey, fiona):
    """Once three of them answered, live; the sentence is marked while somebody else types it."""
    page = board("sam")
    card = page.locator(f'[data-id="{cards[3].pk}"] .card')
    for n, score in enumerate((2, 9, 6), start=1):
        door.execute(
            journey.pk,
            fiona.identity,
            "comment.add",
            {"text": f"Case {n}: nobody called.", "scale": "nps", "score": score},
        )
        place = {"ids": [Comment.objects.latest("pk").pk], "touchpoint": cards[3].pk}
        door.execute(journey.pk, fiona.identity, "comment.place", place)
        if n < 3:
            expect(page.locator(".stage").nth(1).locator(".measures")).to_contain_text(f"{n} answer")
            expect(card.locator(".nps")).to_have_count(0)
    expect(card.locator(".nps")).to_have_text("NPS −33 from 3 answers.")
    told = {"id": cards[3].pk, "statement": "I waited nine days for a date."}
    door.execute(journey.pk, fiona.identity, "touchpoint.change", told)
    expect(card.locator(".card__quote")).to_have_text("“I waited nine days for a date.”")
    expect(card.locator(".card__quote mark")).to_have_text("nine days")
    card.click()
    expect(page.locator("card-drawer").get_by_role("link", name="3 answers")).to_be_visible()


def test_the_outline_and_the_table_hold_what_the_map_holds(board, cards, journey, fiona, sam):
    """Everything of the lanes, read with headings and Tab, live; the table has it in columns."""
    page, table = board("sam"), board("fiona")
    page.locator(".tools").get_by_role("button", name="Outline", exact=True).click()
    table.locator(".tools").get_by_role("button", name="Table", exact=True).click()
    stage = page.locator(".outline__stage").nth(1)
    expect(stage.get_by_role("heading", level=3)).to_have_text(["Waits", "Who is involved"])
    door.execute(
        journey.pk, fiona.identity, "comment.add", {"text": "We waited for 9 days.", "scale": "nps", "score": 2}
    )
    place = {"ids": [Comment.objects.get().pk], "touchpoint": cards[3].pk}
    door.execute(journey.pk, fiona.identity, "comment.place", place)
    due = datetime.date.today() + datetime.timedelta(days=30)
    promise = {"id": new_id("ac"), "title": "Call within a day", "owner": sam.pk, "touchpoint": cards[3].pk}
    door.execute(journey.pk, fiona.identity, "action.add", {**promise, "due": due.isoformat()})
    told = {"id": cards[3].pk, "metric": "ces", "felt": -2, "severity": 5, "statement": "I wait."}
    door.execute(journey.pk, fiona.identity, "touchpoint.change", told)
    seen = {"confirmation": "confirmed", "confirmed_by": 6, "goal": "A date that holds"}
    door.execute(journey.pk, fiona.identity, "stage.change", {"id": cards[3].stage_id, **seen})
    lanes = ["In her words", "What it costs her", "What we promised", "Who is involved", "How we measure"]
    expect(stage.get_by_role("heading", level=3)).to_have_text(["Waits", *lanes])
    tree = stage.aria_snapshot()
    for words in ("She wants: A date that holds. ", "6 customers confirmed it.", "Feels let down at “Waits” (1 comment).",
                  "“I wait.”", "5 of 5 severity to customers.", "9 days of waiting", 'link "Call within a day"',
                  'button "Said at Waits"', "Effort (CES)", "strong: −100"):  # fmt: skip
        assert words in tree, words
    stage.get_by_role("button", name="Said at Waits").focus()
    page.keyboard.press("Tab")
    expect(stage.get_by_role("link", name="9 days of waiting")).to_be_focused()
    page.keyboard.press("Tab")
    expect(stage.get_by_role("link", name="Call within a day")).to_be_focused()
    row = table.locator(f'.touchpoints [data-id="{cards[3].pk}"]')
    for column, words in {
        "statement": "I wait.",
        "stated": "9 days of waiting",
        "promises": "Call within a day",
        "metric": "Effort (CES)",
    }.items():
        expect(row.locator(f'[data-col="{column}"]')).to_have_text(words)


def test_a_version_comes_back_while_two_others_edit(board, window, cards, journey, fiona):
    """Looked at, compared and brought back by Fiona; Sam types and Sue adds all the while, and neither loses a word."""
    kept = new_id("mv")
    door.execute(journey.pk, fiona.identity, "version.keep", {"id": kept, "name": "Spring"})
    door.execute(journey.pk, fiona.identity, "touchpoint.change", {"id": cards[1].pk, "title": "Reads nothing at all"})
    sam, sue, hers = board("sam"), board("sue"), window("fiona")
    statement = open_card(sam, cards[0]).locator('[data-field="statement"] textarea')
    statement.press_sequentially("I ask my ")
    hers.goto(f"/journeys/{journey.pk}/versions/")
    hers.get_by_role("link", name="Look at Spring").click()
    expect(hers.locator(f'[data-id="{cards[1].pk}"] .card__title')).to_have_text("Reads a test")
    hers.goto(f"/journeys/{journey.pk}/versions/{kept}/")
    expect(hers.get_by_role("main")).to_contain_text("Reads nothing at all")
    statement.press_sequentially("cousin, ")
    sue.locator(".stage").nth(1).locator(".add").click()
    sue.keyboard.type("Waits again")
    sue.keyboard.press("Enter")
    saved(sam)
    saved(sue)
    hers.get_by_role("button", name="Bring it back").click()
    expect(hers.get_by_role("status").first).to_contain_text("The map is as in “Spring” again.")
    expect(sam.locator(f'[data-id="{cards[1].pk}"] .card__title')).to_have_text("Reads a test")
    statement.press_sequentially("later.")  # she types on in a text that went back under her hands
    sue.locator(f'[data-id="{cards[3].pk}"] .card').focus()
    sue.keyboard.press("4")
    saved(sam)
    saved(sue)
    assert Touchpoint.objects.get(pk=cards[0].pk).statement.endswith("later.")
    assert Touchpoint.objects.get(pk=cards[3].pk).severity == 4
    safety = MapVersion.objects.filter(room=journey.room).latest("at")  # what Sam and Sue had done before is in here
    hers.goto(f"/journeys/{journey.pk}/versions/{safety.pk}/map/")
    expect(hers.locator(".card__title", has_text="Waits again")).to_have_count(1)
    expect(hers.locator(f'[data-id="{cards[0].pk}"] .card__quote')).to_contain_text("I ask my cousin,")


LONG = "مرحبا 🙃 Überlang" + "Donaudampfschifffahrtsgesellschaft" * 4


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_forty_stages_with_long_names_of_every_script_fit(window, journey, cards, fiona, phone):
    door.execute(
        journey.pk, fiona.identity, "touchpoint.change", {"id": cards[0].pk, "title": LONG[:150], "statement": LONG * 3}
    )
    more = MOST_STAGES - Stage.objects.filter(room=journey.room).count()
    calls = [(new_id("cm"), "stage.add", {"id": new_id("st"), "after": None, "name": LONG[:80]}) for _ in range(more)]
    door.execute_all(journey.pk, fiona.identity, calls)
    page = window("fiona", phone=phone)
    page.goto(f"/journeys/{journey.pk}/")
    expect(page.locator(".stage")).to_have_count(MOST_STAGES)
    assert page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth") <= 0
    wide = page.evaluate(
        "[...document.querySelectorAll('.stage__head, .card__in, .card__title, .card__quote')].filter((n) => n.scrollWidth > n.clientWidth + 1).length"
    )
    assert wide == 0, "a long word stays in its column"


def test_a_persona_that_goes_takes_her_eyes_with_her(board, cards, journey, fiona):
    """Removed while somebody looks through her eyes: the map is everybody's again; undo brings her and her way back."""
    who = new_id("pe")
    door.execute(journey.pk, fiona.identity, "persona.add", {"id": who, "name": "Nina"})
    lived = {"id": new_id("ex"), "persona": who, "touchpoint": cards[0].pk, "felt": -2}
    door.execute(journey.pk, fiona.identity, "experience.set", lived)
    page = board("sam")
    page.locator("#persona").select_option(label="Nina")
    expect(page.locator(f'[data-id="{cards[1].pk}"] .card')).to_contain_text("not said yet")
    door.execute(journey.pk, fiona.identity, "persona.remove", {"id": who}, "gone-1")
    expect(page.locator(f'[data-id="{cards[1].pk}"] .card')).not_to_contain_text("not said yet")
    expect(page.locator("#persona")).to_be_hidden()
    assert not Experience.objects.filter(persona=who, removed_at=None).exists()
    door.execute(journey.pk, fiona.identity, "undo", {"command": "gone-1"})
    page.locator("#persona").select_option(label="Nina")
    expect(page.locator(f'[data-id="{cards[0].pk}"] .felt')).to_have_attribute("data-felt", "-2")


def test_what_others_do_is_said_politely_gathered_and_can_be_silenced(board, cards):
    """One polite region; several changes in one sentence; a choice to hear nothing, and the list to ask at any time."""
    fiona, sam = board("fiona"), board("sam")
    assert fiona.locator("[aria-live=assertive], [role=alert]").count() == 0
    for n, number in ((0, "2"), (1, "3")):
        sam.locator(f'[data-id="{cards[n].pk}"] .card').focus()
        sam.keyboard.press(number)
    expect(fiona.locator("#live")).to_contain_text(
        "2 changes. Sam changed “Asks a peer”. Sam changed “Reads a test”.", timeout=9_000
    )
    fiona.get_by_role("button", name="What changed").first.click()
    fiona.get_by_label("Read out").select_option("none")
    expect(fiona.locator("#news-list li").first).to_contain_text("Sam changed “Reads a test”.")
    fiona.keyboard.press("Escape")
    sam.keyboard.press("5")
    saved(sam)
    fiona.wait_for_timeout(5_600)
    expect(fiona.locator("#live")).to_contain_text("2 changes.")
    fiona.get_by_role("button", name="What changed").first.click()
    expect(fiona.locator("#news-list li")).to_have_count(2)


def test_cg23_her_name_for_a_stage_comes_first_and_cg17_nothing_can_be_styled(board, cards):
    """The customer says "We look around", we say "Research". And a map has no colours, fonts or shapes to choose."""
    page = board("fiona")
    head = page.locator(".stage__head").nth(1)
    expect(head.get_by_role("heading", level=2)).to_have_text("We look around")
    expect(head.locator(".stage__ours")).to_have_text("Research")
    head.hover()
    head.locator(".stage__edit").click()
    open_dialog = page.locator("#stage")
    open_dialog.get_by_label("Our name for it").fill("Market research")
    open_dialog.get_by_role("button", name="Done").click()
    expect(head.locator(".stage__ours")).to_have_text("Market research")
    expect(head.get_by_role("heading", level=2)).to_have_text("We look around")
    open_card(page, cards[0])
    assert page.locator("[type=color], [contenteditable], [data-font], [data-colour]").count() == 0


def test_a_channel_that_is_new_to_the_map_is_named_where_it_is_picked(board, cards, journey):
    """CG-06: one step to undo; a name that is there already is picked, not made twice; others see it at once."""
    page, sam = board("fiona"), board("sam")
    card = open_card(page, cards[0])
    card.get_by_text("Another channel").click()
    box = card.get_by_label("What is it called?")
    box.fill("Service app")
    card.get_by_label("It is online").check()
    box.press("Enter")
    expect(card.get_by_role("checkbox", name="Service app")).to_be_checked()
    expect(sam.locator(f'[data-id="{cards[0].pk}"] .channel')).to_have_text("Service app")
    box.fill("  phone ")
    card.get_by_role("button", name="Add channel").click()
    expect(card.get_by_role("checkbox", name="Phone")).to_be_checked()
    saved(page)
    names = Channel.objects.filter(room=journey.room, removed_at=None).values_list("name", "online")
    assert ("Service app", True) in names and [name.lower() for name, _ in names].count("phone") == 1
    expect(open_card(sam, cards[0]).get_by_text("Another channel")).to_have_count(0)  # facilitators edit the map
