"""How often something may be tried, counted in the database so that all processes count together.

It fails closed: when the count cannot be written, the exception stands and nothing was tried.
"""

from __future__ import annotations

import datetime

from django.db.models import F
from django.utils import timezone

from accounts.models import Attempt


def take(name: str, who: str, limit: int, window: int = 60) -> bool:
    """Count one try of `name` by `who`; False when `limit` tries were made in this window (seconds).

    Windows are fixed slices of time (each full minute, say): one row and one conditional update.
    """
    now = timezone.now()
    row, new = Attempt.objects.get_or_create(
        key=_key(name, who, window, now), defaults={"expires_at": now + datetime.timedelta(seconds=2 * window)}
    )
    if new:
        Attempt.objects.filter(expires_at__lt=now).delete()
    return bool(Attempt.objects.filter(pk=row.pk, count__lt=limit).update(count=F("count") + 1))


def give_back(name: str, who: str, window: int = 60) -> None:
    """A try that turned out right costs nothing."""
    key = _key(name, who, window, timezone.now())
    Attempt.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def _key(name: str, who: str, window: int, now: datetime.datetime) -> str:
    return f"{name}:{who}:{window}:{int(now.timestamp()) // window}"
