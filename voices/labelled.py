"""Files that people labelled: what each of them holds. Used by `manage.py evaluate_voices`.

They are read as an import reads them (any encoding, delimiter and line end), except for JSON lists, whose labels are
nested. Names of columns count without regard to capitals, a row without words or without its label not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.sheets import BadFile
from voices.files import read, recognise

KNOWN = (
    "Known are text,label[,domain]; text (fits nowhere); comment,themes; comment,sentiment_1pos_5neg; and the JSON lists of "
    "quantities (text, gold) and of places (name, examples)."
)


@dataclass(frozen=True)
class Labelled:
    """The rows of a file, every one with the same columns."""

    path: Path
    rows: list[dict[str, Any]]

    def has(self, *columns: str) -> bool:
        return set(columns) <= self.rows[0].keys()

    def pairs(self, first: str, second: str) -> list[tuple[str, str]]:
        """Where both are filled in."""
        said = ((str(row[first] or ""), str(row[second] or "")) for row in self.rows)
        return [(one, other) for one, other in said if one.strip() and other.strip()]

    @property
    def is_nowhere(self) -> bool:
        return self.has("text") and self.rows[0].keys() <= {"text", "id", "source"}


def read_labelled(path: Path) -> Labelled:
    """Raises BadFile with a sentence that names the file."""
    try:
        rows = _listed(path) if path.suffix == ".json" else _table(path)
    except OSError as error:
        raise BadFile(f"{path} cannot be opened: {error.strerror}.") from None
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from None
    if not rows:
        raise BadFile(f"{path} holds no rows.")
    return Labelled(path, rows)


def _listed(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise BadFile(f"This is no JSON: {error}.") from None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BadFile("This JSON is no list of objects.")
    columns = dict.fromkeys(key for row in found for key in row)
    return [{key: row.get(key) for key in columns} for row in found]


def _table(path: Path) -> list[dict[str, Any]]:
    def chunks() -> list[bytes]:
        return [path.read_bytes()]

    rows = (cells for _, cells in read(recognise(chunks), chunks))
    columns = [name.strip().lstrip("\ufeff").casefold() for name in next(rows, [])]
    blank = [""] * len(columns)
    return [dict(zip(columns, [*cells, *blank], strict=False)) for cells in rows]
