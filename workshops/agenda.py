"""What a workshop does, minute by minute. Pure: no clock, no database.

Three agendas are offered. All of them end in *Commit*, which is protected: whatever runs late is taken
from elsewhere, because a workshop that does not reach commitment was a conversation.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Slot:
    """One phase to come: its kind, minutes for writing alone and minutes for talking."""

    kind: str
    shared: int
    private: int = 0
    protected: bool = False


AGENDAS: dict[str, tuple[str, tuple[Slot, ...]]] = {
    "so_what": (
        "So what, 165 minutes",
        (
            Slot("why", 5), Slot("walk", 20), Slot("learn", 10, 10), Slot("severity", 20), Slot("fine_tune", 10, 10),
            Slot("break", 10), Slot("do_differently", 10, 10), Slot("love_to_learn", 5, 5),
            Slot("commit", 25, protected=True), Slot("read_out", 15),
        ),
    ),
    "short": (
        "Short, 90 minutes",
        (
            Slot("why", 5), Slot("walk", 10), Slot("learn", 6, 6), Slot("severity", 12), Slot("fine_tune", 6, 6),
            Slot("do_differently", 6, 6), Slot("love_to_learn", 3, 3), Slot("commit", 15, protected=True),
            Slot("read_out", 6),
        ),
    ),
    # The break lies between two days and takes no minutes of either.
    "remote": (
        "Remote, twice 85 minutes",
        (
            Slot("why", 5), Slot("walk", 20), Slot("learn", 10, 10), Slot("severity", 20), Slot("fine_tune", 10, 10),
            Slot("break", 0), Slot("why", 5), Slot("walk", 10), Slot("do_differently", 10, 10),
            Slot("love_to_learn", 5, 5), Slot("commit", 25, protected=True), Slot("read_out", 15),
        ),
    ),
}  # fmt: skip


# A report-back is short, and all of it is about what became of the promises.
REPORT_BACK = (Slot("why", 5), Slot("report_back", 40, protected=True))

BREAK_KEEPS = 5  # minutes
COMMIT_KEEPS = 15  # minutes that a protected phase has at least
MAPPING = frozenset({"walk"})  # minutes spent with the map itself instead of with "so what?"
MOST_MAPPING = 0.25


class HasMinutes(Protocol):
    minutes_private: int
    minutes_shared: int


class InAgenda(HasMinutes, Protocol):
    of_kind: str
    protected: bool
    open_until: datetime.datetime | None


def minutes(slots: Sequence[Slot]) -> int:
    """How long an agenda takes."""
    return sum(slot.private + slot.shared for slot in slots)


def mapping_share(phases: Sequence[InAgenda]) -> float:
    """Which share of the working minutes goes to the map itself; breaks are no work."""
    working = [phase for phase in phases if phase.of_kind != "break"]
    whole = sum(phase.minutes_private + phase.minutes_shared for phase in working)
    on_map = sum(phase.minutes_private + phase.minutes_shared for phase in working if phase.of_kind in MAPPING)
    return on_map / whole if whole else 0.0


def seconds_left(phase: HasMinutes, gone: float) -> tuple[str, float]:
    """Which part of a phase runs after `gone` seconds ("private", "shared" or "over"), and how much of it
    is left. Over time is told as a negative number."""
    private, total = phase.minutes_private * 60, (phase.minutes_private + phase.minutes_shared) * 60
    if gone < private:
        return "private", private - gone
    return ("shared" if gone < total else "over"), total - gone


def catch_up(phases: Sequence[InAgenda], at: int, late: int) -> dict[int, int]:
    """Where `late` minutes can be saved after phase `at`: position in `phases` → minutes to take from it.

    From the break first, which keeps five minutes, then from what comes next, each keeping half. A protected phase
    (Commit) gives nothing, ever, nor does one that stays open for days. What cannot be saved moves the end: the sum
    may be less than `late`.
    """
    coming = [n for n in range(at + 1, len(phases)) if phases[n].open_until is None]
    breaks = [n for n in coming if phases[n].of_kind == "break"]
    found = {}
    for n in [*breaks, *(n for n in coming if n not in breaks)]:
        whole = phases[n].minutes_private + phases[n].minutes_shared
        keeps = whole if phases[n].protected else BREAK_KEEPS if n in breaks else -(-whole // 2)
        if (cut := min(late, whole - keeps)) > 0:
            found[n], late = cut, late - cut
    return found


def shortened(phase: HasMinutes, cut: int) -> tuple[int, int]:
    """Minutes alone and together after `cut` are taken, in the same proportion as before."""
    whole = phase.minutes_private + phase.minutes_shared
    alone = round(phase.minutes_private * (whole - cut) / whole) if whole else 0
    return alone, whole - cut - alone
