"""Where somebody is signed in, and ending it from elsewhere.

A row is written when a browser signs in and its time is refreshed every five minutes of use. Ending a browser
deletes its session: pages ask to sign in again, and the hubs, which look for ended sessions, close its sockets.
"""

from __future__ import annotations

import datetime
import hashlib
import re

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string
from redis.exceptions import RedisError

from accounts.actors import PEN, PEN_COOKIE
from accounts.models import Browser, User

PEN_LASTS = 90 * 24 * 3600
STEP = datetime.timedelta(minutes=5)
# The first that fits: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_PROGRAMS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux|X11", "Linux"),
)


def in_words(user_agent: str) -> str:
    """ "Firefox on Windows"; what we do not recognise is left out."""
    program = _first(_PROGRAMS, user_agent) or "A browser"
    system = _first(_SYSTEMS, user_agent)
    return f"{program} on {system}" if system else program


def seen(user: User, session_key: str, user_agent: str) -> None:
    """This browser is in use now. Writes at most every five minutes."""
    if not _is_time(session_key):
        return
    now = timezone.now()
    with transaction.atomic():
        # By whoever signs in as somebody else the row changes hands: one session is one row.
        kept = Browser.objects.filter(session_key=session_key, user=user).update(used_at=now)
        if not kept:
            values = {"user": user, "name": in_words(user_agent), "used_at": now, "created_at": now}
            Browser.objects.update_or_create(session_key=session_key, defaults=values)


def browsers_of(user: User) -> QuerySet[Browser]:
    """Where she is signed in now, last used first."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return Browser.objects.filter(user=user, session_key__in=living).order_by("-used_at", "-pk")


@transaction.atomic
def end(browsers: QuerySet[Browser]) -> int:
    """Sign these browsers out; how many that were. One who signed out already does no harm."""
    keys = list(browsers.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    Browser.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget_ended() -> None:
    """Rows whose session is over, for the clock."""
    Browser.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def key_of(session_key: str) -> str:
    """What the cache knows this browser by: not the session's own key, which lets in whoever has it."""
    return f"browser:{hashlib.sha256(session_key.encode()).hexdigest()}"


def _is_time(session_key: str) -> bool:
    try:
        return bool(cache.add(key_of(session_key), 1, int(STEP.total_seconds())))
    except (RedisError, OSError):  # a cache that is away costs a write, not the answer
        return True


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, text)), "")


def give_pen(request: HttpRequest, response: HttpResponse) -> None:
    """What makes anonymous writing this browser's own (accounts.actors.with_pen), if it has none yet."""
    if not PEN.fullmatch(request.COOKIES.get(PEN_COOKIE, "")):
        response.set_cookie(
            PEN_COOKIE, get_random_string(32), max_age=PEN_LASTS, httponly=True, samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE),
        )  # fmt: skip
