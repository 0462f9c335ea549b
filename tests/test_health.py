"""What supervisors and browsers are told."""

from __future__ import annotations

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from actions import reminders
from journeymap.routing import HUB
from journeymap.tasks import CLOCK_KEY, heartbeat


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_alive_and_ready(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert all(works for name, works in answer.json().items() if name not in ("clock", "mails"))
    assert client.post(path).status_code == 405


def test_a_clock_that_stands_still_is_told(client, db):
    cache.delete(CLOCK_KEY)
    assert client.get("/readyz").json()["clock"] is False
    heartbeat()
    assert client.get("/readyz").json()["clock"] is True


def test_mails_that_wait_for_long_are_told(client, harrow, sam):
    assert client.get("/readyz").json()["mails"] is True
    long_ago = timezone.now() - datetime.timedelta(minutes=11)
    reminders.row_for(harrow, "due", ("ac_1", long_ago.date()), sam, long_ago).save()
    answer = client.get("/readyz")
    assert answer.json()["mails"] is False and answer.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_supervisor_asks_by_address_and_http(client, db, settings, path):
    """The container's health check knows neither our name nor TLS; the pages still insist on both."""
    settings.ALLOWED_HOSTS = ["journeys.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/sign-in/", headers={"host": "127.0.0.1:8000"}).status_code == 400
    assert client.get("/sign-in/", headers={"host": "journeys.example.com"}).status_code == 301


def test_a_dead_writer_is_told(client, db, monkeypatch):
    class Dead:
        def is_alive(self):
            return False

    monkeypatch.setattr(HUB, "_committers", [Dead()])
    assert client.get("/healthz").status_code == 503
    assert client.get("/readyz").status_code == 503


def test_the_policy_allows_no_inline_and_no_third_party(client, db):
    policy = client.get("/sign-in/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy and "https:" not in policy and "*" not in policy
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy and "base-uri 'none'" in policy


def test_headers_of_every_page(client, db):
    answer = client.get("/sign-in/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Request-Id"] != client.get("/sign-in/")["X-Request-Id"]


def test_cookies_cannot_be_read_by_scripts(client, db):
    cookie = client.get("/sign-in/").cookies
    assert all(morsel["httponly"] and morsel["samesite"] == "Lax" for morsel in cookie.values())
