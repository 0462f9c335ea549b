"""Undo: what one person did is taken back as a new event, and never what anybody else did since.

Every event keeps its inverse. Undoing checks that the values are still the ones the event left (else
`conflict`), applies the inverse as an ordinary change, and so can itself be undone, which is redo.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import Q
from msgspec.json import decode

from accounts.actors import Actor
from accounts.models import Department
from live.board import Command
from live.models import Event, Record
from live.values import Refused


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    """Take back one command of mine, or all that went under one `tx`."""

    command: str = ""
    tx: str = ""


def may_undo(actor: Actor, ctx: Any, data: Undo) -> bool:
    """Only one's own; that the row may be changed is asked row by row."""
    return True


def undo(ctx: Any, data: Undo) -> None:
    if bool(data.command) == bool(data.tx):
        raise Refused("invalid", "Say which command or which tx to undo.")
    unwritten = [e for e in ctx.unwritten if e.command_id == data.command or (data.tx and e.tx == data.tx)]
    which = Q(command_id=data.command) if data.command else Q(tx=data.tx)
    stored = Event.objects.filter(which, room_id=ctx.room.id, by=ctx.actor.key).order_by("seq")
    events = [*stored, *(e for e in unwritten if e.by == ctx.actor.key)]
    if not events:
        raise Refused("unknown", "There is nothing of yours to undo here.")
    ctx.undoes = events[0].seq
    again = Event.objects.filter(room_id=ctx.room.id, undoes=ctx.undoes).exists()
    if again or any(e.undoes == ctx.undoes for e in ctx.unwritten):
        raise Refused("conflict", "This was undone before.")
    if not any(decode(event.inverse) for event in events):
        raise Refused("conflict", "This cannot be undone.")
    rows = [_apply(ctx, event, step) for event in reversed(events) for step in reversed(decode(event.inverse))]
    for row in rows:  # at the end, for one undo may bring back both a row and what it stands in
        _has_a_place(ctx, row)


def _apply(ctx: Any, event: Event, step: list[Any]) -> Record | None:
    verb, pk, *rest = step
    if verb == "run":
        _run(ctx, pk, rest[0])
        return None
    row: Record = ctx.get(ctx.board.by_prefix[pk[:2]], pk, removed=verb in ("restore", "remove"))
    if not ctx.board.kinds[row.kind].may_change(ctx.actor, row):
        raise Refused("forbidden", f"You may no longer change this {row.kind}.")
    if verb == "write":
        field, delta = rest
        ctx.write(row, field, event.seq, delta)
    elif verb == "change":
        before, after = rest
        for name, value in after.items():
            if row.value(name) != value:
                raise Refused("conflict", f"Somebody changed this {row.kind} after you. Look at it first.")
        _not_to_retired(row, before)
        ctx.change(row, **before)
    elif (row.removed_at is None) == (verb == "restore"):
        raise Refused("conflict", f"Somebody changed this {row.kind} after you. Look at it first.")
    elif verb == "restore":
        ctx.restore(row)
        _without_retired(ctx, row)
    else:
        ctx.remove(row)
    return row


def _not_to_retired(row: Record, before: dict[str, Any]) -> None:
    """A department that was removed since does not come back as whose something is."""
    for name, value in before.items():
        for gone in _retired(row, name, value):
            raise Refused("conflict", f"{gone} is not a department any more, so this stays as it is.", field=name)


def _without_retired(ctx: Any, row: Record) -> None:
    """What comes back belongs to nobody where it belonged to a department that was removed since."""
    for name in row.wire:
        value, field = row.value(name), row._meta.get_field(name)
        if gone := {department.pk for department in _retired(row, name, value)}:
            if isinstance(value, list):
                ctx.change(row, **{name: [pk for pk in value if pk not in gone]})
            elif field.null:
                ctx.change(row, **{name: None})


def _retired(row: Record, name: str, value: Any) -> list[Department]:
    if not value or row._meta.get_field(name).related_model is not Department:
        return []
    ids = value if isinstance(value, list) else [value]
    return list(Department.ever.filter(pk__in=ids, retired_at__isnull=False))


def _has_a_place(ctx: Any, row: Record | None) -> None:
    """A touchpoint does not come back into a stage that somebody removed since: nobody would see it."""
    if row is None or row.removed_at is not None:
        return
    for field in row._meta.fields:
        of = field.related_model
        if field.null or not (isinstance(of, type) and issubclass(of, Record)):
            continue
        if ctx.get(of, getattr(row, field.attname), removed=True).removed_at is not None:
            raise Refused("conflict", f"The {of.kind} it was in is gone. Whoever removed that can bring it back.")


def _run(ctx: Any, name: str, data: dict[str, Any]) -> None:
    """The way back is itself a command: how rows that are no records are put back."""
    command = ctx.board.commands[name]
    payload = msgspec.convert(data, command.payload)
    if not command.may(ctx.actor, ctx, payload):
        raise Refused("forbidden", command.why_not)
    command.do(ctx, payload)


UNDO = Command(Undo, may_undo, undo, "undone")
