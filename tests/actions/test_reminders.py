"""The outbox: planned once, sent once, at the right time, and given up visibly."""

from __future__ import annotations

import datetime
from email.header import decode_header, make_header

import pytest

from accounts.local_time import zone_of
from accounts.models import SentMail
from actions import outbox, reminders
from actions.models import ActionItem, FollowUp, Mute, Reminder, Snooze
from actions.whom import due_base
from live.door import execute
from live.models import new_id
from tests.actions.conftest import NOON, text_of
from workshops.models import Participant, Workshop

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
        outbox.drain()
    assert len(sink.messages) == 1
    mail = sink.messages[0]
    row = Reminder.objects.get(kind="due")
    assert (mail["To"], mail["Message-ID"], mail["Date"]) == (sam.email, row.message_id, row.date_header)
    assert "today is the day" in mail["Subject"] and {part.get_content_type() for part in mail.walk()} >= {
        "text/plain", "text/html",
    }  # fmt: skip


def walk(noon, hours: range) -> list[tuple[str, str, int]]:
    """Look four times a day, as the clock does: kind, to whom, and the day from noon on, of each mail that left."""
    told = []
    for hour in hours:
        noon.move_to(NOON + datetime.timedelta(hours=hour))
        before = set(Reminder.objects.filter(state=State.SENT).values_list("pk", flat=True))
        reminders.plan()
        outbox.drain()
        for row in Reminder.objects.filter(state=State.SENT).exclude(pk__in=before).select_related("recipient"):
            told.append((row.kind, row.recipient.name.split()[0].lower(), (row.due_at.date() - NOON.date()).days))
    return told


LADDER = [
    ("week_before", "sam", 1), ("day_before", "sam", 7), ("due", "sam", 8), ("day_after", "sam", 9),
    ("late", "fiona", 11), ("late", "sam", 11), ("very_late", "elena", 15),
]  # fmt: skip


def test_a2_the_ladder_goes_by_the_clock(promised, closed, every_day, sink, noon):
    promised(days=8, workshop=closed)
    found = walk(noon, range(0, 24 * 16, 6))
    assert sorted(row for row in found if row[0] in dict((kind, 0) for kind, *_ in LADDER)) == sorted(LADDER)
    assert ("digest", "elena", 13) in found, "on Monday she hears of it as well: it is four days late by then"


def test_a2_a_snooze_shifts_the_ladder(promised, closed, every_day, sink, noon):
    (action,) = promised(days=8, workshop=closed)
    Snooze.objects.create(action=action, due=action.due, days=3, at=NOON)
    found = walk(noon, range(0, 24 * 20, 6))
    assert sorted(row for row in found if row[0] in dict((kind, 0) for kind, *_ in LADDER)) == sorted(
        (kind, who, day + 3) for kind, who, day in LADDER
    )


def test_a2_a_snooze_of_an_earlier_date_does_not_count(promised, closed):
    (action,) = promised(days=8, workshop=closed)
    Snooze.objects.create(action=action, due=action.due - datetime.timedelta(days=30), days=14, at=NOON)
    assert due_base(ActionItem.objects.get(pk=action.pk)) == action.due


def test_a2_two_weeks_without_a_word(promised, closed, every_day, sink, noon, sam):
    (action,) = promised(days=60, workshop=closed)
    ActionItem.objects.filter(pk=action.pk).update(created_at=NOON)
    found = [row for row in walk(noon, range(0, 24 * 30, 6)) if row[0] == "stale"]
    assert found == [("stale", "sam", 14), ("stale", "sam", 28)]
    execute(action.room_id, sam.identity, "action.note", {"id": new_id("pn"), "action": action.pk, "text": "Going."})
    found = [row for row in walk(noon, range(24 * 30, 24 * 46, 6)) if row[0] == "stale"]
    assert found == [("stale", "sam", 44)], "two weeks from the last word on"


def test_a2_the_sponsor_hears_on_mondays_only_if_something_needs_her(promised, closed, every_day, sink, noon):
    (action,) = promised(days=30, workshop=closed)
    found = walk(noon, range(0, 24 * 7, 6))  # noon is a Tuesday
    assert not [row for row in found if row[0] == "digest"]
    ActionItem.objects.filter(pk=action.pk).update(status="blocked")
    found = walk(noon, range(24 * 7, 24 * 15, 6))
    assert [row for row in found if row[0] == "digest"] == [("digest", "elena", 13)]
    row = Reminder.objects.get(kind="digest", state=State.SENT)
    assert row.due_at.astimezone(zone_of("Europe/London")).strftime("%A %H:%M") == "Monday 08:00"
    assert action.title in text_of(sink.messages[-1])


def test_without_an_owner_the_facilitator_is_reminded(promised, closed, sink, sam):
    promised(days=0, workshop=closed)
    promised(days=0, workshop=closed, owner=None)
    sam.memberships.update(deactivated_at=NOON)
    reminders.plan()
    assert outbox.drain() == 1
    (mail,) = sink.messages
    assert mail["To"] == "fiona@harrow.example"
    assert text_of(mail).count("Nobody owns this promise") == 2


# -- one mail per person per moment --------------------------------------------------------------
def test_all_that_is_due_for_a_person_comes_in_one_mail(promised, sink, sam, sue):
    promised(3)
    promised(owner=sue)
    reminders.plan()
    assert outbox.drain() == 2
    mails = {message["To"]: message for message in sink.messages}
    body = text_of(mails[sam.email])
    assert all(f"Promise {n}" in body for n in range(3))
    assert len({line for line in body.splitlines() if "/reply/" in line and "answer=done" in line}) == 3
    assert states() == {State.SENT: 4}
    envelope = Reminder.objects.get(recipient=sam, envelope=None, kind="due")
    assert mails[sam.email]["Message-ID"] == envelope.message_id
    assert outbox.drain() == 0


def test_a_copy_is_the_same_mail_even_if_more_has_become_due(promised, sink, sam):
    promised(2)
    reminders.plan()
    sink.says = "421 later"
    assert outbox.drain() == 0
    promised()
    reminders.plan()
    sink.says = "250 ok"
    Reminder.objects.filter(state=State.PLANNED).update(try_at=NOON)
    assert outbox.drain() == 2
    first = Reminder.objects.filter(kind="due", envelope=None).earliest("pk")
    assert first.enclosed.count() == 1 and first.attempts == 2


def test_what_is_settled_meanwhile_is_left_out_of_the_mail(promised, sink):
    one, _two = promised(2)
    reminders.plan()
    ActionItem.objects.filter(pk=one.pk).update(status="done")
    assert outbox.drain() == 1
    assert "Promise 0" not in text_of(sink.messages[0]) and "Promise 1" in text_of(sink.messages[0])
    assert states() == {State.SENT: 1, State.CANCELLED: 1}


# -- what happened ---------------------------------------------------------------------------------
def test_a3_a_call_for_help_reaches_facilitator_and_sponsor(promised, closed, sink, sam):
    (action,) = promised(days=20, workshop=closed)
    data = {"id": new_id("pn"), "action": action.pk, "text": "I wait for a yes from Finance.", "help": True}
    execute(action.room_id, sam.identity, "action.note", data)
    reminders.plan()
    outbox.drain()
    assert sorted(message["To"] for message in sink.messages) == ["elena@harrow.example", "fiona@harrow.example"]
    assert all("I wait for a yes from Finance." in text_of(message) for message in sink.messages)


def test_a4_the_owner_hears_what_the_sponsor_writes(promised, closed, sink, sam, elena):
    (action,) = promised(days=20, workshop=closed)
    execute(
        action.room_id, elena.identity, "action.note", {"id": new_id("pn"), "action": action.pk, "text": "Take Friday."}
    )
    for _ in range(2):
        reminders.plan()
        outbox.drain()
    (mail,) = sink.messages
    assert mail["To"] == sam.email and "Take Friday." in text_of(mail)


def test_help_that_came_before_the_mail_needs_no_mail(promised, closed, sink, sam, elena):
    (action,) = promised(days=20, workshop=closed)
    for who, text, help in ((sam, "Help!", True), (elena, "Done.", False)):
        note = {"id": new_id("pn"), "action": action.pk, "text": text, "help": help}
        execute(action.room_id, who.identity, "action.note", note)
    reminders.plan()
    outbox.drain()
    assert [message["To"] for message in sink.messages] == [sam.email]


def test_at_night_a_note_waits_for_the_morning(promised, closed, sink, sam, elena, noon):
    (action,) = promised(days=20, workshop=closed)
    noon.move_to(NOON + datetime.timedelta(hours=10))
    note = {"id": new_id("pn"), "action": action.pk, "text": "Take Friday."}
    execute(action.room_id, elena.identity, "action.note", note)
    reminders.plan()
    assert outbox.drain() == 0
    noon.move_to(NOON + datetime.timedelta(hours=20, minutes=1))
    assert outbox.drain() == 1


def test_a_question_comes_on_its_day_to_who_wrote_it_down(promised, closed, every_day, sink, elena, noon):
    (action,) = promised(days=40, workshop=closed)
    day = NOON.date() + datetime.timedelta(days=3)
    FollowUp.objects.create(id=new_id("fu"), action=action, user=elena, on=day, question="Who signs the offer now?")
    found = walk(noon, range(0, 24 * 6, 6))
    assert [row for row in found if row[0] == "follow_up"] == [("follow_up", "elena", 3)]
    mail = next(message for message in sink.messages if message["To"] == elena.email)
    assert "Who signs the offer now?" in text_of(mail)


def test_a1_everybody_hears_what_came_out_of_it(promised, closed, sink, sam, sue, fiona, elena, journey):
    Workshop.objects.filter(pk=closed.pk).update(closed_at=NOON)
    for person in (sam, sue):
        Participant.objects.create(
            id=new_id("pt"), room=journey.room, workshop=closed, person=person.identity, name=person.name,
            role="representative", opened_at=NOON,
        )  # fmt: skip
    promised(2, days=20, workshop=closed)
    reminders.plan_news()
    assert outbox.drain() == 3, "the sponsor's comes with the report (test_report_mails.py)"
    mails = {message["To"]: text_of(message) for message in sink.messages}
    assert {*mails} == {sam.email, sue.email, fiona.email}
    assert "Promise 0: by" in mails[sam.email] and "two promises" in mails[sam.email].lower()
    assert "Promise 0" not in mails[sue.email]


def test_lh17_a_report_back_that_is_not_held_is_asked_for_every_week(closed, every_day, sink, noon):
    Workshop.objects.filter(pk=closed.pk).update(report_back_on=NOON.date() + datetime.timedelta(days=8))
    found = [row for row in walk(noon, range(0, 24 * 24, 6)) if row[0] == "report_back"]
    assert sorted(found) == sorted(("report_back", who, day) for who in ("fiona", "elena") for day in (1, 9, 16, 23))


def test_lh17_once_it_was_held_nobody_is_asked_any_more(closed, every_day, sink, noon, journey, fiona):
    Workshop.objects.filter(pk=closed.pk).update(report_back_on=NOON.date() - datetime.timedelta(days=2))
    assert [row for row in walk(noon, range(0, 24 * 9, 6)) if row[0] == "report_back"]
    met = NOON + datetime.timedelta(days=9)
    Workshop.objects.create(
        id=new_id("ws"), room=journey.room, title="Report back", objective="O", planned_use="P", success_measure="S",
        facilitator=fiona, state="closed", went_live_at=met, closed_at=met, report_back_on=datetime.date(2026, 9, 1),
        of_kind=Workshop.Kind.REPORT_BACK, follows=closed,
    )  # fmt: skip
    assert not [row for row in walk(noon, range(24 * 9, 24 * 24, 6)) if row[0] == "report_back"]


def test_b10_the_day_before_those_who_have_not_opened_it_are_reminded(journey, fiona, sam, sue, sink, noon, every_day):
    data = {
        "id": new_id("ws"), "title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S",
        "starts_at": "2026-03-20T09:30:00+00:00", "report_back_on": "2026-05-10",
        "people": [sam.identity, sue.identity, fiona.identity],
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    execute(journey.pk, sue.identity, "workshop.enter", {"id": data["id"]})
    found = walk(noon, range(0, 24 * 11, 6))
    assert [row for row in found if row[0] == "tomorrow"] == [("tomorrow", "fiona", 9), ("tomorrow", "sam", 9)]


def test_cg30_once_a_month_a_department_hears_what_changed(promised, closed, every_day, sink, noon, sam, departments):
    (action,) = promised(days=60, workshop=closed, department=departments["SA"], title="A date in every offer")
    ActionItem.objects.filter(pk=action.pk).update(created_at=NOON)
    found = [row for row in walk(noon, range(0, 24 * 55, 12)) if row[0] == "department"]
    assert found == [("department", "sam", 22)], "on the first of April; in May there is nothing new"
    mail = next(m for m in sink.messages if "what changed for" in str(make_header(decode_header(m["Subject"]))))
    assert "A date in every offer" in text_of(mail)


# -- who does not want them ----------------------------------------------------------------------
def test_times_are_those_of_the_recipient(promised, sam, sue):
    type(sam).objects.filter(pk=sam.pk).update(time_zone="Asia/Tokyo")
    type(sue).objects.filter(pk=sue.pk).update(time_zone="America/New_York")
    sam.refresh_from_db(), sue.refresh_from_db()
    promised(owner=sam, days=1)
    promised(owner=sue, days=1)
    reminders.plan()
    at = dict(Reminder.objects.filter(kind="due").values_list("recipient__name", "due_at"))
    assert at["Sam Okoro"] == datetime.datetime(2026, 3, 10, 23, 0, tzinfo=datetime.UTC)
    assert at["Sue Baines"] == datetime.datetime(2026, 3, 11, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "change", [{"status": "done"}, {"removed_at": NOON}, {"due": datetime.date(2026, 4, 1)}, {"owner": None}]
)
def test_a_promise_that_is_settled_or_moved_reminds_nobody(promised, sink, change):
    (action,) = promised(days=0)
    reminders.plan()
    ActionItem.objects.filter(pk=action.pk).update(**change)
    assert outbox.drain() == 0 and not sink.messages
    assert set(states()) <= {State.CANCELLED, State.PLANNED} and states()[State.CANCELLED]


def test_who_left_or_does_not_want_it_gets_nothing(promised, sink, sam, sue):
    promised(owner=sam)
    promised(owner=sue)
    reminders.plan()
    sam.memberships.update(deactivated_at=NOON)
    Mute.objects.create(user=sue, kind="due")
    assert outbox.drain() == 0 and not sink.messages


def test_a_clock_that_jumps_three_days_mails_nobody_late(promised, sink, noon):
    promised(50, days=1)
    reminders.plan()
    noon.move_to(NOON + datetime.timedelta(days=3))
    reminders.plan()
    assert outbox.drain() == 0 and not sink.messages


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
        outbox.drain()
    assert [message["To"] for message in sink.messages] == [sam.email]
    words, calendar = sink.messages[0].get_payload()
    assert f"/departments/{sam.memberships.get().departments.get().pk}/work/" in (
        words.get_payload(0).get_payload(decode=True).decode()
    )
    assert f"{data['id']}@journeymap" in calendar.get_payload(decode=True).decode().replace("\r\n ", "")


# -- a mail server with a bad day --------------------------------------------------------------
@pytest.mark.parametrize(
    ("says", "state", "tries"), [("421 come back later", State.PLANNED, 1), ("550 no such mailbox", State.FAILED, 1)]
)
def test_what_the_server_says(promised, sink, says, state, tries):
    promised()
    reminders.plan()
    sink.says = says
    outbox.drain()
    row = Reminder.objects.get(kind="due")
    assert (row.state, row.attempts) == (state, tries) and says[:3] in row.error


def test_a_refused_address_stops_nobody_else(promised, sink, sam, sue):
    promised(owner=sam)
    promised(owner=sue)
    reminders.plan()
    sink.refuses = "550 unknown"
    assert outbox.drain() == 0
    assert states() == {State.FAILED: 2}


def test_a_server_that_hangs_is_left(promised, sink, settings):
    settings.EMAIL_TIMEOUT = 0.5
    promised()
    reminders.plan()
    sink.hangs = 3
    outbox.drain()
    assert states() == {State.PLANNED: 1}


def test_it_tries_six_times_more_patiently_each_time_then_gives_up(promised, settings, sink, noon):
    settings.EMAIL_PORT = 1  # nobody listens there
    promised()
    reminders.plan()
    waits, at = [], NOON
    while (row := Reminder.objects.get(kind="due")).state != State.DEAD:
        noon.move_to(at)
        outbox.drain()
        row.refresh_from_db()
        waits.append(round((row.try_at - at).total_seconds() / 60))
        at = row.try_at + datetime.timedelta(seconds=1)
    assert waits[:5] == [1, 5, 15, 60, 240] and row.attempts == 6 and row.error


def test_one_bad_row_never_stops_the_others(promised, sink, crowd):
    for user in crowd(3):
        promised(owner=user)
    reminders.plan()
    bad = Reminder.objects.filter(kind="due").first()
    Reminder.objects.filter(pk=bad.pk).update(time_zone="Nowhere/At all", message_id="<a\nb>")
    assert outbox.drain() == 2
    assert Reminder.objects.get(pk=bad.pk).state == State.PLANNED


def test_one_bad_row_of_a_mail_is_left_out_of_it(promised, sink, monkeypatch):
    one, _two = promised(2)
    reminders.plan()
    real = outbox.wanted.look
    monkeypatch.setattr(outbox.wanted, "look", lambda row: 1 / 0 if row.object_id == one.pk else real(row))
    assert outbox.drain() == 1
    assert states() == {State.SENT: 1, State.FAILED: 1}


def test_every_mail_stands_in_the_mailbox(promised, sink, harrow):
    promised()
    reminders.plan()
    outbox.drain()
    assert SentMail.objects.filter(organisation=harrow, handed_over_at__isnull=False).count() == 1
