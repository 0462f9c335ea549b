"""Times on pages are shown in the time zone of whoever looks at them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone, or London's when this system has no rules for it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("Europe/London")


class LocalTime:
    """Middleware; stands after the one that knows the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        try:
            zone = zoneinfo.ZoneInfo(user.time_zone) if user.is_authenticated else None
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = None  # a zone that this system has no rules for
        with timezone.override(zone):
            return self.get_response(request)
