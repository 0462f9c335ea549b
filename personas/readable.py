"""A journey to read outside the app: a table for spreadsheets, a text with headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.interchange import JourneyFile
from touchpoints.models import Feeling


def to_rows(file: JourneyFile) -> Iterator[list[str]]:
    """A table for spreadsheets: a header, then a row for each touchpoint in the order of the map."""
    yield [
        "Stage", "Touchpoint", "In her words", "Channels", "Lead", "Contributors", "Felt", "Felt word", "Intended",
        "Intended word", "Severity to customers", "Moment of truth", "Kind", "Verdict", "Needs", "Benefit to her",
        "Description", "Notes",
    ]  # fmt: skip
    name = {one.code: one.name for one in file.departments}
    for stage in file.stages:
        for one in stage.touchpoints:
            felt, wanted = ("" if n is None else str(Feeling(n).label) for n in (one.felt, one.intended))
            yield [
                stage.name, one.title, one.statement, ", ".join(file.channels[n - 1].name for n in one.channels),
                name.get(one.lead or "", ""), ", ".join(name[code] for code in one.contributors), felt, one.felt_word,
                wanted, one.intended_word, str(one.severity or ""), "yes" if one.moment_of_truth else "", one.of_kind,
                one.verdict, one.needs, one.benefit, one.description, one.notes,
            ]  # fmt: skip


def to_markdown(file: JourneyFile) -> str:
    """To read and to paste: stages and touchpoints as headings, what she says as quotes."""
    name = {one.code: one.name for one in file.departments}
    lines = [f"# {_plain(file.name)}", "", _plain(file.objective)]
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
            ]
            lines += ["", *(f"- {what}: {_plain(value)}" for what, value in facts if value)]
            lines += ["", *map(_plain, filter(None, (one.description, one.benefit, one.notes)))]
    text = "\n".join(lines) + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)


def _felt(step: int | None, word: str) -> str:
    label = "" if step is None else str(Feeling(step).label)
    return f"{label} (“{word}”)" if label and word else label or word


def _plain(text: str) -> str:
    """What somebody typed is text, also where it looks like markup."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)
