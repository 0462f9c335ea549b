"""What a mail says: an item for each reason to write, with what one can answer, in HTML and in text.

One item alone is a mail about it; several are one mail with a heading each. Links open a page and change nothing:
mail scanners open every link they see, and only a press of a button there counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.local_time import zone_of
from accounts.mail import ORGANISATION_HEADER
from actions import links, phase_mails, report_mails
from actions.departments import News
from actions.models import ActionItem, FollowUp, ProgressNote, Reminder, Report, Result
from actions.needs import Need
from actions.queries import Quote, quotes_at
from actions.whom import people_of
from touchpoints.models import Remark
from workshops.calendar import invitation_file
from workshops.models import Participant, Phase, Workshop

Kind = Reminder.Kind
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass
class Button:
    label: str
    url: str


@dataclass
class Item:
    """One thing to tell. `news` is the heading of a mail about it alone ("Today is the day"); `title` is the thing."""

    kind: str
    news: str
    title: str
    kicker: str = ""
    facts: list[str] = field(default_factory=list)
    quote: Quote | None = None
    ask: str = ""
    buttons: list[Button] = field(default_factory=list)
    closing: str = ""
    because: str = ""
    key: str = ""  # of two items about the same thing, the later one is told
    files: list[tuple[str, bytes, str]] = field(default_factory=list)  # name, bytes and type


def absolute(name: str, *args: Any) -> str:
    """A full address: nobody's request is at hand when a mail is written."""
    return (settings.PUBLIC_URL or settings.LOCAL_URL) + reverse(name, args=args)


def number(n: int) -> str:
    return WORDS[n] if n < len(WORDS) else str(n)


def many(n: int, thing: str) -> str:
    return f"{number(n)} {thing}{'' if n == 1 else 's'}"


def day(date: datetime.date) -> str:
    return date_format(date, "l j F")


def compose(envelope: Reminder, items: Sequence[Item]) -> EmailMultiAlternatives:
    """The message of an envelope: the same Message-ID and Date at every try."""
    told = list({item.key or f"{n}": item for n, item in enumerate(items)}.values())
    user = envelope.recipient
    first_name = user.name.split()[0] if user.name.split() else ""
    hello = f"{first_name}, " if first_name else ""
    if len(told) == 1:
        heading = f"{hello}{told[0].news}"
        subject = f"{heading}: {told[0].title}" if told[0].title not in heading else heading
    else:
        heading = f"{hello}{many(len(told), 'thing')} for you"
        subject = f"{heading}: {told[0].title}"
    if not hello:
        heading, subject = heading[:1].upper() + heading[1:], subject[:1].upper() + subject[1:]
    stop = absolute("mail_stop", links.token_of(envelope.key))
    context = {
        "heading": heading, "items": told, "alone": len(told) == 1, "first_name": first_name, "stop": stop,
        "settings": absolute("mails"), "because": list(dict.fromkeys(item.because for item in told if item.because)),
        "answers": any(item.buttons and "/reply/" in item.buttons[0].url for item in told),
    }  # fmt: skip
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:180],
        body=render_to_string("actions/mail/letter.txt", context).strip() + "\n",
        to=[user.email],
        headers={
            "Message-ID": envelope.message_id,
            "Date": envelope.date_header,
            "Auto-Submitted": "auto-generated",
            # RFC 8058: a mail program stops them by a POST to this address; opening it shows a page with a button.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            ORGANISATION_HEADER: envelope.organisation_id,
        },
    )
    message.attach_alternative(render_to_string("actions/mail/letter.html", context), "text/html")
    for file in (file for item in told for file in item.files):
        message.attach(*file)
    return message


def item_for(row: Reminder, what: Any) -> Item:
    item = WRITE[Kind(row.kind)](row, what)
    item.key = item.key or row.key
    return item


def _reply(row: Reminder, answer: str = "") -> str:
    url = absolute("reply", links.token_of(row.key))
    return f"{url}?answer={answer}" if answer else url


# -- promises ----------------------------------------------------------------------------------
def _ladder(row: Reminder, action: ActionItem) -> Item:
    people, late = people_of(action), (row.due_at.astimezone(zone_of(row.time_zone)).date() - action.due).days
    mine = people.owner == row.recipient
    when = f"It was due on {day(action.due)}" if late > 0 else f"It is due on {day(action.due)}"
    facts = [
        f"{when}, {many(late, 'day')} ago." if late > 1 else f"{when}.",
        *([f"What changes for the customer: {action.customer_change}"] if action.customer_change else []),
    ]
    if mine:
        news = _news(row.kind, late)
        because, ask = "You get this because you own a promise.", "Where are you?"
    elif people.owner is None:
        news, ask = "nobody owns this promise", "Its owner is no longer here. Give it to somebody."
        because = "You get this because nobody else looks after this promise."
    else:
        news, ask = f"{people.owner} is {many(late, 'day')} late", f"A line to {people.owner} often helps."
        because = "You get this because you look after promises that are late."
        facts.insert(0, f"{people.owner} promised it" + (f" for {action.department}." if action.department else "."))
    return Item(
        row.kind, news, action.title, _kicker(row, action), facts, _quote(action), ask,
        _own_buttons(row) if mine else _buttons_above(row, action), _report_back_line(row, action), because, action.pk,
    )  # fmt: skip


def _news(kind: str, late: int) -> str:
    if late > 1:
        return f"your promise is {many(late, 'day')} late"
    if late == 1:
        return "your promise was due yesterday"
    if late == 0:
        return "today is the day"
    if kind == Kind.DAY_BEFORE and late == -1:
        return "it is due tomorrow"
    return "one week left" if late == -7 else f"{many(-late, 'day')} left"


def _own_buttons(row: Reminder) -> list[Button]:
    return [
        Button("On track", _reply(row, "on_track")),
        Button("I need help", _reply(row, "help")),
        Button("Done", _reply(row, "done")),
    ]


def _buttons_above(row: Reminder, action: ActionItem) -> list[Button]:
    owned = people_of(action).owner
    return [
        *([Button(f"Write to {owned.name.split()[0]}", _reply(row, "note"))] if owned and owned.name else []),
        Button("See the promise", absolute("action", action.pk)),
    ]


def _kicker(row: Reminder, action: ActionItem) -> str:
    if action.workshop is None:
        return ""
    sponsor = people_of(action).sponsor
    for_whom = f"For {sponsor}, about" if sponsor and sponsor != row.recipient else "About"
    return f"{for_whom} “{action.workshop.title}”"


def _quote(action: ActionItem) -> Quote | None:
    return next(iter(quotes_at(action.room_id, [action.touchpoint_id], 1)), None)


def _report_back_line(row: Reminder, action: ActionItem) -> str:
    workshop = action.workshop
    if workshop is None or workshop.report_back_on < timezone.localdate():
        return ""
    if action.owner_id != row.recipient_id:
        return f"The group hears back on {day(workshop.report_back_on)}."
    return f"You report back on {day(workshop.report_back_on)}, to the group you made the promise to."


def _stale(row: Reminder, action: ActionItem) -> Item:
    item = _ladder(row, action)
    item.news = "two weeks without a word"
    item.ask = "One press says where you are." if people_of(action).owner == row.recipient else item.ask
    return item


def _note(row: Reminder, note: ProgressNote) -> Item:
    action = note.action
    return Item(
        row.kind, f"{note.by_name} writes about your promise", action.title, _kicker(row, action),
        [f"“{note.text}”", f"Your promise is due on {day(action.due)}."], None, "Answer with a press.",
        _own_buttons(row), _report_back_line(row, action), "You get this because you own a promise.", note.pk,
    )  # fmt: skip


def _help(row: Reminder, note: ProgressNote) -> Item:
    action = note.action
    facts = [f"“{note.text}”", f"The promise is due on {day(action.due)}."]
    return Item(
        row.kind, f"{note.by_name} asks for help", action.title, _kicker(row, action), facts, _quote(action),
        "A line from you is often all it takes.", _buttons_above(row, action), "",
        "You get this because you stand by this promise.", note.pk,
    )  # fmt: skip


def _follow_up(row: Reminder, asked: FollowUp) -> Item:
    action = asked.action
    of = action.department or action.owner or "its owner"
    return Item(
        row.kind, f"you wanted to ask {of} today", action.title, _kicker(row, action),
        [f"Your question: “{asked.question}”"], _quote(action), "It is ready to send.",
        [Button("Send the question", _reply(row, "note")), Button("See the promise", absolute("action", action.pk))],
        "", "You get this because you wrote down a question for this day.", asked.pk,
    )  # fmt: skip


def _digest(row: Reminder, found: list[Need]) -> Item:
    n = len(found)
    facts = [f"{need.action.title}: {need.about} Due {day(need.action.due)}." for need in found[:8]]
    if n > 8:
        facts.append(f"And {many(n - 8, 'other')}.")
    return Item(
        row.kind, f"{many(n, 'promise')} {'needs' if n == 1 else 'need'} you this week", "What needs you", "", facts,
        found[0].quote, "Each takes a line.", [Button("Answer them", absolute("home"))], "",
        "You get this on Mondays when something needs you.", row.key,
    )  # fmt: skip


# -- workshops, departments, remarks -----------------------------------------------------------
def _invitation(row: Reminder, workshop: Workshop) -> Item:
    starts = workshop.starts_at.astimezone(zone_of(row.time_zone)) if workshop.starts_at else None
    when = [f"{date_format(starts, 'l j F Y, H:i')} ({row.time_zone})"] if starts else []
    tomorrow = row.kind == Kind.TOMORROW
    by = str(workshop.facilitator or "A colleague")
    seat = Participant.objects.filter(workshop=workshop, person=row.recipient.identity, removed_at=None).first()
    button, ask = Button("Look at the map", absolute("workshop", workshop.pk)), "look at the map as it is now"
    if seat is not None and seat.department_id:  # what is theirs, and what customers say about it
        work = absolute("department_work", row.organisation.slug, seat.department_id)
        button, ask = Button("See what is yours", work), "read what customers say about your work"
    file = invitation_file(workshop, [(str(row.recipient), row.recipient.email)], absolute("workshop", workshop.pk))
    return Item(
        row.kind, "your workshop is tomorrow" if tomorrow else "you are asked to a workshop", workshop.title,
        "You have not looked at it yet" if tomorrow else f"{by} asks you to a workshop",
        [*when, f"What for: {workshop.objective}", f"How we will know: {workshop.success_measure}"], None,
        f"Ten minutes before are enough: {ask}.", [button],
        f"We report back to each other on {date_format(workshop.report_back_on, 'l j F Y')}.",
        "You get this because you are asked to take part.", workshop.pk,
        [file] if file and not tomorrow else [],
    )  # fmt: skip


def _phase(row: Reminder, phase: Phase) -> Item:
    news, kicker, facts, ask = phase_mails.words(row, phase)
    over = row.kind == Kind.PHASE_OVER
    return Item(
        row.kind, news, phase.workshop.title, kicker, facts, None, ask,
        [Button("Go on" if over else "Answer it", absolute("workshop", phase.workshop_id))], "",
        f"You get this because you {'run it' if over else 'are asked to take part'}.", phase.pk,
    )  # fmt: skip


def _closed(row: Reminder, workshop: Workshop) -> Item:
    """My promises, my dates; who made none hears how many there are. After a report-back: what the group heard."""
    if workshop.of_kind == Workshop.Kind.REPORT_BACK:
        return _minutes(row, workshop)
    made = _made_in(workshop)
    facts = _mine(row, made)
    n = len(facts)
    first = f"you made {many(n, 'promise')}" if n else f"{many(made.count(), 'promise')} came out of it"
    above = workshop.sponsor_id == row.recipient_id
    buttons = [Button("See my promises", absolute("actions"))] if n else []
    return Item(
        row.kind, first, workshop.title, "Thank you for taking part", facts, None, "",
        [*buttons, Button("Read the report" if above or not n else "See the report", absolute("report", workshop.pk))],
        f"We report back to each other on {date_format(workshop.report_back_on, 'l j F Y')}.",
        "You get this because you took part.", workshop.pk,
    )  # fmt: skip


def _minutes(row: Reminder, workshop: Workshop) -> Item:
    """What became of each promise, for those who were there and those who were missing."""
    found = Result.objects.filter(workshop=workshop, removed_at=None).select_related("action__department")
    told = [_told(one) for one in sorted(found, key=lambda one: (one.of_kind != Result.Kind.KEPT, one.action.due))]
    kept = sum(one.of_kind == Result.Kind.KEPT for one in found)
    return Item(
        row.kind, f"{kept} of {many(len(told), 'promise')} kept", workshop.title, "These are the minutes", told, None, "",
        [Button("See what was said", absolute("workshop", workshop.pk))], "",
        "You get this because you were asked to come.", workshop.pk,
    )  # fmt: skip


def _told(one: Result) -> str:
    said = f"{one.get_of_kind_display()}: {one.action.title}"
    if one.due_after is not None:
        said += f", now by {day(one.due_after)}"
    return f"{said}. {one.action.outcome if one.of_kind == Result.Kind.KEPT else one.learned}".rstrip()


def _made_in(workshop: Workshop) -> QuerySet[ActionItem]:
    return ActionItem.objects.filter(workshop=workshop, removed_at=None).exclude(status=ActionItem.Status.DROPPED)


def _mine(row: Reminder, made: QuerySet[ActionItem]) -> list[str]:
    mine = made.filter(owner=row.recipient).order_by("due", "pk")
    return [f"{action.title}: by {day(action.due)}" for action in mine]


def _report(row: Reminder, report: Report) -> Item:
    """The page to print, the link, and what an executive reads who opens neither."""
    workshop, contents, page = report.workshop, report_mails.contents_of(report), report_mails.page_of(report)
    mine = _mine(row, _made_in(workshop)) if report.why == Report.Why.CLOSED else []
    if page is None:
        news, ask = "this came out of your workshop", "The page to print could not be made. Here it is to read."
        url = absolute("report", workshop.pk)
    else:
        news, ask = "the report is ready", "It is one page, and comes with this mail."
        url = absolute("report_kept", workshop.pk, report.pk)
    facts = [*report_mails.facts_of(contents, report), *(f"Your promise: {fact}" for fact in mine)]
    return Item(
        row.kind, news, workshop.title, "", facts, None, ask, [Button("Read the report", url)],
        f"{contents.next_date}." if contents.next_date else "", "You get this because you answer for this workshop.",
        report.pk, [page] if page else [],
    )  # fmt: skip


def _report_back(row: Reminder, workshop: Workshop) -> Item:
    late = row.due_on > workshop.report_back_on
    kept = ActionItem.objects.filter(workshop=workshop, removed_at=None)
    done = kept.filter(status=ActionItem.Status.DONE).count()
    return Item(
        row.kind, "the group has not heard back" if late else "the report-back is in a week", workshop.title, "",
        [
            f"It was to be on {day(workshop.report_back_on)}." if late else f"It is on {day(workshop.report_back_on)}.",
            f"{done} of {kept.count()} promises are kept.",
            "The same people meet again, and each department says what became of its promises.",
        ],
        None, "Book a day and hold it." if late else "",
        [Button("Open the workshop", absolute("workshop", workshop.pk))],
        "You hear of this every week until it is held." if late else "",
        "You get this because you answer for this workshop.", workshop.pk,
    )  # fmt: skip


def _department(row: Reminder, news: News) -> Item:
    facts = []
    if news.comments:
        facts.append(
            f"{many(news.comments, 'comment')} from {many(news.customers, 'customer')} about your touchpoints."
        )
    facts += [f"Kept: {action.title}" for action in news.kept[:5]]
    facts += [f"Promised: {action.title}, by {day(action.due)}" for action in news.made[:5]]
    facts.append(f"{many(news.open, 'promise')} {'is' if news.open == 1 else 'are'} open.")
    facts = [fact[:1].upper() + fact[1:] for fact in facts]
    return Item(
        row.kind, f"what changed for {news.department} since {date_format(news.since, 'j F')}", "Your part of the journey",
        "", facts, next(iter(news.quotes), None), "",
        [Button("Open our page", absolute("department_work", row.organisation.slug, news.department.pk))], "",
        f"You get this once a month because you speak for {news.department}.", news.department.pk,
    )  # fmt: skip


def _mention(row: Reminder, remark: Remark) -> Item:
    url = f"{absolute('journey', remark.room_id)}#{remark.touchpoint_id}"
    return Item(
        row.kind, f"{remark.by_name} names you at “{remark.touchpoint.title}”", remark.touchpoint.title, "",
        [f"“{remark.text}”"], None, "", [Button("Answer on the map", url)], "", "You get this because you were named.",
        remark.pk,
    )  # fmt: skip


WRITE: dict[Kind, Callable[[Reminder, Any], Item]] = {
    Kind.WEEK_BEFORE: _ladder, Kind.DAY_BEFORE: _ladder, Kind.DUE: _ladder, Kind.DAY_AFTER: _ladder, Kind.LATE: _ladder,
    Kind.VERY_LATE: _ladder, Kind.STALE: _stale, Kind.NOTE: _note, Kind.HELP: _help, Kind.FOLLOW_UP: _follow_up,
    Kind.DIGEST: _digest, Kind.INVITATION: _invitation, Kind.TOMORROW: _invitation, Kind.CLOSED: _closed,
    **dict.fromkeys(phase_mails.KINDS, _phase),
    Kind.REPORT: _report, Kind.REPORT_BACK: _report_back, Kind.DEPARTMENT: _department, Kind.MENTION: _mention,
}  # fmt: skip
