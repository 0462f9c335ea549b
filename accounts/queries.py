"""What the pages about people show. Everything starts at an organisation or a room the actor may see."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Department, Guest, Invitation, JoinCode, Membership, Organisation, SentMail, User


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Everybody who is or was a member; those who left stand last."""
    return (
        Membership.objects.filter(organisation=organisation)
        .select_related("user")
        .prefetch_related("departments")
        .order_by("deactivated_at", "user__name", "pk")
    )


def people_in(organisation_id: str) -> QuerySet[User]:
    """Everybody who works there now."""
    return User.objects.filter(memberships__organisation=organisation_id, memberships__deactivated_at=None)


def open_invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations nobody has accepted or withdrawn, newest first; expired ones too, to be sent again."""
    return (
        Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
        .select_related("invited_by")
        .prefetch_related("departments")
        .order_by("-created_at")
    )


def departments_of(organisation: Organisation) -> QuerySet[Department]:
    """The departments in their order, each with the number of people who speak for it as `people`."""
    people = Count("memberships", filter=Q(memberships__deactivated_at=None))
    return Department.objects.filter(organisation=organisation).annotate(people=people).order_by("position")


def mailbox_of(organisation: Organisation) -> QuerySet[SentMail]:
    """The messages an admin may read, newest first.

    Messages about an account (sign-in codes, password links) open that account to whoever reads them.
    They are shown only while no mail server is configured, as there is no other way to get them, and
    only for people who belong to this organisation and to no other.
    """
    readable = Q(organisation=organisation)
    if not settings.EMAIL_HOST:
        elsewhere = Membership.objects.exclude(organisation=organisation).values("user_id")
        own = User.objects.filter(memberships__organisation=organisation, is_staff=False).exclude(pk__in=elsewhere)
        readable |= Q(organisation=None, recipient__in=own.values("email"))
    return SentMail.objects.filter(readable).order_by("-created_at", "-pk")


def join_code_of(room_id: str) -> JoinCode | None:
    """The code that leads to a room now, also when it is locked; None when there is none or it expired."""
    return JoinCode.objects.filter(room_id=room_id, revoked_at=None, expires_at__gt=timezone.now()).first()


def guests_of(room_id: str) -> QuerySet[Guest]:
    """The guests of a room who wait or are in, first come first."""
    return (
        Guest.objects.filter(
            room_id=room_id, removed_at=None, expires_at__gt=timezone.now(), join_code__revoked_at=None
        )
        .select_related("department")
        .order_by("created_at", "pk")
    )


def demo_people() -> QuerySet[Membership]:
    """The people of the demo organisation who may be tried by one click: nobody who is real elsewhere."""
    if not settings.DEMO:
        return Membership.objects.none()
    elsewhere = Membership.objects.exclude(organisation__slug=settings.DEMO_ORGANISATION).values("user_id")
    return (
        Membership.objects.filter(
            organisation__slug=settings.DEMO_ORGANISATION,
            deactivated_at=None,
            user__is_active=True,
            user__is_staff=False,
        )
        .exclude(user_id__in=elsewhere)
        .select_related("user", "organisation")
        .prefetch_related("departments")
        .order_by("pk")
    )
