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
