"""What mails about promises say: the ladder, notes, calls for help, questions, and what needs somebody above."""

from __future__ import annotations

from django.utils import timezone

from accounts.local_time import zone_of
from actions import links
from actions.letters import Button, Item, absolute, day, many, number
from actions.models import ActionItem, FollowUp, ProgressNote, Reminder
from actions.needs import Need
from actions.queries import Quote, quotes_at
from actions.whom import people_of

Kind = Reminder.Kind


def ladder(row: Reminder, action: ActionItem) -> Item:
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


def stale(row: Reminder, action: ActionItem) -> Item:
    item = ladder(row, action)
    item.news = "two weeks without a word"
    item.ask = "One press says where you are." if people_of(action).owner == row.recipient else item.ask
    return item


def note_on(row: Reminder, note: ProgressNote) -> Item:
    action = note.action
    return Item(
        row.kind, f"{note.by_name} writes about your promise", action.title, _kicker(row, action),
        [f"“{note.text}”", f"Your promise is due on {day(action.due)}."], None, "Answer with a press.",
        _own_buttons(row), _report_back_line(row, action), "You get this because you own a promise.", note.pk,
    )  # fmt: skip


def help_asked(row: Reminder, note: ProgressNote) -> Item:
    action = note.action
    facts = [f"“{note.text}”", f"The promise is due on {day(action.due)}."]
    return Item(
        row.kind, f"{note.by_name} asks for help", action.title, _kicker(row, action), facts, _quote(action),
        "A line from you is often all it takes.", _buttons_above(row, action), "",
        "You get this because you stand by this promise.", note.pk,
    )  # fmt: skip


def follow_up(row: Reminder, asked: FollowUp) -> Item:
    action = asked.action
    of = action.department or action.owner or "its owner"
    return Item(
        row.kind, f"you wanted to ask {of} today", action.title, _kicker(row, action),
        [f"Your question: “{asked.question}”"], _quote(action), "It is ready to send.",
        [Button("Send the question", _reply(row, "note")), Button("See the promise", absolute("action", action.pk))],
        "", "You get this because you wrote down a question for this day.", asked.pk,
    )  # fmt: skip


def digest(row: Reminder, found: list[Need]) -> Item:
    n = len(found)
    facts = [f"{need.action.title}: {need.about} Due {day(need.action.due)}." for need in found[:8]]
    if n > 8:
        facts.append(f"And {many(n - 8, 'other')}.")
    return Item(
        row.kind, f"{many(n, 'promise')} {'needs' if n == 1 else 'need'} you this week",
        found[0].action.title + (f" and {number(n - 1)} more" if n > 1 else ""), "", facts,
        found[0].quote, "Each takes a line.", [Button("Answer them", absolute("home"))], "",
        "You get this on Mondays when something needs you.", row.key,
    )  # fmt: skip


def _reply(row: Reminder, answer: str = "") -> str:
    url = absolute("reply", links.token_of(row.key))
    return f"{url}?answer={answer}" if answer else url
