"""What a command's function holds in its hand: the actor, the room, and the only ways to change a row.

Each way changes the row in the unit, adds to what the event says, and remembers the inverse. So a
command is written once, and its live update, its undo and its log entry cannot be forgotten.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Field
from msgspec.json import decode

from accounts.actors import Actor
from live import text
from live.board import Board
from live.models import Event, Record
from live.unit import Unit
from live.values import ID, Refused, clean_text

R = TypeVar("R", bound=Record)


@dataclass
class Head:
    """A locked room, without the weight of a model: it is made for every commit."""

    id: str
    organisation_id: str
    seq: int
    epoch: str
    rights: int
    read_only: bool


class Changes:
    """What one event says to one audience."""

    def __init__(self) -> None:
        self.put: dict[str, Record] = {}
        self.patch: dict[str, dict[str, Any]] = {}
        self.text: list[dict[str, Any]] = []
        self.remove: list[str] = []

    def to_wire(self) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if self.put:
            body["put"] = [row.to_wire() for row in self.put.values()]
        for name in ("patch", "text", "remove"):
            if getattr(self, name):
                body[name] = getattr(self, name)
        return body


class Context:
    def __init__(
        self,
        board: Board,
        unit: Unit,
        room: Head,
        actor: Actor,
        now: datetime.datetime,
        unwritten: Sequence[Event] = (),
    ) -> None:
        """`room.seq` counts this transaction's events too; `unwritten` are those not in the database yet."""
        self.board, self.unit, self.room, self.actor, self.now = board, unit, room, actor, now
        self.unwritten = unwritten
        self.changes: dict[str, Changes] = {}
        self.inverse: list[list[Any]] = []
        self.undoes: int | None = None
        # The event keeps no author: anonymous writing is nobody's, in the log too. Ids like "<tab>-<n>" are refused
        # then, and no `tx` is kept (over HTTP it is a digest of who asked what), for both would tell.
        self.nameless = False

    # -- reading -------------------------------------------------------------------------------
    def get(self, model: type[R], pk: str, *, removed: bool = False) -> R:
        """One row of this room. Refused when it is not there, was removed, or may not be seen."""
        row = self.unit.get(model, pk)
        if row is None or row.room_id != self.room.id or row.audience() not in self.actor.audiences:
            raise Refused("unknown", f"This {model.kind} is not here any more.")
        if row.removed_at is not None and not removed:
            raise Refused("unknown", f"Somebody removed this {model.kind} a moment ago.")
        return row  # type: ignore[return-value]

    def rows(self, model: type[R], **filters: Any) -> list[R]:
        """The living rows of this room that match, with everything this transaction changed so far."""
        self.unit.flush()
        query = model._default_manager.filter(room_id=self.room.id, removed_at=None, **filters)
        return self.unit.keep(query)  # type: ignore[return-value,arg-type]

    # -- changing ------------------------------------------------------------------------------
    def add(self, row: Record) -> None:
        """A new record. Its id is made by the client and must never have been used."""
        if not ID.fullmatch(row.id) or not row.id.startswith(row.prefix + "_"):
            raise Refused("invalid", f"“{row.id}” is not an id for a {row.kind}.", field="id")
        if self.unit.get(type(row), row.id) is not None:
            raise Refused("conflict", f"The id {row.id} is taken. Send the command with a new one.", field="id")
        row.room_id = self.room.id
        self.unit.add(row)
        self._of(row).put[row.id] = row
        self.inverse.append(["remove", row.id])
        self._follow(row)

    def change(self, row: Record, **values: Any) -> None:
        """Set single properties; a relation takes an id, a many-to-many relation a list of ids."""
        before, after = {}, {}
        for name, value in values.items():
            field = row._meta.get_field(name)
            old = row.value(name)
            if field.many_to_many:
                self.unit.link(row, name, value)
            else:
                assert isinstance(field, Field)
                self.unit.set(row, field.attname, value.pk if isinstance(value, Record) else value)
            new = row.value(name)
            if new != old:
                before[name], after[name] = old, new
        if not after:
            return
        of = self._of(row)
        if row.id not in of.put:
            of.patch.setdefault(row.id, {}).update(after)
        self.inverse.append(["change", row.id, before, after])

    def write(self, row: Record, field: str, rev: int, delta: text.Delta, *, most: int = 16_000) -> None:
        """Merge typing into a text: the delta was made when the writer had seen events up to `rev`."""
        if field not in row.texts:
            raise Refused("invalid", f"“{field}” is not a text of a {row.kind}.", field="field")
        if not 0 <= rev <= self.room.seq:
            raise Refused("invalid", "This change says it has seen events that do not exist yet.", field="rev")
        for over in self._texts_since(row.id, field, rev):
            delta = text.transform(delta, over, first=False)
        old = getattr(row, field)
        try:
            new = text.apply(old, delta)
        except text.BadDelta:
            raise Refused("conflict", "Your change does not fit the text as it stands now.", current=old) from None
        limit = row._meta.get_field(field).max_length  # type: ignore[union-attr]
        clean_text(new, limit or most, field=field)
        delta = text.tidy(delta)
        if not delta:
            return
        self.unit.set(row, field, new)
        of = self._of(row)
        if row.id not in of.put:
            of.text.append({"id": row.id, "field": field, "delta": delta})
        self.inverse.append(["write", row.id, field, text.invert(delta, old)])

    def rewrite(self, row: Record, field: str, new: str) -> None:
        """Set a whole text: recorded as the difference, so that others who type in it keep their words."""
        self.write(row, field, self.room.seq, text.diff(getattr(row, field), new))

    def remove(self, row: Record) -> None:
        """Rub out. The row stays, so that undo brings it back as it was."""
        self.unit.set(row, "removed_at", self.now)
        of = self._of(row)
        of.put.pop(row.id, None)
        of.patch.pop(row.id, None)
        of.text = [change for change in of.text if change["id"] != row.id]
        of.remove.append(row.id)
        self.inverse.append(["restore", row.id])
        self._follow(row)

    def restore(self, row: Record) -> None:
        self.unit.set(row, "removed_at", None)
        self._of(row).put[row.id] = row
        self.inverse.append(["remove", row.id])
        self._follow(row)

    def derive(self, row: Record, **values: Any) -> None:
        """Set what follows from other rows. Undo leaves it alone: it follows again from what undo brings back."""
        own = len(self.inverse)
        self.change(row, **values)
        del self.inverse[own:]

    def undone_by(self, name: str, data: dict[str, Any]) -> None:
        """Undo runs this command: for changes to rows that are no records."""
        self.inverse.append(["run", name, data])

    def rows_are_written(self) -> None:
        """Call before changing rows that are no records: a refusal from here on rolls the transaction back."""
        self.unit.flush()
        self.unit.spilled = True

    def for_good(self) -> None:
        """This command cannot be undone: call it last."""
        self.inverse.clear()

    def reveal(self, row: Record, **values: Any) -> None:
        """Change a row so that more people may see it: they get it whole."""
        before = {name: row.value(name) for name in values}
        for name, value in values.items():
            field = row._meta.get_field(name)
            assert isinstance(field, Field)
            self.unit.set(row, field.attname, value)
        self._of(row).put[row.id] = row
        self.inverse.append(["change", row.id, before, {name: row.value(name) for name in values}])

    def _follow(self, row: Record) -> None:
        kind = self.board.kinds.get(row.kind)
        if kind is not None and kind.follow is not None:
            kind.follow(self, row)

    def _of(self, row: Record) -> Changes:
        return self.changes.setdefault(row.audience(), Changes())

    def _texts_since(self, pk: str, field: str, rev: int) -> list[text.Delta]:
        """Every later change of this text, in order, including those of this very transaction."""
        wanted = (f"{pk}.{field}", "*")
        stored: list[Event] = []
        if rev < self.room.seq - len(self.unwritten):
            query = Event.objects.filter(room_id=self.room.id, seq__gt=rev, target__in=wanted).order_by("seq")
            stored = list(query.only("body", "private"))
        stored += [event for event in self.unwritten if event.seq > rev and event.target in wanted]
        found = []
        for event in stored:
            parts = [decode(event.body), *(decode(event.private).values() if event.private else ())]
            found += [c for part in parts for c in part.get("text", ())]
        found += [c for of in self.changes.values() for c in of.text]
        return [change["delta"] for change in found if change["id"] == pk and change["field"] == field]

    def targets(self, *more: Changes | None) -> str:
        """What to index this event's text changes under: one text, "*" for several, "" for none."""
        parts = [*self.changes.values(), *(part for part in more if part)]
        found = {f"{c['id']}.{c['field']}" for of in parts for c in of.text}
        return found.pop() if len(found) == 1 else "*" if found else ""


def known(ctx: Context, model: type[R], ids: Sequence[str], *, field: str) -> list[str]:
    """The ids, checked: each is a living record of this room."""
    ctx.unit.load(model, ids)
    for pk in ids:
        row = ctx.unit.get(model, pk)
        if row is None or row.room_id != ctx.room.id or row.removed_at is not None:
            raise Refused("unknown", f"This {model.kind} is not here any more.", field=field)
    return list(dict.fromkeys(ids))
