"""Wall-clock times that people were promised, as moments. Pure.

Clocks that change twice a year make two kinds of odd times. One that does not exist (the clock jumps over
it) becomes the moment of the jump; one that happens twice becomes the first of the two. Both are the same
rule: the earliest moment at which the clock there shows that time or a later one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

UTC = datetime.UTC
MORNING = datetime.time(8, 0)
MONDAY = 0

# Days from the due date to each reminder about a promise, by its kind. The first four are its owner's; three days
# late the facilitator hears of it as well, and after a week its sponsor does.
LADDER = {"week_before": -7, "day_before": -1, "due": 0, "day_after": 1, "late": 3, "very_late": 7}


def at_local(day: datetime.date, time: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    """The moment (in UTC) at which it is `time` on `day` in `zone`."""
    wall = datetime.datetime.combine(day, time)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)  # fold 0: the first of two
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # The clock jumps over it. Read with the rules from before the jump the moment lies after it, and with
    # those from after the jump before it: halve until the jump itself is found.
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    offset = after.astimezone(zone).utcoffset()
    while after - before > datetime.timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


@dataclass(frozen=True)
class OfficeHours:
    """When an organisation's reminders may reach people: days (0 is Monday) and the quiet hours of each day, which
    may go over midnight. No day at all counts as every day, and equal times as no quiet hours."""

    days: frozenset[int] = frozenset(range(7))
    quiet_from: datetime.time = datetime.time(0)
    quiet_until: datetime.time = datetime.time(0)

    def quiet(self, time: datetime.time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= time < self.quiet_until
        return time >= self.quiet_from or time < self.quiet_until

    def next(self, moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
        """This moment if it may be, else the first one after it that may, by the clock of `zone`."""
        days = self.days or frozenset(range(7))
        for _ in range(16):  # a week of days, each with an end of its quiet hours
            local = moment.astimezone(zone)
            day = local.date()
            if day.weekday() not in days:
                moment = at_local(day + datetime.timedelta(days=1), datetime.time(0), zone)
            elif self.quiet(local.time()):
                over = self.quiet_until <= local.time()  # it goes on until tomorrow
                moment = at_local(day + datetime.timedelta(days=over), self.quiet_until, zone)
            else:
                break
        return moment


def last_monday(moment: datetime.datetime, zone: ZoneInfo) -> datetime.date:
    """The Monday of the week it is there."""
    day = moment.astimezone(zone).date()
    return day - datetime.timedelta(days=day.weekday() - MONDAY)


def rungs(due: datetime.date, zone: ZoneInfo) -> dict[str, datetime.datetime]:
    """When each reminder about a promise that is due on this day is sent to somebody who lives there."""
    return {
        kind: at_local(due + datetime.timedelta(days=days), MORNING, zone)
        for kind, days in LADDER.items()
        if 0 < due.toordinal() + days <= datetime.date.max.toordinal()
    }
