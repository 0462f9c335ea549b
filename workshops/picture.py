"""The picture of a ranking: how badly it hurts customers upwards, how many say it to the right. Pure geometry.

A 5 stands above every 4, however far to the right that is: what the picture shows is the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voices.ranking import Ranked

LEFT, RIGHT, TOP, BAND, GAP = 96, 740, 18, 102, 3.5
LANES = (22, 52, 82)  # where bubbles may stand in a band
LETTER = 6.7  # width of one
LONGEST = 30
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
WORDS = {
    5: "stops their business", 4: "harms their work", 3: "costs time or money", 2: "annoying", 1: "noticed",
}  # fmt: skip


@dataclass
class Band:
    severity: int
    top: float
    words: str

    @property
    def middle(self) -> float:
        return self.top + BAND / 2 + 5

    @property
    def foot(self) -> float:
        return self.top + BAND - 8


@dataclass
class Bubble:
    x: float
    y: float
    r: int
    label: str
    at_end: bool  # the label stands left of it
    lead: Any
    ranked: Ranked

    @property
    def label_x(self) -> float:
        return self.x - self.r - 5 if self.at_end else self.x + self.r + 5


@dataclass
class Picture:
    bands: list[Band]
    ticks: list[tuple[float, int]]
    bubbles: list[Bubble]


def picture(rows: Iterable[Ranked]) -> Picture | None:
    """Of those that somebody rated; None when that is nobody."""
    known = [row for row in rows if row.standing.severity]
    if not known:
        return None
    most = max(1, *(row.standing.accounts for row in known))
    step = next((step for step in STEPS if most / step <= 7), most)
    end = step * -(-most // step)

    def at(accounts: int) -> float:
        return round(LEFT + 24 + (RIGHT - LEFT - 48) * accounts / end, 1)

    bands = {n: Band(n, TOP + (5 - n) * (BAND + GAP), words) for n, words in WORDS.items()}
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
    bubbles = [_bubble(row, at(row.standing.accounts), bands[row.standing.severity], taken) for row in known]
    return Picture(list(bands.values()), [(at(n), n) for n in range(0, end + 1, step)], bubbles)


def _bubble(row: Ranked, x: float, band: Band, taken: dict[tuple[int, int], list[tuple[float, float]]]) -> Bubble:
    """In the first lane with room for it and its label; its number alone where there is none."""
    r, title = 10 + 2 * row.standing.company_severity, row.standing.title
    label = title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip() + "…"
    width = len(label) * LETTER + 10
    for at_end in (x + r + width > RIGHT, x + r + width <= RIGHT):
        span = (x - r - width, x + r) if at_end else (x - r, x + r + width)
        if span[0] < LEFT or span[1] > RIGHT:
            continue
        for number, lane in enumerate(LANES):
            others = taken.setdefault((band.severity, number), [])
            if all(span[1] < low or high < span[0] for low, high in others):
                others.append(span)
                return Bubble(x, band.top + lane, r, label, at_end, _lead(row), row)
    return Bubble(x, band.top + LANES[row.place % len(LANES)], r, "", False, _lead(row), row)


def _lead(row: Ranked) -> Any:
    """The department that answers for the touchpoint."""
    of = row.standing.of
    touchpoint = getattr(of, "touchpoint", of)
    return touchpoint.lead if touchpoint is not None else None
