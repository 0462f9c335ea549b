"""What the room does with answers once they are open: under one heading, a word, a reply, tied to where they belong."""

from __future__ import annotations

from typing import Any

from live.context import Context
from live.models import Record
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload
from touchpoints.models import Touchpoint
from voices.models import Issue
from workshops.models import Answer, Reaction, Reply, Tie
from workshops.states import live_workshop

MOST_AT_ONCE = 200
MOST_TIES = 20


class Group(Payload):
    """Put answers under headings (`headings`: by answer; "" takes one out). Under one heading they are a group.

    `unless` are the headings that they have now as far as the sender knows; if one has another, nothing is done.
    """

    id: Id  # of the workshop
    headings: dict[Id, str]
    unless: dict[Id, str] = {}


def group(ctx: Context, data: Group) -> None:
    live_workshop(ctx, data.id)
    if len(data.headings) > MOST_AT_ONCE:
        raise Refused("full", f"Up to {MOST_AT_ONCE} answers go under headings at once.")
    ctx.unit.load(Answer, data.headings)
    before, after = {}, {}
    for pk, heading in data.headings.items():
        answer = open_answer(ctx, pk)
        if data.unless.get(pk, answer.heading) != answer.heading:
            raise Refused("conflict", "Somebody put it under another heading since. Look at it first.")
        before[pk], after[pk] = answer.heading, clean_line(heading, 80, field="headings", required=False)
        ctx.derive(answer, heading=after[pk])
    # Whose answer it is does not matter for where the room puts it: so it is a command that takes it back.
    ctx.undone_by("answer.group", {"id": data.id, "headings": before, "unless": after})


class Ask(Payload):
    """Ask customers about an answer in interviews, or do not."""

    id: Id
    to_ask: bool


def ask(ctx: Context, data: Ask) -> None:
    answer = open_answer(ctx, data.id)
    if answer.to_ask == data.to_ask:
        raise Refused("conflict", "Somebody was faster: it is so already.")
    ctx.derive(answer, to_ask=data.to_ask)
    ctx.undone_by("answer.ask", {"id": answer.id, "to_ask": not data.to_ask})


class React(Payload):
    """Say one word about an answer, or take it back."""

    id: Id
    answer: Id
    of_kind: Reaction.Kind


def react(ctx: Context, data: React) -> None:
    answer = open_answer(ctx, data.answer)
    found = ctx.rows(Reaction, answer=answer.id, of_kind=data.of_kind, person=ctx.actor.key)
    if found:
        ctx.remove(found[0])
    else:
        ctx.add(Reaction(id=data.id, answer=answer, of_kind=data.of_kind, person=ctx.actor.key))


class AddReply(Payload):
    """Say something about an answer."""

    id: Id
    answer: Id
    text: str


def add_reply(ctx: Context, data: AddReply) -> None:
    answer, me = open_answer(ctx, data.answer), ctx.actor
    text = clean_text(data.text, 1_000, field="text").strip()
    if not text:
        raise Refused("invalid", "Write something here first.", field="text")
    ctx.add(Reply(id=data.id, answer=answer, author=me.key, author_name=me.name[:80], text=text))


class ById(Payload):
    id: Id


def remove_reply(ctx: Context, data: ById) -> None:
    _remove(ctx, ctx.get(Reply, data.id))


class AddTie(Payload):
    """Tie an answer to a touchpoint, a let-down or another answer (`to`)."""

    id: Id
    answer: Id
    to: Id


def add_tie(ctx: Context, data: AddTie) -> None:
    answer = open_answer(ctx, data.answer)
    to: dict[str, Record] = {}
    if data.to.startswith(Touchpoint.prefix + "_"):
        to["touchpoint"] = ctx.get(Touchpoint, data.to)
    elif data.to.startswith(Issue.prefix + "_"):
        to["issue"] = ctx.get(Issue, data.to)
    elif data.to != data.answer:
        to["other"] = open_answer(ctx, data.to)
    else:
        raise Refused("invalid", "An answer cannot be tied to itself.", field="to")
    ties = ctx.rows(Tie, answer=answer.id)
    if any(data.to in (row.touchpoint_id, row.issue_id, row.other_id) for row in ties):
        raise Refused("conflict", "These are tied already.")
    if len(ties) >= MOST_TIES:
        raise Refused("full", f"An answer holds {MOST_TIES} ties.")
    ctx.add(Tie(id=data.id, answer=answer, person=ctx.actor.key, **to))


def remove_tie(ctx: Context, data: ById) -> None:
    _remove(ctx, ctx.get(Tie, data.id))


def _remove(ctx: Context, row: Any) -> None:
    open_answer(ctx, row.answer_id)
    ctx.remove(row)


def open_answer(ctx: Context, pk: str) -> Answer:
    """An answer that everybody may read, in a workshop that runs."""
    answer = ctx.get(Answer, pk)
    live_workshop(ctx, answer.workshop_id)
    if answer.revealed_at is None:
        raise Refused("locked", "Wait for the reveal: until then an answer is its author’s.")
    return answer
