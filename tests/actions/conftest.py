"""Promises to be reminded of."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from accounts import commands
from accounts.models import User
from actions.models import ActionItem
from live.models import new_id
from workshops.models import Workshop

NOON = datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def noon():
    """A Tuesday at noon: whatever the day of this run, reminders are due and nobody sleeps."""
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def promised(journey, sam) -> Callable[..., list[ActionItem]]:
    """Promises of Sam (or whoever), due in so many days, made a month ago."""

    def make(count: int = 1, owner=sam, days: int = 0, **more) -> list[ActionItem]:
        due = timezone.localdate() + datetime.timedelta(days=days)
        rows = ActionItem.objects.bulk_create(
            ActionItem(
                id=new_id("ac"), room=journey.room, **{"title": f"Promise {n}", "owner": owner, "due": due, **more}
            )
            for n in range(count)
        )
        long_ago = timezone.now() - datetime.timedelta(days=30)
        ActionItem.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=long_ago)
        return rows

    return make


@pytest.fixture
def crowd(harrow) -> Callable[[int], list[User]]:
    """So many more members, who speak for nobody yet."""

    def come(many: int) -> list[User]:
        found = [commands.create_person(f"n{n}@harrow.example", f"Nora {n}", verified=True) for n in range(many)]
        for user in found:
            commands.add_member(harrow, user, "representative", [])
        return found

    return come


@pytest.fixture
def closed(journey, fiona, elena, sam) -> Workshop:
    """A workshop that is over: Fiona ran it, Elena sponsors it. Nobody is told of its end any more."""
    past = NOON - datetime.timedelta(days=40)
    return Workshop.objects.create(
        id=new_id("ws"), room=journey.room, title="So what?", objective="O", planned_use="P", success_measure="S",
        facilitator=fiona, sponsor=elena, state="closed", closed_at=past, report_back_on=datetime.date(2026, 6, 1),
    )  # fmt: skip


@pytest.fixture
def every_day(harrow) -> None:
    type(harrow).objects.filter(pk=harrow.pk).update(working_days=list(range(7)))


def text_of(message) -> str:
    return message.get_payload(0).get_payload(decode=True).decode()
