"""Mail: every message is kept in the in-app mailbox, and leaves through SMTP when a server is configured."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.utils import timezone

from accounts.models import SentMail

# Says whose message this is, for the mailbox; it is taken off before the message leaves.
ORGANISATION_HEADER = "X-Journeymap-Organisation"
LONGEST = 14.0  # seconds of one conversation with the mail server


class _Patient(smtplib.SMTP):
    """Hangs up when a whole conversation takes too long: a socket's own timeout ends silence only, and a server that
    sends a letter a second would hold a worker for minutes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.sock: socket.socket | None = None
        self._clock = threading.Timer(LONGEST, self._hang_up)
        self._clock.daemon = True
        self._clock.start()
        try:
            super().__init__(*args, **options)
        except BaseException:
            self._clock.cancel()
            raise

    def _hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        self._clock.cancel()
        super().close()


class _Server(SMTPBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Patient


class MailboxBackend(BaseEmailBackend):
    """Stores each message as `SentMail`, then hands it to the mail server if EMAIL_HOST names one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._send(message) for message in email_messages)

    def _send(self, message: EmailMessage) -> int:
        organisation_id = message.extra_headers.pop(ORGANISATION_HEADER, None)
        message.extra_headers.setdefault("Message-ID", message.message()["Message-ID"])
        rows = SentMail.objects.bulk_create(self._rows(message, organisation_id))
        if not settings.EMAIL_HOST:
            return 1
        kept = SentMail.objects.filter(pk__in=[row.pk for row in rows])
        try:
            sent = _Server(fail_silently=False).send_messages([message])
        except OSError as error:  # smtplib's own errors are OSErrors
            kept.update(error=str(error))
            if self.fail_silently:
                return 0
            raise
        kept.update(handed_over_at=timezone.now())
        return sent or 0

    def _rows(self, message: EmailMessage, organisation_id: str | None) -> list[SentMail]:
        html = next((str(body) for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
        return [
            SentMail(
                organisation_id=organisation_id,
                message_id=message.extra_headers["Message-ID"],
                sender=message.from_email,
                recipient=recipient.lower(),
                subject=str(message.subject),
                text=str(message.body),
                html=html,
            )
            for recipient in message.recipients()
        ]


Attachment = tuple[str, bytes, str]  # file name, content, type
