"""How much of the journey customers' words have painted: stage by stage, for each thing they ultimately want. What is
still white is what to ask next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from personas.models import Aim
from touchpoints.models import BACKED, PROCESS_MAP, Stage, Touchpoint
from voices.models import FROM_CUSTOMERS
from voices.queries import comments_of

ENOUGH = 3  # comments from customers that paint a cell


@dataclass(frozen=True)
class Cell:
    stage: Stage
    aim: Aim | None
    comments: int

    @property
    def painted(self) -> bool:
        return self.comments >= ENOUGH


@dataclass(frozen=True)
class Painting:
    """`rows`: for each aim its cells in the order of the stages; without aims a single row for all comments."""

    stages: list[Stage]
    rows: list[tuple[Aim | None, list[Cell]]]
    touchpoints: int
    backed: int

    @property
    def cells(self) -> list[Cell]:
        return [cell for _, row in self.rows for cell in row]

    @property
    def holes(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.painted]

    @property
    def share(self) -> int:
        """Per cent of the cells that customers' words have painted."""
        return round(100 * (1 - len(self.holes) / len(self.cells))) if self.cells else 0

    @property
    def purity(self) -> int:
        """Per cent of the touchpoints that customers' words back."""
        return round(100 * self.backed / self.touchpoints) if self.touchpoints else 0

    @property
    def is_process_map(self) -> bool:
        return bool(self.touchpoints) and self.backed / self.touchpoints < PROCESS_MAP


def painting_of(room_id: str) -> Painting:
    """Four queries. Counts what people placed; a suggestion paints nothing."""
    stages = list(Stage.objects.filter(room=room_id, removed_at=None).order_by("order", "pk"))
    aims: list[Aim | None] = [*Aim.objects.filter(room=room_id, removed_at=None).order_by("name")]
    placed = comments_of(room_id).filter(stage__in=stages, source_kind__in=FROM_CUSTOMERS)
    if aims:
        counted = placed.values_list("stage", "aim").annotate(Count("pk"))
        counts = {(stage, aim): count for stage, aim, count in counted}
    else:
        aims = [None]
        counts = {(stage, None): count for stage, count in placed.values_list("stage").annotate(Count("pk"))}
    rows = [
        (aim, [Cell(stage, aim, counts.get((stage.pk, aim.pk if aim else None), 0)) for stage in stages])
        for aim in aims
    ]
    levels = list(
        Touchpoint.objects.filter(room=room_id, removed_at=None, stage__removed_at=None).values_list(
            "evidence", flat=True
        )
    )
    return Painting(stages, rows, len(levels), sum(level in BACKED for level in levels))
