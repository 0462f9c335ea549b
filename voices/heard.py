"""What customers with the same aim said: what it did to them, what lets them down, what they do instead, what they would
like, stage by stage; and the expectation persona that can be made from it.

Consequences and feelings that nobody confirmed yet are counted apart from those somebody did.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, F, QuerySet

from live.models import new_id
from personas.models import Aim, Persona
from touchpoints.models import Stage, Touchpoint
from voices.letdowns import LetDown, let_downs
from voices.models import Comment, Consequence
from voices.placing import valence
from voices.queries import by_place, customers
from voices.wants import wishes

MOST_READ = 5_000
MOST_QUOTES = 6
MOST_LIVED = 90  # touchpoints that a persona starts with: one step, which can be taken back
LONGEST_NEED = 300


@dataclass(frozen=True)
class Did:
    """One kind of consequence: how many comments somebody confirmed it for, and how many more may say it."""

    kind: str
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
    """Eight queries, and those of the ranking. What is quoted comes from the newest 5,000 comments of the aim."""
    room = str(aim.room_id)
    of_aim = customers(room).filter(aim=aim)
    rows = list(
        of_aim.select_related("account", "touchpoint").prefetch_related("quantities").order_by("-said_on", "-pk")[:MOST_READ]
    )  # fmt: skip
    by_pk = {row.pk: row for row in rows}
    told = Consequence.objects.filter(comment__in=of_aim)
    around = told.filter(kind=Consequence.Kind.WORKAROUND).order_by(F("confirmed_at").desc(nulls_last=True), "pk")
    instead = [by_pk[pk] for pk in around.values_list("comment", flat=True) if pk in by_pk]
    issues = set(of_aim.exclude(issue=None).values_list("issue", flat=True))
    counts = dict(by_place(room).filter(aim=aim).values_list("at").annotate(Count("pk")).order_by())
    stages = Stage.objects.filter(room=room, removed_at=None).order_by("order", "pk")
    return Heard(
        aim, **of_aim.aggregate(
            comments=Count("pk"), accounts=Count("account", distinct=True), contacts=Count("contact", distinct=True)
        ),
        did=_did(told), pains=[one for one in let_downs(room) if one.issue.pk in issues],
        workarounds=list(dict.fromkeys(instead))[:MOST_QUOTES], wishes=_different(rows)[:MOST_QUOTES],
        stages=[(stage, counts.get(stage.pk, 0)) for stage in stages], places=_places(rows),
    )  # fmt: skip


def _did(told: QuerySet[Consequence]) -> list[Did]:
    """What it did to them, the most frequent first; a comment counts once for each kind."""
    confirmed = set(told.exclude(confirmed_at=None).values_list("kind", "comment"))
    proposed = set(told.filter(confirmed_at=None).values_list("kind", "comment")) - confirmed
    found = []
    for kind in Consequence.Kind:
        counts = (sum(of == kind for of, _ in told) for told in (confirmed, proposed))
        if any(counted := tuple(counts)):
            found.append(Did(kind, kind.label, *counted))
    return sorted(found, key=lambda one: -one.confirmed - one.proposed)


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
