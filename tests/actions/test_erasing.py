"""A12: a contact's personal data goes, from comments and kept reports; what was said and coded stays."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Organisation
from actions import erasing, report_jobs, report_links, retention
from actions.models import Report, ReportFile, ReportLink
from live.door import execute
from live.models import new_id
from voices.models import Account, Comment, Contact, Quantity
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
PAGE = "/organisations/harrow-packaging/contacts/"


@pytest.fixture
def anna(harrow) -> Contact:
    account = Account.objects.create(organisation=harrow, name="Nordmolen")
    return Contact.objects.create(organisation=harrow, account=account, name="Anna Long-Meyer")


@pytest.fixture
def say(harrow, journey):
    def make(text: str, **more) -> Comment:
        row = Comment(organisation=harrow, room=journey.room, text=text, dedupe=text[:40], said_on=timezone.localdate())
        for name, value in more.items():
            setattr(row, name, value)
        row.save()
        return row

    return make


def test_a12_the_name_goes_and_the_codes_stay(anna, say, as_, harrow, journey):
    place = execute_add(journey)
    hers = say(
        "Anna waited. Ask Mrs Long-Meyer: 40 hours lost, said ANNA LONG-MEYER.", contact=anna, account=anna.account,
        touchpoint_id=place, severity=4, coded_at=timezone.now(),
    )  # fmt: skip
    start = hers.text.index("40 hours")
    mark = Quantity.objects.create(comment=hers, kind="time", low=2400, unit="hours", start=start, end=start + 8)
    other = say("Thanks to anna long-meyer; a long wait, Anna B. knows.")
    same = say("Annabel and Anna came together.", account=anna.account)
    page = as_("fiona").get(f"{PAGE}{anna.pk}/").content.decode()
    assert "3 comments now" in page and Contact.objects.exists(), "opening it changes nothing"
    assert as_("fiona").post(f"{PAGE}{anna.pk}/").status_code == 302
    for row in (hers, other, same, mark):
        row.refresh_from_db()
    assert hers.text == "[name] waited. Ask Mrs [name]: 40 hours lost, said [name]."
    assert (hers.touchpoint_id, hers.severity, hers.coded_at is None, hers.contact_id) == (place, 4, False, None)
    assert hers.text[mark.start : mark.end] == "40 hours", "what is marked stays marked"
    assert other.text == "Thanks to [name]; a long wait, Anna B. knows.", "elsewhere single words may be others"
    assert same.text == "Annabel and [name] came together."
    assert not Contact.objects.exists() and "No contact is" in as_("fiona").get(PAGE).content.decode()
    told = AuditEvent.objects.get(what="contact.erased")
    assert told.about == {"things": 3}, "the trail does not keep the name"


def execute_add(journey) -> str:
    from touchpoints.models import Stage

    pk = new_id("tp")
    stage = Stage.objects.filter(room=journey.room).first()
    execute(journey.pk, journey.owner.identity, "touchpoint.add", {"id": pk, "stage": stage.pk, "title": "Waits"})
    return pk


def a_report(journey, fiona, quote: str) -> Report:
    data = {"id": new_id("ws"), "title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S"}
    data["report_back_on"] = (timezone.localdate() + datetime.timedelta(days=45)).isoformat()
    execute(journey.pk, fiona.identity, "workshop.open", data)
    report = report_jobs.keep(Workshop.objects.get(pk=data["id"]), fiona.identity)
    report.data |= {"quotes": [{"text": quote, "who": "Nordmolen"}], "headline": "Ask Anna"}
    report.save()
    ReportFile.objects.create(report=report, form="md", content=quote.encode())
    return report


def test_kept_reports_lose_the_name_and_their_files(anna, say, journey, fiona, harrow):
    report = a_report(journey, fiona, "Anna Long-Meyer waited")
    other = a_report(journey, fiona, "Nobody waited")
    assert erasing.forget(harrow, [anna]) == 0
    report.refresh_from_db()
    assert report.data["quotes"] == [{"text": "[name] waited", "who": "Nordmolen"}]
    assert report.data["headline"] == "Ask Anna", "colleagues' own words are theirs"
    assert list(ReportFile.objects.values_list("report", flat=True)) == [other.pk]


def test_what_is_old_goes_with_its_name_and_for_whom_links_were(anna, say, journey, fiona, harrow):
    long_ago = timezone.now() - datetime.timedelta(days=800)
    Contact.objects.update(created_at=long_ago)
    row = say("Anna waited", contact=anna, account=anna.account, said_on=long_ago.date())
    link, _ = report_links.make(a_report(journey, fiona, "x"), "Nora at the bank", fiona.identity)
    ReportLink.objects.update(expires_at=long_ago)
    Organisation.objects.filter(pk=harrow.pk).update(erase_after=24)
    retention.erase_everywhere()
    row.refresh_from_db()
    link.refresh_from_db()
    assert (row.text, link.recipient, Contact.objects.count()) == ("[name] waited", "Somebody", 0)


def test_many_names_at_once_and_names_that_are_addresses(say, harrow):
    rows = [Contact.objects.create(organisation=harrow, name=f"Person{n} Fam{n}") for n in range(30)]
    rows.append(Contact.objects.create(organisation=harrow, name="a.b+c@x.example"))
    said = say("Person7 Fam7 wrote to a.b+c@x.example about Person70 Fam70.")
    assert erasing.forget(harrow, rows) == 1
    said.refresh_from_db()
    assert said.text == "[name] wrote to [name] about Person70 Fam70."


def test_searched_by_a_part_of_the_name_or_the_customer(anna, as_):
    for q, found in (("meyer", True), ("NORD", True), ("nobody", False)):
        page = as_("ada").get(PAGE, {"q": q}).content.decode()
        assert ("Anna Long-Meyer" in page) is found
    assert "A part of the name is enough" in page
