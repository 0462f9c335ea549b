"""The map as places to suggest, what people placed so far as examples to learn from, and what is made of a comment."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from live.models import new_id
from live.unit import run
from touchpoints.models import Stage, Touchpoint
from voices.consequences import severity
from voices.mind import mind
from voices.models import Comment, Scale
from voices.phrases import phrases_for
from voices.places import Place, Suggestion
from voices.quantities import find_quantities
from voices.queries import comments_of

MOST_EXAMPLES = 3_000
MOST_CORPUS = 20_000
STEP = 1_000
THE_FILE = "the file says so"
_SUGGEST = (
    "UPDATE voices_comment SET suggested_id = %s, suggested_stage_id = %s, confidence = %s, why = %s"
    " WHERE id = %s AND placed_at IS NULL"
)
_UNDERSTAND = "UPDATE voices_comment SET felt = %s, harm = %s, harm_why = %s WHERE id = %s"


class Map:
    """Everything needed to suggest places for the comments of one journey. Three queries."""

    def __init__(self, room_id: str) -> None:
        self.room_id = room_id
        stages = list(Stage.objects.filter(room=room_id, removed_at=None))
        touchpoints = list(Touchpoint.objects.filter(room=room_id, removed_at=None, stage__removed_at=None))
        self.stage_of = {row.pk: row.stage_id for row in touchpoints} | {row.pk: row.pk for row in stages}
        self.touchpoints = {row.title.casefold(): row.pk for row in touchpoints}
        self.stages = {name.casefold(): row.pk for row in stages for name in (row.internal_name, row.name) if name}
        about = {row.pk: f"{row.name} {row.internal_name} {row.question} {row.goal}".strip() for row in stages}
        filled = {row.stage_id for row in touchpoints}
        self.places = [
            Place(
                row.pk, row.title, f"{row.statement} {row.description}".strip(),
                (about.get(row.stage_id, ""), *phrases_for(row.title)),
            )
            for row in touchpoints
        ]  # fmt: skip
        # A stage without touchpoints is a place of its own, so that an empty map already sorts.
        self.places += [
            Place(row.pk, f"{row.internal_name} {row.name}".strip(), about[row.pk], phrases_for(row.internal_name))
            for row in stages
            if row.pk not in filled
        ]
        self._key = ""
        self._known: tuple[list[Place], list[tuple[str, str]], list[str]] = ([], [], [])

    def suggest(self, texts: Sequence[str], stages: Sequence[str | None] | None = None) -> list[Suggestion | None]:
        """The likeliest place of each text, within its stage where one is given; None where nothing is likely enough.
        Raises `voices.mind.Failed`."""
        if not self.places:
            return [None] * len(texts)
        parts = {stage: frozenset(pk for pk, of in self.stage_of.items() if of == stage) for stage in stages or ()}
        within = [parts[stage] if stage else None for stage in stages] if stages else None
        if not self._key:
            self.learn()
        found = mind.ask("rank", self._key, list(texts), within, 1)
        if found is None:  # somebody else asked about another journey since
            mind.ask("learn", self._key, *self._known)
            found = mind.ask("rank", self._key, list(texts), within, 1)
        return [next(iter(ranked), None) for ranked in found or [[] for _ in texts]]

    def learn(self) -> None:
        """Read what people placed and what waits, and have it learnt."""
        placed = comments_of(self.room_id).exclude(touchpoint=None).order_by("-placed_at", "pk")
        examples = list(placed.values_list("text", "touchpoint")[:MOST_EXAMPLES])
        # By a number made of their words: a sample that does not depend on the order in which files came.
        corpus = Comment.objects.filter(room=self.room_id).order_by("dedupe").values_list("text", flat=True)
        self._known = (self.places, examples, list(corpus[:MOST_CORPUS]))
        self._key = new_id("mp")
        mind.ask("learn", self._key, *self._known)


def understand(room_id: str, comments: QuerySet[Comment], go_on: Callable[[int], bool] = lambda done: True) -> int:
    """Note on comments that are new where they may belong, how they feel and how bad they may be; nothing is placed
    by it. `go_on` is told how many are done and says whether to. Returns how many; what was done stays done."""
    places, done = Map(room_id), 0
    ids = list(comments.filter(felt=None).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    places.learn()
    with ThreadPoolExecutor(1) as ahead:  # while some are saved, the mind reads the next ones
        waiting: deque[tuple[list[Comment], Future[Any]]] = deque()
        for start in range(0, len(ids) + STEP, STEP):
            if part := ids[start : start + STEP]:
                rows = list(Comment.objects.filter(pk__in=part).only(*_READ).order_by("pk"))
                waiting.append((rows, ahead.submit(_read, places, rows)))
            if len(waiting) == 2 or not part:
                for _ in range(1 if part else len(waiting)):
                    read, answer = waiting.popleft()
                    _note(places, read, *answer.result())
                    done += len(read)
                    if not go_on(done):
                        return done
    return done


_READ = ("text", "score", "scale", "placed_at", "suggested", "suggested_stage", "confidence", "why")


def _read(places: Map, rows: list[Comment]) -> tuple[list[float], list[Suggestion | None]]:
    """How they feel and where they may belong. Asks the mind only, no database."""
    texts = [row.text for row in rows]
    stages = [row.suggested_stage_id if row.why == THE_FILE else None for row in rows]
    return mind.ask("feel", texts, []), places.suggest(texts, stages)


def _note(places: Map, rows: list[Comment], felt: list[float], found: list[Suggestion | None]) -> None:
    suggested, understood = [], []
    for row, feels, where in zip(rows, felt, found, strict=True):
        harm = severity(row.text, valence(row.score, row.scale, feels), find_quantities(row.text))
        understood.append((feels, harm.level, ", ".join(harm.why)[:200], row.pk))
        if row.placed_at is None and (where or row.why != THE_FILE):
            apply(row, places, where)
            suggested.append((row.suggested_id, row.suggested_stage_id, row.confidence, row.why, row.pk))
    with transaction.atomic():
        run([(_UNDERSTAND, understood), *([(_SUGGEST, suggested)] if suggested else [])])


_MIDDLE = {"nps": (7.5, 2.5), "csat": (3, 1), "csat_down": (3, -1), "ces": (4, 1.5), "sentiment": (0, 0.5),
           "percent": (50, 25)}  # fmt: skip


def valence(score: float | None, scale: str, felt: float) -> float:
    """What a customer feels, -2 to 2: her score where she gave one, else how her words sound."""
    if score is None or scale not in _MIDDLE or scale == Scale.NONE:
        return felt
    middle, step = _MIDDLE[scale]
    return max(-2.0, min(2.0, (score - middle) / step))


def suggest_again(room_id: str) -> int:
    """Suggest anew for everything that waits, with what was learnt since. Returns how many changed."""
    places, changed = Map(room_id), 0
    waiting = comments_of(room_id).filter(placed_at=None).exclude(why=THE_FILE)
    fields = ("pk", "text", "suggested", "suggested_stage", "confidence", "why")
    rows = list(waiting.only(*fields).order_by("pk"))
    for start in range(0, len(rows), 5 * STEP):
        part, params = rows[start : start + 5 * STEP], []
        for comment, where in zip(part, places.suggest([row.text for row in part]), strict=True):
            before = (comment.suggested_id, comment.suggested_stage_id, comment.confidence)
            apply(comment, places, where)
            after = (comment.suggested_id, comment.suggested_stage_id, comment.confidence)
            if before != after:
                params.append([*after, comment.why, comment.pk])
        for at in range(0, len(params), 500):
            with transaction.atomic():
                run([(_SUGGEST, params[at : at + 500])])
        changed += len(params)
    return changed


def apply(comment: Comment, places: Map, found: Suggestion | None) -> None:
    """Note a suggestion on a comment; nothing is placed by it."""
    is_stage = found is not None and found.place.startswith(Stage.prefix + "_")
    comment.suggested_id = found.place if found and not is_stage else None
    comment.suggested_stage_id = places.stage_of[found.place] if found else None
    comment.confidence, comment.why = (found.confidence, found.why[:200]) if found else (0.0, "")
