"""Reading workshops through the person who asks. Answers that are not for them are never read at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from accounts.actors import Actor, load_actor
from accounts.models import Department, Invitation, Organisation
from touchpoints.models import Touchpoint
from voices.models import Comment
from voices.queries import standings_of
from workshops.models import Answer, Parked, Participant, Phase, Prompt, Rating, Workshop


def workshops_of(organisations: Iterable[Organisation]) -> QuerySet[Workshop]:
    """The workshops of these organisations: live ones first, then those to come, then those that are over."""
    asked, opened = (
        Q(participants__removed_at=None),
        Q(participants__removed_at=None, participants__opened_at__isnull=False),
    )
    return (
        Workshop.objects.filter(
            room__organisation__in=organisations, room__journey_set__rehearsal=False, removed_at=None
        )
        .select_related("room", "sponsor", "facilitator", "phase")
        .annotate(asked=Count("participants", filter=asked), opened=Count("participants", filter=opened))
        .order_by("-went_live_at", "-starts_at", "id")
    )


def workshop_for(identity: str | None, pk: str) -> tuple[Workshop, Actor]:
    """The workshop and who this person is in it. Http404 for strangers and for what does not exist alike."""
    row = (
        Workshop.objects.filter(pk=pk, removed_at=None)
        .select_related("room__organisation", "sponsor", "facilitator", "phase", "rehearsal")
        .first()
    )
    actor = load_actor(identity, row.room.organisation_id, row.room_id) if row else None
    if row is None or actor is None:
        raise Http404("There is no such workshop.")
    return row, actor


@dataclass
class Function:
    """One department on the roster: who comes for it, who stands in, whether anybody said yes."""

    department: Department
    people: list[tuple[Participant, str]]  # with the address of who has not accepted the invitation yet

    @property
    def named(self) -> bool:
        return any(not person.deputy for person, _ in self.people)

    @property
    def accepted(self) -> bool:
        return any(person.coming for person, _ in self.people)


def roster_of(workshop: Workshop) -> dict[str, Any]:
    """The functions that should be in the room, with their people; and what is missing."""
    organisation = workshop.room.organisation
    rows = Department.objects.filter(organisation=organisation).order_by("position")
    rows_of = list(participants_of(workshop).order_by("deputy", "name", "id"))
    mails = Invitation.objects.in_bulk([row.person for row in rows_of if row.person.startswith("in_")])
    people = [(row, mails[row.person].email if row.person in mails else "") for row in rows_of]
    wanted = set(workshop.functions) or {row.pk for row in rows}
    found = [
        Function(row, [each for each in people if each[0].department_id == row.pk])
        for row in rows
        if row.pk in wanted or any(person.department_id == row.pk for person in rows_of)
    ]
    asked = [row for row in found if row.department.pk in wanted]
    return {
        "functions": found, "others": [each for each in people if each[0].department_id is None],
        "asked": len(asked), "invited": sum(bool(row.people) for row in asked),
        "accepted": sum(row.accepted for row in asked), "named": sum(row.named for row in asked),
        "missing": [row.department for row in asked if not row.named],
    }  # fmt: skip


def asked_of(workshop: Workshop, identity: str) -> dict[str, Any] | None:
    """What somebody who is asked to come needs to know: their seat, how much of the map is theirs, who stands in."""
    people = list(participants_of(workshop))
    me = next((row for row in people if row.person == identity), None)
    if me is None or workshop.state != Workshop.State.PLANNED or identity == f"u{workshop.facilitator_id}":
        return None
    rows = Touchpoint.objects.filter(room=workshop.room_id, removed_at=None, stage__removed_at=None)
    ours = rows.filter(Q(lead=me.department_id) | Q(contributors=me.department_id)).distinct()
    places = list(ours.values_list("pk", flat=True)) if me.department_id else []
    deputy = next((row.name for row in people if row.deputy and row.department_id == me.department_id), "")
    mine = {"touchpoints": len(places), "quotes": Comment.objects.filter(touchpoint__in=places).count()}
    return {"workshop": workshop, "me": me, "mine": mine, "deputy": deputy if not me.deputy else ""}


def phases_of(workshop: Workshop) -> list[Phase]:
    return list(Phase.objects.filter(workshop=workshop, removed_at=None).order_by("position"))


def participants_of(workshop: Workshop) -> QuerySet[Participant]:
    rows = Participant.objects.filter(workshop=workshop, removed_at=None)
    return rows.select_related("department").order_by("department__position", "name", "id")


def parked_of(workshop: Workshop) -> list[Parked]:
    """The parking lot: what is open first, each in the order it came."""
    rows = Parked.objects.filter(workshop=workshop, removed_at=None)
    return list(rows.order_by(F("settled_at").asc(nulls_first=True), "created_at", "id"))


def answers_for(actor: Actor, workshop: Workshop) -> QuerySet[Answer]:
    """The answers this person may read: revealed ones, and their own. Asked of the database, not filtered
    from what came out of it."""
    mine = Q(author=actor.key) | Q(author="", department__in=actor.departments)
    return (
        Answer.objects.filter(Q(revealed_at__isnull=False) | mine, workshop=workshop, removed_at=None)
        .select_related("department", "touchpoint", "workshop")
        .order_by("department__position", "id")
    )


@dataclass
class Row:
    """One department in the table of answers: how many to each prompt, from the public counts."""

    department: Department
    counts: list[tuple[str, int]]
    people: list[str] = field(default_factory=list)


def table_of(workshop: Workshop, people: Iterable[Participant]) -> list[Row]:
    """Every department that is in the room or has answered, with how many answers it gave to each prompt."""
    present: dict[str, list[str]] = {}
    for person in people:
        if person.department_id and person.opened_at:
            present.setdefault(person.department_id, []).append(person.name)
    departments = Department.objects.filter(pk__in={*present, *workshop.counts}).order_by("position")
    return [Row(row, _counts(workshop, row.pk), present.get(row.pk, [])) for row in departments]


def _counts(workshop: Workshop, department: str) -> list[tuple[str, int]]:
    given = workshop.counts.get(department, {})
    return [(kind.value, given.get(kind.value, 0)) for kind in Prompt]


MOST_RATED = 10


@dataclass
class Rated:
    """An issue or touchpoint in the round: what I gave it, and once the round is open what the room did."""

    id: str
    title: str
    words: str
    mine: int | None
    result: dict[str, Any] | None


def round_of(workshop: Workshop, actor: Actor) -> list[Rated]:
    """The top things to rate: issues by their rank, touchpoints where there are none; the open round in its order."""
    found: list[Any] = [row.standing.of for row in standings_of(workshop.room_id)]
    if not found:
        rows = Touchpoint.objects.filter(room=workshop.room_id, removed_at=None, stage__removed_at=None)
        found = list(
            rows.order_by(F("severity").desc(nulls_last=True), F("felt").asc(nulls_last=True), "-quotes", "title", "id")
        )
    results = {row["place"]: row for row in workshop.rated}
    if results:
        by_id = {row.pk: row for row in found}
        found = [by_id[pk] for pk in results if pk in by_id]
    own = Rating.objects.filter(workshop=workshop, author=actor.key, removed_at=None)
    mine = {row.issue_id or row.touchpoint_id: row.severity for row in own}
    return [
        Rated(row.pk, row.title, getattr(row, "statement", ""), mine.get(row.pk), results.get(row.pk))
        for row in found[:MOST_RATED]
    ]


def raters(workshop: Workshop) -> int:
    """How many people have rated something: all that may be known before the round is open."""
    return Rating.objects.filter(workshop=workshop, removed_at=None).values("author").distinct().count()


def places_of(workshop: Workshop) -> list[Touchpoint]:
    """The touchpoints an answer can be tied to, in the order of the map."""
    rows = Touchpoint.objects.filter(room=workshop.room_id, removed_at=None, stage__removed_at=None)
    return list(rows.select_related("stage").order_by("stage__order", "stage_id", "order", "id"))
