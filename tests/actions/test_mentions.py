"""A remark that names a colleague: she hears of it once, by mail, unless it went or she has answered."""

from __future__ import annotations

import datetime
from email.header import decode_header, make_header

import pytest
import time_machine

from actions import outbox, reminders
from actions.mail_views import GROUPS
from actions.models import Mute, Reminder
from live.door import execute
from live.models import new_id
from touchpoints.models import Remark, Stage

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=True) as moving:
        yield moving


@pytest.fixture
def named(clock, journey, fiona, sue, departments) -> str:
    stage, touchpoint = Stage.objects.filter(room=journey.pk).earliest("order"), new_id("tp")
    data = {"id": touchpoint, "stage": stage.pk, "title": "Calls", "lead": departments["CS"].pk}
    execute(journey.pk, fiona.identity, "touchpoint.add", data)
    remark = {"id": new_id("rm"), "touchpoint": touchpoint, "text": f"True, @{sue.name}?", "mentions": [sue.pk]}
    execute(journey.pk, fiona.identity, "remark.add", remark)
    return remark["id"]


def later(clock, minutes: int = 5) -> int:
    clock.move_to(NOON + datetime.timedelta(minutes=minutes))
    reminders.plan()
    return outbox.drain()


def test_she_hears_of_it_once(named, clock, sink, sue):
    assert [later(clock, minutes) for minutes in (1, 5, 6, 60)] == [0, 1, 0, 0]
    (mail,) = sink.messages
    subject = str(make_header(decode_header(mail["Subject"])))
    assert (mail["To"], subject) == (sue.email, "Sue, Fiona Hart names you at “Calls”")
    body = mail.get_payload()[0].get_payload(decode=True).decode()
    assert f"#{Remark.objects.get().touchpoint_id}" in body


def test_not_when_it_was_rubbed_out_or_answered(named, clock, sink, sue, fiona, journey):
    execute(journey.pk, fiona.identity, "remark.remove", {"id": named})
    assert later(clock) == 0
    assert not sink.messages


def test_not_when_she_has_answered(named, clock, sink, sue, journey):
    answer = {"id": new_id("rm"), "touchpoint": Remark.objects.get().touchpoint_id, "text": "Yes."}
    clock.move_to(NOON + datetime.timedelta(minutes=1))
    execute(journey.pk, sue.identity, "remark.add", answer)
    assert later(clock) == 0
    assert not sink.messages


def test_not_when_she_does_not_want_such_mails(named, clock, sink, sue):
    Mute.objects.create(user=sue, kind=Reminder.Kind.MENTION)
    assert later(clock) == 0


def test_such_mails_are_switched_off_by_themselves(as_, sam):
    every = [kind for kind in Reminder.Kind.values if kind not in ("mention", "invitation")]
    wanted = {name: [kind for kind in kinds if kind in every] for name, (_, kinds) in GROUPS.items()}
    as_("sam").post("/you/mails/", wanted | {"workshops": [*wanted["workshops"], "invitation"]})
    assert [mute.kind for mute in Mute.objects.filter(user=sam)] == ["mention"]


def test_strangers_cannot_be_named(named, journey, fiona, olga):
    data = {
        "id": new_id("rm"),
        "touchpoint": Remark.objects.get().touchpoint_id,
        "text": "Hello",
        "mentions": [olga.pk],
    }
    execute(journey.pk, fiona.identity, "remark.add", data)
    assert not Remark.objects.get(pk=data["id"]).mentions.exists()
