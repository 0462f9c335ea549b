"""Records as lists under a journey: which can be read and written over HTTP is a table in the room above.

A write is one or two live commands, so it has the rights, the merging, the log and the undo of the socket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

import msgspec
from django.db.models import QuerySet
from django.http import Http404
from msgspec import Meta
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Paged, answer
from accounts.ids import id_from
from live.api import Check, RoomDoor, unchanged_since
from live.door import payload
from live.models import Record, Room, new_id
from live.shapes import body_of, shape_of
from live.values import ID, Refused

T = TypeVar("T")
Rev = Annotated[int, Meta(ge=0, description="The event up to which you had read it.")]


class Saved(msgspec.Struct, Generic[T]):
    """A record, and the number of the event up to which it is as shown. Null: it is gone."""

    seq: int
    record: T | None


class Listed(msgspec.Struct, Generic[T]):
    """A part of a list, how many there are in all, and the number of the event up to which it is as shown."""

    seq: int
    count: int
    results: list[T]


Narrow = Callable[[QuerySet[Any], Any], QuerySet[Any]]


@dataclass(frozen=True)
class Resource:
    """One kind of record under a journey: how it is listed, and which commands its writes are.

    `order`: fields to list by. `query` and `narrow`: what the list can be narrowed by, and how.
    `add` is POST and `remove` DELETE. PATCH is the commands of `change` that know the fields given, or for
    `{"state": …}` the command that `states` names for it.
    """

    model: type[Record]
    order: tuple[str, ...]
    query: type[Paged] = Paged
    narrow: Narrow = lambda rows, asked: rows
    add: str = ""
    change: tuple[str, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    remove: str = ""

    def __post_init__(self) -> None:
        assert self.model.audience is Record.audience, "a list would show what only some may see"

    def rows(self, room: Room) -> QuerySet[Any]:
        links = [name for name in self.model.wire if self.model._meta.get_field(name).many_to_many]
        rows = self.model._default_manager.filter(room=room, removed_at=None)
        return rows.order_by(*self.order, "pk").prefetch_related(*links)

    def changes(self, body: dict[str, Any], row: Callable[[], Record]) -> list[tuple[str, dict[str, Any]]]:
        """The commands that a PATCH means."""
        if self.states:
            if body.get("state") not in tuple(self.states):  # a tuple: what was sent may be anything
                raise Refused("invalid", f"Say which state: {' or '.join(self.states)}.", field="state")
            return [(self.states[body["state"]], {name: body[name] for name in body if name != "state"})]
        found, left = [], dict(body)
        for name in self.change:
            fields = {f.name: f for f in msgspec.structs.fields(payload(name)) if f.name != "id"}
            data = {field: left.pop(field) for field in list(left) if field in fields}
            if data:  # what the command needs and was not given stays as it is
                data |= {f: row().value(f) for f in fields if fields[f].required and f not in data}
                found.append((name, data))
        if left:
            raise Refused("invalid", f"There is no field “{min(left)}” to change here.", field=min(left))
        if not found:
            raise Refused("invalid", "Say what to change.")
        return found


class ResourceDoor(RoomDoor):
    """Addresses of one kind of record."""

    resource: ClassVar[Resource]

    @classmethod
    def of(cls, resource: Resource) -> Any:
        """This door for one kind of record, as a view for the URL table."""
        given = {"resource": resource, "__doc__": resource.model.__doc__, **cls.about(resource)}
        door: Any = type(f"{resource.model.__name__}{cls.__name__}", (cls,), given)
        return door.as_view()

    @staticmethod
    def about(resource: Resource) -> dict[str, Any]:
        raise NotImplementedError

    def saved(self, seq: int, record: dict[str, Any] | None, status: int = 200, **headers: str) -> Response:
        return answer({"seq": seq, "record": record}, status, **headers)

    def pk(self) -> str:
        """The id in the address; what cannot be one is not here."""
        pk: str = self.kwargs.get("pk", self.room.pk)
        if not ID.fullmatch(pk) or not pk.startswith(self.resource.model.prefix + "_"):
            raise Http404
        return pk

    def row(self) -> Record:
        row = self.resource.rows(self.room).filter(pk=self.pk()).first()
        if row is None:
            raise Http404
        return row


class Records(ResourceDoor):
    """A list: read it in parts, add to it."""

    adds = True
    heeds = {"GET": ("If-None-Match",), "POST": ("Idempotency-Key",)}

    @staticmethod
    def about(resource: Resource) -> dict[str, Any]:
        return {"query": resource.query, "http_method_names": ["get", "head", *["post"] * bool(resource.add)]}

    @property
    def asks(self) -> dict[str, Any]:  # type: ignore[override]
        add = self.resource.add
        return {"POST": body_of(f"New{self.resource.model.__name__}", payload(add), keep_id=True)} if add else {}

    @property
    def answers(self) -> dict[str, Any]:  # type: ignore[override]
        shape: Any = shape_of(self.resource.model)
        return {"GET": Listed[shape], "POST": Saved[shape]}

    def get(self, request: Request, room_id: str) -> Response:
        """The list, in parts."""
        if known := self.known_already():
            return known
        rows = self.resource.narrow(self.resource.rows(self.room), self.asked)
        count, part = self.page(rows)
        body = {"seq": self.room.seq, "count": count, "results": [row.to_wire() for row in part]}
        return answer(body, ETag=self.tag(self.room.epoch, self.room.seq))

    def post(self, request: Request, room_id: str) -> Response:
        """Add one."""
        data: dict[str, Any] = {"id": self._new_id(), **request.data}  # type: ignore[dict-item]
        (outcome,) = self.send([(self.resource.add, data)])
        told = self.event(outcome) or {}
        record = next((row for row in told.get("put", ()) if row["id"] == data["id"]), None)
        return self.saved(outcome.seq, record, 201, Location=f"{request.path}{data['id']}/")

    def _new_id(self) -> str:
        """The same for the same Idempotency-Key, so that asking twice adds once."""
        prefix = self.resource.model.prefix
        if "Idempotency-Key" not in self.request.headers:
            return new_id(prefix)
        return id_from(prefix, self.room.pk, self.actor.key, self.key())


class OneRecord(ResourceDoor):
    """One record: read it, change it, remove it."""

    heeds = {
        "GET": ("If-None-Match",),
        "PATCH": ("If-Match", "Idempotency-Key"),
        "DELETE": ("If-Match", "Idempotency-Key"),
    }

    @staticmethod
    def about(resource: Resource) -> dict[str, Any]:
        changes = ["patch"] * bool(resource.change or resource.states) + ["delete"] * bool(resource.remove)
        return {"http_method_names": ["get", "head", *changes]}

    @property
    def asks(self) -> dict[str, Any]:  # type: ignore[override]
        of = self.resource
        if not (of.change or of.states):
            return {}
        more: dict[str, Any] = {"state": Literal[tuple(of.states)]} if of.states else {}
        names = [*of.change, *of.states.values()]
        return {
            "PATCH": body_of(
                f"{of.model.__name__}Changes",
                *map(payload, names),
                optional=True,
                rev=Rev,
                **more,
            )
        }

    @property
    def answers(self) -> dict[str, Any]:  # type: ignore[override]
        shape: Any = shape_of(self.resource.model)
        return dict.fromkeys(("GET", "PATCH", "DELETE"), Saved[shape])

    def get(self, request: Request, **kwargs: str) -> Response:
        """Read one."""
        if known := self.known_already():
            return known
        return self.saved(self.room.seq, self.row().to_wire(), ETag=self.tag(self.room.epoch, self.room.seq))

    def patch(self, request: Request, **kwargs: str) -> Response:
        """Change what is given, all or nothing. With `rev` or If-Match only if nobody changed it since."""
        body, pk = dict(request.data), self.pk()
        if "id" in body:
            raise Refused("invalid", "The address says which one it is.", field="id")
        check = self.unchanged(pk, body.pop("rev", None))
        commands = [(name, {"id": pk, **data}) for name, data in self.resource.changes(body, self.row)]
        return self.saved(self.send(commands, check)[-1].seq, self.row().to_wire())

    def delete(self, request: Request, **kwargs: str) -> Response:
        """Remove one. Whoever did it can undo it by the command `undo`."""
        pk = self.pk()
        (outcome,) = self.send([(self.resource.remove, {"id": pk})], self.unchanged(pk))
        return self.saved(outcome.seq, None)

    def unchanged(self, pk: str, rev: Any = None) -> Check | None:
        """What `rev` or If-Match ask for: nobody changed the record since."""
        tag = self.request.headers.get("If-Match", "*").strip().removeprefix("W/").strip('"')
        if rev is not None and (type(rev) is not int or rev < 0):
            raise Refused("invalid", "“rev” is the number of an event.", field="rev")
        if rev is None and tag != "*":
            epoch, _, rest = tag.partition(".")
            number = rest.partition(".")[0]
            if epoch != self.room.epoch or not re.fullmatch("[0-9]{1,15}", number):
                raise Refused("conflict", "If-Match names no state of this journey. Read it again.", field="If-Match")
            rev = int(number)
        return unchanged_since(rev, pk) if rev is not None else None
