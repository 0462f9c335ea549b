"""Rows of a table from elsewhere as touchpoints: every cell as what it says, or a sentence why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Department
from live.values import Refused, clean_line, clean_text
from personas.incoming import made
from personas.interchange import FORMAT, VERSION, JourneyFile, OneDepartment, OneStage, OneTouchpoint
from personas.names import Names, channels_of, codes_for
from personas.readable import HEADS, KINDS, NEEDS, VERDICTS
from personas.tables import Table, plain
from touchpoints.commands import MOST_STAGES, MOST_TOUCHPOINTS
from touchpoints.models import Feeling

A_STAGE = MOST_TOUCHPOINTS // MOST_STAGES
ONE_STAGE = "All touchpoints"  # when no column holds the stage
_YES, _NO = (
    {"yes", "y", "true", "1", "x", "✓", "✔", "ja", "oui", "sí", "si"},
    {"", "no", "n", "false", "0", "-", "nein"},
)
_LONG = ("statement", "benefit", "description", "notes")
_LINES = {"felt_word": 40, "intended_word": 40}


@dataclass
class Found:
    """What a table gives when its columns are read in one way."""

    stages: list[OneStage] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # line, reason
    touchpoints: int = 0
    channels: Names = field(default_factory=lambda: Names(40))
    departments: Names = field(default_factory=lambda: Names(60))

    def file(self, name: str) -> JourneyFile:
        """As a journey that can be loaded. Raises Refused."""
        code = codes_for(self.departments.all)
        for card in (card for stage in self.stages for card in stage.touchpoints):
            card.lead = code[card.lead] if card.lead else None
            card.contributors = [code[one] for one in card.contributors]
        return made(
            JourneyFile(
                FORMAT, VERSION, clean_line(name, 120, field="name"), stages=self.stages,
                channels=channels_of(self.channels), departments=[OneDepartment(two, one) for one, two in code.items()],
            )
        )  # fmt: skip


class _Odd(Exception):
    """A cell that cannot be read, and why."""


def interpret(table: Table, columns: dict[str, int], here: Iterable[Department]) -> Found:
    """Every row as a touchpoint, with the columns as chosen (field → column). `here`: departments there are."""
    found, stages, stage_name = Found(), dict[str, OneStage](), "" if "stage" in columns else ONE_STAGE
    by_code = {row.code.casefold(): row.name for row in here} | {row.name.casefold(): row.name for row in here}
    for line, cells in table.rows:
        given = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
        if not any(given.values()):
            continue
        try:
            stage_name = clean_line(given.pop("stage", "") or stage_name, 80, required=False)
            if not stage_name:
                raise _Odd("no stage stands here or above")
            new = OneStage(stage_name)
            stage = stages.get(stage_name.casefold(), new)
            if stage is new and len(stages) >= MOST_STAGES:
                raise _Odd(f"a journey holds {MOST_STAGES} stages, and this would be one more")
            if any(given.values()):
                if len(stage.touchpoints) >= A_STAGE:
                    raise _Odd(f"a stage holds {A_STAGE} touchpoints, and this would be one more")
                stage.touchpoints.append(_card(given, found, by_code))
                found.touchpoints += 1
            stages.setdefault(stage_name.casefold(), stage)
        except _Odd as odd:
            found.problems.append((line, str(odd)))
        except Refused as refused:
            found.problems.append((line, refused.message.rstrip(".")))
    found.stages = list(stages.values())
    return found


def _card(given: dict[str, str], found: Found, by_code: dict[str, str]) -> OneTouchpoint:
    if not given.get("title"):
        raise _Odd("there is no title")
    card = OneTouchpoint(_told("title", clean_line, given["title"], 160))
    for name, value in given.items():
        if not value or name == "title":
            continue
        if name in _LONG:
            setattr(card, name, _told(name, clean_text, value))
        elif name in _LINES:
            setattr(card, name, _told(name, clean_line, value, _LINES[name]))
        elif name in ("felt", "intended"):
            setattr(card, name, _feeling(name, value))
        elif name == "severity":
            card.severity = _severity(value)
        elif name in ("moment_of_truth", "agreed"):
            setattr(card, name, _yes(name, value))
        elif name in ("verdict", "needs", "of_kind"):
            setattr(card, name, _choice(name, value, {"verdict": VERDICTS, "needs": NEEDS, "of_kind": KINDS}[name]))
    # Names last: a row that cannot be read must not leave a department behind.
    channels = [_told("channels", clean_line, one, 40) for one in _several(given.get("channels", ""))]
    helpers = [_department("contributors", one, by_code) for one in _several(given.get("contributors", ""))]
    lead = _department("lead", given["lead"], by_code) if given.get("lead") else None
    card.channels = list(dict.fromkeys(found.channels.number(one) for one in channels))
    card.contributors = list(dict.fromkeys(found.departments.known(one) for one in helpers))
    card.lead = found.departments.known(lead) if lead else None
    return card


def _department(name: str, value: str, by_code: dict[str, str]) -> str:
    return _told(name, clean_line, by_code.get(value.casefold(), value), 60)


def _told(name: str, clean: Callable[..., str], *given: Any) -> str:
    """A clean text, or the reason why not with the name of its column."""
    try:
        return clean(*given)
    except Refused as refused:
        raise _Odd(f"{HEADS[name]}: {refused.message[:1].lower()}{refused.message[1:]}".rstrip(".")) from None


def _feeling(name: str, value: str) -> int:
    words = {str(kind.label).casefold(): kind.value for kind in Feeling}
    if value.casefold() in words:
        return int(words[value.casefold()])
    number = value.replace("−", "-").replace("–", "-").replace("\u202f", "")
    if re.fullmatch(r"[+-]?[0-2](\.0+)?", number):
        return int(float(number))
    choices = ", ".join(str(kind.label) for kind in Feeling)
    raise _Odd(f"{HEADS[name]}: “{value[:40]}” is neither a number from -2 to 2 nor one of {choices}")


def _severity(value: str) -> int:
    if not re.fullmatch(r"[1-5](\.0+)?", value):
        raise _Odd(f"{HEADS['severity']}: “{value[:40]}” is no number from 1 to 5")
    return int(float(value))


def _yes(name: str, value: str) -> bool:
    if value.casefold() not in _YES | _NO:
        raise _Odd(f"{HEADS[name]}: “{value[:40]}” is neither yes nor no")
    return value.casefold() in _YES


def _choice(name: str, value: str, choices: dict[str, str]) -> str:
    wanted = plain(value)
    for key, label in choices.items():
        if wanted in (plain(key), plain(label)) and wanted:
            return key
    known = ", ".join(label for label in choices.values() if label)
    raise _Odd(f"{HEADS[name]}: “{value[:40]}” is none of {known}")


def _several(cell: str) -> list[str]:
    """Names in one cell: with semicolons, bars or lines between them, else with commas."""
    pattern = r"[;|\n]" if re.search(r"[;|\n]", cell) else ","
    return [one.strip() for one in re.split(pattern, cell) if one.strip()]
