"""The report-back as a calendar file (RFC 5545): a day, the same entry again when the day moves."""

from __future__ import annotations

import datetime

from icalendar import Calendar, Event

from workshops.models import Workshop


def report_back_file(workshop: Workshop, url: str) -> bytes:
    entry = Event()
    entry.add("uid", f"{workshop.pk}-report-back@journeymap")
    entry.add("dtstamp", workshop.closed_at or workshop.went_live_at or workshop.created_at)
    entry.add("dtstart", workshop.report_back_on)
    entry.add("dtend", workshop.report_back_on + datetime.timedelta(days=1))
    entry.add("summary", f"Report-back: {workshop.title}")
    entry.add("description", f"What became of what we promised. {workshop.objective}")
    entry.add("url", url)
    entry.add("transp", "TRANSPARENT")  # the hour is not settled yet
    calendar = Calendar()
    calendar.add("prodid", "-//Journeymap//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return calendar.to_ical()
