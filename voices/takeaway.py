"""Comments with all that was said about them, as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from live.sheets import neutral, table_workbook
from voices.filters import Filters, desk
from voices.models import Comment, Consequence

HEAD = (
    "Comment", "Said on", "Account", "Tier", "Contact", "Contact role", "Source", "What it is", "Score", "Scale", "Stage",
    "Touchpoint", "Severity to customer", "Consequences", "Aim", "Let-down", "Time stated (minutes)", "Money stated",
    "Coded", "Their id",
)  # fmt: skip
AT_ONCE = 500
WIDTHS = {0: 80, 10: 22, 11: 32, 13: 24, 14: 24, 15: 32}


def rows(room_id: str, filters: Filters) -> Iterator[list[str]]:
    """The header, then a row for each comment the filters show. Only what people confirmed; cells that begin like a
    formula are harmless."""
    yield list(HEAD)
    found = desk(room_id, filters).select_related("aim", "issue", "account", "contact", "touchpoint", "stage")
    for comment in found.prefetch_related("quantities", "consequences").iterator(chunk_size=AT_ONCE):
        yield [neutral(cell) for cell in _row(comment)]


def _row(comment: Comment) -> list[str]:
    account, contact = comment.account, comment.contact
    stated = [one for one in comment.quantities.all() if one.low]  # type: ignore[attr-defined]
    minutes = sum(one.low or 0 for one in stated if one.kind == "time" and not one.rate)
    kinds = [one.kind for one in comment.consequences.all() if one.confirmed_at]  # type: ignore[attr-defined]
    return [
        comment.text,
        comment.said_on.isoformat() if comment.said_on else "",
        account.name if account else "",
        account.tier if account else "",
        contact.name if contact else "",
        contact.get_role_display() if contact and contact.role else "",
        comment.source,
        comment.get_source_kind_display(),
        f"{comment.score:g}" if comment.score is not None else "",
        comment.get_scale_display() if comment.scale else "",
        comment.stage.name if comment.stage else "",
        comment.touchpoint.title if comment.touchpoint else "",
        str(comment.severity or ""),
        ", ".join(sorted(Consequence.Kind(kind).label for kind in kinds)),
        comment.aim.name if comment.aim else "",
        comment.issue.title if comment.issue else "",
        f"{minutes:g}" if minutes else "",
        ", ".join(f"{one.low:g} {one.unit}" for one in stated if one.kind == "money"),
        comment.coded_at.date().isoformat() if comment.coded_at else "",
        comment.external_id,
    ]


def workbook(lines: Iterator[list[str]]) -> IO[bytes]:
    """The same as XLSX."""
    return table_workbook("Comments", lines, WIDTHS)
