"""Webhooks: other programs hear what happens to promises and workshops, signed, in order of time, until they say yes.

A message is a row before it is sent (`errands`). `plan` reads the log from where each webhook stands and adds rows;
`drain` takes one due row after the other, posts it and records the answer. A worker that dies in between lets its lease
run out, so a message may come twice: its `Journeymap-Delivery` tells the copy.

Signature: `Journeymap-Signature: t=<seconds since 1970>,v1=<hex>`, where the hex is HMAC-SHA256 of "<t>.<body>" with
the webhook's secret. Receivers refuse what is older than five minutes: that is the replay window.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import secrets
import socket
import ssl
import time
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Organisation
from actions import errands
from actions.models import ActionItem, Delivery, Webhook
from actions.takeaway import as_json
from live.models import Event, Room

log = logging.getLogger(__name__)
NAMES = ("action.", "workshop.opened", "workshop.went_live", "workshop.closed")
AT_MOST = 10
AT_ONCE = 200
TIMEOUT = 10
BACK_OFF = (1, 5, 15, 60, 240, 720, 1440)  # minutes after each try; one more and it is given up
GONE = 410
State = Delivery.State


# -- whom to tell ------------------------------------------------------------------------------
def add(organisation: Organisation, url: str, by: str) -> Webhook:
    """Tell this address from now on. Raises ValidationError with a sentence."""
    if organisation.webhooks.filter(ended_at=None).count() >= AT_MOST:
        raise ValidationError(f"An organisation has {AT_MOST} webhooks at most. End one first.")
    _where(url)
    seen = dict(Room.objects.filter(organisation=organisation).values_list("pk", "seq"))
    return Webhook.objects.create(
        organisation=organisation, url=url, nonce=secrets.token_hex(16), seen=seen, created_by=by
    )


def end(webhook: Webhook) -> None:
    """Tell it nothing more; what waits is dropped."""
    Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=timezone.now())
    webhook.deliveries.filter(state=State.PLANNED).delete()


def secret_of(webhook: Webhook) -> str:
    digest = salted_hmac("actions.webhooks", webhook.nonce, algorithm="sha256").digest()
    return "whsec_" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def signature(webhook: Webhook, body: str, at: int) -> str:
    digest = hmac.new(secret_of(webhook).encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


# -- what to tell ------------------------------------------------------------------------------
def plan() -> int:
    """Add the messages about what happened since. Any number of clocks may do this at once."""
    return sum(_plan_for(pk) for pk in Webhook.objects.filter(ended_at=None).values_list("pk", flat=True))


def _plan_for(pk: int) -> int:
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=pk)
        rows: list[Delivery] = []
        seen = dict(webhook.seen)
        rooms = Room.objects.filter(organisation=webhook.organisation_id, journey_set__rehearsal=False)
        for room, seq in rooms.values_list("pk", "seq"):
            if seq <= seen.get(room, 0):
                continue
            wanted = Q(name__startswith=NAMES[0]) | Q(name__in=NAMES[1:])
            events = list(Event.objects.filter(wanted, room=room, seq__gt=seen.get(room, 0)).order_by("seq")[:AT_ONCE])
            rows += [_message(webhook, event) for event in events]
            seen[room] = events[-1].seq if len(events) == AT_ONCE else seq
        if seen != webhook.seen:
            Webhook.objects.filter(pk=pk).update(seen=seen)
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _message(webhook: Webhook, event: Event) -> Delivery:
    """What everybody in the journey may see of an event, and the promises it is about as they stand now."""
    changes = json.loads(event.body)
    about = {row["id"] for row in changes.get("put", ()) if row.get("kind") == ActionItem.kind}
    about |= {pk for pk in changes.get("patch", {}) if pk.startswith(f"{ActionItem.prefix}_")}
    about |= {row["action"] for row in changes.get("put", ()) if row.get("kind") == "note"}
    promises = ActionItem.objects.filter(pk__in=about, removed_at=None).select_related(
        "owner", "department", "touchpoint", "workshop"
    )
    body = {
        "event": event.name, "journey": event.room_id, "seq": event.seq, "at": event.at.isoformat(), "by": event.by,
        "changes": changes, "promises": as_json(promises.prefetch_related("helpers")),
    }  # fmt: skip
    return Delivery(
        webhook=webhook, key=f"{webhook.pk}:{event.room_id}:{event.seq}", name=event.name, try_at=timezone.now(),
        body=json.dumps(body, ensure_ascii=False),
    )  # fmt: skip


# -- sending -----------------------------------------------------------------------------------
def drain(seconds: float = 60) -> int:
    """Send what is due, for so long; returns how many arrived. One dead receiver does not stop the others."""
    sent, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (row := claim()) is not None:
        sent += _deliver(row)
    return sent


def claim() -> Delivery | None:
    with transaction.atomic():
        rows = errands.due(Delivery).select_for_update(skip_locked=True, of=("self",)).order_by("try_at", "pk")
        row = rows.first()
        if row is None or not errands.take(row):
            return None
    return Delivery.objects.select_related("webhook").get(pk=row.pk)


def _deliver(row: Delivery) -> int:
    answered, error = None, ""
    if row.webhook.ended_at is not None or errands.worn_out(row, BACK_OFF):
        errands.finish(row, State.DEAD, row.error or "The webhook was ended.")
        return 0
    try:
        answered = post(row.webhook, row)
    except (ValidationError, OSError, http.client.HTTPException) as problem:
        error = "; ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem) or repr(problem)
    if answered is not None and 200 <= answered < 300:
        return int(errands.finish(row, State.SENT, answered=answered))
    if answered == GONE:
        end(row.webhook)
        errands.finish(row, State.DEAD, "The receiver said that it is gone for good.", answered=answered)
    elif not errands.put_off(row, BACK_OFF, error[:300], answered=answered):
        errands.finish(row, State.DEAD, error[:300] or f"It answered {answered}.", answered=answered)
    return 0


def again(webhook: Webhook, pk: int) -> None:
    """Try one once more that was given up."""
    errands.revive(webhook.deliveries.filter(pk=pk))


def post(webhook: Webhook, row: Delivery) -> int:
    """Send one message; returns the status. Goes to the address that was checked, and follows nothing."""
    parts, ip, port = _where(webhook.url)
    at = int(time.time())
    headers = {
        "Host": parts.netloc.rpartition("@")[2], "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Journeymap", "Journeymap-Event": row.name, "Journeymap-Delivery": row.key,
        "Journeymap-Signature": signature(webhook, row.body, at),
    }  # fmt: skip
    connection = _Pinned(parts.hostname or "", port, ip, tls=parts.scheme == "https")
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, row.body.encode(), headers)
        answer = connection.getresponse()
        answer.read(64_000)
        return answer.status
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name means a moment later."""

    def __init__(self, host: str, port: int, ip: str, *, tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.ip, self.tls = ip, tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.port), timeout=TIMEOUT)
        if self.tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _where(url: str) -> tuple[SplitResult, str, int]:
    """The parts of an address, and the IP and port to connect to. Raises ValidationError: our server must not be led
    to its own neighbours, but for hosts that whoever runs it named in WEBHOOK_HOSTS."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        raise ValidationError("This is no address. It begins with https://.") from None
    named = host in settings.WEBHOOK_HOSTS
    if not host or not port or parts.username is not None or parts.scheme not in ("https", "http"):
        raise ValidationError("This is no address. It begins with https://.")
    if parts.scheme != "https" and not named:
        raise ValidationError("Webhooks go to https addresses only: what is sent is not for others to read.")
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise ValidationError(f"The host “{host}” was not found.") from None
    if not named and not _all_public(found):
        raise ValidationError(
            f"“{host}” is an address inside this network. Whoever runs this server can allow it with WEBHOOK_HOSTS."
        )
    return parts, found[0], port


def _all_public(addresses: Iterable[str]) -> bool:
    return all(ipaddress.ip_address(each.partition("%")[0]).is_global for each in addresses)
