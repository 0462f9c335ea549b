"""The link in a mail: it answers without a password, for one person and one thing, until it runs out or is ended."""

from __future__ import annotations

import base64
import datetime
import hashlib

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from actions.models import Reminder

LIVES = datetime.timedelta(days=30)


def token_of(key: str) -> str:
    """The 256 bits of a mail's link. They follow from our secret and the row, so only their hash is stored."""
    digest = salted_hmac("actions.reminders.link", key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def row_of(token: str) -> Reminder | None:
    """The row a link came with, while the link holds."""
    row = Reminder.objects.filter(link_hash=hash_of(token), link_revoked_at=None, link_expires_at__gt=timezone.now())
    return row.select_related("recipient", "organisation").first()


def living(user: User) -> QuerySet[Reminder]:
    """The rows whose links still answer for this person."""
    return Reminder.objects.filter(
        recipient=user, link_revoked_at=None, link_expires_at__gt=timezone.now(), attempts__gt=0
    )


def any_row_of(token: str) -> Reminder | None:
    """The row a link came with, whether or not it still answers: for stopping mails it always does."""
    rows = Reminder.objects.filter(link_hash=hash_of(token), link_revoked_at=None)
    return rows.select_related("recipient", "organisation").first()
