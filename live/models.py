"""What the live engine stores: rooms, their numbered log, and the shape every live row shares.

The engine knows nothing of journeys. A `Room` is one place that people edit together; its log is a
dense sequence of `Event`s; a `Record` is any row that travels to browsers whole or in part.
"""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models

from accounts.ids import new_id
from accounts.models import Organisation

__all__ = ["Event", "Record", "Room", "new_epoch", "new_id"]


def new_epoch() -> str:
    return new_id("ep")


class Room(models.Model):
    """The live side of one journey (same id). `seq` counts its events and grows by exactly one each."""

    id = models.CharField(primary_key=True, max_length=24)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rooms")
    seq = models.BigIntegerField(default=0)
    # A log that was restored from a backup is another log: browsers compare the epoch and start afresh.
    epoch = models.CharField(max_length=24, default=new_epoch)
    created_at = models.DateTimeField(auto_now_add=True)
    # Put away: everybody reads it as before, and no command changes anything but the one that brings it back.
    read_only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.id} at {self.seq}"


class Event(models.Model):
    """One change, as committed. `body` is what everybody may see, already encoded (JSON text).

    `private` maps an audience to what only that audience may see; `inverse` is what undo applies;
    `target` is "record.field" for text changes, so that a later writer can be transformed over them.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    command_id = models.CharField(max_length=80)
    tx = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=60)
    by = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    body = models.TextField(default="{}")
    private = models.TextField(blank=True)
    inverse = models.TextField(blank=True)
    target = models.CharField(max_length=60, blank=True)
    # For an undo: the seq of the (first) event it took back. Each is taken back once; redo is undoing the undo.
    undoes = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="event_seq"),
            models.UniqueConstraint(fields=["room", "command_id"], name="event_command"),
        ]
        indexes = [
            models.Index(fields=["room", "target", "seq"], name="event_target", condition=~models.Q(target="")),
            models.Index(fields=["room", "tx"], name="event_tx", condition=~models.Q(tx="")),
            models.Index(fields=["room", "undoes"], name="event_undoes", condition=models.Q(undoes__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.seq} {self.name}"


class Record(models.Model):
    """A row that people see and change together.

    A subclass names its `kind`, the `prefix` of its ids, the properties it shows (`wire`) and those of
    them whose concurrent typing is merged (`texts`). Deleting is a mark, so undo can bring it back.
    """

    id = models.CharField(primary_key=True, max_length=24)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="%(class)s_set")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    kind: ClassVar[str]
    prefix: ClassVar[str]
    wire: ClassVar[tuple[str, ...]]
    texts: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.id

    def audience(self) -> str:
        """Who may see this row: "all", "facilitators", a department's id or one person's key."""
        return "all"

    def value(self, name: str) -> Any:
        """A property as it stands on the wire: ids for relations, ISO text for times."""
        field = self._meta.get_field(name)
        if field.many_to_many:
            held = self.__dict__.get("_links", {}).get(name)  # set in this transaction, not written yet
            if held is not None:
                return held
            return sorted(row.pk for row in getattr(self, name).all())
        value = getattr(self, field.attname)  # type: ignore[union-attr]
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            value = value.astimezone(datetime.UTC)  # as the database will give it back, wherever it was said
        return value.isoformat() if isinstance(value, (datetime.datetime, datetime.date)) else value

    def to_wire(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, **{name: self.value(name) for name in self.wire}}
