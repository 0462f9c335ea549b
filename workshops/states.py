"""Which state a workshop must be in before something happens in it."""

from __future__ import annotations

from live.context import Context
from live.values import Refused
from workshops.models import Workshop


def live_workshop(ctx: Context, pk: str) -> Workshop:
    workshop = not_closed(ctx, pk)
    if workshop.state != Workshop.State.LIVE:
        raise Refused("locked", "This workshop has not started yet.")
    return workshop


def not_closed(ctx: Context, pk: str) -> Workshop:
    workshop = ctx.get(Workshop, pk)
    if workshop.state == Workshop.State.CLOSED:
        raise Refused("locked", "This workshop is closed; its record stays as it was.")
    return workshop
