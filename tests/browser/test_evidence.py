"""From a file of service cases to a ranked list: what a facilitator does the week before the workshop."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from actions.models import ActionItem
from journeymap.demo import words
from journeymap.demo.journey_map import NAME
from live.door import execute
from live.models import new_id
from touchpoints.models import Journey, Stage
from voices.models import Comment, Issue
from voices.painting import painting_of

SAMPLES = Path(__file__).resolve().parents[2] / "static" / "samples"


def test_the_samples_are_what_the_demo_says():
    for name, written in (
        ("service-cases.csv", words.cases),
        ("nps-survey.csv", words.survey),
        ("sales-notes.xlsx", words.notes),
    ):
        assert (SAMPLES / name).read_bytes() == written(), name


@pytest.fixture
def touchpoints(journey, fiona) -> None:
    """The moments that customers speak of, spread over the stages in order."""
    stages = list(Stage.objects.filter(room=journey.pk).order_by("order"))
    for n, title in enumerate(words.SAID):
        stage = stages[n * len(stages) // len(words.SAID)].pk
        execute(journey.pk, fiona.identity, "touchpoint.add", {"id": new_id("tp"), "stage": stage, "title": title})


@pytest.mark.usefixtures("touchpoints", "celery")
def test_from_a_file_to_a_ranked_list(window, journey, fiona):
    page = window(fiona)
    bring_in(page, journey)
    bring_in_the_others(page, journey)
    place_and_code(page, journey)
    rank(page, journey)
    painted(page, journey)


def bring_in(page: Page, journey) -> None:
    """Preview with 220 new, 14 twice and 6 that cannot come in; progress that survives a reload; a way back."""
    page.goto(reverse("bring_in", args=[journey.pk]))
    with page.expect_download() as sample:
        page.get_by_role("link", name="240 service cases").click()
    page.locator("#files").set_input_files(sample.value.path().rename(sample.value.path().with_suffix(".csv")))
    page.get_by_role("button", name="Look at").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    for column, field in (
        ("Subject", "text"),
        ("Description", "text"),
        ("Account Name", "account"),
        ("CreatedDate", "date"),
    ):
        expect(page.get_by_label(column, exact=True)).to_have_value(field)
    figures = page.locator(".sum div")
    for name, figure in (("New", "220"), ("twice", "14"), ("Cannot", "6")):
        expect(figures.filter(has=page.locator("dt", has_text=re.compile(name, re.I))).locator("dd")).to_contain_text(
            figure
        )
    with page.expect_download() as broken:
        page.get_by_role("link", name="Download 6 rows").click()
    lines = list(csv.reader(io.StringIO(broken.value.path().read_text("utf-8-sig"))))
    assert len(lines) == 7 and all(line[-1] for line in lines[1:])
    page.get_by_role("button", name="Bring in 220 comments").click()
    expect(page.locator("#progress")).to_be_visible()  # she sees how far it is, and then loads the page again
    page.reload()
    expect(page.get_by_role("heading", name="220 comments are in")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Undo the whole import")).to_be_visible()
    assert Comment.objects.filter(room=journey.pk).count() == 220


def bring_in_the_others(page: Page, journey) -> None:
    """Two files at once, each looked at on a page of its own: a survey with scores, and notes under a title."""
    page.goto(reverse("bring_in", args=[journey.pk]))
    page.locator("#files").set_input_files([SAMPLES / "nps-survey.csv", SAMPLES / "sales-notes.xlsx"])
    page.get_by_role("button", name="Look at").click()
    for name, rows, (column, field) in (
        ("nps-survey.csv", 180, ("Score", "score")),
        ("sales-notes.xlsx", 60, ("Note", "text")),
    ):
        page.goto(reverse("bring_in", args=[journey.pk]))
        page.get_by_role("link", name=name).click()
        expect(page.get_by_label(column, exact=True)).to_have_value(field)
        page.get_by_role("button", name=f"Bring in {rows} comments").click()
        expect(page.get_by_role("heading", name=f"{rows} comments are in")).to_be_visible(timeout=60_000)
    assert Comment.objects.filter(room=journey.pk).count() == 220 + 180 + 60
    page.goto(reverse("comments", args=[journey.pk]))


def place_and_code(page: Page, journey) -> None:
    page.get_by_role("button", name=re.compile(r"Place \d+ sure")).click()
    expect(page.locator(".toast")).to_contain_text("placed.")
    assert Comment.objects.exclude(touchpoint=None).count() > 50
    page.goto(reverse("coding", args=[journey.pk]))
    said = page.locator("blockquote")
    expect(said).to_be_visible()
    while not page.locator("mark").count():  # the gravest come first, and not each of them states how long it took
        words = said.inner_text()
        page.keyboard.press("k")
        expect(said).not_to_have_text(words)
    expect(page.locator("#coded")).to_have_text("0")
    for n in range(3):
        page.keyboard.press("s")
        page.keyboard.press("5")
        page.keyboard.press("a")
        page.keyboard.type("Never stop the line")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(page.locator("#coded")).to_have_text(str(n + 1))


def rank(page: Page, journey) -> None:
    """What sounds alike becomes let-downs, ranked for customers; one is quickly mended and gets a promise at once."""
    page.goto(reverse("issues", args=[journey.pk]))
    boxes = page.locator('input[name="theme"]')
    expect(boxes.first).to_be_visible()
    for n in range(3):
        boxes.nth(n).check()
    page.get_by_role("button", name="Make them let-downs").click()
    rows = page.locator("table.issues tbody tr")
    expect(rows).to_have_count(3)
    for head in ("Severity to customers", "Accounts", "Severity to us", "Their time", "Their money", "Revenue behind"):
        expect(page.get_by_role("columnheader", name=head)).to_be_visible()
    expect(page.get_by_role("columnheader", name="What changed")).to_be_visible()
    accounts = rows.first.get_by_role("link", name=re.compile(r"^\d+ accounts"))
    told = accounts.inner_text()
    accounts.click()
    expect(page.locator("#comments li.comment").first).to_be_visible()
    here: set[str | None] = set()
    while True:
        here |= {row.get_attribute("data-id") for row in page.locator("#comments li.comment").all()}
        following = page.get_by_role("link", name="Next")
        if not following.count():
            break
        number = page.locator(".pager .hint").inner_text()
        following.click()
        expect(page.locator(".pager .hint")).not_to_have_text(number)
    assert len(set(Comment.objects.filter(pk__in=here).values_list("account", flat=True))) == int(told)
    page.goto(reverse("issues", args=[journey.pk]))
    first = page.locator("table.issues tbody tr").first
    first.get_by_text("Change").click()
    first.get_by_label("Quick win").check()
    first.get_by_role("button", name="Keep").click()
    assert Issue.objects.filter(quick_win=True).count() == 1
    page.locator("table.issues tbody tr").first.get_by_role("link", name="Make it a promise").click()
    page.get_by_label("What do you promise?").fill("Somebody on duty")
    page.get_by_label("What changes for the customer").fill("Whoever is on duty answers within the hour.")
    page.get_by_role("button", name="Promise it").click()
    expect(page.get_by_role("heading", name="Somebody on duty")).to_be_visible()
    assert ActionItem.objects.get().issue_id == Issue.objects.get(quick_win=True).pk


def painted(page: Page, journey) -> None:
    page.goto(reverse("painted", args=[journey.pk]))
    found = painting_of(journey.pk)
    assert len(found.cells) == 8 and found.holes
    expect(page.locator(".sum dd").first).to_contain_text(f"{found.share} %")
    expect(page.locator(".sum dd").first).to_contain_text(f"{len(found.holes)} hole")


@pytest.mark.usefixtures("demo")
def test_in_the_demo_the_worst_let_down_comes_fifth_by_frequency_and_five_holes_are_left(window):
    journey = Journey.objects.get(name=NAME)
    page = window(User.objects.get(email__startswith="fiona"))
    page.goto(reverse("issues", args=[journey.pk]))
    first = page.locator("table.issues tbody tr").first
    expect(first).to_contain_text("I cannot reach my account manager")
    expect(first).to_contain_text("5th by frequency")
    assert Issue.objects.filter(room=journey.pk, quick_win=True).count() == 3
    page.goto(reverse("painted", args=[journey.pk]))
    told = page.locator(".sum dd").first
    expect(told).to_contain_text("62 %")
    expect(told).to_contain_text("5 holes")
    told.get_by_role("link", name="5 holes").click()
    expect(page.get_by_role("heading", name="What to ask")).to_be_in_viewport()
    cell = page.locator('td[data-level="painted"] a').first
    count = int(cell.inner_text())
    cell.click()
    expect(page.locator("#comments li.comment")).to_have_count(min(count, 25))
