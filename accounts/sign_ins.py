"""Where somebody is signed in: each browser in plain words, when it was last used, and how to end it from afar.

The rows are django-allauth's. They are brought up to date here every few minutes rather than at every request, so
that looking at pages writes next to nothing. Ending one takes its session away; its live sockets notice within half
a second and close.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

EVERY = 300  # seconds between two notes of the same browser
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"),
             ("Chrome|CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Mac OS X|Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class SignIn:
    row: UserSession
    words: str
    here: bool  # the browser that asks


def words_for(user_agent: str) -> str:
    """ "Firefox on Windows"; browsers pretend to be one another, so the most particular name counts."""
    browser = next((name for sign, name in _BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if re.search(sign, user_agent)), "")
    return f"{browser} on {system}" if browser and system else browser or system or "A browser we do not know"


def sign_ins_of(user: User, session_key: str | None) -> list[SignIn]:
    """This browser first, then those used last."""
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user).order_by("-last_seen_at")}
    living = Session.objects.filter(session_key__in=rows, expire_date__gt=timezone.now())
    keys = set(living.values_list("session_key", flat=True))
    found = [SignIn(row, words_for(row.user_agent), key == session_key) for key, row in rows.items() if key in keys]
    return sorted(found, key=lambda one: not one.here)


def end(user: User, *, only: int | None = None, but: str | None = None) -> int:
    """End one of somebody's sessions, or all `but` one. Returns how many."""
    rows = UserSession.objects.filter(user=user)
    rows = rows.filter(pk=only) if only is not None else rows.exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def _address(request: HttpRequest) -> str:
    """The table wants one; behind a proxy it is the proxy's. It is shown to nobody."""
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"


def noted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: remember that this browser was used."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        key = request.session.session_key
        if key and isinstance(request.user, User) and cache.add(f"seen:{key}", 1, EVERY):
            seen = UserSession.objects.filter(session_key=key, user=request.user).update(last_seen_at=timezone.now())
            if not seen and request.session.exists(key):
                agent = request.headers.get("User-Agent", "")[:200]
                row = UserSession(user=request.user, session_key=key, user_agent=agent, ip=_address(request))
                UserSession.objects.bulk_create([row], ignore_conflicts=True)
        return response

    return middleware
