"""What a composition root hands to the engine: every command, every kind of record, who somebody is.

The engine calls these through the table it was given and so never imports a room above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from accounts.actors import Actor
from live.models import Record

Predicate = Callable[[Actor, Any, Any], bool]


@dataclass(frozen=True)
class Command:
    """One thing a person may do: the shape of its data, who may, what happens, and what that is called after."""

    payload: type[msgspec.Struct]
    may: Predicate
    do: Callable[[Any, Any], None]
    event: str
    # A command that also touches rows which are no records runs alone, in a savepoint of its own.
    alone: bool = False
    # What the person reads when `may` says no.
    why_not: str = "You may read this, but not change it."
    # Whether this is what makes a room that is read-only one to work in again; nothing else is taken there.
    reopens: Callable[[Any], bool] = lambda data: False


class EditRule(Protocol):
    def __call__(self, actor: Actor, row: Any) -> bool: ...


@dataclass(frozen=True)
class Kind:
    """One kind of record: its model, and who may change such a row (asked again before an undo)."""

    model: type[Record]
    may_change: EditRule
    # Called after such a row was added, removed or brought back, by whichever command or undo: sets what
    # follows from it elsewhere (a count), through `ctx.derive`.
    follow: Callable[[Any, Any], None] | None = None


@dataclass(frozen=True)
class Board:
    commands: Mapping[str, Command]
    kinds: Mapping[str, Kind]
    load_actors: Callable[..., Mapping[str, Actor]]
    you: Callable[[Actor], dict[str, Any]]  # what a browser is told of its person
    departments: Callable[[str], list[dict[str, Any]]]  # and of its organisation
    why_read_only: str  # what a person reads whose command comes to a room that was put away
    by_prefix: dict[str, type[Record]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_prefix", {kind.model.prefix: kind.model for kind in self.kinds.values()})

    def models(self) -> Iterable[type[Record]]:
        return (kind.model for kind in self.kinds.values())
