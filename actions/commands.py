"""What may happen to a promise. Each command has a payload, and a function that makes one event."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from accounts.models import Membership, Role
from actions.models import ActionItem, ProgressNote
from live.context import Context
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, department, given, write_row
from touchpoints.models import Touchpoint
from voices.models import Issue
from workshops.models import Answer, Workshop

FURTHEST = datetime.timedelta(days=5 * 365)
SHORT = {"measure": 160, "baseline": 40, "target": 40, "after_value": 40}


class AddAction(Payload):
    """A promise with an owner (a member's number) and a due date, made from an answer, an issue, a place or nothing."""

    id: Id
    title: str
    owner: int
    due: datetime.date
    customer_change: str = ""
    helpers: list[int] = []
    department: Id | None = None
    sponsor: int | None = None
    of_kind: ActionItem.Kind = ActionItem.Kind.FIX
    effort: ActionItem.Effort = ActionItem.Effort.MEDIUM
    first_step: str = ""
    measure: str = ""
    baseline: str = ""
    target: str = ""
    workshop: Id | None = None
    answer: Id | None = None
    touchpoint: Id | None = None
    issue: Id | None = None


def add_action(ctx: Context, data: AddAction) -> None:
    """What is not said follows: the workshop and the place from the answer, the department from the owner."""
    values = _checked(ctx, given(data, "helpers"))
    answer: Answer | None = values.get("answer")
    workshop: Workshop | None = values.get("workshop")
    if answer is not None:
        values["workshop"] = workshop = workshop or ctx.get(Workshop, answer.workshop_id)
        values["touchpoint"] = values["touchpoint"] or _still(ctx, Touchpoint, answer.touchpoint_id)
        values["department"] = values["department"] or answer.department_id
    if values["department"] is None:
        values["department"] = _department_of(ctx, data.owner)
    if values["sponsor"] is None and workshop is not None:
        values["sponsor"] = workshop.sponsor_id
    if data.due < ctx.now.date():
        raise Refused("invalid", "This date is over. Choose one that is still to come.", field="due")
    for relation in ("owner", "department", "sponsor"):
        values[f"{relation}_id"] = values.pop(relation)
    ctx.add(action := ActionItem(id=data.id, **values))
    if data.helpers:
        ctx.change(action, helpers=data.helpers)


def _still(ctx: Context, model: Any, pk: str | None) -> Any:
    row = ctx.unit.get(model, pk) if pk else None
    return row if row is not None and row.removed_at is None else None


def _department_of(ctx: Context, owner: int) -> str | None:
    rows = Membership.objects.filter(organisation=ctx.room.organisation_id, user=owner, departments__isnull=False)
    return rows.order_by("departments__position").values_list("departments", flat=True).first()


class ChangeAction(Payload):
    """Set properties of a promise; texts may be given whole and are merged as a difference."""

    id: Id
    title: str | UnsetType = UNSET
    customer_change: str | UnsetType = UNSET
    owner: int | UnsetType = UNSET
    helpers: list[int] | UnsetType = UNSET
    department: Id | UnsetType | None = UNSET
    sponsor: int | UnsetType | None = UNSET
    due: datetime.date | UnsetType = UNSET
    status: ActionItem.Status | UnsetType = UNSET
    of_kind: ActionItem.Kind | UnsetType = UNSET
    effort: ActionItem.Effort | UnsetType = UNSET
    first_step: str | UnsetType = UNSET
    measure: str | UnsetType = UNSET
    baseline: str | UnsetType = UNSET
    target: str | UnsetType = UNSET
    after_value: str | UnsetType = UNSET
    outcome: str | UnsetType = UNSET
    dropped_because: str | UnsetType = UNSET
    touchpoint: Id | UnsetType | None = UNSET
    issue: Id | UnsetType | None = UNSET


def change_action(ctx: Context, data: ChangeAction) -> None:
    action, values = ctx.get(ActionItem, data.id), _checked(ctx, given(data))
    if "due" in values and values["due"] != action.due and values["due"] < ctx.now.date():
        raise Refused("invalid", "This date is over. Choose one that is still to come.", field="due")
    if status := values.get("status"):
        reason = values.get("dropped_because", action.dropped_because)
        if status == ActionItem.Status.DROPPED and not reason:
            raise Refused("invalid", "Say why this promise is dropped.", field="dropped_because")
        closed = status in (ActionItem.Status.DONE, ActionItem.Status.DROPPED)
        values["closed_at"] = (action.closed_at or ctx.now) if closed else None
        if closed:
            values["help_asked_at"] = None
    change_row(ctx, action, values)


def write_action(ctx: Context, data: Write) -> None:
    write_row(ctx, ActionItem, data)


def _checked(ctx: Context, values: dict[str, Any]) -> dict[str, Any]:
    """The values as they may be stored: text clean, people members, places of this room. Relations that are
    records come back as rows."""
    for name in ("title", *SHORT):
        if name in values:
            most = SHORT.get(name, 160)
            values[name] = clean_line(values[name], most, field=name, required=name == "title")
    for name in ("customer_change", "first_step", "outcome", "dropped_because"):
        if name in values:
            values[name] = clean_text(values[name], 4_000, field=name).strip()
    if values.get("due") and values["due"] > ctx.now.date() + FURTHEST:
        raise Refused("invalid", "This is more than five years away. Promise something sooner.", field="due")
    people = {name: values[name] for name in ("owner", "sponsor") if values.get(name)}
    for name, user in (*people.items(), *(("helpers", helper) for helper in values.get("helpers", ()))):
        _member(ctx, user, name)
    if "department" in values:
        values["department"] = department(ctx, values["department"], "department")
    for name, model in (("workshop", Workshop), ("answer", Answer), ("touchpoint", Touchpoint), ("issue", Issue)):
        if values.get(name):
            values[name] = ctx.get(model, values[name])  # type: ignore[type-var]
    return values


def _member(ctx: Context, user: int, field: str) -> None:
    rows = Membership.objects.filter(organisation=ctx.room.organisation_id, user=user, deactivated_at=None)
    if not rows.filter(user__is_active=True).exists():
        raise Refused("unknown", "Choose somebody who is a member of your organisation.", field=field)


class AddNote(Payload):
    """Something to say about a promise. Asking for help marks it until somebody else answers."""

    id: Id
    action: Id
    text: str
    help: bool = False


def add_note(ctx: Context, data: AddNote) -> None:
    action, me = ctx.get(ActionItem, data.action), ctx.actor
    text = clean_text(data.text, 4_000, field="text").strip()
    if not text:
        raise Refused("invalid", "Write something here first.", field="text")
    from_above = me.role == Role.EXECUTIVE or me.key == f"u{action.sponsor_id}"
    kind = ProgressNote.Kind.HELP if data.help else ProgressNote.Kind.SPONSOR if from_above else ProgressNote.Kind.NEWS
    ctx.add(
        ProgressNote(id=data.id, action=action, of_kind=kind, text=text, by=me.key, by_name=me.name[:80], at=ctx.now)
    )
    if data.help and action.is_open:
        ctx.change(action, help_asked_at=ctx.now)
    elif action.help_asked_at and me.key != f"u{action.owner_id}":
        ctx.change(action, help_asked_at=None)
