"""What colleagues say about a touchpoint: remarks, and proposals that its departments accept or reject."""

from __future__ import annotations

from accounts.queries import people_in
from live.context import Context
from live.values import Refused, clean_text
from touchpoints.commands import ById, Id, Payload, change_row
from touchpoints.models import Proposal, Remark, Touchpoint


class AddRemark(Payload):
    """What a colleague says about a touchpoint."""

    id: Id
    touchpoint: Id
    text: str
    mentions: list[int] = []


def add_remark(ctx: Context, data: AddRemark) -> None:
    touchpoint, text = ctx.get(Touchpoint, data.touchpoint), clean_text(data.text, 4_000, field="text")
    if not text.strip():
        raise Refused("invalid", "Write something here first.", field="text")
    actor, row = ctx.actor, Remark(id=data.id, touchpoint=touchpoint, text=text, at=ctx.now)
    row.by, row.by_name = actor.key, actor.name
    ctx.add(row)
    if data.mentions:
        here = people_in(ctx.room.organisation_id).filter(pk__in=data.mentions)
        ctx.change(row, mentions=sorted(here.values_list("pk", flat=True)))


def remove_remark(ctx: Context, data: ById) -> None:
    ctx.remove(ctx.get(Remark, data.id))


class AddProposal(Payload):
    """A text that another department's touchpoint should have; its owner accepts or rejects it."""

    id: Id
    touchpoint: Id
    field: str
    text: str


def add_proposal(ctx: Context, data: AddProposal) -> None:
    touchpoint, actor = ctx.get(Touchpoint, data.touchpoint), ctx.actor
    if data.field not in Touchpoint.texts:
        raise Refused("invalid", f"“{data.field}” is not a text of a touchpoint.", field="field")
    text = clean_text(data.text, 4_000, field="text")
    ctx.add(
        Proposal(
            id=data.id, touchpoint=touchpoint, field=data.field, text=text, by=actor.key, by_name=actor.name, at=ctx.now
        )
    )


def accept_proposal(ctx: Context, data: ById) -> None:
    proposal = _open_proposal(ctx, data.id)
    touchpoint = ctx.get(Touchpoint, proposal.touchpoint_id)
    change_row(ctx, touchpoint, {proposal.field: proposal.text})
    ctx.change(proposal, state=Proposal.State.ACCEPTED, answered_by=ctx.actor.key, answered_at=ctx.now)


class RejectProposal(Payload):
    """Say no, and why."""

    id: Id
    reason: str = ""


def reject_proposal(ctx: Context, data: RejectProposal) -> None:
    proposal, reason = _open_proposal(ctx, data.id), clean_text(data.reason, 1_000, field="reason")
    answer = {"state": Proposal.State.REJECTED, "answered_by": ctx.actor.key, "answered_at": ctx.now, "reason": reason}
    ctx.change(proposal, **answer)


def _open_proposal(ctx: Context, pk: str) -> Proposal:
    proposal = ctx.get(Proposal, pk)
    if proposal.state != Proposal.State.OPEN:
        raise Refused("conflict", "This proposal was answered before.", current=proposal.state)
    return proposal
