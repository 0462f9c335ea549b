"""The outbox: planned once, sent once, at the right time, and given up visibly."""

from __future__ import annotations

import datetime

import pytest

from accounts.models import SentMail
from actions import reminders
from actions.models import ActionItem, Mute, Reminder
from live.door import execute
from live.models import new_id
from tests.actions.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
State = Reminder.State


def states() -> dict[str, int]:
    """How many reminders of today are in which state."""
    found: dict[str, int] = {}
    for state in Reminder.objects.filter(kind="due").values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_running_it_twice_sends_nothing_twice(promised, sink, sam):
    promised(days=0)
    for _ in range(3):
        reminders.plan()
        reminders.drain()
    assert len(sink.messages) == 1
    mail = sink.messages[0]
    row = Reminder.objects.get(kind="due")
    assert (mail["To"], mail["Message-ID"], mail["Date"]) == (sam.email, row.message_id, row.date_header)
    assert "today is the day" in mail["Subject"] and {part.get_content_type() for part in mail.walk()} >= {
        "text/plain", "text/html",
    }  # fmt: skip


def test_the_ladder_goes_by_the_clock(promised, sink, noon):
    (action,) = promised(days=8)
    kinds = []
    for hours in range(0, 24 * 12, 6):
        noon.move_to(NOON + datetime.timedelta(hours=hours))
        reminders.plan()
        if reminders.drain():
            latest = Reminder.objects.filter(state=State.SENT).latest("finished_at")
            kinds.append((latest.kind, (latest.due_at.date() - action.due).days))
    assert kinds == [("week_before", -7), ("day_before", -1), ("due", 0), ("day_after", 1)]


def test_times_are_those_of_the_recipient(promised, sam, sue):
    type(sam).objects.filter(pk=sam.pk).update(time_zone="Asia/Tokyo")
    type(sue).objects.filter(pk=sue.pk).update(time_zone="America/New_York")
    sam.refresh_from_db(), sue.refresh_from_db()
    promised(owner=sam, days=1)
    promised(owner=sue, days=1)
    reminders.plan()
    at = dict(Reminder.objects.filter(kind="due").values_list("recipient__name", "due_at"))
    assert at["Sam Okoro"] == datetime.datetime(2026, 3, 10, 23, 30, tzinfo=datetime.UTC)
    assert "Sue Baines" not in at or at["Sue Baines"].hour == 12


@pytest.mark.parametrize(
    "change", [{"status": "done"}, {"removed_at": NOON}, {"due": datetime.date(2026, 4, 1)}, {"owner": None}]
)
def test_a_promise_that_is_settled_or_moved_reminds_nobody(promised, sink, change):
    (action,) = promised(days=0)
    reminders.plan()
    ActionItem.objects.filter(pk=action.pk).update(**change)
    assert reminders.drain() == 0 and not sink.messages
    assert set(states()) <= {State.CANCELLED, State.PLANNED} and states()[State.CANCELLED]


def test_who_left_or_does_not_want_it_gets_nothing(promised, sink, sam, sue):
    promised(owner=sam)
    promised(owner=sue)
    reminders.plan()
    sam.memberships.update(deactivated_at=NOON)
    Mute.objects.create(user=sue, kind="due")
    assert reminders.drain() == 0 and not sink.messages


def test_a_clock_that_jumps_three_days_mails_nobody_late(promised, sink, noon):
    promised(50, days=1)
    reminders.plan()
    noon.move_to(NOON + datetime.timedelta(days=3))
    reminders.plan()
    assert reminders.drain() == 0 and not sink.messages


def test_invitations_go_to_those_who_have_not_opened(journey, fiona, sam, sue, sink):
    data = {
        "id": new_id("ws"), "title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S",
        "starts_at": "2026-04-01T09:30:00+00:00", "report_back_on": "2026-05-10",
        "people": [sam.identity, sue.identity, fiona.identity],
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    execute(journey.pk, sue.identity, "workshop.enter", {"id": data["id"]})
    for _ in range(2):
        reminders.plan()
        reminders.drain()
    assert [message["To"] for message in sink.messages] == [sam.email]
    assert f"/workshops/{data['id']}/" in sink.messages[0].get_payload(0).get_payload(decode=True).decode()


# -- a mail server with a bad day --------------------------------------------------------------
@pytest.mark.parametrize(
    ("says", "state", "tries"), [("421 come back later", State.PLANNED, 1), ("550 no such mailbox", State.FAILED, 1)]
)
def test_what_the_server_says(promised, sink, says, state, tries):
    promised()
    reminders.plan()
    sink.says = says
    reminders.drain()
    row = Reminder.objects.get(kind="due")
    assert (row.state, row.attempts) == (state, tries) and says[:3] in row.error


def test_a_refused_address_stops_nobody_else(promised, sink, sam, sue):
    promised(owner=sam)
    promised(owner=sue)
    reminders.plan()
    sink.refuses = "550 unknown"
    assert reminders.drain() == 0
    assert states() == {State.FAILED: 2}


def test_a_server_that_hangs_is_left(promised, sink, settings):
    settings.EMAIL_TIMEOUT = 0.5
    promised()
    reminders.plan()
    sink.hangs = 3
    reminders.drain()
    assert states() == {State.PLANNED: 1}


def test_it_tries_six_times_more_patiently_each_time_then_gives_up(promised, settings, sink, noon):
    settings.EMAIL_PORT = 1  # nobody listens there
    promised()
    reminders.plan()
    waits, at = [], NOON
    while (row := Reminder.objects.get(kind="due")).state != State.DEAD:
        noon.move_to(at)
        reminders.drain()
        row.refresh_from_db()
        waits.append(round((row.try_at - at).total_seconds() / 60))
        at = row.try_at + datetime.timedelta(seconds=1)
    assert waits[:5] == [1, 5, 15, 60, 240] and row.attempts == 6 and row.error


def test_one_bad_row_never_stops_the_others(promised, sink):
    promised(3)
    reminders.plan()
    bad = Reminder.objects.filter(kind="due").first()
    Reminder.objects.filter(pk=bad.pk).update(time_zone="Nowhere/At all", message_id="<a\nb>")
    assert reminders.drain() == 2
    assert Reminder.objects.get(pk=bad.pk).state == State.PLANNED


def test_every_mail_stands_in_the_mailbox(promised, sink, harrow):
    promised()
    reminders.plan()
    reminders.drain()
    assert SentMail.objects.filter(organisation=harrow, handed_over_at__isnull=False).count() == 1
