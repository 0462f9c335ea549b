"""The journey as a workbook: touchpoints, stages, personas and what each persona feels, a sheet each.

Every text is stored as text, so nothing that somebody typed runs as a formula or becomes a link. Rows are
written one after the other and not kept, so the largest map needs no more memory than a small one.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter

from personas.interchange import JourneyFile
from personas.models import Persona
from personas.readable import HEADS, label, to_rows

Cell = str | int
NUMBERS = {"Severity to customers", "Number", "Touchpoints", "Number of comments"}
WIDE = {"Touchpoint": 34, "In her words": 48, "Description": 48, "Notes": 40, "Benefit to her": 34, "Channels": 22,
        "Contributors": 24, "Lead": 20, "Stage": 26, "Evidence": 26, "What it costs her": 30, "Name": 28, "Question": 40,
        "Goal": 48,
        "What she is after": 34, "Makes contact when": 34, "Goals": 40, "Expectations": 40, "Who she is": 34,
        "Persona": 26, "Needs here": 40, "Our name": 24}  # fmt: skip


def to_xlsx(file: JourneyFile, backed: list[list[tuple[str, str, str]]]) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": file.name, "comments": file.objective[:255]})
    head = book.add_format({"bold": True, "bg_color": "#e9edfd", "bottom": 1, "valign": "vcenter"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    _sheet(book, "Touchpoints", to_rows(file, backed), head, cell, frozen=2)
    _sheet(book, "Stages", _stages(file), head, cell)
    _sheet(book, "Personas", _personas(file), head, cell)
    _sheet(book, "Experiences", _experiences(file), head, cell)
    book.close()
    return held.getvalue()


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    rows: Iterable[list[str]],
    head: xlsxwriter.format.Format,
    cell: xlsxwriter.format.Format,
    frozen: int = 1,
) -> None:
    """`frozen`: how many columns stay when one scrolls to the right."""
    sheet = book.add_worksheet(name)
    header, *rest = rows
    for column, title in enumerate(header):
        sheet.set_column(column, column, WIDE.get(title, 16))
        sheet.write_string(0, column, title, head)
    for line, row in enumerate(rest, 1):
        for column, (title, value) in enumerate(zip(header, row, strict=True)):
            if value and title in NUMBERS:
                sheet.write_number(line, column, int(value), cell)
            elif value:
                sheet.write_string(line, column, value, cell)
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(len(rest), 1), len(header) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _stages(file: JourneyFile) -> Iterable[list[str]]:
    yield ["Number", "Name", "Our name", "Question", "Goal", "Touchpoints"]
    for number, one in enumerate(file.stages, 1):
        yield [str(number), one.name, one.internal_name, one.question, one.goal, str(len(one.touchpoints))]


def _personas(file: JourneyFile) -> Iterable[list[str]]:
    yield [
        "Name",
        "Basis",
        "What she is after",
        "First channel",
        "Makes contact when",
        "Goals",
        "Expectations",
        "Who she is",
    ]
    for one in file.personas:
        yield [
            one.name, str(Persona.Basis(one.basis).label), file.aims[one.aim - 1].name if one.aim else "",
            file.channels[one.first_channel - 1].name if one.first_channel else "", one.contact_when, one.goals,
            one.expectations, one.who,
        ]  # fmt: skip


def _experiences(file: JourneyFile) -> Iterable[list[str]]:
    yield ["Persona", "Stage", "Touchpoint", *(HEADS[name] for name in ("felt", "felt_word", "intended", "intended_word")),
           "Needs here"]  # fmt: skip
    for persona in file.personas:
        for one in persona.experiences:
            stage = file.stages[one.touchpoint[0] - 1]
            yield [
                persona.name, stage.name, stage.touchpoints[one.touchpoint[1] - 1].title, label(one.felt), one.felt_word,
                label(one.intended), one.intended_word, one.need,
            ]  # fmt: skip
