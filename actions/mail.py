"""What a reminder says. HTML and text, readable on a phone, with the customer's own words.

The link opens a page; only a press of a button there changes something, because mail scanners open every
link they see.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.mail import ORGANISATION_HEADER
from actions.models import ActionItem, Reminder
from actions.queries import quotes_at
from actions.times import zone_of
from touchpoints.models import Remark
from workshops.models import Workshop


def absolute(name: str, *args: Any) -> str:
    """A full address: nobody's request is at hand when a mail is written."""
    return (settings.PUBLIC_URL or settings.LOCAL_URL) + reverse(name, args=args)


def compose(row: Reminder, what: ActionItem | Workshop | Remark, token: str) -> EmailMultiAlternatives:
    """The message of a row: the same Message-ID and Date at every try."""
    context: dict[str, Any] = {
        "row": row,
        "first_name": row.recipient.name.split()[0] if row.recipient.name else "",
        "link": absolute("reply", token),
    }
    if isinstance(what, Workshop):
        template = "actions/mail/invitation"
        starts = what.starts_at.astimezone(zone_of(row.time_zone)) if what.starts_at else None
        context |= {"workshop": what, "starts": starts, "link": absolute("workshop", what.pk)}
    elif isinstance(what, Remark):
        template = "actions/mail/mention"
        context |= {"remark": what, "link": f"{absolute('journey', what.room_id)}#{what.touchpoint_id}"}
    else:
        template = "actions/mail/reminder"
        quote = next(iter(quotes_at(what.room_id, [what.touchpoint_id], 1)), None)
        context |= {"action": what, "workshop": what.workshop, "quote": quote}
    subject, _, text = render_to_string(f"{template}.txt", context).partition("\n")
    message = EmailMultiAlternatives(
        subject=subject.strip(),
        body=text.strip() + "\n",
        to=[row.recipient.email],
        headers={
            "Message-ID": row.message_id,
            "Date": row.date_header,
            "Auto-Submitted": "auto-generated",
            ORGANISATION_HEADER: row.organisation_id,
        },
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
