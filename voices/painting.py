"""How much of the journey customers' words have painted: stage by stage, for each thing they ultimately want. What is
still white is what to ask next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from personas.models import Aim
from touchpoints.models import BACKED, PROCESS_MAP, Stage, Touchpoint
from voices.models import FROM_CUSTOMERS, BareScore, CommentImport, Scale
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

    @property
    def level(self) -> str:
        """In words, since colour alone tells nobody: painted, faint (some comments, not enough) or a hole."""
        return "painted" if self.painted else "faint" if self.comments else "hole"


@dataclass(frozen=True)
class Scored:
    """The scores that were given at a stage, on one scale: how many, what they come to, and whether anybody's words
    there say why."""

    stage: Stage
    scale: str
    scores: int
    mean: float
    words: int

    @property
    def label(self) -> str:
        return Scale(self.scale).label


@dataclass(frozen=True)
class Painting:
    """`rows`: for each aim its cells in the order of the stages; without aims a single row for all comments."""

    stages: list[Stage]
    rows: list[tuple[Aim | None, list[Cell]]]
    touchpoints: int
    backed: int
    scores: list[Scored]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _, row in self.rows for cell in row]

    @property
    def holes(self) -> list[Cell]:
        """Cells of which nobody said anything."""
        return [cell for cell in self.cells if not cell.comments]

    @property
    def faint(self) -> list[Cell]:
        """Cells of which too few said something."""
        return [cell for cell in self.cells if cell.comments and not cell.painted]

    @property
    def to_ask(self) -> list[Cell]:
        return [*self.holes, *self.faint]

    @property
    def without_reason(self) -> list[Scored]:
        return [one for one in self.scores if not one.words]

    @property
    def share(self) -> int:
        """Per cent of the cells that customers' words have painted."""
        return round(100 * (1 - len(self.to_ask) / len(self.cells))) if self.cells else 0

    @property
    def purity(self) -> int:
        """Per cent of the touchpoints that customers' words back."""
        return round(100 * self.backed / self.touchpoints) if self.touchpoints else 0

    @property
    def is_process_map(self) -> bool:
        return bool(self.touchpoints) and self.backed / self.touchpoints < PROCESS_MAP


def painting_of(room_id: str) -> Painting:
    """Seven queries. Counts what people placed; a suggestion paints nothing."""
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
    return Painting(
        stages, rows, len(levels), sum(level in BACKED for level in levels), _scores(room_id, stages)
    )  # fmt: skip


def _scores(room_id: str, stages: list[Stage]) -> list[Scored]:
    """Scores that came with words and those that came without, by stage and scale."""
    said = comments_of(room_id).filter(stage__in=stages, source_kind__in=FROM_CUSTOMERS)
    words = dict(said.values_list("stage").annotate(Count("pk")).order_by())
    found: dict[tuple[str, str], tuple[int, float]] = {}
    scored = said.exclude(score=None).exclude(scale="")
    bare = BareScore.objects.filter(room=room_id, stage__in=stages, comment_import__state=CommentImport.State.DONE)
    for rows in (scored, bare):
        for stage, scale, count, total in (
            rows.values_list("stage", "scale").annotate(Count("pk"), Sum("score")).order_by()
        ):
            before = found.get((stage, scale), (0, 0.0))
            found[stage, scale] = (before[0] + count, before[1] + total)
    return [
        Scored(stage, scale, count, total / count, words.get(stage.pk, 0))
        for stage in stages
        for (of, scale), (count, total) in sorted(found.items())
        if of == stage.pk
    ]
