"""What departments answer to the four prompts: private until revealed, nobody's where writing is anonymous."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from live.context import Context
from live.values import Refused, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, department, given, write_row
from touchpoints.models import Stage, Touchpoint
from voices.models import Issue
from workshops.models import Answer, Prompt, Workshop
from workshops.states import live_workshop

MOST_ANSWERS = 2_000
PLACES = {"touchpoint": Touchpoint, "stage": Stage, "issue": Issue}


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
    is_open = opened(workshop, data.of_kind, own)
    author = writer(ctx, workshop)
    values: dict[str, Any] = {name: getattr(data, name) for name in PLACES}
    ctx.add(
        Answer(
            id=data.id, workshop=workshop, of_kind=data.of_kind, department_id=own, text=_words(data.text),
            author="" if is_open and workshop.anonymous else author, revealed_at=ctx.now if is_open else None,
            **_places(ctx, values),
        )
    )  # fmt: skip


def writer(ctx: Context, workshop: Workshop) -> str:
    """Under which name something private is kept: in an anonymous workshop under a pen, and the event tells no name."""
    ctx.nameless = workshop.anonymous
    if not workshop.anonymous:
        return ctx.actor.key
    if not ctx.actor.pen:
        raise Refused(
            "invalid", "Nobody’s name is stored in this workshop. Open its page in a browser and write there."
        )
    return ctx.actor.pen


def opened(workshop: Workshop, of_kind: str, own: str | None) -> bool:
    """Whether everybody may read what this department answers to this prompt."""
    return of_kind in workshop.revealed or own in workshop.revealed_of.get(of_kind, ())


class ChangeAnswer(Payload):
    """Set properties of an answer; the text is merged as a difference. It belongs to one place at most."""

    id: Id
    text: str | UnsetType = UNSET
    touchpoint: Id | UnsetType | None = UNSET
    stage: Id | UnsetType | None = UNSET
    issue: Id | UnsetType | None = UNSET


def change_answer(ctx: Context, data: ChangeAnswer) -> None:
    answer, values = _open_answer(ctx, data.id), given(data)
    if "text" in values:
        values["text"] = _words(values["text"])
    change_row(ctx, answer, values | _places(ctx, values))


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


# -- the reveal --------------------------------------------------------------------------------
class Reveal(Payload):
    """Show everybody the answers to one prompt: of all departments, or of one. What was read cannot be taken back."""

    id: Id
    of_kind: Prompt
    department: Id | None = None


def reveal(ctx: Context, data: Reveal) -> None:
    """From here on an anonymous answer is nobody's: not even a pen's."""
    workshop = live_workshop(ctx, data.id)
    own = department(ctx, data.department, "department")
    if opened(workshop, data.of_kind, own):
        raise Refused("conflict", "These answers are open already.")
    more = {"department": own} if own else {}
    to_nobody = {"author": ""} if workshop.anonymous else {}
    for answer in ctx.rows(Answer, workshop=workshop.id, of_kind=data.of_kind, revealed_at=None, **more):
        ctx.reveal(answer, revealed_at=ctx.now, **to_nobody)
    of = workshop.revealed_of
    if own:
        ctx.change(workshop, revealed_of={**of, data.of_kind.value: [*of.get(data.of_kind, ()), own]})
    else:
        ctx.change(workshop, revealed=[*workshop.revealed, data.of_kind.value])
    ctx.for_good()


def _places(ctx: Context, values: dict[str, Any]) -> dict[str, Any]:
    """The one place of those given that is set, as a row of this journey."""
    found = {name: ctx.get(model, values[name]) if values[name] else None  # type: ignore[type-abstract]
             for name, model in PLACES.items() if name in values}  # fmt: skip
    if sum(row is not None for row in found.values()) > 1:
        raise Refused(
            "invalid", "An answer belongs to one place: a touchpoint, a stage or a let-down.", field="touchpoint"
        )
    return found


def _words(text: str) -> str:
    text = clean_text(text, 2_000, field="text").strip()
    if not text:
        raise Refused("invalid", "Write something here first.", field="text")
    return text


def _open_answer(ctx: Context, pk: str) -> Answer:
    answer = ctx.get(Answer, pk)
    ctx.nameless = live_workshop(ctx, answer.workshop_id).anonymous
    return answer
