"""Promises as files: for a spreadsheet, for a program, for an issue tracker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from actions.models import ActionItem
from live.sheets import neutral, table_workbook

HEAD = (
    "Promise", "What changes for the customer", "Owner", "Owner’s e-mail", "Department", "Due", "Status", "Kind", "Effort",
    "First step", "Measure", "Before", "Target", "After", "What the customer notices", "Dropped because", "Sponsor",
    "Touchpoint", "Workshop", "Last word", "Id",
)  # fmt: skip
WIDTHS = {0: 48, 1: 48, 3: 26, 9: 32, 10: 24, 14: 40, 17: 28, 18: 28}
# The columns that issue trackers read without being told; priority from the severity to the customer.
TRACKER = ("Summary", "Description", "Assignee", "Due date", "Priority", "Labels")
PRIORITY = {1: "Lowest", 2: "Low", 3: "Medium", 4: "High", 5: "Highest"}


def rows(found: Iterable[ActionItem]) -> Iterator[list[str]]:
    """The header, then a row for each promise; cells that begin like a formula are harmless."""
    yield list(HEAD)
    for action in found:
        yield [neutral(cell) for cell in _row(action)]


def _row(action: ActionItem) -> list[str]:
    last = getattr(action, "last_word", None)
    return [
        action.title,
        action.customer_change,
        str(action.owner or ""),
        action.owner.email if action.owner else "",
        action.department.name if action.department else "",
        action.due.isoformat(),
        action.get_status_display(),
        action.get_of_kind_display(),
        action.get_effort_display(),
        action.first_step,
        action.measure,
        action.baseline,
        action.target,
        action.after_value,
        action.outcome,
        action.dropped_because,
        str(action.sponsor or ""),
        action.touchpoint.title if action.touchpoint else "",
        action.workshop.title if action.workshop else "",
        last.date().isoformat() if last else "",
        action.pk,
    ]


def as_json(found: Iterable[ActionItem]) -> list[dict[str, Any]]:
    """As the API shows them, with the names of who and where."""
    return [
        action.to_wire()
        | {
            "owner_name": str(action.owner or ""),
            "department_name": action.department.name if action.department else "",
            "touchpoint_title": action.touchpoint.title if action.touchpoint else "",
            "workshop_title": action.workshop.title if action.workshop else "",
        }
        for action in found
    ]


def tracker_rows(found: Iterable[ActionItem], address: str) -> Iterator[list[str]]:
    """For an issue tracker: summary, description with the way back here, assignee by e-mail, due date, priority, labels."""
    yield list(TRACKER)
    for action in found:
        parts = [
            action.customer_change,
            f"First step: {action.first_step}" if action.first_step else "",
            f"Measure: {action.measure}, {action.baseline or '?'} → {action.target or '?'}" if action.measure else "",
            f"{address}/promises/{action.pk}/",
        ]
        severity = action.issue.severity if action.issue else None
        labels = ["journeymap", action.of_kind, *([action.department.code] if action.department else [])]
        cells = [
            action.title,
            "\n\n".join(part for part in parts if part),
            action.owner.email if action.owner else "",
            action.due.isoformat(),
            PRIORITY.get(severity or 3, "Medium"),
            " ".join(labels),
        ]
        yield [neutral(cell) for cell in cells]


def workbook(lines: Iterator[list[str]]) -> IO[bytes]:
    """The same as XLSX."""
    return table_workbook("Promises", lines, WIDTHS)
