"""My promises in my own calendar: an address that only my calendar program knows, kept as a hash, ended at will."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Callable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from accounts.models import Organisation, User
from actions.models import CalendarFeed
from actions.queries import actions_of
from workshops.models import Participant, Workshop

KEPT = datetime.timedelta(days=90)  # what is done stays in the calendar for a while
LENGTH = datetime.timedelta(hours=3)


def make(user: User) -> str:
    """A new address for this person; the one before ends. Returns the secret part, which is shown this once."""
    secret = secrets.token_urlsafe(32)
    end(user)
    CalendarFeed.objects.create(user=user, token_hash=_hash(secret))
    return secret


def end(user: User) -> None:
    CalendarFeed.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def feed_of(identity: str) -> CalendarFeed | None:
    """The address in force of whoever looks, if there is one."""
    return CalendarFeed.objects.filter(user=int(identity[1:]), revoked_at=None).first() if identity[0] == "u" else None


def user_of(secret: str) -> User | None:
    """Whose calendar an address is, while it holds and they may sign in."""
    row = CalendarFeed.objects.select_related("user").filter(
        token_hash=_hash(secret), revoked_at=None, user__is_active=True
    ).first()  # fmt: skip
    if row is None:
        return None
    if row.used_at is None or row.used_at < timezone.now() - datetime.timedelta(hours=1):
        CalendarFeed.objects.filter(pk=row.pk).update(used_at=timezone.now())
    return row.user


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def calendar_of(user: User, address: Callable[[str], str]) -> bytes:
    """The promises this person keeps or helps with, as whole days, and the workshops they are asked to, in RFC 5545."""
    book = Calendar()
    book.add("prodid", "-//Journeymap//promises//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", "Journeymap")
    book.add("refresh-interval;value=duration", "PT1H")
    organisations = list(Organisation.objects.filter(memberships__user=user, memberships__deactivated_at=None))
    since = timezone.now() - KEPT
    mine = actions_of(organisations).filter(Q(owner=user) | Q(helpers=user)).exclude(status="dropped").distinct()
    for action in mine.filter(Q(closed_at=None) | Q(closed_at__gt=since)):
        event = _event(
            f"{action.pk}@journeymap", f"{'✓ ' if action.closed_at else ''}{action.title}", action.created_at
        )
        event.add("dtstart", action.due)
        event.add("dtend", action.due + datetime.timedelta(days=1))
        event.add("description", action.customer_change)
        event.add("url", address(reverse("action", args=[action.pk])))
        event.add("transp", "TRANSPARENT")
        book.add_component(event)
    asked = Participant.objects.filter(person=user.identity, removed_at=None).values("workshop")
    for workshop in Workshop.objects.filter(
        pk__in=asked, removed_at=None, room__organisation__in=organisations, starts_at__gt=since
    ):
        assert workshop.starts_at is not None
        event = _event(f"{workshop.pk}@journeymap", workshop.title, workshop.created_at)
        event.add("dtstart", workshop.starts_at)
        event.add("dtend", workshop.starts_at + LENGTH)
        event.add("description", workshop.objective)
        event.add("url", address(reverse("workshop", args=[workshop.pk])))
        book.add_component(event)
    return book.to_ical()


def _event(uid: str, summary: str, made: datetime.datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("summary", summary)
    event.add("dtstamp", made)
    return event
