"""Strict values at the door: JSON without traps, ids, clean text, order keys."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

ID = re.compile(r"[a-z]{2}_[0-9a-z]{16}")
COMMAND_ID = re.compile(r"[0-9A-Za-z_-]{4,80}")
DEPTH = 8
LARGEST = 2**53 - 1  # a browser counts no further without losing digits, and a database not much further
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_KEY_MAX = 24
# Bidi embeddings, overrides and isolates can make a line read as something else than it says.
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


class Refused(Exception):
    """A command that cannot be done: a code for programs, a sentence for people, the field it is about."""

    STATUS = {
        "invalid": 400, "unknown": 404, "forbidden": 403, "locked": 423, "conflict": 409, "too_big": 413,
        "rate": 429, "full": 409, "busy": 503, "internal": 500,
    }  # fmt: skip

    def __init__(self, code: str, message: str, *, field: str = "", current: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.field, self.current = code, message, field, current

    @property
    def status(self) -> int:
        return self.STATUS[self.code]

    def to_wire(self) -> dict[str, Any]:
        wire = {"code": self.code, "message": self.message}
        if self.field:
            wire["field"] = self.field
        if self.current is not None:
            wire["current"] = self.current
        return wire


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _check(value: Any, depth: int = 0) -> None:
    if depth > DEPTH:
        raise ValueError(f"nested deeper than {DEPTH} levels")
    if isinstance(value, str):
        value.encode()  # a lone surrogate cannot be encoded
        if "\0" in value:
            raise ValueError("text with a NUL character")
    elif isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            raise ValueError("a number too large")
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError("a number too large")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def strict_json(raw: str) -> Any:
    """Parse JSON and refuse what a database or a browser would choke on later. Raises ValueError."""
    try:
        value = json.loads(raw, parse_constant=_no_constant, object_pairs_hook=_no_twice)
        _check(value)
    except RecursionError:
        raise ValueError(f"nested deeper than {DEPTH} levels") from None
    return value


def _clean(text: str, most: int, field: str, keep: str) -> str:
    if len(text) > most:
        raise Refused("too_big", f"This text has {len(text):,} characters; {most:,} fit here. Shorten it.", field=field)
    for character in text:
        if ord(character) in _BIDI:
            raise Refused("invalid", "This text holds hidden direction marks. Type it again by hand.", field=field)
        if unicodedata.category(character) in ("Cc", "Cs") and character not in keep:
            raise Refused("invalid", "This text holds control characters. Type it again by hand.", field=field)
    return text


def clean_text(text: str, most: int = 16_000, *, field: str = "") -> str:
    """Several lines, as typed. Raises Refused with a sentence for what cannot be stored."""
    return _clean(text.replace("\r\n", "\n"), most, field, "\n\t")


def clean_line(text: str, most: int = 160, *, field: str = "", required: bool = True) -> str:
    """One line without blanks around it."""
    text = _clean(" ".join(text.split()), most, field, "")
    if required and all(character == " " or unicodedata.category(character) == "Cf" for character in text):
        raise Refused("invalid", "Write something here first.", field=field)
    return text


def order_between(before: str, after: str | None) -> str:
    """A key that sorts between two others, in base 36: `before` may be "" and `after` None for the ends.

    Returns "" when there is no room left in 24 characters: the caller then rewrites the siblings.
    """
    if after is None:
        head = int(before[:4].ljust(4, "0") or "0", 36) + 36 * 36
        if head < 36**4:
            return _base36(head)
    key, i, upper = "", 0, after
    while len(key) < _KEY_MAX:
        if upper is not None and i >= len(upper):
            return ""  # both are the same key so far, and nothing sorts below its end
        low = _DIGITS.index(before[i]) if i < len(before) else 0
        high = _DIGITS.index(upper[i]) if upper is not None else 36
        if high - low > 1:
            return key + _DIGITS[(low + high) // 2]
        if high < low:
            return ""
        key += _DIGITS[low]
        if high > low:
            upper = None  # already below it: only `before` binds from here on
        i += 1
    return ""


def order_keys(count: int) -> list[str]:
    """Evenly spread keys for a whole list of siblings."""
    step = 36**4 // (count + 1)
    return [_base36(step * (n + 1)) for n in range(count)]


def _base36(n: int) -> str:
    digits = ""
    for _ in range(4):
        n, rest = divmod(n, 36)
        digits = _DIGITS[rest] + digits
    return digits.rstrip("0") or "01"
