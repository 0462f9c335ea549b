"""Two small pictures for the commit: who has a promise, and of which kind they are. Numbers for SVG; words stand beside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from actions.coverage import Share
from actions.models import ActionItem

GAP = 1.2  # per cent of the circle between two departments
RADIUS, CODES = 15.5, 15.5  # of the ring, and of the circle on which the codes stand, in a box of 42 by 42


@dataclass(frozen=True)
class Segment:
    """A piece of the ring: where it begins and how long it is in per cent of the circle, where its code stands."""

    share: Share
    start: float
    length: float
    x: float
    y: float


def wheel(shares: Sequence[Share]) -> list[Segment]:
    """The departments around the ring, from the top, clockwise."""
    each = 100 / len(shares) if shares else 0
    gap = GAP if len(shares) > 1 else 0
    found = []
    for n, share in enumerate(shares):
        angle = 2 * math.pi * (n + 0.5) / len(shares) - math.pi / 2
        x, y = 21 + CODES * math.cos(angle), 21 + CODES * math.sin(angle)
        found.append(Segment(share, round(n * each + gap / 2, 2), round(each - gap, 2), round(x, 2), round(y, 2)))
    return found


@dataclass(frozen=True)
class Part:
    """A piece of a bar: what it is, how many, where it begins and how wide it is in per cent."""

    value: str
    label: str
    count: int
    start: float
    width: float


def bar(actions: Sequence[ActionItem], name: str) -> list[Part]:
    """How the promises are spread over the choices of one property (`of_kind`, `domain`), in their order."""
    counts = Counter(getattr(action, name) for action in actions)
    choices = {"of_kind": ActionItem.Kind, "domain": ActionItem.Domain}[name].choices
    found, start = [], 0.0
    for value, label in choices:
        if value or counts[value]:
            width = 100 * counts[value] / len(actions) if actions else 0
            found.append(Part(str(value), str(label), counts[value], round(start, 2), round(width, 2)))
            start += width
    return found


def one_sided(actions: Sequence[ActionItem]) -> str:
    """A sentence where the promises lean to one kind: to mend only, or to one domain. From four promises on."""
    if len(actions) < 4:
        return ""
    kinds, domains = Counter(row.of_kind for row in actions), Counter(row.domain for row in actions)
    if kinds[ActionItem.Kind.FIX] == len(actions):
        return "All of them mend something. What could be prevented, or made new?"
    for domain in (choice for choice in ActionItem.Domain if choice):
        if domains[domain] == len(actions):
            return f"All of them change the {domain.label.lower()}. What of the rest of what she experiences?"
    return ""
