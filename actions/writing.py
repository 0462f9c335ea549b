"""Which mail says what: a row of the outbox and what it is about become an item of a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions import phase_mails, place_mails
from actions import promise_mails as of_promises
from actions import workshop_mails as of_workshops
from actions.letters import Item
from actions.models import Reminder
from actions.times import LADDER

Kind = Reminder.Kind
WRITE: dict[Kind, Callable[[Reminder, Any], Item]] = {
    **dict.fromkeys(map(Kind, LADDER), of_promises.ladder),
    Kind.STALE: of_promises.stale,
    Kind.NOTE: of_promises.note_on,
    Kind.HELP: of_promises.help_asked,
    Kind.FOLLOW_UP: of_promises.follow_up,
    Kind.DIGEST: of_promises.digest,
    Kind.INVITATION: of_workshops.invitation,
    Kind.TOMORROW: of_workshops.invitation,
    **dict.fromkeys(phase_mails.KINDS, of_workshops.of_phase),
    Kind.CLOSED: of_workshops.closed,
    Kind.REPORT: of_workshops.report_ready,
    Kind.REPORT_BACK: of_workshops.report_back,
    Kind.DEPARTMENT: of_workshops.department_news,
    Kind.MENTION: of_workshops.mention,
    Kind.PLACE: place_mails.write,
}


def item_for(row: Reminder, what: Any) -> Item:
    """`what` the row is about, as it was found a moment ago."""
    item = WRITE[Kind(row.kind)](row, what)
    item.key = item.key or row.key
    return item
