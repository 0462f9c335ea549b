"""Upkeep that belongs to no room: a sign of life, and rows whose time is over."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from accounts.browsers import forget_ended
from accounts.models import Attempt

# When the clock and a worker were last seen together; `CLOCK_KEPT` seconds later they count as gone.
CLOCK_KEY, CLOCK_KEPT = "clock", 180


@shared_task
def heartbeat() -> None:
    """The clock ticked and a worker heard it."""
    cache.set(CLOCK_KEY, timezone.now().timestamp(), CLOCK_KEPT)


@shared_task
def housekeeping() -> None:
    """Ended sessions and old counts of tries go."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    forget_ended()
    Attempt.objects.filter(expires_at__lt=now).delete()
