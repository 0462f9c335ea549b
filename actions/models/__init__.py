"""Promises after the meeting: what was promised, what became of it, who is reminded, what is reported.

An `ActionItem`, its `ProgressNote`s, `Proof`s and `Result`s are live records of the journey's room, and so is the
`NoAction` of a department that leaves a workshop without one. A `Reminder` is a row of the outbox: a mail that must
leave once, whatever dies in between; a `Delivery` is the same for a `Webhook`. A `Report` is one page, kept as it was,
with a `ReportFile` for each form it has and a `ReportLink` for each person without an account who may read it.
"""

from __future__ import annotations

from actions.models.errands import CalendarFeed, Delivery, Errand, Mute, Reminder, Webhook
from actions.models.promises import OPEN, ActionItem, FollowUp, NoAction, ProgressNote, Proof, Result, Snooze
from actions.models.reports import Report, ReportFile, ReportLink

__all__ = [
    "OPEN", "ActionItem", "CalendarFeed", "Delivery", "Errand", "FollowUp", "Mute", "NoAction", "ProgressNote", "Proof",
    "Reminder", "Report", "ReportFile", "ReportLink", "Result", "Snooze", "Webhook",
]  # fmt: skip
