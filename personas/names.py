"""Names that a file from elsewhere uses, each once, whatever its case; and short codes for departments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from live.values import Refused, clean_line
from personas.interchange import OneChannel
from touchpoints.starting import CHANNELS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Names:
    """Names in the order in which they came up; `most`: how long one may be."""

    def __init__(self, most: int, known: Iterable[str] = ()) -> None:
        self.most, self._place = most, dict[str, int]()
        self.all: list[str] = []
        for name in known:
            self.number(name)

    def number(self, name: str) -> int:
        """Its place, counted from 1. Raises Refused for what no name can be."""
        name = clean_line(name, self.most)
        if name.casefold() not in self._place:
            self.all.append(name)
            self._place[name.casefold()] = len(self.all)
        return self._place[name.casefold()]

    def known(self, name: str) -> str:
        """As it was written first."""
        return self.all[self.number(name) - 1]


def codes_for(departments: Iterable[str]) -> dict[str, str]:
    """Two letters for each, from its name where they are free. They hold within one file."""
    found: dict[str, str] = {}
    if len(wanted := list(departments)) > 100:
        raise Refused("too_big", f"This file names {len(wanted):,} departments; 100 can be read.")
    for name in wanted:
        letters = [c for c in name.upper() if c in LETTERS] or ["D"]
        own = (letters[0] + second for second in letters[1:])
        found[name] = next(
            code for code in (*own, *map("".join, product(LETTERS, repeat=2))) if code not in found.values()
        )
    return found


def channels_of(names: Names) -> list[OneChannel]:
    """Channels by their names; the usual ones get their usual picture."""
    usual = {name.casefold(): (icon, online) for name, icon, online in CHANNELS}
    return [OneChannel(name, *usual.get(name.casefold(), ("message-square", False))) for name in names.all]
