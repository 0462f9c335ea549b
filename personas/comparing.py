"""Two states of one map side by side: what came, what went, what moved, what reads differently.

Pure functions over records as they stand on the wire (personas/versions.py). A stage or touchpoint is the same
one when its id is the same, whatever it is called now.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from personas.versions import Records

# The properties that are compared, with the words for them; `order` and what follows from comments are not.
JOURNEY = {"name": "Name", "objective": "What this map is for", "planned_use": "Planned use",
           "success_measure": "Success measure", "brand": "Whose brand", "review_by": "To be reviewed by"}  # fmt: skip
STAGE = {"name": "Customer’s name", "internal_name": "Our name", "question": "Her question", "goal": "Her goal",
         "confirmation": "What customers said of it"}  # fmt: skip
TOUCHPOINT = {
    "title": "Title", "statement": "In her words", "description": "Description", "benefit": "Benefit to her",
    "felt": "Felt", "felt_word": "Felt, in a word", "intended": "Intended", "intended_word": "Intended, in a word",
    "channels": "Channels", "lead": "Answers for it", "contributors": "Also involved", "verdict": "Verdict",
    "needs": "Needs", "of_kind": "Kind", "moment_of_truth": "Moment of truth", "agreed": "Agreed", "severity": "Severity",
    "notes": "Notes", "metric": "Measured by", "ask": "Question", "ask_when": "Asked when", "ask_whom": "Asked whom",
}  # fmt: skip
PERSONA = {"name": "Name", "basis": "Where she comes from", "aim": "Aim", "first_channel": "First channel",
           "contact_when": "When and how", "goals": "Goals", "expectations": "Expectations", "who": "Who"}  # fmt: skip


ALIKE = 0.5


@dataclass(frozen=True)
class Change:
    """One property that reads differently; `then` and `now` as lists of (mark, words), mark "" or "gone" or "new"."""

    label: str
    then: list[tuple[str, str]]
    now: list[tuple[str, str]]


@dataclass(frozen=True)
class Pair:
    """The same thing then and now; one of the two is None when it came or went."""

    then: dict[str, Any] | None
    now: dict[str, Any] | None
    changes: list[Change] = field(default_factory=list)
    moved: str = ""  # from where
    why: str = ""  # it went, in the words of who removed it

    @property
    def id(self) -> str:
        return str((self.now or self.then or {})["id"])

    @property
    def titles(self) -> tuple[str, str]:
        """What it was called then, and is called now."""
        return _title(self.then), _title(self.now)

    @property
    def title(self) -> str:
        return _title(self.now or self.then)

    @property
    def what(self) -> str:
        """ "new", "gone", "changed" or "" for the same."""
        if self.then is None:
            return "new"
        return "gone" if self.now is None else "changed" if self.changes or self.moved else ""


@dataclass(frozen=True)
class StagePair:
    """A stage, with its touchpoints in the order of now; those that went stand where they were."""

    stage: Pair
    touchpoints: list[Pair]

    @property
    def same(self) -> bool:
        return not self.stage.what and not any(pair.what for pair in self.touchpoints)


@dataclass(frozen=True)
class Comparison:
    journey: Pair
    stages: list[StagePair]
    personas: list[Pair]

    @property
    def counts(self) -> dict[str, int]:
        """How many touchpoints are new, gone, changed."""
        found = {"new": 0, "gone": 0, "changed": 0}
        for pair in (pair for stage in self.stages for pair in stage.touchpoints):
            if pair.what:
                found[pair.what] += 1
        return found

    @property
    def same(self) -> bool:
        return not self.journey.what and all(s.same for s in self.stages) and not any(p.what for p in self.personas)


def compare(
    then: Records, now: Records, words: Mapping[str, Mapping[Any, str]], why: Mapping[str, str] | None = None
) -> Comparison:
    """`words` gives the words for a value of a property: {"felt": {-2: "Let down"}, "lead": {department id: name}};
    `why` the reason that was given when a touchpoint was removed, by its id."""
    both = {"then": _by_kind(then), "now": _by_kind(now)}
    names = {record["id"]: str(record.get("name", "")) for records in (then, now) for record in records.values()}
    say = _Words(words, names)
    before, after = both["then"]["touchpoint"], both["now"]["touchpoint"]
    stages = []
    for pk in _in_order(both["then"]["stage"], both["now"]["stage"]):
        pair = _pair(both["then"]["stage"].get(pk), both["now"]["stage"].get(pk), STAGE, say)
        # A touchpoint that moved stands where it is now; one that went, where it was.
        theirs = {i: t for i, t in before.items() if t["stage"] == pk and i not in after}
        ours = {i: t for i, t in after.items() if t["stage"] == pk}
        order = _in_order({**theirs, **{i: before[i] for i in ours if i in before}}, ours)
        reasons = why or {}
        pairs = [_touchpoint(before.get(i), after.get(i), say, reasons.get(i, "")) for i in order]
        stages.append(StagePair(pair, pairs))
    people = _in_order(both["then"]["persona"], both["now"]["persona"])
    personas = [_pair(both["then"]["persona"].get(i), both["now"]["persona"].get(i), PERSONA, say) for i in people]
    first = [next(iter(side["journey"].values())) for side in both.values()]
    return Comparison(_pair(first[0], first[1], JOURNEY, say), stages, personas)


def _title(record: Mapping[str, Any] | None) -> str:
    return str(record.get("title") or record.get("name", "")) if record else ""


class _Words:
    def __init__(self, words: Mapping[str, Mapping[Any, str]], names: Mapping[str, str]) -> None:
        self.words, self.names = words, names

    def __call__(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(sorted(self(name, one) for one in value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value is None or value == "":
            return ""
        return self.words.get(name, {}).get(value) or self.names.get(value, str(value))


def _by_kind(records: Records) -> dict[str, Records]:
    found: dict[str, Records] = {kind: {} for kind in ("journey", "stage", "touchpoint", "persona")}
    for pk, record in records.items():
        found.setdefault(record["kind"], {})[pk] = record
    return found


def _key(record: Mapping[str, Any]) -> tuple[str, str]:
    return record.get("order") or record.get("name", ""), record["id"]


def _in_order(then: Records, now: Records) -> list[str]:
    """The ids of both: as now, and each one that went behind what stood before it then."""
    order = sorted(now, key=lambda pk: _key(now[pk]))
    before = sorted(then, key=lambda pk: _key(then[pk]))
    for n, pk in enumerate(before):
        if pk not in now:
            at = next((order.index(i) + 1 for i in reversed(before[:n]) if i in order), 0)
            order.insert(at, pk)
    return order


def _touchpoint(then: dict[str, Any] | None, now: dict[str, Any] | None, say: _Words, why: str) -> Pair:
    pair = _pair(then, now, TOUCHPOINT, say)
    if now is None:
        return Pair(then, now, why=why)
    if then and then["stage"] != now["stage"]:
        return Pair(then, now, pair.changes, f"was in “{say.names[then['stage']]}”")
    return pair


def _pair(then: dict[str, Any] | None, now: dict[str, Any] | None, labels: Mapping[str, str], say: _Words) -> Pair:
    changes = []
    if then and now:
        for name, label in labels.items():
            a, b = say(name, then.get(name)), say(name, now.get(name))
            if a != b:
                changes.append(Change(label, *word_by_word(a, b)))
    return Pair(then, now, changes)


def word_by_word(then: str, now: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Which words went and which came: two lists of (mark, words)."""
    a, b = (re.findall(r"\s+|[^\s]+", text) for text in (then, now))
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < ALIKE:  # another text, not a changed one: marks between single words would only disturb
        return [("gone", then)] if then else [], [("new", now)] if now else []
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if a1 < a2:
            left.append(("" if op == "equal" else "gone", "".join(a[a1:a2])))
        if b1 < b2:
            right.append(("" if op == "equal" else "new", "".join(b[b1:b2])))
    return left, right
