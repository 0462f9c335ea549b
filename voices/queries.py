"""Reading what customers said, always through a journey the person may see."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.http import Http404
from django.utils import timezone

from accounts.actors import Actor
from personas.models import Aim
from touchpoints.models import Evidence, Journey, Stage, Touchpoint
from touchpoints.queries import journey_for
from voices.models import FROM_CUSTOMERS, Account, Comment, CommentImport, Grouping, Issue, Quantity, SourceKind
from voices.ranking import Ranked, Standing, what_changed

# From this confidence on a suggestion is called sure.
SURE = 0.7


def comments_of(room_id: str) -> QuerySet[Comment]:
    """The comments of a journey: those of finished imports that were not undone, and single ones.

    Nearly always that is every comment there is, and is asked so: then counting them reads an index and nothing else.
    """
    states = CommentImport.State
    imports = CommentImport.objects.filter(room=room_id)
    left = imports.filter(state__in=(states.FAILED, states.UNDONE))
    left = left.filter(Exists(Comment.objects.filter(comment_import=OuterRef("pk"))))
    on_the_way = imports.filter(state__in=(states.QUEUED, states.RUNNING))
    not_yet = [*on_the_way.values_list("pk", flat=True), *left.values_list("pk", flat=True)]
    found = Comment.objects.filter(room=room_id)
    return found.exclude(comment_import__in=not_yet) if not_yet else found


def import_for(identity: str | None, pk: str) -> tuple[CommentImport, Journey, Actor]:
    """An import, its journey and who this person is there. Http404 for strangers and for what does not exist."""
    found = CommentImport.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such import.")
    journey, actor = journey_for(identity, found.room_id)
    return found, journey, actor


def imports_of(room_id: str) -> QuerySet[CommentImport]:
    return CommentImport.objects.filter(room=room_id).defer("preview").order_by("-created_at")


@dataclass(frozen=True)
class Used:
    """How much of what a file brought is used so far: placed on the map, or read through by somebody."""

    comments: int
    used: int

    @property
    def percent(self) -> int:
        return round(100 * self.used / self.comments) if self.comments else 0


def used_of(room_id: str) -> dict[str | None, Used]:
    """Import (None: comments that came one by one) → how much of it is used. One query."""
    rows = comments_of(room_id).values_list("comment_import").order_by()
    read = Q(placed_at__isnull=False) | Q(coded_at__isnull=False)
    return {pk: Used(*counts) for pk, *counts in rows.annotate(all=Count("pk"), used=Count("pk", filter=read))}


# -- what comments add up to -------------------------------------------------------------------
def tallies(room_id: str, touchpoints: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Touchpoint → (customers' comments placed on it, evidence level that follows), for each one asked for."""
    wanted = list(touchpoints)
    groups = (
        comments_of(room_id)
        .filter(touchpoint__in=wanted)
        .values("touchpoint", "source_kind")
        .annotate(count=Count("pk"), accounts=Count("account", distinct=True))
    )
    by_touchpoint: dict[str, dict[str, int]] = {pk: {} for pk in wanted}
    for group in groups:
        by_touchpoint[group["touchpoint"]][group["source_kind"]] = group["count"]
    accounts = (
        comments_of(room_id)
        .filter(touchpoint__in=wanted, source_kind__in=FROM_CUSTOMERS)
        .values("touchpoint")
        .annotate(accounts=Count("account", distinct=True))
    )
    distinct = {row["touchpoint"]: row["accounts"] for row in accounts}
    return {
        pk: (sum(kinds.get(kind, 0) for kind in FROM_CUSTOMERS), evidence_level(kinds, distinct.get(pk, 0)))
        for pk, kinds in by_touchpoint.items()
    }


WAITING = 2 * 8 * 60  # minutes: from two working days on somebody waited rather than worked
MOST_EFFORT = 1_000  # nobody calls a thousand times: such a number tells how large a fleet or an order is
AGES = 126 * 8 * 60  # from half a year on it tells how long something has been so, not how long she waited


def stated_on(room_id: str, touchpoints: Iterable[str], stages: Iterable[str]) -> dict[str, dict[str, float]]:
    """Touchpoint or stage → what customers' own words say it cost them there; only places where they say something.

    "hours" of work, "days" of waiting (of 8 hours), money by its currency as written, each the lower number where
    they give two. A stage counts what is placed on it and on no touchpoint. Rates ("40 hours a month") are left out:
    nobody knows for how long.
    """
    here = Q(touchpoint__in=list(touchpoints)) | Q(touchpoint=None, stage__in=list(stages))
    said = comments_of(room_id).filter(here, source_kind__in=FROM_CUSTOMERS)
    quantities = Quantity.objects.filter(comment__in=said, rate="", low__gt=0)
    found: dict[str, dict[str, float]] = {}
    name, amount = "", 0.0
    rows = quantities.values_list("comment__touchpoint", "comment__stage", "kind", "unit", "low")
    for touchpoint, stage, kind, unit, low in rows:
        assert low is not None  # "low > 0" leaves no row without it
        if kind == Quantity.Kind.TIME and low < AGES:
            name, amount = ("hours", low / 60) if low < WAITING else ("days", low / 480)
        elif kind == Quantity.Kind.MONEY:
            name, amount = unit, low
        else:
            continue
        costs = found.setdefault(touchpoint or stage, {})
        total = round(costs.get(name, 0) + amount, 2)
        costs[name] = int(total) if total == int(total) else total  # whole numbers look the same to every reader
    return found


@dataclass(frozen=True)
class LetDown:
    """An issue with its place, and what stands behind it: hours and money customers state (by currency as written),
    and the yearly revenue of its accounts, each counted once. `settled`: a person gave the severity; otherwise it is
    the highest that a coder gave to one of its comments."""

    ranked: Ranked
    settled: bool
    hours: float
    money: dict[str, float]
    revenue: dict[str, float]

    @property
    def issue(self) -> Issue:
        row: Issue = self.ranked.standing.of
        return row


def let_downs(room_id: str) -> list[LetDown]:
    """The issues of a journey in the order that counts for customers. Five queries."""
    issues = list(Issue.objects.filter(room=room_id, removed_at=None).select_related("touchpoint", "touchpoint__lead"))
    said = comments_of(room_id).filter(issue__in=issues, source_kind__in=FROM_CUSTOMERS)
    coded = dict(said.exclude(severity=None).values_list("issue").annotate(Max("severity")))
    quantities = Quantity.objects.filter(comment__in=said, rate="", low__gt=0)
    times = quantities.filter(kind=Quantity.Kind.TIME, low__lt=AGES)
    minutes = dict(times.values_list("comment__issue").annotate(total=Sum("low")))
    money: dict[str, dict[str, float]] = {}
    sums = quantities.filter(kind=Quantity.Kind.MONEY).values_list("comment__issue", "unit").annotate(total=Sum("low"))
    for issue, unit, total in sums:
        money.setdefault(issue, {})[unit] = total
    revenue: dict[str, dict[str, float]] = {}
    behind = said.exclude(account__yearly_revenue=None).values_list(
        "issue", "account", "account__yearly_revenue", "account__currency"
    )
    for issue, _, amount, currency in behind.distinct():
        of = revenue.setdefault(issue, {})
        of[currency] = of.get(currency, 0) + float(amount or 0)
    ranked = what_changed(
        Standing(
            row.title, row.severity or coded.get(row.pk, 0), row.accounts, row.company_severity or 0,
            minutes.get(row.pk) or 0, row,
        )
        for row in issues
    )  # fmt: skip
    return [
        LetDown(
            one, bool(one.standing.of.severity), one.standing.minutes / 60, money.get(one.standing.of.pk, {}),
            revenue.get(one.standing.of.pk, {}),
        )
        for one in ranked
    ]  # fmt: skip


def standings_of(room_id: str) -> list[Ranked]:
    """The let-downs of a journey, ranked; `standing.of` is the issue."""
    return [one.ranked for one in let_downs(room_id)]


def evidence_level(kinds: dict[str, int], accounts: int) -> str:
    """How well comments back an item: counts by source kind, and distinct accounts among customers' own."""
    if any(kinds.get(kind) for kind in FROM_CUSTOMERS):
        return Evidence.STRONG if accounts >= 3 else Evidence.VOICED
    if kinds.get(SourceKind.HEARD):
        return Evidence.HEARD
    return Evidence.OPINION if kinds.get(SourceKind.OPINION) else Evidence.NONE


# -- the desk ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Filters:
    """What the desk shows. `show`: waiting, placed or all."""

    show: str = "waiting"
    search: str = ""
    source: str = ""
    stage: str = ""
    touchpoint: str = ""
    issue: str = ""
    theme: str = ""
    aim: str = ""
    account: str = ""
    group: str = ""  # number of a natural group, or "alone"
    segment: str = ""
    score: str = ""
    months: str = ""
    file: str = ""  # an import
    second: str = ""  # read twice: all, or where two people differ about the stage or the severity
    states: str = ""  # what a sum is made of: one of STATES, with its currency after a dash where it has one
    by: str = ""  # grouped by stage or aim; else as they come
    page: int = 1

    @classmethod
    def of(cls, values: Any) -> Filters:
        show = values.get("show", "waiting")
        page = values.get("page", "1")
        return cls(
            show if show in ("waiting", "placed", "all") else "waiting",
            values.get("search", "").strip()[:120],
            values.get("source", "")[:60],
            values.get("stage", "")[:24],
            values.get("touchpoint", "")[:24],
            values.get("issue", "")[:24],
            _number(values.get("theme", "")),
            values.get("aim", "")[:24],
            _number(values.get("account", "")),
            values.get("group", "") if values.get("group", "") == "alone" else _number(values.get("group", "")),
            values.get("segment", "")[:80],
            values.get("score", "") if values.get("score", "") in SCORES else "",
            values.get("months", "") if values.get("months", "") in ("1", "3", "6", "12") else "",
            values.get("file", "")[:24],
            values.get("second", "") if values.get("second", "") in ("all", "stage", "severity") else "",
            _stating(values.get("states", "")),
            values.get("by", "") if values.get("by", "") in ("stage", "aim") else "",
            int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    @property
    def some(self) -> bool:
        narrow = (self.search, self.source, self.stage, self.touchpoint, self.issue, self.theme, self.aim, self.account)
        return any((*narrow, self.group, self.segment, self.score, self.months, self.file, self.second, self.states))

    @property
    def behind(self) -> int:
        """How many of the filters that stand behind “More” are set."""
        return sum(map(bool, (self.aim, self.account, self.score, self.months, self.segment)))


# Where two people who read the same comment say the same of it.
AGREES = {
    "stage": Q(stage=F("second__stage")) | Q(stage=None, second__stage=None),
    "severity": Q(severity=F("second__severity")) | Q(severity=None, second__severity=None),
}

# What a score says on its own scale: unhappy, in between, happy.
SCORES = {"low": "Unhappy", "middle": "In between", "high": "Happy", "none": "No score"}
_BANDS = {"nps": (6, 9), "csat": (2, 4), "ces": (3, 6), "sentiment": (-0.25, 0.25), "percent": (40, 70)}


def _scored(band: str) -> Q:
    if band == "none":
        return Q(score=None)
    low = Q(scale="csat_down", score__gte=4)
    high = Q(scale="csat_down", score__lte=2)
    for scale, (to, since) in _BANDS.items():
        low |= Q(scale=scale, score__lte=to)
        high |= Q(scale=scale, score__gte=since)
    return {"low": low, "high": high, "middle": Q(score__isnull=False) & ~low & ~high & ~Q(scale="")}[band]


# What comments can be asked for from a sum: those that it adds up.
STATES = {
    "time": "State time", "money": "Name money", "effort": "Count effort", "revenue": "From accounts whose revenue we know",
}  # fmt: skip


def _stating(text: str) -> str:
    kind, _, unit = text.partition("-")
    return text[:16] if kind in STATES and unit.isalnum() == bool(unit) and unit.isascii() else ""


def _summed() -> QuerySet[Quantity]:
    """The quantities that sums add up: no rates, no ages, nothing that nobody counts."""
    rows = Quantity.objects.filter(rate="").exclude(kind=Quantity.Kind.TIME, low__gte=AGES)
    return rows.exclude(kind=Quantity.Kind.COUNT, low__gte=MOST_EFFORT)


def _adding_up(comments: QuerySet[Comment], filters: Filters) -> QuerySet[Comment]:
    """Those that a sum is made of; behind a let-down only customers' own words count."""
    kind, _, unit = filters.states.partition("-")
    if filters.issue:
        comments = comments.filter(source_kind__in=FROM_CUSTOMERS)
    if kind == "revenue":
        comments = comments.exclude(account__yearly_revenue=None)
        return comments.filter(account__currency=unit) if unit else comments
    rows = _summed().filter(kind=Quantity.Kind.COUNT if kind == "effort" else kind)
    return comments.filter(pk__in=(rows.filter(unit=unit) if unit else rows).values("comment"))


def _number(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 19 else ""


def waiting(room_id: str, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those without a place, or whose place was rubbed out."""
    gone = list(Touchpoint.objects.filter(room=room_id, removed_at__isnull=False).values_list("pk", flat=True))
    return comments.filter(Q(placed_at=None) | Q(touchpoint__in=gone)) if gone else comments.filter(placed_at=None)


def desk(room_id: str, filters: Filters) -> QuerySet[Comment]:
    """The comments a filter shows: the ones with a sure suggestion first, so that they go by the dozen."""
    comments = comments_of(room_id)
    if filters.show == "waiting":
        comments = waiting(room_id, comments)
    elif filters.show == "placed":
        comments = comments.exclude(placed_at=None)
    if filters.source:
        comments = comments.filter(source=filters.source)
    if filters.stage:
        comments = comments.filter(Q(stage=filters.stage) | Q(placed_at=None, suggested_stage=filters.stage))
    for name in ("touchpoint", "issue", "theme", "aim", "account"):
        if value := getattr(filters, name):
            comments = comments.filter(**{name: value})
    if filters.group:
        comments = comments.filter(pk__in=_in_group(room_id, filters.group))
    if filters.segment:
        comments = comments.filter(account__segment=filters.segment)
    if filters.score:
        comments = comments.filter(_scored(filters.score))
    if filters.file:
        comments = comments.filter(comment_import=filters.file)
    if filters.second:
        comments = comments.exclude(second=None)
        if filters.second in AGREES:
            comments = comments.exclude(AGREES[filters.second])
    if filters.states:
        comments = _adding_up(comments, filters)
    if filters.months:
        since = timezone.localdate() - datetime.timedelta(days=round(365.25 / 12 * int(filters.months)))
        comments = comments.filter(said_on__gte=since)
    if filters.search:
        comments = comments.filter(Q(text__icontains=filters.search) | Q(account__name__icontains=filters.search))
    related = ("account", "contact", "touchpoint", "stage", "suggested", "suggested_stage", "aim")
    order = {"waiting": ("-confidence", "pk"), "placed": ("-placed_at", "-pk"), "all": ("-pk",)}[filters.show]
    return comments.select_related(*related).prefetch_related("quantities").order_by(*order)


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
    by_stage: dict[str | None, int] = {}
    for stage, suggested, count in plain.values_list("stage", "suggested_stage").annotate(Count("pk")):
        by_stage[stage or suggested] = by_stage.get(stage or suggested, 0) + count
    groups = [(row.name, Q(stage=row) | Q(stage=None, suggested_stage=row), by_stage.pop(row.pk, 0)) for row in stages]
    ids = [row.pk for row in stages]
    here = Q(stage__in=ids) | Q(stage=None, suggested_stage__in=ids)
    nowhere = Q(stage=None, suggested_stage=None) | (Q(stage__isnull=False) | Q(suggested_stage__isnull=False)) & ~here
    return Grouped(found, [*groups, ("No stage yet", nowhere, sum(by_stage.values()))])


def _in_group(room_id: str, number: str) -> list[int]:
    row = Grouping.objects.filter(room=room_id).first()
    if row is None:
        return []
    if number == "alone":
        return list(row.alone)
    return list(row.groups[int(number)]["members"]) if int(number) < len(row.groups) else []


def sure(room_id: str) -> QuerySet[Comment]:
    """Comments that wait and whose suggested touchpoint is sure."""
    found = waiting(room_id, comments_of(room_id))
    return found.filter(confidence__gte=SURE, suggested__isnull=False, suggested__removed_at=None)


def sums(room_id: str) -> dict[str, Any]:
    """The figures over the desk: how much is placed, and the time, money and effort customers stated."""
    comments = comments_of(room_id)
    total = comments.count()
    stated = _stated(room_id, total)
    money = sorted((row for row in stated if row["kind"] == "money"), key=lambda row: -(row["sum"] or 0))
    counts = [row for row in stated if row["kind"] == "count"]
    time = next((row for row in stated if row["kind"] == "time"), None)
    return {
        "total": total,
        "placed": total - waiting(room_id, comments).count(),
        "time": time,
        "money": money[0] if money else None,
        "other_money": money[1:3],
        "effort": {"sum": sum(row["sum"] or 0 for row in counts), "comments": sum(row["comments"] for row in counts)},
    }


def _stated(room_id: str, total: int) -> list[dict[str, Any]]:
    """Sums by kind and unit. They change only where a quantity or a comment comes or goes, so they are kept until then:
    over a hundred thousand comments they take longer than everything else on the page."""
    newest = (model.objects.aggregate(Max("pk"))["pk__max"] for model in (Comment, Quantity))
    key = f"stated-{room_id}-{total}-" + "-".join(map(str, newest))
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        summed = (
            _summed()
            .filter(comment__in=comments_of(room_id))
            .values("kind", "unit")
            .annotate(sum=Sum("low"), comments=Count("comment", distinct=True))
        )
        found = [dict(row) for row in summed]
        cache.set(key, found, 3_600)
    return found


def targets(room_id: str) -> list[tuple[Stage, list[Touchpoint]]]:
    """The map as a list to drop on: its stages in order with their touchpoints."""
    stages = Stage.objects.filter(room=room_id, removed_at=None).order_by("order", "pk")
    touchpoints: dict[str, list[Touchpoint]] = {}
    rows = Touchpoint.objects.filter(room=room_id, removed_at=None).select_related("lead").order_by("order", "pk")
    for row in rows:
        touchpoints.setdefault(row.stage_id, []).append(row)
    return [(stage, touchpoints.get(stage.pk, [])) for stage in stages]


def sources_of(room_id: str, total: int) -> list[str]:
    """Where they come from, by name. `total`: how many comments there are; kept until it changes."""
    key = f"sources-{room_id}-{total}"
    found: list[str] | None = cache.get(key)
    if found is None:
        named = comments_of(room_id).exclude(source="").order_by("source")
        found = list(named.values_list("source", flat=True).distinct()[:60])
        cache.set(key, found, 3_600)
    return found


MOST_ACCOUNTS = 300  # in a list to choose from; of more, the search finds them by name


def accounts_of(room_id: str) -> list[Account]:
    """The accounts that said something, by name; none where there are too many to choose from."""
    ids = comments_of(room_id).exclude(account=None).values_list("account", flat=True).distinct().order_by()
    found = list(ids[: MOST_ACCOUNTS + 1])
    return [] if len(found) > MOST_ACCOUNTS else list(Account.objects.filter(pk__in=found).order_by("name"))


def words_at(room_id: str, touchpoint: str, most: int = 50) -> QuerySet[Comment]:
    """What customers said at a touchpoint, newest first; only what a person placed there."""
    return (
        comments_of(room_id)
        .filter(touchpoint=touchpoint)
        .select_related("account", "contact")
        .prefetch_related("quantities")
        .order_by("-said_on", "-pk")[:most]
    )
