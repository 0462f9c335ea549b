"""One workshop after the other about the same journey: report-backs, and the next cycle.

Everything that was learned (map, comments, personas, let-downs) lives in the journey's room, so a later workshop
has it by being in the same room. What is carried over by hand is who was there.
"""

from __future__ import annotations

import datetime

from accounts.local_time import zone_of
from live.context import Context
from live.models import new_id
from live.values import Refused
from touchpoints.commands import ById
from workshops.agenda import REPORT_BACK, Slot
from workshops.models import Participant, Phase, Workshop

REPORT_BACK_AT = datetime.time(9, 30)


def book_report_back(ctx: Context, workshop: Workshop) -> Workshop:
    """The session on the workshop's report-back date, with the same people; the one that is booked if it is already.

    Called when a workshop is closed. Nobody has opened or answered it yet: they are invited like to any other.
    """
    booked = ctx.rows(Workshop, follows=workshop.id, of_kind=Workshop.Kind.REPORT_BACK)
    if booked:
        return booked[0]
    if workshop.of_kind == Workshop.Kind.REPORT_BACK:
        raise Refused("invalid", "This is a report-back itself. Open the next workshop instead.")
    session = Workshop(
        id=new_id("ws"), of_kind=Workshop.Kind.REPORT_BACK, follows=workshop, aim=workshop.aim,
        title=f"Report-back: {workshop.title}"[:120], objective=workshop.objective, planned_use=workshop.planned_use,
        success_measure=workshop.success_measure, report_back_on=workshop.report_back_on, sponsor_id=workshop.sponsor_id,
        facilitator_id=workshop.facilitator_id, owner_id=workshop.owner_id, functions=workshop.functions,
        starts_at=_same_time(workshop, workshop.report_back_on),
    )  # fmt: skip
    ctx.add(session)
    add_agenda(ctx, session, REPORT_BACK)
    carry_roster(ctx, workshop, session)
    return session


def book(ctx: Context, data: ById) -> None:
    """Book it by hand, where closing did not; `id` is the workshop's."""
    book_report_back(ctx, ctx.get(Workshop, data.id))


def _same_time(workshop: Workshop, day: datetime.date) -> datetime.datetime:
    """That day at the hour of the workshop, where its facilitator lives (a summer time in between does not matter)."""
    zone = zone_of(workshop.facilitator.time_zone if workshop.facilitator else "UTC")
    hour = workshop.starts_at.astimezone(zone).time() if workshop.starts_at else REPORT_BACK_AT
    return datetime.datetime.combine(day, hour, zone)


def add_agenda(ctx: Context, workshop: Workshop, slots: tuple[Slot, ...]) -> None:
    for position, slot in enumerate(slots):
        ctx.add(
            Phase(
                id=new_id("ph"), workshop=workshop, of_kind=slot.kind, minutes_private=slot.private,
                minutes_shared=slot.shared, position=position, protected=slot.protected,
            )
        )  # fmt: skip


def carry_roster(ctx: Context, source: Workshop, to: Workshop) -> None:
    """Everybody who was asked or came, guests included: who is missing next time should be seen."""
    for row in ctx.rows(Participant, workshop=source.id):
        ctx.add(
            Participant(
                id=new_id("pt"), workshop=to, person=row.person, name=row.name, department_id=row.department_id,
                role=row.role, deputy=row.deputy, frontline=row.frontline,
            )
        )  # fmt: skip
