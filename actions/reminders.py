"""Who has to be written to, about what and when: rows of the outbox, planned before they are due.

Each row has a unique key, so any number of clocks may plan, at once and as often as they like. A row says why and
when; whether there still is a reason is looked at again right before it is sent (`wanted.py`), and what it says is
written then (`letters.py`). Two kinds of reasons: what just happened, and what the calendar says.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.local_time import zone_of
from accounts.models import Invitation, Membership, Organisation, Role, User
from actions import links, phase_mails, place_mails, report_mails
from actions.models import OPEN, ActionItem, FollowUp, ProgressNote, Reminder
from actions.queries import STALE
from actions.reporting_back import waiting_workshops
from actions.times import MORNING, OfficeHours, at_local, last_monday, rungs
from actions.whom import Concerned, due_base
from touchpoints.models import Remark
from workshops.models import Participant, Workshop

HORIZON = datetime.timedelta(hours=36)
TOO_LATE = datetime.timedelta(hours=20)
REMEMBERED = datetime.timedelta(days=7)  # how long what happened is still worth a mail that could not leave before
PAUSE = datetime.timedelta(minutes=3)  # between a remark and its mail
DAY = datetime.timedelta(days=1)
INVITED_AHEAD = datetime.timedelta(days=14)  # to a report-back
Kind = Reminder.Kind


def plan() -> int:
    """Add the rows that are missing."""
    return plan_news() + plan_calendar()


def plan_news() -> int:
    """What happened a moment ago; cheap enough to be asked every few seconds."""
    now = timezone.now()
    return _keep([*_of_closed(now), *_of_reports(now), *_of_notes(now), *_of_invitations(now), *_of_mentions(now),
                  *_of_phases(now), *_of_places(now)])  # fmt: skip


def plan_calendar() -> int:
    """What is due within the next day and a half."""
    now = timezone.now()
    found = (_of_promises, _of_silence, _of_follow_ups, _of_mondays, _of_tomorrow, _of_report_backs, _of_departments)
    return _keep([row for each in found for row in each(now)])


def _keep(rows: list[Reminder]) -> int:
    known = set(Reminder.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Reminder.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def office_hours(organisation: Organisation) -> OfficeHours:
    return OfficeHours(frozenset(organisation.working_days), organisation.quiet_from, organisation.quiet_until)


def _morning(day: datetime.date, user: User, organisation: Organisation) -> datetime.datetime:
    """The morning of that day where the recipient lives, or the next one on which they may be reached."""
    zone = zone_of(user.time_zone)
    return office_hours(organisation).next(at_local(day, MORNING, zone), zone)


def _near(now: datetime.datetime, due_at: datetime.datetime) -> bool:
    return now - TOO_LATE < due_at <= now + HORIZON


# -- what the calendar says --------------------------------------------------------------------
def _of_promises(now: datetime.datetime) -> Iterator[Reminder]:
    """The ladder: its owner up to three days late, then the facilitator as well, after a week the sponsor."""
    near, concerned = (now.date() - 30 * DAY, now.date() + 30 * DAY), Concerned()
    for action in _open_actions().filter(due__range=near):
        organisation, base = action.room.organisation, due_base(action)
        for user, kinds in concerned.by(action).rungs():
            zone, hours = zone_of(user.time_zone), office_hours(organisation)
            allowed = [(hours.next(at, zone), kind) for kind, at in rungs(base, zone).items() if kind in kinds]
            # What a weekend holds back comes on one Monday: the last of it says everything.
            for due_at, kind in {at.astimezone(zone).date(): (at, kind) for at, kind in allowed}.values():
                # A promise made yesterday is not reminded of last week.
                if action.created_at < due_at and _near(now, due_at):
                    yield row_for(organisation, kind, (action.pk, base), user, due_at)


def _of_silence(now: datetime.datetime) -> Iterator[Reminder]:
    """Every two weeks without a word, except while the ladder speaks anyway."""
    living, concerned = Q(notes__removed_at=None), Concerned()
    for action in _open_actions().annotate(last_word=Max("notes__at", filter=living)):
        last = (action.last_word or action.created_at).date()
        times = (now + HORIZON).date() - last
        day, base = last + (times // STALE) * STALE, due_base(action)
        if day == last or base - 8 * DAY <= day <= base + 8 * DAY:
            continue
        user = concerned.by(action).keeper
        if user is not None and _near(now, due_at := _morning(day, user, action.room.organisation)):
            yield row_for(action.room.organisation, Kind.STALE, (action.pk, day), user, due_at)


def _open_actions() -> QuerySet[ActionItem]:
    rows = ActionItem.objects.filter(removed_at=None, status__in=OPEN)
    return rows.select_related(
        "owner", "sponsor", "snooze", "workshop__facilitator", "workshop__sponsor", "room__organisation"
    )


def _of_follow_ups(now: datetime.datetime) -> Iterator[Reminder]:
    near = (now.date() - 2 * DAY, now.date() + 2 * DAY)
    rows = FollowUp.objects.filter(asked_at=None, on__range=near, action__removed_at=None)
    for row in rows.select_related("user", "action__room__organisation"):
        organisation = row.action.room.organisation
        if _near(now, due_at := _morning(row.on, row.user, organisation)):
            yield row_for(organisation, Kind.FOLLOW_UP, (row.pk, row.on), row.user, due_at)


def _of_mondays(now: datetime.datetime) -> Iterator[Reminder]:
    """For whoever stands above promises. Whether anything needs them is looked at on Monday, before it is sent."""
    sponsors: dict[tuple[str, int], tuple[Organisation, User]] = {}
    executives = Membership.objects.filter(role=Role.EXECUTIVE, deactivated_at=None, user__is_active=True)
    for member in executives.select_related("organisation", "user"):
        sponsors[member.organisation_id, member.user_id] = (member.organisation, member.user)
    concerned = Concerned()
    for action in _open_actions():
        if (user := concerned.by(action).sponsor) is not None:
            sponsors[action.room.organisation_id, user.pk] = (action.room.organisation, user)
    for organisation, user in sponsors.values():
        monday = last_monday(now + HORIZON, zone_of(user.time_zone))
        if _near(now, due_at := _morning(monday, user, organisation)):
            yield row_for(organisation, Kind.DIGEST, (organisation.pk, monday), user, due_at)


def _of_tomorrow(now: datetime.datetime) -> Iterator[Reminder]:
    """The day before a workshop, to those who have not looked at it."""
    asked = _asked().filter(workshop__starts_at__range=(now, now + 5 * DAY))
    for row, user in _with_accounts(asked):
        assert row.workshop.starts_at is not None
        day = row.workshop.starts_at.astimezone(zone_of(user.time_zone)).date()
        if _near(now, due_at := _morning(day - DAY, user, row.room.organisation)) and due_at < row.workshop.starts_at:
            yield row_for(row.room.organisation, Kind.TOMORROW, (row.workshop_id, day), user, due_at)


def _of_report_backs(now: datetime.datetime) -> Iterator[Reminder]:
    """A week before it, the day after it was not held, and every week from then on."""
    for workshop in waiting_workshops():
        organisation, day = workshop.room.organisation, workshop.report_back_on
        late = ((now + HORIZON).date() - day).days
        on = day - 7 * DAY if late < 1 else day + DAY + (late - 1) // 7 * 7 * DAY
        for user in {workshop.facilitator, workshop.owner, workshop.sponsor} - {None}:
            assert user is not None
            due_at = _morning(on, user, organisation)
            if _near(now, due_at) and (workshop.closed_at or now) < due_at:
                yield row_for(organisation, Kind.REPORT_BACK, (workshop.pk, on), user, due_at)


def _of_departments(now: datetime.datetime) -> Iterator[Reminder]:
    """On the first of a month, to everybody who speaks for a department."""
    first = (now + HORIZON).date().replace(day=1)
    if not now.date() - 5 * DAY <= first <= now.date() + 5 * DAY:  # a weekend and its holidays
        return
    speak = Membership.objects.filter(role=Role.REPRESENTATIVE, deactivated_at=None, user__is_active=True)
    for member in speak.select_related("organisation", "user").prefetch_related("departments"):
        due_at = _morning(first, member.user, member.organisation)
        for department in member.departments.all() if _near(now, due_at) else ():
            yield row_for(member.organisation, Kind.DEPARTMENT, (department.pk, first), member.user, due_at)


# -- what just happened ------------------------------------------------------------------------
def _of_notes(now: datetime.datetime) -> Iterator[Reminder]:
    """A call for help reaches facilitator and sponsor; what others write about a promise reaches its owner."""
    related = ("owner", "sponsor", "workshop__facilitator", "workshop__sponsor", "room__organisation")
    rows = ProgressNote.objects.filter(removed_at=None, at__gt=now - REMEMBERED, action__removed_at=None)
    notes = list(rows.select_related(*(f"action__{name}" for name in related)))
    concerned = Concerned() if notes else None
    for note in notes:
        assert concerned is not None
        people, organisation = concerned.by(note.action), note.action.room.organisation
        asks = note.of_kind == ProgressNote.Kind.HELP
        for user in {people.facilitator, people.sponsor} if asks else {people.keeper}:
            if user is not None and user.identity != note.by:
                at = office_hours(organisation).next(note.at, zone_of(user.time_zone))
                yield row_for(organisation, Kind.HELP if asks else Kind.NOTE, (note.pk, note.at.date()), user, at)


def _of_closed(now: datetime.datetime) -> Iterator[Reminder]:
    """Everybody who was asked hears at once what came out of it, whatever the hour: they have just sat in it."""
    over = Workshop.objects.filter(removed_at=None, state=Workshop.State.CLOSED, closed_at__gt=now - DAY)
    for workshop in over.select_related("room__organisation", "sponsor", "facilitator"):
        asked = Participant.objects.filter(workshop=workshop, removed_at=None, person__startswith="u")
        # Whoever sponsors a workshop gets the report instead, which says the same and more.
        meets = workshop.of_kind == Workshop.Kind.WORKSHOP
        above = {workshop.sponsor}
        users = {user for _, user in _with_accounts(asked)} | {workshop.facilitator}
        users = users - above if meets else users | above
        assert workshop.closed_at is not None
        for user in users - {None}:
            assert user is not None
            about = (workshop.pk, workshop.closed_at.date())
            yield row_for(workshop.room.organisation, Kind.CLOSED, about, user, workshop.closed_at)


def _of_reports(now: datetime.datetime) -> Iterator[Reminder]:
    """At once after a workshop; those that make themselves wait for the morning of whoever gets them."""
    for organisation, report, user in report_mails.recipients(now):
        at = report.made_at
        if report.why != report.Why.CLOSED:
            at = office_hours(organisation).next(at, zone_of(user.time_zone))
        yield row_for(organisation, Kind.REPORT, (report.pk, report.made_at.date()), user, at)


def _of_invitations(now: datetime.datetime) -> Iterator[Reminder]:
    """At once; to a report-back, whose date everybody heard at the close, when it is two weeks away."""
    later = Q(workshop__of_kind=Workshop.Kind.REPORT_BACK, workshop__starts_at__gt=now + INVITED_AHEAD)
    for row, user in _with_accounts(_asked().exclude(later)):
        if user.pk != row.workshop.facilitator_id:
            day = (row.workshop.starts_at or row.workshop.created_at).date()
            yield row_for(row.room.organisation, Kind.INVITATION, (row.workshop_id, day), user, now)


def _asked() -> QuerySet[Participant]:
    return Participant.objects.filter(
        removed_at=None, opened_at=None, person__startswith="u", workshop__removed_at=None,
        workshop__state=Workshop.State.PLANNED,
    )  # fmt: skip


def _with_accounts(rows: QuerySet[Participant]) -> Iterator[tuple[Participant, User]]:
    asked = list(rows.select_related("workshop", "room__organisation"))
    users = User.objects.in_bulk({int(row.person[1:]) for row in asked})
    for row in asked:
        if (user := users.get(int(row.person[1:]))) is not None:
            yield row, user


def _of_phases(now: datetime.datetime) -> Iterator[Reminder]:
    """A phase that stays open for days: when it opens, on its last morning, and when it is over."""
    for organisation, kind, about, user, due_at in phase_mails.rows(office_hours):
        if _near(now, due_at):
            yield row_for(organisation, kind, about, user, due_at)


def _of_places(now: datetime.datetime) -> Iterator[Reminder]:
    """At once: somebody without an account is asked to come in."""
    for invitation in place_mails.waiting(now):
        about = (invitation.pk, invitation.created_at.date())
        yield row_for(invitation.organisation, Kind.PLACE, about, invitation, now)


def _of_mentions(now: datetime.datetime) -> Iterator[Reminder]:
    """Some minutes after the remark, so that a slip of the pen can still be rubbed out."""
    remarks = Remark.objects.filter(removed_at=None, at__gt=now - TOO_LATE, mentions__isnull=False).distinct()
    for remark in remarks.select_related("room__organisation").prefetch_related("mentions"):
        organisation = remark.room.organisation
        for user in remark.mentions.all():
            if user.identity != remark.by:
                at = office_hours(organisation).next(remark.at + PAUSE, zone_of(user.time_zone))
                yield row_for(organisation, Kind.MENTION, (remark.pk, remark.at.date()), user, at)


def row_for(
    organisation: Organisation, kind: str, about: tuple[str, datetime.date], to: User | Invitation,
    due_at: datetime.datetime,
) -> Reminder:  # fmt: skip
    """A row, not saved. `about`: the id of what it is about, and the day that tells it from the next of its kind."""
    pk, day = about
    key = hashlib.sha256(f"{kind} {pk} {day.isoformat()} {to.pk}".encode()).hexdigest()
    time_zone = to.time_zone if isinstance(to, User) else organisation.time_zone
    whom = {"recipient": to} if isinstance(to, User) else {"invitation": to}
    host = urlsplit(settings.PUBLIC_URL or settings.LOCAL_URL).hostname or "localhost"
    due_at = due_at.replace(microsecond=0)
    return Reminder(
        key=key, organisation=organisation, kind=kind, object_id=pk, due_on=day, **whom,
        local_time=due_at.astimezone(zone_of(time_zone)).time(), time_zone=time_zone, due_at=due_at,
        try_at=due_at, message_id=f"<{key[:40]}@{host}>", date_header=format_datetime(due_at),
        link_hash=links.hash_of(links.token_of(key)), link_expires_at=due_at + links.LIVES,
    )  # fmt: skip
