"""The files a report is taken along as. Each is made from the same contents; slides and paper load their libraries
only when they are made."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable

from actions import printing
from actions.contents import Contents, amounts

# Form → what it is called, its type.
FORMS = {
    "pdf": ("PDF, A4", "application/pdf"),
    "letter.pdf": ("PDF, US Letter", "application/pdf"),
    "pptx": ("Slides", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "xlsx": ("Workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "md": ("Text", "text/markdown; charset=utf-8"),
}
Cell = str | int | float
Rows = list[list[Cell]]


def make(report: Contents, form: str) -> bytes:
    """One face. Raises Refused when it cannot be made now."""
    faces: dict[str, Callable[[Contents], bytes]] = {
        "pdf": printing.pdf, "letter.pdf": printing.letter, "pptx": _slides, "xlsx": to_xlsx, "md": to_markdown,
    }  # fmt: skip
    return faces[form](report)


def _slides(report: Contents) -> bytes:
    from actions.slides import to_pptx

    return to_pptx(report)


# -- workbook ----------------------------------------------------------------------------------
def to_xlsx(report: Contents) -> bytes:
    """A sheet for each part. Every text is stored as text, so nothing that somebody typed runs as a formula."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Action report, {report.workshop}", "comments": report.objective[:255]})
    head = book.add_format({"bold": True, "bg_color": "#e9edfd", "bottom": 1, "valign": "vcenter"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for name, widths, rows in _sheets(report):
        sheet = book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value, head if line == 0 else cell)
                else:
                    sheet.write_number(line, column, value, cell)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.repeat_rows(0)
    book.close()
    return held.getvalue()


def _sheets(report: Contents) -> Iterable[tuple[str, list[int], Rows]]:
    """Name, widths of the columns, head and rows of each sheet."""
    statuses: Rows = [[name, n] for _, name, _, n in report.bars]
    yield "Summary", [28, 100], [
        ["Action report", report.workshop], ["In short", report.headline], ["Objective", report.objective],
        ["Measure", report.measure], ["Sponsor", report.sponsor], ["Workshop held", report.held_on],
        ["Report of", report.made_on], *statuses, ["Dropped", report.dropped], ["Customers who said so", report.customers],
        ["Hours they lost", report.hours], ["What changed", report.since_then],
        ["Next", f"{report.next_date}. {report.next_note}"],
    ]  # fmt: skip
    needs: Rows = [[need.what, need.why] for need in report.needs]
    yield "Needs you", [34, 90], [["What", "Why"], *needs]
    promises: Rows = [
        [line.word, line.department, line.title, line.owner, line.due_on, line.kind, line.why, line.measure, line.before,
         line.target, line.after, line.outcome] for line in report.lines
    ]  # fmt: skip
    yield "Promises", [14, 22, 46, 24, 12, 12, 46, 30, 14, 14, 14, 40], [
        ["Status", "Department", "Promise", "Owner", "Due", "Kind", "Why customers asked", "Measure", "Before", "Target",
         "Now", "What the customer notices"], *promises,
    ]  # fmt: skip
    let_downs: Rows = [
        [one.title, one.severity, one.hours, one.days, ", ".join(amounts(one.money)), one.accounts, one.behind,
         f"{one.words} ({one.who})" if one.words else "", one.promises] for one in report.consequences
    ]  # fmt: skip
    yield "Let-downs addressed", [46, 10, 10, 14, 22, 12, 28, 60, 10], [
        ["What lets customers down", "Severity", "Hours", "Days waiting", "Money", "Customers", "Yearly revenue",
         "In their words", "Promises"], *let_downs,
    ]  # fmt: skip
    departments: Rows = [[one.name, one.code, one.promised, one.kept] for one in report.functions]
    yield "Departments", [40, 10, 12, 10], [["Department", "Code", "Promises", "Kept"], *departments]
    changed: Rows = [[one.word, title] for one in report.differences for title in one.titles]
    yield "What changed", [30, 90], [["Since the report before", "Promise"], *changed]


# -- text --------------------------------------------------------------------------------------
def to_markdown(report: Contents) -> bytes:
    """To read, to paste and to compare."""
    lines = [
        f"# {_plain(report.headline)}", f"*Action report, {_plain(report.workshop)}. Report of {report.made_on}.*",
        f"**Objective:** {_plain(report.objective)}  \n**Measure:** {_plain(report.measure)}",
    ]  # fmt: skip
    if report.needs:
        lines += ["## Needs you", _list(f"**{_plain(need.what)}** {_plain(need.why)}" for need in report.needs)]
    lines += ["## Promises by status", f"{report.in_words}.", _table(
        ["Status", "Dept.", "Promise", "Owner", "Due"],
        ([line.word, line.code, line.title, line.owner, line.due] for line in report.lines),
    )]  # fmt: skip
    if report.consequences:
        lines += ["## What lets customers down and is worked on", _table(
            ["What", "Severity", "It costs them", "Customers", "Yearly revenue"],
            ([one.title, f"{one.severity} of 5" if one.severity else "", one.cost, str(one.accounts), one.behind]
             for one in report.consequences),
        )]  # fmt: skip
    if report.functions:
        lines += [
            "## By department",
            _list(f"{_plain(one.name)}: {one.kept} of {one.promised} kept" for one in report.functions),
        ]
        lines += [said for said in (report.balance and f"{report.balance}.", report.spread) if said]
    if report.changes:
        lines += ["## Before and after", _table(
            ["What", "Before", "Now", ""], ([one.what, one.before, one.after, one.note] for one in report.changes)
        )]  # fmt: skip
    lines += [f"> “{_plain(quote.text)}” {_plain(quote.who)}" for quote in report.quotes]
    if report.notes:
        lines += [
            "## From the sponsor",
            _list(f"{_plain(n.by)}, {n.on}, on “{_plain(n.about)}”: {_plain(n.text)}" for n in report.notes),
        ]
    lines += ["## What changed", report.since_then]
    lines += [_list(f"{one.word}: {_plain(title)}" for one in report.differences for title in one.titles)]
    lines += ["## Next", f"**{report.next_date}.** {report.next_note}"]
    return ("\n\n".join(line for line in lines if line) + "\n").encode()


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """What somebody typed is text in one line, also where it looks like markup."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", " ".join(text.split()))
