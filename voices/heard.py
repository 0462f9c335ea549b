"""What customers with the same aim said: what it did to them, what lets them down, what they do instead, what they would
like, stage by stage; and the expectation persona that can be made from it.

Consequences and feelings that nobody confirmed yet are counted apart from those somebody did.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Any

from live.models import new_id
from personas.models import Aim, Persona
from touchpoints.models import Stage, Touchpoint
from voices.models import FROM_CUSTOMERS, Comment, Consequence
from voices.placing import valence
from voices.queries import LetDown, comments_of, let_downs
from voices.wants import wishes

MOST_READ = 5_000
MOST_QUOTES = 6
MOST_LIVED = 90  # touchpoints that a persona starts with: one step, which can be taken back
LONGEST_NEED = 300


@dataclass(frozen=True)
class Did:
    """One kind of consequence: how many comments somebody confirmed it for, and how many more may say it."""

    label: str
    confirmed: int
    proposed: int


@dataclass(frozen=True)
class At:
    """What they said at one touchpoint: how it felt (-2 to 2) and what they would like there."""

    touchpoint: Touchpoint
    comments: int
    felt: int
    need: str


@dataclass(frozen=True)
class Heard:
    aim: Aim
    comments: int
    accounts: int
    contacts: int
    did: list[Did]
    pains: list[LetDown]
    workarounds: list[Comment]
    wishes: list[tuple[Comment, str]]
    stages: list[tuple[Stage, int]]
    places: list[At]


def heard(aim: Aim) -> Heard:
    """Five queries, and those of the ranking. Reads the newest 5,000 comments of the aim."""
    room = str(aim.room_id)
    of_aim = comments_of(room).filter(aim=aim, source_kind__in=FROM_CUSTOMERS)
    rows = list(
        of_aim.select_related("account", "touchpoint").prefetch_related("quantities").order_by("-said_on", "-pk")[:MOST_READ]
    )  # fmt: skip
    by_pk = {row.pk: row for row in rows}
    consequences = list(Consequence.objects.filter(comment__in=list(by_pk)).order_by("-confirmed_at", "pk"))
    confirmed = Counter(one.kind for one in consequences if one.confirmed_at)
    proposed = Counter(one.kind for one in consequences if not one.confirmed_at)
    did = [
        Did(kind.label, confirmed[kind], proposed[kind]) for kind in Consequence.Kind if kind in confirmed | proposed
    ]
    around = [by_pk[one.comment_id] for one in consequences if one.kind == Consequence.Kind.WORKAROUND]  # type: ignore[index]
    issues = {row.issue_id for row in rows if row.issue_id}
    counts = Counter(row.stage_id for row in rows if row.stage_id)
    stages = Stage.objects.filter(room=room, removed_at=None).order_by("order", "pk")
    return Heard(
        aim, of_aim.count(), len({row.account_id for row in rows if row.account_id}),
        len({row.contact_id for row in rows if row.contact_id}), sorted(did, key=lambda one: -one.confirmed - one.proposed),
        [one for one in let_downs(room) if one.issue.pk in issues], around[:MOST_QUOTES],
        _different(rows)[:MOST_QUOTES],
        [(stage, counts[stage.pk]) for stage in stages], _places(rows),
    )  # fmt: skip


def _different(rows: list[Comment]) -> list[tuple[Comment, str]]:
    """What they would like, each wish once."""
    found: dict[str, tuple[Comment, str]] = {}
    for row in rows:
        for wish in wishes(row.text):
            found.setdefault(wish.casefold(), (row, wish))
    return list(found.values())


def _places(rows: list[Comment]) -> list[At]:
    by_touchpoint: dict[str, list[Comment]] = {}
    for row in rows:
        if row.touchpoint and row.touchpoint.removed_at is None:
            by_touchpoint.setdefault(row.touchpoint.pk, []).append(row)
    places = []
    for here in by_touchpoint.values():
        assert here[0].touchpoint
        felt = median(_felt(row) for row in here)
        worst = max(here, key=lambda row: (row.severity or row.harm, -row.pk))
        said = next((wish for row in here for wish in wishes(row.text)), worst.text)
        places.append(At(here[0].touchpoint, len(here), round(felt), _short(said)))
    return sorted(places, key=lambda one: (-one.comments, one.touchpoint.pk))


def _felt(row: Comment) -> float:
    return row.feeling if row.feeling is not None else valence(row.score, row.scale, row.felt or 0.0)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_NEED else words[: LONGEST_NEED - 1].rsplit(" ", 1)[0] + "…"


def persona_commands(found: Heard, name: str) -> list[tuple[str, dict[str, Any]]]:
    """An expectation persona: her aim, what she expects and does instead in customers' words, and at each touchpoint
    they spoke of how it feels and what they would like."""
    pk = new_id("pe")
    about: dict[str, Any] = {"id": pk, "goals": found.aim.name}
    lines = [f"“{_short(wish)}”" for _, wish in found.wishes]
    if found.pains:
        lines += ["", "What lets her down:", *(one.issue.title for one in found.pains[:5])]
    if found.workarounds:
        lines += ["", "What she does instead:", *(f"“{_short(row.text)}”" for row in found.workarounds[:3])]
    about["expectations"] = "\n".join(lines).strip()
    commands: list[tuple[str, dict[str, Any]]] = [
        ("persona.add", {"id": pk, "name": name, "basis": Persona.Basis.EXPECTATION, "aim": found.aim.pk}),
        ("persona.change", about),
    ]
    for at in found.places[:MOST_LIVED]:
        lived = {"id": new_id("ex"), "persona": pk, "touchpoint": at.touchpoint.pk, "felt": at.felt, "need": at.need}
        commands.append(("experience.set", lived))
    return commands
