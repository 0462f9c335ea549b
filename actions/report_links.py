"""Reports for people without an account: one link, one report, one person, fourteen days.

The address is the key, so it has 256 random bits and only its hash is kept: who reads our database opens nothing.
Opening it shows a page without content; only a press of its button shows the report, because mail scanners open
every link they see. Each press is counted and stands in the audit trail.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.audit import audit
from actions.models import Report, ReportLink

LIVES = datetime.timedelta(days=14)


@transaction.atomic
def make(report: Report, recipient: str, by: str) -> tuple[ReportLink, str]:
    """A link and its token, which is nowhere else from now on."""
    token = secrets.token_urlsafe(32)
    link = ReportLink.objects.create(
        report=report, recipient=recipient, token_hash=_hash(token), by=by, expires_at=timezone.now() + LIVES
    )
    audit("report.shared", by, report.workshop.room.organisation_id, report=report.pk, link=link.pk)
    return link, token


def link_for(token: str) -> ReportLink | None:
    """The link, while it holds and there is still something behind it."""
    rows = ReportLink.objects.filter(token_hash=_hash(token), revoked_at=None, expires_at__gt=timezone.now())
    rows = rows.filter(report__state=Report.State.READY, report__workshop__removed_at=None)
    return rows.select_related("report__workshop__room__organisation").first()


@transaction.atomic
def opened(link: ReportLink, form: str = "") -> None:
    """Somebody pressed the button, or took a file along."""
    ReportLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())
    organisation = link.report.workshop.room.organisation_id
    audit("report.opened", "", organisation, report=link.report_id, link=link.pk, form=form or "page")


@transaction.atomic
def revoke(link: ReportLink, by: str) -> bool:
    """From now on it opens nothing."""
    if not ReportLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    audit("report.revoked", by, link.report.workshop.room.organisation_id, report=link.report_id, link=link.pk)
    return True


def links_of(report: Report) -> QuerySet[ReportLink]:
    return ReportLink.objects.filter(report=report).order_by("-created_at", "-pk")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
