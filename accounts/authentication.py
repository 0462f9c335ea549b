"""Who is asking, for the API: a signed-in person, a guest with a session, or a program with a token."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from redis import RedisError
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.request import Request

from accounts.actors import GUEST_SESSION_KEY, identity_of
from accounts.models import PersonalToken
from accounts.tokens import PREFIX, token_for

if TYPE_CHECKING:
    from rest_framework.views import APIView

# Requests a minute. A page that has lost its socket asks once a second; a program may be as fast as ten people.
MOST = {"person": 1200, "token": 600, "stranger": 60}


class GuestPerson:
    """Stands where DRF expects a user. Knows its identity, nothing else."""

    is_authenticated = True
    is_active = True
    pk = None

    def __init__(self, identity: str) -> None:
        self.identity = identity


class SessionAuthentication(authentication.SessionAuthentication):
    """Browsers: members by their sign-in, guests by their join. Both must send the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        member = super().authenticate(request)
        if member is not None:
            return member
        guest = request._request.session.get(GUEST_SESSION_KEY)
        if not guest:
            return None
        self.enforce_csrf(request)
        return GuestPerson(f"g{guest}"), None

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            sentence = "This did not come from one of our pages: send its X-CSRFToken, or a token instead of cookies."
            raise exceptions.PermissionDenied(sentence) from None


class TokenAuthentication(authentication.BaseAuthentication):
    """Programs: `Authorization: Bearer jm_…`. No cookie is read, so no CSRF token is needed."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = token_for(secret) if secret.startswith(PREFIX) else None
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsKnown(permissions.BasePermission):
    """Members and guests. What they may do where is for the view to ask; see `ActorMixin`."""

    message = "Sign in, join by code, or send a token."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return identity_of(request) is not None


class Throttle(throttling.BaseThrottle):
    """So many requests a minute for each person, each token, and each address of people we do not know."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        who, key = self._who(request)
        key = f"api:{who}:{key}:{int(time.time()) // 60}"
        try:
            cache.add(key, 0, 120)
            return cache.incr(key) <= MOST[who]
        except (RedisError, OSError, ValueError):  # a cache that is away stops nobody from working
            return True

    def wait(self) -> float:
        return 60 - time.time() % 60

    def _who(self, request: Request) -> tuple[str, str]:
        if isinstance(request.auth, PersonalToken):
            return "token", str(request.auth.pk)
        identity = identity_of(request)
        return ("person", identity) if identity else ("stranger", request.META.get("REMOTE_ADDR", ""))
