"""What happened to a promise, in words: the log knows properties and ids, people know names and days."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from accounts.models import Department, User
from actions.models import ActionItem
from live.history import history_of

MOST = 40
LABELS = {
    "title": "The promise", "customer_change": "What changes for the customer", "owner": "Owner", "co_owner": "Together with",
    "helpers": "Helpers", "witness": "Witness", "department": "Department", "supporting": "Departments that help",
    "sponsor": "Follows up", "due": "Due", "status": "Status", "of_kind": "Kind", "domain": "What it changes",
    "effort": "Effort", "first_step": "First step", "measure": "Measure", "baseline": "Before", "target": "Target",
    "after_value": "Measured now", "known_on": "Known on", "pain_removed": "What gets easier for us",
    "spend_freed": "Spending it frees", "outcome": "What she notices now", "dropped_because": "Dropped because",
}  # fmt: skip
SHORT = 120


@dataclass(frozen=True)
class Moment:
    """One change; `label` is empty where the promise itself came, went or came back."""

    at: datetime.datetime
    by: str
    what: str
    label: str = ""
    before: str = ""
    after: str = ""


def past_of(action: ActionItem) -> list[Moment]:
    """The newest first; what only follows from another change is left out."""
    steps = [step for step in history_of(action) if step.what != "changed" or step.field in LABELS][:MOST]
    names = _names(action, [value for step in steps for value in (step.before, step.after)])
    return [
        Moment(
            step.at, step.by_name, step.what, LABELS.get(step.field, ""), _said(step.field, step.before, names),
            _said(step.field, step.after, names),
        )
        for step in steps
    ]  # fmt: skip


def _names(action: ActionItem, values: Iterable[Any]) -> dict[Any, str]:
    """People and departments of this organisation that stand in these values, by number and id."""
    found = {each for value in values for each in (value if isinstance(value, list) else [value])}
    organisation = action.room.organisation_id
    people = User.objects.filter(
        memberships__organisation=organisation, pk__in=[each for each in found if isinstance(each, int)]
    )
    departments = Department.ever.filter(organisation=organisation)
    return {row.pk: str(row) for row in (*people, *departments)}


def _said(field: str, value: Any, names: dict[Any, str]) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(names.get(each, "somebody") for each in value)
    if field in ("due", "known_on"):
        return date_format(datetime.date.fromisoformat(value), "j F Y")
    choices: dict[Any, str] = dict(getattr(ActionItem._meta.get_field(field), "flatchoices", ())) if field else {}
    text = str(choices.get(value) or names.get(value) or value)
    return text if len(text) <= SHORT else f"{text[:SHORT].rstrip()}…"
