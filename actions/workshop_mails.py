"""What mails about workshops, reports, departments and remarks say."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.formats import date_format

from accounts.local_time import zone_of
from actions import phase_mails, report_mails
from actions.departments import News
from actions.letters import Button, Item, absolute, day, many
from actions.models import ActionItem, Reminder, Report, Result
from touchpoints.models import Remark
from workshops.calendar import invitation_file
from workshops.models import Participant, Phase, Workshop


def invitation(row: Reminder, workshop: Workshop) -> Item:
    starts = workshop.starts_at.astimezone(zone_of(row.time_zone)) if workshop.starts_at else None
    when = [f"{date_format(starts, 'l j F Y, H:i')} ({row.time_zone})"] if starts else []
    tomorrow = row.kind == Reminder.Kind.TOMORROW
    by = str(workshop.facilitator or "A colleague")
    seat = Participant.objects.filter(workshop=workshop, person=row.to.identity, removed_at=None).first()
    button, ask = Button("Look at the map", absolute("workshop", workshop.pk)), "look at the map as it is now"
    if seat is not None and seat.department_id:  # what is theirs, and what customers say about it
        work = absolute("department_work", row.organisation.slug, seat.department_id)
        button, ask = Button("See what is yours", work), "read what customers say about your work"
    file = invitation_file(workshop, [(str(row.to), row.to.email)], absolute("workshop", workshop.pk))
    return Item(
        row.kind, "your workshop is tomorrow" if tomorrow else "you are asked to a workshop", workshop.title,
        "You have not looked at it yet" if tomorrow else f"From {by}",
        [*when, f"What for: {workshop.objective}", f"How we will know: {workshop.success_measure}"], None,
        f"Ten minutes before are enough: {ask}.", [button],
        f"We report back to each other on {date_format(workshop.report_back_on, 'l j F Y')}.",
        "You get this because you are asked to take part.", workshop.pk,
        [file] if file and not tomorrow else [],
    )  # fmt: skip


def of_phase(row: Reminder, phase: Phase) -> Item:
    news, kicker, facts, ask = phase_mails.words(row, phase)
    over = row.kind == Reminder.Kind.PHASE_OVER
    return Item(
        row.kind, news, phase.workshop.title, kicker, facts, None, ask,
        [Button("Go on" if over else "Answer it", absolute("workshop", phase.workshop_id))], "",
        f"You get this because you {'run it' if over else 'are asked to take part'}.", phase.pk,
    )  # fmt: skip


def closed(row: Reminder, workshop: Workshop) -> Item:
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
    asked = Participant.objects.filter(workshop=workshop, removed_at=None, opened_at=None)
    absent = ", ".join(asked.order_by("name").values_list("name", flat=True))
    facts = [*told, *([f"Not there: {absent}."] if absent else [])]
    return Item(
        row.kind, f"{kept} of {len(told)} promise{'' if len(told) == 1 else 's'} kept", workshop.title,
        "These are the minutes", facts, None, "", [Button("See what was said", absolute("workshop", workshop.pk))], "",
        "You get this because you were asked to come.", workshop.pk,
    )  # fmt: skip


def _told(one: Result) -> str:
    """Kept with what the customer notices and the measure, else why not and until when."""
    action, kept = one.action, one.of_kind == Result.Kind.KEPT
    said = [f"{one.get_of_kind_display()}: {action.title}{f', now by {day(one.due_after)}' if one.due_after else ''}."]
    if kept and action.after_value and action.baseline:
        said.append(
            f"{action.measure[:1].upper()}{action.measure[1:]}: {action.after_value} instead of {action.baseline}."
        )
    said.append(action.outcome if kept else action.dropped_because if one.of_kind == Result.Kind.DROPPED else "")
    return " ".join(part for part in (*said, one.learned) if part)


def _made_in(workshop: Workshop) -> QuerySet[ActionItem]:
    return ActionItem.objects.filter(workshop=workshop, removed_at=None).exclude(status=ActionItem.Status.DROPPED)


def _mine(row: Reminder, made: QuerySet[ActionItem]) -> list[str]:
    mine = made.filter(owner=row.recipient).order_by("due", "pk")
    return [f"{action.title}: by {day(action.due)}" for action in mine]


def report_ready(row: Reminder, report: Report) -> Item:
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


def report_back(row: Reminder, workshop: Workshop) -> Item:
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


def department_news(row: Reminder, news: News) -> Item:
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


def mention(row: Reminder, remark: Remark) -> Item:
    url = f"{absolute('journey', remark.room_id)}#{remark.touchpoint_id}"
    return Item(
        row.kind, f"{remark.by_name} names you at “{remark.touchpoint.title}”", remark.touchpoint.title, "",
        [f"“{remark.text}”"], None, "", [Button("Answer on the map", url)], "", "You get this because you were named.",
        remark.pk,
    )  # fmt: skip
