"""A ticket proves that a page came from us: another site cannot read it, so it cannot open our socket.

Signed, bound to the session and the room, valid for twelve hours; nothing is stored.
"""

from __future__ import annotations

import hashlib

from django.core import signing

SALT = "live.ticket"
AGE = 12 * 3600


def make_ticket(session_key: str, room_id: str) -> str:
    return signing.dumps(_of(session_key, room_id), salt=SALT)


def ticket_holds(ticket: str, session_key: str, room_id: str) -> bool:
    try:
        return bool(signing.loads(ticket, salt=SALT, max_age=AGE) == _of(session_key, room_id))
    except signing.BadSignature:
        return False


def _of(session_key: str, room_id: str) -> str:
    return hashlib.sha256(f"{session_key} {room_id}".encode()).hexdigest()[:32]
