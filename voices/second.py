"""A second pair of eyes: one comment in ten is read by two people, the second without seeing what the first one said.
How often both say the same tells how far the codes can be trusted. It changes no code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db.models import F, Q, QuerySet
from msgspec import Meta

from live.context import Context
from live.values import Refused
from touchpoints.commands import Id, Payload
from touchpoints.models import Stage
from voices.models import Comment, SecondReading
from voices.queries import comments_of

# By a number made of their words, in base 16: one in ten, the same ones whoever asks.
SAMPLE = "1a"
# Where two people who read the same comment say the same of it.
AGREES = {
    "stage": Q(stage=F("second__stage")) | Q(stage=None, second__stage=None),
    "severity": Q(severity=F("second__severity")) | Q(severity=None, second__severity=None),
}


class ReadSecond(Payload):
    """What a second person says of a comment that somebody else coded; `drop` takes it back."""

    id: int
    stage: Id | None = None
    severity: Annotated[int, Meta(ge=1, le=5)] | None = None
    drop: bool = False


def read_second(ctx: Context, data: ReadSecond) -> None:
    comment = comments_of(ctx.room.id).filter(pk=data.id).exclude(coded_at=None).first()
    if comment is None:
        raise Refused("unknown", "This comment is not here any more, or nobody coded it yet.", field="id")
    if data.drop:
        mine = SecondReading.objects.filter(comment=comment, by=ctx.actor.key).first()
        if mine is None:
            raise Refused("conflict", "You did not read this comment a second time.", field="id")
        ctx.rows_are_written()
        mine.delete()
        ctx.undone_by("comment.second", {"id": comment.pk, "stage": mine.stage_id, "severity": mine.severity})
        return
    if comment.coded_by == ctx.actor.key:
        raise Refused("invalid", "You coded this comment yourself. Somebody else reads it a second time.", field="id")
    if SecondReading.objects.filter(comment=comment).exists():
        raise Refused("conflict", "Somebody read this comment a second time already. Here is the next one.", field="id")
    stage = ctx.get(Stage, data.stage) if data.stage else None
    ctx.rows_are_written()
    SecondReading.objects.create(
        comment=comment, stage=stage, severity=data.severity, by=ctx.actor.key, at=ctx.now
    )  # fmt: skip
    ctx.undone_by("comment.second", {"id": comment.pk, "drop": True})


def sample(room_id: str) -> QuerySet[Comment]:
    """One in ten of the comments that somebody coded."""
    return comments_of(room_id).exclude(coded_at=None).filter(dedupe__lt=SAMPLE)


def waiting(room_id: str, reader: str) -> QuerySet[Comment]:
    """What this person may read a second time: others' codes, in an order that has nothing to do with them."""
    return sample(room_id).filter(second=None).exclude(coded_by=reader).order_by("dedupe")


@dataclass(frozen=True)
class Agreement:
    """How many were read twice, and of how many both say the same."""

    sample: int
    twice: int
    stage: int
    severity: int

    def _percent(self, count: int) -> int:
        return round(100 * count / self.twice) if self.twice else 0

    @property
    def on_stage(self) -> int:
        return self._percent(self.stage)

    @property
    def on_severity(self) -> int:
        return self._percent(self.severity)


def agreement(room_id: str) -> Agreement:
    twice = comments_of(room_id).exclude(second=None)
    same = [twice.filter(AGREES[what]).count() for what in ("stage", "severity")]
    return Agreement(sample(room_id).count(), twice.count(), *same)
