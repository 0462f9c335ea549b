"""Merging what two people type into one text at the same moment.

A change is a *delta*: a list in which a positive integer keeps that many characters, a string is
inserted and a negative integer deletes that many; whatever follows the last entry is kept.
Characters are Unicode code points. The server puts all changes into one order, so a single rule is
enough: a change made against an older text is *transformed* over every change that came between
(Ellis & Gibbs, "Concurrency control in groupware systems", 1989; with a central order only their
first transformation property is needed). At the same place the earlier arrival stays on the left.
"""

from __future__ import annotations

from collections.abc import Iterator

Delta = list[int | str]


class BadDelta(ValueError):
    """The delta does not fit the text it is meant for."""


def _nothing() -> Delta:
    return []


def tidy(delta: Delta) -> Delta:
    """The one canonical form: no empty entries, neighbours joined, inserts before deletes, no last keep."""
    out: Delta = []
    for entry in delta:
        if entry in (0, ""):
            continue
        if isinstance(entry, str):
            at = len(out)
            if out and isinstance(out[-1], int) and out[-1] < 0:
                at -= 1  # an insert beside a delete goes first, so equal changes look equal
            if at and isinstance(out[at - 1], str):
                out[at - 1] = str(out[at - 1]) + entry
            else:
                out.insert(at, entry)
        elif out and isinstance(out[-1], int) and (out[-1] > 0) == (entry > 0):
            out[-1] += entry
        else:
            out.append(entry)
    while out and isinstance(out[-1], int) and out[-1] > 0:
        out.pop()
    return out


def apply(text: str, delta: Delta) -> str:
    """The text after the delta. Raises BadDelta when it keeps or deletes past the end."""
    at, out = 0, []
    for entry in delta:
        if isinstance(entry, str):
            out.append(entry)
            continue
        if entry > 0:
            out.append(text[at : at + entry])
        at += abs(entry)
        if at > len(text):
            raise BadDelta(f"the change reaches character {at} of a text of {len(text)}")
    out.append(text[at:])
    return "".join(out)


def invert(delta: Delta, text: str) -> Delta:
    """The delta that takes `apply(text, delta)` back to `text`."""
    at, out = 0, _nothing()
    for entry in delta:
        if isinstance(entry, str):
            out.append(-len(entry))
        elif entry > 0:
            out.append(entry)
            at += entry
        else:
            out.append(text[at : at - entry])
            at -= entry
    return tidy(out)


def diff(old: str, new: str) -> Delta:
    """The shortest single replacement that turns `old` into `new`: what a whole-text write means."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return tidy([start, new[start : len(new) - end], -(len(old) - start - end)])


class _Reader:
    """Walks a delta in pieces; the end is an endless keep."""

    def __init__(self, delta: Delta) -> None:
        self.rest: Iterator[int | str] = iter(delta)
        self.entry: int | str | None = next(self.rest, None)

    def insert(self) -> str:
        """The insert that stands here, consumed; "" when there is none."""
        if not isinstance(self.entry, str):
            return ""
        text, self.entry = self.entry, next(self.rest, None)
        return text

    @property
    def length(self) -> int | None:
        return None if self.entry is None else abs(int(self.entry))

    def take(self, n: int) -> int:
        """Consume n characters of the old text; n when they are kept, -n when they are deleted."""
        if self.entry is None:
            return n
        entry = int(self.entry)
        left = abs(entry) - n
        self.entry = (left if entry > 0 else -left) if left else next(self.rest, None)
        return n if entry > 0 else -n


def transform(delta: Delta, over: Delta, *, first: bool) -> Delta:
    """`delta` as it must read after `over` was applied to the text that both were made against.

    `first` tells whose insert stays left when both insert at the same place: True for `delta`.
    """
    mine, theirs, out = _Reader(delta), _Reader(over), _nothing()
    while mine.entry is not None:
        if isinstance(mine.entry, str) and (first or not isinstance(theirs.entry, str)):
            out.append(mine.insert())
        elif isinstance(theirs.entry, str):
            out.append(len(theirs.insert()))
        else:
            n = min(length for length in (mine.length, theirs.length) if length is not None)
            take, other = mine.take(n), theirs.take(n)
            if other > 0:  # what they deleted is gone: neither kept nor deleted again
                out.append(take)
    return tidy(out)


def compose(first: Delta, second: Delta) -> Delta:
    """One delta that does what `first` and then `second` do."""
    a, b, out = _Reader(first), _Reader(second), _nothing()
    while a.entry is not None or b.entry is not None:
        if isinstance(b.entry, str):
            out.append(b.insert())
        elif isinstance(a.entry, int) and a.entry < 0:
            out.append(a.take(-a.entry))
        elif isinstance(a.entry, str):
            # b walks over text that a inserted: it keeps or deletes some of it
            text = a.entry
            n = len(text) if b.length is None else min(len(text), b.length)
            if b.take(n) > 0:
                out.append(text[:n])
            a.entry = text[n:] or next(a.rest, None)
        else:
            n = min(length for length in (a.length, b.length) if length is not None)
            a.take(n)
            out.append(b.take(n))
    return tidy(out)
