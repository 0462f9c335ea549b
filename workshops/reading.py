"""The read-out: one minute for each department, by the server's clock; in a report-back whose turn it is to tell. And the
sponsor's word on when to meet again."""

from __future__ import annotations

from live.context import Context
from live.values import Refused
from touchpoints.commands import Id, Payload, department
from workshops.running import ByWorkshop
from workshops.states import live_workshop, not_closed

SECONDS = 60


class ReadOut(Payload):
    """Give a department its minute (`department`), or end the round (null). Again: its minute starts afresh."""

    id: Id
    department: Id | None = None


def read_out(ctx: Context, data: ReadOut) -> None:
    workshop = live_workshop(ctx, data.id)
    reading = department(ctx, data.department, "department")
    ctx.change(workshop, reading=reading, reading_since=ctx.now if reading else None)
    ctx.for_good()


def accept_report_back(ctx: Context, data: ByWorkshop) -> None:
    """The sponsor will be there on the day of the report-back."""
    workshop = not_closed(ctx, data.id)
    if workshop.report_back_accepted == workshop.report_back_on:
        raise Refused("conflict", "You have accepted this date already.")
    ctx.change(workshop, report_back_accepted=workshop.report_back_on)
    ctx.for_good()
