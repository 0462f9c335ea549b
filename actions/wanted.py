"""A row of the outbox, looked at once more right before it is sent: is there still a reason, and what is it about?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Department, Membership
from actions import departments, needs, phase_mails, place_mails, report_mails
from actions.models import ActionItem, FollowUp, Mute, ProgressNote, Reminder
from actions.reminders import DAY, TOO_LATE
from actions.reporting_back import waiting_workshops
from actions.times import LADDER
from actions.whom import due_base, people_of
from touchpoints.models import Journey, Remark
from workshops.models import Participant, Workshop

Kind = Reminder.Kind


@dataclass(frozen=True)
class Wanted:
    """A reason to leave a row, or else what the mail is about."""

    reason: str = ""
    what: Any = None


def look(row: Reminder) -> Wanted:
    """Who it is for may have left, may not want it, and what it is about may be over."""
    member = Membership.objects.filter(
        organisation=row.organisation_id, user=row.recipient_id, user__is_active=True, deactivated_at=None
    )
    if row.kind != Kind.PLACE and not member.exists():
        return Wanted("The recipient is no longer a member.")
    if Mute.objects.filter(user=row.recipient_id, kind=row.kind).exists():
        return Wanted("The recipient does not want this kind of mail.")
    if row.kind in BY_THE_CLOCK and timezone.now() > row.due_at + TOO_LATE:
        return Wanted("It was too late for this reminder.")
    found = LOOK[Kind(row.kind)](row)
    room = getattr(found.what, "room_id", None)
    journey = Journey.objects.filter(pk=room).only("rehearsal", "archived").first() if room else None
    if journey is not None and journey.rehearsal:
        return Wanted("This is a rehearsal: nobody gets a mail about it.")
    if journey is not None and journey.archived:
        return Wanted("The journey was archived: nobody is reminded of it.")
    return found


def _promise(row: Reminder) -> Wanted:
    action = _action(row.object_id)
    if action is None or not action.is_open:
        return Wanted("The promise is kept or gone.")
    if row.kind == Kind.STALE:
        if ProgressNote.objects.filter(action=action, removed_at=None, at__date__gt=row.due_on - 14 * DAY).exists():
            return Wanted("There is news of it.")
        if people_of(action).keeper != row.recipient:
            return Wanted("The promise has another owner now.")
    elif due_base(action) != row.due_on or row.kind not in dict(people_of(action).rungs()).get(row.to, ()):
        return Wanted("The promise has another owner or date now.")
    return Wanted(what=action)


def _action(pk: str) -> ActionItem | None:
    rows = ActionItem.objects.filter(pk=pk, removed_at=None)
    return rows.select_related(
        "owner", "sponsor", "snooze", "department", "workshop__facilitator", "workshop__sponsor", "room__organisation"
    ).first()


def _note(row: Reminder) -> Wanted:
    note = ProgressNote.objects.filter(pk=row.object_id, removed_at=None).first()
    action = _action(note.action_id) if note else None
    if note is None or action is None:
        return Wanted("The note or its promise is gone.")
    people = people_of(action)
    if row.kind == Kind.NOTE:
        return Wanted(what=note) if people.keeper == row.recipient else Wanted("The promise has another owner now.")
    if action.help_asked_at is None or not action.is_open:
        return Wanted("Help came before this mail.")
    if row.recipient not in (people.facilitator, people.sponsor):
        return Wanted("Somebody else looks after this promise now.")
    return Wanted(what=note)


def _follow_up(row: Reminder) -> Wanted:
    found = FollowUp.objects.filter(pk=row.object_id, user=row.recipient, asked_at=None, on=row.due_on).first()
    action = _action(found.action_id) if found else None
    if found is None or action is None or not action.is_open:
        return Wanted("It was asked already, or the promise is settled.")
    return Wanted(what=found)


def _digest(row: Reminder) -> Wanted:
    found = needs.needs_of(row.organisation, row.to)
    return Wanted(what=found) if found else Wanted("Nothing needs them.")


def _invitation(row: Reminder) -> Wanted:
    workshop = _workshop(row, Workshop.State.PLANNED)
    if workshop is None:
        return Wanted("The workshop has begun or is gone.")
    asked = Participant.objects.filter(workshop=workshop, person=row.to.identity, removed_at=None, opened_at=None)
    if not asked.exists():
        return Wanted("They have opened it already, or are not asked any more.")
    return Wanted(what=workshop)


def _place(row: Reminder) -> Wanted:
    return Wanted(*place_mails.find(row))


def _phase(row: Reminder) -> Wanted:
    phase = phase_mails.phase_of(row)
    return Wanted(phase_mails.why_not(row, phase), phase)


def _closed(row: Reminder) -> Wanted:
    workshop = _workshop(row, Workshop.State.CLOSED)
    return Wanted(what=workshop) if workshop else Wanted("The workshop is gone.")


def _report(row: Reminder) -> Wanted:
    report = report_mails.report_of(row.object_id)
    return Wanted(what=report) if report else Wanted("The report is gone.")


def _workshop(row: Reminder, state: str) -> Workshop | None:
    rows = Workshop.objects.filter(pk=row.object_id, removed_at=None, state=state)
    return rows.select_related("facilitator", "sponsor", "room__organisation").first()


def _report_back(row: Reminder) -> Wanted:
    workshop = waiting_workshops([row.organisation]).filter(pk=row.object_id).first()
    if workshop is None or row.due_on < workshop.report_back_on - 7 * DAY:
        return Wanted("The report-back was held or moved.")
    return Wanted(what=workshop)


def _department(row: Reminder) -> Wanted:
    department = Department.objects.filter(pk=row.object_id, memberships__user=row.recipient).first()
    news = departments.news_of(department, row.due_on) if department else None
    return Wanted(what=news) if news else Wanted("Nothing changed for the department.")


def _mention(row: Reminder) -> Wanted:
    remark = Remark.objects.filter(pk=row.object_id, removed_at=None).select_related("touchpoint", "room").first()
    if remark is None or remark.touchpoint.removed_at is not None:
        return Wanted("The remark or its touchpoint is gone.")
    if Remark.objects.filter(touchpoint=remark.touchpoint, by=row.to.identity, at__gt=remark.at).exists():
        return Wanted("They have answered it already.")
    return Wanted(what=remark)


BY_THE_CLOCK = {*LADDER, Kind.STALE, Kind.DIGEST, Kind.TOMORROW}
LOOK: dict[Kind, Callable[[Reminder], Wanted]] = {
    **dict.fromkeys(map(Kind, LADDER), _promise),
    Kind.STALE: _promise,
    Kind.NOTE: _note,
    Kind.HELP: _note,
    Kind.FOLLOW_UP: _follow_up,
    Kind.DIGEST: _digest,
    Kind.INVITATION: _invitation,
    Kind.TOMORROW: _invitation,
    **dict.fromkeys(phase_mails.KINDS, _phase),
    Kind.CLOSED: _closed,
    Kind.REPORT: _report,
    Kind.REPORT_BACK: _report_back,
    Kind.DEPARTMENT: _department,
    Kind.MENTION: _mention,
    Kind.PLACE: _place,
}
