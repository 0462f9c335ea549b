"""A mail server that keeps what it gets, and promises to be reminded of."""

from __future__ import annotations

import asyncio
import datetime
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from actions.models import ActionItem
from live.models import new_id


class Sink:
    """Keeps messages. `says` is the answer to DATA, `refuses` the answer to RCPT, `hangs` before answering."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.says, self.refuses, self.hangs = "250 ok", "", 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.hangs:
            await asyncio.sleep(self.hangs)
        if self.says.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content))
        return self.says

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A real SMTP server on a free port; the product's own mail backend sends to it."""
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    yield handler
    controller.stop()


@pytest.fixture
def promised(journey, sam) -> Callable[..., list[ActionItem]]:
    """Promises of Sam (or whoever), due in so many days, made a month ago."""

    def make(count: int = 1, owner=sam, days: int = 0, **more) -> list[ActionItem]:
        due = timezone.localdate() + datetime.timedelta(days=days)
        rows = ActionItem.objects.bulk_create(
            ActionItem(id=new_id("ac"), room=journey.room, title=f"Promise {n}", owner=owner, due=due, **more)
            for n in range(count)
        )
        long_ago = timezone.now() - datetime.timedelta(days=30)
        ActionItem.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=long_ago)
        return rows

    return make
