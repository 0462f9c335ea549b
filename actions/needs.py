"""What needs somebody above: a promise that is stuck, whose owner asks for help, or that is days late; a question
they wanted to ask; a report-back that is not held. One answer each takes a minute, on a phone.

It never compares departments: what is needed, by whom, and what customers say, not who is behind.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import Organisation, User
from actions.models import ActionItem, FollowUp, ProgressNote
from actions.queries import Quote, Standing, actions_of, notes_of, quotes_at, standing, wants_the_sponsor
from actions.reporting_back import waiting_workshops
from workshops.models import Workshop

ANSWERED = datetime.timedelta(days=7)  # so long an answer settles it; then it is asked again


@dataclass
class Need:
    """One promise that needs somebody above, with what is known where they answer."""

    action: ActionItem
    stand: Standing
    line: ProgressNote | None
    quote: Quote | None
    follow_up: FollowUp | None = None

    @property
    def about(self) -> str:
        """Why it stands here, in a sentence."""
        owner = str(self.action.owner or "Nobody")
        if self.follow_up is not None:
            return f"You wanted to ask {self.action.owner or 'about it'} on {self.follow_up.on:%-d %B}."
        if self.action.owner is None:
            return "Nobody owns this promise."
        if self.action.help_asked_at:
            return f"{owner} asks for help."
        if self.action.status == ActionItem.Status.BLOCKED:
            return f"{owner} cannot go on."
        return f"{owner} is {self.stand.word}."

    @property
    def question(self) -> str:
        """What to send with one press, ready to be changed."""
        if self.follow_up is not None:
            return self.follow_up.question
        if self.action.help_asked_at or self.action.status == ActionItem.Status.BLOCKED:
            return ""
        return f"What keeps “{self.action.title}” from being done, and which day is realistic now?"


def needs_of(organisation: Organisation, user: User) -> list[Need]:
    """The promises that need this person, a cry for help first. Theirs are those they sponsor, and those nobody does."""
    mine = Q(sponsor=user) | Q(sponsor=None, workshop__sponsor=user) | Q(sponsor=None, workshop__sponsor=None)
    answered = Max("notes__at", filter=Q(notes__of_kind=ProgressNote.Kind.SPONSOR, notes__removed_at=None))
    stuck = wants_the_sponsor([organisation]).filter(mine).annotate(answered=answered)
    today, since = timezone.localdate(), timezone.now() - ANSWERED
    found = [_need(a, today) for a in stuck if not _settled(a, since)]
    asked = {row.action_id: row for row in due_questions(organisation, user)}
    rows = actions_of([organisation]).filter(pk__in=asked)
    for action in rows:
        if not any(need.action.pk == action.pk for need in found):
            found.append(_need(action, today))
    for need in found:
        need.follow_up = asked.get(need.action.pk)
    order = {True: 0, False: 1}
    return sorted(found, key=lambda need: (order[need.action.help_asked_at is not None], need.action.due))


def _settled(action: ActionItem, since: datetime.datetime) -> bool:
    """Answered lately, and its owner has not asked for help again since."""
    answered = action.answered  # type: ignore[attr-defined]
    asked = action.help_asked_at
    return answered is not None and answered > since and (asked is None or asked < answered)


def _need(action: ActionItem, today: datetime.date) -> Need:
    owner = f"u{action.owner_id}"
    line = notes_of(action).filter(Q(by=owner) | Q(of_kind=ProgressNote.Kind.HELP)).first()
    quote = next(iter(quotes_at(action.room_id, [action.touchpoint_id], 1)), None)
    return Need(action, standing(action, today), line, quote)


def due_questions(organisation: Organisation, user: User) -> Iterable[FollowUp]:
    """What this person wanted to ask by today and has not."""
    rows = FollowUp.objects.filter(user=user, asked_at=None, on__lte=timezone.localdate())
    return rows.filter(action__room__organisation=organisation, action__removed_at=None).order_by("on")


def missing_report_backs(organisation: Organisation, user: User) -> list[Workshop]:
    """Report-backs this person answers for that are past their day."""
    mine = Q(sponsor=user) | Q(facilitator=user) | Q(owner=user)
    return list(waiting_workshops([organisation]).filter(mine, report_back_on__lt=timezone.localdate()))
