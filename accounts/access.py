"""How a door finds out who stands before it. Somebody who does not belong here sees 404: they cannot
tell what exists. Somebody who belongs here but may not do this sees 403."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.actors import Actor, identity_of, load_actor, organisations_of
from accounts.audit import audit_everywhere
from accounts.models import Organisation, User

# The one that allauth's own pages sign in with: sessions are the same whichever way somebody came.
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_OWN_KEYBOARD = ("localhost", "127.0.0.1", "::1")
# The session remembers which organisation somebody with several of them looks at.
ORGANISATION_SESSION_KEY = "organisation"


@dataclass(frozen=True)
class RoomInfo:
    """What pages here need to know of a room. Rooms stand above accounts, so the URL table says it: it
    hands such pages `about_room`, a function from a room's id to this, or to None when there is no room."""

    organisation_id: str
    name: str
    path: str
    read_only: bool = False  # put away: nobody new comes in


AboutRoom = Callable[[str], RoomInfo | None]


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Pages for people we know, members and guests. Everybody else is asked to sign in first."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if identity_of(request) is None:
            if request.headers.get("HX-Request") == "true":  # a part of a page: open the whole page afresh
                return HttpResponse(status=401, headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return door


def actor_or_404(request: Any, organisation_id: str | None, room_id: str | None = None) -> Actor:
    """The actor behind a request in this organisation (and room, for guests), or 404."""
    actor = load_actor(identity_of(request), organisation_id, room_id) if organisation_id else None
    if actor is None:
        raise Http404
    return actor


def member_or_404(request: HttpRequest, slug: str) -> tuple[Organisation, Actor]:
    """The organisation of this name, and who the request comes from there, or 404."""
    organisation = get_object_or_404(Organisation, slug=slug)
    return organisation, actor_or_404(request, organisation.pk)


def require(allowed: bool) -> None:
    """403 unless `allowed`; write it as `require(may_invite(actor, role))`."""
    if not allowed:
        raise PermissionDenied


def address_for_others(request: HttpRequest, path: str) -> str:
    """The full address of a page as other people's devices reach it, for mails and QR codes.

    Somebody at the server's own keyboard sees it as localhost, which would lead a phone to itself.
    """
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    if urlsplit(f"//{request.get_host()}").hostname in _OWN_KEYBOARD:
        return f"{settings.LOCAL_URL}{path}"
    return request.build_absolute_uri(path)


def posted(request: HttpRequest) -> QueryDict | None:
    """What to bind a form to: what was posted, even if that is nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def organisation_for(request: HttpRequest) -> Organisation | None:
    """The organisation a member is looking at: the one they chose last, else their first by name."""
    organisations = organisations_of(identity_of(request))
    chosen = request.session.get(ORGANISATION_SESSION_KEY)
    return next((o for o in organisations if o.pk == chosen), organisations[0] if organisations else None)


def sign_in(request: HttpRequest, user: User) -> None:
    """This browser is `user` from now on, under a new session key."""
    login(request, user, backend=_BACKEND)
    audit_everywhere("sign_in.done", user)
