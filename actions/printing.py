"""The report on paper: one page, A4 or US Letter, and an annex where there are more promises than fit on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.contents import Contents
from live.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")
# The most characters of a text on the first page, so that it is always one page; longer ones end in "…" there and
# stand whole on the web page, and promises in the annex.
MOST = {
    "workshop": 90, "headline": 150, "objective": 220, "measure": 150, "sponsor": 60, "spread": 150, "title": 100,
    "why": 110, "owner": 40, "what": 70, "note": 110, "before": 24, "after": 24, "text": 150, "words": 120, "who": 50,
    "by": 40, "about": 60, "cost": 60, "behind": 60, "said": 50,
}  # fmt: skip
MOST_NEEDS, MOST_CONSEQUENCES, MOST_CHANGES, MOST_NOTES = 3, 3, 3, 1


def pdf(report: Contents) -> bytes:
    return _set(report, "a4")


def letter(report: Contents) -> bytes:
    return _set(report, "us-letter")


def _set(report: Contents, paper: str) -> bytes:
    annex = report.lines if report.rest else []
    data = {"paper": paper, "front": short(front(report)), "annex": [_of_annex(line) for line in annex]}
    return typeset(TEMPLATE, data, accessible=True)


def front(report: Contents) -> dict[str, Any]:
    """What stands on the first page."""
    return report.to_data() | {
        "lines": [{**vars(line)} for line in report.front],
        "more": len(report.rest),
        "bars": [{"tone": tone, "name": name, "n": n} for tone, name, _, n in report.bars],
        "in_words": report.in_words,
        "needs": [vars(need) for need in report.needs[:MOST_NEEDS]],
        "more_needs": max(0, len(report.needs) - MOST_NEEDS),
        "consequences": [
            {**vars(one), "cost": one.cost, "behind": one.behind} for one in report.consequences[:MOST_CONSEQUENCES]
        ],
        "changes": [vars(change) for change in report.changes[:MOST_CHANGES]],
        "notes": [vars(note) for note in report.notes[:MOST_NOTES]],
        "since_then": report.since_then,
        "differences": [],
    }


def short(value: Any, name: str = "") -> Any:
    """The same with every text as short as the first page needs it."""
    if isinstance(value, dict):
        return {key: short(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [short(part, name) for part in value]
    if isinstance(value, str):
        most = MOST.get(name, 200)
        text = " ".join(value.split())
        return text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return value


def _of_annex(line: Any) -> dict[str, Any]:
    return {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in vars(line).items()}
