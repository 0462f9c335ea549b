"""Tables for spreadsheets, as CSV text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator


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
