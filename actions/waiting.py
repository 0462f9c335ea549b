"""What waits for somebody, line by line: how urgent, what, about what, and where to go."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Organisation, User
from actions.models import OPEN, ActionItem, ProgressNote, Reminder
from actions.needs import missing_report_backs
from actions.queries import actions_of, late_ones, standing
from touchpoints.models import Journey, Remark
from touchpoints.queries import mentions_of
from voices.models import Comment, CommentImport
from workshops.models import Workshop

LATELY = datetime.timedelta(days=14)  # a remark or a note waits for an answer so long
PARKED = (Reminder.State.FAILED, Reminder.State.DEAD)


@dataclass
class Waits:
    """One line."""

    tone: str
    icon: str
    word: str
    what: str
    about: str
    url: str
    button: str


def waits_for(organisation: Organisation, actor: Actor, user: User, soon: list[Workshop]) -> list[Waits]:
    """The most urgent first. What needs somebody above stands in `needs.py`: it is answered in place."""
    today = timezone.localdate()
    found = [_mails_come_back(user)] if _come_back(organisation, user) else []
    if actor.leads:
        found += [_promise(action, today) for action in late_ones([organisation])[:50]]
        found += _undelivered(organisation)
    found += [_promise(action, today) for action in _mine(organisation, user, today, but_late=actor.leads)]
    found += _written_to_me(organisation, user)
    found += [_not_held(row, today) for row in missing_report_backs(organisation, user)]
    found += [_workshop(row, today) for row in soon if _asked(row, actor)]
    found += [_named(remark) for remark in mentions_of(user, timezone.now() - LATELY)]
    if actor.leads:
        found += _unplaced(organisation)
    return sorted(found, key=lambda wait: {"bad": 0, "warn": 1}.get(wait.tone, 2))


def _mine(organisation: Organisation, user: User, today: datetime.date, but_late: bool) -> QuerySet[ActionItem]:
    own = Q(owner=user.pk) | Q(helpers=user.pk)
    rows = actions_of([organisation]).filter(own, status__in=OPEN, due__lte=today + LATELY).distinct()
    return rows.filter(due__gte=today) if but_late else rows


def _promise(action: ActionItem, today: datetime.date) -> Waits:
    stand = standing(action, today)
    of = [part for part in (action.department and action.department.name, str(action.owner or "nobody yet")) if part]
    about = ", ".join(str(part) for part in of) + (f", for “{action.workshop.title}”" if action.workshop else "")
    word = stand.word if stand.tone in ("bad", "warn") else _in_days((action.due - today).days)
    return Waits(stand.tone or "ink", stand.icon, word, action.title, about, reverse("action", args=[action.pk]), "See")


def _in_days(days: int) -> str:
    return "Today" if not days else "Tomorrow" if days == 1 else f"In {days} days"


def _written_to_me(organisation: Organisation, user: User) -> list[Waits]:
    """Notes of others about my promises, until I have said something after them."""
    me = user.identity
    mine = actions_of([organisation]).filter(owner=user, status__in=OPEN)
    rows = mine.annotate(
        theirs=Max("notes__at", filter=Q(notes__removed_at=None) & ~Q(notes__by=me)),
        my_word=Max("notes__at", filter=Q(notes__removed_at=None, notes__by=me)),
    ).filter(theirs__gt=timezone.now() - LATELY)
    found = []
    for action in rows:
        if action.my_word is None or action.my_word < action.theirs:
            note = ProgressNote.objects.filter(action=action, removed_at=None).exclude(by=me).order_by("-at").first()
            if note is not None:
                url = reverse("action", args=[action.pk])
                about = f"{note.by_name} writes about “{action.title}”"
                found.append(Waits("ink", "message-square", "For you", _short(note.text), about, url, "Answer"))
    return found


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= 90 else f"“{text[:89].rstrip()}…”"


def _named(remark: Remark) -> Waits:
    about = f"{remark.by_name} names you at “{remark.touchpoint.title}”"
    url = f"{reverse('journey', args=[remark.room_id])}#{remark.touchpoint_id}"
    return Waits("ink", "message-square", "For you", _short(remark.text), about, url, "Answer")


# -- workshops ---------------------------------------------------------------------------------
def _asked(row: Workshop, actor: Actor) -> bool:
    return actor.leads or row.participants.filter(person=actor.key, removed_at=None).exists()


def _workshop(row: Workshop, today: datetime.date) -> Waits:
    days = (timezone.localdate(row.starts_at) - today).days if row.starts_at else -1
    word = _in_days(days) if days >= 0 else "To come"
    about = f"Workshop · {row.opened} of {row.asked} have opened it"  # type: ignore[attr-defined]
    return Waits("ink", "calendar", word, row.title, about, reverse("workshop", args=[row.pk]), "Open")


def _not_held(row: Workshop, today: datetime.date) -> Waits:
    late = (today - row.report_back_on).days
    about = f"The group of “{row.title}” was to hear back on {row.report_back_on:%-d %B}"
    word, url = f"{late} day{'s' * (late > 1)} late", reverse("workshop", args=[row.pk])
    return Waits("warn", "repeat", word, "Report back", about, url, "Book it")


# -- comments and mails ------------------------------------------------------------------------
def counted(organisation: Organisation) -> QuerySet[Comment]:
    """The comments that count: single ones, and those of files that are in."""
    done = Q(comment_import=None) | Q(comment_import__state=CommentImport.State.DONE)
    return Comment.objects.filter(done, organisation=organisation)


def _unplaced(organisation: Organisation) -> list[Waits]:
    rows = counted(organisation).filter(placed_at=None).values("room").annotate(n=Count("id"))
    by_room = dict(rows.values_list("room", "n"))
    names = Journey.objects.filter(pk__in=by_room, removed_at=None).values_list("pk", "name")
    return [
        Waits(
            "ink", "message-circle-more", f"{by_room[pk]} new", "Comments not placed yet", f"“{name}”",
            reverse("comments", args=[pk]), "Place them",
        )
        for pk, name in names
    ]  # fmt: skip


def _undelivered(organisation: Organisation) -> list[Waits]:
    n = Reminder.objects.filter(organisation=organisation, state__in=PARKED, envelope=None).count()
    if not n:
        return []
    what = f"{n} mail{'s' * (n > 1)} could not be delivered"
    url = reverse("outbox", args=[organisation.slug])
    return [Waits("warn", "mail", "Not delivered", what, "Who they are for does not know", url, "See")]


def _come_back(organisation: Organisation, user: User) -> bool:
    """The latest mail to them was refused."""
    last = Reminder.objects.filter(organisation=organisation, recipient=user, envelope=None, finished_at__isnull=False)
    row = last.exclude(state=Reminder.State.CANCELLED).order_by("-finished_at").first()
    return row is not None and row.state in PARKED


def _mails_come_back(user: User) -> Waits:
    about = f"The mail server of {user.email} refuses them"
    return Waits("warn", "mail", "Mails", "Mails to you come back", about, reverse("you"), "Check")
