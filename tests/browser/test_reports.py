"""A report is asked for, watched, reloaded, shared; somebody without an account opens it on a phone."""

from __future__ import annotations

import datetime
import io
import re
from urllib.parse import urlsplit

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from actions.models import Report, ReportLink
from journeymap import celery
from live.door import execute
from live.models import new_id


@pytest.fixture
def workshop(journey, fiona, elena, sam) -> str:
    pk, day = new_id("ws"), timezone.localdate()
    execute(journey.pk, fiona.identity, "workshop.open", {
        "id": pk, "title": "So what?", "objective": "Cut customers' effort", "planned_use": "Weekly",
        "success_measure": "Hours, 180 to 90", "starts_at": f"{day.isoformat()}T09:30:00+00:00",
        "report_back_on": (day + datetime.timedelta(days=45)).isoformat(), "sponsor": elena.pk, "people": [sam.identity],
    })  # fmt: skip
    for n in range(11):
        due = (day + datetime.timedelta(days=30 + n)).isoformat()
        promise = {"id": new_id("ac"), "title": f"Call back: {n}", "owner": sam.pk, "due": due, "workshop": pk}
        execute(journey.pk, fiona.identity, "action.add", promise)
    return pk


def test_made_watched_shared_and_opened_by_a_stranger(window, workshop, settings):
    fiona = window("fiona")
    fiona.goto(f"/workshops/{workshop}/report/")
    fiona.get_by_role("button", name="Keep this report").click()
    expect(fiona.get_by_role("heading", name="About to start")).to_be_visible()
    fiona.reload()  # it is a row, so a page that is loaded again shows the same
    expect(fiona.get_by_role("button", name="Stop it")).to_be_visible()
    settings.REDIS_URL = ""  # now a worker comes
    with celery.embedded():
        expect(fiona.get_by_role("heading", name=re.compile("11 promises made"))).to_be_visible(timeout=30_000)
    pdf = fiona.request.get(fiona.get_by_role("link", name="PDF, one page").get_attribute("href"))
    assert len(pypdf.PdfReader(io.BytesIO(pdf.body())).pages) == 1
    expect(fiona.get_by_role("img", name="Promises by status")).to_be_visible()

    fiona.get_by_role("link", name="Share").click()
    fiona.get_by_label("Who is it for?").fill("Nora at the bank")
    fiona.get_by_role("button", name="Make a link").click()
    path = urlsplit(fiona.locator(".secret code").inner_text()).path

    nora = window(phone=True)
    answer = nora.goto(path)
    assert answer is not None and answer.headers["referrer-policy"] == "no-referrer"
    expect(nora.locator("body")).not_to_contain_text("Call back")
    assert ReportLink.objects.get().opened == 0
    nora.get_by_role("button", name="Show the report").click()  # with no referrer its origin is "null"
    expect(nora.locator(".report")).to_contain_text("Call back: 10")
    with nora.expect_download() as download:
        nora.get_by_role("button", name="Text").click()
    assert download.value.suggested_filename.endswith(".md")
    assert ReportLink.objects.get().opened == 2

    fiona.goto(fiona.url)  # the list, and never the address again
    expect(fiona.locator(".secret")).to_have_count(0)
    expect(fiona.locator(".people")).to_contain_text("opened 2 times")
    fiona.get_by_role("button", name="Revoke the link for Nora at the bank").click()
    expect(fiona.get_by_text("Revoked")).to_be_visible()
    nora.goto(path)
    expect(nora.get_by_role("heading", name="This link opens nothing any more")).to_be_visible()


def test_one_that_nobody_wants_is_stopped(window, workshop):
    elena = window("elena", phone=True)
    elena.goto(f"/workshops/{workshop}/report/")
    elena.get_by_role("button", name="Keep this report").click()
    elena.get_by_role("button", name="Stop it").click()
    expect(elena.get_by_text("Stopped. Nothing was kept.")).to_be_visible()
    assert Report.objects.get().state == "cancelled"
