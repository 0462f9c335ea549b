"""The close: what a workshop must have brought about before it ends, and what ending it does.

The checklist is the conscience of the whole thing: a workshop that ends without answers, promises, somebody who follows
up and a date to meet again was a conversation. Whoever runs it may close anyway and say why; nobody closes silently.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.coverage import Coverage, coverage
from actions.models import ActionItem, Result
from live.context import Context
from live.models import new_id
from live.values import Refused, clean_text
from personas.versions import KeepVersion, keep_version
from touchpoints.commands import Id, Payload
from workshops.models import Prompt, Workshop
from workshops.series import book_report_back
from workshops.states import live_workshop


@dataclass(frozen=True)
class Item:
    """One line: what it is about, the finding in words, and what is missing by name. `fix` says where to mend it:
    a part of the room's page, or a promise."""

    key: str
    said: str
    missing: tuple[str, ...] = ()
    fix: str = ""
    action: str = ""  # the id of the promise to mend

    @property
    def ok(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Checklist:
    items: tuple[Item, ...]
    sentence: str = field(default="")

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if not item.ok]

    @property
    def complete(self) -> bool:
        return not self.missing


def checklist_of(
    found: Coverage,
    counts: Mapping[str, Mapping[str, int]],
    *,
    sponsor: str,
    report_back_on: datetime.date,
    today: datetime.date,
) -> Checklist:
    """Pure: the five lines of the checklist."""
    items = (
        _answers(found, counts), _promised(found), _owned(found), _sponsored(sponsor),
        _report_back(report_back_on, today),
    )  # fmt: skip
    return Checklist(items, ", ".join(item.said for item in items))


def _answers(found: Coverage, counts: Mapping[str, Mapping[str, int]]) -> Item:
    """Every department answered all four prompts."""
    if not found.shares:
        return Item("answers", "Nobody spoke for a department", ("the departments",), "table")
    silent = []
    for share in found.shares:
        given = counts.get(share.department.pk, {})
        left = [prompt.label for prompt in Prompt if not given.get(prompt.value)]
        if left:
            silent.append(f"{share.department}: {'all four' if len(left) == len(Prompt) else ', '.join(left)}")
    of = len(found.shares)
    return Item("answers", f"{of - len(silent)}/{of} functions answered all four", tuple(silent), "table")


def _promised(found: Coverage) -> Item:
    """Every department promised something, or said why not."""
    count = len(found.actions)
    said = f"{count} action{'' if count == 1 else 's'}"
    if found.with_none:
        said += f" and {len(found.with_none)} “none, because …”"
    missing = tuple(share.department.name for share in found.missing)
    if not count and not found.shares:
        missing = ("a promise",)
    return Item("promised", said, missing, "commit")


def _owned(found: Coverage) -> Item:
    """Every promise has an owner and a date."""
    without = [action for action in found.actions if action.owner_id is None or action.due is None]
    said = (
        f"{len(without)} without an owner" if without else "all with owner and date" if found.actions else "none to own"
    )
    return Item("owned", said, tuple(action.title for action in without), "action", without[0].pk if without else "")


def _sponsored(sponsor: str) -> Item:
    if not sponsor:
        return Item("sponsor", "no sponsor", ("a sponsor who follows up",), "sponsor")
    return Item("sponsor", f"{sponsor} sponsors it")


def _report_back(day: datetime.date, today: datetime.date) -> Item:
    """A date to meet again lies ahead."""
    if day <= today:
        return Item("report_back", "the report-back date is over", ("a report-back date to come",), "report_back")
    return Item("report_back", f"report-back booked for {day:%-d %B %Y}", (), "report_back")


def checklist(workshop: Workshop, today: datetime.date) -> Checklist:
    """As it stands. Four queries."""
    if workshop.of_kind == Workshop.Kind.REPORT_BACK:
        return _of_report_back(workshop)
    return checklist_of(
        coverage(workshop), workshop.counts, sponsor=str(workshop.sponsor or ""),
        report_back_on=workshop.report_back_on, today=today,
    )  # fmt: skip


def _of_report_back(workshop: Workshop) -> Checklist:
    """A report-back has told what became of every promise, to somebody who follows up."""
    promised = ActionItem.objects.filter(workshop=workshop.follows_id, removed_at=None).order_by("due", "pk")
    heard = set(Result.objects.filter(workshop=workshop, removed_at=None).values_list("action", flat=True))
    titles = [(row.pk, row.title) for row in promised]
    missing = tuple(title for pk, title in titles if pk not in heard)
    told = Item("told", f"{len(titles) - len(missing)}/{len(titles)} promises told", missing, "commit")
    items = (told, _sponsored(str(workshop.sponsor or "")))
    return Checklist(items, ", ".join(item.said for item in items))


# -- the command -------------------------------------------------------------------------------
class CloseWorkshop(Payload):
    """End it; `because` says why something is still missing, if it is."""

    id: Id
    because: str = ""


def close(ctx: Context, data: CloseWorkshop) -> None:
    """Keep the map as it is now, freeze the record, and book the report-back with the same people. What was not
    revealed stays private for good."""
    workshop = live_workshop(ctx, data.id)
    because = clean_text(data.because, 1_000, field="because").strip()
    ctx.unit.flush()
    found = checklist(workshop, ctx.now.date())
    if not because and not found.complete:
        raise Refused("invalid", f"{_named(found)} Say why you close anyway.", field="because")
    before = ctx.rows(Workshop, of_kind=workshop.of_kind)
    number = 1 + sum(row.state == Workshop.State.CLOSED for row in before)
    ctx.change(
        workshop, state=Workshop.State.CLOSED, closed_at=ctx.now, closed_because=because, phase=None, reading=None,
        reading_since=None,
    )  # fmt: skip
    keep_version(ctx, KeepVersion(id=new_id("mv"), name=f"After {workshop.get_of_kind_display().lower()} {number}"))
    if workshop.of_kind == Workshop.Kind.WORKSHOP:
        book_report_back(ctx, workshop)
    ctx.for_good()


def _named(found: Checklist) -> str:
    """What is missing in one sentence: "Missing: Sales: Learn; a sponsor who follows up." """
    parts = [name for item in found.missing for name in item.missing]
    more = len(parts) - 4
    return f"Missing: {'; '.join(parts[:4])}{f' and {more} more' if more > 0 else ''}."
