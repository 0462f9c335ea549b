"""A12: a journey is put away: out of the lists, its guests out, nobody reminded; and brought back as it was."""

from __future__ import annotations

import pytest

from actions import outbox, reminders
from actions.models import Reminder
from live.door import execute
from live.values import Refused
from tests.live.payloads import LATER, new_id
from touchpoints.models import Journey

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_a12_archived_and_brought_back(journey, as_, gus):
    assert as_(gus).get(f"/journeys/{journey.pk}/").status_code == 200
    guest = as_(gus)
    page = as_("fiona").get(f"/journeys/{journey.pk}/workshops/").content.decode()
    assert "Archive this journey" in page
    assert "Archive this journey" not in as_("sam").get(f"/journeys/{journey.pk}/workshops/").content.decode()
    assert as_("fiona").post(f"/journeys/{journey.pk}/archive/").status_code == 302
    assert guest.get(f"/journeys/{journey.pk}/").status_code in (302, 404), "the guest is out"
    assert journey.name not in as_("sam").get("/").content.decode()
    listed = as_("sam").get("/journeys/").content.decode()
    assert "Archived" in listed and journey.name in listed.partition("Archived")[2]
    shown = as_("fiona").get(f"/journeys/{journey.pk}/workshops/").content.decode()
    assert "Bring it back" in shown and "<strong>Archived.</strong>" in shown
    as_("fiona").post(f"/journeys/{journey.pk}/archive/", {"do": "back"})
    assert not Journey.objects.get(pk=journey.pk).archived
    assert journey.name in as_("sam").get("/").content.decode()
    assert guest.get(f"/journeys/{journey.pk}/").status_code in (302, 404), "and stays out"


def test_nobody_is_reminded_of_what_is_archived(promised, noon, fiona, journey, sink, harrow):
    promised()
    reminders.plan()
    execute(journey.pk, fiona.identity, "journey.change", {"id": journey.pk, "archived": True})
    outbox.drain()
    assert not sink.messages
    assert "archived" in Reminder.objects.get(kind="due").error


def test_not_while_people_meet(journey, fiona, as_):
    pk = new_id("ws")
    data = {
        "id": pk,
        "title": "T",
        "objective": "O",
        "planned_use": "P",
        "success_measure": "S",
        "report_back_on": LATER,
    }
    execute(journey.pk, fiona.identity, "workshop.open", data)
    execute(journey.pk, fiona.identity, "workshop.go_live", {"id": pk})
    with pytest.raises(Refused, match="Close it first"):
        execute(journey.pk, fiona.identity, "journey.change", {"id": journey.pk, "archived": True})
    shown = as_("fiona").post(f"/journeys/{journey.pk}/archive/", follow=True)
    assert "Close it first" in shown.content.decode() and not Journey.objects.get(pk=journey.pk).archived
