"""A phase that stays open for days: who is written to when it opens, on its last morning and when its time is over."""

from __future__ import annotations

import datetime

import pytest

from actions.models import Mute, Reminder
from live.door import execute
from live.models import new_id
from tests.actions.conftest import NOON, text_of
from tests.actions.test_reminders import walk
from tests.live.payloads import now, turn
from workshops.models import Phase, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "every_day")]
UNTIL = NOON + datetime.timedelta(days=3, hours=4)
OF_PHASES = ("phase_open", "phase_ends", "phase_over")


@pytest.fixture
def meeting(journey, fiona, sam, sue, elena) -> Workshop:
    """Live, in its first question, which is open until Friday at four; Elena is away in Auckland."""
    type(elena).objects.filter(pk=elena.pk).update(time_zone="Pacific/Auckland")
    data = {
        "id": new_id("ws"), "title": "So what?", "objective": "Fewer calls", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2026-05-10", "people": [person.identity for person in (fiona, sam, sue, elena)],
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    learn = Phase.objects.get(workshop=data["id"], of_kind="learn")
    execute(journey.pk, fiona.identity, "phase.change", {"id": learn.pk, "open_until": UNTIL.isoformat()})
    execute(journey.pk, fiona.identity, "workshop.go_live", {"id": data["id"]})
    turn(journey.pk, fiona.identity, data["id"], "learn")
    return Workshop.objects.get(pk=data["id"])


def mails(noon, hours: range) -> list[tuple[str, str, int]]:
    return sorted(row for row in walk(noon, hours) if row[0] in OF_PHASES)


def say(meeting: Workshop, person) -> None:
    data = {"id": new_id("an"), "workshop": meeting.pk, "of_kind": "learn", "text": "We never call back"}
    execute(meeting.room_id, person.identity, "answer.add", data)


def test_it_opens_it_is_reminded_of_and_it_is_over(meeting, sink, noon, sam):
    assert mails(noon, range(0, 1)) == [("phase_open", "sam", 0), ("phase_open", "sue", 0)]
    say(meeting, sam)
    later = mails(noon, range(1, 24 * 5))
    assert later == [
        ("phase_ends", "elena", 2), ("phase_ends", "sue", 3), ("phase_open", "elena", 0), ("phase_over", "fiona", 3),
    ]  # fmt: skip
    told = {(message["To"].split("@")[0], str(message["Subject"])): text_of(message) for message in sink.messages}
    sues = [text for (who, _), text in told.items() if who == "sue"]
    assert any("is open until Friday" in text and "Fewer calls" in text for text in sues)
    assert any("ends today" in text and "You have not been heard yet" in text for text in sues)
    elenas = " ".join(text for (who, _), text in told.items() if who == "elena")
    assert "Saturday 14 March, 05:00 (Pacific/Auckland)" in elenas
    assert any("1 answer of one department" in text for (who, _), text in told.items() if who == "fiona")
    assert not any("We never call back" in text for text in told.values()), "a private answer in a mail"


def test_nobody_is_written_to_at_night(meeting, sink, noon, harrow):
    type(harrow).objects.filter(pk=harrow.pk).update(quiet_from="19:00", quiet_until="07:00")
    assert [row for row in mails(noon, range(0, 1)) if row[1] == "elena"] == []  # one in the morning, in Auckland
    rows = Reminder.objects.filter(kind="phase_open", recipient__name__startswith="Elena")
    assert [row.local_time for row in rows] == [datetime.time(7)]


def test_the_mail_is_dropped_when_there_is_no_reason_any_more(meeting, sink, noon, fiona, sam, sue):
    mails(noon, range(0, 1))
    execute(meeting.room_id, sue.identity, "workshop.enter", {"id": meeting.pk})
    execute(meeting.room_id, sue.identity, "workshop.say_ready", {"id": meeting.pk, "ready": True})
    Mute.objects.create(user=sam, kind="phase_ends")
    longer = (UNTIL + datetime.timedelta(days=2)).isoformat()
    noon.move_to(NOON + datetime.timedelta(days=1))
    execute(meeting.room_id, fiona.identity, "phase.change", {"id": now(meeting.pk), "open_until": longer})
    assert mails(noon, range(24, 24 * 4)) == [("phase_open", "elena", 0)]
    execute(meeting.room_id, fiona.identity, "workshop.next_phase", {"id": meeting.pk, "phase": now(meeting.pk)})
    assert mails(noon, range(24 * 4, 24 * 8)) == []


def test_what_opens_at_once_with_another_mail_is_one_mail(meeting, sink, noon, sam, promised):
    promised(days=0)
    noon.move_to(NOON + datetime.timedelta(minutes=5))
    walk(noon, range(0, 1))
    assert len([message for message in sink.messages if message["To"] == sam.email]) == 1
