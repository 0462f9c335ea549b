"""Invitations to addresses without an account leave by the outbox: no page waits, nothing is lost, all of it is seen."""

from __future__ import annotations

import datetime
import os
import random
import time
from collections import Counter
from html import unescape

import pytest

from accounts import invitations
from accounts.actors import load_actor
from accounts.models import Invitation, Membership
from actions import errands, outbox, reminders
from actions.models import Reminder
from actions.tasks import drain_outbox
from live.door import execute
from live.models import new_id
from tests.actions.test_outbox_faults import POINTS, die_at, in_a_process
from tests.workshops.test_workshop_commands import opened
from workshops.models import Participant

BASE = "/organisations/harrow-packaging"


def people(client) -> str:
    return unescape(" ".join(client.get(f"{BASE}/members/").content.decode().split()))


def invited(harrow, fiona, email="nina@new.example", **more) -> Invitation:
    return invitations.invite(harrow, load_actor(fiona.identity, harrow.pk), email, "representative", **more)


@pytest.mark.django_db
def test_a_mail_server_that_hangs_keeps_no_page_waiting(as_, bad):
    bad.how = "a letter a second"
    started = time.monotonic()
    page = as_("ada").post(f"{BASE}/invite/", {"email": "a@x.example, b@x.example", "role": "observer"}, follow=True)
    assert time.monotonic() - started < 1
    said = unescape(page.content.decode())
    assert "2 invitations are on their way." in said and said.count("On its way") == 2
    assert 'hx-trigger="every 3s"' in said, "the page looks again by itself"
    assert bad.taken == 0
    bad.how = ""
    assert drain_outbox() == 2 and bad.taken == 2
    said = people(as_("ada"))
    assert "On its way" not in said and said.count("Sent,") == 2 and "every 3s" not in said


@pytest.mark.django_db
def test_what_the_server_says_stands_beside_the_address(as_, bad):
    as_("ada").post(f"{BASE}/invite/", {"email": "nnia@x.example", "role": "observer"})
    bad.how = "421 come back"
    drain_outbox()
    said = people(as_("fiona"))
    assert "Tried again" in said and "421 come back" in said
    Reminder.objects.update(try_at="2020-01-01T00:00:00Z")
    bad.how = "no such mailbox"
    drain_outbox()
    said = people(as_("fiona"))
    assert "Refused by the mail server" in said and "Check the address. It said: 550 5.1.1 no such mailbox" in said
    assert "1 mail could not be delivered" in as_("fiona").get("/").content.decode()
    assert "nnia@x.example" in as_("ada").get(f"{BASE}/outbox/").content.decode()


@pytest.mark.django_db
def test_an_address_is_put_right_and_the_seat_goes_along(as_, bad, journey, fiona, harrow, departments):
    place = invited(harrow, fiona, "nnia@new.example", mail=Invitation.Mail.WORKSHOP)
    drain_outbox()
    assert not Reminder.objects.filter(invitation=place).exists(), "it waits for the workshop it is for"
    workshop = opened(journey, fiona, roster=[{"person": place.pk, "department": departments["SA"].pk}])
    bad.how = "no such mailbox"
    drain_outbox()
    assert Reminder.objects.get(invitation=place).state == "failed"
    again = f"{BASE}/invite/{place.pk}/again/"
    assert 'value="nnia@new.example"' in as_("fiona").get(again).content.decode()
    wrong = as_("fiona").post(again, {"email": "no address"})
    assert wrong.status_code == 422 and "“no address” is not an e-mail address." in wrong.content.decode()
    bad.how = ""
    assert as_("fiona").post(again, {"email": "nina@new.example"}).status_code == 302
    assert drain_outbox() >= 1
    made = Invitation.objects.get(accepted_at=None, withdrawn_at=None)
    assert made.email == "nina@new.example"
    assert Reminder.objects.get(invitation=made).state == "sent"
    assert as_(None).get(f"/invitations/{invitations.token_of(place)}/").status_code == 410, "the old link is closed"
    assert "nina@new.example" in as_("fiona").get(f"/workshops/{workshop.pk}/roster/").content.decode()
    nina = invitations.accept(made, None, "Nina Holm")
    execute(journey.pk, nina.identity, "workshop.enter", {"id": workshop.pk})
    row = Participant.objects.get(workshop=workshop, removed_at=None)
    assert (row.person, row.department) == (nina.identity, departments["SA"])


@pytest.mark.django_db
def test_the_mail_is_the_workshops_where_a_seat_is_kept(sink, journey, fiona, harrow, departments):
    place = invited(harrow, fiona, departments=[departments["SA"]], mail=Invitation.Mail.WORKSHOP)
    opened(journey, fiona, roster=[{"person": place.pk, "department": departments["SA"].pk}])
    drain_outbox()
    message = next(each for each in sink.messages if each["To"] == "nina@new.example")
    assert message["Subject"].startswith("Fiona Hart asks you to a workshop: ")
    assert (
        message["List-Unsubscribe"] is None
        and message["Message-ID"] == Reminder.objects.get(invitation=place).message_id
    )
    assert any(part.get_filename() == "invitation.ics" for part in message.walk())


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["withdrawn", "accepted", "taken off the roster"])
def test_nobody_is_asked_who_need_not_be(sink, as_, journey, fiona, harrow, how):
    place = invited(harrow, fiona, mail=Invitation.Mail.WORKSHOP)
    workshop = opened(journey, fiona, roster=[{"person": place.pk}])
    reminders.plan_news()
    assert Reminder.objects.get(invitation=place).state == "planned"
    if how == "withdrawn":
        invitations.withdraw(place, by=fiona.identity)
    elif how == "accepted":
        invitations.accept(place, None, "Nina")
    else:
        seat = Participant.objects.get(workshop=workshop)
        execute(journey.pk, fiona.identity, "participant.remove", {"id": seat.pk})
    outbox.drain()
    assert Reminder.objects.get(invitation=place).state == "cancelled"
    assert not [each for each in sink.messages if each["To"] == "nina@new.example"]
    if how == "taken off the roster":
        assert "Not mailed" in people(as_("fiona"))


@pytest.mark.django_db
def test_one_that_was_mailed_before_there_was_an_outbox_is_not_mailed_again(sink, harrow, fiona, as_):
    Invitation.objects.filter(pk=invited(harrow, fiona).pk).update(mail="")
    assert drain_outbox() == 0 and not Reminder.objects.exists()
    assert "On its way" not in people(as_("fiona"))


@pytest.mark.django_db
def test_a_row_is_for_one_person_or_one_invitation(harrow, fiona):
    from django.db import IntegrityError, transaction

    about = (new_id("x"), datetime.date(2026, 1, 1))
    row = reminders.row_for(harrow, "place", about, fiona, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    row.recipient = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    assert Membership.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_f21_killed_senders_lose_no_invitation(sink, monkeypatch, harrow, fiona, capsys):
    many, kills, dice = 30, 0, random.Random(3)
    monkeypatch.setattr(errands, "LEASE", datetime.timedelta(seconds=1))
    for n in range(many):
        invited(harrow, fiona, f"n{n}@new.example")
    started = time.monotonic()
    while Reminder.objects.filter(state="sent").count() < many and time.monotonic() - started < 100:
        if kills < 9:
            point, seed = POINTS[kills % len(POINTS)], dice.random()
            work = lambda p=point, s=seed: (die_at(p, random.Random(s)), reminders.plan_news(), outbox.drain())  # noqa: E731
            kills += os.WIFSIGNALED(os.waitpid(in_a_process(work), 0)[1])
        else:
            os.waitpid(in_a_process(drain_outbox), 0)
            time.sleep(0.2)
    copies = Counter(sink.ids)
    with capsys.disabled():
        print(
            f"\n  F21: {many} invitations, {kills} kills: {len(copies)} Message-IDs, {copies.total() - len(copies)} copies"
        )
    assert kills == 9 and len(copies) == many
    assert max(copies.values()) <= 2
