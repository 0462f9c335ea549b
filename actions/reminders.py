"""The outbox: mails that must leave once, whatever dies in between.

A mail is a row before it is a mail. `plan` adds the rows of the next day and a half; each has a unique key,
so two clocks plan one row. `drain` takes one due row after the other in three short steps, none of which
holds a transaction while a mail server is thinking:

1. claim: the row is ours until `lease_until`; a worker that dies simply lets the lease run out,
2. send: still wanted? then hand it over, always with the same Message-ID and Date,
3. finish: sent, tried again later, or given up.

A worker killed after the server said "250" and before step 3 sends a copy, which carries the same
Message-ID: mail programs show it once. Losing a mail would be worse, and those are the only two choices.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import logging
import smtplib
from collections.abc import Iterable
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Membership, Organisation, User
from actions import mail
from actions.models import OPEN, ActionItem, Mute, Reminder
from actions.times import OfficeHours, rungs, zone_of
from live.models import Room
from touchpoints.models import Remark
from workshops.models import Participant, Workshop

log = logging.getLogger(__name__)
HORIZON = datetime.timedelta(hours=36)
TOO_LATE = datetime.timedelta(hours=20)
PAUSE = datetime.timedelta(minutes=3)  # between a remark and its mail
LEASE = datetime.timedelta(minutes=2)
BACK_OFF = (1, 5, 15, 60, 240)  # minutes after each try; one more and it is given up
LINK_LIVES = datetime.timedelta(days=30)
MOST_AT_ONCE = 500
State = Reminder.State


# -- planning ----------------------------------------------------------------------------------
def plan() -> int:
    """Add the rows that are missing. Any number of clocks may do this at once."""
    now = timezone.now()
    rows = [*_of_promises(now), *_of_invitations(now), *_of_mentions(now)]
    known = set(Reminder.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Reminder.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _of_promises(now: datetime.datetime) -> Iterable[Reminder]:
    near = (now.date() - datetime.timedelta(days=10), now.date() + datetime.timedelta(days=10))
    actions = ActionItem.objects.filter(removed_at=None, status__in=OPEN, owner__isnull=False, due__range=near)
    for action in actions.select_related("owner", "room__organisation"):
        assert action.owner is not None
        zone, hours = zone_of(action.owner.time_zone), office_hours(action.room.organisation)
        allowed = [(hours.next(due_at, zone), kind) for kind, due_at in rungs(action.due, zone).items()]
        # What a weekend holds back comes on one Monday: the last of it says everything.
        for due_at, kind in {at.astimezone(zone).date(): (at, kind) for at, kind in allowed}.values():
            # A promise made yesterday is not reminded of last week.
            if max(action.created_at, now - TOO_LATE) < due_at <= now + HORIZON:
                yield _row(action.room, kind, (action.pk, action.due), action.owner, due_at)


def office_hours(organisation: Organisation) -> OfficeHours:
    return OfficeHours(frozenset(organisation.working_days), organisation.quiet_from, organisation.quiet_until)


def _of_invitations(now: datetime.datetime) -> Iterable[Reminder]:
    asked = Participant.objects.filter(
        removed_at=None, opened_at=None, person__startswith="u", workshop__removed_at=None,
        workshop__state=Workshop.State.PLANNED,
    ).select_related("workshop", "room")  # fmt: skip
    users = User.objects.in_bulk({int(row.person[1:]) for row in asked})
    for row in asked:
        workshop, user = row.workshop, users.get(int(row.person[1:]))
        if user is not None and user.pk != workshop.facilitator_id:
            day = (workshop.starts_at or workshop.created_at).date()
            yield _row(row.room, Reminder.Kind.INVITATION, (workshop.pk, day), user, now)


def _of_mentions(now: datetime.datetime) -> Iterable[Reminder]:
    """Some minutes after the remark, so that a slip of the pen can still be rubbed out."""
    remarks = Remark.objects.filter(removed_at=None, at__gt=now - TOO_LATE, mentions__isnull=False).distinct()
    for remark in remarks.select_related("room__organisation").prefetch_related("mentions"):
        hours = office_hours(remark.room.organisation)
        for user in remark.mentions.all():
            if user.identity != remark.by:
                at = hours.next(remark.at + PAUSE, zone_of(user.time_zone))
                yield _row(remark.room, Reminder.Kind.MENTION, (remark.pk, remark.at.date()), user, at)


def _row(room: Room, kind: str, about: tuple[str, datetime.date], user: User, due_at: datetime.datetime) -> Reminder:
    pk, due_on = about
    key = hashlib.sha256(f"{kind} {pk} {due_on.isoformat()} {user.pk}".encode()).hexdigest()
    host = urlsplit(settings.PUBLIC_URL or settings.LOCAL_URL).hostname or "localhost"
    due_at = due_at.replace(microsecond=0)
    return Reminder(
        key=key, organisation_id=room.organisation_id, kind=kind, object_id=pk, due_on=due_on, recipient=user,
        local_time=due_at.astimezone(zone_of(user.time_zone)).time(), time_zone=user.time_zone, due_at=due_at,
        try_at=due_at, message_id=f"<{key[:40]}@{host}>", date_header=format_datetime(due_at),
        link_hash=_hash(link_token(key)), link_expires_at=due_at + LINK_LIVES,
    )  # fmt: skip


# -- the link in a mail ------------------------------------------------------------------------
def link_token(key: str) -> str:
    """The 256 bits of a mail's link. They follow from our secret and the row, so only their hash is stored."""
    digest = salted_hmac("actions.reminders.link", key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def reminder_for(token: str) -> Reminder | None:
    """The mail a link came in, while the link holds."""
    row = Reminder.objects.filter(link_hash=_hash(token), link_revoked_at=None, link_expires_at__gt=timezone.now())
    return row.select_related("recipient", "organisation").first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


# -- sending -----------------------------------------------------------------------------------
def drain(most: int = MOST_AT_ONCE) -> int:
    """Send what is due; returns how many mails left. One bad row never stops the others."""
    sent = 0
    for _ in range(most):
        row = claim()
        if row is None:
            break
        try:
            sent += deliver(row)
        except Exception as error:
            log.exception("A reminder could not be prepared", extra={"reminder": row.pk})
            retry(row, f"{type(error).__name__} while the mail was prepared")
    return sent


def claim() -> Reminder | None:
    """Take the next due row. Others skip it while we hold it: by SKIP LOCKED on PostgreSQL; SQLite lets one
    writer in at a time, and the update is conditional besides."""
    now = timezone.now()
    due = Q(state=State.PLANNED, try_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    with transaction.atomic():
        rows = Reminder.objects.filter(due).select_for_update(skip_locked=True, of=("self",)).order_by("try_at", "pk")
        row = rows.first()
        if row is None:
            return None
        mine = Reminder.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts)
        row.attempts += 1
        if not mine.update(state=State.SENDING, attempts=row.attempts, lease_until=now + LEASE):
            return None
    return Reminder.objects.select_related("recipient", "organisation").get(pk=row.pk)


def deliver(row: Reminder) -> int:
    """Send one row that we hold, unless there is no reason to any more. Returns 1 when it left."""
    if row.attempts > len(BACK_OFF) + 1:
        return finish(row, State.DEAD, row.error or "The worker died each time.")
    reason, what = why_not(row)
    if what is None:
        return finish(row, State.CANCELLED, reason)
    message = mail.compose(row, what, link_token(row.key))
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _refused(row, code, words)
    except smtplib.SMTPResponseException as error:
        return _refused(row, error.smtp_code, error.smtp_error)
    except OSError as error:  # refused, timed out, cut off
        return retry(row, str(error) or type(error).__name__)
    finish(row, State.SENT)
    return 1


def _refused(row: Reminder, code: int, words: bytes | str) -> int:
    said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"[:500]
    return finish(row, State.FAILED, said) if 500 <= code < 600 else retry(row, said)


def retry(row: Reminder, error: str) -> int:
    """Try again later, a little more patiently each time."""
    if row.attempts > len(BACK_OFF):
        return finish(row, State.DEAD, error)
    wait = datetime.timedelta(minutes=BACK_OFF[row.attempts - 1])
    _held(row).update(state=State.PLANNED, try_at=timezone.now() + wait, lease_until=None, error=error)
    return 0


def finish(row: Reminder, state: str, error: str = "") -> int:
    _held(row).update(state=state, finished_at=timezone.now(), lease_until=None, error=error)
    return 0


def _held(row: Reminder) -> QuerySet[Reminder]:
    """The row, if we still hold it: whoever claimed it after us counts one try more."""
    return Reminder.objects.filter(pk=row.pk, state=State.SENDING, attempts=row.attempts)


def _mention_wanted(row: Reminder) -> tuple[str, Remark | None]:
    remark = Remark.objects.filter(pk=row.object_id, removed_at=None).select_related("touchpoint", "room").first()
    if remark is None or remark.touchpoint.removed_at is not None:
        return "The remark or its touchpoint is gone.", None
    if Remark.objects.filter(touchpoint=remark.touchpoint, by=row.recipient.identity, at__gt=remark.at).exists():
        return "They have answered it already.", None
    return "", remark


def why_not(row: Reminder) -> tuple[str, ActionItem | Workshop | Remark | None]:
    """Look once more before sending: a reason to leave it, or what the mail is about."""
    member = Membership.objects.filter(
        organisation=row.organisation_id, user=row.recipient_id, user__is_active=True, deactivated_at=None
    )
    if not member.exists():
        return "The recipient is no longer a member.", None
    if Mute.objects.filter(user=row.recipient_id, kind=row.kind).exists():
        return "The recipient does not want this kind of reminder.", None
    if row.kind == Reminder.Kind.INVITATION:
        return _invitation_wanted(row)
    if row.kind == Reminder.Kind.MENTION:
        return _mention_wanted(row)
    if timezone.now() > row.due_at + TOO_LATE:
        return "It was too late for this reminder.", None
    action = (
        ActionItem.objects.filter(pk=row.object_id, removed_at=None).select_related("department", "workshop").first()
    )
    if action is None or not action.is_open:
        return "The promise is kept or gone.", None
    if action.owner_id != row.recipient_id or action.due != row.due_on:
        return "The promise has another owner or date now.", None
    return "", action


def _invitation_wanted(row: Reminder) -> tuple[str, Workshop | None]:
    workshop = Workshop.objects.filter(pk=row.object_id, removed_at=None, state=Workshop.State.PLANNED).first()
    if workshop is None:
        return "The workshop has begun or is gone.", None
    asked = Participant.objects.filter(
        workshop=workshop, person=row.recipient.identity, removed_at=None, opened_at=None
    )
    if not asked.exists():
        return "They have opened it already, or are not asked any more.", None
    return "", workshop
