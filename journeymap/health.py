"""Two questions a supervisor asks: is this process alive, and can it do its work."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from actions.outbox import stuck
from journeymap.routing import HUB
from journeymap.tasks import CLOCK_KEY


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers, and its writer threads run."""
    return JsonResponse({"alive": HUB.healthy}, status=200 if HUB.healthy else 503)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and is up to date, and Redis answers where it is used."""
    found = {"database": _works(_database), "writer": HUB.healthy}
    if settings.REDIS_URL:
        found["redis"] = _works(_redis)
    status = 200 if all(found.values()) else 503
    # Told, but no reason to take the pages away: without clock or worker, mails and imports wait; mails that should
    # have left ten minutes ago say that a worker stands still, or that no mail server answers.
    found["clock"] = _works(lambda: cache.get(CLOCK_KEY) is not None)
    found["mails"] = _works(lambda: not stuck().exists())
    return JsonResponse(found, status=status)


def probes(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answers both before hosts and HTTPS are looked at: a supervisor asks an address inside the network, by http."""
    answers = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return answers.get(request.path, get_response)(request)

    return middleware


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever it is: not ready
        return False


def _database() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> bool:
    return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping())
