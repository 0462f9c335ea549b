"""Who gets a report by mail: the sponsor as soon as the workshop is closed, sponsor and facilitator each time one was
made because it was due. With the page to print, the link, and what needs them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q

from accounts.models import Organisation, User
from actions import faces
from actions.contents import Contents
from actions.models import Report, ReportFile

REMEMBERED = datetime.timedelta(days=2)
# After a closing the sponsor hears what came out of it even where the page to print could not be made.
TOLD = Q(state=Report.State.READY) | Q(state=Report.State.FAILED, why=Report.Why.CLOSED)


def recipients(now: datetime.datetime) -> Iterator[tuple[Organisation, Report, User]]:
    """Everybody who is to have a report that was made a moment ago. What somebody asked for, they look at themselves."""
    rows = Report.objects.filter(TOLD, made_at__gt=now - REMEMBERED, workshop__removed_at=None)
    rows = rows.exclude(why=Report.Why.ASKED).defer("data")
    for row in rows.select_related("workshop__room__organisation", "workshop__sponsor", "workshop__facilitator"):
        workshop = row.workshop
        wanted = [workshop.sponsor] if row.why == Report.Why.CLOSED else [workshop.sponsor, workshop.facilitator]
        for user in dict.fromkeys(wanted):
            if user is not None:
                yield workshop.room.organisation, row, user


def report_of(pk: str) -> Report | None:
    rows = Report.objects.filter(TOLD, pk=pk, workshop__removed_at=None)
    return rows.select_related("workshop__room__organisation", "workshop__sponsor").first()


def contents_of(row: Report) -> Contents:
    return Contents.of_data(row.data) if row.data else Contents(row.workshop.title)


def facts_of(report: Contents, row: Report) -> list[str]:
    """What an executive reads who opens nothing: the conclusion, what needs her, what changed."""
    needs = [f"Needs you: {need.what} {need.why}" for need in report.needs[:3]]
    return [*filter(None, [report.headline]), *needs, *([] if row.why == Report.Why.CLOSED else [report.since_then])]


def page_of(row: Report) -> tuple[str, bytes, str] | None:
    """The A4 page as a file: name, bytes, type; None where it could not be made."""
    if row.state != Report.State.READY:
        return None
    kept = ReportFile.objects.filter(report=row, form="pdf").first()
    made = bytes(kept.content) if kept else faces.make(contents_of(row), "pdf")
    return f"report-{row.made_at:%Y-%m-%d}.pdf", made, faces.FORMS["pdf"][1]
