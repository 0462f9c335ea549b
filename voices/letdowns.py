"""Let-downs in the order that counts for customers, with what stands behind each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Sum

from voices.coding import minutes_of
from voices.models import ANCHORS, Issue
from voices.queries import customers
from voices.ranking import Ranked, Standing, what_changed
from voices.stated import summed


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


@dataclass(frozen=True)
class Band:
    """The let-downs that are equally bad for customers. `start`: how many are worse; severity 0: nobody has said."""

    severity: int
    words: str
    count: int
    start: int


def bands_of(found: list[LetDown]) -> list[Band]:
    """How many let-downs there are of each severity, the worst first; those that nobody has rated only where there are any."""
    severities = [one.ranked.standing.severity for one in found]
    named = {**dict(enumerate(ANCHORS, start=1)), 0: "not rated yet"}
    return [
        Band(severity, named[severity], severities.count(severity), sum(other > severity for other in severities))
        for severity in (5, 4, 3, 2, 1, 0)
        if severity or 0 in severities
    ]


def let_downs(room_id: str) -> list[LetDown]:
    """The issues of a journey in the order that counts for customers. Five queries."""
    issues = list(Issue.objects.filter(room=room_id, removed_at=None).select_related("touchpoint", "touchpoint__lead"))
    said = customers(room_id).filter(issue__in=issues)
    coded = dict(said.exclude(severity=None).values_list("issue").annotate(Max("severity")))
    minutes = minutes_of(said)
    money: dict[str, dict[str, float]] = {}
    sums = summed("money").filter(comment__in=said).values_list("comment__issue", "unit").annotate(total=Sum("low"))
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
