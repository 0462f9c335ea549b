"""Reading journeys through the person who asks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.actors import Actor, guest_actor, load_actor, organisations_of
from accounts.models import Organisation, Role, User
from accounts.queries import people_in
from touchpoints.findings import Step
from touchpoints.models import Journey, Remark, Stage, Touchpoint


def journeys_of(organisations: Iterable[Organisation]) -> QuerySet[Journey]:
    """The journeys of these organisations that go on, newest first, with how many touchpoints each has."""
    return _all_of(organisations).filter(archived=False)


def archived_of(organisations: Iterable[Organisation]) -> QuerySet[Journey]:
    """Those that were put away."""
    return _all_of(organisations).filter(archived=True)


def _all_of(organisations: Iterable[Organisation]) -> QuerySet[Journey]:
    living = Q(room__touchpoint_set__removed_at=None)
    return (
        Journey.objects.filter(room__organisation__in=organisations, removed_at=None, rehearsal=False)
        .annotate(touchpoints=Count("room__touchpoint_set", filter=living))
        .order_by("-created_at", "id")
    )


def journeys_for(identity: str | None) -> QuerySet[Journey]:
    """The journeys that this person may open: those of their organisations, or a guest's one."""
    guest = guest_actor(identity)
    return Journey.objects.filter(pk=guest.room_id, removed_at=None) if guest else _all_of(organisations_of(identity))


def journey_for(identity: str | None, pk: str) -> tuple[Journey, Actor]:
    """The journey and who this person is in it. Http404 for strangers and for what does not exist alike."""
    journey = Journey.objects.filter(pk=pk, removed_at=None).select_related("room__organisation").first()
    actor = load_actor(identity, journey.room.organisation_id, journey.room_id) if journey else None
    if journey is None or actor is None:
        raise Http404("There is no such journey.")
    return journey, actor


def colleagues(journey: Journey, actor: Actor) -> list[dict[str, Any]]:
    """Whom this person may name in a remark: the members. Guests do not get the list of who works here."""
    if actor.role == Role.GUEST:
        return []
    return [
        {"id": user.pk, "name": str(user)} for user in people_in(journey.room.organisation_id).order_by("name", "pk")
    ]


def mentions_of(user: User, since: datetime.datetime) -> list[Remark]:
    """Remarks that name this person since then and that they have not answered at the same touchpoint."""
    rows = Remark.objects.filter(mentions=user, at__gte=since, removed_at=None, touchpoint__removed_at=None)
    answered = Remark.objects.filter(touchpoint=OuterRef("touchpoint"), by=user.identity, at__gt=OuterRef("at"))
    return list(rows.exclude(Exists(answered)).select_related("touchpoint", "room").order_by("-at"))


def curve_of(journey: Journey) -> list[dict[str, Any]]:
    """What the small picture of a journey needs: felt and intended in the order of the map."""
    rows = Touchpoint.objects.filter(room=journey.room_id, removed_at=None, stage__removed_at=None)
    return [
        dict(row) for row in rows.order_by("stage__order", "stage_id", "order", "id").values("id", "felt", "intended")
    ]


def stages_under(journey: Journey) -> list[Stage]:
    """What stands under that picture where there is room for it: the stages, each with its number of touchpoints."""
    here = Count("touchpoints", filter=Q(touchpoints__removed_at=None))
    stages = Stage.objects.filter(room=journey.room_id, removed_at=None)
    return list(stages.annotate(here=here).order_by("order", "pk"))


def removed_from(journey: Journey) -> list[Touchpoint]:
    """Touchpoints that went and why, the latest first: so that nobody brings them back without knowing."""
    rows = Touchpoint.objects.filter(room=journey.room_id, removed_at__isnull=False).exclude(removed_why="")
    return list(rows.select_related("stage", "lead").order_by("-removed_at", "id")[:50])


def steps_of(journey: Journey) -> list[Step]:
    """Every touchpoint in the order of the map, with its stage and channels."""
    rows = Touchpoint.objects.filter(room=journey.room_id, removed_at=None, stage__removed_at=None)
    places = rows.select_related("stage", "lead").prefetch_related("channels", "contributors")
    return [
        Step(row, row.stage, frozenset(channel.pk for channel in row.channels.all() if channel.removed_at is None))
        for row in places.order_by("stage__order", "stage_id", "order", "id")
    ]
