"""On which days reports make themselves: a month or a quarter after the workshop was closed, and so on."""

from __future__ import annotations

import datetime

from django.utils import timezone

from accounts.local_time import zone_of
from accounts.models import ReportEvery
from actions.times import at_local
from workshops.models import Workshop

MORNING = datetime.time(7, 0)
MONTHS = {ReportEvery.MONTH: 1, ReportEvery.QUARTER: 3}


def last_due(workshop: Workshop, now: datetime.datetime) -> datetime.date | None:
    """The newest day on which a report made itself or should have, by the organisation's clock; None before the first."""
    day = None
    for on in _days(workshop):
        if at_local(on, MORNING, zone_of(workshop.room.organisation.time_zone)) > now:
            return day
        day = on
    return None


def next_due(workshop: Workshop, today: datetime.date) -> datetime.date | None:
    """When the next report makes itself; None where it does not."""
    return next((on for on in _days(workshop) if on > today), None)


def _days(workshop: Workshop) -> list[datetime.date]:
    """Every month or quarter after the closing, for ten years."""
    step = MONTHS.get(ReportEvery(workshop.room.organisation.report_every), 0)
    if not step or workshop.closed_at is None:
        return []
    closed = timezone.localdate(workshop.closed_at, zone_of(workshop.room.organisation.time_zone))
    return [_months_after(closed, step * n) for n in range(1, 120 // step + 1)]


def _months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.month - 1 + months, 12)
    first = day.replace(year=day.year + year, month=month + 1, day=1)
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
