"""Removing somebody: what they began before it commits first, what they begin after it is refused.

The live engine loads its actors with `lock=True` inside each command's transaction. PostgreSQL then makes
the removal wait; SQLite has one writer at a time (`transaction_mode=IMMEDIATE`), so it waits to begin. Either way nothing of theirs commits after the removal.
"""

import threading
import time

import pytest
from django.db import connection, transaction

from accounts import commands, joining
from accounts.actors import load_actor
from accounts.models import Guest, Membership

pytestmark = pytest.mark.django_db(transaction=True)


def remove_while_acting(identity, organisation, remove) -> list[str]:
    """Act for 0.4 s in a transaction of our own while another thread removes us; what committed when."""
    order: list[str] = []

    def removal():
        try:
            remove()
            order.append("removed")
        finally:
            connection.close()

    other = threading.Thread(target=removal)
    with transaction.atomic():
        assert load_actor(identity, organisation.pk, lock=True)
        other.start()
        time.sleep(0.4)
        order.append("acted")
    other.join(10)
    return order


def test_ending_access_waits_for_the_command_that_runs(people, harrow):
    sam = Membership.objects.get(user=people["sam"])
    order = remove_while_acting(people["sam"].identity, harrow, lambda: commands.deactivate_member(sam, by="u1"))
    assert order == ["acted", "removed"]
    assert load_actor(people["sam"].identity, harrow.pk, lock=False) is None


def test_taking_away_departments_waits_too(people, harrow):
    sam = Membership.objects.get(user=people["sam"])
    order = remove_while_acting(
        people["sam"].identity, harrow, lambda: commands.change_member(sam, "observer", [], by="u1")
    )
    assert order == ["acted", "removed"]


def test_removing_a_guest_and_ending_the_code_wait_too(gus, harrow):
    guests = Guest.objects.filter(pk=gus.guest.pk)
    assert remove_while_acting(gus.guest.identity, harrow, lambda: joining.remove(guests, by="u1")) == [
        "acted",
        "removed",
    ]
    guests.update(removed_at=None)
    end = lambda: joining.end_code(gus.guest.room_id, by="u1")  # noqa: E731
    assert remove_while_acting(gus.guest.identity, harrow, end) == ["acted", "removed"]


def test_a_command_that_waited_for_the_removal_is_refused(people, harrow, departments):
    """The other way round: the removal runs, the command comes and waits, and then sees the new rights."""
    sam = Membership.objects.get(user=people["sam"])
    seen: list[object] = []

    def act():
        try:
            with transaction.atomic():
                seen.append(load_actor(people["sam"].identity, harrow.pk, lock=True))
        finally:
            connection.close()

    for change, check in (
        (lambda: commands.change_member(sam, "representative", [departments["IT"]], by="u1"), {departments["IT"].pk}),
        (lambda: commands.deactivate_member(sam, by="u1"), None),
    ):
        command = threading.Thread(target=act)
        with transaction.atomic():
            change()
            command.start()
            time.sleep(0.4)
        command.join(10)
        actor = seen.pop()
        assert (actor.departments if actor else None) == check
