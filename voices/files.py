"""From the bytes of a file to its rows: what kind of table it is, how its letters are coded, where it breaks.

Pure of any database. A file is given as a function that starts its chunks anew, since it is read more
than once (to recognise it, to preview it, to bring it in) and never held in memory whole.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from live.sheets import BadFile

Chunks = Callable[[], Iterable[bytes]]
Row = tuple[int, list[str]]  # the line (or row of the sheet) it starts at, and its cells

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_TEXT = 50 * 1024 * 1024, 100_000, 200, 32_000
ENCODINGS = {
    "utf-8-sig": "UTF-8", "cp1252": "Windows, Western Europe", "utf-16": "UTF-16", "utf-16-le": "UTF-16 (LE)",
    "utf-16-be": "UTF-16 (BE)", "cp1250": "Windows, Central Europe", "cp1251": "Windows, Cyrillic",
    "cp1254": "Windows, Turkish", "latin-1": "Latin-1", "shift_jis": "Shift JIS", "gb18030": "GB 18030",
}  # fmt: skip
_OTHER_FILES = [
    (b"%PDF", "This is a PDF. Export the comments as CSV or XLSX."),
    (b"\x89PNG", "This is a picture (PNG). Choose a CSV or XLSX file."),
    (b"\xff\xd8\xff", "This is a picture (JPEG). Choose a CSV or XLSX file."),
    (b"GIF8", "This is a picture (GIF). Choose a CSV or XLSX file."),
    (b"\xd0\xcf\x11\xe0", "This is an old or locked workbook. Save it as .xlsx without a password."),
    (b"\x1f\x8b", "This file is packed (gzip). Unpack it first."),
]


@dataclass(frozen=True)
class Shape:
    """How to read a file. `encoding_known` is False when a person must look whether the letters are right."""

    form: str
    encoding: str = ""
    encoding_known: bool = True
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


# -- recognising -------------------------------------------------------------------------------
def recognise(chunks: Chunks, *, workbook: bool = False) -> Shape:
    """What the file is, from its content and never from its name; of a `workbook`, its lines. Raises BadFile."""
    head = _head(chunks)
    if not head.strip():
        raise BadFile("This file is empty. Export it again, with the comments in it.")
    for magic, sentence in _OTHER_FILES:
        if head.startswith(magic):
            raise BadFile(sentence)
    if workbook:
        sheets = json.loads(head[: head.index(b"\n")])
        return Shape("xlsx", "utf-8-sig", True, sheet=_fullest(chunks, sheets), sheets=tuple(sheets))
    encoding, known = _encoding(head, chunks)
    return shaped(chunks, encoding, known)


def shaped(chunks: Chunks, encoding: str, known: bool) -> Shape:
    """The shape of a text file whose encoding is given (a person may choose another)."""
    text = _head(chunks).decode(encoding, "replace").lstrip("\ufeff")
    if re.match(r"\s*(?:\{|\[\s*\{)", text):
        return Shape("jsonl", encoding, known)
    return Shape("csv", encoding, known, _delimiter(text))


def _head(chunks: Chunks, size: int = 65_536) -> bytes:
    got = b""
    for chunk in chunks():
        got += chunk
        if len(got) >= size:
            break
    return got[:size]


def _encoding(head: bytes, chunks: Chunks) -> tuple[str, bool]:
    """A mark at the start, else strict UTF-8, else Windows' Western letters for a person to look at."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", True
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    zeros = head.count(0)
    if zeros > len(head) // 5:  # every other byte is zero: UTF-16 without a mark
        if head[1::2].count(0) > head[0::2].count(0) * 4:
            return "utf-16-le", True
        if head[0::2].count(0) > head[1::2].count(0) * 4:
            return "utf-16-be", True
        raise BadFile("This is no table of text. Choose a CSV or XLSX file.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
        return "utf-8-sig", True
    except UnicodeDecodeError:
        undefined = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
        return ("latin-1" if any(byte in head for byte in undefined) else "cp1252"), False


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines into the same number of cells most often."""
    first = text[:6].lower()
    if first.startswith("sep=") and len(text) > 4:
        return text[4]
    best, best_score = ",", 0.0
    sample = text[:30_000]
    for candidate in ",;\t|":
        try:
            lengths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=candidate) if row][:-1]
        except csv.Error:
            continue
        counts = Counter(length for length in lengths if length > 1)
        if counts:
            _, rows = counts.most_common(1)[0]
            score = rows / len(lengths) + (0.2 if candidate in (";", "\t") else 0)
            if score > best_score:
                best, best_score = candidate, score
    return best


def _fullest(chunks: Chunks, sheets: list[str]) -> str:
    rows: Counter[str] = Counter()
    for line in _lines(chunks):
        if line.startswith(b"["):
            number = line[1 : line.find(b",")]
            if number.isdigit():
                rows[sheets[int(number)]] += 1
    return rows.most_common(1)[0][0] if rows else (sheets[0] if sheets else "")


def _lines(chunks: Chunks) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks():
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


# -- reading -----------------------------------------------------------------------------------
def read(shape: Shape, chunks: Chunks, keys: list[str] | None = None) -> Iterator[Row]:
    """The rows of the file, header rows and all. `keys`: the columns of a JSON-lines file. Raises BadFile."""
    source = {"csv": _read_csv, "xlsx": _read_sheet}.get(shape.form)
    rows = source(shape, chunks) if source else _read_objects(shape, chunks, keys or [])
    for count, (line, cells) in enumerate(rows):
        if len(cells) > MOST_COLUMNS and any(cell for cell in cells[MOST_COLUMNS:]):
            raise BadFile(
                f"Line {line} has {len(cells):,} columns; {MOST_COLUMNS} can be read. Leave out what is not needed."
            )
        if count > MOST_ROWS + 10:
            raise BadFile(f"This file has more than {MOST_ROWS:,} rows. Split it, by year for example.")
        yield line, cells[:MOST_COLUMNS]


class _Bytes(io.RawIOBase):
    """Chunks as a file, so that the standard library decodes them."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._rest = iter(chunks), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _text(shape: Shape, chunks: Chunks) -> io.TextIOWrapper:
    errors = "strict" if shape.encoding.startswith("utf") else "replace"
    return io.TextIOWrapper(io.BufferedReader(_Bytes(chunks())), shape.encoding, errors, newline="")


def _read_csv(shape: Shape, chunks: Chunks) -> Iterator[Row]:
    held: list[str] = []  # the lines of the record that is being read

    def lines() -> Iterator[str]:
        for line in _text(shape, chunks):
            held.append(line)
            yield line

    reader, start = csv.reader(lines(), delimiter=shape.delimiter or ","), 1
    try:
        for cells in reader:
            raw = "".join(held)
            if reader.line_num > start and (cell := _open_quote(raw, shape.delimiter)):
                raise BadFile(_quote_sentence(start, cell))
            if cells and not (start == 1 and raw[:4].lower() == "sep=" and len(raw.strip()) == 5):
                yield start, cells
            start = reader.line_num + 1
            held.clear()
    except csv.Error as error:
        if "field larger" in str(error):
            cell = _open_quote("".join(held), shape.delimiter) or "".join(held).count(shape.delimiter) + 1
            raise BadFile(
                f"Line {start}, column {cell}: this cell is longer than {csv.field_size_limit():,} characters. A "
                "quotation mark may be opened there and never closed. Mend that line and choose the file again."
            ) from None
        raise BadFile(f"Line {reader.line_num}: {error}. Open the file and save it again as CSV.") from None
    except UnicodeDecodeError as error:
        raise BadFile(
            f"Near line {start}: these bytes are not {ENCODINGS.get(shape.encoding, shape.encoding)} "
            f"({error.reason}). Choose another encoding, or save the file as UTF-8."
        ) from None


def _quote_sentence(line: int, cell: int) -> str:
    return (
        f"Line {line}, column {cell}: a quotation mark is opened here and never closed, so all that follows would be "
        "one cell. Close it and choose the file again."
    )


def _open_quote(raw: str, delimiter: str) -> int:
    """Which cell (from 1) of a record opens a quotation that is never closed; 0 when none does."""
    cell, quoted, at_start, i = 1, False, True, 0
    while i < len(raw):
        c = raw[i]
        if quoted:
            if c == '"':
                if raw[i + 1 : i + 2] == '"':
                    i += 1
                else:
                    quoted = False
        elif c == '"' and at_start:
            quoted = True
        elif c == delimiter:
            cell += 1
        at_start = not quoted and c == delimiter
        i += 1
    return cell if quoted else 0


def _read_sheet(shape: Shape, chunks: Chunks) -> Iterator[Row]:
    wanted, line = shape.sheets.index(shape.sheet) if shape.sheet in shape.sheets else 0, 0
    for raw in _lines(chunks):
        if raw.startswith(b"[%d," % wanted):
            line += 1
            cells = json.loads(raw)[1]
            if any(cells):
                yield line, cells


def _read_objects(shape: Shape, chunks: Chunks, keys: list[str]) -> Iterator[Row]:
    """One object a line, or one list of objects. Without `keys`, every key that comes up anywhere is a column."""
    if not keys:
        found: dict[str, None] = {}
        for _, row in _objects(shape, chunks):
            found |= dict.fromkeys(map(str, row))
            if len(found) > MOST_COLUMNS:
                raise BadFile(
                    f"These objects have more than {MOST_COLUMNS} different keys. Leave out what is not needed."
                )
        keys = list(found)
    yield 0, keys
    for line, row in _objects(shape, chunks):
        yield line, [_plain(row.get(key)) for key in keys]


def _objects(shape: Shape, chunks: Chunks) -> Iterator[tuple[int, dict[str, Any]]]:
    text = _text(shape, chunks)
    start = text.read(4_096).lstrip("\ufeff \t\r\n")[:1]
    rows = _listed(shape, chunks) if start == "[" else _each_line(shape, chunks)
    for line, found in rows:
        if not isinstance(found, dict):
            raise BadFile(f"Line {line}: every line must hold one JSON object.")
        yield line, found


def _each_line(shape: Shape, chunks: Chunks) -> Iterator[tuple[int, Any]]:
    for line, raw in enumerate(_text(shape, chunks), start=1):
        if not raw.strip():
            continue
        try:
            yield line, json.loads(raw)
        except (ValueError, RecursionError) as error:
            column = getattr(error, "colno", 1)
            raise BadFile(f"Line {line}, column {column}: this is no JSON. Every line must hold one object.") from None


def _listed(shape: Shape, chunks: Chunks) -> Iterator[tuple[int, Any]]:
    try:
        yield from enumerate(json.loads(_text(shape, chunks).read().lstrip("\ufeff")), start=1)
    except json.JSONDecodeError as error:
        where = f"Line {error.lineno}, column {error.colno}"
        raise BadFile(f"{where}: this is no JSON. Mend it there, or save one object a line.") from None
    except RecursionError:
        raise BadFile("This JSON is nested too deeply. Save one object a line.") from None


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
