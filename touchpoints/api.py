"""The journey map over HTTP: journeys, and the records of a map as lists."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import msgspec
from django.db.models import Q, QuerySet
from django.http import Http404
from msgspec import UNSET, Meta, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.actors import identity_of, organisations_of
from accounts.api import Door, Page, Paged, Text, answer
from accounts.ids import id_from
from accounts.models import Organisation, User
from live.api import idempotency_key
from live.models import new_id
from live.resources import OneRecord, Resource
from live.shapes import shape_of
from live.values import Refused, clean_line
from touchpoints.commands import Id
from touchpoints.models import Channel, Journey, MapVersion, Proposal, Remark, Stage, Touchpoint
from touchpoints.permissions import may_start_journey
from touchpoints.queries import journeys_for
from touchpoints.starting import STAGE_SETS, start_journey

Moment = Annotated[datetime.datetime, Meta(tz=True)]


# -- the records of a map --------------------------------------------------------------------------
class StageQuery(Paged):
    search: Text = ""


class TouchpointQuery(Paged):
    stage: Id | UnsetType = UNSET
    department: Annotated[Id | UnsetType, Meta(description="Leads it or contributes to it.")] = UNSET
    lead: Id | UnsetType = UNSET
    channel: Id | UnsetType = UNSET
    search: Text = ""


class RemarkQuery(Paged):
    touchpoint: Id | UnsetType = UNSET
    by: Annotated[Text, Meta(description="A person's key, for example u12.")] = ""
    since: Annotated[Moment | UnsetType, Meta(description="Written at this time or later.")] = UNSET
    search: Text = ""


class ProposalQuery(RemarkQuery):
    state: Proposal.State | UnsetType = UNSET


def _narrow(*texts: str, **lookups: str) -> Any:
    """Rows by what was asked: `lookups` name → field, `search` in any of the `texts`."""

    def narrow(rows: QuerySet[Any], asked: Any) -> QuerySet[Any]:
        for name, lookup in lookups.items():
            value = getattr(asked, name)
            if value not in (UNSET, ""):
                rows = rows.filter(**{lookup: _in_utc(value)})
        if texts and asked.search:
            rows = rows.filter(_any(*texts, value=asked.search))
        if department := getattr(asked, "department", UNSET):
            rows = rows.filter(Q(lead=department) | Q(contributors=department)).distinct()
        return rows

    return narrow


def _in_utc(value: Any) -> Any:
    """A moment as every database takes it: PostgreSQL knows no zone sixteen hours away."""
    if not isinstance(value, datetime.datetime):
        return value
    try:
        return value.astimezone(datetime.UTC)
    except OverflowError:
        return value.replace(tzinfo=datetime.UTC)


def _any(*texts: str, value: str) -> Q:
    found = Q()
    for name in texts:
        found |= Q(**{f"{name}__icontains": value})
    return found


_SAID = {"touchpoint": "touchpoint", "by": "by", "since": "at__gte"}
RESOURCES = {
    "stages": Resource(
        Stage, ("order",), StageQuery, _narrow("name", "internal_name"),
        add="stage.add", change=("stage.change", "stage.move"), remove="stage.remove",
    ),
    "touchpoints": Resource(
        Touchpoint, ("stage__order", "stage_id", "order"), TouchpointQuery,
        _narrow(*Touchpoint.texts, stage="stage", lead="lead", channel="channels"),
        add="touchpoint.add", change=("touchpoint.change", "touchpoint.move"), remove="touchpoint.remove",
    ),
    "channels": Resource(Channel, ("created_at",), add="channel.add"),
    "versions": Resource(
        MapVersion, ("at",), add="version.keep", change=("version.change",), remove="version.remove"
    ),
    "remarks": Resource(
        Remark, ("at",), RemarkQuery, _narrow("text", **_SAID), add="remark.add", remove="remark.remove"
    ),
    "proposals": Resource(
        Proposal, ("at",), ProposalQuery, _narrow("text", state="state", **_SAID),
        add="proposal.add", states={"accepted": "proposal.accept", "rejected": "proposal.reject"},
    ),
}  # fmt: skip


# -- journeys --------------------------------------------------------------------------------------
class JourneyQuery(Paged):
    organisation: Annotated[Text, Meta(description="Its id or its short name in addresses.")] = ""
    search: Text = ""


class NewJourney(msgspec.Struct, forbid_unknown_fields=True):
    """Name it and choose its stages. `organisation` (id or short name) may be left out by who has only one."""

    name: str
    organisation: str = ""
    stage_set: str = "equipment"


class JourneyShape(msgspec.Struct):
    """A journey map. `seq` and `epoch` say where its log is."""

    organisation: str
    created_at: Moment
    seq: int
    epoch: str
    record: shape_of(Journey)  # type: ignore[valid-type]


def shown(journey: Journey) -> dict[str, Any]:
    room = journey.room
    head = {
        "organisation": room.organisation_id,
        "created_at": journey.created_at,
        "seq": room.seq,
        "epoch": room.epoch,
    }
    return {**head, "record": journey.to_wire()}


class JourneysView(Door):
    """The journeys that I may open; start another."""

    query = JourneyQuery
    asks = {"POST": NewJourney}
    answers = {"GET": Page[JourneyShape], "POST": JourneyShape}
    adds = True
    heeds = {"POST": ("Idempotency-Key",)}

    def get(self, request: Request) -> Response:
        """The journeys that I may open, newest first."""
        rows = journeys_for(identity_of(request)).select_related("room")
        if wanted := self.asked.organisation:
            rows = rows.filter(Q(room__organisation=wanted) | Q(room__organisation__slug=wanted))
        if self.asked.search:
            rows = rows.filter(_any("name", "objective", value=self.asked.search))
        count, part = self.page(rows)
        return answer({"count": count, "results": [shown(journey) for journey in part]})

    def post(self, request: Request) -> Response:
        """Start a journey. Facilitators and admins do."""
        asked = msgspec.convert(request.data, NewJourney)
        if asked.stage_set not in STAGE_SETS:
            raise Refused("invalid", f"The sets of stages are {', '.join(STAGE_SETS)}.", field="stage_set")
        organisation = self._organisation(asked.organisation)
        actor = self.actor_in(organisation.pk)
        require(may_start_journey(actor))
        name = clean_line(asked.name, 120, field="name")
        key = idempotency_key(request)
        pk = id_from("jn", organisation.pk, actor.key, key) if key else new_id("jn")
        journey = journeys_for(identity_of(self.request)).filter(pk=pk).first()
        if journey is None:
            owner = request.user if isinstance(request.user, User) else None
            journey = start_journey(organisation, owner, name, asked.stage_set, pk)
        return answer(shown(journey), 201, Location=f"{request.path}{pk}/")

    def _organisation(self, wanted: str) -> Organisation:
        mine = organisations_of(identity_of(self.request))
        if not wanted and len(mine) > 1:
            raise Refused("invalid", "You belong to several organisations. Say for which one.", field="organisation")
        found = [o for o in mine if not wanted or wanted in (o.pk, o.slug)]
        if not found:
            raise Http404
        return found[0]


class JourneyView(OneRecord):
    """One journey map: what it is about, and where its log is."""

    resource = Resource(Journey, (), change=("journey.change",))
    http_method_names = ["get", "head", "patch"]

    @property
    def answers(self) -> dict[str, Any]:  # type: ignore[override]
        return {**super().answers, "GET": JourneyShape}

    def get(self, request: Request, **kwargs: str) -> Response:
        """What it is about, and where its log is."""
        if known := self.known_already():
            return known
        return answer(shown(self.row()), ETag=self.tag(self.room.epoch, self.room.seq))  # type: ignore[arg-type]
