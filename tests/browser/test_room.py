"""The room with several people in it: one clock, one place to look, and nobody lost who slept or came late."""

from __future__ import annotations

import datetime
import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actors import load_actor
from live import door
from live.models import new_id
from tests.live.payloads import now, turn
from touchpoints.models import Stage
from workshops import rehearsal
from workshops.models import Answer, Participant, Phase, Workshop

HOUR = "const real = Date.now.bind(Date); Date.now = () => real() + 3_600_000;"


@pytest.fixture
def meeting(journey, fiona, sam) -> Workshop:
    data = {
        "id": new_id("ws"), "title": "What now?", "objective": "Cut the hours a customer waits for us",
        "planned_use": "The plan for May", "success_measure": "Hours, 180 to 90", "report_back_on": "2031-05-01",
    }  # fmt: skip
    door.execute(journey.pk, fiona.identity, "workshop.open", data)
    door.execute(journey.pk, fiona.identity, "workshop.go_live", {"id": data["id"]})
    return Workshop.objects.get(pk=data["id"])


@pytest.fixture
def room(window, meeting):
    def enter(who: str, path: str = "", script: str = "", **kwargs: object) -> Page:
        page = window(who, **kwargs)
        if script:
            page.add_init_script(script)
        page.goto(path or f"/workshops/{meeting.pk}/")
        if not path:
            expect(page.locator("#status")).to_have_attribute("data-state", "saved")
            expect(page.locator("#status")).to_have_text("Saved")
        return page

    return enter


def shown(page: Page) -> int:
    """Seconds on a page's timer."""
    text = page.locator(".timer__digits").text_content() or ""
    minutes, seconds = re.fullmatch(r"-?(\d+):(\d\d)", text).groups()
    return (-1 if text.startswith("-") else 1) * (int(minutes) * 60 + int(seconds))


def true(workshop: Workshop) -> float:
    workshop.refresh_from_db()
    phase = Phase.objects.get(pk=workshop.phase_id)
    whole = phase.minutes_private or phase.minutes_shared
    return whole * 60 - (timezone.now() - workshop.phase_started_at).total_seconds()


def drift(page: Page, workshop: Workshop) -> float:
    """How far a screen is from the server's time: read between two looks at the clock, so that a slow machine counts
    as neither."""
    best = 99.0
    for _ in range(8):
        before, seen, after = true(workshop), shown(page), true(workshop)
        best = min(best, max(0.0, seen - before, after - 1 - seen))
        page.wait_for_timeout(120)
    return best


def test_the_timer_is_right_on_a_slow_page_with_a_wrong_clock_that_slept(room, meeting, fiona):
    late = room("sam", script=HOUR)
    slow = room("sue", phone=True)
    slow.context.new_cdp_session(slow).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    sleeper = room("fiona")
    lines = sleeper.context.new_cdp_session(sleeper)
    lines.send("Page.enable")
    lines.send("Page.setWebLifecycleState", {"state": "frozen"})
    assert drift(late, meeting) <= 1 and drift(slow, meeting) <= 1
    for _ in range(2):  # and through two phases
        door.execute(
            meeting.room_id, fiona.identity, "workshop.next_phase", {"id": meeting.pk, "phase": now(meeting.pk)}
        )
    expect(late.locator("#phase-name")).to_have_text("Learn")
    expect(late.locator("[data-prompt=learn]")).to_be_visible()
    lines.send("Page.setWebLifecycleState", {"state": "active"})
    expect(sleeper.locator("#phase-name")).to_have_text("Learn", timeout=15_000)
    for page in (late, slow, sleeper):
        expect(page.locator(".timer__part")).to_have_text("to write")
        assert drift(page, meeting) <= 1


def test_all_screens_follow_and_anybody_may_look_around(room, meeting, fiona):
    turn(meeting.room_id, fiona.identity, meeting.pk, "walk")
    stages = list(Stage.objects.filter(room=meeting.room_id).order_by("order"))
    leader, sam = room("fiona"), room("sam", phone=True)
    expect(sam.locator("#follow")).to_contain_text("You follow Fiona.")
    expect(leader.locator("#follow")).to_be_hidden()
    leader.get_by_role("button", name=f"Everybody to {stages[4].name}").click()
    expect(sam.locator(f"#{stages[4].pk}")).to_be_in_viewport()
    sam.get_by_role("button", name="Look around").click()
    sam.evaluate("scrollTo(0, 0)")
    leader.get_by_role("button", name=f"Everybody to {stages[5].name}").click()
    expect(sam.locator(f"#{stages[5].pk}.is-here")).to_be_attached()
    expect(sam.locator(f"#{stages[5].pk}")).not_to_be_in_viewport()
    late = room("sue", phone=True)  # who comes late is there at once
    expect(late.locator(f"#{stages[5].pk}")).to_be_in_viewport()
    sam.get_by_role("button", name="Back to Fiona").click()
    expect(sam.locator(f"#{stages[5].pk}")).to_be_in_viewport()


def test_everybody_is_brought_here_and_may_stay(room, meeting, fiona):
    on_map = f"/journeys/{meeting.room_id}/"
    sam, sue = room("sam", on_map), room("sue", on_map)
    leader = room("fiona")
    for page in (sam, sue):
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
        expect(page.locator("#to-room")).to_be_visible()
    leader.get_by_role("button", name="Bring all here").click()
    for page in (sam, sue):
        expect(page.locator("#follow")).to_contain_text("Fiona asks everybody to the room. Going there in 3 seconds.")
    sue.get_by_role("button", name="Stay here").click()
    sam.wait_for_url(f"**/workshops/{meeting.pk}/")
    assert sue.url.endswith(on_map)
    expect(sue.get_by_role("button", name="Back to Fiona")).to_be_visible()


def test_the_map_follows_the_one_who_leads_there(room, meeting, fiona, cards):
    turn(meeting.room_id, fiona.identity, meeting.pk, "walk")
    on_map = f"/journeys/{meeting.room_id}/"
    leader, sam = room("fiona", on_map), room("sam", on_map)
    for page in (leader, sam):
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    last = Stage.objects.filter(room=meeting.room_id).order_by("order").last()
    leader.locator(f'[data-stage="{last.pk}"] .stage__head').click()
    expect(sam.locator(f'[data-stage="{last.pk}"][data-spot]')).to_be_in_viewport()


def test_a_page_that_is_drawn_again_takes_nothing_from_who_types(room, meeting, fiona, sam):
    turn(meeting.room_id, fiona.identity, meeting.pk, "learn")
    page = room("sam")
    page.locator("#parking").get_by_label("Something for later").fill("Half a thou")
    adder = page.locator("[data-prompt=learn] details.adder")
    if adder.count() and not adder.first.evaluate("node => node.open"):
        adder.first.locator("summary").click()
    box = page.locator("#new-learn")
    box.click()
    page.keyboard.type("They wait because")
    door.execute(
        meeting.room_id,
        fiona.identity,
        "parked.add",
        {"id": new_id("pk"), "workshop": meeting.pk, "text": "From Fiona"},
    )
    expect(page.locator("#parking")).to_contain_text("From Fiona")
    page.keyboard.type(" nobody owns it")
    assert box.input_value() == "They wait because nobody owns it"
    assert page.locator("#park").input_value() == "Half a thou"
    door.execute(meeting.room_id, fiona.identity, "workshop.lock", {"id": meeting.pk, "writing": True})
    door.execute(meeting.room_id, fiona.identity, "workshop.lock", {"id": meeting.pk, "writing": False})
    page.wait_for_timeout(1200)
    assert "nobody owns it" in page.locator("#new-learn").input_value(), "a lock took somebody's words"


def test_the_session_is_run_by_keyboard_alone_and_heard(room, meeting, fiona):
    leader, sam = room("fiona"), room("sam")

    def press(ident: str, key: str = "Enter") -> None:
        for _ in range(150):
            if leader.evaluate("document.activeElement.id") == ident:
                break
            leader.keyboard.press("Tab")
        else:
            raise AssertionError(f"#{ident} is not reached with Tab")
        leader.keyboard.press(key)

    press("next")
    expect(leader.locator("#phase-name")).to_have_text("Walk the map")
    assert leader.evaluate("document.activeElement.id") == "next", "the next press needs no search"
    expect(sam.locator("#live")).to_have_text("Now: Walk the map.")
    expect(leader.locator("#next")).to_contain_text("Learn")  # what the desk says is what the next press does
    press("pause")
    expect(sam.locator(".timer__part")).to_have_text("paused")
    press("pause")
    press("minute", "Space")
    expect(leader.locator("#agenda [aria-current]")).to_contain_text("21")
    press("lock-writing")
    expect(sam.locator("#live")).to_have_text("Writing is locked for a moment.")
    sam.locator("#hand").focus()
    sam.keyboard.press("Enter")
    expect(leader.locator("#desk")).to_contain_text("Want to speak")
    expect(leader.locator("#live")).to_contain_text("Sam Okoro raises a hand.", timeout=10_000)
    press("back")
    expect(sam.locator("#phase-name")).to_have_text("Why")


def test_the_time_is_said_at_five_minutes_one_minute_and_at_the_end(room, meeting):
    page = room("sam")
    for seconds, words in ((301, "Five minutes left."), (61, "One minute left."), (1, "Time is up.")):
        started = timezone.now() - datetime.timedelta(seconds=300 * 60 - seconds)
        Phase.objects.filter(pk=meeting.phase_id).update(minutes_shared=300)
        Workshop.objects.filter(pk=meeting.pk).update(phase_started_at=started)
        page.reload()
        expect(page.locator("#live")).to_have_text(words, timeout=8000)


def test_the_big_screen_goes_along(room, meeting, fiona, sam):
    screen = room("fiona", f"/workshops/{meeting.pk}/projector/", width=1920, height=1080)
    expect(screen.locator(".why__objective")).to_be_visible()
    turn(meeting.room_id, fiona.identity, meeting.pk, "learn")
    expect(screen.locator("#phase-name")).to_have_text("Learn")
    data = {"id": new_id("an"), "workshop": meeting.pk, "of_kind": "learn", "text": "zwitscher-4711"}
    door.execute(meeting.room_id, sam.identity, "answer.add", data)
    expect(screen.locator(".big__counts")).to_contain_text("1")
    assert "zwitscher" not in screen.content()
    door.execute(meeting.room_id, fiona.identity, "workshop.reveal", {"id": meeting.pk, "of_kind": "learn"})
    expect(screen.locator("#big-body")).to_contain_text("zwitscher-4711")
    assert screen.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 20


def test_one_thumb_is_enough_on_a_phone(room, meeting):
    page = room("sam", phone=True)
    page.get_by_role("button", name="Hand", exact=True).tap()
    expect(page.locator("#hand-thumb")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="We’re ready").tap()
    expect(page.locator("#ready-thumb")).to_have_attribute("aria-pressed", "true")
    assert Participant.objects.filter(hand_at__isnull=False, ready_in=meeting.phase_id).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for box in [one.bounding_box() for one in page.locator(".thumb .btn").all()]:
        assert box["height"] >= 44 and box["y"] + box["height"] <= 844


def test_what_is_typed_without_a_line_is_private_and_saved_when_it_is_back(room, meeting, fiona, sam):
    turn(meeting.room_id, fiona.identity, meeting.pk, "learn")
    pk = new_id("an")
    data = {"id": pk, "workshop": meeting.pk, "of_kind": "learn", "text": "Nobody"}
    door.execute(meeting.room_id, sam.identity, "answer.add", data)
    page = room("sam")
    page.context.set_offline(True)
    box = page.locator(f"textarea#{pk}")
    box.focus()
    page.keyboard.press("End")
    page.keyboard.type(" rings back")
    time.sleep(1)
    assert Answer.objects.get(pk=pk).text == "Nobody"
    page.context.set_offline(False)
    expect(page.locator("#status")).to_have_text("Saved", timeout=20_000)
    answer = Answer.objects.get(pk=pk)
    assert (answer.text, answer.revealed_at) == ("Nobody rings back", None)


def test_a_rehearsal_that_was_removed_says_so_and_where_to_go(window, journey, fiona, server):
    actor = load_actor(fiona.identity, journey.room.organisation_id)
    workshop = rehearsal.start(journey.room.organisation, fiona, actor, journey)
    own, other, phone, big = window("fiona"), window("ada"), window("sam", phone=True), window("fiona", width=1920)
    for page in (own, other, phone):
        page.goto(f"/workshops/{workshop.pk}/")
        expect(page.locator("#status")).to_have_text("Saved")
    big.goto(f"/workshops/{workshop.pk}/projector/")
    expect(big.locator("#timer, .big__page").first).to_be_visible()
    own.get_by_role("button", name="Remove it").click()
    expect(own.get_by_text("The rehearsal is gone, with everything in it.")).to_be_visible()
    for page in (other, phone, big):
        expect(page.get_by_role("heading", name="The rehearsal is over")).to_be_visible()
        expect(page.locator("#main")).to_contain_text("It was removed, with its copy of the map")
        expect(page.get_by_text("Not connected")).to_be_hidden()
    other.get_by_role("link", name="Go to Workshops").click()
    expect(other.get_by_role("heading", name="Workshops")).to_be_visible()
