"""Asking for comments: what the Comments page shows for an address, so that every number on a page can lead to the
comments it is made of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from personas.models import Aim
from touchpoints.models import Stage, Touchpoint
from voices import queries
from voices.models import FROM_CUSTOMERS, Account, Comment, Consequence, Grouping, Scale
from voices.queries import comments_of, in_stage, standing, waiting
from voices.second import AGREES, SAMPLE
from voices.stated import STATES, summed

# Which of them: to be placed, with a sure suggestion, placed, coded by somebody, either of the two.
SHOWN = {
    "waiting": "To place", "sure": "Sure suggestions", "placed": "Placed", "coded": "Coded", "used": "Placed or coded",
    "all": "All",
}  # fmt: skip
# What a score says on its own scale: unhappy, in between, happy.
SCORES = {"low": "Unhappy", "middle": "In between", "high": "Happy", "none": "No score"}
_BANDS = {"nps": (6, 9), "csat": (2, 4), "ces": (3, 6), "sentiment": (-0.25, 0.25), "percent": (40, 70)}
# Read by two people: all of these, what is chosen for it, where both say the same, where they do not.
TWICE = {
    "all": "Read twice", "sample": "To be read twice", "stage": "Two stages named", "severity": "Two severities given",
    "same-stage": "The same stage named twice", "same-severity": "The same severity given twice",
}  # fmt: skip
NONE = "none"  # of an aim or a let-down: without one
ALONE = "alone"  # of a group: like no other; of a file: came one by one


@dataclass(frozen=True)
class Filters:
    """What the page shows: each field narrows it, "" does not."""

    show: str = "waiting"
    search: str = ""
    source: str = ""
    stage: str = ""
    touchpoint: str = ""
    issue: str = ""
    theme: str = ""
    aim: str = ""
    account: str = ""
    group: str = ""  # number of a natural group
    segment: str = ""
    kind: str = ""  # number of a natural kind of accounts
    score: str = ""
    scale: str = ""
    severity: str = ""
    did: str = ""  # a consequence that somebody confirmed; with "-proposed": that nobody confirmed yet
    months: str = ""
    file: str = ""  # an import
    second: str = ""  # one of TWICE
    states: str = ""  # what a sum is made of: one of STATES, with its currency after a dash where it has one
    said: str = ""  # "customers": in their own words
    by: str = ""  # grouped by stage or aim; else as they come
    page: int = 1

    @classmethod
    def of(cls, values: Any) -> Filters:
        def one_of(name: str, known: Iterable[str], otherwise: str = "") -> str:
            return value if (value := values.get(name, "")) in known else otherwise

        page = values.get("page", "1")
        group = values.get("group", "")
        return cls(
            show=one_of("show", SHOWN, "waiting"),
            search=values.get("search", "").strip()[:120],
            source=values.get("source", "")[:60],
            **{name: values.get(name, "")[:24] for name in ("stage", "touchpoint", "issue", "aim", "file")},
            **{name: _number(values.get(name, "")) for name in ("theme", "account", "kind")},
            group=group if group == ALONE else _number(group),
            segment=values.get("segment", "")[:80],
            score=one_of("score", SCORES),
            scale=one_of("scale", Scale.values),
            severity=one_of("severity", "12345"),
            did=one_of("did", (f"{kind}{more}" for kind in Consequence.Kind.values for more in ("", "-proposed"))),
            months=one_of("months", ("1", "3", "6", "12")),
            second=one_of("second", TWICE),
            states=states if (states := values.get("states", "")[:52]).partition("-")[0] in STATES else "",
            said=one_of("said", ("customers",)),
            by=one_of("by", ("stage", "aim")),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    @property
    def some(self) -> bool:
        return self.from_elsewhere or any((self.search, self.source, self.stage, self.account, self.score, self.months))

    @property
    def from_elsewhere(self) -> bool:
        """Narrowed by a number on another page: then what they add up to is said, too."""
        return any((
            self.touchpoint, self.issue, self.theme, self.aim, self.group, self.segment, self.kind, self.scale,
            self.severity, self.did, self.file, self.second, self.states, self.said,
        ))  # fmt: skip

    @property
    def behind(self) -> int:
        """How many of the filters that stand behind “More” are set."""
        return sum(map(bool, (self.aim, self.account, self.score, self.months)))

    @property
    def stated(self) -> tuple[str, str | None]:
        """Of what `states` asks for: the kind, and the currency where one is asked for."""
        kind, dash, unit = self.states.partition("-")
        return kind, unit if dash else None


def _scored(band: str) -> Q:
    if band == "none":
        return Q(score=None)
    low = Q(scale="csat_down", score__gte=4)
    high = Q(scale="csat_down", score__lte=2)
    for scale, (to, since) in _BANDS.items():
        low |= Q(scale=scale, score__lte=to)
        high |= Q(scale=scale, score__gte=since)
    return {"low": low, "high": high, "middle": Q(score__isnull=False) & ~low & ~high & ~Q(scale="")}[band]


def _adding_up(comments: QuerySet[Comment], filters: Filters) -> QuerySet[Comment]:
    """Those that a sum is made of."""
    kind, unit = filters.stated
    if kind == "revenue":
        comments = comments.exclude(account__yearly_revenue=None)
        return comments if unit is None else comments.filter(account__currency=unit)
    return comments.filter(pk__in=summed(kind, unit).values("comment"))


def _did(comments: QuerySet[Comment], did: str) -> QuerySet[Comment]:
    kind, _, proposed = did.partition("-")
    told = Consequence.objects.filter(kind=kind, comment__isnull=False)
    confirmed = told.exclude(confirmed_at=None).values("comment")
    if proposed:
        return comments.filter(pk__in=told.values("comment")).exclude(pk__in=confirmed)
    return comments.filter(pk__in=confirmed)


def _second(comments: QuerySet[Comment], which: str) -> QuerySet[Comment]:
    if which == "sample":
        return comments.exclude(coded_at=None).filter(dedupe__lt=SAMPLE)
    twice, agrees = comments.exclude(second=None), AGREES.get(which.removeprefix("same-"))
    if agrees is None:
        return twice
    return twice.filter(agrees) if which.startswith("same-") else twice.exclude(agrees)


def _number(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 19 else ""


def desk(room_id: str, filters: Filters) -> QuerySet[Comment]:
    """The comments a filter shows: the ones with a sure suggestion first, so that they go by the dozen."""
    related = ("account", "contact", "touchpoint", "stage", "suggested", "suggested_stage", "aim")
    order = {"waiting": ("-confidence", "pk"), "sure": ("-confidence", "pk"), "placed": ("-placed_at", "-pk")}
    found = _narrowed(room_id, _shown(room_id, filters.show), filters)
    return found.select_related(*related).prefetch_related("quantities").order_by(*order.get(filters.show, ("-pk",)))


def _shown(room_id: str, show: str) -> QuerySet[Comment]:
    comments = comments_of(room_id)
    if show == "waiting":
        return waiting(room_id, comments)
    if show == "sure":
        return queries.sure(room_id)
    if show == "placed":
        return standing(room_id, comments)
    if show == "coded":
        return comments.exclude(coded_at=None)
    return comments.exclude(placed_at=None, coded_at=None) if show == "used" else comments


def _narrowed(room_id: str, comments: QuerySet[Comment], filters: Filters) -> QuerySet[Comment]:
    if filters.stage:
        comments = comments.filter(in_stage(filters.stage) | Q(placed_at=None, suggested_stage=filters.stage))
    for name in ("source", "touchpoint", "issue", "theme", "aim", "account", "scale", "severity"):
        if value := getattr(filters, name):
            comments = comments.filter(**{name: None if value == NONE and name in ("aim", "issue") else value})
    if filters.group:
        comments = comments.filter(pk__in=_in_group(room_id, filters.group))
    if filters.segment:
        comments = comments.filter(account__segment=filters.segment)
    if filters.kind:
        comments = comments.filter(account__in=_of_kind(room_id, int(filters.kind)))
    if filters.score:
        comments = comments.filter(_scored(filters.score))
    if filters.did:
        comments = _did(comments, filters.did)
    if filters.file:
        comments = comments.filter(comment_import=None if filters.file == ALONE else filters.file)
    if filters.second:
        comments = _second(comments, filters.second)
    if filters.said:
        comments = comments.filter(source_kind__in=FROM_CUSTOMERS)
    if filters.states:
        comments = _adding_up(comments, filters)
    if filters.months:
        since = timezone.localdate() - datetime.timedelta(days=round(365.25 / 12 * int(filters.months)))
        comments = comments.filter(said_on__gte=since)
    if filters.search:
        comments = comments.filter(Q(text__icontains=filters.search) | Q(account__name__icontains=filters.search))
    return comments


def _grouping(room_id: str) -> Grouping:
    return Grouping.objects.filter(room=room_id).first() or Grouping(room_id=room_id)


def _in_group(room_id: str, number: str) -> list[int]:
    row = _grouping(room_id)
    if number == ALONE:
        return list(row.alone)
    return list(row.groups[int(number)]["members"]) if int(number) < len(row.groups) else []


def _of_kind(room_id: str, number: int) -> list[int]:
    kinds = _grouping(room_id).kinds
    return list(kinds[number]) if number < len(kinds) else []


# -- what they add up to -----------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """How many there are, who said them, on how many touchpoints they are; and, where a sum was asked for, what it
    comes to (money and revenue by `unit`)."""

    comments: int
    accounts: int
    contacts: int
    touchpoints: int
    kind: str
    unit: str
    sum: float


def found_of(room_id: str, filters: Filters) -> Found:
    rows = _narrowed(room_id, _shown(room_id, filters.show), filters).order_by()
    of = {name: Count(name, distinct=True) for name in ("account", "contact", "touchpoint")}
    counts = rows.aggregate(Count("pk"), **{f"{name}s": count for name, count in of.items()})
    kind, unit = filters.stated
    total = 0.0
    if kind == "revenue":
        accounts = Account.objects.filter(pk__in=rows.values("account"))
        total = float(accounts.aggregate(Sum("yearly_revenue"))["yearly_revenue__sum"] or 0)
    elif kind:
        total = summed(kind, unit).filter(comment__in=rows).aggregate(Sum("low"))["low__sum"] or 0.0
    return Found(counts.pop("pk__count"), **counts, kind=kind, unit=unit or "", sum=total)


# -- group by group ----------------------------------------------------------------------------
class Grouped(Sequence[Comment]):
    """The comments of the desk group by group, as far as a page asks for them: each knows its `head`, the name of its
    group and how many are in it. Sorting all of them by the name of something else would take too long."""

    def __init__(self, found: QuerySet[Comment], groups: Iterable[tuple[str, Q, int]]) -> None:
        self._found, self._groups = found, [group for group in groups if group[2]]

    def __len__(self) -> int:
        return sum(count for _, _, count in self._groups)

    def __getitem__(self, at: Any) -> Any:
        if not isinstance(at, slice):
            return self[at : at + 1][0]
        start, stop, _ = at.indices(len(self))
        rows: list[Comment] = []
        for name, which, count in self._groups:
            if start < count and stop > 0:
                for row in self._found.filter(which)[max(start, 0) : stop]:
                    row.head = f"{name} · {count:,}"  # type: ignore[attr-defined]
                    rows.append(row)
            start, stop = start - count, stop - count
        return rows


def grouped(room_id: str, filters: Filters) -> Grouped:
    """The desk by stage (where they are placed, or may belong) or by aim. One query for all counts."""
    found = desk(room_id, filters)
    plain = found.select_related(None).prefetch_related(None).order_by()
    if filters.by == "aim":
        aims = Aim.objects.filter(room=room_id, removed_at=None).order_by("name")
        counts = dict(plain.values_list("aim").annotate(Count("pk")))
        known = [(aim.name, Q(aim=aim), counts.pop(aim.pk, 0)) for aim in aims]
        return Grouped(found, [*known, ("No aim yet", ~Q(aim__in=list(aims)) | Q(aim=None), sum(counts.values()))])
    stages = list(Stage.objects.filter(room=room_id, removed_at=None).order_by("order", "pk"))
    now = dict(Touchpoint.objects.filter(room=room_id).values_list("pk", "stage"))
    by_stage: dict[str | None, int] = {}
    for touchpoint, stage, suggested, count in plain.values_list("touchpoint", "stage", "suggested_stage").annotate(
        Count("pk")
    ):
        at = now[touchpoint] if touchpoint else stage or suggested
        by_stage[at] = by_stage.get(at, 0) + count
    groups = []
    nowhere = Q(pk__isnull=False)
    for row in stages:
        here = in_stage(row.pk) | Q(touchpoint=None, stage=None, suggested_stage=row)
        groups.append((row.name, here, by_stage.pop(row.pk, 0)))
        nowhere &= ~here
    return Grouped(found, [*groups, ("No stage yet", nowhere, sum(by_stage.values()))])
