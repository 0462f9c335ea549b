"""The lists of promises: whose, narrowed, sorted; shown as a table, a board by status, or a month."""

from __future__ import annotations

import calendar
import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Organisation
from actions.models import OPEN, ActionItem
from actions.permissions import may_change_action_row
from actions.queries import Standing, actions_of, standing
from workshops.models import Workshop

MOST_SHOWN = 300
WHOSE = {"mine": "Mine", "department": "My department", "all": "All"}
SHAPES = {"list": "List", "board": "Board", "calendar": "Calendar"}
# What a column is sorted by; ties always by due date.
SORTS = {
    "due": F("due"), "title": F("title"), "owner": F("owner__name"), "department": F("department__position"),
    "status": F("status"), "word": F("last_word"),
}  # fmt: skip
Status = ActionItem.Status


@dataclass
class Filters:
    """What the address of the page says; every link on it says it again with one thing changed."""

    whose: str = "all"
    shape: str = "list"
    status: str = "open"
    department: str = ""
    owner: str = ""
    journey: str = ""
    q: str = ""
    sort: str = "due"
    month: str = ""

    @classmethod
    def of(cls, query: QueryDict, actor: Actor) -> Filters:
        first = "all" if actor.leads or actor.role == "executive" else "mine"
        found = cls(whose=first, status="open")
        for name in vars(found):
            if name in query:
                setattr(found, name, query[name][:80])
        found.whose = found.whose if found.whose in WHOSE else first
        found.shape = found.shape if found.shape in SHAPES else "list"
        found.sort = found.sort if found.sort.lstrip("-") in SORTS else "due"
        if found.shape == "board" and "status" not in query:
            found.status = ""
        return found

    @property
    def behind(self) -> int:
        """How many filters are set that a phone folds away."""
        return sum(map(bool, (self.status, self.department, self.owner, self.journey, self.q)))

    def query(self, **changes: Any) -> str:
        """The address with these things changed; what is empty is left out, but for the status, where empty is all."""
        said = QueryDict(mutable=True)
        for name, value in {**vars(self), **changes}.items():
            if value or name == "status":
                said[name] = value
        return said.urlencode()


def promises_for(organisation: Organisation, actor: Actor, said: Filters) -> QuerySet[ActionItem]:
    """The promises that the filters let through, in their order. Owner and helpers are who a promise is "mine" for."""
    rows = actions_of([organisation])
    me = int(actor.key[1:])
    if said.whose == "mine":
        rows = rows.filter(Q(owner=me) | Q(helpers=me)).distinct()
    elif said.whose == "department":
        rows = rows.filter(department__in=actor.departments)
    if said.owner.isdigit():
        rows = rows.filter(owner=int(said.owner)) if len(said.owner) < 18 else rows.none()
    for name, value in (("department", said.department), ("room", said.journey)):
        rows = rows.filter(**{name: value}) if value else rows
    if said.status in ("open", "late"):
        rows = rows.filter(status__in=OPEN)
        rows = rows.filter(due__lt=timezone.localdate()) if said.status == "late" else rows
    elif said.status in Status.values:
        rows = rows.filter(status=said.status)
    for word in said.q.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(customer_change__icontains=word) | Q(owner__name__icontains=word)
        )
    by = SORTS[said.sort.lstrip("-")]
    order = by.desc(nulls_last=True) if said.sort.startswith("-") else by.asc(nulls_last=True)
    return rows.order_by(order, "due", "id")


@dataclass
class Line:
    """One promise as a list shows it; `mine` says that whoever looks may change it."""

    action: ActionItem
    stand: Standing
    mine: bool


def lines(rows: Iterable[ActionItem], actor: Actor) -> list[Line]:
    today = timezone.localdate()
    return [Line(row, standing(row, today), may_change_action_row(actor, row)) for row in rows]


def digest(found: Sequence[Line]) -> str:
    """Changes whenever the list would look different: a page that is open asks with it and mostly hears "the same"."""
    said = [
        (line.action.pk, line.action.title, line.action.owner_id, line.action.department_id, str(line.action.due))
        + (line.stand.word, line.action.status, line.action.customer_change)
        for line in found
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


# -- the board ---------------------------------------------------------------------------------
@dataclass
class Column:
    status: str
    label: str
    lines: list[Line] = field(default_factory=list)


def board(found: Iterable[Line]) -> list[Column]:
    """A column for each status, the next due first in each."""
    columns = {value: Column(value, label) for value, label in Status.choices}
    for line in found:
        columns[line.action.status].lines.append(line)
    return list(columns.values())


# -- the month ---------------------------------------------------------------------------------
@dataclass
class Day:
    date: datetime.date
    inside: bool
    today: bool
    lines: list[Line] = field(default_factory=list)
    meetings: list[tuple[str, Workshop]] = field(default_factory=list)


@dataclass
class Month:
    """Whole weeks from Monday, so days of the months around it are there too."""

    first: datetime.date
    weeks: list[list[Day]]
    before: str
    after: str

    @property
    def days(self) -> list[Day]:
        """Only those of this month on which something is due or held, for a narrow screen."""
        return [day for week in self.weeks for day in week if day.inside and (day.lines or day.meetings)]


def month_of(said: str, today: datetime.date) -> datetime.date:
    """The first day of the month "2026-11", of this month where that is none."""
    try:
        found = datetime.date.fromisoformat(f"{said}-01")
    except ValueError:
        found = today.replace(day=1)
    return found if 2000 <= found.year <= 2100 else today.replace(day=1)


def month(first: datetime.date, found: Iterable[Line], meetings: Iterable[Workshop]) -> Month:
    """What is due, what is held and when the group reports back."""
    today = timezone.localdate()
    dates = calendar.Calendar().monthdatescalendar(first.year, first.month)
    days = {date: Day(date, date.month == first.month, date == today) for week in dates for date in week}
    for line in found:
        if line.action.due in days:
            days[line.action.due].lines.append(line)
    meetings = list(meetings)
    booked = {row.follows_id for row in meetings}  # their day is that of the session
    for row in meetings:
        starts = timezone.localdate(row.starts_at) if row.starts_at else None
        again = row.of_kind == Workshop.Kind.REPORT_BACK
        if starts in days:
            days[starts].meetings.append((row.title if again else f"Workshop: {row.title}", row))
        if not again and row.pk not in booked and row.report_back_on in days:
            days[row.report_back_on].meetings.append((f"Report-back: {row.title}", row))
    last, later = first - datetime.timedelta(days=1), first + datetime.timedelta(days=32)
    return Month(first, [[days[date] for date in week] for week in dates], f"{last:%Y-%m}", f"{later:%Y-%m}")
