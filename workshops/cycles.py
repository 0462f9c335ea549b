"""The workshops of one journey in order: which steps were done, what each waits for, and when it goes on.

A cycle is a workshop and its report-back. It is complete when the same people have heard what became of their
promises, not before: most work of this kind is given up between the meeting and the result.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from live.models import Room
from voices.models import Comment
from workshops import queries
from workshops.models import Workshop

LIVE, PLANNED, CLOSED = Workshop.State.LIVE, Workshop.State.PLANNED, Workshop.State.CLOSED


@dataclass
class Cycle:
    """A workshop and, once it is booked, the session in which the group hears back."""

    workshop: Workshop
    report_back: Workshop | None = None

    @property
    def complete(self) -> bool:
        return self.report_back is not None and self.report_back.state == CLOSED

    @property
    def waits(self) -> bool:
        return self.workshop.state == CLOSED and not self.complete

    @property
    def told_on(self) -> datetime.date:
        """The day of the report-back: the one it was held on, else the one it is planned for."""
        held = self.report_back
        if held is not None and held.state == CLOSED and held.closed_at:
            return timezone.localdate(held.closed_at)
        return timezone.localdate(held.starts_at) if held and held.starts_at else self.workshop.report_back_on

    @property
    def late(self) -> bool:
        live = self.report_back is not None and self.report_back.state == LIVE
        return self.waits and not live and self.told_on < timezone.localdate()


@dataclass
class Series:
    """`next_on`: the day on which it goes on; without one, `missing` says what to do about it."""

    cycles: list[Cycle] = field(default_factory=list)
    next_on: datetime.date | None = None
    next_is: str = ""
    missing: str = ""
    last: Cycle | None = None  # whose next cycle may be opened: it is complete and nothing follows it yet
    comments: int = 0  # what customers have said by now: all of it is there in every cycle


def series_in(room: Room) -> Series:
    """Of a rehearsal there is none."""
    made = series_of(list(queries.workshops_of([room.organisation]).filter(room=room)))
    made.comments = Comment.objects.filter(room=room).count()
    return made


def series_of(rows: Sequence[Workshop]) -> Series:
    """The series of one journey, from its workshops and report-backs in any order."""
    sessions = {row.follows_id: row for row in rows if row.of_kind == Workshop.Kind.REPORT_BACK}
    meetings = [row for row in rows if row.of_kind == Workshop.Kind.WORKSHOP]
    meetings.sort(key=lambda row: (row.went_live_at or row.starts_at or row.created_at, row.pk))
    made = Series([Cycle(row, sessions.get(row.pk)) for row in meetings])
    if made.cycles:
        _goes_on(made, timezone.localdate())
    return made


def _goes_on(made: Series, today: datetime.date) -> None:
    """The nearest of what is booked; else when the next workshop is due by the weeks agreed on."""
    newest = made.cycles[-1]
    if any(row.state == LIVE for cycle in made.cycles for row in (cycle.workshop, cycle.report_back) if row):
        made.next_on, made.next_is = today, "Live now:"
        return
    coming = [
        (timezone.localdate(cycle.workshop.starts_at), "Next: the workshop on")
        for cycle in made.cycles if cycle.workshop.state == PLANNED and cycle.workshop.starts_at
    ]  # fmt: skip
    coming += [(cycle.told_on, "Next: the report-back on") for cycle in made.cycles if cycle.waits]
    if future := [each for each in coming if each[0] >= today]:
        made.next_on, made.next_is = min(future)
    elif coming:
        made.missing = "The date that was set has passed, and nothing happened. Set a new one."
    elif newest.workshop.state == PLANNED:
        made.missing = "No date is set for the workshop. Set one, so that people can keep it free."
    if newest.complete:
        made.last = newest
        if made.next_on is None:
            _again(made, newest, today)


def _again(made: Series, newest: Cycle, today: datetime.date) -> None:
    weeks = newest.workshop.again_after
    due = newest.told_on + datetime.timedelta(weeks=weeks)
    if not weeks:
        made.missing = "No next date: nobody planned to go on. What was learned fades; open the next workshop."
    elif due < today:
        made.missing = f"The next workshop was to be {weeks} weeks after the report-back. That day has passed."
    else:
        made.next_on, made.next_is = due, "The next workshop is due by"


def when(workshop: Workshop) -> str:
    """How far away a workshop to come is, in words: "today, 09:30", "in 5 days"."""
    if workshop.starts_at is None:
        return "No date yet"
    starts = timezone.localtime(workshop.starts_at)
    days = (starts.date() - timezone.localdate()).days
    if days < 0:
        return "Was to be yesterday" if days == -1 else f"Was to be {-days} days ago"
    return {0: f"Today, {starts:%H:%M}", 1: f"Tomorrow, {starts:%H:%M}"}.get(days, f"In {days} days")
