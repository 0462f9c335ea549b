"""Promises to be reminded of."""

from __future__ import annotations

import datetime
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.utils import timezone

from accounts import commands
from accounts import mail as post
from accounts.models import User
from actions.models import ActionItem
from live.models import new_id
from workshops.models import Workshop

NOON = datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def noon():
    """A Tuesday at noon: whatever the day of this run, reminders are due and nobody sleeps."""
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def promised(journey, sam) -> Callable[..., list[ActionItem]]:
    """Promises of Sam (or whoever), due in so many days, made a month ago."""

    def make(count: int = 1, owner=sam, days: int = 0, **more) -> list[ActionItem]:
        due = timezone.localdate() + datetime.timedelta(days=days)
        rows = ActionItem.objects.bulk_create(
            ActionItem(
                id=new_id("ac"), room=journey.room, **{"title": f"Promise {n}", "owner": owner, "due": due, **more}
            )
            for n in range(count)
        )
        long_ago = timezone.now() - datetime.timedelta(days=30)
        ActionItem.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=long_ago)
        return rows

    return make


@pytest.fixture
def crowd(harrow) -> Callable[[int], list[User]]:
    """So many more members, who speak for nobody yet."""

    def come(many: int) -> list[User]:
        found = [commands.create_person(f"n{n}@harrow.example", f"Nora {n}", verified=True) for n in range(many)]
        for user in found:
            commands.add_member(harrow, user, "representative", [])
        return found

    return come


@pytest.fixture
def closed(journey, fiona, elena, sam) -> Workshop:
    """A workshop that is over: Fiona ran it, Elena sponsors it. Nobody is told of its end any more."""
    past = NOON - datetime.timedelta(days=40)
    return Workshop.objects.create(
        id=new_id("ws"), room=journey.room, title="So what?", objective="O", planned_use="P", success_measure="S",
        facilitator=fiona, sponsor=elena, state="closed", closed_at=past, report_back_on=datetime.date(2026, 6, 1),
    )  # fmt: skip


@pytest.fixture
def every_day(harrow) -> None:
    type(harrow).objects.filter(pk=harrow.pk).update(working_days=list(range(7)))


def text_of(message) -> str:
    return message.get_payload(0).get_payload(decode=True).decode()


class BadServer:
    """An SMTP server, one line after the other, that misbehaves as `how` says. `taken`: the mails it swallowed."""

    def __init__(self) -> None:
        self.how, self.taken = "", 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        try:
            with line, line.makefile("rb") as said:
                self._say(line, "421 too busy" if self.how == "421 at the door" else "220 hello")
                for words in said:
                    verb = words[:4].upper()
                    if verb == b"DATA":
                        self._say(line, "354 go on")
                        while said.readline() not in (b".\r\n", b""):
                            pass
                        self.taken += 1
                        if self.how == "hangs after DATA":
                            time.sleep(30)
                        if self.how == "drops after DATA":
                            return
                        self._say(line, self.how if self.how[:1].isdigit() else "250 taken")
                    elif verb == b"MAIL" and self.how == "refuses the sender":
                        self._say(line, "451 not now")
                    elif verb == b"RCPT" and self.how == "no such mailbox":
                        self._say(line, "550 5.1.1 no such mailbox")
                    else:
                        self._say(line, "221 bye" if verb == b"QUIT" else "250 ok")
        except OSError:
            pass

    def _say(self, line: socket.socket, words: str) -> None:
        for letter in f"{words}\r\n":
            line.sendall(letter.encode())
            if self.how == "a letter a second":
                time.sleep(1)


@pytest.fixture
def bad(settings, monkeypatch) -> Iterator[BadServer]:
    server = BadServer()
    settings.EMAIL_BACKEND = "accounts.mail.MailboxBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    settings.EMAIL_TIMEOUT = 1.5
    monkeypatch.setattr(post, "LONGEST", 3.0)
    yield server
    server.listening.close()
