"""F24: a mail server with every kind of bad day. No worker is stuck, states are right, nothing is lost."""

from __future__ import annotations

import datetime
import time

import pytest

from actions import outbox, reminders
from actions.models import Reminder
from actions.outbox import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
State = Reminder.State


@pytest.mark.parametrize(
    ("how", "state", "taken", "said"),
    [
        ("421 at the door", State.PLANNED, 0, "421"),
        ("421 come back", State.PLANNED, 1, "421"),
        ("554 looks like spam", State.FAILED, 1, "554"),
        ("no such mailbox", State.FAILED, 0, "550"),
        ("refuses the sender", State.PLANNED, 0, "451"),
        ("hangs after DATA", State.PLANNED, 1, "timed out"),
        ("drops after DATA", State.PLANNED, 1, "closed"),
        ("a letter a second", State.PLANNED, 0, ""),
    ],
)
def test_f24_what_can_go_wrong(bad, promised, how, state, taken, said):
    promised()
    reminders.plan()
    Reminder.objects.exclude(kind="due").delete()
    bad.how = how
    started = time.monotonic()
    assert outbox.drain() == 0
    row = Reminder.objects.get()
    assert time.monotonic() - started < 6, "no worker waits longer than a conversation may take"
    assert (row.state, bad.taken) == (state, taken)
    assert said in row.error and (row.error or how == "a letter a second")


def test_f24_where_nobody_answers_the_others_wait_without_a_try(bad, promised, crowd, settings):
    settings.EMAIL_PORT = 1
    for user in crowd(5):
        promised(owner=user)
    reminders.plan()
    assert outbox.drain() == 0
    assert sorted(Reminder.objects.filter(kind="due").values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]


def test_f24_the_next_try_is_the_same_mail(bad, promised, noon, sam):
    promised()
    reminders.plan()
    Reminder.objects.exclude(kind="due").delete()
    bad.how = "drops after DATA"
    outbox.drain()
    bad.how = ""
    noon.shift(datetime.timedelta(minutes=2))
    assert outbox.drain() == 1 and bad.taken == 2
    assert Reminder.objects.get().state == State.SENT


# -- what was given up is seen, and sent again ---------------------------------------------------
def test_what_was_refused_is_seen_and_sent_again(bad, promised, as_, harrow):
    promised(2)
    reminders.plan()
    bad.how = "no such mailbox"
    outbox.drain()
    url = f"/organisations/{harrow.slug}/outbox/"
    page = as_("fiona").get(url).content.decode()
    assert "There is no such mailbox" in page and "sam@harrow.example" in page and "Try again" in page
    assert "1 mail could not be delivered" in as_("fiona").get("/").content.decode()
    assert "Mails to you come back" in as_("sam").get("/").content.decode()
    bad.how = ""
    assert as_("ada").post(url, {"do": "again"}).status_code == 302
    assert outbox.drain() == 1
    assert set(Reminder.objects.filter(kind="due").values_list("state", flat=True)) == {State.SENT}
    assert "Everything was delivered" in as_("ada").get(url + "?show=parked").content.decode()


def test_what_was_refused_can_be_let_go(bad, promised, as_, harrow):
    promised()
    reminders.plan()
    bad.how = "no such mailbox"
    outbox.drain()
    row = Reminder.objects.get(state=State.FAILED)
    as_("ada").post(f"/organisations/{harrow.slug}/outbox/", {"do": "drop", "mail": row.pk})
    row.refresh_from_db()
    assert row.state == State.CANCELLED


@pytest.mark.parametrize("pk", ["", "nonsense", "99999999999999999999", "0"])
def test_odd_presses_do_nothing(promised, as_, harrow, pk):
    assert as_("ada").post(f"/organisations/{harrow.slug}/outbox/", {"do": "again", "mail": pk}).status_code == 302
    assert not Reminder.objects.exists()


def test_every_answer_of_a_server_has_words():
    assert in_words("550 5.1.1 unknown") and in_words("421 busy") and in_words("599 odd")
    assert in_words("timed out") == ""
