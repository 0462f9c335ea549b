"""How much of the journey customers' words have painted: stage by stage, for each thing they ultimately want. What is
still white is what to ask next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from personas.models import Aim
from touchpoints.models import BACKED, PROCESS_MAP, Stage, Touchpoint
from voices.models import BareScore, CommentImport, Scale
from voices.queries import by_place

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
    """The scores that were given at a stage, on one scale: how many with a comment and without one, what they come to,
    and whether anybody's words there say why."""

    stage: Stage
    scale: str
    said: int
    silent: int
    mean: float
    words: int

    @property
    def scores(self) -> int:
        return self.said + self.silent

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
    placed = by_place(room_id)
    if aims:
        counted = placed.values_list("at", "aim").annotate(Count("pk"))
        counts = {(stage, aim): count for stage, aim, count in counted}
    else:
        aims = [None]
        counts = {(stage, None): count for stage, count in placed.values_list("at").annotate(Count("pk"))}
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
    words = dict(by_place(room_id).values_list("at").annotate(Count("pk")).order_by())
    scored = by_place(room_id).exclude(score=None).exclude(scale="").values_list("at", "scale")
    bare = BareScore.objects.filter(room=room_id, comment_import__state=CommentImport.State.DONE)
    with_words, without = (
        {(stage, scale): (count, total) for stage, scale, count, total in rows.annotate(Count("pk"), Sum("score")).order_by()}
        for rows in (scored, bare.values_list("stage", "scale"))
    )  # fmt: skip
    found = []
    for stage in stages:
        for scale in sorted(scale for at, scale in with_words | without if at == stage.pk):
            (said, one), (silent, other) = (each.get((stage.pk, scale), (0, 0.0)) for each in (with_words, without))
            found.append(Scored(stage, scale, said, silent, (one + other) / (said + silent), words.get(stage.pk, 0)))
    return found
