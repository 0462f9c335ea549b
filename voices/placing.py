"""The map as places to suggest, and what people placed so far as examples to learn from."""

from __future__ import annotations

from django.db import transaction

from live.unit import run
from touchpoints.models import Stage, Touchpoint
from voices.analysis import Place, Places, Suggestion
from voices.models import Comment
from voices.queries import comments_of

MOST_EXAMPLES = 3_000
# Below this a suggestion would be a guess; the comment then simply waits.
WORTH_SAYING = 0.25
_SUGGEST = (
    "UPDATE voices_comment SET suggested_id = %s, suggested_stage_id = %s, confidence = %s, why = %s"
    " WHERE id = %s AND placed_at IS NULL"
)


class Map:
    """Everything needed to suggest places for the comments of one journey."""

    def __init__(self, stages: list[Stage], touchpoints: list[Touchpoint], examples: list[tuple[str, str]]) -> None:
        self.stage_of = {row.pk: row.stage_id for row in touchpoints} | {row.pk: row.pk for row in stages}
        self.touchpoints = {row.title.casefold(): row.pk for row in touchpoints}
        self.stages = {name.casefold(): row.pk for row in stages for name in (row.internal_name, row.name) if name}
        about = {row.pk: f"{row.name} {row.internal_name} {row.question} {row.goal}" for row in stages}
        filled = {row.stage_id for row in touchpoints}
        places = [
            Place(row.pk, row.title, f"{row.statement} {row.description} {about.get(row.stage_id, '')}")
            for row in touchpoints
        ]
        # A stage without touchpoints is a place of its own, so that an empty map already sorts.
        places += [
            Place(row.pk, f"{row.internal_name} {row.name}", about[row.pk]) for row in stages if row.pk not in filled
        ]
        self.model = Places(places, examples)

    def suggest(self, text: str, stage: str | None = None) -> Suggestion | None:
        """The likeliest place, within a stage when it is given; None when nothing is likely enough."""
        within = frozenset(pk for pk, of in self.stage_of.items() if of == stage) if stage else None
        best = next(iter(self.model.rank(text, within)), None)
        return best if best and best.confidence >= WORTH_SAYING else None


def model_of(room_id: str) -> Map:
    """Learn the places of a journey as it stands. Three queries."""
    stages = list(Stage.objects.filter(room=room_id, removed_at=None))
    living = Touchpoint.objects.filter(room=room_id, removed_at=None, stage__removed_at=None)
    placed = comments_of(room_id).exclude(touchpoint=None).order_by("-placed_at", "pk")
    examples = list(placed.values_list("text", "touchpoint")[:MOST_EXAMPLES])
    return Map(stages, list(living), examples)


def suggest_again(room_id: str) -> int:
    """Suggest anew for everything that waits, with what was learnt since. Returns how many changed."""
    model, changed = model_of(room_id), 0
    waiting = comments_of(room_id).filter(placed_at=None)
    ids = list(waiting.values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        params = []
        fields = ("text", "suggested", "suggested_stage", "confidence", "why")
        for comment in Comment.objects.filter(pk__in=ids[start : start + 500]).only(*fields):
            before = (comment.suggested_id, comment.suggested_stage_id, comment.confidence)
            apply(comment, model, model.suggest(comment.text))
            after = (comment.suggested_id, comment.suggested_stage_id, comment.confidence)
            if before != after:
                params.append([*after, comment.why, comment.pk])
        if params:
            with transaction.atomic():
                run([(_SUGGEST, params)])
        changed += len(params)
    return changed


def apply(comment: Comment, model: Map, found: Suggestion | None) -> None:
    """Note a suggestion on a comment; nothing is placed by it."""
    is_stage = found is not None and found.place.startswith(Stage.prefix + "_")
    comment.suggested_id = found.place if found and not is_stage else None
    comment.suggested_stage_id = model.stage_of[found.place] if found else None
    comment.confidence, comment.why = (found.confidence, found.why[:200]) if found else (0.0, "")
