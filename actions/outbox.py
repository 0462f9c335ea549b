"""The outbox: what is due leaves once, whatever dies in between.

`drain` takes one person after the other who has something due, in three short steps (`errands`), none of which holds a
transaction while a mail server is thinking: all that is due for this person is ours for a while, in one envelope; what
is still wanted is handed over, always with the same Message-ID and Date; then it is sent, tried again later, or given up.

A worker killed after the server said "250" and before step 3 sends a copy, which carries the same Message-ID: mail
programs show it once. Losing a mail would be worse, and those are the only two choices.
"""

from __future__ import annotations

import datetime
import logging
import smtplib
import time
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from actions import errands, letters, wanted, writing
from actions.models import Reminder

log = logging.getLogger(__name__)
BACK_OFF = (1, 5, 15, 60, 240)  # minutes after each try; one more and it is given up
MOST_AT_ONCE = 500
STUCK = datetime.timedelta(minutes=10)
LONGEST = 60.0  # seconds of one drain: the next look comes soon enough
ALONE = (
    Reminder.Kind.INVITATION,
    Reminder.Kind.CLOSED,
    Reminder.Kind.REPORT,
    Reminder.Kind.PLACE,
)  # each a mail of its own: people look for it later
State = Reminder.State
Left = dict[int, tuple[str, str]]  # row → the state it ends in instead, and why


class ServerAway(Exception):
    """Nobody answers where the mail server should be: the next mail would fare no better."""


def drain(most: int = MOST_AT_ONCE) -> int:
    """Send what is due; returns how many mails left. One bad row never stops the others."""
    sent, started = 0, time.monotonic()
    for _ in range(most):
        if time.monotonic() - started > LONGEST or not due().exists():  # asked without taking the database's lock
            break
        rows = claim()
        if not rows:
            continue  # somebody was faster
        try:
            sent += deliver(rows)
        except ServerAway:
            break
        except Exception as error:
            log.exception("A mail could not be prepared", extra={"reminder": rows[0].pk})
            retry(rows, _broken(error))
    return sent


def due() -> QuerySet[Reminder]:
    """Envelopes that may be claimed: their time has come, or whoever held them has died."""
    return errands.due(Reminder).filter(envelope=None)


def claim() -> list[Reminder]:
    """Everything that is due for the next person, the row whose envelope it is first; nothing if somebody was faster.

    Who claims holds the person's row, so that what is due for her leaves in one mail however many workers there are:
    SKIP LOCKED on PostgreSQL; SQLite lets one writer in at a time, and the update is conditional besides.
    """
    with transaction.atomic():
        row = _next()
        if row is None or not errands.take(row):
            return []
        if row.attempts == 1 and row.kind not in ALONE:
            _enclose(row)
        held = Reminder.objects.filter(Q(pk=row.pk) | Q(envelope=row.pk, state=State.SENDING))
        return list(
            held.select_related("recipient", "invitation", "organisation").order_by(
                F("envelope").asc(nulls_first=True), "due_at", "pk"
            )
        )


def _next() -> Reminder | None:
    """A row of whoever waits longest and is free. An invitation to come in is one mail and nobody's row."""
    first = list(due().order_by("try_at", "pk")[:20])
    place = next((row for row in first if row.recipient_id is None), None)
    if place is not None and place is first[0]:
        return place
    people = User.objects.filter(pk__in=[row.recipient_id for row in first if row.recipient_id])
    user = people.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    return due().filter(recipient=user).order_by("try_at", "pk").first() if user else place


def _enclose(row: Reminder) -> None:
    """Before its first try an envelope takes in what else is due for the person now; afterwards it stays as it is."""
    others = due().filter(recipient=row.recipient_id, organisation=row.organisation_id, state=State.PLANNED, attempts=0)
    others.exclude(pk=row.pk).exclude(kind__in=ALONE).update(state=State.SENDING, envelope=row)


def deliver(rows: Sequence[Reminder]) -> int:
    """Send what we hold, unless there is no reason to any more. Returns 1 when a mail left."""
    first = rows[0]
    if errands.worn_out(first, BACK_OFF):
        return finish(rows, State.DEAD, first.error or errands.DIED)
    items, left = _write(rows)
    if not items:
        return finish(rows, State.CANCELLED, left=left)
    message = letters.compose(first, items)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _refused(rows, code, words, left)
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
        retry(rows, _said(error.smtp_code, error.smtp_error), left)
        raise ServerAway from error
    except smtplib.SMTPResponseException as error:
        return _refused(rows, error.smtp_code, error.smtp_error, left)
    except ConnectionRefusedError as error:
        retry(rows, "The mail server does not answer.", left)
        raise ServerAway from error
    except OSError as error:  # timed out, cut off
        return retry(rows, str(error) or type(error).__name__, left)
    finish(rows, State.SENT, left=left)
    return 1


def _write(rows: Sequence[Reminder]) -> tuple[list[letters.Item], Left]:
    """What each row has to say, and those that are left out: no longer wanted, or broken (which stops no other)."""
    items: list[letters.Item] = []
    left: Left = {}
    broken: Exception | None = None
    for row in rows:
        try:
            look = wanted.look(row)
            if look.reason:
                left[row.pk] = (State.CANCELLED, look.reason)
            else:
                items.append(writing.item_for(row, look.what))
        except Exception as error:
            log.exception("A mail could not be written", extra={"reminder": row.pk})
            left[row.pk], broken = (State.FAILED, _broken(error)), error
    if broken is not None and not items:
        raise broken
    return items, left


def _broken(error: Exception) -> str:
    return f"It could not be written ({type(error).__name__})."


def _refused(rows: Sequence[Reminder], code: int, words: bytes | str, left: Left) -> int:
    said = _said(code, words)
    return finish(rows, State.FAILED, said, left) if 500 <= code < 600 else retry(rows, said, left)


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"[:500]


def retry(rows: Sequence[Reminder], error: str, left: Left | None = None) -> int:
    """Try again later. What was enclosed stays so: a copy must be the same mail."""
    return 0 if errands.put_off(rows[0], BACK_OFF, error) else finish(rows, State.DEAD, error, left)


def finish(rows: Sequence[Reminder], state: str, error: str = "", left: Left | None = None) -> int:
    """All that was in the envelope, together, if we still hold it; `left` are those that stand otherwise."""
    first, left = rows[0], left or {}
    with transaction.atomic():
        for row in rows:
            state_of, why = left.get(row.pk, (state, error))
            if row.pk != first.pk:
                done = {"state": state_of, "finished_at": timezone.now(), "lease_until": None, "error": why}
                Reminder.objects.filter(pk=row.pk, envelope=first.pk).update(**done)
            elif not errands.finish(first, state_of, why):
                break
    return 0


def try_again(rows: QuerySet[Reminder]) -> int:
    """Envelopes that were given up are due once more, with what is in them."""
    parked = rows.filter(state__in=(State.FAILED, State.DEAD), envelope=None)
    with transaction.atomic():
        envelopes = list(parked.select_for_update().values_list("pk", flat=True))
        enclosed = Reminder.objects.filter(envelope__in=envelopes, state__in=(State.FAILED, State.DEAD))
        enclosed.update(state=State.SENDING, finished_at=None, error="")
        return errands.revive(Reminder.objects.filter(pk__in=envelopes))


# What mail servers say by number, for people: the first digits that fit.
SAID = (
    ("550", "There is no such mailbox, or it takes nothing from us."),
    ("551", "There is no such mailbox there."),
    ("552", "The mailbox is full."),
    ("553", "The address is not valid."),
    ("554", "The mail server refused it."),
    ("535", "The mail server did not accept our user name and password."),
    ("4", "The mail server asks to try again later."),
    ("5", "The mail server refused it."),
)


def in_words(error: str) -> str:
    """What went wrong, for people; what the server said itself stands beside it."""
    return next((words for code, words in SAID if error.startswith(code)), "")


def stuck() -> QuerySet[Reminder]:
    """What should have left long ago: no worker looks, or no mail server answers."""
    return due().filter(try_at__lt=timezone.now() - STUCK)
