"""Reads one workbook from standard input and writes its rows to standard output, one JSON list a line.

Runs as a process of its own with little memory and time, because a workbook of 500 KB may unpack to
gigabytes. The first line is the list of sheets; every other line is [sheet number, cells]. When the
workbook cannot be read, the only line is a sentence that says why. Needs nothing of the application.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from typing import Any

MEMORY, SECONDS, MOST_ROWS = 512 * 1024 * 1024, 30, 100_000


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the guard on the unpacked size must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)


def main() -> None:
    _limit()
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    out = sys.stdout.buffer
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        out.write(json.dumps(book.sheet_names).encode() + b"\n")
        for number, name in enumerate(book.sheet_names):
            for count, row in enumerate(book.get_sheet_by_name(name).iter_rows()):
                cells = [_cell(value) for value in row]
                out.write(json.dumps([number, cells], ensure_ascii=False).encode("utf-8", "replace") + b"\n")
                if count > MOST_ROWS + 10:
                    break
    except PasswordError:
        out.write(json.dumps("This workbook is locked with a password. Save it without one.").encode() + b"\n")
    except (CalamineError, ValueError, OSError) as error:
        out.write(json.dumps(f"This workbook is damaged ({type(error).__name__}). Open it and save it anew.").encode())


if __name__ == "__main__":
    main()
