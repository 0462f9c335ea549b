"""What the map shows of customers' words: the strongest of each stage, and what customers would recommend there.

"Strongest" is what the ranking is: how severe it was to the customer comes first (what a person said, else what the
words say), then whether hours or money are stated, then what is newest. At most one from each touchpoint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Case, Count, Exists, F, OuterRef, SmallIntegerField, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from touchpoints.models import Journey
from voices.models import Quantity, Scale
from voices.queries import by_place

A_STAGE = 2
COSTS = (Quantity.Kind.TIME, Quantity.Kind.MONEY)
SHORT, LONGEST = 40, 170  # letters of one comment on the map; the card's drawer has all of it
KEPT = 60  # seconds; two hundred people who come in at once ask for the same


def strongest_of(journey: Journey) -> dict[str, Any]:
    """`words`: stage → [{touchpoint, parts}], where every second part is marked. `nps`: stage or touchpoint → [value,
    answers]."""
    key = f"strongest:{journey.pk}:{journey.room.epoch}:{journey.room.seq}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = {"words": _words(journey.pk), "nps": _nps(journey.pk)}
        cache.set(key, found, KEPT)
    return found


def _words(room_id: str) -> dict[str, list[dict[str, Any]]]:
    stated = Exists(Quantity.objects.filter(comment=OuterRef("pk"), kind__in=COSTS))
    order = [
        Coalesce("severity", "harm", output_field=SmallIntegerField()).desc(),
        stated.desc(),
        F("said_on").desc(nulls_last=True),
        F("pk").desc(),
    ]
    of_touchpoint = Window(RowNumber(), partition_by=[F("at"), F("touchpoint")], order_by=order)
    rows = by_place(room_id).annotate(n=of_touchpoint).filter(n=1).prefetch_related("quantities")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.order_by("at", *order):
        here = found.setdefault(row.at, [])
        if len(here) < A_STAGE:
            marks = sorted((one.start, one.end, one.kind in COSTS) for one in row.quantities.all())
            at = next((start for start, _, costs in marks if costs), 0)
            here.append({"touchpoint": row.touchpoint_id, "parts": excerpt(row.text, [mark[:2] for mark in marks], at)})
    return found


def _nps(room_id: str) -> dict[str, tuple[int, int]]:
    """Promoters less detractors, in points of a hundred."""
    side = Case(When(score__gte=9, then=Value(100.0)), When(score__lte=6, then=Value(-100.0)), default=Value(0.0))
    asked = by_place(room_id).filter(scale=Scale.NPS, score__isnull=False)
    found: dict[str, tuple[int, int]] = {}
    for place, here in (("at", asked), ("touchpoint", asked.exclude(touchpoint=None))):
        rows = here.values(place).annotate(points=Avg(side), answers=Count("pk")).order_by()
        found |= {row[place]: (round(row["points"]), row["answers"]) for row in rows}
    return found


def excerpt(text: str, marks: Sequence[tuple[int, int]], at: int = 0) -> list[str]:
    """The sentence in which `at` stands, with a neighbour where it is short: plain, marked, plain … All in code points."""
    sentences = [(found.start(), found.end()) for found in re.finditer(r"\S.*?(?:[.!?…]+(?=\s|$)|$)", text, re.DOTALL)]
    if not sentences:
        return [""]
    n = next((n for n, (a, b) in enumerate(sentences) if a <= at < b), 0)
    start, end = sentences[n]
    if end - start < SHORT:  # "That was EUR 4,200." says nothing without what was
        before, after = sentences[max(n - 1, 0)][0], sentences[n + 1][1] if n + 1 < len(sentences) else end
        if start - before and end - before <= LONGEST:
            start = before
        elif after - start <= LONGEST:
            end = after
    if end - start > LONGEST:
        if at - start > LONGEST // 2:
            start = text.find(" ", at - LONGEST // 2, at) + 1 or at
        cut = text.rfind(" ", at + 1, start + LONGEST)
        end = cut if cut > at else start + LONGEST
    parts, last = [], start
    for a, b in marks:
        if last <= a and b <= end:
            parts += [text[last:a], text[a:b]]
            last = b
    parts.append(text[last:end].rstrip() + ("" if end >= len(text) or text[end - 1] in ".!?…" else "…"))
    if text[:start].strip() and not re.search(r"[.!?…]\s*$", text[:start]):
        parts[0] = "…" + parts[0]
    return parts
