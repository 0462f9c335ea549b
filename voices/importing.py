"""One row of a file becomes one comment, or a reason why not. Pure: no database, same answer every time.

A `Plan` says how to read the file. `read_row` gives a `Candidate`, a `Problem` with a sentence that names
the column, or None when the row says nothing. What the file cannot tell (whether 3/4 is in March or in
April) is asked, never guessed.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from voices.cleaning import is_empty, redact, repair, tidy
from voices.files import MOST_TEXT

# The ends of every scale a score may be on.
LIMITS: dict[str, tuple[float, float]] = {
    "nps": (0, 10), "csat": (1, 5), "csat_down": (1, 5), "ces": (1, 7), "sentiment": (-1, 1), "percent": (0, 100),
}  # fmt: skip
EARLIEST = datetime.date(1990, 1, 1)


@dataclass(frozen=True)
class Plan:
    """How to read the rows: column number → field, and what was chosen for the whole file."""

    columns: dict[int, str]
    width: int
    source: str = ""
    scale: str = ""
    date_order: str = ""
    since: datetime.date | None = None
    redact: bool = True
    names: tuple[str, ...] = ()
    places: dict[str, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for place, name in self.columns.items():
            self.places.setdefault(name, []).append(place)

    def cells(self, field: str, cells: Sequence[str]) -> list[str]:
        return [cells[place] for place in self.places.get(field, ()) if place < len(cells)]

    def cell(self, field: str, cells: Sequence[str], most: int = 160) -> str:
        """One line for a field; several columns (first name, last name) are joined."""
        if field not in self.places:
            return ""
        line = " ".join(" ".join(repair(cell).split()) for cell in self.cells(field, cells) if cell.strip())
        return line[:most].strip()


@dataclass(frozen=True)
class Candidate:
    """A comment as it would be saved."""

    line: int
    text: str
    said_on: datetime.date | None
    account: str
    contact: str
    contact_role: str
    score: float | None
    touchpoint: str
    stage: str
    source: str
    external_id: str
    revenue: Decimal | None
    currency: str
    tier: str
    manager: str
    segment: str
    link: str
    dedupe: str
    repaired: bool = False
    off_scale: bool = False
    removed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A row that cannot come in: where it is, what is wrong, and its cells, to be mended."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Bare:
    """A score at a place, without a word about it."""

    line: int
    score: float
    place: str
    dedupe: str


@dataclass(frozen=True)
class Old:
    """A row from before the period that was chosen."""

    line: int


def is_to_come(day: datetime.date) -> bool:
    """True for a day that nobody anywhere can have spoken on yet."""
    return day > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)


def read_row(plan: Plan, line: int, cells: Sequence[str]) -> Candidate | Problem | Old | Bare | None:
    """A candidate, a problem, a row that is too old, a score without words, or None for a row that says nothing."""
    words = [cell for cell in plan.cells("text", cells) if not is_empty(cell)]
    if not words:
        return _bare(plan, line, cells)
    joined = "\n".join(words)
    mended = repair(joined)
    text = tidy(mended)
    try:
        if len(cells) > plan.width and any(cell.strip() for cell in cells[plan.width :]):
            raise ValueError(
                f"The row has {len(cells)} cells, the header {plan.width}. A separator may stand in a text."
            )
        if len(text) > MOST_TEXT:
            raise ValueError(f"The comment has {len(text):,} characters; {MOST_TEXT:,} can be kept.")
        said_on = parse_date(plan.cell("date", cells, 60), plan.date_order)
        if said_on and is_to_come(said_on):
            raise ValueError(f"The date {said_on.isoformat()} is still to come.")
    except ValueError as error:
        return Problem(line, str(error), tuple(cells))
    if plan.since and said_on and said_on < plan.since:
        return Old(line)
    return _candidate(plan, line, cells, text, said_on=said_on, repaired=mended != joined)


def _bare(plan: Plan, line: int, cells: Sequence[str]) -> Bare | None:
    score, _ = parse_score(plan.cell("score", cells, 40), plan.scale)
    place = plan.cell("touchpoint", cells) or plan.cell("stage", cells)
    if score is None or not place:
        return None
    whole = "\x1f".join([place, *(plan.cell(name, cells) for name in ("account", "contact", "date", "score"))])
    key = dedupe_key(plan.source, plan.cell("external_id", cells, 120), whole, "", None)
    return Bare(line, score, place, key)


def _candidate(
    plan: Plan, line: int, cells: Sequence[str], text: str, *, said_on: datetime.date | None, repaired: bool
) -> Candidate:
    account, external_id = plan.cell("account", cells), plan.cell("external_id", cells, 120)
    key = dedupe_key(plan.source, external_id, text, account, said_on)  # of the words as they came
    score, off_scale = parse_score(plan.cell("score", cells, 40), plan.scale)
    removed: dict[str, int] = {}
    if plan.redact:
        text, removed = redact(text, plan.names)
    revenue, currency = parse_amount(plan.cell("revenue", cells, 60))
    link = plan.cell("link", cells, 500)
    return Candidate(
        line=line,
        text=text,
        said_on=said_on,
        account=account,
        contact=plan.cell("contact", cells),
        contact_role=contact_role(plan.cell("contact_role", cells)),
        score=score,
        touchpoint=plan.cell("touchpoint", cells),
        stage=plan.cell("stage", cells),
        source=plan.cell("source", cells, 60) or plan.source,
        external_id=external_id,
        revenue=revenue,
        currency=currency,
        tier=plan.cell("tier", cells, 60),
        manager=plan.cell("manager", cells, 120),
        segment=plan.cell("segment", cells, 80),
        link=link if re.match(r"https?://", link, re.I) else "",
        dedupe=key,
        repaired=repaired,
        off_scale=off_scale,
        removed=removed,
    )


def dedupe_key(source: str, external_id: str, text: str, account: str, said_on: datetime.date | None) -> str:
    """(source, their id) when there is an id, else (text, account, date)."""
    if external_id:
        parts = ["id", source.casefold(), external_id]
    else:
        parts = ["text", " ".join(text.casefold().split()), account.casefold(), said_on.isoformat() if said_on else ""]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:40]


def contact_role(text: str) -> str:
    """A buying role out of a job title, where the title says it."""
    title = text.casefold()
    for role, words in (
        ("decision_maker", "decision|director|chief|ceo|cfo|coo|vp|president|owner|geschäftsführ|head of"),
        ("buyer", "buyer|purchas|procure|einkauf|sourcing"),
        ("influencer", "influenc|consult|advis"),
        ("user", "user|operator|engineer|technician|planner|maintenance|anwender|clerk"),
    ):
        if re.search(rf"\b(?:{words})", title):
            return role
    return ""


# -- dates -------------------------------------------------------------------------------------
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), start=1
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2,4})(?:[ ,T].*)?")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2,4})(?:[ ,T].*)?")
_NAMED = re.compile(
    r"(?:\w{2,9},?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+([A-Za-zäé]{3,9})\.?[\s,-]+(\d{2,4})(?:[ ,T].*)?"
)
_NAMED_US = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:[ ,T].*)?")


def parse_date(text: str, order: str = "") -> datetime.date | None:
    """A date, or None for none. Raises ValueError with a sentence. `order` is "dmy" or "mdy" for 3/4/2024."""
    if not text or is_empty(text):
        return None
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DOTTED.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _SLASHED.fullmatch(text):
        first, second, year = (int(part) for part in match.groups())
        if order not in ("dmy", "mdy"):
            order = "dmy" if first > 12 else "mdy" if second > 12 else ""
            if not order:
                raise ValueError(f"“{text}” may be two dates. Choose whether the day or the month comes first.")
        day, month = (first, second) if order == "dmy" else (second, first)
        if month > 12 >= day:  # the file mixes both orders, and this one can only be read the other way
            day, month = month, day
    elif (match := _NAMED.fullmatch(text)) and match[2].lower()[:3] in _MONTHS:
        day, month, year = int(match[1]), _MONTHS[match[2].lower()[:3]], int(match[3])
    elif (match := _NAMED_US.fullmatch(text)) and match[1].lower()[:3] in _MONTHS:
        day, month, year = int(match[2]), _MONTHS[match[1].lower()[:3]], int(match[3])
    else:
        raise ValueError(f"“{text}” is no date.")
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}” is no date: there is no such day.") from None
    if found < EARLIEST:
        raise ValueError(f"The date {found.isoformat()} lies before 1990.")
    return found


def date_order(values: Iterable[str]) -> str:
    """Whether the day comes first in dates such as 3/4/2024: "dmy", "mdy", "" when there are none, "?" when
    the dates leave it open or contradict each other: then a person is asked."""
    seen = day_first = month_first = False
    for value in values:
        match = _SLASHED.fullmatch(value.strip())
        if match and int(match[1]) and int(match[2]):  # 00/00/0000 is no date in any order
            seen = True
            day_first = day_first or int(match[1]) > 12
            month_first = month_first or int(match[2]) > 12
    if not seen:
        return ""
    return "?" if day_first == month_first else "dmy" if day_first else "mdy"


# -- numbers -----------------------------------------------------------------------------------
def parse_score(text: str, scale: str) -> tuple[float | None, bool]:
    """A number on the scale, or None; and whether there was a number that does not lie on it."""
    match = re.match(r"(-?\d+(?:[.,]\d+)?)\s*(?:%|/\s*\d+\b)?", text) if scale else None
    if match is None:
        return None, False
    value, (low, high) = float(match[1].replace(",", ".")), LIMITS[scale]
    return (value, False) if low <= value <= high else (None, True)


_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}


def parse_amount(text: str) -> tuple[Decimal | None, str]:
    """“€ 99.000”, “1.234,56”, “$1,200,000.00” or “12500” as an amount and its currency ("" when none is written)."""
    match = re.search(r"\d[\d.,'’ \u00a0]*", text)
    if match is None:
        return None, ""
    currency = next((code for sign, code in _CURRENCIES.items() if sign in text), "")
    currency = currency or next((code for code in ("EUR", "USD", "GBP", "CHF") if code in text.upper()), "")
    digits = re.sub(r"[^\d.,]", "", match[0]).strip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark, decimals = digits[last], len(digits) - last - 1
        whole = decimals == 3 or digits.count(mark) > 1
        digits = re.sub(r"[.,]", "", digits) if whole else re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return None, ""
    return (amount, currency) if amount < Decimal(10) ** 12 else (None, "")
