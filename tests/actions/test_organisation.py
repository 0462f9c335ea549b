"""An organisation's settings, what somebody who leaves leaves behind, and the trail of it all."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.audit import WORDS, audit
from accounts.models import AuditEvent, Guest, Membership, SentMail
from actions import reminders, retention
from actions.models import ActionItem, Reminder
from actions.times import UTC, OfficeHours
from live.door import execute
from live.models import new_id
from touchpoints.models import Journey, Stage
from voices.models import Comment, Contact
from workshops.models import Workshop

BASE = "/organisations/harrow-packaging"
SETTINGS = {
    "name": "Harrow Packaging", "time_zone": "Europe/Paris", "working_days": ["0", "1", "2", "3"],
    "quiet_from": "19:00", "quiet_until": "07:30", "brand_words": "Harrow 3000\n\n  FillMaster ", "erase_after": "",
    "report_every": "quarter",
}  # fmt: skip


# -- settings ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_settings_are_saved_and_the_trail_says_which(as_, people, harrow):
    assert as_("ada").post(f"{BASE}/settings/", SETTINGS).status_code == 302
    harrow.refresh_from_db()
    assert (harrow.time_zone, harrow.working_days) == ("Europe/Paris", [0, 1, 2, 3])
    assert (harrow.quiet_from, harrow.brands) == (datetime.time(19), ["Harrow 3000", "FillMaster"])
    told = AuditEvent.objects.get(what="organisation.changed")
    assert told.by == people["ada"].identity
    assert told.about["settings"] == ["brand_words", "quiet_from", "quiet_until", "time_zone", "working_days"]
    as_("ada").post(f"{BASE}/settings/", SETTINGS)
    assert AuditEvent.objects.filter(what="organisation.changed").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"working_days": []}, "Choose at least one day"),
        ({"name": " "}, "This field is required"),
        ({"quiet_from": "25:00"}, "Enter a valid time"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"brand_words": "x" * 90}, "Keep the name to 80 characters"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(as_, people, wrong, words):
    page = as_("ada").post(f"{BASE}/settings/", SETTINGS | wrong)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "FillMaster" in page.content.decode() or "brand_words" in wrong


@pytest.mark.django_db
def test_brand_words_are_pointed_out_in_titles(as_, journey, fiona):
    stage = Stage.objects.filter(room=journey.room).first()
    data = {"id": new_id("tp"), "stage": stage.pk, "after": None, "title": "Uses the FillMaster, at last"}
    execute(journey.pk, fiona.identity, "touchpoint.add", data)
    page = as_("fiona").get(f"/journeys/{Journey.objects.get().pk}/findings/").content.decode()
    assert "names our brand" not in page
    as_("ada").post(f"{BASE}/settings/", SETTINGS)
    page = as_("fiona").get(f"/journeys/{Journey.objects.get().pk}/findings/").content.decode()
    assert "names our brand" in page


# -- hours -------------------------------------------------------------------------------------
@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo"]),
    st.datetimes(datetime.datetime(2024, 1, 1), datetime.datetime(2030, 12, 31)),
    st.sets(st.integers(0, 6)),
    st.times(),
    st.times(),
)
def test_the_next_allowed_moment_is_allowed_and_there_is_none_before(name, moment, days, quiet_from, quiet_until):
    zone, moment = zoneinfo.ZoneInfo(name), moment.replace(tzinfo=UTC)
    quiet_from, quiet_until = (time.replace(second=0, microsecond=0) for time in (quiet_from, quiet_until))
    hours = OfficeHours(frozenset(days), quiet_from, quiet_until)

    def allowed(at: datetime.datetime) -> bool:
        local = at.astimezone(zone)
        return (not days or local.weekday() in days) and not hours.quiet(local.time())

    found = hours.next(moment, zone)
    assert found >= moment
    assert allowed(found) or found.astimezone(zone).time() >= quiet_until  # only where the clock jumps over it
    at = moment
    while at < found:
        assert not allowed(at)
        at += datetime.timedelta(minutes=37)


@pytest.mark.django_db
def test_what_a_weekend_holds_back_comes_once_on_monday(promised):
    friday = datetime.datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
    with time_machine.travel(friday, tick=True) as clock:
        (promise,) = promised(days=2)
        for days in range(4):
            clock.move_to(friday + datetime.timedelta(days=days))
            reminders.plan()
    monday = [row for row in Reminder.objects.filter(object_id=promise.pk) if row.due_at.day == 6]
    assert [row.kind for row in monday] == ["day_after"]
    assert monday[0].due_at == datetime.datetime(2026, 7, 6, 7, 0, tzinfo=UTC)


# -- what is kept ------------------------------------------------------------------------------
@pytest.fixture
def kept(harrow, journey, gus) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=800)
    for name, said in (("Old Olaf", long_ago), ("New Nina", timezone.now())):
        contact = Contact.objects.create(organisation=harrow, name=name)
        Contact.objects.filter(pk=contact.pk).update(created_at=long_ago)
        Comment.objects.create(
            organisation=harrow, room=journey.room, text="Too slow", contact=contact, said_on=said.date(), dedupe=name
        )
    Guest.objects.filter(pk=gus.pk).update(expires_at=long_ago)
    mail = SentMail.objects.create(organisation=harrow, sender="a@b.example", recipient="c@d.example", subject="Hello")
    SentMail.objects.filter(pk=mail.pk).update(created_at=long_ago)


@pytest.mark.django_db
def test_what_would_be_erased_is_said_before_and_asked_once(as_, harrow, kept):
    ada = as_("ada")
    page = ada.post(f"{BASE}/settings/", SETTINGS | {"erase_after": "24"})
    assert page.status_code == 422
    assert "erases the name of one contact and the name of one guest and one mail now" in page.content.decode()
    assert Contact.objects.count() == 2
    assert ada.post(f"{BASE}/settings/", SETTINGS | {"erase_after": "24", "sure": "yes"}).status_code == 302
    assert list(Contact.objects.values_list("name", flat=True)) == ["New Nina"]
    assert (Comment.objects.count(), Guest.objects.get().name) == (2, "Guest")
    assert not SentMail.objects.exists()
    told = AuditEvent.objects.get(what="organisation.erased")
    assert told.about == {"contacts": 1, "guests": 1, "mails": 1, "links": 0}
    retention.erase_everywhere()
    assert AuditEvent.objects.filter(what="organisation.erased").count() == 1


def test_a_month_before_the_last_of_march_is_the_last_of_february():
    assert retention.months_before(datetime.date(2026, 3, 31), 1) == datetime.date(2026, 2, 28)
    assert retention.months_before(datetime.date(2026, 1, 15), 13) == datetime.date(2024, 12, 15)


# -- somebody leaves ---------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_work_of_who_leaves_is_shown_and_handed_over(as_, promised, journey, harrow, sam, sue, fiona):
    (promise,) = promised(days=9)
    Journey.objects.filter(pk=journey.pk).update(owner=sam)
    leaver = Membership.objects.get(user=sam, organisation=harrow)
    page = as_("ada").get(f"{BASE}/members/{leaver.pk}/leave/").content.decode()
    assert "Open promises" in page
    assert "Journeys they own" in page
    assert "Nobody else speaks for" in page
    asked = {"promises": str(sue.pk), "journeys": str(fiona.pk)}
    assert as_("ada").post(f"{BASE}/members/{leaver.pk}/leave/", asked).status_code == 302
    leaver.refresh_from_db()
    assert leaver.deactivated_at is not None
    assert ActionItem.objects.get(pk=promise.pk).owner == sue
    assert Journey.objects.get(pk=journey.pk).owner == fiona
    told = AuditEvent.objects.get(what="member.handed_over")
    assert told.about == {"member": sam.pk, "things": 2}


@pytest.mark.django_db
def test_workshops_go_to_who_may_run_them(as_, journey, people, harrow, fiona, sue):
    workshop = new_id("ws")
    data = {
        "id": workshop, "title": "So what?", "objective": "Less effort", "planned_use": "Cut it", "success_measure": "90 h",
        "report_back_on": str(timezone.localdate() + datetime.timedelta(days=45)),
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    leaver = Membership.objects.get(user=fiona, organisation=harrow)
    page = as_("ada").post(f"{BASE}/members/{leaver.pk}/leave/", {"runs": str(sue.pk)})
    assert page.status_code == 422
    assert "Choose somebody from the list" in page.content.decode()
    as_("ada").post(f"{BASE}/members/{leaver.pk}/leave/", {"runs": str(people["ada"].pk)})
    row = Workshop.objects.get(pk=workshop)
    assert (row.facilitator, row.owner) == (people["ada"], fiona)


@pytest.mark.django_db
def test_the_only_admin_stays_and_keeps_what_is_theirs(as_, journey, people, harrow, fiona):
    ada = people["ada"]
    Journey.objects.filter(pk=journey.pk).update(owner=ada)
    leaver = Membership.objects.get(user=ada, organisation=harrow)
    page = as_("ada").post(f"{BASE}/members/{leaver.pk}/leave/", {"journeys": str(fiona.pk)})
    assert page.status_code == 422
    assert "This is the only admin" in page.content.decode()
    assert Journey.objects.get(pk=journey.pk).owner == ada


# -- the trail ---------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_trail_is_narrowed_and_taken_along(as_, people, harrow):
    audit("member.changed", people["ada"].identity, harrow.pk, member=people["sam"].pk, role="observer")
    audit("data.exported", people["fiona"].identity, harrow.pk, room="jn_x", form="csv")
    browser = as_("ada")
    whole = browser.get(f"{BASE}/audit/").content.decode()
    assert "changed somebody’s role or departments" in whole
    assert "Sam Okoro" in whole
    for query in ("kind=data", f"by={people['fiona'].identity}", f"since={timezone.localdate()}&kind=data"):
        page = browser.get(f"{BASE}/audit/?{query}").content.decode()
        assert "took data along" in page
        assert "changed somebody" not in page
    assert "Nothing of this kind" in browser.get(f"{BASE}/audit/?until=2020-01-01").content.decode()
    assert browser.get(f"{BASE}/audit/?since=yesterday&page=x&by={'u' * 99}").status_code == 200
    lines = b"".join(browser.get(f"{BASE}/audit.csv?kind=data").streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("data.exported,u" + f'{people["fiona"].pk},Fiona Hart,"form csv, room jn_x"')


@pytest.mark.django_db
def test_the_trail_is_only_added_to(harrow, people):
    audit("member.added", people["ada"].identity, harrow.pk)
    for change in (lambda rows: rows.update(what="nothing"), lambda rows: rows.delete()):
        with pytest.raises(TypeError):
            change(AuditEvent.objects.filter(organisation=harrow))


@pytest.mark.django_db
def test_signing_in_and_failing_to_is_told_to_ones_organisation(client, people, harrow):
    sam = people["sam"]
    sam.set_password("a long enough one")
    sam.save()
    for password in ("not this one", "a long enough one"):
        client.post("/sign-in/", {"login": sam.email, "password": password})
    told = AuditEvent.objects.filter(organisation=harrow, what__startswith="sign_in.").order_by("pk")
    assert [(row.what, row.by) for row in told] == [
        ("sign_in.failed", people["sam"].identity), ("sign_in.done", people["sam"].identity)
    ]  # fmt: skip


def test_whatever_is_told_has_words():
    """Each name in the code that `audit` is called with stands in WORDS."""
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    rooms = ("accounts", "voices", "personas", "actions", "workshops")
    called = {
        name
        for room in rooms
        for path in (root / room).rglob("*.py")
        for name in re.findall(r'(?:audit|audit_everywhere|_tell)\([^"\n]*"([a-z_]+\.[a-z_]+)"', path.read_text())
    }
    assert called <= set(WORDS)
    assert len(called) > 15
