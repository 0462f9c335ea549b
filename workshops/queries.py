"""Reading workshops through the person who asks. Answers that are not for them are never read at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from accounts.actors import Actor, load_actor, with_pen
from accounts.models import Department, Invitation, Organisation, Role
from touchpoints.models import Stage, Touchpoint
from voices.letdowns import standings_of
from voices.models import FROM_CUSTOMERS, Comment, Issue
from voices.queries import comments_of
from voices.ranking import Ranked, Standing, what_changed
from workshops.models import Answer, Parked, Participant, Phase, Prompt, Rating, Voter, Workshop

RUN = (Role.ADMIN, Role.FACILITATOR)  # without a department they are not asked: they run it


def workshops_of(organisations: Iterable[Organisation]) -> QuerySet[Workshop]:
    """The workshops of these organisations: live ones first, then those to come, then those that are over."""
    runs_it = Q(participants__department=None, participants__role__in=RUN)
    asked = Q(participants__removed_at=None, participants__deputy=False) & ~runs_it
    opened = asked & Q(participants__opened_at__isnull=False)
    return (
        Workshop.objects.filter(
            room__organisation__in=organisations, room__journey_set__rehearsal=False, removed_at=None
        )
        .select_related("room", "sponsor", "facilitator", "phase")
        .annotate(asked=Count("participants", filter=asked), opened=Count("participants", filter=opened))
        .order_by("-went_live_at", "-starts_at", "id")
    )


def workshop_for(identity: str | None, pk: str, cookies: Mapping[str, str] = {}) -> tuple[Workshop, Actor]:
    """The workshop and who this person is in it, with the pen among the cookies of their browser. Http404 for strangers
    and for what does not exist alike."""
    row = (
        Workshop.objects.filter(pk=pk, removed_at=None)
        .select_related("room__organisation", "sponsor", "facilitator", "phase", "rehearsal")
        .first()
    )
    actor = load_actor(identity, row.room.organisation_id, row.room_id) if row else None
    if row is None or actor is None:
        raise Http404("There is no such workshop.")
    return row, with_pen(actor, cookies, row.room_id)


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
    rows_of = list(participants_of(workshop).order_by("deputy", "name", "id"))
    were = {*workshop.functions, *(row.department_id for row in rows_of if row.department_id)}
    rows = Department.ever.filter(Q(retired_at=None) | Q(pk__in=were), organisation=organisation).order_by("position")
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
    mine = Q(author__in=actor.own)
    return (
        Answer.objects.filter(Q(revealed_at__isnull=False) | mine, workshop=workshop, removed_at=None)
        .select_related("department", "touchpoint")  # not the workshop: it is the same one, and large
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
    departments = Department.ever.filter(pk__in={*present, *workshop.counts}).order_by("position")
    return [Row(row, _counts(workshop, row.pk), present.get(row.pk, [])) for row in departments]


def _counts(workshop: Workshop, department: str) -> list[tuple[str, int]]:
    given = workshop.counts.get(department, {})
    return [(kind.value, given.get(kind.value, 0)) for kind in Prompt]


MOST_RATED = 10


@dataclass
class Rated:
    """An issue or touchpoint in a round: what I gave it, and once the round is open what the room did."""

    id: str
    title: str
    words: str
    mine: int | None
    result: dict[str, Any] | None
    wide: bool = False  # one of the three that the room disagrees about most

    @property
    def kind(self) -> str:
        return "issue" if self.id.startswith(Issue.prefix) else "touchpoint"


def ranking_of(workshop: Workshop) -> list[Ranked]:
    """Let-downs in the order that counts for customers; where there are none, the touchpoints."""
    ranked = standings_of(workshop.room_id)
    if ranked:
        return ranked
    heard = comments_of(workshop.room_id).filter(source_kind__in=FROM_CUSTOMERS).exclude(touchpoint=None)
    accounts = dict(heard.values_list("touchpoint").annotate(n=Count("account", distinct=True)))
    rows = Touchpoint.objects.filter(room=workshop.room_id, removed_at=None, stage__removed_at=None)
    return what_changed(
        Standing(row.title, row.severity or 0, accounts.get(row.pk, 0), of=row) for row in rows.select_related("lead")
    )


def round_of(
    workshop: Workshop, actor: Actor, ranking: list[Ranked], about: str = Rating.About.CUSTOMERS
) -> list[Rated]:
    """The top things to rate, by their rank; the open round in its order. About the company: the same let-downs."""
    rows = {row.standing.of.pk: row.standing.of for row in ranking}
    results = {
        row["place"]: row for row in (workshop.rated if about == Rating.About.CUSTOMERS else workshop.rated_company)
    }
    wanted = list(results)
    if not results and about == Rating.About.COMPANY:
        wanted = [
            row["place"] for row in workshop.rated if row["place"] in rows and rows[row["place"]].kind == Issue.kind
        ]
    elif not results:
        wanted = list(rows)
    own = Rating.objects.filter(workshop=workshop, author__in=actor.own, about=about, removed_at=None)
    mine = {row.issue_id or row.touchpoint_id: row.severity for row in own}
    found = [
        Rated(pk, rows[pk].title, rows[pk].value("notes") if rows[pk].kind == Issue.kind else rows[pk].statement,
              mine.get(pk), results.get(pk))
        for pk in wanted
        if pk in rows
    ]  # fmt: skip
    for one in found[:3]:
        one.wide = bool(one.result) and one.result["high"] - one.result["low"] > 1  # type: ignore[index]
    return found[:MOST_RATED]


def has_voted(workshop: Workshop, actor: Actor) -> bool:
    """In the round that is open: that I have, nobody knows what."""
    return Voter.objects.filter(workshop=workshop, round=len(workshop.votes), person=actor.key).exists()


# -- what we would love to ask -----------------------------------------------------------------
@dataclass
class Topic:
    """An answer that is to be asked in interviews, and what customers have said about its place without being asked."""

    answer: Answer
    said: int
    accounts: int

    @property
    def place(self) -> str:
        row = self.answer
        return (
            (row.issue and row.issue.title)
            or (row.touchpoint and row.touchpoint.title)
            or (row.stage and row.stage.name)
            or ""
        )


def topics_of(room_id: str) -> list[Topic]:
    """Of all workshops about a journey; revealed answers only. What customers said before need not be asked."""
    rows = Answer.objects.filter(room=room_id, to_ask=True, revealed_at__isnull=False, removed_at=None)
    rows = rows.select_related("department", "touchpoint", "stage", "issue", "workshop").order_by("-revealed_at", "id")
    heard = comments_of(room_id).filter(source_kind__in=FROM_CUSTOMERS)
    by: dict[str, dict[str, tuple[int, int]]] = {}
    for name in ("issue", "touchpoint", "stage"):
        counted = heard.exclude(**{name: None}).values_list(name)
        counted = counted.annotate(n=Count("pk"), m=Count("account", distinct=True))
        by[name] = {pk: (n, m) for pk, n, m in counted}
    found = []
    for row in rows:
        name = next((name for name in by if row.value(name)), "")
        found.append(Topic(row, *(by[name].get(row.value(name), (0, 0)) if name else (0, 0))))
    return found


def labels_of(workshop: Workshop) -> list[tuple[str, str]]:
    """What an answer can be tied to, as one searches for it: (label, id), touchpoints in the order of the map."""
    here = {"room": workshop.room_id, "removed_at": None}
    rows = Touchpoint.objects.filter(stage__removed_at=None, **here).select_related("stage")
    found = [
        (f"{row.title} · {row.stage.name}", row.pk) for row in rows.order_by("stage__order", "stage_id", "order", "id")
    ]
    found += [(f"Let-down: {row.title}", row.pk) for row in Issue.objects.filter(**here).order_by("title")]
    found += [(f"Stage: {row.name}", row.pk) for row in Stage.objects.filter(**here).order_by("order", "id")]
    seen: Counter[str] = Counter()
    labels = []
    for label, pk in found:
        seen[label] += 1
        labels.append((f"{label} ({seen[label]})" if seen[label] > 1 else label, pk))
    return labels
