"""Oneself: time zone from the browser, the picture's colour, shortcuts, and the mails one wants."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts import invitations
from accounts.actors import load_actor
from accounts.models import User
from actions import outbox, reminders
from actions.mail_views import GROUPS
from actions.models import Mute, Reminder
from live import door
from live.models import new_id

pytestmark = pytest.mark.django_db
KEPT = {"name": "Sam", "time_zone": "Europe/London", "colour": "", "single_keys": "on"}


def test_the_colour_of_ones_picture(as_, sam):
    browser = as_("sam")
    department = f'data-dept="{sam.memberships.get().departments.get().colour}"'
    assert department in browser.get("/you/").content.decode().split("<main")[0]
    assert browser.post("/you/", {**KEPT, "colour": "7"}).status_code == 302
    bar = browser.get("/you/").content.decode().split("<main")[0]
    assert 'data-dept="7"' in bar and department not in bar
    assert browser.post("/you/", {**KEPT, "colour": "13"}).status_code == 422
    browser.post("/you/", KEPT)
    sam.refresh_from_db()
    assert sam.colour is None


def test_single_letters_are_switched_off_on_the_map_and_at_the_desk(as_, sam, journey):
    browser, board = as_("sam"), f"/journeys/{journey.pk}/"
    assert browser.get(board).context["boot"]["letters"] is True
    assert 'data-letters="off"' not in browser.get(f"{board}comments/").content.decode()
    browser.post("/you/", {key: value for key, value in KEPT.items() if key != "single_keys"})
    assert browser.get(board).context["boot"]["letters"] is False
    assert 'data-letters="off"' in browser.get(f"{board}comments/").content.decode()


def test_a_new_person_lives_where_the_browser_says(client, harrow, people):
    """Without one we know, where their organisation works."""
    ada = load_actor(people["ada"].identity, harrow.pk)
    harrow.time_zone = "Europe/Madrid"
    harrow.save()
    for email, zone, kept in (
        ("a", "Asia/Tokyo", "Asia/Tokyo"),
        ("b", "Mars/Base", "Europe/Madrid"),
        ("c", "", "Europe/Madrid"),
    ):
        asked = invitations.invite(harrow, ada, f"{email}@new.example", "observer")
        data = {"name": "New", "password": "", "time_zone": zone}
        client.logout()
        assert client.post(f"/invitations/{invitations.token_of(asked)}/", data).status_code == 302
        assert User.objects.get(email=f"{email}@new.example").time_zone == kept


def test_signing_up_keeps_the_zone_too(client, db):
    data = {"name": "A", "organisation": "B", "email": "a@b.example", "password1": "quiet river stone lamp"}
    client.post("/sign-up/", {**data, "time_zone": "Europe/Berlin"})
    assert User.objects.get(email="a@b.example").time_zone == "Europe/Berlin"


@time_machine.travel(datetime.datetime(2026, 3, 4, 12, tzinfo=datetime.UTC), tick=True)  # reminders wait for weekdays
def test_a_mail_that_is_off_is_not_sent(as_, sam, journey, departments, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    type(journey.room.organisation).objects.update(working_days=list(range(7)))  # whatever the day of this run
    every = {name: list(kinds) for name, (_, kinds) in GROUPS.items()}
    browser = as_("sam")
    page = browser.get("/you/mails/").content.decode()
    assert page.count("checked") == len(set(Reminder.Kind) - {Reminder.Kind.PLACE}), (
        "everything is on until one says no"
    )
    without = every | {"promises": [kind for kind in every["promises"] if kind != "due"]}
    assert browser.post("/you/mails/", without).url == "/you/"
    assert list(Mute.objects.values_list("user__name", "kind")) == [("Sam Okoro", "due")]
    data = {
        "id": new_id("ac"), "title": "Call back", "customer_change": "She hears from us", "owner": sam.pk,
        "due": (timezone.localdate() + datetime.timedelta(days=1)).isoformat(), "department": departments["SA"].pk,
    }  # fmt: skip
    door.execute(journey.pk, sam.identity, "action.add", data)
    reminders.plan()
    due = Reminder.objects.get(kind="due")
    Reminder.objects.exclude(pk=due.pk).delete()  # late in the evening the day after is planned already
    Reminder.objects.update(try_at=timezone.now(), due_at=timezone.now())
    outbox.drain()
    due.refresh_from_db()
    assert due.state == "cancelled" and "does not want" in due.error
    assert not [message for message in mail.outbox if message.to == [sam.email]]
    browser.post("/you/mails/", every)
    assert not Mute.objects.exists()
    assert browser.post("/you/mails/", {"promises": ["security"]}).status_code == 422


def test_what_is_refused_by_one_is_still_sent_to_others(as_, sue):
    as_("sam").post("/you/mails/", {})
    assert Mute.objects.filter(user__email="sam@harrow.example").count() == len(
        set(Reminder.Kind) - {Reminder.Kind.PLACE}
    )
    assert not Mute.objects.filter(user=sue).exists()
