"""Erasing what was kept long enough: an organisation's setting "Erase personal data after".

What goes: the names of customers' contacts nobody heard of since, the names of guests, mails that were sent. What
stays: comments, codes, answers, promises and the audit trail, which hold what was said and done, not who people are.
"""

from __future__ import annotations

import calendar
import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.audit import audit
from accounts.models import Guest, Organisation, SentMail
from voices.models import Comment, Contact

GUEST = "Guest"


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day that many months earlier, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def old(organisation: Organisation, months: int) -> tuple[QuerySet[Contact], QuerySet[Guest], QuerySet[SentMail]]:
    """What is older than that, of the three kinds."""
    day = months_before(timezone.localdate(), months)
    recent = Comment.objects.filter(contact=OuterRef("pk")).filter(
        Q(said_on__gte=day) | Q(said_on=None, created_at__date__gte=day)
    )
    contacts = Contact.objects.filter(organisation=organisation, created_at__date__lt=day).filter(~Exists(recent))
    guests = Guest.objects.filter(organisation=organisation, expires_at__date__lt=day).exclude(name=GUEST)
    return contacts, guests, SentMail.objects.filter(organisation=organisation, created_at__date__lt=day)


def counts(organisation: Organisation, months: int) -> dict[str, int]:
    contacts, guests, mails = old(organisation, months)
    return {"contacts": contacts.count(), "guests": guests.count(), "mails": mails.count()}


@transaction.atomic
def erase(organisation: Organisation) -> dict[str, int]:
    """Erase it now; answers how many of each."""
    if organisation.erase_after is None:
        return {}
    gone = counts(organisation, organisation.erase_after)
    contacts, guests, mails = old(organisation, organisation.erase_after)
    contacts.delete()
    guests.update(name=GUEST)
    mails.delete()
    if any(gone.values()):
        audit("organisation.erased", "", organisation.pk, **gone)
    return gone


def erase_everywhere() -> None:
    for organisation in Organisation.objects.filter(erase_after__isnull=False):
        erase(organisation)
