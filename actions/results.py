"""What became of a promise, as the group hears it in a report-back. The date it had before stays readable."""

from __future__ import annotations

import datetime

from msgspec import UNSET

from actions.commands import ChangeAction, change_action
from actions.models import ActionItem, Result
from live.context import Context
from live.values import Refused, clean_text
from touchpoints.commands import Id, Payload
from workshops.models import Workshop
from workshops.states import live_workshop

Status = ActionItem.Status
MOST = 2_000


class MarkResult(Payload):
    """What became of `action`, in a report-back that is live (`workshop`); again to change it.

    Kept asks what the customer notices now (`outcome`) and how the measure stands (`after_value`, or `known_on`: the
    day on which it will be known); partly and not yet ask for a new date (`due`); dropped asks why (`because`).
    """

    id: Id
    workshop: Id
    action: Id
    of_kind: Result.Kind
    learned: str = ""
    due: datetime.date | None = None
    outcome: str = ""
    after_value: str = ""
    known_on: datetime.date | None = None
    because: str = ""


def mark_result(ctx: Context, data: MarkResult) -> None:
    """One event: the result, and what follows for the promise by the rules every change of it keeps."""
    workshop, action = live_workshop(ctx, data.workshop), ctx.get(ActionItem, data.action)
    if workshop.of_kind != Workshop.Kind.REPORT_BACK:
        raise Refused("invalid", "Results are told in a report-back.", field="workshop")
    if action.workshop_id != workshop.follows_id:
        raise Refused("invalid", "This promise was not made in the workshop that is reported on.", field="action")
    learned = clean_text(data.learned, MOST, field="learned").strip()
    found = ctx.rows(Result, workshop=workshop.id, action=action.id)
    before = found[0].due_before if found else action.due
    new = data.due if data.of_kind in (Result.Kind.PARTLY, Result.Kind.NOT_YET) else None
    change_action(ctx, _follows(data, action))
    values = {"of_kind": data.of_kind, "learned": learned, "due_after": new, "by": ctx.actor.key, "at": ctx.now}
    if found:
        ctx.change(found[0], **values)
    else:
        ctx.add(Result(id=data.id, workshop=workshop, action=action, due_before=before, **values))


def _follows(data: MarkResult, action: ActionItem) -> ChangeAction:
    """The change of the promise that a result means. Raises Refused for what is missing."""
    if data.of_kind == Result.Kind.KEPT:
        return ChangeAction(
            id=action.id, status=Status.DONE, outcome=data.outcome, after_value=data.after_value,
            known_on=data.known_on if data.known_on is not None else UNSET,
        )  # fmt: skip
    if data.of_kind == Result.Kind.DROPPED:
        return ChangeAction(id=action.id, status=Status.DROPPED, dropped_because=data.because)
    if data.due is None:
        raise Refused("invalid", "Say until when instead; the old date stays readable.", field="due")
    status = Status.BLOCKED if action.status == Status.BLOCKED else Status.IN_PROGRESS
    return ChangeAction(id=action.id, status=status, due=data.due)
