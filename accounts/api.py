"""Who is asking, for the API: a signed-in person, a guest with a session, or a program with a token.

Every API view says which organisation (and room) it is about and asks `actor_or_404` for the actor there:
rights belong to a person in a place, never to a request alone.
"""

from __future__ import annotations

from typing import Any

from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import actor_or_404
from accounts.actors import GUEST_SESSION_KEY, Actor, identity_of, load_actor, organisations_of
from accounts.tokens import PREFIX, token_for


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


class TokenAuthentication(authentication.BaseAuthentication):
    """Programs: `Authorization: Bearer jm_…`. No cookie is read, so no CSRF token is needed."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret.startswith(PREFIX):
            return None
        token = token_for(secret)
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


class ActorMixin:
    """For API views: `self.actor_in(organisation_id, room_id)` is the actor, or the answer is 404."""

    request: Request

    def actor_in(self, organisation_id: str | None, room_id: str | None = None) -> Actor:
        return actor_or_404(self.request, organisation_id, room_id)


class MeView(APIView):
    """Who I am, and what I am in each of my organisations."""

    permission_classes = [IsKnown]

    def get(self, request: Request) -> Response:
        identity = identity_of(request)
        organisations = []
        for organisation in organisations_of(identity):
            actor = load_actor(identity, organisation.pk)
            if actor:
                organisations.append(
                    {
                        "id": organisation.pk,
                        "name": organisation.name,
                        "role": actor.role,
                        "departments": sorted(actor.departments),
                    }
                )
        return Response({"identity": identity, "organisations": organisations})
