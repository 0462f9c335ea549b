"""Tables for spreadsheets: going out as CSV text, coming in out of a workbook."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import xlsxwriter

UNPACKED, RATIO, ENTRIES = 60 * 1024 * 1024, 100, 200


class BadFile(Exception):
    """A file that cannot be read: a sentence that says where, and what to do about it."""


def neutral(cell: str) -> str:
    """A cell that a spreadsheet will not run: what begins like a formula gets an apostrophe."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") else cell


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """Rows as CSV text, one line at a time, so that nothing large is held."""

    class Echo:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Echo())
    yield "\ufeff"
    for cells in rows:
        yield writer.writerow(cells)


def table_workbook(name: str, rows: Iterable[list[str]], widths: dict[int, int]) -> IO[bytes]:
    """Rows of text as XLSX with one sheet, the first row its head; `widths` of columns in characters. A temporary file
    that goes when it is closed; no more than a row is held."""
    held = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#e9edfd", "bottom": 1})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(name)
    columns = number = 0
    for number, line in enumerate(rows):
        if not number:
            columns = len(line)
            for column in range(columns):
                sheet.set_column(column, column, widths.get(column, 14))
            sheet.freeze_panes(1, 1)
        for column, text in enumerate(line):
            sheet.write_string(number, column, text[:32_000], cell if number else head)
    sheet.autofilter(0, 0, number, columns - 1)
    book.close()
    held.seek(0)
    return held


# -- workbooks ---------------------------------------------------------------------------------
def is_workbook(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def check_workbook(file: IO[bytes]) -> None:
    """Refuse what would unpack to far more than it looks. Raises BadFile."""
    try:
        with zipfile.ZipFile(file) as book:
            entries = book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise BadFile("This workbook is damaged. Open it and save it anew.") from None
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/") for name in names):
        raise BadFile("This is a ZIP file, not a workbook. Unpack it and choose the file inside.")
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise BadFile("This workbook holds file names that no spreadsheet program writes. Save it anew.")
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or size > UNPACKED or size > RATIO * max(packed, 1):
        raise BadFile(
            f"This workbook unpacks to {size // 1_000_000:,} MB, more than can be read. Save the one "
            "sheet as CSV and choose that."
        )


def workbook_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The rows of a workbook, as read by a process of its own (`workbook.py`). Raises BadFile."""
    script = str(Path(__file__).with_name("workbook.py"))
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        while block := file.read(1 << 20):
            copy.write(block)
        copy.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-I", script], stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        timer = threading.Timer(60, child.kill)
        timer.start()
        try:
            assert child.stdout is not None
            for line in child.stdout:
                if line.startswith(b'"'):
                    raise BadFile(json.loads(line))
                yield line
            if child.wait() != 0:
                raise BadFile("This workbook is too large to be read. Save the one sheet as CSV and choose that.")
        finally:
            timer.cancel()
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()
