"""What departments answer to the four prompts: private until revealed, nobody's where writing is anonymous."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from live.context import Context
from live.values import Refused, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, department, given, write_row
from touchpoints.models import Stage, Touchpoint
from voices.models import Issue
from workshops.models import Answer, Prompt, Workshop
from workshops.states import live_workshop

MOST_ANSWERS = 2_000


class AddAnswer(Payload):
    """What a department answers; it may be tied to a touchpoint, a stage or an issue."""

    id: Id
    workshop: Id
    of_kind: Prompt
    text: str
    department: Id | None = None
    touchpoint: Id | None = None
    stage: Id | None = None
    issue: Id | None = None


def add_answer(ctx: Context, data: AddAnswer) -> None:
    """Private until its prompt is revealed; after that a late answer is open at once."""
    workshop, me = live_workshop(ctx, data.workshop), ctx.actor
    own = department(ctx, data.department, "department") or min(me.departments, default=None)
    if own is None or (own not in me.departments and (workshop.anonymous or not me.leads)):
        raise Refused("forbidden", "Answer for a department of yours.", field="department")
    if sum(sum(each.values()) for each in workshop.counts.values()) >= MOST_ANSWERS:
        raise Refused("full", f"A workshop holds {MOST_ANSWERS:,} answers.")
    text = _words(data.text)
    touchpoint = ctx.get(Touchpoint, data.touchpoint) if data.touchpoint else None
    stage = ctx.get(Stage, data.stage) if data.stage else None
    issue = ctx.get(Issue, data.issue) if data.issue else None
    ctx.nameless = workshop.anonymous
    ctx.add(
        Answer(
            id=data.id, workshop=workshop, of_kind=data.of_kind, department_id=own, text=text, touchpoint=touchpoint,
            stage=stage, issue=issue, author="" if workshop.anonymous else me.key,
            revealed_at=ctx.now if data.of_kind in workshop.revealed else None,
        )
    )  # fmt: skip


class ChangeAnswer(Payload):
    """Set properties of an answer; the text is merged as a difference."""

    id: Id
    text: str | UnsetType = UNSET
    touchpoint: Id | UnsetType | None = UNSET


def change_answer(ctx: Context, data: ChangeAnswer) -> None:
    answer, values = _open_answer(ctx, data.id), given(data)
    if "text" in values:
        values["text"] = _words(values["text"])
    if values.get("touchpoint"):
        values["touchpoint"] = ctx.get(Touchpoint, values["touchpoint"])
    change_row(ctx, answer, values)


def write_answer(ctx: Context, data: Write) -> None:
    _open_answer(ctx, data.id)
    write_row(ctx, Answer, data)


class ByAnswer(Payload):
    id: Id


def remove_answer(ctx: Context, data: ByAnswer) -> None:
    ctx.remove(_open_answer(ctx, data.id))


def count_answer(ctx: Context, answer: Answer) -> None:
    """The public count follows from every answer that comes, goes or comes back."""
    workshop = ctx.get(Workshop, answer.workshop_id)
    step = -1 if answer.removed_at else 1
    of = dict(workshop.counts.get(answer.department_id, {}))
    of[answer.of_kind] = of.get(answer.of_kind, 0) + step
    counts = {**workshop.counts, answer.department_id: {kind: n for kind, n in sorted(of.items()) if n > 0}}
    ctx.derive(workshop, counts={key: value for key, value in sorted(counts.items()) if value})


def _words(text: str) -> str:
    text = clean_text(text, 2_000, field="text").strip()
    if not text:
        raise Refused("invalid", "Write something here first.", field="text")
    return text


def _open_answer(ctx: Context, pk: str) -> Answer:
    answer = ctx.get(Answer, pk)
    ctx.nameless = live_workshop(ctx, answer.workshop_id).anonymous
    return answer
