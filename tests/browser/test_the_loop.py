"""The whole loop, as the people of a firm walk it: comments, map, workshop, promise, report, reminder.

Nothing is prepared by the back door but the people. Mail leaves through Celery and a real SMTP server.
"""

from __future__ import annotations

import datetime
import re
import time
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from actions.models import ActionItem
from actions.tasks import drain_outbox, plan_calendar
from live.models import Event
from touchpoints.models import Journey, Touchpoint
from voices.models import Comment
from workshops.models import Workshop

# As an export comes: semicolons, cp1252, quoted newlines, a row twice, a row with nothing in it.
COMMENTS = """Response ID;Company;Date;Likelihood to recommend;What could we do better?
1;Nordmølle;14.02.2026;3;"Your hotline kept us on hold for 40 minutes while the line stood still.
Nobody told us when the technician would come."
2;Bäckerei Seidl;17.02.2026;2;The technician came two days late and had no spare part with him. We lost 16 hours.
3;Castle Foods;03.03.2026;4;We had to explain the broken line to four people on the phone before the technician came.
4;Castle Foods;21.03.2026;6;The offer took three weeks and cost us € 4.000 in overtime.
5;Nordmølle;30.03.2026;9;Lovely people, and the technician repaired the line at night.
6;Harbour Dairy;02.04.2026;1;The spare part was wrong twice. The technician had to come three times.
6;Harbour Dairy;02.04.2026;1;The spare part was wrong twice. The technician had to come three times.
7;Harbour Dairy;09.05.2026;5;
8;Bäckerei Seidl;11.05.2026;7;The hotline is friendly but nobody calls back when a technician is on his way.
"""
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey_nhs_dev.csv"
BOTH = ("Fiona Hart", "Sam Okoro")
OBJECTIVE = "A line that stands runs again the same day."


@pytest.mark.smoke
def test_the_loop_closes(window, people, departments, sink, celery, tmp_path):
    file = tmp_path / "survey 2026.csv"
    file.write_bytes(COMMENTS.encode("cp1252", "replace").replace(b"\n", b"\r\n"))
    walk(window, sink, file, ["The technician comes with the spare part", "Calls the hotline"], 7)


@pytest.mark.skipif(not REAL.exists(), reason="The files of real comments are not beside this checkout")
def test_the_loop_closes_on_a_real_survey(window, people, departments, sink, celery):
    walk(window, sink, REAL, ["Staff are kind and caring", "Waiting for the appointment"], 3_000)


def walk(window, sink, file: Path, touchpoints: list[str], at_least: int) -> None:
    started = time.monotonic()
    fiona, sam = window("fiona"), window("sam", phone=True)
    journey = new_journey(fiona)
    touchpoint = draw(fiona, journey, touchpoints)
    comments = bring_in_and_place(fiona, journey, file)
    assert comments >= at_least
    edit_together(fiona, sam, journey, touchpoint)
    workshop = meet(fiona, sam, journey)
    wait_for(sink, "A line that stands", to="sam@harrow.example")
    action = promise(fiona, sam, workshop)
    report(fiona, workshop, action)
    mail = remind(action, sink)
    answer_by_link(window(None, phone=True), mail, action)
    print(
        f"the loop with {comments} comments, from an empty journey to a mail answered: {time.monotonic() - started:.0f} s"
    )


def new_journey(page: Page) -> Journey:
    page.goto("/journeys/new/")
    page.locator("input[name=name]").fill("From broken line to running line")
    page.locator("main form button.btn--primary").click()
    page.wait_for_url(re.compile(r"/journeys/jn_\w+/$"))
    return Journey.objects.get(name="From broken line to running line")


def draw(page: Page, journey: Journey, titles: list[str]) -> Touchpoint:
    """Touchpoints, typed as in a meeting. Returns the last."""
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    for title in titles:
        page.get_by_role("button", name=re.compile("^Add")).nth(4).click()
        page.keyboard.type(title)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    return Touchpoint.objects.get(room=journey.pk, title=titles[-1])


def bring_in_and_place(page: Page, journey: Journey, file: Path) -> int:
    """Returns how many comments came in."""
    page.goto(f"/journeys/{journey.pk}/comments/")
    page.get_by_role("link", name="Bring in").click()
    page.locator("#files").set_input_files(file)
    page.get_by_role("button", name="Look at").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    page.get_by_label("Period").select_option("0")
    if page.get_by_text("Choose which comes first").count():
        page.get_by_label("Dates such as").select_option("dmy")
        expect(page.get_by_text("Choose which comes first")).to_have_count(0)
    page.get_by_role("button", name=re.compile(r"Bring in [\d,]+ comments")).click()
    page.get_by_role("link", name="Place them").click(timeout=60_000)
    sure = page.get_by_role("button", name=re.compile(r"Place \d+ sure"))
    if sure.count():
        sure.click()
        expect(sure).to_have_count(0)
    for _ in range(3):  # what is suggested for the others changes with every one that is placed
        suggested = page.locator("#comments .is-suggested").first
        if suggested.count():
            words = suggested.locator("xpath=ancestor::li").get_attribute("id")
            suggested.click()
            expect(page.locator(f"#{words}")).to_have_count(0)
    placed = Comment.objects.filter(room=journey.pk, placed_at__isnull=False)
    assert placed.count() >= 4, list(placed)
    return Comment.objects.filter(room=journey.pk).count()


def edit_together(fiona: Page, sam: Page, journey: Journey, touchpoint: Touchpoint) -> None:
    """Both in one map; each sees what the other writes."""
    fiona.goto(f"/journeys/{journey.pk}/")
    sam.goto(f"/journeys/{journey.pk}/")
    for page in (fiona, sam):
        expect(page.locator("#status")).to_have_attribute("data-state", "saved")
    card = f'[data-id="{touchpoint.pk}"]'
    fiona.locator(f"{card} .card").focus()
    fiona.keyboard.press("Enter")
    fiona.keyboard.press("End")
    fiona.keyboard.type(" at night")
    fiona.keyboard.press("Enter")
    expect(sam.locator(f"{card} .card__title")).to_have_text(f"{touchpoint.title} at night")
    sam.get_by_role("button", name="Add touchpoint").last.click()
    sam.keyboard.type("Gets an offer for the repair")
    sam.keyboard.press("Enter")
    expect(fiona.get_by_role("heading", name="Gets an offer for the repair")).to_be_visible()
    added = Event.objects.filter(room=journey.pk, name="touchpoint.added")
    assert set(added.values_list("by", flat=True)) == {user.identity for user in User.objects.filter(name__in=BOTH)}


def meet(fiona: Page, sam: Page, journey: Journey) -> Workshop:
    fiona.goto(f"/journeys/{journey.pk}/workshops/new/")
    go_on = fiona.locator("#next")
    expect(go_on).to_be_disabled()
    fiona.get_by_label("What shall change for customers?").fill(OBJECTIVE)
    fiona.get_by_label("What will be done with the result?").fill("The service plan for next year")
    fiona.get_by_label("How will you know that it worked?").fill("Hours a line stands, from 19 to 6")
    for heading in ("functions", "stages", "date"):
        go_on.click()
        fiona.wait_for_url(f"**/workshops/new/{heading}/")
    go_on.click()
    fiona.wait_for_url(re.compile(r"/workshops/ws_\w+/$"))
    return Workshop.objects.get(room=journey.pk)


def promise(fiona: Page, sam: Page, workshop: Workshop) -> ActionItem:
    fiona.get_by_role("button", name="Go live").click()
    for phase in ("Walk", "Learn", "How bad", "Fine-tune", "Break", "Do differently"):
        fiona.get_by_role("button", name=f"Next: {phase}").click()
    sam.goto(f"/workshops/{workshop.pk}/")
    ask = sam.locator('[data-prompt="do_differently"]')
    ask.locator("#new-do_differently").fill("Whoever is on duty calls the customer back within the hour.")
    ask.get_by_role("button", name="Next answer").click()
    expect(ask.locator("textarea.answer__text")).to_have_value(re.compile("on duty"))
    assert "on duty" not in fiona.content(), "an answer was seen before it was revealed"
    fiona.get_by_role("button", name="Reveal all").click()
    expect(fiona.locator('[data-prompt="do_differently"]')).to_contain_text("calls the customer back")
    ask.get_by_role("link", name="Make it a promise").click()
    sam.get_by_label("What changes for the customer?").fill("A call within the hour, day and night")
    sam.get_by_role("button", name="Promise it").click()
    sam.wait_for_url(re.compile(r"/(workshops|promises)/"))
    return ActionItem.objects.get(workshop=workshop)


def report(page: Page, workshop: Workshop, action: ActionItem) -> None:
    page.goto(f"/workshops/{workshop.pk}/report/")
    expect(page.locator(".report")).to_contain_text(action.title)
    expect(page.locator(".report")).to_contain_text("Sam Okoro")
    pdf = page.request.get(page.get_by_role("link", name="PDF, one page").get_attribute("href"))
    assert pdf.body().startswith(b"%PDF-"), pdf.status


def remind(action: ActionItem, sink):
    """Three weeks pass: it is past nine on the day it is due, where Sam lives."""
    hours = 12 - timezone.now().hour
    zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    action.owner.time_zone = zone
    action.owner.save(update_fields=["time_zone"])
    Organisation.objects.update(working_days=[0, 1, 2, 3, 4, 5, 6])  # on a weekend too
    today = (timezone.now() + datetime.timedelta(hours=hours)).date()
    long_ago = timezone.now() - datetime.timedelta(days=21)
    ActionItem.objects.filter(pk=action.pk).update(due=today, created_at=long_ago)
    return wait_for(sink, "today is the day", to="sam@harrow.example")


def wait_for(sink, about: str, to: str):
    give_up = time.monotonic() + 30
    plan_calendar.delay()
    while time.monotonic() < give_up:
        drain_outbox.delay()
        for message in list(sink.messages):
            if to in message["To"] and about in text_of(message) + str(message["Subject"]):
                return message
        time.sleep(0.5)
    raise AssertionError(f"no mail about {about!r}; there were {[str(m['Subject']) for m in sink.messages]}")


def text_of(message) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return part.get_payload(decode=True).decode()


def answer_by_link(page: Page, mail, action: ActionItem) -> None:
    """From the mail, without a password. Opening the link alone changes nothing."""
    link = re.search(r"/reply/[\w-]+/", text_of(mail))
    assert link, text_of(mail)
    page.goto(link[0])
    action.refresh_from_db()
    assert action.status == ActionItem.Status.PLANNED
    page.get_by_role("button", name="on track").click()
    expect(page.get_by_text("Noted: on track.")).to_be_visible()
    action.refresh_from_db()
    assert action.status == ActionItem.Status.IN_PROGRESS
