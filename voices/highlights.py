"""Putting right what a comment states of time, money, people and counts: which words say so, and how much it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from live.context import Context
from live.values import Refused, clean_line
from touchpoints.commands import Payload
from voices.coding import count_issues
from voices.commands import count_again
from voices.models import Comment, Quantity
from voices.queries import comments_of

MOST = 40  # in one comment
TIMES = {"minutes": 1.0, "hours": 60.0, "days": 480.0, "weeks": 2_400.0}
COLUMNS = ("words", "kind", "low", "high", "unit", "rate", "start")
Amount = Annotated[float, Meta(ge=0, le=1e15)]


class Stated(Struct, forbid_unknown_fields=True):
    """One quantity: `start` and `end` count characters of the comment, time is in minutes, money in `unit`."""

    kind: Quantity.Kind
    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=1)]
    low: Amount | None = None
    high: Amount | None = None
    unit: str = ""
    rate: str = ""
    confirmed: bool = True


class MarkQuantities(Payload):
    """Say what a comment states: all of it; what is not given here it does not state. `was` is for undo."""

    id: int
    quantities: Annotated[list[Stated], Meta(max_length=MOST)]
    was: list[Stated] | UnsetType = UNSET


def mark_quantities(ctx: Context, data: MarkQuantities) -> None:
    comment = comments_of(ctx.room.id).filter(pk=data.id).first()
    if comment is None:
        raise Refused("unknown", "This comment is not here any more.", field="id")
    before = [_stated(row) for row in comment.quantities.all()]  # type: ignore[attr-defined]
    if data.was is not UNSET and before != data.was:
        raise Refused("conflict", "Somebody marked this comment again since. Look at it first.")
    given = sorted(data.quantities, key=lambda one: one.start)
    _check(given, len(comment.text))
    ctx.rows_are_written()
    Quantity.objects.filter(comment=comment).delete()
    Quantity.objects.bulk_create(
        Quantity(
            comment=comment, kind=one.kind, low=one.low, high=one.high, start=one.start, end=one.end,
            unit="min" if one.kind == Quantity.Kind.TIME else clean_line(one.unit or one.kind, 40, field="unit"),
            rate=clean_line(one.rate, 10, field="rate") if one.rate else "",
            confirmed_at=ctx.now if one.confirmed else None, confirmed_by=ctx.actor.key if one.confirmed else "",
        )
        for one in given
    )  # fmt: skip
    place = (comment.touchpoint_id or "", comment.stage_id or "")
    count_again(ctx, {place[0]}, set() if place[0] else {place[1]})
    count_issues(ctx, {comment.issue_id})
    after = [_stated(row) for row in Quantity.objects.filter(comment=comment)]
    ctx.undone_by("comment.mark", {"id": comment.pk, "quantities": _plain(before), "was": _plain(after)})


def _stated(row: Quantity) -> Stated:
    kind = Quantity.Kind(row.kind)
    return Stated(kind, row.start, row.end, row.low, row.high, row.unit, row.rate, row.confirmed_at is not None)


def _plain(rows: Iterable[Stated]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in row.__struct_fields__} for row in rows]


def _check(given: list[Stated], length: int) -> None:
    at = 0
    for one in given:
        if not at <= one.start < one.end <= length:
            raise Refused("invalid", "Two of these stand in the same words.", field="quantities")
        if one.low is not None and one.high is not None and one.high < one.low:
            raise Refused("invalid", "“Up to” is less than the amount.", field="quantities")
        at = one.end


# -- as a form ---------------------------------------------------------------------------------
def rows_of(comment: Comment) -> list[dict[str, Any]]:
    """What the comment states, as people read it: its words, and times in the largest unit that leaves no fraction."""
    found = []
    for row in comment.quantities.all():  # type: ignore[attr-defined]
        unit, by = row.unit, 1.0
        if row.kind == Quantity.Kind.TIME:
            fits = (name for name, size in reversed(TIMES.items()) if row.low is not None and row.low % size == 0)
            unit = next(fits, "minutes")
            by = TIMES[unit]
        low, high = (value if value is None else value / by for value in (row.low, row.high))
        found.append(
            {"words": comment.text[row.start : row.end], "kind": row.kind, "low": low, "unit": unit, "rate": row.rate,
             "high": None if high == low else high, "start": row.start, "confirmed": row.confirmed_at is not None}
        )  # fmt: skip
    return found


def from_form(comment: Comment, sent: Any) -> list[dict[str, Any]]:
    """The quantities a form gives, a row for each of `words`; a row without words is left out. Raises Refused."""
    found: list[dict[str, Any]] = []
    for words, kind, low, high, unit, rate, start in _rows(sent):
        if not words.strip():
            continue
        at = _place(comment.text, words.strip(), start, found)
        if kind not in Quantity.Kind.values:
            raise Refused("invalid", f"Say what “{words}” is: time, money, people or a count.", field="kind")
        by = TIMES.get(unit, 60.0) if kind == Quantity.Kind.TIME else 1.0
        amounts = [None if value is None else value * by for value in (_amount(low, words), _amount(high, words))]
        if amounts[0] is None:
            raise Refused("invalid", f"Say how much “{words}” is.", field="low")
        found.append(
            {"kind": kind, "start": at, "end": at + len(words.strip()), "low": amounts[0], "high": amounts[1] or amounts[0],
             "unit": unit.strip(), "rate": rate.strip()}
        )  # fmt: skip
    return found


def typed(sent: Any) -> list[dict[str, Any]]:
    """The rows of a form as they were typed, to be shown again."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in _rows(sent) if row[0].strip()]


def _rows(sent: Any) -> Iterable[tuple[str, ...]]:
    return zip(*(sent.getlist(name) for name in COLUMNS), strict=False)


def _place(text: str, words: str, start: str, found: list[dict[str, Any]]) -> int:
    """Where the words stand: where they stood, else the first place that no other row has taken."""
    if start.isascii() and start.isdigit() and text[int(start) : int(start) + len(words)] == words:
        return int(start)
    at = text.find(words)
    while at >= 0 and any(one["start"] < at + len(words) and at < one["end"] for one in found):
        at = text.find(words, at + 1)
    if at < 0:
        raise Refused("invalid", f"“{words}” does not stand in the comment. Copy its words from there.", field="words")
    return at


def _amount(text: str, words: str) -> float | None:
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1e15:
        raise Refused(
            "invalid", f"“{text}” of “{words}” is no amount. Write a number, such as 4500 or 1.5.", field="low"
        )
    return value
