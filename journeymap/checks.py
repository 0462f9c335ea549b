"""What `manage.py check --deploy` asks beyond Django: traps that only show when people rely on the server."""

from __future__ import annotations

import inspect
from typing import Any

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection


@register(deploy=True)
def live_server(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """J001–J010: see docs/operations.md for what each means."""
    checks = (_http_pool, _sqlite, _origins, _layer, _cache, _redis, _mail_time, _debug, _hosts, _commit)
    return [message for check in checks if (message := check()) is not None]


def _http_pool() -> CheckMessage | None:
    """Kept connections are bounded only while HTTP runs on the fixed threads of a2wsgi."""
    from journeymap import asgi

    if settings.DATABASES["default"].get("CONN_MAX_AGE") and "workers=" not in inspect.getsource(asgi):
        return Error(
            "CONN_MAX_AGE keeps a connection per request thread; run HTTP on a fixed pool.", id="journeymap.J001"
        )
    return None


def _sqlite() -> CheckMessage | None:
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return None
    options = database.get("OPTIONS", {})
    start = options.get("init_command", "").replace(" ", "").lower()
    if (
        options.get("transaction_mode") != "IMMEDIATE"
        or "journal_mode=wal" not in start
        or "synchronous=full" not in start
    ):
        return Error("SQLite must run with WAL, IMMEDIATE transactions and synchronous=FULL.", id="journeymap.J002")
    return None


def _origins() -> CheckMessage | None:
    bad = [origin for origin in settings.LIVE_ORIGINS if "*" in origin or "://" not in origin]
    if bad or not settings.LIVE_ORIGINS:
        return Error(
            "Name the exact origins (https://host) that may open a socket: set PUBLIC_URL.", id="journeymap.J003"
        )
    return None


def _layer() -> CheckMessage | None:
    backend = settings.CHANNEL_LAYERS["default"]["BACKEND"]
    if "InMemory" in backend and not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return Warning(
            "PostgreSQL invites several processes; they need REDIS_URL to hear each other.", id="journeymap.J004"
        )
    return None


def _cache() -> CheckMessage | None:
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith(("LocMemCache", "DummyCache")) and settings.REDIS_URL:
        return Error("Limits on guessing are counted per process: put the cache into Redis.", id="journeymap.J005")
    return None


def _redis() -> CheckMessage | None:
    if not settings.REDIS_URL:
        return None
    try:
        info = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).info("memory")
    except redis.RedisError:
        return None  # /readyz says so; a check must also run where Redis is not up yet
    if info.get("maxmemory_policy") != "noeviction":  # type: ignore[union-attr]
        return Error("Redis may throw queued work away: set maxmemory-policy noeviction.", id="journeymap.J006")
    return None


def _mail_time() -> CheckMessage | None:
    if not settings.EMAIL_TIMEOUT:
        return Error("Without EMAIL_TIMEOUT one silent mail server holds a worker for ever.", id="journeymap.J007")
    return None


def _debug() -> CheckMessage | None:
    if settings.DEBUG or settings.DEMO or "console" in settings.EMAIL_BACKEND:
        return Error("DEBUG, DEMO and console mail are for trying out, not for production.", id="journeymap.J008")
    return None


def _hosts() -> CheckMessage | None:
    if "*" in settings.ALLOWED_HOSTS:
        return Error("ALLOWED_HOSTS must name your hosts.", id="journeymap.J009")
    return None


def _commit() -> CheckMessage | None:
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            value = cursor.fetchone()[0]
    except Exception:  # no database yet: nothing to say about it
        return None
    if value == "off":
        return Error("synchronous_commit is off: what was shown as saved can be lost.", id="journeymap.J010")
    return None
