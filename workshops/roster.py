"""Who is asked to come, and for which department: a representative each, and a deputy who comes in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from accounts.models import Department, Invitation, Membership, User
from live.context import Context
from live.models import new_id
from live.values import Refused
from touchpoints.commands import Id, Payload, given
from workshops.models import Participant, Workshop
from workshops.states import not_closed

MOST_PEOPLE = 300
MEMBER = re.compile(r"u[0-9]{1,18}")


class Seat(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Somebody who is asked: a member ("u12") or an invitation ("in_…"). Without `department`, for their own first."""

    person: str
    department: Id | None = None
    deputy: bool = False
    frontline: bool = False


def members_among(ctx: Context, users: Iterable[int]) -> dict[int, Membership]:
    """Those of them who work here now, by number."""
    found = Membership.objects.filter(
        organisation=ctx.room.organisation_id, deactivated_at=None, user__is_active=True, user__in=set(users)
    )
    return {row.user_id: row for row in found.select_related("user").prefetch_related("departments")}


def seat_all(ctx: Context, workshop: Workshop, seats: list[Seat], field: str = "people") -> None:
    """Ask everybody who is not asked yet."""
    there = {row.person for row in ctx.rows(Participant, workshop=workshop.id)}
    wanted = {seat.person: seat for seat in reversed(seats)}
    fresh = [seat for person, seat in reversed(wanted.items()) if person not in there]
    if len(there) + len(fresh) > MOST_PEOPLE:
        raise Refused("full", f"A workshop holds {MOST_PEOPLE} people.", field=field)
    members = members_among(ctx, [int(seat.person[1:]) for seat in fresh if MEMBER.fullmatch(seat.person)])
    invited = Invitation.objects.filter(organisation=ctx.room.organisation_id, withdrawn_at=None).in_bulk(
        [seat.person for seat in fresh if seat.person.startswith("in_")]
    )
    departments = {row.pk for row in Department.objects.filter(organisation=ctx.room.organisation_id)}
    for seat in fresh:
        if seat.department is not None and seat.department not in departments:
            raise Refused("unknown", "This department is not of your organisation.", field="department")
        member = members.get(int(seat.person[1:])) if MEMBER.fullmatch(seat.person) else None
        if member is not None:
            own = min(member.departments.all(), key=lambda each: each.position, default=None)
            _seat(ctx, workshop, seat, str(member.user), member.role, own.pk if own else None)
        elif seat.person in invited:
            invitation = invited[seat.person]
            _seat(ctx, workshop, seat, invitation.email.partition("@")[0], invitation.role, None)
        else:
            raise Refused("unknown", "Somebody in the list is not a member of your organisation.", field=field)


def _seat(ctx: Context, workshop: Workshop, seat: Seat, name: str, role: str, own: str | None, pk: str = "") -> None:
    ctx.add(
        Participant(
            id=pk or new_id("pt"), workshop=workshop, person=seat.person, name=name[:80], role=role,
            department_id=seat.department or own, deputy=seat.deputy, frontline=seat.frontline,
        )
    )  # fmt: skip


class AskToCome(Payload):
    """Ask one more person (or invitation) to come, for a department or for their own."""

    id: Id
    person: str
    department: Id | None = None
    deputy: bool = False
    frontline: bool = False


def ask_to_come(ctx: Context, data: AskToCome) -> None:
    """`id` is the workshop's."""
    workshop = not_closed(ctx, data.id)
    if ctx.rows(Participant, workshop=workshop.id, person=data.person):
        raise Refused("conflict", "They are asked already.", field="person")
    seat = Seat(person=data.person, department=data.department, deputy=data.deputy, frontline=data.frontline)
    seat_all(ctx, workshop, [seat], field="person")


class ChangeParticipant(Payload):
    """For which department somebody comes, and as what."""

    id: Id
    department: Id | UnsetType | None = UNSET
    deputy: bool | UnsetType = UNSET
    frontline: bool | UnsetType = UNSET


def change_participant(ctx: Context, data: ChangeParticipant) -> None:
    row, values = ctx.get(Participant, data.id), given(data)
    not_closed(ctx, row.workshop_id)
    department = values.get("department")
    if department and not Department.objects.filter(pk=department, organisation=ctx.room.organisation_id).exists():
        raise Refused("unknown", "This department is not of your organisation.", field="department")
    ctx.change(row, **values)


class ByParticipant(Payload):
    id: Id


def remove_participant(ctx: Context, data: ByParticipant) -> None:
    """They are not asked any more. What they wrote stays; in the room they are by their membership alone."""
    row = ctx.get(Participant, data.id)
    not_closed(ctx, row.workshop_id)
    ctx.remove(row)


class Reply(Payload):
    """Whether I am coming. `id` is the workshop's."""

    id: Id
    coming: bool


def reply(ctx: Context, data: Reply) -> None:
    workshop = not_closed(ctx, data.id)
    me = seat_of(ctx, workshop)
    if me is None:
        raise Refused("unknown", "You are not asked to come to this workshop. Open it to look in.")
    ctx.change(me, coming=data.coming)


def seat_of(ctx: Context, workshop: Workshop) -> Participant | None:
    """My place in it. Somebody who was asked by e-mail takes the place kept for their address."""
    if found := ctx.rows(Participant, workshop=workshop.id, person=ctx.actor.key):
        return found[0]
    if not MEMBER.fullmatch(ctx.actor.key):
        return None
    accepted = Invitation.objects.filter(
        organisation=ctx.room.organisation_id, email__in=_addresses(ctx.actor.key)
    ).values_list("pk", flat=True)
    kept = ctx.rows(Participant, workshop=workshop.id, person__in=list(accepted))
    if not kept:
        return None
    ctx.change(kept[0], person=ctx.actor.key, name=ctx.actor.name[:80], role=ctx.actor.role)
    for double in kept[1:]:
        ctx.remove(double)
    return kept[0]


def _addresses(identity: str) -> Iterable[str]:
    return User.objects.filter(pk=int(identity[1:])).values_list("email", flat=True)
