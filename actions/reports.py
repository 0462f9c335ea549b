"""The report: one plain object about the promises of a workshop, with several faces (page, print, PDF).

Order, because an executive reads from the top and stops: conclusion, figures, what needs her, what changed
for customers, promises by department, two customers' words, next date. Kept reports are the same object.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from actions.models import ActionItem, Report
from actions.queries import Quote, actions_of, customers_at, quotes_at, standing, voiced_at
from live.models import new_id
from touchpoints.models import Journey
from workshops.models import Workshop

MOST_LINES = 8
MOST_NEEDS = 3


@dataclass
class Line:
    """One promise."""

    id: str
    title: str
    why: str
    department: str
    code: str
    colour: int
    owner: str
    due: str
    word: str
    tone: str
    icon: str
    late: bool


@dataclass
class Change:
    """A measure before and after; `after` is empty while nobody has measured."""

    before: str
    after: str
    what: str
    note: str


@dataclass
class Contents:
    """Everything on the page, as text and numbers: what is kept, printed and handed to typst."""

    workshop: str
    journey: str
    headline: str
    objective: str
    measure: str
    sponsor: str
    held_on: str
    made_on: str
    since: str
    kept: int
    of: int
    on_track: int
    at_risk: int
    late: int
    late_before: int | None
    hours: float
    customers: int
    report_back_on: str
    needs: list[dict[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    more: int = 0
    quotes: list[dict[str, str]] = field(default_factory=list)


def build(workshop: Workshop) -> Contents:
    """The report as things stand now. Ten queries, however many promises."""
    today = timezone.localdate()
    rows = [a for a in actions_of([workshop.room.organisation]).filter(workshop=workshop) if a.status != "dropped"]
    stands = {action.pk: standing(action, today) for action in rows}
    places = list(dict.fromkeys(action.touchpoint_id for action in rows if action.touchpoint_id))
    voiced, quotes = voiced_at(workshop.room_id, places), _quotes(workshop, places)
    before = Report.objects.filter(workshop=workshop).order_by("-made_at").first()
    tones = [stand.tone for stand in stands.values()]
    order = {"bad": 0, "warn": 1, "ink": 2, "": 2, "good": 3}
    rows.sort(key=lambda action: (order[stands[action.pk].tone], action.due, action.pk))
    late = sum(stand.late for stand in stands.values())
    kept = tones.count("good")
    return Contents(
        workshop=workshop.title, journey=Journey.objects.get(pk=workshop.room_id).name,
        headline=_headline(kept, len(rows), late, rows), objective=workshop.objective,
        measure=workshop.success_measure, sponsor=str(workshop.sponsor or ""),
        held_on=_day(workshop.went_live_at and timezone.localdate(workshop.went_live_at)), made_on=_day(today),
        since=_day(timezone.localdate(before.made_at) if before else None), kept=kept, of=len(rows),
        on_track=sum(stand.word in ("On track", "Planned") for stand in stands.values()),
        at_risk=tones.count("warn"), late=late, late_before=before.data["late"] if before else None,
        hours=round(sum(hours for _, hours in voiced.values()), 1), customers=customers_at(workshop.room_id, places),
        report_back_on=_day(workshop.report_back_on), needs=_needs(rows, stands), changes=_changes(rows),
        lines=[_line(action, stands[action.pk], quotes, voiced) for action in rows[:MOST_LINES]],
        more=max(0, len(rows) - MOST_LINES),
        quotes=[{"text": quote.text, "who": quote.who} for quote in list(quotes.values())[:2]],
    )  # fmt: skip


def _quotes(workshop: Workshop, places: list[str]) -> dict[str, Quote]:
    return {quote.touchpoint: quote for quote in quotes_at(workshop.room_id, places, len(places))}


def _headline(kept: int, of: int, late: int, rows: list[ActionItem]) -> str:
    """The conclusion first."""
    if not of:
        return "No promise has been made yet."
    best = next((a for a in rows if a.status == "done" and a.after_value and a.baseline), None)
    said = f"{kept} of {of} promises kept."
    if best:
        return f"{said} {best.measure[:1].upper()}{best.measure[1:]}: {best.after_value} instead of {best.baseline}."
    return f"{said} {late} {'is' if late == 1 else 'are'} late." if late else f"{said} None is late."


def _needs(rows: list[ActionItem], stands: dict[str, Any]) -> list[dict[str, str]]:
    """What somebody above has to do, most urgent first."""
    found = []
    for action in rows:
        who, stand = str(action.owner or "Nobody"), stands[action.pk]
        if action.help_asked_at:
            found.append(
                {"id": action.pk, "what": f"Help {who}", "why": f"with “{action.title}”, due {_day(action.due)}."}
            )
        elif action.status == ActionItem.Status.BLOCKED:
            found.append({"id": action.pk, "what": f"Unblock {who}", "why": f"“{action.title}” cannot go on."})
        elif stand.late and action.owner is None:
            found.append({"id": action.pk, "what": "Name an owner", "why": f"for “{action.title}”, {stand.word}."})
        elif stand.late:
            found.append({"id": action.pk, "what": f"Ask {who}", "why": f"“{action.title}” is {stand.word}."})
    return found[:MOST_NEEDS]


def _changes(rows: list[ActionItem]) -> list[Change]:
    measured = sorted((a for a in rows if a.measure and a.baseline), key=lambda a: (not a.after_value, a.due, a.pk))
    return [Change(a.baseline, a.after_value, a.measure, _note(a)) for a in measured[:3]]


def _note(action: ActionItem) -> str:
    return action.outcome if action.after_value else f"Not measured yet; target {action.target or 'open'}."


def _line(action: ActionItem, stand: Any, quotes: dict[str, Any], voiced: dict[str, Any]) -> Line:
    quote, department = quotes.get(action.touchpoint_id or ""), action.department
    n = voiced.get(action.touchpoint_id or "", (0, 0))[0]
    why = f"“{quote.text}”" if quote else action.customer_change
    if n:
        why = f"{why} {n} customer{'s' if n > 1 else ''}"
    return Line(
        action.pk, action.title, why, department.name if department else "", department.code if department else "–",
        department.colour if department else 0, str(action.owner or "Nobody yet"), date_format(action.due, "j M"),
        stand.word, stand.tone, stand.icon, stand.late,
    )  # fmt: skip


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def keep(workshop: Workshop, by: str) -> Report:
    """Make a report and keep it as it stands, so that the next one can say what changed."""
    return Report.objects.create(
        id=new_id("rp"), workshop=workshop, made_at=timezone.now(), by=by, data=asdict(build(workshop))
    )
