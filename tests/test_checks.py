"""`check --deploy`: silent for the shipped production settings, and every check of ours bites."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks

from journeymap import checks

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "PUBLIC_URL": "https://journeys.example.com",
    "SECRET_KEY": "k3" * 40 + "aBcDeFgHiJkLmNoP",
    "DATABASE_URL": "postgres://journeymap@nowhere.invalid/journeymap",
    "REDIS_URL": "redis://nowhere.invalid:6379/0",
    "DEMO": "",
}


def test_the_shipped_production_settings_give_no_message():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env={**os.environ, **PRODUCTION}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


def test_production_without_a_key_does_not_start():
    env = {**os.environ, **PRODUCTION, "SECRET_KEY": ""}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


def database(settings, **changes):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}, **changes}}


def channel_layer(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    database(settings, ENGINE="django.db.backends.postgresql")


def cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.REDIS_URL = "redis://nowhere.invalid"


BITES = {
    "J002": lambda settings: database(settings, OPTIONS={"transaction_mode": "DEFERRED"}),
    "J003": lambda settings: setattr(settings, "LIVE_ORIGINS", ["*"]),
    "J004": channel_layer,
    "J005": cache,
    "J007": lambda settings: setattr(settings, "EMAIL_TIMEOUT", None),
    "J008": lambda settings: setattr(settings, "DEMO", True),
    "J009": lambda settings: setattr(settings, "ALLOWED_HOSTS", ["*"]),
}


@pytest.mark.parametrize("number", BITES)
def test_a_check_bites(number, settings, db):
    BITES[number](settings)
    found = {message.id for message in checks.live_server(None)}
    assert f"journeymap.{number}" in found


def test_the_pool_is_asked_for(settings, monkeypatch):
    from journeymap import asgi

    monkeypatch.setattr(checks.inspect, "getsource", lambda module: "application = get_asgi_application()")
    settings.DATABASES = {"default": {"ENGINE": "x.postgresql", "CONN_MAX_AGE": 600}}
    assert asgi is not None
    assert checks._http_pool().id == "journeymap.J001"


def test_redis_and_postgresql_are_asked_themselves(settings, db):
    """J006 and J010 look at the running servers; on SQLite there is nothing to ask."""
    from django.db import connection

    if settings.REDIS_URL:
        import redis

        server = redis.Redis.from_url(settings.REDIS_URL)
        server.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert checks._redis().id == "journeymap.J006"
        finally:
            server.config_set("maxmemory-policy", "noeviction")
    assert checks._redis() is None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            assert checks._commit().id == "journeymap.J010"
            cursor.execute("SET synchronous_commit = on")
    assert checks._commit() is None


def test_nothing_else_is_wrong():
    assert not run_checks()
