"""What a mail says: an item for each reason to write, with what one can answer, in HTML and in text.

One item alone is a mail about it; several are one mail with a heading each. Links open a page and change nothing:
mail scanners open every link they see, and only a press of a button there counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from accounts.mail import ORGANISATION_HEADER
from actions import links
from actions.models import Reminder
from actions.queries import Quote

Kind = Reminder.Kind
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass
class Button:
    label: str
    url: str


@dataclass
class Item:
    """One thing to tell. `news` is the heading of a mail about it alone ("Today is the day"); `title` is the thing."""

    kind: str
    news: str
    title: str
    kicker: str = ""
    facts: list[str] = field(default_factory=list)
    quote: Quote | None = None
    ask: str = ""
    buttons: list[Button] = field(default_factory=list)
    closing: str = ""
    because: str = ""
    key: str = ""  # of two items about the same thing, the later one is told
    files: list[tuple[str, bytes, str]] = field(default_factory=list)  # name, bytes and type


def absolute(name: str, *args: Any) -> str:
    """A full address: nobody's request is at hand when a mail is written."""
    return (settings.PUBLIC_URL or settings.LOCAL_URL) + reverse(name, args=args)


def number(n: int) -> str:
    return WORDS[n] if n < len(WORDS) else str(n)


def many(n: int, thing: str) -> str:
    return f"{number(n)} {thing}{'' if n == 1 else 's'}"


def day(date: datetime.date) -> str:
    return date_format(date, "l j F")


def compose(envelope: Reminder, items: Sequence[Item]) -> EmailMultiAlternatives:
    """The message of an envelope: the same Message-ID and Date at every try."""
    told = list({item.key or f"{n}": item for n, item in enumerate(items)}.values())
    user = envelope.recipient  # nobody with an account: an invitation to come in, which is settled by its link alone
    first_name = user.name.split()[0] if user and user.name.split() else ""
    hello = f"{first_name}, " if first_name else ""
    if len(told) == 1:
        heading = f"{hello}{told[0].news}"
        subject = f"{heading}: {told[0].title}" if told[0].title not in heading else heading
    else:
        heading = f"{hello}{many(len(told), 'thing')} for you"
        subject = f"{heading}: {told[0].title}"
    if not hello:
        heading, subject = heading[:1].upper() + heading[1:], subject[:1].upper() + subject[1:]
    stop = absolute("mail_stop", links.token_of(envelope.key)) if user else ""
    context = {
        "heading": heading, "items": told, "alone": len(told) == 1, "stop": stop,
        "kicker": told[0].kicker if len(told) == 1 else "",
        "settings": absolute("mails"), "because": list(dict.fromkeys(item.because for item in told if item.because)),
        "answers": any(item.buttons and "/reply/" in item.buttons[0].url for item in told),
    }  # fmt: skip
    address = envelope.to.email if envelope.invitation is None else envelope.invitation.email
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:180],
        body=render_to_string("actions/mail/letter.txt", context).strip() + "\n",
        to=[address],
        headers={
            "Message-ID": envelope.message_id,
            "Date": envelope.date_header,
            "Auto-Submitted": "auto-generated",
            ORGANISATION_HEADER: envelope.organisation_id,
        },
    )
    if stop:  # RFC 8058: a mail program stops them by a POST to this address; opening it shows a page with a button
        more = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        message.extra_headers.update(more)
    message.attach_alternative(render_to_string("actions/mail/letter.html", context), "text/html")
    for file in (file for item in told for file in item.files):
        message.attach(*file)
    return message
