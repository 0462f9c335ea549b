"""What is asked about places and what is answered: plain words that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Something on the map that a comment may be about: its id, its name, and all that is said about it.

    `examples` are phrases that customers would say of it; each is worth as much as the whole description.
    """

    id: str
    name: str
    words: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """Where a text belongs: a place, how sure (0 to 1), and what says so."""

    place: str
    confidence: float
    why: str
