"""Fifty comments coded with the keyboard alone, as a representative would between two meetings."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from personas.models import Aim
from touchpoints.models import Stage
from voices.models import Comment, Consequence, Issue, SecondReading

HOW_MANY = 50


@pytest.fixture
def comments(journey) -> list[Comment]:
    stage = Stage.objects.filter(room=journey.pk).order_by("order")[2]
    rows = [
        Comment(
            organisation_id=journey.room.organisation_id, room_id=journey.pk, dedupe=f"c{n}", felt=-1.0, harm=3,
            text=f"The delivery of pump {n} was two weeks late and nobody told us.", suggested_stage=stage,
            confidence=0.8, why="“delivery”",
        )
        for n in range(HOW_MANY)
    ]  # fmt: skip
    return Comment.objects.bulk_create(rows)


def test_fifty_comments_by_keyboard_alone(window, journey, fiona, comments):
    page = window(fiona)
    page.goto(reverse("coding", args=[journey.pk]))
    keys, began = page.keyboard, time.monotonic()
    expect(page.locator("#coded")).to_have_text("0")
    expect(page.locator("blockquote")).to_contain_text("two weeks late")
    for n in range(HOW_MANY):
        keys.press("4")  # the fourth stage, not the third that was suggested
        keys.press("s")
        keys.press("4" if n % 2 else "5")
        keys.press("c")
        keys.press("3")  # delay
        if n == 0:
            keys.press("a")
            keys.type("Open on time")
            keys.press("Escape")
        keys.press("i")
        keys.type("Late and nobody tells us")
        keys.press("Enter")
        expect(page.locator("#coded")).to_have_text(str(n + 1))
    expect(page.get_by_role("heading", name="Every comment is coded")).to_be_visible()
    assert time.monotonic() - began < 600  # ten minutes, for somebody who need not think
    fourth = Stage.objects.filter(room=journey.pk).order_by("order")[3]
    assert Comment.objects.filter(stage=fourth, coded_by=fiona.identity).count() == HOW_MANY
    assert Comment.objects.filter(severity=5).count() == Comment.objects.filter(severity=4).count() == HOW_MANY // 2
    assert Consequence.objects.filter(kind="delay", confirmed_at__isnull=False).count() == HOW_MANY
    assert (Issue.objects.get().quotes, Aim.objects.get().name) == (HOW_MANY, "Open on time")
    keys.press("u")
    expect(page.get_by_text("Taken back. Here it is again.")).to_be_visible()
    expect(page.locator("#coded")).to_have_text(str(HOW_MANY - 1))
    keys.press("k")
    expect(page.locator("#coder")).to_be_visible()


def test_touch_and_reading_order_on_a_phone(window, journey, fiona, comments):
    page = window(fiona, phone=True)
    page.goto(reverse("coding", args=[journey.pk]))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("radio", name="harms their work").tap(force=True)
    page.get_by_role("button", name="Keep, next").last.tap()
    expect(page.locator("#coded")).to_have_text("1")
    assert Comment.objects.filter(severity=4).count() == 1


def test_a_second_reading_on_a_phone(window, journey, fiona, sam, comments):
    stage = Stage.objects.filter(room=journey.pk).first()
    Comment.objects.update(coded_at=timezone.now(), coded_by=fiona.identity, severity=4, stage=stage)
    first = Comment.objects.earliest("pk")
    Comment.objects.filter(pk=first.pk).update(dedupe="00")
    page = window(sam, phone=True)
    page.goto(reverse("second_reading", args=[journey.pk]))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("radio", name="harms their work").tap(force=True)
    page.get_by_role("button", name="Keep, next").last.tap()
    expect(page.get_by_role("heading", name="Nothing to read a second time")).to_be_visible()
    expect(page.locator(".sum")).to_contain_text("100 %")  # the same severity; no stage was named
    assert SecondReading.objects.get().comment_id == first.pk
