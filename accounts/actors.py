"""Who is acting, with which rights, right now.

An *identity* is a short string that says who somebody is: "u12" is user 12, "g7" is guest 7. It stays the
same for as long as they are signed in. An *actor* is that person in one organisation with the rights they
have at this moment. Rights change while people are connected, so an actor is loaded for every request and
inside every command's transaction, and never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Guest, Membership, Organisation, Role, User

# The key under which a session remembers the guest it belongs to.
GUEST_SESSION_KEY = "guest"

# The cookie under which a browser keeps what makes its anonymous writing its own; see `with_pen`.
PEN_COOKIE = "__Host-jm_pen" if settings.SESSION_COOKIE_SECURE else "jm_pen"
PEN = re.compile("[0-9A-Za-z]{32}")


@dataclass(frozen=True)
class Actor:
    """A person in one organisation. `room_id` is set for guests only: the one room they may enter.

    `pen` stands for them where their name is not to be stored: see `with_pen`.
    """

    key: str
    name: str
    role: str
    organisation_id: str
    departments: frozenset[str] = frozenset()
    room_id: str | None = None
    pen: str = ""

    @property
    def leads(self) -> bool:
        """Admins and facilitators run things; everybody else takes part."""
        return self.role in (Role.ADMIN, Role.FACILITATOR)

    @cached_property
    def audiences(self) -> frozenset[str]:
        """The names under which something may be shown to this person; see `Record.audience`."""
        extra = {"facilitators"} if self.leads else set()
        return frozenset({"all", *self.own, *self.departments, *extra})

    @property
    def own(self) -> frozenset[str]:
        """The names under which something is this person's and nobody else's."""
        return frozenset({self.key, self.pen} - {""})


def identity_of(request: Any) -> str | None:
    """Who sent this request: "u12", "g7" or None. A signed-in person comes before a guest session.

    Works for Django and DRF requests, and for a socket's scope wrapped with `user` and `session`.
    """
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        identity: str = user.identity
        return identity
    session = getattr(request, "session", None)
    guest = session.get(GUEST_SESSION_KEY) if session is not None else None
    return f"g{guest}" if guest else None


def with_pen(actor: Actor, cookies: Mapping[str, str], room_id: str) -> Actor:
    """The actor with the pen of their browser: what they write anonymously is theirs, and yet nobody's.

    A pen is a digest of 190 random bits that this browser alone holds, of who uses it and of the room. Nothing that
    we store says whose it is: not even with a list of all people can it be found out from the database.
    """
    held = cookies.get(PEN_COOKIE, "")
    if not PEN.fullmatch(held):
        return actor
    return replace(actor, pen="k_" + sha256(f"{held} {actor.key} {room_id}".encode()).hexdigest()[:22])


def identities_of(session_keys: Iterable[str]) -> dict[str, str]:
    """Session key → identity, for those that are signed in; two queries however many they are.

    The same answer as `identity_of` gives for each, as long as the session's password hash is today's. Whatever
    is out of the ordinary (a secret key that was replaced, another backend) goes the whole way through Django.
    """
    rows = Session.objects.filter(session_key__in=set(session_keys), expire_date__gt=timezone.now())
    sessions = {row.session_key: row.get_decoded() for row in rows}
    keys = {session[SESSION_KEY] for session in sessions.values() if SESSION_KEY in session}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=keys, is_active=True)}
    found: dict[str, str | None] = {}
    for key, session in sessions.items():
        user = users.get(session.get(SESSION_KEY, ""))
        if SESSION_KEY not in session:
            found[key] = identity_of(SimpleNamespace(session=session))
        elif user is not None and _is_todays(user, session):
            found[key] = user.identity
        else:
            request = SimpleNamespace(session=SessionStore(key))
            request.user = get_user(request)  # type: ignore[arg-type]
            found[key] = identity_of(request)
    return {key: identity for key, identity in found.items() if identity is not None}


def _is_todays(user: User, session: dict[str, Any]) -> bool:
    known = session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return known and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def load_actor(
    identity: str | None, organisation_id: str, room_id: str | None = None, lock: bool = False
) -> Actor | None:
    """The person as they stand now, or None when they may not be here (any more). See `load_actors`."""
    if identity is None:
        return None
    return load_actors([identity], organisation_id, room_id, lock).get(identity)


def load_actors(
    identities: Iterable[str], organisation_id: str, room_id: str | None = None, lock: bool = False
) -> dict[str, Actor]:
    """Identity → actor for those who may be here; the others are missing from the answer.

    With `room_id`, guests of other rooms are left out. With `lock` (inside a transaction) the rows that
    grant the right are held until commit, so a removal waits for us, and we never act on a right that was
    taken away before our commit. SQLite needs no row locks: it has one writer at a time.
    One query for members and one for guests; a locked read on PostgreSQL takes one more for members.
    """
    users, guests = _split(identities)
    actors: dict[str, Actor] = {}
    if users:
        actors.update(_members(users, organisation_id, lock))
    if guests:
        actors.update(_guests(guests, organisation_id, room_id, lock))
    return actors


def organisations_of(identity: str | None) -> list[Organisation]:
    """The organisations a person is an active member of, by name. Guests belong to none."""
    users, _ = _split([identity] if identity else [])
    return list(
        Organisation.objects.filter(
            memberships__user__in=users, memberships__user__is_active=True, memberships__deactivated_at=None
        ).order_by("name")
    )


def guest_actor(identity: str | None) -> Actor | None:
    """The guest behind an identity, in the one room they may enter; None for members and who was sent out."""
    _, guests = _split([identity] if identity else [])
    guest = Guest.objects.filter(pk__in=guests).first()
    return load_actor(identity, guest.organisation_id, guest.room_id) if guest else None


def names_of(identities: Iterable[str]) -> dict[str, str]:
    """What people are called, whether or not they are still here."""
    users, guests = _split(identities)
    found = {user.identity: str(user) for user in User.objects.filter(pk__in=users)}
    return found | {guest.identity: guest.name for guest in Guest.objects.filter(pk__in=guests)}


def _split(identities: Iterable[str]) -> tuple[list[int], list[int]]:
    """User ids and guest ids; anything that is not an identity is nobody."""
    users, guests = [], []
    for identity in set(identities):
        kind, number = identity[:1], identity[1:]
        if number.isascii() and number.isdigit() and len(number) < 19:
            if kind == "u":
                users.append(int(number))
            elif kind == "g":
                guests.append(int(number))
    return users, guests


def _members(users: list[int], organisation_id: str, lock: bool) -> dict[str, Actor]:
    active = Membership.objects.filter(
        organisation=organisation_id, user__in=users, user__is_active=True, deactivated_at=None
    )
    if lock and connection.features.has_select_for_no_key_update:
        # In a statement of its own: what we read after it is newer than whatever we waited for.
        # Always in the order of the ids, so that two transactions cannot wait for each other.
        rows = active.select_for_update(no_key=True, of=("self",)).order_by("pk")
        active = Membership.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    found: dict[str, Actor] = {}
    rows_per_department = active.annotate(department_id=F("departments")).select_related("user")
    for row in rows_per_department:
        before = found.get(row.user.identity)
        departments = before.departments if before else frozenset()
        if row.department_id:
            departments |= {row.department_id}
        found[row.user.identity] = Actor(row.user.identity, str(row.user), row.role, organisation_id, departments)
    return found


def _guests(guests: list[int], organisation_id: str, room_id: str | None, lock: bool) -> dict[str, Actor]:
    rows = Guest.objects.filter(
        pk__in=guests,
        organisation=organisation_id,
        admitted_at__isnull=False,
        removed_at=None,
        expires_at__gt=timezone.now(),
        join_code__revoked_at=None,
    ).order_by("pk")
    if room_id is not None:
        rows = rows.filter(room_id=room_id)
    if lock:
        rows = rows.select_for_update(no_key=True, of=("self",))
    return {
        row.identity: Actor(
            row.identity,
            row.name,
            Role.GUEST.value,
            organisation_id,
            frozenset({row.department_id} if row.department_id else ()),
            row.room_id,
        )
        for row in rows
    }
