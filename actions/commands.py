"""What may happen to a promise. Each command has a payload, and a function that makes one event."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from accounts.models import Department, Membership, Role
from actions.models import ActionItem, ProgressNote
from live.context import Context, known
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, department, given, write_row
from touchpoints.models import Touchpoint
from voices.models import Issue
from workshops.models import Answer, Workshop

FURTHEST = datetime.timedelta(days=5 * 365)
MOST_LINKS = 50
SHORT = {
    "measure": 160, "baseline": 40, "target": 40, "after_value": 40, "pain_removed": 200, "spend_freed": 80,
}  # fmt: skip
LINKS = ("helpers", "supporting", "waits_for")


class AddAction(Payload):
    """A promise with an owner (a member's number) and a due date, made from an answer, an issue, a place or nothing."""

    id: Id
    title: str
    owner: int
    due: datetime.date
    customer_change: str = ""
    co_owner: int | None = None
    helpers: list[int] = []
    witness: int | None = None
    department: Id | None = None
    supporting: list[Id] = []
    sponsor: int | None = None
    of_kind: ActionItem.Kind = ActionItem.Kind.FIX
    domain: ActionItem.Domain = ActionItem.Domain.NONE
    effort: ActionItem.Effort = ActionItem.Effort.MEDIUM
    first_step: str = ""
    measure: str = ""
    baseline: str = ""
    target: str = ""
    known_on: datetime.date | None = None
    pain_removed: str = ""
    spend_freed: str = ""
    waits_for: list[Id] = []
    workshop: Id | None = None
    answer: Id | None = None
    touchpoint: Id | None = None
    issue: Id | None = None


def add_action(ctx: Context, data: AddAction) -> None:
    """What is not said follows: the workshop and the place from the answer or the let-down, the department from the
    owner."""
    values = _checked(ctx, given(data))
    answer: Answer | None = values.get("answer")
    workshop: Workshop | None = values.get("workshop")
    issue: Issue | None = values.get("issue")
    if answer is not None:
        values["workshop"] = workshop = workshop or ctx.get(Workshop, answer.workshop_id)
        values["touchpoint"] = values["touchpoint"] or _still(ctx, Touchpoint, answer.touchpoint_id)
        values["department"] = values["department"] or answer.department_id
    if issue is not None:
        values["touchpoint"] = values["touchpoint"] or _still(ctx, Touchpoint, issue.touchpoint_id)
    if values["department"] is None:
        values["department"] = _department_of(ctx, data.owner)
    if values["sponsor"] is None and workshop is not None:
        values["sponsor"] = workshop.sponsor_id
    for name in ("due", "known_on"):
        _to_come(ctx, values, name)
    links = {name: values.pop(name) for name in LINKS}
    for relation in ("owner", "co_owner", "witness", "department", "sponsor"):
        values[f"{relation}_id"] = values.pop(relation)
    ctx.add(action := ActionItem(id=data.id, **values))
    ctx.change(action, **{name: ids for name, ids in links.items() if ids})


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
    co_owner: int | UnsetType | None = UNSET
    helpers: list[int] | UnsetType = UNSET
    witness: int | UnsetType | None = UNSET
    department: Id | UnsetType | None = UNSET
    supporting: list[Id] | UnsetType = UNSET
    sponsor: int | UnsetType | None = UNSET
    due: datetime.date | UnsetType = UNSET
    status: ActionItem.Status | UnsetType = UNSET
    of_kind: ActionItem.Kind | UnsetType = UNSET
    domain: ActionItem.Domain | UnsetType = UNSET
    effort: ActionItem.Effort | UnsetType = UNSET
    first_step: str | UnsetType = UNSET
    measure: str | UnsetType = UNSET
    baseline: str | UnsetType = UNSET
    target: str | UnsetType = UNSET
    after_value: str | UnsetType = UNSET
    known_on: datetime.date | UnsetType | None = UNSET
    pain_removed: str | UnsetType = UNSET
    spend_freed: str | UnsetType = UNSET
    waits_for: list[Id] | UnsetType = UNSET
    outcome: str | UnsetType = UNSET
    dropped_because: str | UnsetType = UNSET
    touchpoint: Id | UnsetType | None = UNSET
    issue: Id | UnsetType | None = UNSET


def change_action(ctx: Context, data: ChangeAction) -> None:
    action, values = ctx.get(ActionItem, data.id), _checked(ctx, given(data))
    for name in ("due", "known_on"):
        if values.get(name) != getattr(action, name):
            _to_come(ctx, values, name)
    if action.id in values.get("waits_for", ()) or _in_a_circle(ctx, action.id, values.get("waits_for", ())):
        raise Refused("invalid", "Then the two would wait for each other. Choose another promise.", field="waits_for")
    if status := values.get("status"):
        _may_stand_so(action, values, status)
        closed = status in (ActionItem.Status.DONE, ActionItem.Status.DROPPED)
        values["closed_at"] = (action.closed_at or ctx.now) if closed else None
        if closed:
            values["help_asked_at"] = None
    change_row(ctx, action, values)


def _may_stand_so(action: ActionItem, values: dict[str, Any], status: str) -> None:
    """A promise is kept when the customer notices something, and when somebody has measured it or says when they will;
    it is dropped for a reason."""

    def said(name: str) -> Any:
        return values.get(name, getattr(action, name))

    if status == ActionItem.Status.DROPPED and not said("dropped_because"):
        raise Refused("invalid", "Say why this promise is dropped.", field="dropped_because")
    if status != ActionItem.Status.DONE:
        return
    if not said("outcome"):
        raise Refused("invalid", "Say what the customer notices now: that is what was promised.", field="outcome")
    if said("measure") and not said("after_value") and not said("known_on"):
        raise Refused(
            "invalid", f"Say what “{said('measure')}” is now, or on which day it will be known.", field="after_value"
        )


def _to_come(ctx: Context, values: dict[str, Any], name: str) -> None:
    """A date that is set lies ahead, and not too far."""
    day = values.get(name)
    if day is not None and day < ctx.now.date():
        raise Refused("invalid", "This date is over. Choose one that is still to come.", field=name)
    if day is not None and day > ctx.now.date() + FURTHEST:
        raise Refused("invalid", "This is more than five years away. Promise something sooner.", field=name)


def _in_a_circle(ctx: Context, action: str, waits_for: Any) -> bool:
    """Whether one of these waits for the promise itself, at whatever remove."""
    seen, coming = set(), list(waits_for)
    while coming:
        pk = coming.pop()
        row = ctx.unit.get(ActionItem, pk)
        if pk not in seen and row is not None:
            seen.add(pk)
            coming += row.value("waits_for")
    return action in seen


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
    for name in LINKS:
        if len(values.get(name, ())) > MOST_LINKS:
            raise Refused("full", f"{MOST_LINKS} fit here.", field=name)
    people = {name: values[name] for name in ("owner", "co_owner", "witness", "sponsor") if values.get(name)}
    for name, user in (*people.items(), *(("helpers", helper) for helper in values.get("helpers", ()))):
        _member(ctx, user, name)
    if values.get("waits_for"):
        values["waits_for"] = known(ctx, ActionItem, values["waits_for"], field="waits_for")
    if "supporting" in values:
        values["supporting"] = _departments(ctx, values["supporting"])
    if "department" in values:
        values["department"] = department(ctx, values["department"], "department")
    for name, model in (("workshop", Workshop), ("answer", Answer), ("touchpoint", Touchpoint), ("issue", Issue)):
        if values.get(name):
            values[name] = ctx.get(model, values[name])  # type: ignore[type-var]
    return values


def _departments(ctx: Context, ids: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(ids))
    if Department.objects.filter(organisation=ctx.room.organisation_id, pk__in=wanted).count() != len(wanted):
        raise Refused("unknown", "There is no such department here.", field="supporting")
    return wanted


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
