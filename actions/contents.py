"""What a report says: one plain object of text and numbers, the same for the page, the PDF, the slides, the workbook
and the text. What is kept is this object as JSON, so every field has a value for reports that are older than it.

Two of them can be compared (`differences`): that is how a report knows what changed since the one before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

FRONT = 11  # promises on the first page; more of them go to an annex

# Tone of a promise → what promises of this tone are called together, and their icon; the most urgent first.
TONES = {
    "bad": ("Late or blocked", "octagon-alert"),
    "warn": ("At risk", "triangle-alert"),
    "ink": ("On track", "circle-dot"),
    "": ("Not begun", "circle"),
    "good": ("Kept", "circle-check"),
}


@dataclass
class Line:
    """One promise."""

    id: str
    title: str
    why: str = ""
    department: str = ""
    code: str = ""
    colour: int = 0
    owner: str = ""
    due: str = ""
    word: str = ""
    tone: str = ""
    icon: str = ""
    late: bool = False
    due_on: str = ""
    kind: str = ""
    change: str = ""
    measure: str = ""
    before: str = ""
    target: str = ""
    after: str = ""
    outcome: str = ""


@dataclass
class Change:
    """A measure before and after; `after` is empty while nobody has measured."""

    before: str
    after: str
    what: str
    note: str


@dataclass
class Need:
    """What somebody above has to decide or help with."""

    id: str
    what: str
    why: str


@dataclass
class Quote:
    text: str
    who: str


@dataclass
class Consequence:
    """What lets customers down and is worked on: how bad it is, and what it costs them by their own words."""

    title: str
    severity: int = 0
    hours: float = 0
    days: float = 0
    money: dict[str, float] = field(default_factory=dict)
    accounts: int = 0
    revenue: dict[str, float] = field(default_factory=dict)
    words: str = ""
    who: str = ""
    promises: int = 0

    @property
    def cost(self) -> str:
        """Hours, days of waiting and money in one line; empty where customers state none."""
        parts = [f"{self.hours:,.0f} h" if self.hours >= 10 else f"{self.hours:,.3g} h"] if self.hours else []
        parts += [f"{self.days:,.0f} days waiting"] if self.days else []
        return ", ".join([*parts, *amounts(self.money)])

    @property
    def behind(self) -> str:
        """The yearly revenue of the accounts that say so, where it is known."""
        return ", ".join(amounts(self.revenue))


@dataclass
class Function:
    """What a department promised and kept. No more: a report compares nobody."""

    name: str
    code: str
    colour: int
    promised: int = 0
    kept: int = 0

    @property
    def share(self) -> int:
        return round(100 * self.kept / max(self.promised, 1))


@dataclass
class Note:
    """What the sponsor wrote about a promise."""

    by: str
    text: str
    about: str
    on: str


@dataclass
class Difference:
    """Promises to which the same happened since the report before."""

    word: str
    titles: list[str]

    @property
    def said(self) -> str:
        return f"{len(self.titles)} {self.word}"


@dataclass
class Contents:
    workshop: str
    journey: str = ""
    headline: str = ""
    objective: str = ""
    measure: str = ""
    sponsor: str = ""
    held_on: str = ""
    made_on: str = ""
    since: str = ""
    kept: int = 0
    of: int = 0
    on_track: int = 0
    at_risk: int = 0
    late: int = 0
    not_begun: int = 0
    dropped: int = 0
    late_before: int | None = None
    hours: float = 0
    customers: int = 0
    report_back_on: str = ""
    needs: list[Need] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    consequences: list[Consequence] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    spread: str = ""
    balance: str = ""
    quotes: list[Quote] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    next_date: str = ""
    next_note: str = ""
    next_missing: bool = False

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> Contents:
        return msgspec.convert(data, cls)

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def front(self) -> list[Line]:
        return self.lines[:FRONT]

    @property
    def rest(self) -> list[Line]:
        return self.lines[FRONT:]

    @property
    def bars(self) -> list[tuple[str, str, str, int]]:
        """(tone, name, icon, how many promises) for each tone, the most urgent first; "Kept" comes last."""
        numbers = {"bad": self.late, "warn": self.at_risk, "ink": self.on_track, "": self.not_begun, "good": self.kept}
        return [(tone, *TONES[tone], numbers[tone]) for tone in TONES]

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """The bar of promises by status: (tone, where it begins, how long it is) in thousandths."""
        found, at = [], 0.0
        for tone, _, _, n in self.bars:
            long = 1000 * n / max(self.of, 1)
            if n:
                found.append((tone or "none", round(at, 1), round(long, 1)))
            at += long
        return found

    @property
    def in_words(self) -> str:
        """The bar of promises by status, for those who do not see it."""
        return ", ".join(f"{n} {name.lower()}" for _, name, _, n in self.bars) + f"; {self.of} in all"

    @property
    def since_then(self) -> str:
        """One line on what changed since the report before."""
        if not self.since:
            return "First report."
        said = ", ".join(difference.said for difference in self.differences)
        return f"Since {self.since}: {said or 'nothing changed'}."


def amounts(money: dict[str, float]) -> list[str]:
    """ "EUR 4,500" for each currency, as customers wrote them: nothing is converted."""
    return [f"{currency} {amount:,.0f}".strip() for currency, amount in sorted(money.items()) if amount]


def differences(before: Contents, now: Contents) -> list[Difference]:
    """What happened to promises between two reports of a workshop."""
    old, new = ({line.id: line for line in report.lines} for report in (before, now))
    both = [(old[pk], line) for pk, line in new.items() if pk in old]
    turned = [(line.title, was.tone, line.tone) for was, line in both if was.tone != line.tone]
    moved = [(was, line) for was, line in both if was.due_on and line.due_on != was.due_on]
    found = {
        "kept": [title for title, _, tone in turned if tone == "good"],
        "measured": [f"{line.title}: {line.after}" for was, line in both if line.after and line.after != was.after],
        "newly late or blocked": [title for title, _, tone in turned if tone == "bad"],
        "no longer late or blocked": [title for title, was, tone in turned if was == "bad" and tone != "good"],
        "with another date": [f"{line.title}: {was.due} → {line.due}" for was, line in moved],
        "new": [line.title for pk, line in new.items() if pk not in old],
        "dropped or taken away": [line.title for pk, line in old.items() if pk not in new],
    }
    return [Difference(word, titles) for word, titles in found.items() if titles]
