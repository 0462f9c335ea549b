"""Webhooks, against a real receiver on this machine: signed, once each, tried again, never led to the neighbours."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions import webhooks
from actions.models import Delivery
from live.door import execute
from live.models import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[SimpleNamespace]:
    """A program that listens; `answers` is what it says next, 200 when that is empty."""
    got = SimpleNamespace(messages=[], answers=[])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.messages.append((dict(self.headers), body))
            status = got.answers.pop(0) if got.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    got.url = f"http://127.0.0.1:{server.server_port}/hook?team=cx"
    yield got
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(receiver, harrow, journey, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    return webhooks.add(harrow, receiver.url, "u1")


def promise(journey, who, title="Call back") -> str:
    pk, due = new_id("ac"), (timezone.localdate() + datetime.timedelta(days=9)).isoformat()
    execute(journey.pk, who.identity, "action.add", {"id": pk, "title": title, "owner": who.pk, "due": due})
    return pk


def test_a_promise_is_told_once_and_signed(hook, receiver, journey, sam):
    pk = promise(journey, sam)
    execute(journey.pk, sam.identity, "action.note", {"id": new_id("pn"), "action": pk, "text": "First call made"})
    assert webhooks.plan() == 2 and webhooks.plan() == 0
    assert webhooks.drain() == 2 and webhooks.drain() == 0
    headers, body = receiver.messages[0]
    told = json.loads(body)
    assert (
        told["event"] == headers["Journeymap-Event"] == "action.added" and told["promises"][0]["title"] == "Call back"
    )
    assert told["promises"][0]["owner_name"] == "Sam Okoro"
    t, v1 = (part.split("=", 1)[1] for part in headers["Journeymap-Signature"].split(","))
    assert abs(time.time() - int(t)) < 60
    secret = webhooks.secret_of(hook).encode()
    assert hmac.compare_digest(v1, hmac.new(secret, f"{t}.".encode() + body, hashlib.sha256).hexdigest())
    assert len({headers["Journeymap-Delivery"] for headers, _ in receiver.messages}) == 2
    assert Delivery.objects.filter(state="sent", answered=200).count() == 2


def test_what_was_before_is_not_told_and_private_things_never(receiver, harrow, journey, sam, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    promise(journey, sam, "Before anybody listened")
    webhooks.add(harrow, receiver.url, "u1")
    execute(journey.pk, sam.identity, "remark.add", _remark(journey, sam))
    assert webhooks.plan() == 0


def _remark(journey, sam) -> dict[str, str]:
    touchpoint, stage = new_id("tp"), journey.room.stage_set.first().pk
    execute(journey.pk, sam.identity, "touchpoint.add", {"id": touchpoint, "stage": stage, "title": "Calls"})
    return {"id": new_id("rm"), "touchpoint": touchpoint, "text": "Is this so?"}


def test_tried_again_later_and_given_up_visibly(hook, receiver, journey, sam, as_, harrow):
    receiver.answers = [500, 302, 200]
    promise(journey, sam)
    webhooks.plan()
    assert webhooks.drain() == 0 and webhooks.drain() == 0, "not at once"
    row = Delivery.objects.get()
    assert (row.state, row.answered, row.attempts) == ("planned", 500, 1) and row.try_at > timezone.now()
    for _ in range(2):
        Delivery.objects.update(try_at=timezone.now())
        webhooks.drain()
    assert Delivery.objects.get().state == "sent" and len(receiver.messages) == 3, "a redirect is not followed"
    promise(journey, sam, "Another")
    webhooks.plan()
    receiver.answers = [503] * 20
    for _ in range(9):
        Delivery.objects.filter(state="planned").update(try_at=timezone.now())
        webhooks.drain()
    dead = Delivery.objects.get(state="dead")
    assert dead.attempts == len(webhooks.BACK_OFF) + 1 and "503" in dead.error
    receiver.answers.clear()
    page = as_("ada").get(f"/organisations/{harrow.slug}/webhooks/").content.decode()
    assert "Given up" in page and "Try again" in page
    as_("ada").post(f"/organisations/{harrow.slug}/webhooks/{hook.pk}/", {"again": dead.pk})
    assert webhooks.drain() == 1


def test_a_worker_that_dies_leaves_it_to_the_next(hook, receiver, journey, sam):
    promise(journey, sam)
    webhooks.plan()
    assert webhooks.claim() is not None and webhooks.claim() is None
    Delivery.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    assert webhooks.drain() == 1 and len(receiver.messages) == 1


def test_gone_for_good_ends_it(hook, receiver, journey, sam):
    receiver.answers = [410]
    promise(journey, sam)
    promise(journey, sam, "Another")
    webhooks.plan()
    webhooks.drain()
    hook.refresh_from_db()
    assert hook.ended_at is not None and len(receiver.messages) == 1
    assert webhooks.plan() == 0


def test_nobody_listens(hook, receiver, journey, sam):
    hook.url = "http://127.0.0.1:1/"
    hook.save()
    promise(journey, sam)
    webhooks.plan()
    assert webhooks.drain() == 0
    assert "refused" in Delivery.objects.get().error.lower()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://127.0.0.1/", "inside this network"),
        ("https://localhost:6379/", "inside this network"),
        ("https://[::1]/", "inside this network"),
        ("https://169.254.169.254/latest/meta-data/", "inside this network"),
        ("https://10.0.0.8/", "inside this network"),
        ("http://example.org/", "https addresses only"),
        ("https://me:secret@example.org/", "no address"),
        ("https://example.org:99999/", "no address"),
        ("file:///etc/passwd", "no address"),
        ("https://no-such-host.invalid/", "not found"),
    ],
)
def test_never_led_to_the_neighbours(harrow, url, said):
    with pytest.raises(ValidationError, match=said):
        webhooks.add(harrow, url, "u1")


def test_the_page(as_, harrow, receiver, settings):
    url = f"/organisations/{harrow.slug}/webhooks/"
    assert "No program is told yet" in as_("ada").get(url).content.decode()
    refused = as_("ada").post(url, {"url": receiver.url})
    assert refused.status_code == 422 and "https addresses only" in refused.content.decode()
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    assert as_("ada").post(url, {"url": receiver.url}).status_code == 302
    page = as_("ada").get(url).content.decode()
    assert receiver.url in page and "whsec_" in page
    for _ in range(webhooks.AT_MOST - 1):
        webhooks.add(harrow, receiver.url, "u1")
    assert "10 webhooks at most" in as_("ada").post(url, {"url": receiver.url}).content.decode()
