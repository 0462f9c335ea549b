"""What customers' own words say it cost them, added up: time, money, effort, by the currency as written.

What is no cost is left out everywhere: rates ("40 hours a month": nobody knows for how long), ages, numbers that tell how
large something is. Where they give two numbers, the lower one counts. A day has eight hours, as the pages say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, Value, When

from live.models import Event
from voices.models import Comment, Quantity
from voices.queries import comments_of, customers, waiting

WAITING = 2 * 8 * 60  # minutes: from two working days on somebody waited rather than worked
MOST_EFFORT = 1_000  # nobody calls a thousand times: such a number tells how large a fleet or an order is
AGES = 126 * 8 * 60  # from half a year on it tells how long something has been so, not how long she waited

# What comments can be asked for from a sum: those that it adds up.
STATES = {
    "time": "State time", "hours": "State hours of work", "days": "State days of waiting", "money": "Name money",
    "effort": "Count effort", "revenue": "From accounts whose revenue we know",
}  # fmt: skip


def summed(kind: str = "", unit: str | None = None) -> QuerySet[Quantity]:
    """The quantities that sums add up; those of one of STATES, in one currency."""
    rows = Quantity.objects.filter(rate="", low__gt=0).exclude(kind=Quantity.Kind.TIME, low__gte=AGES)
    rows = rows.exclude(kind=Quantity.Kind.COUNT, low__gte=MOST_EFFORT)
    if kind in ("hours", "days"):
        here = Q(low__lt=WAITING) if kind == "hours" else Q(low__gte=WAITING)
        return rows.filter(here, kind=Quantity.Kind.TIME)
    if kind:
        rows = rows.filter(kind=Quantity.Kind.COUNT if kind == "effort" else kind)
    return rows if unit is None else rows.filter(unit=unit)


def stated_on(room_id: str, touchpoints: Iterable[str], stages: Iterable[str]) -> dict[str, dict[str, float]]:
    """Touchpoint or stage → what customers' own words say it cost them there; only places where they say something.

    "hours" of work, "days" of waiting, money by its currency. A stage counts what is placed on it and on no touchpoint.
    """
    here = Q(touchpoint__in=list(touchpoints)) | Q(touchpoint=None, stage__in=list(stages))
    quantities = summed().filter(comment__in=customers(room_id).filter(here))
    found: dict[str, dict[str, float]] = {}
    for touchpoint, stage, kind, unit, low in quantities.values_list(
        "comment__touchpoint", "comment__stage", "kind", "unit", "low"
    ):
        assert low is not None  # "low > 0" leaves no row without it
        if kind == Quantity.Kind.TIME:
            name, amount = ("hours", low / 60) if low < WAITING else ("days", low / 480)
        elif kind == Quantity.Kind.MONEY:
            name, amount = unit, low
        else:
            continue
        costs = found.setdefault(touchpoint or stage, {})
        total = round(costs.get(name, 0) + amount, 2)
        costs[name] = int(total) if total == int(total) else total  # whole numbers look the same to every reader
    return found


def sums(room_id: str) -> dict[str, Any]:
    """The figures over the desk: how much is placed, and the time, money and effort customers stated."""
    comments = comments_of(room_id)
    total = comments.count()
    stated = _stated(room_id, total)
    money = sorted((row for row in stated if row["kind"] == "money"), key=lambda row: -(row["sum"] or 0))
    by_kind = {row["kind"]: row for row in stated if row["kind"] != Quantity.Kind.MONEY}
    return {
        "total": total,
        "placed": total - waiting(room_id, comments).count(),
        "time": by_kind.get(Quantity.Kind.TIME),
        "money": money[0] if money else None,
        "other_money": money[1:3],
        "effort": by_kind.get(Quantity.Kind.COUNT, {"sum": 0, "comments": 0}),
    }


def _stated(room_id: str, total: int) -> list[dict[str, Any]]:
    """Sums by kind, of money by currency. They change only where a comment or a quantity comes, goes or is corrected, so
    they are kept until then: over a hundred thousand comments they take longer than everything else on the page."""
    newest = (model.objects.aggregate(Max("pk"))["pk__max"] for model in (Comment, Quantity))
    last = Event.objects.filter(room=room_id).filter(Q(name__startswith="comment.") | Q(name="undone")).order_by("-seq")
    key = f"stated-{room_id}-{total}-{last.values_list('seq', flat=True).first()}-" + "-".join(map(str, newest))
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        currency = Case(When(kind=Quantity.Kind.MONEY, then=F("unit")), default=Value(""))
        rows = summed().filter(comment__in=comments_of(room_id)).annotate(currency=currency).values("kind", "currency")
        added = rows.annotate(sum=Sum("low"), comments=Count("comment", distinct=True)).order_by()
        found = [{**row, "unit": row["currency"]} for row in added]
        cache.set(key, found, 3_600)
    return found
