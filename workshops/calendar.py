"""A workshop as a calendar file (RFC 5545): what mail programs offer to put into one's calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from accounts.mail import Attachment
from workshops.models import Phase, Workshop

WHOLE_DAY = datetime.timedelta(minutes=165)


def invitation_file(workshop: Workshop, to: Iterable[tuple[str, str]], link: str) -> Attachment | None:
    """For these people (name, address). None while no time is settled. Sent again it replaces the entry: the same UID,
    and a number that grows with every change."""
    if workshop.starts_at is None:
        return None
    people = list(to)
    calendar = Calendar()
    calendar.add("prodid", "-//Journeymap//Workshop//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if workshop.facilitator and people else "PUBLISH")
    event = Event()
    event.add("uid", f"{workshop.pk}@journeymap")
    event.add("dtstamp", timezone.now())
    event.add("sequence", workshop.room.seq)
    event.add("dtstart", workshop.starts_at.astimezone(datetime.UTC))
    event.add("dtend", workshop.starts_at.astimezone(datetime.UTC) + length_of(workshop))
    event.add("summary", workshop.title)
    event.add("description", f"{workshop.objective}\n\nHow we will know: {workshop.success_measure}\n\n{link}")
    event.add("url", link)
    event.add("status", "CONFIRMED")
    if workshop.facilitator:
        event.add("organizer", _address(str(workshop.facilitator), workshop.facilitator.email), encode=False)
        for name, address in people:
            person = _address(name, address)
            person.params["ROLE"] = vText("REQ-PARTICIPANT")
            person.params["PARTSTAT"] = vText("NEEDS-ACTION")
            event.add("attendee", person, encode=False)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", workshop.title)
    alarm.add("trigger", datetime.timedelta(minutes=-30))
    event.add_component(alarm)
    calendar.add_component(event)
    return "invitation.ics", calendar.to_ical(), f"text/calendar; method={calendar['method']}"


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"MAILTO:{address}")
    found.params["CN"] = vText(name)
    return found


def length_of(workshop: Workshop) -> datetime.timedelta:
    rows = Phase.objects.filter(workshop=workshop, removed_at=None, open_until=None)
    minutes = sum(row.minutes for row in rows)
    return datetime.timedelta(minutes=minutes) if minutes else WHOLE_DAY
