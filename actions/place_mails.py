"""The mail that asks somebody without an account to come in: from an invitation, to its address alone.

A seat in a workshop that is kept for the address makes it an invitation to that workshop.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.utils.formats import date_format

from accounts import invitations
from accounts.local_time import zone_of
from accounts.models import Invitation
from actions.letters import Button, Item, absolute, day
from actions.models import Reminder
from touchpoints.models import Journey
from workshops.calendar import invitation_file
from workshops.models import Participant, Workshop

Found = tuple[Invitation, Workshop | None]
TERMS = (
    "You say your name; a password is not needed. The link is yours alone and works once, for "
    f"{invitations.LIFETIME.days} days."
)


def waiting(now: datetime.datetime) -> Iterator[Invitation]:
    """Those whose mail has no row in the outbox yet. One that waits for its workshop gets it with the seat."""
    rows = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now).exclude(mail="")
    known = Reminder.objects.filter(invitation__isnull=False).values("invitation")
    for row in rows.exclude(pk__in=known).select_related("organisation").order_by("created_at", "pk"):
        if row.mail == Invitation.Mail.ITSELF or workshop_of(row) is not None:
            yield row


def workshop_of(invitation: Invitation) -> Workshop | None:
    """The next workshop in which a seat is kept for that address. A rehearsal asks nobody, nor does what is archived."""
    kept = Invitation.objects.filter(
        Q(pk=invitation.pk) | Q(accepted_at=None), organisation=invitation.organisation_id, email=invitation.email
    )
    seats = Participant.objects.filter(person__in=kept.values("pk"), removed_at=None)
    journeys = Journey.objects.filter(rehearsal=False, archived=False)
    rows = Workshop.objects.filter(pk__in=seats.values("workshop"), room__in=journeys.values("pk"), removed_at=None)
    rows = rows.exclude(state=Workshop.State.CLOSED).select_related("facilitator", "room__organisation")
    return rows.order_by("starts_at", "pk").first()


def find(row: Reminder) -> tuple[str, Found | None]:
    """Why nobody need be asked any more, or else who is, and to what."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(pk=row.object_id).first()
    if invitation is None or invitations.why_closed(invitation):
        return "The invitation was accepted, withdrawn or has expired.", None
    workshop = workshop_of(invitation)
    if workshop is None and invitation.mail == Invitation.Mail.WORKSHOP:
        return "The workshop is over, or they are not asked to it any more.", None
    return "", (invitation, workshop)


def write(row: Reminder, found: Found) -> Item:
    invitation, workshop = found
    link = absolute("invitation", invitations.token_of(invitation))
    if workshop is not None:
        return _to_workshop(row, invitation, workshop, link)
    name = invitation.organisation.name
    who = f"{invitation.invited_by} invites you" if invitation.invited_by else "you are invited"
    asks = f"{invitation.invited_by} would like you" if invitation.invited_by else f"{name} would like you"
    what = f"{asks} to help map what customers go through, as {invitation.get_role_display().lower()}."
    return Item(
        row.kind, f"{who} to {name}", name, "", [what], None, "", [Button("Come in", link)], TERMS,
        f"You get this because somebody at {name} wrote down your address.",
    )  # fmt: skip


def _to_workshop(row: Reminder, invitation: Invitation, workshop: Workshop, link: str) -> Item:
    starts = workshop.starts_at.astimezone(zone_of(row.time_zone)) if workshop.starts_at else None
    when = [f"{date_format(starts, 'l j F Y, H:i')} ({row.time_zone})"] if starts else []
    department = invitation.departments.first()
    comes_for = [f"You are asked to come for {department.name}."] if department else []
    file = invitation_file(workshop, [(invitation.email, invitation.email)], link)
    return Item(
        row.kind, f"{workshop.facilitator or 'A colleague'} asks you to a workshop", workshop.title, "",
        [*when, *comes_for, f"What for: {workshop.objective}", f"How we will know: {workshop.success_measure}"], None,
        "Before it, have a look at what customers say about your work.", [Button("Come in", link)],
        f"{TERMS} We report back to each other on {day(workshop.report_back_on)}.",
        "You get this because you are asked to take part.", files=[file] if file else [],
    )  # fmt: skip
