"""A journey to read outside the app: a table for spreadsheets, a text with headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from personas.interchange import JourneyFile, cards_of
from touchpoints.models import Evidence, Feeling, Journey, Touchpoint, purity_words

KINDS: dict[str, str] = {kind.value: str(kind.label) for kind in Touchpoint.Kind}
VERDICTS = {kind.value: str(kind.label) for kind in Touchpoint.Verdict} | {"unknown": ""}
NEEDS = {kind.value: str(kind.label) for kind in Touchpoint.Needs} | {"": ""}


# Field of a touchpoint → the head of its column; personas/tables.py knows them when the table comes back.
HEADS = {
    "stage": "Stage", "title": "Touchpoint", "statement": "In her words", "channels": "Channels", "lead": "Lead",
    "contributors": "Contributors", "felt": "Felt", "felt_word": "Felt word", "intended": "Intended",
    "intended_word": "Intended word", "severity": "Severity to customers", "moment_of_truth": "Moment of truth",
    "agreed": "Agreed", "of_kind": "Kind", "verdict": "Verdict", "needs": "Needs", "benefit": "Benefit to her",
    "description": "Description", "notes": "Notes",
}  # fmt: skip
BACKED = ("Evidence", "Number of comments", "What it costs her")  # last: it follows from comments, so it is only read


def to_rows(file: JourneyFile, backed: Sequence[Sequence[tuple[str, str, str]]]) -> Iterator[list[str]]:
    """A table for spreadsheets: a header, then a row for each touchpoint in the order of the map.

    A stage without touchpoints has a row of its own. `backed`: what comments say of each touchpoint, by stage.
    """
    yield [*HEADS.values(), *BACKED]
    name = {one.code: one.name for one in file.departments}
    for stage, levels in zip(file.stages, backed, strict=True):
        if not stage.touchpoints:
            yield [stage.name, *[""] * (len(HEADS) - 1 + len(BACKED))]
        for one, level in zip(stage.touchpoints, levels, strict=True):
            yield [
                stage.name, one.title, one.statement, listed(file.channels[n - 1].name for n in one.channels),
                name.get(one.lead or "", ""), listed(name[code] for code in one.contributors), label(one.felt),
                one.felt_word, label(one.intended), one.intended_word, str(one.severity or ""),
                "yes" if one.moment_of_truth else "", "yes" if one.agreed else "", KINDS[one.of_kind],
                VERDICTS[one.verdict], NEEDS[one.needs],
                one.benefit, one.description, one.notes, *level,
            ]  # fmt: skip


def backing_of(journey: Journey) -> list[list[tuple[str, str, str]]]:
    """How well each touchpoint is backed, by how many comments, and what they say it costs her, by stage."""
    return [
        [(str(Evidence(card.evidence).label), str(card.quotes), ", ".join(cost_words([card.stated]))) for card in cards]
        for _, cards in cards_of(journey)
    ]


def cost_words(stated: Iterable[dict[str, float]]) -> list[str]:
    """What customers state it costs them, added up: hours, days of waiting, money in the currency they named."""
    total: Counter[str] = Counter()
    for one in stated:
        total.update(one)
    words = {"hours": "{} h of work", "days": "{} days of waiting"}
    order = [*words, *sorted(set(total) - set(words))]
    return [words.get(name, f"{name} {{}}").format(_count(total[name])) for name in order if total[name]]


def _count(amount: float) -> str:
    return f"{amount:,.1f}".removesuffix(".0") if amount < 20 else f"{amount:,.0f}"


def purity_of(journey: Journey) -> str:
    """How much of the map customers' words back, in words."""
    return purity_words(card.evidence for _, cards in cards_of(journey) for card in cards)


def listed(names: Iterable[str]) -> str:
    """Names in one cell, with commas between them; with semicolons where a name has a comma of its own."""
    known = list(names)
    return "".join(f"{name}; " for name in known).strip() if any("," in name for name in known) else ", ".join(known)


def label(step: int | None) -> str:
    return "" if step is None else str(Feeling(step).label)


def to_markdown(file: JourneyFile, purity: str = "") -> str:
    """To read and to paste: stages and touchpoints as headings, what she says as quotes. `purity`: how much of it
    customers' words back."""
    name = {one.code: one.name for one in file.departments}
    lines = [f"# {_plain(file.name)}", "", _plain(file.objective), "", f"*{purity}*" if purity else ""]
    for n, stage in enumerate(file.stages, 1):
        lines += [
            "",
            f"## {n}. {_plain(stage.name)}",
            "",
            f"*{_plain(stage.question)}*" if stage.question else "",
            _plain(stage.goal),
        ]
        for one in stage.touchpoints:
            lines += ["", f"### {_plain(one.title)}", "", *(f"> {_plain(line)}" for line in one.statement.splitlines())]
            facts = [
                ("Channels", ", ".join(file.channels[n - 1].name for n in one.channels)),
                ("Lead", name.get(one.lead or "", "")),
                ("Contributing", ", ".join(name[code] for code in one.contributors)),
                ("Felt", _felt(one.felt, one.felt_word)),
                ("Intended", _felt(one.intended, one.intended_word)),
                ("Severity to customers", f"{one.severity} of 5" if one.severity else ""),
                ("Moment of truth", "yes" if one.moment_of_truth else ""),
                ("Agreed", "yes" if one.agreed else ""),
            ]
            lines += ["", *(f"- {what}: {_plain(value)}" for what, value in facts if value)]
            lines += ["", *map(_plain, filter(None, (one.description, one.benefit, one.notes)))]
    text = "\n".join(lines) + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)


def _felt(step: int | None, word: str) -> str:
    return f"{label(step)} (“{word}”)" if step is not None and word else label(step) or word


def _plain(text: str) -> str:
    """What somebody typed is text, also where it looks like markup."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)
