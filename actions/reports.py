"""The report is written here: what a workshop's promises add up to as things stand now.

Order, because an executive reads from the top and stops: objective and measure, what needs her, promises by status,
what lets customers down and is worked on, by function, two customers' words, what the sponsor wrote, what changed
since the report before, the next date. Red, amber and green follow from rules (`actions.queries.standing`).
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format

from actions import queries
from actions.contents import Change, Consequence, Contents, Function, Line, Need, Note, Quote, differences
from actions.models import ActionItem, ProgressNote, Report
from actions.queries import Standing, actions_of, standing
from actions.report_days import next_due
from actions.reporting_back import heard_back
from touchpoints.models import Journey, Touchpoint
from voices.letdowns import let_downs
from voices.models import FROM_CUSTOMERS, Quantity
from voices.queries import comments_of
from voices.stated import WAITING, stated_on
from workshops.models import Workshop

MOST_CONSEQUENCES, MOST_NOTES, MOST_CHANGES, LONGEST_NOTE = 5, 3, 6, 240
ORDER = {"bad": 0, "warn": 1, "ink": 2, "": 3, "good": 4}
Rows = Sequence[ActionItem]


def build(workshop: Workshop, before: Report | None = None) -> Contents:
    """The report as things stand now, told against `before` (the newest kept one). A fixed number of queries,
    however many promises."""
    today = timezone.localdate()
    found = list(actions_of([workshop.room.organisation], rehearsed=True).filter(workshop=workshop))
    rows = [action for action in found if action.status != ActionItem.Status.DROPPED]
    stands = {action.pk: standing(action, today) for action in rows}
    rows.sort(key=lambda action: (ORDER[stands[action.pk].tone], action.due, action.pk))
    places = list(dict.fromkeys(action.touchpoint_id for action in rows if action.touchpoint_id))
    quotes = {quote.touchpoint: quote for quote in queries.quotes_at(workshop.room_id, places, len(places))}
    voiced = queries.voiced_at(workshop.room_id, places)
    tones = Counter(stand.tone for stand in stands.values())
    customers, hours = _heard(workshop.room_id, rows)
    report = Contents(
        workshop=workshop.title, journey=Journey.objects.get(pk=workshop.room_id).name,
        headline=_headline(rows, tones, today), objective=workshop.objective, measure=workshop.success_measure,
        sponsor=str(workshop.sponsor or ""),
        held_on=day(workshop.went_live_at and timezone.localdate(workshop.went_live_at)), made_on=day(today),
        kept=tones["good"], of=len(rows), on_track=tones["ink"], at_risk=tones["warn"], late=tones["bad"],
        not_begun=tones[""], dropped=len(found) - len(rows), hours=hours, customers=customers,
        report_back_on=day(workshop.report_back_on), needs=_needs(rows, stands), changes=_changes(rows),
        lines=[_line(action, stands[action.pk], quotes, voiced, today) for action in rows],
        consequences=_consequences(workshop.room_id, rows, quotes, voiced), functions=_functions(rows),
        spread=_spread(rows), balance=_balance(rows),
        quotes=[Quote(quote.text, quote.who) for quote in list(quotes.values())[:2]], notes=_notes(workshop),
    )  # fmt: skip
    report.next_date, report.next_note, report.next_missing = _next(workshop, today)
    if before is not None:
        old = Contents.of_data(before.data)
        report.since, report.late_before = day(timezone.localdate(before.made_at)), old.late
        report.differences = differences(old, report)
    return report


def newest(workshop: Workshop) -> Report | None:
    """The last report that was kept."""
    return Report.objects.filter(workshop=workshop, state=Report.State.READY).order_by("-made_at").first()


def day(of: datetime.date | None) -> str:
    return date_format(of, "j F Y") if of else ""


def _headline(rows: Rows, tones: Counter[str], today: datetime.date) -> str:
    """The conclusion first."""
    if not rows:
        return "No promise has been made yet."
    of, kept, late = len(rows), tones["good"], tones["bad"]
    best = next((a for a in rows if a.status == "done" and a.measure and a.after_value and a.baseline), None)
    if best:
        said = f"{best.measure[:1].upper()}{best.measure[1:]}: {best.after_value} instead of {best.baseline}."
        return f"{kept} of {of} promises kept. {said}"
    if kept or late:
        said = f"{kept} of {of} promises kept."
        return f"{said} {late} {'is' if late == 1 else 'are'} late or blocked." if late else f"{said} None is late."
    first = min(action.due for action in rows)
    who = len({action.department_id for action in rows if action.department_id})
    by = f" by {who} departments" if who > 1 else ""
    return f"{of} promise{'s' if of > 1 else ''} made{by}. The first is due on {_short(first, today)}."


def _short(of: datetime.date, today: datetime.date) -> str:
    return date_format(of, "j M" if of.year == today.year else "j M Y")


def _needs(rows: Rows, stands: dict[str, Standing]) -> list[Need]:
    """What somebody above has to decide or help with, most urgent first."""
    found = []
    for action in rows:
        who, stand = str(action.owner or "Nobody"), stands[action.pk]
        if action.help_asked_at:
            found.append(Need(action.pk, f"Help {who}", f"with “{action.title}”, due {day(action.due)}."))
        elif action.status == ActionItem.Status.BLOCKED:
            found.append(Need(action.pk, f"Unblock {who}", f"who cannot go on with “{action.title}”."))
        elif action.is_open and action.owner is None:
            found.append(Need(action.pk, "Name an owner", f"for “{action.title}”, due {day(action.due)}."))
        elif stand.late:
            found.append(Need(action.pk, f"Ask {who}", f"why “{action.title}” is {stand.word}."))
    return found


def _changes(rows: Rows) -> list[Change]:
    measured = sorted((a for a in rows if a.measure and a.baseline), key=lambda a: (not a.after_value, a.due, a.pk))
    return [Change(a.baseline, a.after_value, a.measure, _note(a)) for a in measured[:MOST_CHANGES]]


def _note(action: ActionItem) -> str:
    return action.outcome if action.after_value else f"Not measured yet; target {action.target or 'open'}."


def _line(
    action: ActionItem,
    stand: Standing,
    quotes: dict[str, queries.Quote],
    voiced: dict[str, tuple[int, float]],
    today: datetime.date,
) -> Line:
    place = action.touchpoint_id or ""
    quote, department, n = quotes.get(place), action.department, voiced.get(place, (0, 0))[0]
    why = f"“{quote.text}”" if quote else action.customer_change
    return Line(
        action.pk, action.title, f"{why} {n} customer{'s' if n > 1 else ''}".strip() if n else why,
        department.name if department else "", department.code if department else "–",
        department.colour if department else 0, str(action.owner or "Nobody yet"), _short(action.due, today),
        stand.word, stand.tone, stand.icon, stand.late, action.due.isoformat(), str(action.get_of_kind_display()),
        action.customer_change, action.measure, action.baseline, action.target, action.after_value, action.outcome,
    )  # fmt: skip


# -- customers ---------------------------------------------------------------------------------
def _heard(room_id: str, rows: Rows) -> tuple[int, float]:
    """How many customers speak of what is worked on, and the hours of work they state; each comment counts once."""
    here = Q(issue__in=[a.issue_id for a in rows if a.issue_id]) | Q(
        touchpoint__in=[a.touchpoint_id for a in rows if a.touchpoint_id]
    )
    said = comments_of(room_id).filter(here, source_kind__in=FROM_CUSTOMERS)
    stated = Quantity.objects.filter(comment__in=said, kind=Quantity.Kind.TIME, low__lt=WAITING, rate="")
    minutes = stated.aggregate(sum=Sum("low"))["sum"] or 0
    return said.aggregate(n=Count("account", distinct=True))["n"], round(minutes / 60, 1)


def _consequences(
    room_id: str, rows: Rows, quotes: dict[str, queries.Quote], voiced: dict[str, tuple[int, float]]
) -> list[Consequence]:
    """What the promises are about: let-downs in the order that counts for customers, then places where no let-down is
    named, by how many customers spoke there."""
    by_issue = Counter(action.issue_id for action in rows if action.issue_id)
    found: list[Consequence] = []
    for one in let_downs(room_id) if by_issue else ():
        if one.issue.pk in by_issue and len(found) < MOST_CONSEQUENCES:
            words, who = _words(room_id, one.issue.pk)
            found.append(
                Consequence(
                    one.issue.title, one.ranked.standing.severity, round(one.hours, 1), 0, one.money,
                    one.issue.accounts, one.revenue, words, who, by_issue[one.issue.pk],
                )
            )  # fmt: skip
    left = MOST_CONSEQUENCES - len(found)
    by_place = Counter(action.touchpoint for action in rows if action.touchpoint and not action.issue_id)
    return found + (_places(room_id, by_place, quotes, voiced)[:left] if left and by_place else [])


def _places(
    room_id: str,
    promised: Counter[Touchpoint],
    quotes: dict[str, queries.Quote],
    voiced: dict[str, tuple[int, float]],
) -> list[Consequence]:
    """Touchpoints where customers spoke, in the same order as let-downs: severity to them first, then how many."""
    places = [place.pk for place in promised if place.pk in voiced]
    said = comments_of(room_id).filter(touchpoint__in=places, source_kind__in=FROM_CUSTOMERS)
    severity = dict(said.values_list("touchpoint").annotate(Max("severity")))
    costs, revenue = stated_on(room_id, places, []), defaultdict[str, Counter[str]](Counter)
    behind = said.exclude(account__yearly_revenue=None).order_by()
    for pk, _, amount, currency in behind.values_list(
        "touchpoint", "account", "account__yearly_revenue", "account__currency"
    ).distinct():
        revenue[pk or ""][currency] += round(amount or 0)
    found = []
    for place, n in promised.items():
        if place.pk not in voiced:
            continue
        money, quote = dict(costs.get(place.pk, {})), quotes.get(place.pk)
        found.append(
            Consequence(
                place.title, place.severity or severity.get(place.pk) or 0, money.pop("hours", 0), money.pop("days", 0),
                money, voiced[place.pk][0], {**revenue[place.pk]}, quote.text if quote else "",
                quote.who if quote else "", n,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.severity, -one.accounts, one.title))


def _words(room_id: str, issue: str) -> tuple[str, str]:
    """The weightiest sentence customers say about a let-down, and who says it."""
    said = comments_of(room_id).filter(issue=issue, source_kind__in=FROM_CUSTOMERS).select_related("account")
    row = said.order_by("-severity", "-harm", "pk").first()
    if row is None:
        return "", ""
    first = row.quantities.filter(kind__in=queries.WEIGHTY).first()
    return queries.in_short(row.text, first.start if first else 0), str(row.account or "A customer")


# -- who ---------------------------------------------------------------------------------------
def _functions(rows: Rows) -> list[Function]:
    """By department, in the order the organisation lists them: this is no ranking."""
    found: dict[str, Function] = {}
    known = {action.department.pk: action.department for action in rows if action.department}
    for department in sorted(known.values(), key=lambda one: (one.position, one.pk)):
        found[department.pk] = Function(department.name, department.code, department.colour)
    for action in rows:
        one = found.setdefault(action.department_id or "", Function("No department yet", "–", 0))
        one.promised += 1
        one.kept += action.status == ActionItem.Status.DONE
    return list(found.values())


def _spread(rows: Rows) -> str:
    """A hint when most of it rests on one or two departments."""
    names = Counter(action.department.name for action in rows if action.department)
    top = names.most_common(2)
    if len(rows) < 4 or sum(n for _, n in top) * 2 <= len(rows):
        return ""
    who = top[:1] if top[0][1] * 2 > len(rows) else top
    return f"More than half of it rests with {' and '.join(name for name, _ in who)}. Who else can help customers here?"


def _balance(rows: Rows) -> str:
    """How much mends what is, and how much is new."""
    kinds = Counter(action.of_kind for action in rows)
    return ", ".join(f"{kinds[kind]} {kind.label.lower()}" for kind in ActionItem.Kind if kinds[kind])


def _notes(workshop: Workshop) -> list[Note]:
    rows = ProgressNote.objects.filter(
        action__workshop=workshop, of_kind=ProgressNote.Kind.SPONSOR, removed_at=None, action__removed_at=None
    )
    return [
        Note(row.by_name, _cut(row.text), row.action.title, day(timezone.localdate(row.at)))
        for row in rows.select_related("action").order_by("-at", "pk")[:MOST_NOTES]
    ]


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_NOTE else text[:LONGEST_NOTE].rsplit(" ", 1)[0] + " …"


# -- what comes next ---------------------------------------------------------------------------
def _next(workshop: Workshop, today: datetime.date) -> tuple[str, str, bool]:
    """The next date, what happens then, and whether one is missing: somebody always has to have one."""
    on = workshop.report_back_on
    if heard_back(workshop):
        due = next_due(workshop, today)
        if due is not None:
            return (
                f"Next report: {date_format(due, 'l j F Y')}",
                "The group has heard what became of its promises.",
                False,
            )
        return (
            "No date for what comes next",
            "The group has heard back. Plan the next workshop, or the next report.",
            True,
        )
    if on >= today:
        return (
            f"Report back to the group: {date_format(on, 'l j F Y')}",
            "The same people. Each department says what became of its promises.",
            False,
        )
    return (
        "No date to report back to the group",
        f"It was to be on {day(on)}. Book a new one: the group is still waiting to hear what became of it.",
        True,
    )
