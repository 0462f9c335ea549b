"""Structured logs: one JSON line per event in production, one readable line in the embedded default.

What is logged: requests that failed or were slow, what the server does by itself, errors with a number that
the person sees too. What is not: words people wrote, names, addresses, tokens.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase

SECRET = re.compile(r"(password|secret|token|ticket|cookie|authorization|csrf\w*|code)(['\"]?\s*[=:]\s*)\S+", re.I)
SLOW = 2.0  # seconds
log = structlog.get_logger("journeymap.requests")


def _hide_secrets(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: SECRET.sub(r"\1\2…", value) if isinstance(value, str) else value for key, value in event.items()}


def _redis_is_away(record: logging.LogRecord) -> bool:
    """Losing Redis is foreseen (edits go on, news takes a little longer): a sentence a second, not a traceback."""
    if record.exc_info:
        record.msg = f"Redis does not answer, trying again: {record.exc_info[1]}"
        record.args, record.exc_info = (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: `json` chooses the form, `level` the least that is said."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_secrets,
    ]
    last = structlog.processors.JSONRenderer() if options["json"] else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last], foreign_pre_chain=shared
        )
    )
    logging.basicConfig(handlers=[handler], level=options["level"], force=True)
    # Somebody's wrong address or missing right is answered, not reported.
    logging.getLogger("django.request").setLevel("ERROR")
    logging.getLogger("django.security").setLevel("CRITICAL")
    logging.getLogger("channels_redis.pubsub").addFilter(_redis_is_away)


class RequestLog:
    """Gives every request an id (also in the answer), and logs what failed or took long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started, number = time.monotonic(), uuid.uuid4().hex[:12]
        with structlog.contextvars.bound_contextvars(request=number):
            response = self.get_response(request)
            seconds = time.monotonic() - started
            if response.status_code >= 500 or seconds > SLOW:
                route = getattr(request.resolver_match, "route", "") if request.resolver_match else ""
                log.warning("request", method=request.method, route=route, status=response.status_code, seconds=seconds)
        response["X-Request-Id"] = number
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
