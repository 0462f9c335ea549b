"""A3: the links in a mail. A GET changes nothing; a press does, for that promise and that person only."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent
from actions import links, outbox, reminders
from actions.models import ActionItem, FollowUp, Mute, ProgressNote, Reminder, Snooze
from actions.whom import due_base
from live.models import new_id
from tests.actions.conftest import NOON, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def mailed(promised, closed, sink):
    """Sam has a mail about a promise that is due; its promise and its row."""
    (action,) = promised(days=0, workshop=closed, measure="days to hear back", baseline="9")
    reminders.plan()
    assert outbox.drain() == 1
    return action, Reminder.objects.get(object_id=action.pk, kind="due")


def link(row: Reminder, more: str = "") -> str:
    return f"/reply/{links.token_of(row.key)}/{more}"


def everything() -> dict[str, list[tuple]]:
    """Every row of every table but sessions and what counts requests."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in ("accounts_attempt", "django_session"):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def test_every_address_in_a_mail_may_be_opened_by_a_scanner(mailed, sink):
    (message,) = sink.messages
    addresses = set(re.findall(r"https?://[^/\s]+(/\S*)", text_of(message)))
    assert len(addresses) == 5, "on track, help, done, my mails, no more"
    before = everything()
    for address in addresses:
        for method in ("get", "head", "options"):
            answer = getattr(Client(), method)(address)
            assert answer.status_code in (200, 302, 405)
    assert everything() == before


def test_a3_on_track(mailed):
    action, row = mailed
    assert Client().post(link(row), {"do": "on_track", "text": "The template is ready."}).status_code == 200
    action.refresh_from_db()
    assert action.status == "in_progress"
    assert ProgressNote.objects.get().text == "The template is ready."
    told = AuditEvent.objects.get(what="mail.answered")
    assert (told.by, told.about) == (f"u{row.recipient_id}", {"action": action.pk, "answer": "on_track"})


def test_a3_need_help_asks_one_line_and_goes_to_fiona_and_elena(mailed, sink):
    action, row = mailed
    assert "Write something here first" in Client().post(link(row), {"do": "help", "text": " "}).content.decode()
    sink.messages.clear()
    Client().post(link(row), {"do": "help", "text": "Finance has to say yes."})
    action.refresh_from_db()
    assert action.help_asked_at is not None
    reminders.plan()
    outbox.drain()
    assert sorted(message["To"] for message in sink.messages) == ["elena@harrow.example", "fiona@harrow.example"]
    assert all("Finance has to say yes." in text_of(message) for message in sink.messages)


def test_a3_done(mailed, sink, noon):
    action, row = mailed
    answer = Client().post(link(row), {"do": "done", "text": "A date within a day.", "after_value": "1"})
    assert answer.status_code == 200
    action.refresh_from_db()
    assert (action.status, action.outcome, action.after_value) == ("done", "A date within a day.", "1")
    sink.messages.clear()
    noon.shift(datetime.timedelta(days=1))
    reminders.plan()
    assert outbox.drain() == 0, "a done action sends nothing"


def test_a2_remind_me_later_shifts_the_ladder_and_everybody_can_read_it(mailed):
    action, row = mailed
    assert "3 days later" in Client().post(link(row), {"do": "later", "days": "3"}).content.decode()
    action = ActionItem.objects.get(pk=action.pk)
    assert due_base(action) == action.due + datetime.timedelta(days=3)
    assert "put off by 3 days" in ProgressNote.objects.get().text
    for _ in range(5):
        Client().post(link(row), {"do": "later", "days": "7"})
    assert Snooze.objects.get().days <= 14
    assert Client().post(link(row), {"do": "later", "days": "90"}).status_code == 422


@pytest.mark.parametrize("over", [{"link_expires_at": NOON}, {"link_revoked_at": NOON}], ids=["run out", "ended"])
def test_a_link_ends(mailed, over):
    action, row = mailed
    Reminder.objects.filter(pk=row.pk).update(**over)
    assert Client().get(link(row)).status_code == 404
    assert Client().post(link(row), {"do": "done", "text": "x"}).status_code == 404
    action.refresh_from_db()
    assert action.status == "planned"


def test_links_are_ended_by_whom_they_answer_for(mailed, as_):
    _, row = mailed
    as_("sue").post("/you/mails/", {"end_links": "yes"})
    assert Client().get(link(row)).status_code == 200
    as_("sam").post("/you/mails/", {"end_links": "yes"})
    assert Client().get(link(row)).status_code == 404
    assert AuditEvent.objects.filter(what="mail.links_ended").count() == 2


def test_a_link_answers_for_nobody_else_and_nothing_else(mailed, promised, sam, sue):
    action, row = mailed
    ActionItem.objects.filter(pk=action.pk).update(owner=sue)
    assert Client().get(link(row)).status_code == 404, "it has another owner now"
    ActionItem.objects.filter(pk=action.pk).update(owner=sam)
    sam.memberships.update(deactivated_at=NOON)
    assert Client().get(link(row)).status_code == 404, "who left answers no more"
    assert Client().get("/reply/" + "x" * 43 + "/").status_code == 404


def test_the_owners_answers_are_not_for_those_above(promised, closed, sink, elena, sam):
    (action,) = promised(days=20, workshop=closed)
    row = reminders.row_for(action.room.organisation, "very_late", (action.pk, action.due), elena, NOON)
    row.save()
    page = Client().get(link(row)).content.decode()
    assert "Write to Sam Okoro" in page and "It’s kept" not in page
    assert Client().post(link(row), {"do": "done", "text": "x"}).status_code == 422
    Client().post(link(row), {"do": "note", "text": "Take Friday."})
    assert ProgressNote.objects.get().of_kind == "sponsor"
    reminders.plan()
    outbox.drain()
    assert [message["To"] for message in sink.messages if "Take Friday." in text_of(message)] == [sam.email]


def test_a_question_is_ready_to_send_from_the_mail(promised, closed, sink, elena):
    (action,) = promised(days=40, workshop=closed)
    asked = FollowUp.objects.create(
        id=new_id("fu"), action=action, user=elena, on=NOON.date(), question="Who signs the offer now?"
    )
    reminders.plan()
    outbox.drain()
    row = Reminder.objects.get(kind="follow_up")
    assert "Who signs the offer now?" in Client().get(link(row)).content.decode()
    Client().post(link(row), {"do": "note", "text": "Who signs the offer now?"})
    asked.refresh_from_db()
    assert asked.asked_at is not None and ProgressNote.objects.get().by == elena.identity


# -- stopping mails --------------------------------------------------------------------------------
def test_rfc_8058_one_click_stops_the_kind(mailed, sink, sam):
    _, row = mailed
    (message,) = sink.messages
    address = re.fullmatch(r"<https?://[^/]+(/reply/[^>]+/stop/)>", message["List-Unsubscribe"].strip())[1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mail_program = Client(enforce_csrf_checks=True)  # neither a cookie nor a token
    assert mail_program.get(address).status_code == 200 and not Mute.objects.exists()
    assert mail_program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Mute.objects.values_list("user", "kind")) == [(sam.pk, row.kind)]
    assert mail_program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200, "as often as it likes"


def test_stopping_a_mail_of_several_kinds_stops_them_all(promised, closed, sink, sam):
    promised(days=0, workshop=closed)
    promised(days=1, workshop=closed)
    reminders.plan()
    outbox.drain()
    row = Reminder.objects.get(envelope=None, state="sent")
    page = Client().get(link(row, "stop/")).content.decode()
    assert "On the day it is due" in page and "The day before it is due" in page
    Client().post(link(row, "stop/"))
    assert set(Mute.objects.values_list("kind", flat=True)) == {"due", "day_before"}


def test_mails_can_be_stopped_after_the_link_has_run_out(mailed):
    _, row = mailed
    Reminder.objects.filter(pk=row.pk).update(link_expires_at=NOON)
    assert Client().post(link(row, "stop/")).status_code == 200 and Mute.objects.exists()
