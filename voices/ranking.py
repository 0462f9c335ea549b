"""The order in which let-downs matter. Pure.

Severity to the customer trumps how many are hit, which trumps severity to the company: each is asked only where the
one before says the same (a lexicographic order). There is no setting that mixes them: in a mean, what annoys many
would drown what stops a few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Standing:
    """What is known of one let-down. Severities are 1 to 5, 0 when nobody has said; `minutes` are what customers
    state that it cost them."""

    title: str
    severity: int = 0
    accounts: int = 0
    company_severity: int = 0
    minutes: float = 0
    of: Any = None


@dataclass(frozen=True)
class Ranked:
    """A let-down with its place for customers, and the places it would have by how many say it and by what it costs
    the company; 1 is first."""

    standing: Standing
    place: int
    by_accounts: int
    by_company: int

    @property
    def up(self) -> int:
        """How many places it stands higher for customers than by how many say it; negative: lower."""
        return self.by_accounts - self.place

    @property
    def down(self) -> int:
        return -self.up


Key = Callable[[Standing], tuple[Any, ...]]


def for_customers(row: Standing) -> tuple[Any, ...]:
    return (-row.severity, -row.accounts, -row.company_severity, -row.minutes, row.title.casefold())


def by_accounts(row: Standing) -> tuple[Any, ...]:
    return (-row.accounts, -row.company_severity, row.title.casefold())


def by_company(row: Standing) -> tuple[Any, ...]:
    return (-row.company_severity, -row.accounts, row.title.casefold())


def what_changed(rows: Iterable[Standing]) -> list[Ranked]:
    """All of them in the order that counts, each beside its other two places."""
    known = list(rows)
    places = [_places(known, key) for key in (for_customers, by_accounts, by_company)]
    ranked = [Ranked(row, *(place[id(row)] for place in places)) for row in known]
    return sorted(ranked, key=lambda one: one.place)


def _places(rows: list[Standing], key: Key) -> dict[int, int]:
    return {id(row): place for place, row in enumerate(sorted(rows, key=key), start=1)}
