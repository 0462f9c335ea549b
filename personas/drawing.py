"""The journey map as a picture: PDF on paper, SVG and PNG as one large sheet (personas/map.typ draws it)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Department
from live.typesetting import typeset
from live.values import Refused
from personas.interchange import cards_of
from personas.readable import cost_words
from touchpoints.models import Channel, Evidence, Feeling, Journey, Stage, Touchpoint, purity_words

TEMPLATE = Path(__file__).with_name("map.typ")
Paper = Literal["a3", "a4", "sheet"]
MOST_DRAWN = 1_000  # touchpoints; more take gigabytes to draw, and nobody could read them
LOOKS = {Evidence.VOICED: "ink", Evidence.STRONG: "ink", Evidence.VERIFIED: "seal", Evidence.CONTRADICTED: "struck"}
CROWDED = 6  # touchpoints a stage, above which the curve shows the mean of each stage


def pdf(journey: Journey, paper: Paper = "a3") -> bytes:
    """A3 or A4, one page where that stays readable."""
    return typeset(TEMPLATE, picture_of(journey, paper))


def svg(journey: Journey) -> bytes:
    """One sheet. Its letters are shapes, so that it looks the same everywhere; what it says is also there as text."""
    picture = picture_of(journey, "sheet")
    drawn = typeset(TEMPLATE, picture, "svg").decode()
    lines = [f"{stage['name']}: " + "; ".join(card["title"] for card in stage["cards"]) for stage in picture["stages"]]
    said = escape("\n".join(lines).replace(SPLIT, ""))
    words = f"<title>{escape(journey.name)}</title><desc>{said}</desc>"
    return re.sub(r"(<svg\b[^>]*>)", lambda found: found[1] + words, drawn, count=1).encode()


def png(journey: Journey) -> bytes:
    """One sheet, sharp enough for a projector and never more than 24 million dots."""
    return typeset(TEMPLATE, picture_of(journey, "sheet"), "png")


def picture_of(journey: Journey, paper: Paper) -> dict[str, Any]:
    """What map.typ draws. Raises Refused when it would be too much for a picture."""
    columns = cards_of(journey)
    total = sum(len(cards) for _, cards in columns)
    if total > MOST_DRAWN:
        raise Refused(
            "too_big", f"This map has {total:,} touchpoints; {MOST_DRAWN:,} fit on a picture. Take the table."
        )
    departments = {row.pk: row for row in Department.ever.filter(organisation=journey.room.organisation_id)}
    rows = [card for _, cards in columns for card in cards]
    stages = [_stage(number, stage, cards, departments) for number, (stage, cards) in enumerate(columns, 1)]
    return {
        "paper": paper, "title": breakable(journey.name), "objective": breakable(short(journey.objective, 420)),
        "organisation": breakable(journey.room.organisation.name), "made_on": date_format(timezone.localdate(), "j F Y"),
        "backed": purity_words(row.evidence for row in rows),
        "stages": stages, "total": total, "points": points_of([cards for _, cards in columns]),
        "departments": _involved(rows, departments),
        "has_moment": any(row.moment_of_truth for row in rows), "has_agreed": any(row.agreed for row in rows),
        "has_severity": any(row.severity for row in rows),
        "has_seal": any(row.evidence == Evidence.VERIFIED for row in rows), "has_quotes": any(row.quotes for row in rows),
        "best": max((row.felt for row in rows if row.felt is not None), default=None), "icons": _icons(),
    }  # fmt: skip


def _stage(number: int, stage: Stage, cards: list[Touchpoint], departments: dict[str, Department]) -> dict[str, Any]:
    return {
        "number": number, "name": breakable(stage.name), "own": breakable(stage.internal_name),
        "question": breakable(short(stage.question, 100)),
        "costs": cost_words([stage.stated, *(card.stated for card in cards)]), "involved": _involved(cards, departments),
        "measures": [
            [str(Touchpoint.Metric(card.metric).label), breakable(short(card.title, 50))] for card in cards if card.metric
        ],
        "cards": [_card(seed, card, departments.get(card.lead_id or "")) for seed, card in enumerate(cards, number * 17)],
    }  # fmt: skip


def _involved(cards: list[Touchpoint], departments: dict[str, Department]) -> list[dict[str, Any]]:
    """Leads and contributors, each once, in the order of the organisation."""
    ids = {card.lead_id for card in cards} | {row.pk for card in cards for row in card.contributors.all()}
    rows = sorted((departments[pk] for pk in ids if pk in departments), key=lambda row: row.position)
    return [{"code": row.code, "name": breakable(row.name), "colour": row.colour} for row in rows]


def _card(seed: int, card: Touchpoint, lead: Department | None) -> dict[str, Any]:
    channels = [row for row in card.channels.all() if row.removed_at is None]
    return {
        "seed": seed, "look": LOOKS.get(Evidence(card.evidence), "pencil"), "title": breakable(card.title),
        "said": breakable(_quoted(short(card.statement, 170))), "moment": card.moment_of_truth, "agreed": card.agreed,
        "code": lead.code if lead else "", "colour": lead.colour if lead else None, "severity": card.severity,
        "quotes": card.quotes, "felt": card.felt, "wanted": card.intended,
        "felt_word": breakable(_word(card.felt, card.felt_word)),
        "wanted_word": breakable(_word(card.intended, card.intended_word)), **_at(channels),
    }  # fmt: skip


def _at(channels: list[Channel]) -> dict[str, str]:
    if not channels:
        return {"icon": "circle-dot", "channel": "No channel yet"}
    first, *rest = sorted(channels, key=lambda row: (row.name, row.pk))
    icon = first.icon if first.icon in _icons() else "message-square"
    return {"icon": icon, "channel": breakable(first.name) + (f" +{len(rest)}" if rest else "")}


def points_of(columns: list[list[Touchpoint]]) -> list[dict[str, Any]]:
    """The curve: a point for each touchpoint, or one for each stage when there are too many to tell apart.

    `x` is a share of the stage's width. The lowest and the best touchpoint carry a note.
    """
    rated = [[card for card in cards if card.felt is not None or card.intended is not None] for cards in columns]
    if sum(map(len, columns)) > CROWDED * max(len(columns), 1):
        return [
            {"stage": n, "x": 0.5, "note": "", "felt": _mean(card.felt for card in cards),
             "wanted": _mean(card.intended for card in cards)}
            for n, cards in enumerate(rated) if cards
        ]  # fmt: skip
    felt = [card for cards in rated for card in cards if card.felt is not None]
    low = min(felt, key=lambda card: (card.felt or 0, -card.quotes), default=None)
    best = max(felt, key=lambda card: (card.felt or 0, card.quotes), default=None)
    notes = {}
    if low and best and low.felt != best.felt:
        notes = {low.pk: f"Lowest: {_note(low)}", best.pk: f"Best: {_note(best)}"}
    return [
        {"stage": n, "x": (k + 0.5) / len(cards), "felt": card.felt, "wanted": card.intended, "note": notes.get(card.pk, "")}
        for n, cards in enumerate(columns) for k, card in enumerate(cards)
    ]  # fmt: skip


def _note(card: Touchpoint) -> str:
    title = short(card.title, 38)
    said = f", {card.quotes} comment{'s' if card.quotes > 1 else ''}" if card.quotes else ""
    return title[:1].lower() + title[1:] + said


def _mean(steps: Iterable[int | None]) -> float | None:
    known = [step for step in steps if step is not None]
    return sum(known) / len(known) if known else None


def _word(step: int | None, word: str) -> str:
    return word or ("" if step is None else str(Feeling(step).label))


def _quoted(text: str) -> str:
    return f"“{text}”" if text and text[0] not in '“"„«' else text


# -- words -------------------------------------------------------------------------------------
SPLIT = "\u200b"  # where a word may break though it has no blank


def short(text: str, most: int) -> str:
    """The beginning, up to a whole word."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def breakable(text: str) -> str:
    """A word of more than 14 letters (an address, a part number) may break, so that it stays on its card."""
    return re.sub(r"\S{15,}", lambda found: SPLIT.join(re.findall(r"(?s).{1,6}", found[0])), text)


@cache
def _icons() -> dict[str, str]:
    """The app's own pictures by name."""
    text = (settings.ROOT / "static" / "icons" / "icons.svg").read_text()
    found = re.findall(r'<symbol id="([^"]+)"([^>]*)>(.*?)</symbol>', text, re.DOTALL)
    return {name: f'<svg xmlns="http://www.w3.org/2000/svg"{how}>{body}</svg>' for name, how, body in found}
