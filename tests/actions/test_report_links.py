"""Reports for people without an account: nothing on GET, one report, one person, fourteen days, revocable, logged."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client

from accounts.models import AuditEvent
from actions import report_jobs, report_links
from actions.models import Report, ReportLink
from live.door import execute
from live.models import new_id
from workshops.models import Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def kept(journey, fiona, elena, sam, promised) -> Report:
    pk = new_id("ws")
    execute(journey.pk, fiona.identity, "workshop.open", {
        "id": pk, "title": "So what?", "objective": "Cut customers' effort", "planned_use": "Weekly",
        "success_measure": "Hours, 180 to 90", "starts_at": "2026-03-09T09:30:00+00:00", "report_back_on": "2026-04-24",
        "sponsor": elena.pk, "people": [sam.identity],
    })  # fmt: skip
    workshop = Workshop.objects.select_related("room__organisation", "sponsor").get(pk=pk)
    promised(1, workshop=workshop, title="Call back the same day")
    return report_jobs.keep(workshop, fiona.identity)


@pytest.fixture
def path(as_, kept) -> str:
    """Fiona makes a link on the page; the answer shows it this once."""
    where = f"/workshops/{kept.workshop_id}/report/kept/{kept.pk}/links/"
    page = as_("fiona").post(where, {"recipient": "Nora at the bank"})
    address = re.search(r"http[^<\"\s]*(/r/[\w-]+/)", page.content.decode())[1]
    again = as_("fiona").get(where).content.decode()
    assert "Nora at the bank" in again and address not in again
    return address


def test_a_page_that_is_loaded_again_makes_no_second_link(as_, kept):
    where, fiona = f"/workshops/{kept.workshop_id}/report/kept/{kept.pk}/links/", as_("fiona")
    once = re.search(r'name="once" value="(\w+)"', fiona.get(where).content.decode())[1]
    data = {"recipient": "Nora at the bank", "once": once}
    assert fiona.post(where, data).status_code == 200
    again = fiona.post(where, data, follow=True).content.decode()
    assert ReportLink.objects.count() == 1 and "Its address was shown once" in again
    assert fiona.post(where, data | {"once": "another"}).status_code == 200 and ReportLink.objects.count() == 2


def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def everything() -> list:
    """What a GET must not change: the links, and the trail."""
    return [list(ReportLink.objects.values()), list(AuditEvent.objects.values())]


def test_opening_it_shows_and_changes_nothing(path):
    before = everything()
    for how in ("get", "head"):
        page = getattr(stranger(), how)(path)
        assert page.status_code == 200
        assert b"Call back" not in page.content and b"So what" not in page.content
        assert page["Cache-Control"] == "no-store" and page["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page["X-Robots-Tag"]
    assert everything() == before


def test_a_press_shows_this_report_and_is_logged(path, kept):
    # With "no-referrer" a browser sends this origin.
    page = stranger().post(path, headers={"Origin": "null"})
    text = page.content.decode()
    assert page.status_code == 200 and "Call back the same day" in text
    assert page["Cache-Control"] == "no-store" and page["Referrer-Policy"] == "no-referrer"
    assert "/promises/" not in text  # nothing leads further in
    pdf = stranger().post(path, {"form": "pdf"}, headers={"Origin": "null"})
    assert pdf["Content-Type"] == "application/pdf" and pdf["Cache-Control"] == "no-store"
    link = ReportLink.objects.get()
    assert link.opened == 2 and link.opened_at is not None
    trail = AuditEvent.objects.filter(what="report.opened").order_by("pk")
    assert [event.about for event in trail] == [
        {"report": kept.pk, "link": link.pk, "form": "page"}, {"report": kept.pk, "link": link.pk, "form": "pdf"},
    ]  # fmt: skip


def test_only_a_hash_is_kept_and_the_token_has_256_bits(path, kept):
    token = path.split("/")[2]
    assert len(token) == 43  # 32 bytes in base 64
    link = ReportLink.objects.get()
    assert token not in str(ReportLink.objects.values()) and len(link.token_hash) == 64
    assert token not in str(AuditEvent.objects.values())


def test_it_ends_after_fourteen_days_or_at_once(as_, path, noon, kept):
    link = ReportLink.objects.get()
    noon.shift(datetime.timedelta(days=14, seconds=-60))
    assert stranger().get(path).status_code == 200
    noon.shift(datetime.timedelta(seconds=120))
    for how in ("get", "post"):
        page = getattr(stranger(), how)(path)
        assert (
            page.status_code == 404 and b"opens nothing any more" in page.content and b"Call back" not in page.content
        )
    noon.shift(datetime.timedelta(days=-10))
    assert stranger().post(path).status_code == 200
    revoke = f"/workshops/{kept.workshop_id}/report/kept/{kept.pk}/links/{link.pk}/revoke/"
    assert as_("fiona").post(revoke).status_code == 302
    assert stranger().post(path).status_code == 404
    assert AuditEvent.objects.filter(what="report.revoked").count() == 1
    as_("fiona").post(revoke)
    assert AuditEvent.objects.filter(what="report.revoked").count() == 1


def test_a_link_opens_nothing_else(path, kept, as_, fiona):
    other = report_jobs.keep(kept.workshop, fiona.identity)
    _, token = report_links.make(other, "Somebody", fiona.identity)
    ReportLink.objects.filter(report=kept).update(revoked_at=kept.made_at)
    assert stranger().post(path).status_code == 404 and stranger().post(f"/r/{token}/").status_code == 200
    client = stranger()
    client.post(f"/r/{token}/")
    for inside in (f"/workshops/{kept.workshop_id}/report/", f"/workshops/{kept.workshop_id}/report.pdf", "/promises/"):
        assert client.get(inside).status_code == 302  # to the door, as for anybody
    for broken in ("x", "x" * 43, token[:-1], "%00"):
        assert stranger().post(f"/r/{broken}/").status_code == 404
    Workshop.objects.update(removed_at=kept.made_at)
    assert stranger().post(f"/r/{token}/").status_code == 404


def test_who_may_share_and_what_is_asked(as_, kept):
    where = f"/workshops/{kept.workshop_id}/report/kept/{kept.pk}/links/"
    assert [as_(who).get(where).status_code for who in ("fiona", "ada", "sam", "elena", "otto")] == [
        200,
        200,
        403,
        403,
        403,
    ]
    empty = as_("fiona").post(where, {"recipient": " "})
    assert empty.status_code == 422 and "each link is for one person" in empty.content.decode()
    assert not ReportLink.objects.exists()
