"""What the room's frame is drawn from: who is ready, who wants to speak, who has not been heard, what all look at."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, SmallIntegerField, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.actors import Actor
from accounts.models import Department
from touchpoints.models import Stage, Touchpoint
from voices.models import FROM_CUSTOMERS, Comment, Issue, Quantity
from voices.queries import comments_of
from voices.strongest import COSTS
from workshops.models import Answer, Nudge, Participant, Phase, Prompt, Rating, Workshop

GO_ON_AT = 0.8  # so many of the room being ready, whoever runs it is asked whether to go on
STRONGEST = 3  # quotes of a stage


@dataclass
class Heard:
    """A department in the present phase: how much came from it, and who of its people is silent so far."""

    department: Department
    count: int = 0
    silent: list[Participant] = field(default_factory=list)
    asked: bool = False


def heard(workshop: Workshop, people: Iterable[Participant]) -> list[Heard]:
    """Contributions to the present phase by department, the quiet ones last. For whoever runs the workshop only.

    Private answers are counted, never read. Where writing is anonymous nobody knows who wrote, so a department is
    silent as long as nothing came from it.
    """
    phase = workshop.phase
    if phase is None or not (phase.of_kind in Prompt.values or phase.of_kind == Phase.Kind.SEVERITY):
        return []
    spoke: set[str] = set()
    found: dict[str, Heard] = {}
    raters: dict[str, int] = defaultdict(int)
    if phase.of_kind == Phase.Kind.SEVERITY and workshop.anonymous:
        return []
    if phase.of_kind == Phase.Kind.SEVERITY:
        spoke = set(Rating.objects.filter(workshop=workshop, removed_at=None).values_list("author", flat=True))
    elif not workshop.anonymous:
        rows = Answer.objects.filter(workshop=workshop, of_kind=phase.of_kind, removed_at=None)
        spoke = set(rows.values_list("author", flat=True))
    asked = set(Nudge.objects.filter(workshop=workshop, phase=phase).values_list("person", flat=True))
    for person in people:
        if person.department is None or person.opened_at is None:
            continue
        row = found.setdefault(person.department.pk, Heard(person.department))
        raters[person.department.pk] += person.person in spoke
        row.asked = row.asked or person.person in asked
        if person.person not in spoke:
            row.silent.append(person)
    for pk, row in found.items():
        counted = workshop.counts.get(pk, {}).get(phase.of_kind, 0)
        row.count = raters[pk] if phase.of_kind == Phase.Kind.SEVERITY else counted
        if workshop.anonymous and row.count:
            row.silent = []
    return sorted(found.values(), key=lambda row: (-row.count, row.department.position))


def nudged(workshop: Workshop, actor: Actor) -> bool:
    """I was asked in during this phase, and have said nothing since."""
    if workshop.phase is None:
        return False
    last = Nudge.objects.filter(workshop=workshop, person=actor.key, phase=workshop.phase).order_by("created_at").last()
    if last is None:
        return False
    said = Answer.objects.filter(
        author__in=actor.own, workshop=workshop, of_kind=workshop.phase.of_kind, removed_at=None
    )
    rated = Rating.objects.filter(workshop=workshop, author__in=actor.own, removed_at=None)
    return not (rated if workshop.phase.of_kind == Phase.Kind.SEVERITY else said).exists()


def spotlit(workshop: Workshop) -> dict[str, Any] | None:
    """What everybody looks at now, in words; None for nothing in particular or when it was rubbed out."""
    at, room = workshop.spotlight, workshop.room_id
    if at.isdigit():
        comment = Comment.objects.filter(room=room, pk=at).prefetch_related("quantities").first()
        return {"kind": "comment", "comment": comment} if comment else None
    for model, kind in ((Stage, "stage"), (Touchpoint, "touchpoint"), (Issue, "issue")):
        if at.startswith(model.prefix + "_"):
            row = model._default_manager.filter(room=room, pk=at, removed_at=None).first()
            return (
                {"kind": kind, "row": row, "title": getattr(row, "title", "") or str(row.value("name"))}
                if row
                else None
            )
    return None


def walk(workshop: Workshop) -> list[dict[str, Any]]:
    """The journey to be walked: each stage with its touchpoints and customers' strongest words about it.

    Strongest as on the map: how severe it was to the customer first, then what states hours or money, then the newest.
    """
    room = workshop.room_id
    points: dict[str, list[Touchpoint]] = defaultdict(list)
    for point in Touchpoint.objects.filter(room=room, removed_at=None).order_by("order", "pk"):
        points[point.stage_id].append(point)
    order = [
        Coalesce("severity", "harm", output_field=SmallIntegerField()).desc(),
        Exists(Quantity.objects.filter(comment=OuterRef("pk"), kind__in=COSTS)).desc(),
        F("said_on").desc(nulls_last=True),
        F("pk").desc(),
    ]
    said = comments_of(room).filter(placed_at__isnull=False, source_kind__in=FROM_CUSTOMERS)
    said = said.filter(Q(touchpoint=None) | Q(touchpoint__removed_at=None))
    said = said.annotate(at=Coalesce("touchpoint__stage", "stage"))
    said = said.annotate(n=Window(RowNumber(), partition_by=F("at"), order_by=order)).filter(n__lte=STRONGEST)
    quotes: dict[str, list[Comment]] = defaultdict(list)
    for comment in said.select_related("touchpoint").prefetch_related("quantities").order_by("at", "n"):
        quotes[comment.at].append(comment)  # type: ignore[attr-defined]
    stages = Stage.objects.filter(room=room, removed_at=None).order_by("order", "pk")
    return [
        {
            "number": number, "stage": stage, "touchpoints": points[stage.pk], "quotes": quotes[stage.pk],
            "here": workshop.spotlight == stage.pk,
        }
        for number, stage in enumerate(stages, start=1)
    ]  # fmt: skip


WIDE, HIGH, RIM = 1000, 100, 12  # the picture's own units


def picture(stages: list[dict[str, Any]]) -> dict[str, Any]:
    """The curve over the stages for the big screen: paths of what is felt and intended, and a dot for each feeling.

    A stage is a column of equal width, as in the list below it; its touchpoints share it. Where nothing was said of a
    feeling, the curve goes on to the next.
    """
    places = [
        ((column + (n + 0.5) / len(one["touchpoints"])) * WIDE / len(stages), point)
        for column, one in enumerate(stages)
        for n, point in enumerate(one["touchpoints"])
    ]
    felt, want = (
        [(round(x), _height(getattr(point, name)), getattr(point, name)) for x, point in places
         if getattr(point, name) is not None]
        for name in ("felt", "intended")
    )  # fmt: skip
    return {"felt": _smooth(felt), "want": _smooth(want), "dots": felt}


def _height(feeling: int | None) -> int:
    return round(RIM + (2 - (feeling or 0)) * (HIGH - 2 * RIM) / 4)


def _smooth(points: list[tuple[int, int, int]]) -> str:
    """Level at each point, so that it never shows more than what was said."""
    parts = [f"M{points[0][0]} {points[0][1]}"] if points else []
    for (x, y, _), (right, at, _) in itertools.pairwise(points):
        middle = (x + right) // 2
        parts.append(f"C{middle} {y} {middle} {at} {right} {at}")
    return " ".join(parts)
