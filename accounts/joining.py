"""Coming in without an account.

A facilitator opens a code for one room: eight characters for saying aloud, and a link with 128 random bits
for the QR code. Who comes with either gives a name and a department and waits in the lobby until they are
let in. A guest lives as long as the code, at most a day.

The alphabet leaves out what is mixed up when read or heard (0 O, 1 I L, U V) or spells rude words with
ease. 30**8 is 39 bits: at a hundred wrong tries a minute, hitting one of fifty live codes within a day has
a chance of one in ninety thousand. Wrong tries are counted per address and over all addresses; right ones
cost nothing, so that a room full of phones behind one address gets in.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import limits
from accounts.audit import audit
from accounts.commands import rights_changed
from accounts.ids import join_code_id
from accounts.models import Department, Guest, JoinCode, Organisation
from accounts.text import clean_line

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
TRIES_PER_ADDRESS = 10
TRIES_OVERALL = 100
AFTER_THE_END = datetime.timedelta(hours=2)
AT_MOST = datetime.timedelta(hours=24)
WITHOUT_AN_END = datetime.timedelta(hours=12)
GUESTS_PER_ROOM = 300

# What people write for what they saw or heard.
_MISREAD = str.maketrans({"0": "Q", "O": "Q", "1": "J", "I": "J", "L": "J", "U": "V"})


class TooManyTries(Exception):
    """Wrong codes came too fast, from one address or from everywhere."""


def tidy(typed: str) -> str:
    """What somebody typed, as the eight characters it may stand for: any case, blanks, dashes, look-alikes."""
    return _letters(typed).translate(_MISREAD)[: LENGTH + 1]


def as_typed(typed: str) -> str:
    """What somebody typed, to say it back: foxr4712 as FOXR-4712, anything else as it came."""
    letters = _letters(typed)
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == LENGTH else typed.strip()


def link_token(join_code: JoinCode) -> str:
    """The 128 bits of the link. They follow from our secret and the row, so only their hash is stored."""
    digest = salted_hmac("accounts.joining.link", join_code.pk, algorithm="sha256").digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@transaction.atomic
def open_code(
    organisation: Organisation, room_id: str, *, by: str, ends_at: datetime.datetime | None = None
) -> JoinCode:
    """A fresh code for the room, in place of the one it had.

    Guests who were let in stay, with the new code; those in the lobby need the new one. `ends_at` is when
    the meeting is planned to end.
    """
    now = timezone.now()
    expires_at = min((ends_at or now + WITHOUT_AN_END) + AFTER_THE_END, now + AT_MOST)
    before = JoinCode.objects.select_for_update(no_key=True).filter(room_id=room_id, revoked_at=None).first()
    if before:
        before.revoked_at = now
        before.save(update_fields=["revoked_at"])
    join_code = JoinCode(pk=join_code_id(), organisation=organisation, room_id=room_id, expires_at=expires_at)
    join_code.code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    join_code.link_hash = _hash(link_token(join_code))
    join_code.save(force_insert=True)
    if before:
        inside = Guest.objects.filter(join_code=before, removed_at=None, expires_at__gt=now)
        inside.exclude(admitted_at=None).update(join_code=join_code, expires_at=expires_at)
        rights_changed(organisation.pk)
    audit("join_code.opened", by, organisation.pk, room=room_id)
    return join_code


@transaction.atomic
def lock_code(join_code: JoinCode, locked: bool, *, by: str) -> None:
    """Nobody new may ask to come in while it is locked. Who is in stays in."""
    join_code.locked_at = timezone.now() if locked else None
    join_code.save(update_fields=["locked_at"])
    audit("join_code.locked" if locked else "join_code.unlocked", by, join_code.organisation_id)


@transaction.atomic
def end_code(room_id: str, *, by: str) -> None:
    """The code works no more and every guest of the room is out."""
    now = timezone.now()
    for join_code in JoinCode.objects.select_for_update(no_key=True).filter(room_id=room_id, revoked_at=None):
        join_code.revoked_at = now
        join_code.save(update_fields=["revoked_at"])
        # The guests' own rows too: those are what a running command holds on to (see `load_actors`).
        Guest.objects.filter(room_id=room_id, removed_at=None).update(removed_at=now)
        rights_changed(join_code.organisation_id)
        audit("join_code.ended", by, join_code.organisation_id, room=room_id)


def find_by_code(typed: str, address: str) -> JoinCode | None:
    """The open code somebody typed, or None: unknown, expired, locked and revoked are one answer, found by
    the same query. Raises `TooManyTries`. `address` is where the request came from."""
    if not limits.take("join", address, TRIES_PER_ADDRESS) or not limits.take("join", "all", TRIES_OVERALL):
        raise TooManyTries
    found = _open_codes().filter(code=tidy(typed)).first()
    if found:
        limits.give_back("join", address)
        limits.give_back("join", "all")
    return found


def find_by_link(token: str, address: str) -> JoinCode | None:
    """The open code behind a link. 128 bits are not guessed, so no number of wrong codes from elsewhere
    shuts this way in."""
    if not limits.take("join-link", address, TRIES_PER_ADDRESS):
        raise TooManyTries
    found = _open_codes().filter(link_hash=_hash(token)).first()
    if found:
        limits.give_back("join-link", address)
    return found


def open_code_by_id(pk: str | None) -> JoinCode | None:
    """The code a browser has shown already, if it is still open."""
    return _open_codes().filter(pk=pk).first() if pk else None


@transaction.atomic
def ask_to_join(join_code: JoinCode, name: str, department: Department | None) -> Guest:
    """Wait in the lobby under this name, speaking for this department."""
    name = clean_line(name, 40)
    if department and department.organisation_id != join_code.organisation_id:
        raise ValidationError({"department": "Choose one of the departments shown."})
    held = _open_codes().select_for_update(no_key=True).filter(pk=join_code.pk).first()
    if held is None:
        raise ValidationError("This code was closed a moment ago. Ask for the new one.")
    here = Guest.objects.filter(room_id=held.room_id, removed_at=None, expires_at__gt=timezone.now())
    if here.count() >= GUESTS_PER_ROOM:
        raise ValidationError(f"{GUESTS_PER_ROOM} guests have asked already; there is room for no more.")
    return Guest.objects.create(
        organisation_id=held.organisation_id,
        join_code=held,
        room_id=held.room_id,
        name=name,
        department=department,
        expires_at=held.expires_at,
    )


@transaction.atomic
def admit(guests: QuerySet[Guest], *, by: str) -> int:
    """Let these in (those who wait still). Answers how many."""
    waiting = list(guests.filter(admitted_at=None, removed_at=None))
    Guest.objects.filter(pk__in=[guest.pk for guest in waiting]).update(admitted_at=timezone.now())
    _tell(waiting, "guest.admitted", by)
    return len(waiting)


@transaction.atomic
def remove(guests: QuerySet[Guest], *, by: str) -> int:
    """Out, at once and for good: from the lobby or from the room. Answers how many."""
    present = list(guests.filter(removed_at=None))
    Guest.objects.filter(pk__in=[guest.pk for guest in present]).update(removed_at=timezone.now())
    _tell(present, "guest.removed", by)
    return len(present)


def _tell(guests: list[Guest], what: str, by: str) -> None:
    for organisation_id in {guest.organisation_id for guest in guests}:
        rights_changed(organisation_id)
    for guest in guests:
        audit(what, by, guest.organisation_id, guest=guest.pk, room=guest.room_id)


def _letters(typed: str) -> str:
    return "".join(c for c in typed.upper() if c.isascii() and c.isalnum())


def _open_codes() -> QuerySet[JoinCode]:
    return JoinCode.objects.filter(expires_at__gt=timezone.now(), locked_at=None, revoked_at=None)


def _hash(token: Any) -> str:
    return hashlib.sha256(str(token).encode(errors="replace")).hexdigest()
