"""Which browsers are in use is kept for the list on "Your account"."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts import browsers
from accounts.models import User


class LastUsed:
    """Middleware; stands after the one that knows the user. Looks after the answer was made, so that the
    request that signs somebody in is counted, and the one that signs them out is not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        key = request.session.session_key
        # Programs come with a token and without a session: they are on the list of tokens.
        if key and SESSION_KEY in request.session and isinstance(request.user, User):
            browsers.seen(request.user, key, request.headers.get("User-Agent", ""))
        return response
