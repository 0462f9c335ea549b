"""Mails about a phase that stays open for days, for people in other time zones: when it opens, on the morning of its
last day to whoever has not been heard, and when its time is over to those who run the workshop.

An anonymous workshop does not know who wrote: there only those who said that they are ready have been heard.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from accounts.local_time import zone_of
from accounts.models import Organisation, User
from actions.models import Reminder
from actions.times import MORNING, OfficeHours, at_local
from workshops.models import Answer, Participant, Phase, Rating, Workshop

Kind = Reminder.Kind
KINDS = (Kind.PHASE_OPEN, Kind.PHASE_ENDS, Kind.PHASE_OVER)
DAY = datetime.timedelta(days=1)
APART = datetime.timedelta(hours=12)  # between the first mail and the reminder: a phase of one afternoon needs no two
Row = tuple[Organisation, Kind, tuple[str, datetime.date], User, datetime.datetime]


def open_for_days() -> Iterator[Phase]:
    rows = Phase.objects.filter(
        workshop__phase=F("pk"), workshop__state=Workshop.State.LIVE, workshop__removed_at=None, open_until__isnull=False,
        workshop__phase_started_at__isnull=False,
    )  # fmt: skip
    yield from rows.select_related("workshop__facilitator", "room__organisation")


def rows(hours_of: Callable[[Organisation], OfficeHours]) -> Iterator[Row]:
    """Who hears what and when, of all phases that are open now."""
    for phase in open_for_days():
        organisation, hours, began = phase.room.organisation, hours_of(phase.room.organisation), _began(phase)
        assert phase.open_until is not None
        for user in _asked(phase):
            zone = zone_of(user.time_zone)
            first, last = hours.next(began, zone), _last_morning(phase.open_until, user, hours)
            if first < phase.open_until:
                yield organisation, Kind.PHASE_OPEN, (phase.pk, began.date()), user, first
            if began + APART < last < phase.open_until:
                yield organisation, Kind.PHASE_ENDS, (phase.pk, phase.open_until.date()), user, last
        for user in filter(None, [phase.workshop.facilitator, *phase.workshop.co_facilitators.all()]):
            over = hours.next(phase.open_until, zone_of(user.time_zone))
            yield organisation, Kind.PHASE_OVER, (phase.pk, phase.open_until.date()), user, over


def _began(phase: Phase) -> datetime.datetime:
    assert phase.workshop.phase_started_at is not None
    return phase.workshop.phase_started_at


def _last_morning(until: datetime.datetime, user: User, hours: OfficeHours) -> datetime.datetime:
    """The last morning on which a mail still leaves some hours, where the recipient lives."""
    zone = zone_of(user.time_zone)
    day = (until - datetime.timedelta(hours=3)).astimezone(zone).date()
    mornings = (hours.next(at_local(day - back * DAY, MORNING, zone), zone) for back in range(5))
    return next((morning for morning in mornings if morning < until), until)


def _asked(phase: Phase) -> Iterator[User]:
    """Everybody on the roster who has an account, but who runs it."""
    people = Participant.objects.filter(workshop=phase.workshop_id, removed_at=None, person__startswith="u")
    ids = [int(person[1:]) for person in people.values_list("person", flat=True)]
    yield from User.objects.filter(pk__in={*ids} - {phase.workshop.facilitator_id}).order_by("pk")


def why_not(row: Reminder, phase: Phase | None) -> str:
    """Why a mail is not wanted any more, or ""."""
    if phase is None:
        return "The workshop has gone on."
    assert phase.open_until is not None
    if row.kind != Kind.PHASE_OPEN and row.due_on != phase.open_until.date():
        return "The phase ends on another day now."
    passed = phase.open_until <= timezone.now()
    if row.kind == Kind.PHASE_OVER:
        return "" if passed else "The phase was prolonged."
    if passed:
        return "The time is over."
    return "They have been heard." if heard(phase, row.to) else ""


def phase_of(row: Reminder) -> Phase | None:
    return next((phase for phase in open_for_days() if phase.pk == row.object_id), None)


def heard(phase: Phase, user: User) -> bool:
    """Whether somebody has said something in this phase, or that they are ready."""
    mine = {"workshop": phase.workshop_id, "author": user.identity, "removed_at": None}
    return (
        Participant.objects.filter(workshop=phase.workshop_id, person=user.identity, ready_in=phase).exists()
        or Answer.objects.filter(of_kind=phase.of_kind, **mine).exists()
        or (phase.of_kind == Phase.Kind.SEVERITY and Rating.objects.filter(**mine).exists())
    )


def words(row: Reminder, phase: Phase) -> tuple[str, str, list[str], str]:
    """News, kicker, facts and what is asked."""
    assert phase.open_until is not None
    label, until = phase.get_of_kind_display(), phase.open_until.astimezone(zone_of(row.time_zone))
    when = f"{date_format(until, 'l j F, H:i')} ({row.time_zone})"
    if row.kind == Kind.PHASE_OVER:
        said = [of[phase.of_kind] for of in phase.workshop.counts.values() if of.get(phase.of_kind)]
        facts = [f"It was open until {when}."]
        if said:
            departments = "one department" if len(said) == 1 else f"{len(said)} departments"
            facts.append(f"{sum(said)} {'answer' if sum(said) == 1 else 'answers'} of {departments} are in.")
        return f"“{label}” has had its time", "It is for you to go on", facts, "Show what is there, and go on."
    news = (
        f"“{label}” is open until {date_format(until, 'l')}" if row.kind == Kind.PHASE_OPEN else f"“{label}” ends today"
    )
    if row.kind == Kind.PHASE_ENDS and until.date() != row.due_at.astimezone(until.tzinfo).date():
        news = f"“{label}” ends on {date_format(until, 'l')}"
    kicker = "Whenever it suits you" if row.kind == Kind.PHASE_OPEN else "You have not been heard yet"
    facts = [f"Open until {when}.", f"What for: {phase.workshop.objective}"]
    return news, kicker, facts, "Ten minutes are enough. What you write is yours until it is shown to all."
