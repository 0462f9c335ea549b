"""A table of touchpoints from elsewhere: its cells, and which column probably holds what (rows.py reads on).

Nothing is kept on the server between the two steps: the cells travel in the page itself, packed and signed, so
that what comes back is what was sent and a page that is closed leaves nothing behind.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.core import signing

from live.models import new_id
from live.sheets import BadFile, check_workbook, is_workbook, workbook_lines
from personas.incoming import MOST_BYTES, TOO_BIG
from personas.names import Names
from personas.readable import HEADS
from touchpoints.commands import MOST_STAGES, MOST_TOUCHPOINTS

MOST_ROWS, MOST_COLUMNS, MOST_PACKED = MOST_TOUCHPOINTS + MOST_STAGES, 100, 900_000
KEPT = 24 * 60 * 60  # seconds a page with a table may stay open

# Heads of columns as people write them, in small letters and without punctuation; the first column that fits counts.
_HEADS = {
    "stage": "journey stage|phase|step|stage name|customer stage|journey phase",
    "title": "title|touch point|touchpoint name|interaction|moment|activity|customer action|action|what she does|name",
    "statement": "statement|customer statement|customer quote|customer quotes|in the customer s words|"
    "customer s words|customer words|quote|quotes|verbatim|voice of customer|"
    "customer says|what she says|comment|thoughts|thinking",
    "channels": "channel|medium|media|where|touchpoint channel",
    "lead": "lead department|department|owner|responsible|responsible department|team|lead function|function",
    "contributors": "contributing|contributing departments|contributes|supporting departments|others|helpers|involved",
    "felt": "feeling|emotion|current emotion|felt emotion|emotion felt|as is emotion|score|emotion score|sentiment",
    "felt_word": "emotion word|feeling word|in one word",
    "intended": "wanted|target emotion|intended emotion|emotion intended|desired emotion|to be emotion|wanted feeling",
    "intended_word": "wanted word|target word",
    "severity": "severity|severity to customer|pain|impact|how bad",
    "moment_of_truth": "mot|moments of truth|truth|key moment|critical|is moment of truth",
    "agreed": "agreed by the group|agreed in the workshop|consensus",
    "of_kind": "type|kind of touchpoint|touchpoint type",
    "verdict": "judgement|decision|keep fix remove|keep or fix",
    "needs": "need|what it needs|what we need",
    "benefit": "benefit|value|what she gets out of it|gain",
    "description": "details|what happens|what happens here|process|summary",
    "notes": "note|remark|remarks|ideas|opportunity|opportunities",
}


def plain(head: str) -> str:
    return " ".join(re.sub(r"\W+", " ", head.casefold().replace("_", " ")).split())


KNOWN = {name: [plain(HEADS[name]), *synonyms.split("|")] for name, synonyms in _HEADS.items()}


@dataclass
class Table:
    """The cells of a file: a name for every column, and rows with the line each one starts at."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    name: str  # of the journey that it may become
    upload: str = field(default_factory=lambda: new_id("jn"))  # one for each file that is chosen

    def pack(self, salt: str) -> str:
        packed = signing.dumps([self.header, self.rows, self.name, self.upload], salt=salt, compress=True)
        if len(packed) > MOST_PACKED:
            raise BadFile("This table holds more text than one journey can. Split it by stage, or leave columns out.")
        return packed

    def journey_id(self, name: str, columns: dict[str, int]) -> str:
        """The same for the same file, read in the same way: a second click makes no second journey."""
        choice = json.dumps([self.upload, name, sorted(columns.items())])
        return "jn_" + hashlib.sha256(choice.encode()).hexdigest()[:16]

    @classmethod
    def unpack(cls, packed: str, salt: str) -> Table:
        try:
            header, rows, name, upload = signing.loads(packed, salt=salt, max_age=KEPT)
        except signing.SignatureExpired:
            raise BadFile("This page was open for more than a day. Choose the file again.") from None
        except signing.BadSignature:
            raise BadFile("The table did not come back whole. Choose the file again.") from None
        return cls(header, [(line, cells) for line, cells in rows], name, upload)


# -- reading a file ----------------------------------------------------------------------------
def read(file: IO[bytes], name: str) -> Table:
    """The table in a CSV or XLSX file called `name`. Raises BadFile with a sentence."""
    head = file.read(4)
    file.seek(0)
    if is_workbook(head):
        check_workbook(file)
        rows = _fullest(workbook_lines(file))
    else:
        rows = _csv(file.read(MOST_BYTES + 1))
    rows = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not rows:
        raise BadFile("This file is empty. It needs a row of headings and a row for each touchpoint.")
    at = _header(rows)
    width = max(len(cells) for _, cells in rows)
    if width > MOST_COLUMNS:
        raise BadFile(f"This table has {width:,} columns; {MOST_COLUMNS} can be read. Leave out what is not needed.")
    if len(rows) - at - 1 > MOST_ROWS:
        raise BadFile(f"This table has {len(rows) - at - 1:,} rows; a journey holds {MOST_TOUCHPOINTS:,} touchpoints.")
    if len(rows) == at + 1:
        raise BadFile("There are no rows under the headings.")
    wide = [(line, [*cells, *[""] * (width - len(cells))]) for line, cells in rows]
    journey = " ".join(re.sub(r"[_-]+", " ", name.rsplit(".", 1)[0]).split())
    return Table(_labels(wide[at][1]), wide[at + 1 :], journey[:120].capitalize() or "Brought in")


def _fullest(lines: Iterable[bytes]) -> list[tuple[int, list[str]]]:
    """The rows of the sheet whose headings we know best; of several alike the first."""
    sheets: dict[int, list[tuple[int, list[str]]]] = {}
    for raw in itertools.islice(lines, 1, None):
        number, cells = json.loads(raw)
        rows = sheets.setdefault(number, [])
        rows.append((len(rows) + 1, cells))
    best = max(
        sheets.values(), key=lambda rows: max((len(guess(cells)) for _, cells in rows[:15]), default=0), default=[]
    )
    return best


def _csv(raw: bytes) -> list[tuple[int, list[str]]]:
    if len(raw) > MOST_BYTES:
        raise BadFile(TOO_BIG)
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        raise BadFile("This is an old or locked workbook. Save it as .xlsx without a password.")
    for encoding in ("utf-16", "cp1252") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadFile("The letters of this file cannot be read. Save it as UTF-8.")
    if "\0" in text or raw[:4] == b"%PDF":
        raise BadFile("This is no table. Choose a CSV or XLSX file, or the JSON file of a journey.")
    sample = text[:20_000]
    comma = max(",;\t", key=lambda c: sum(min(line.count(c), 30) for line in sample.splitlines()[:20]))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, [_unquoted(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error:
        raise BadFile(f"Line {line}: a quotation mark is opened and never closed, or stands inside a cell.") from None
    return rows


def _unquoted(cell: str) -> str:
    """Our own table puts an apostrophe before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠") else cell


def _header(rows: Sequence[tuple[int, list[str]]]) -> int:
    """Where the headings stand: the row of the first fifteen that we know most of, else the first."""
    scores = [len(guess(cells)) for _, cells in rows[:15]]
    return scores.index(max(scores))


def _labels(cells: Sequence[str]) -> list[str]:
    names = Names(10_000)
    found = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:80] or f"Column {place}"
        twice = name.casefold() in (one.casefold() for one in names.all)
        names.number(name)
        found.append(f"{name} (column {place})" if twice else name)
    return found


def guess(header: Sequence[str]) -> dict[str, int]:
    """Field → column, as far as the headings say."""
    heads = [plain(cell) for cell in header]
    found: dict[str, int] = {}
    # Our own headings first, so that "Name" is no title where a column says "Touchpoint".
    for rank in range(max(map(len, KNOWN.values()))):
        for name, known in KNOWN.items():
            if name not in found and rank < len(known) and known[rank] in heads:
                place = heads.index(known[rank])
                if place not in found.values():
                    found[name] = place
    return found
