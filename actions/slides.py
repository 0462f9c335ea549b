"""The report as slides that can be edited: every word is text in a placeholder or a table, the bar is a chart with its
numbers behind it. Loaded only when slides are made, because its library is large."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.util import Emu, Inches, Pt

from actions.contents import TONES, Contents, Line

INK, QUIET, TEXT = RGBColor(0x23, 0x40, 0xB8), RGBColor(0x46, 0x50, 0x63), RGBColor(0x17, 0x1B, 0x23)
PENCIL = RGBColor(0xFF, 0xC8, 0x3D)
FILLS = {"bad": "B3202C", "warn": "D8951A", "ink": "6B82E8", "": "A9B2C1", "good": "2F9E74"}
WORDS = {"bad": "B3202C", "warn": "8A5A00", "ink": "2340B8", "": "465063", "good": "0B6B4B"}
LEFT, TOP, WIDTH = Inches(0.7), Inches(1.55), Inches(11.93)
ROWS = 7  # of a table on one slide
MOST_PROMISES = 64  # in the deck; more of them are for the workbook
AN_INCH = 11  # characters in an inch of a table's cell
TITLE, ONLY_TITLE = 0, 5  # layouts of the library's own template
Row = Sequence[str]
T = TypeVar("T")
Paint = Callable[[Any, int, int], None]


def to_pptx(report: Contents) -> bytes:
    """Title, objective, needs, promises by department, let-downs in customers' words, before and after, what changed,
    next date."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    deck.core_properties.title = f"Action report, {report.workshop}"[:255]
    deck.core_properties.author, deck.core_properties.comments = "Journeymap", ""
    deck.core_properties.language = "en-GB"
    _opening(deck, report)
    _objective(deck, report)
    if report.needs:
        _lines(deck, "Needs you", [(need.what, need.why) for need in report.needs])
    rows: list[Row]
    if report.consequences:
        rows = [
            (one.title, f"“{one.words}” {one.who}" if one.words else "", f"{one.severity} of 5" if one.severity else "–",
             one.cost or "–", str(one.accounts), one.behind or "–")
            for one in report.consequences
        ]  # fmt: skip
        head = ("What lets customers down", "In their words", "Severity", "It costs them", "Customers", "Revenue")
        _table(deck, "What lets customers down and is worked on", head, rows, (2.7, 3.4, 1.15, 1.85, 1.45, 1.38), 5)
    for department, lines in _by_department(report.lines[:MOST_PROMISES]):
        rows = [(line.title, line.owner, line.due, line.word) for line in lines]
        tones = [line.tone for line in lines]
        title = f"{department or 'No department yet'}: {sum(tone == 'good' for tone in tones)} of {len(lines)} kept"
        _table(deck, title, ("Promise", "Owner", "Due", "Status"), rows, (6.4, 2.4, 1.33, 1.8), ROWS, _painted(tones))
    if more := len(report.lines[MOST_PROMISES:]):
        _lines(
            deck, "And more", [(f"{more} promises", "that are less urgent are in the workbook and in the PDF’s annex.")]
        )
    if report.changes:
        rows = [(one.what, one.before, one.after or "not measured yet", one.note) for one in report.changes]
        _table(
            deck,
            "Before and after",
            ("Measure", "Before", "Now", "What the customer notices"),
            rows,
            (3.6, 1.7, 1.9, 4.73),
        )
    if report.notes:
        said = [(f"{note.by}, {note.on}", f"“{note.text}” on {note.about}") for note in report.notes]
        _lines(deck, "From the sponsor", said)
    changed = [(one.said, "; ".join(one.titles)) for one in report.differences]
    _lines(
        deck,
        report.next_date,
        [*changed, ("", report.next_note)] if changed else [(report.since_then, report.next_note)],
    )
    held = io.BytesIO()
    deck.save(held)
    return held.getvalue()


def _by_department(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.department, []).append(line)
    return list(found.items())


def _parts(rows: Sequence[T], most: int) -> list[Sequence[T]]:
    return [rows[start : start + most] for start in range(0, len(rows), most)]


def _slide(deck: Any, title: str, layout: int = ONLY_TITLE) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    box = slide.shapes.title
    box.left, box.top, box.width, box.height = LEFT, Inches(0.45), WIDTH, Inches(0.95)
    _write(box.text_frame, short(title, 120), 30, INK, bold=True)
    box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _accent(slide, box.top + Inches(0.15), Inches(0.65))
    return slide


def _accent(slide: Any, top: int, height: int) -> None:
    """The pencil's yellow beside a title."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0.45), top, Inches(0.1), height)
    shape.fill.solid()
    shape.fill.fore_color.rgb = PENCIL
    shape.line.fill.background()
    shape.shadow.inherit = False


def _write(frame: Any, text: str, size: int, colour: RGBColor = TEXT, *, bold: bool = False) -> None:
    frame.word_wrap = True
    frame.text = text
    for paragraph in frame.paragraphs:
        paragraph.alignment = None
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(size), bold, colour
        paragraph._p.get_or_add_pPr().set("algn", "l")


def _opening(deck: Any, report: Contents) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE])
    title, under = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = LEFT, Inches(1.9), WIDTH, Inches(2.2)
    _write(title.text_frame, short(report.headline, 160), 40, INK, bold=True)
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _accent(slide, title.top + Inches(0.1), title.height - Inches(0.1))
    under.left, under.top, under.width, under.height = LEFT, Inches(4.3), WIDTH, Inches(1.6)
    parts = [report.workshop, f"Workshop of {report.held_on}" if report.held_on else "", f"Report of {report.made_on}"]
    sponsor = f"\nSponsor: {report.sponsor}" if report.sponsor else ""
    _write(under.text_frame, short(" · ".join(part for part in parts if part), 160) + short(sponsor, 120), 18, QUIET)


def _objective(deck: Any, report: Contents) -> None:
    """What it is for, and how its promises stand: a chart whose numbers can be edited."""
    slide = _slide(deck, "What we want, and how it stands")
    box = slide.shapes.add_textbox(LEFT, TOP, Inches(5.4), Inches(5.2)).text_frame
    _write(box, f"Objective\n{short(report.objective, 400)}\n\nMeasure\n{short(report.measure, 300)}", 18)
    box.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    for paragraph in box.paragraphs:
        paragraph.font.bold = paragraph.text in ("Objective", "Measure")
    data = CategoryChartData()
    data.categories = ["Promises"]
    for _, name, _, n in report.bars:
        data.add_series(f"{name}: {n}", (n,))
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_STACKED_100, Inches(6.4), TOP, Inches(6.23), Inches(4.6), data
    )  # fmt: skip
    _describe(frame, f"Promises by status: {report.in_words}")
    chart = frame.chart
    chart.has_legend, chart.has_title = True, False
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.legend.font.size = Pt(14)
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.category_axis.visible = False
    chart.plots[0].gap_width = 60
    for tone, series in zip(TONES, chart.plots[0].series, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(FILLS[tone])
    note = slide.shapes.add_textbox(LEFT, Inches(6.55), WIDTH, Inches(0.5)).text_frame
    _write(note, short(report.since_then, 160), 14, QUIET)


def _describe(frame: Any, words: str) -> None:
    """What somebody hears who does not see it."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", words)


def _lines(deck: Any, title: str, lines: Sequence[tuple[str, str]]) -> None:
    for part in _parts(lines, 5):
        slide = _slide(deck, title)
        frame = slide.shapes.add_textbox(LEFT, TOP, WIDTH, Inches(5.4)).text_frame
        frame.word_wrap = True
        for n, (strong, rest) in enumerate(part):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            for text, bold in ((short(strong, 70), True), (short(rest, 170), False)):
                if text:
                    run = paragraph.add_run()
                    run.text = text if bold or not strong else f"  {text}"
                    run.font.bold, run.font.size, run.font.color.rgb = bold, Pt(20), TEXT
            paragraph.space_after = Pt(12)


def _table(
    deck: Any,
    title: str,
    head: Row,
    rows: Sequence[Row],
    widths: Sequence[float],
    most: int = ROWS,
    paint: Paint | None = None,
) -> None:
    """A table, on as many slides as it takes."""
    for page, part in enumerate(_parts(rows, most)):
        slide = _slide(deck, title if page == 0 else f"{short(title, 100)} (continued)")
        size = Inches(0.42) * (len(part) + 1)
        frame = slide.shapes.add_table(len(part) + 1, len(head), LEFT, TOP, WIDTH, Emu(size))
        table = frame.table
        _describe(frame, short(title, 120))
        for column, width in enumerate(widths):
            table.columns[column].width = Inches(width)
        for line, row in enumerate((head, *part)):
            for column, text in enumerate(row):
                cell = table.cell(line, column)
                colour = RGBColor(255, 255, 255) if line == 0 else TEXT
                fits = int(widths[column] * AN_INCH * (3 if most < ROWS else 2))
                _write(cell.text_frame, short(text, fits), 14, colour, bold=line == 0)
                cell.fill.solid()
                plain = "FFFFFF" if line % 2 else "F3F5F8"
                cell.fill.fore_color.rgb = INK if line == 0 else RGBColor.from_string(plain)
            if paint is not None and line:
                paint(table, line, page * most + line - 1)


def _painted(tones: Sequence[str]) -> Paint:
    """The status in its colour; the word says the same."""

    def paint(table: Any, line: int, n: int) -> None:
        font = table.cell(line, 3).text_frame.paragraphs[0].font
        font.bold, font.color.rgb = True, RGBColor.from_string(WORDS[tones[n]])

    return paint


def short(text: str, most: int) -> str:
    """As much of it as fits, without the characters that XML cannot hold."""
    text = "".join(char for char in text if char >= " " or char == "\n")
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
