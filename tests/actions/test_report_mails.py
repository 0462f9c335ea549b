"""After a closing: everybody has their own mail within ten seconds, the sponsor the page. Then by the clock."""

from __future__ import annotations

import datetime
import io
import time

import pypdf
import pytest
from django.utils import timezone

from actions import outbox, reminders, report_jobs
from actions.models import Reminder, Report
from journeymap import celery
from live.door import execute
from live.models import new_id
from tests.actions.conftest import NOON


@pytest.fixture
def over(journey, fiona, elena, sam, sue):
    """Opens a workshop with eleven promises of Sam and Sue; calling it closes the workshop."""
    pk, day = new_id("ws"), timezone.localdate()
    people = [sam.identity, sue.identity, elena.identity]
    execute(journey.pk, fiona.identity, "workshop.open", {
        "id": pk, "title": "So what?", "objective": "Cut customers' effort", "planned_use": "Weekly",
        "success_measure": "Hours, 180 to 90", "starts_at": f"{day.isoformat()}T09:30:00+00:00",
        "report_back_on": (day + datetime.timedelta(days=45)).isoformat(), "sponsor": elena.pk, "people": people,
    })  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.go_live", {"id": pk})
    for n, owner in enumerate([sam, sue] * 5 + [sue]):
        due = (day + datetime.timedelta(days=30 + n)).isoformat()
        promise = {"id": new_id("ac"), "title": f"Promise {n}", "owner": owner.pk, "due": due, "workshop": pk}
        execute(journey.pk, fiona.identity, "action.add", promise)
    return lambda: execute(journey.pk, fiona.identity, "workshop.close", {"id": pk, "because": "A test"})


def text_of(message) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    return parts[0].get_payload(decode=True).decode()


def make_what_is_due() -> None:
    for pk in report_jobs.plan():
        assert report_jobs.run(pk)
    reminders.plan_news()
    outbox.drain()


@pytest.mark.django_db(transaction=True)
def test_within_ten_seconds_everybody_has_their_mail_and_the_sponsor_the_page(over, sink, settings, capsys):
    """The real thing: closing wakes a real worker, mails leave to a real SMTP server."""
    settings.REDIS_URL = ""  # the worker and the clock of this process; the broker is whichever the tests run on
    wanted = {f"{who}@harrow.example" for who in ("sam", "sue", "fiona", "elena")}
    with celery.embedded():
        began = time.monotonic()
        over()
        while {message["To"] for message in sink.messages} < wanted and time.monotonic() - began < 60:
            time.sleep(0.05)
        took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n  everybody had their mail {took:.1f} s after the close")
    by = {message["To"].split("@")[0]: message for message in sink.messages}
    assert set(by) == {"sam", "sue", "fiona", "elena"} and len(sink.messages) == 4
    mine = text_of(by["sam"])
    assert mine.count("Promise ") == 5 and "/promises/" in mine and "/report/" in mine
    assert "Promise 10: by" in text_of(by["sue"])
    pdf = next(part for part in by["elena"].walk() if part.get_content_type() == "application/pdf")
    page = pypdf.PdfReader(io.BytesIO(pdf.get_payload(decode=True)))
    assert len(page.pages) == 1 and "11 promises made" in page.pages[0].extract_text()
    row = Report.objects.get()
    assert f"/report/kept/{row.pk}/" in text_of(by["elena"]) and row.why == "closed"
    assert took < 10


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
def test_twice_sends_nothing_twice(over, sink):
    over()
    for _ in range(3):
        make_what_is_due()
    assert len(sink.messages) == 4 and len(set(sink.ids)) == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
def test_the_sponsor_hears_of_it_when_the_page_cannot_be_made(over, sink):
    over()
    Report.objects.filter(pk__in=report_jobs.plan()).update(state="failed", error="No room for the typesetter.")
    make_what_is_due()
    mail = next(message for message in sink.messages if message["To"] == "elena@harrow.example")
    assert "could not be made" in text_of(mail) and "/report/" in text_of(mail)


@pytest.mark.django_db
def test_reports_of_the_clock_come_to_sponsor_and_facilitator(over, sink, noon, harrow):
    type(harrow).objects.update(report_every="month")
    over()
    make_what_is_due()
    sink.messages.clear()
    noon.move_to(NOON + datetime.timedelta(days=31))
    Reminder.objects.filter(state="planned").update(state="cancelled")
    make_what_is_due()
    mails = {message["To"]: text_of(message) for message in sink.messages if "report is ready" in message["Subject"]}
    assert set(mails) == {"elena@harrow.example", "fiona@harrow.example"}
    assert all("Since 10 March 2026: nothing changed." in text for text in mails.values())
