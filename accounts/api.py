"""What every view of the API is, and the views about oneself and one's organisations.

Every API view says which organisation (and room) it is about and asks `actor_or_404` for the actor there:
rights belong to a person in a place, never to a request alone.

A view also says in msgspec types what it reads and answers (`query`, `asks`, `answers`). The same types check
requests and make the published schema, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import msgspec
from django.db.models import QuerySet
from django.http import Http404
from msgspec import UNSET, Meta, UnsetType
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import actor_or_404
from accounts.actors import Actor, guest_actor, identity_of, load_actor, organisations_of
from accounts.models import Membership, Organisation
from accounts.queries import departments_of, members_of

T = TypeVar("T")


class ActorMixin:
    """For API views: `self.actor_in(organisation_id, room_id)` is the actor, or the answer is 404."""

    request: Request

    def actor_in(self, organisation_id: str | None, room_id: str | None = None) -> Actor:
        return actor_or_404(self.request, organisation_id, room_id)


# -- what every view of the API is ---------------------------------------------------------------
class Query(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What may follow the question mark of an address: nothing, unless a view says so."""


Text = Annotated[str, Meta(max_length=200, pattern="^[^\\x00]*$")]


class Paged(Query):
    """A part of a list."""

    limit: Annotated[int, Meta(ge=1, le=200, description="How many, at most.")] = 50
    offset: Annotated[int, Meta(ge=0, le=1_000_000, description="How many to leave out first.")] = 0


class Page(msgspec.Struct, Generic[T]):
    """A part of a list, and how many there are in all."""

    count: int
    results: list[T]


class Door(ActorMixin, APIView):  # type: ignore[misc]
    """An address of the API.

    `asks` and `answers`: method → the shape of the body, or several shapes of which it has one. `adds`: POST
    makes something and answers 201. `heeds`: method → the headers it looks at.
    """

    query: ClassVar[type[Query]] = Query
    asks: ClassVar[dict[str, Any]] = {}
    answers: ClassVar[dict[str, Any]] = {}
    adds: ClassVar[bool] = False
    heeds: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    takes: ClassVar[str] = ""  # POST has a file as its body, and what follows the question mark says how to read it

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            super().initial(request, *args, **kwargs)
        except (exceptions.NotAuthenticated, exceptions.AuthenticationFailed):
            self.check_throttles(request)  # trying tokens is counted too
            raise
        self.asked: Any = msgspec.convert(request.query_params.dict(), self.query, strict=False)

    def page(self, rows: QuerySet[Any]) -> tuple[int, list[Any]]:
        """How many there are, and those that were asked for."""
        start = self.asked.offset
        return rows.count(), list(rows[start : start + self.asked.limit])


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """What a view answers, from its msgspec shape. Nobody in between keeps a copy."""
    return Response(msgspec.to_builtins(body), status, headers={"Cache-Control": "private, no-cache", **headers})


# -- views -----------------------------------------------------------------------------------------
class Place(msgspec.Struct):
    """What I am in one organisation."""

    id: str
    slug: str
    name: str
    role: str
    departments: list[str]


class Me(msgspec.Struct):
    """Who I am. A guest belongs to no organisation, but to one journey."""

    identity: str
    name: str
    organisations: list[Place]
    journey: str | None = None


class Area(msgspec.Struct):
    """A department. Its two-letter code always stands beside its colour (1 to 12)."""

    id: str
    name: str
    code: str
    colour: int


class Person(msgspec.Struct):
    """A member. Only facilitators and admins see more than name and role."""

    name: str
    role: str
    key: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    departments: list[str] | UnsetType = UNSET


def places_of(identity: str | None) -> list[Place]:
    found = [(o, load_actor(identity, o.pk)) for o in organisations_of(identity)]
    return [Place(o.pk, o.slug, o.name, a.role, sorted(a.departments)) for o, a in found if a]


class MeView(Door):
    """Who I am, and what I am in each of my organisations."""

    answers = {"GET": Me}

    def get(self, request: Request) -> Response:
        identity = identity_of(request) or ""
        if identity.startswith("u"):
            return answer(Me(identity, str(request.user), places_of(identity)))
        guest = guest_actor(identity)
        if guest is None:  # not let in yet, or sent out
            raise Http404
        return answer(Me(identity, guest.name, [], guest.room_id))


class OrganisationsView(Door):
    """My organisations."""

    answers = {"GET": list[Place]}

    def get(self, request: Request) -> Response:
        return answer(places_of(identity_of(request)))


class OrganisationDoor(Door):
    """Addresses under one organisation, for its members; everybody else reads 404."""

    organisation: Organisation
    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        mine = {o.slug: o for o in organisations_of(identity_of(request))}
        if kwargs["slug"] not in mine:
            raise Http404
        self.organisation = mine[kwargs["slug"]]
        self.actor = self.actor_in(self.organisation.pk)


class DepartmentsView(OrganisationDoor):
    """The departments in their order."""

    answers = {"GET": list[Area]}

    def get(self, request: Request, slug: str) -> Response:
        return answer([Area(d.pk, d.name, d.code, d.colour) for d in departments_of(self.organisation)])


class MembersView(OrganisationDoor):
    """The people of an organisation. Facilitators and admins see addresses, keys and departments too."""

    query = Paged
    answers = {"GET": Page[Person]}

    def get(self, request: Request, slug: str) -> Response:
        members = members_of(self.organisation).filter(deactivated_at=None, user__is_active=True)
        count, rows = self.page(members)
        return answer(Page(count, [self._person(row) for row in rows]))

    def _person(self, row: Membership) -> Person:
        person = Person(str(row.user) if row.user.name else "", row.role)
        if self.actor.leads:
            person.key, person.email = row.user.identity, row.user.email
            person.departments = [department.pk for department in row.departments.all()]
        return person


class Nothing(Door):
    """What the API does not know, said in its own form."""

    schema = None
    permission_classes = []
    http_method_names = ["get", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
