"""Customers' words on pages: quantities highlighted, figures short enough to read in passing."""

from __future__ import annotations

from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from voices.filters import Filters, Found
from voices.models import Comment

register = template.Library()
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}


@register.filter
def marked(comment: Comment) -> SafeString:
    """The comment's text, escaped, with what it states of time, money and effort in <mark>."""
    parts, at, text = [], 0, comment.text
    for quantity in comment.quantities.all():
        if at <= quantity.start < quantity.end <= len(text):
            parts.append(
                format_html("{}<mark>{}</mark>", text[at : quantity.start], text[quantity.start : quantity.end])
            )
            at = quantity.end
    parts.append(format_html("{}", text[at:]))
    return mark_safe("".join(parts))


@register.filter
def unlocalised(value: float | str | None) -> str:
    """A number as it is typed: “4500”, “1.5”; what was typed stays as it is."""
    return f"{value:.10g}" if isinstance(value, float) else str(value or "")


@register.filter
def get(mapping: dict[str, str], key: str) -> str:
    return mapping.get(key, "")


@register.filter
def beside(names: list[tuple[int, str]], cells: list[int]) -> list[tuple[int, int]]:
    """The number of each column with the cell under it."""
    return [(number, cell) for (number, _), cell in zip(names, cells, strict=True)]


@register.simple_tag
def querystring_of(filters: Filters, page: int, without: str = "") -> str:
    """The filters of the desk as a query, on another page; without one of them."""
    given = {**asdict(filters), "page": page}
    return urlencode({name: value for name, value in given.items() if value and name != without})


@register.filter
def spent(minutes: float | None) -> str:
    """Minutes as people say them, with 8-hour days: “45 minutes”, “6 hours”, “61 days”."""
    value = minutes or 0
    if value < 60:
        return _plural(value, "minute")
    return _plural(value / 60, "hour") if value < 16 * 60 else _plural(value / 480, "day")


def _plural(value: float, unit: str) -> str:
    number = round(value)
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


@register.filter
def comes_to(found: Found) -> str:
    """What comments that a filter shows add up to: “12 comments of 9 accounts and 7 people, at 5 touchpoints; £18,400”."""
    who = [_plural(found.accounts, "account")] if found.accounts else []
    if found.contacts:
        who.append("1 person" if found.contacts == 1 else f"{found.contacts:,} people")
    words = _plural(found.comments, "comment") + (f" of {' and '.join(who)}" if who else "")
    if found.touchpoints:
        words += f", at {_plural(found.touchpoints, 'touchpoint')}"
    return f"{words}; {_sum(found)}" if found.kind and found.sum else words


def _sum(found: Found) -> str:
    if found.kind == "time":
        return spent(found.sum)
    if found.kind == "hours":
        return f"{_short(found.sum / 60)} h of work"
    if found.kind == "days":
        return f"{_short(found.sum / 480)} days of waiting"
    if found.kind == "effort":
        return f"{found.sum:,.0f} calls, forms or e-mails"
    per_year = " a year" if found.kind == "revenue" else ""
    return f"{_SIGNS.get(found.unit, f'{found.unit} ')}{found.sum:,.0f}{per_year}" if found.unit else ""


def _short(value: float) -> str:
    """As on the map: one decimal below twenty."""
    number = Decimal(value).quantize(Decimal("0.1") if value < 20 else Decimal(1), ROUND_HALF_UP)
    return f"{number:,f}".removesuffix(".0")


@register.filter
def money(stated: dict[str, object] | None) -> str:
    """A sum with its currency as written: “£184k”, “€950”."""
    if not stated:
        return "–"
    return amount(float(stated["sum"] or 0), str(stated["unit"]))  # type: ignore[arg-type]


@register.filter
def amount(value: float, unit: str) -> str:
    """A number with its currency as written: “£184k”, “€950”."""
    sign = _SIGNS.get(unit, f"{unit} " if unit else "")
    for size, letter in ((1e6, "m"), (1e4, "k")):
        if value >= size:
            by = 1e6 if letter == "m" else 1e3
            return f"{sign}{value / by:,.1f}".removesuffix(".0") + letter
    return f"{sign}{value:,.0f}"
