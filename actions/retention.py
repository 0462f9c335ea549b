"""Erasing what was kept long enough: an organisation's setting "Erase personal data after".

What goes: customers' contacts nobody heard of since, with their names in comments and reports (`erasing`), the names
of guests, mails that were sent, and for whom links to reports were that lead nowhere any more. What stays: comments,
codes, answers, promises and the audit trail, which hold what was said and done, not who people are.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.audit import audit
from accounts.models import Guest, Organisation, SentMail
from actions import erasing
from actions.models import ReportLink
from voices.models import Comment, Contact

GUEST, SOMEBODY = "Guest", "Somebody"


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day that many months earlier, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass
class Old:
    """What is older than that, of each kind."""

    contacts: QuerySet[Contact]
    guests: QuerySet[Guest]
    mails: QuerySet[SentMail]
    links: QuerySet[ReportLink]

    def counts(self) -> dict[str, int]:
        return {name: rows.count() for name, rows in vars(self).items()}


def old(organisation: Organisation, months: int) -> Old:
    day = months_before(timezone.localdate(), months)
    recent = Comment.objects.filter(contact=OuterRef("pk")).filter(
        Q(said_on__gte=day) | Q(said_on=None, created_at__date__gte=day)
    )
    ended = ReportLink.objects.filter(report__workshop__room__organisation=organisation, expires_at__date__lt=day)
    return Old(
        Contact.objects.filter(organisation=organisation, created_at__date__lt=day).filter(~Exists(recent)),
        Guest.objects.filter(organisation=organisation, expires_at__date__lt=day).exclude(name=GUEST),
        SentMail.objects.filter(organisation=organisation, created_at__date__lt=day),
        ended.exclude(recipient=SOMEBODY),
    )


@transaction.atomic
def erase(organisation: Organisation) -> dict[str, int]:
    """Erase it now; answers how many of each."""
    if organisation.erase_after is None:
        return {}
    found = old(organisation, organisation.erase_after)
    gone = found.counts()
    erasing.forget(organisation, list(found.contacts))
    found.guests.update(name=GUEST)
    found.mails.delete()
    found.links.update(recipient=SOMEBODY)
    if any(gone.values()):
        audit("organisation.erased", "", organisation.pk, **gone)
    return gone


def erase_everywhere() -> None:
    for organisation in Organisation.objects.filter(erase_after__isnull=False):
        erase(organisation)
