"""The parking lot: what is worth a talk, but not this one. Everybody puts in; whoever runs it decides what becomes of it."""

from __future__ import annotations

from live.context import Context
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload
from workshops.models import Parked
from workshops.states import live_workshop, not_closed

MOST_PARKED = 200


class Park(Payload):
    """Put something aside for later."""

    id: Id
    workshop: Id
    text: str


def park(ctx: Context, data: Park) -> None:
    workshop = live_workshop(ctx, data.workshop)
    text = clean_text(data.text, 500, field="text").strip()
    if not text:
        raise Refused("invalid", "Write something here first.", field="text")
    if len(ctx.rows(Parked, workshop=workshop.id)) >= MOST_PARKED:
        raise Refused("full", f"The parking lot holds {MOST_PARKED} things. Settle some first.")
    by = "" if workshop.anonymous else ctx.actor.key
    ctx.nameless = workshop.anonymous
    ctx.add(
        Parked(id=data.id, workshop=workshop, text=text, by=by, name="" if workshop.anonymous else ctx.actor.name[:80])
    )


class SettleParked(Payload):
    """What became of it (`outcome`); with `settled` false it is open again."""

    id: Id
    settled: bool
    outcome: str = ""


def settle_parked(ctx: Context, data: SettleParked) -> None:
    row = ctx.get(Parked, data.id)
    not_closed(ctx, row.workshop_id)
    outcome = clean_line(data.outcome, 300, field="outcome", required=False)
    ctx.change(row, settled_at=ctx.now if data.settled else None, outcome=outcome if data.settled else "")


class ByParked(Payload):
    id: Id


def take_out(ctx: Context, data: ByParked) -> None:
    row = ctx.get(Parked, data.id)
    ctx.nameless = not_closed(ctx, row.workshop_id).anonymous
    ctx.remove(row)
