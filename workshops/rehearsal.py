"""A rehearsal: one press makes a copy of a journey and a workshop on it, with simulated participants who do what people
do, through the same doors and at people's pace; one press removes all of it for good.

Nothing of what happens next is stored: each act follows from what the workshop shows now. So a facilitator may turn
the phases, join in or pause, and a restart of the server changes nothing.
"""

from __future__ import annotations

import datetime
import logging
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts import joining
from accounts.actors import Actor
from accounts.commands import rights_changed
from accounts.models import Department, Guest, JoinCode, Organisation, User
from live.door import execute, execute_all
from live.models import Record, Room, new_id
from live.values import Refused
from personas.models import Aim, Experience, Persona
from touchpoints.models import Channel, Journey, Stage, Touchpoint
from touchpoints.starting import start_journey
from voices.models import Comment, Issue, Quantity
from workshops.models import Answer, Participant, Phase, Prompt, Rating, Rehearsal, Workshop
from workshops.queries import phases_of, ranking_of, round_of
from workshops.rating import ROUND
from workshops.rehearsal_words import CAST, PLACES

log = logging.getLogger(__name__)
PACE = datetime.timedelta(seconds=3)
AT_ONCE = 2  # acts each time the clock looks
LASTS = datetime.timedelta(hours=4)  # then it stands still; it stays until somebody removes it
MOST_COMMENTS = 500
COPIED: tuple[type[Record], ...] = (Stage, Channel, Aim, Persona, Touchpoint, Experience, Issue)


# -- started with one press ---------------------------------------------------------------------
def start(organisation: Organisation, user: User, actor: Actor, journey: Journey | None) -> Workshop:
    """A rehearsal about this journey, or about a small one of our own; the one that runs already if there is one.

    Where the next workshop on the journey is anonymous, the rehearsal is: one practises what is to come."""
    running = Rehearsal.objects.filter(started_by=user, workshop__room__organisation=organisation)
    if (there := running.select_related("workshop").first()) is not None:
        return there.workshop
    copy = _copy(organisation, user, journey) if journey else _sample(organisation, user)
    planned = {"state": Workshop.State.PLANNED, "of_kind": Workshop.Kind.WORKSHOP, "removed_at": None}
    to_come = Workshop.objects.filter(room=journey.room_id if journey else None, **planned)
    code = joining.open_code(organisation, copy.pk, by=actor.key)
    departments = list(Department.objects.filter(organisation=organisation).order_by("position"))
    for place, (name, short, _) in enumerate(CAST):
        department = next((row for row in departments if row.code == short), departments[place % len(departments)])
        joining.ask_to_join(code, f"{name} (simulated)", department)
    joining.admit(Guest.objects.filter(room_id=copy.pk), by=actor.key)
    pk, today = new_id("ws"), timezone.localdate()
    execute(copy.pk, actor.key, "workshop.open", {
        "id": pk, "title": f"Rehearsal: {copy.name}"[:120], "agenda": "short",
        "objective": "See how a workshop goes, with nobody watching.", "planned_use": "Before the first real one.",
        "success_measure": "You have turned every phase once.", "starts_at": timezone.now().isoformat(),
        "report_back_on": (today + datetime.timedelta(days=45)).isoformat(), "people": [actor.key],
        "anonymous": to_come.filter(anonymous=True).exists(),
    })  # fmt: skip
    Rehearsal.objects.create(workshop_id=pk, started_by=user, next_at=timezone.now())
    execute(copy.pk, actor.key, "workshop.go_live", {"id": pk})
    for guest in Guest.objects.filter(room_id=copy.pk):
        execute(copy.pk, guest.identity, "workshop.enter", {"id": pk})
    return Workshop.objects.get(pk=pk)


@transaction.atomic
def _copy(organisation: Organisation, user: User, journey: Journey) -> Journey:
    """The map with its let-downs and the comments placed on it; no promises, workshops, remarks, names of contacts."""
    room = Room.objects.create(id=new_id("jn"), organisation=organisation)
    new: dict[Any, Any] = {journey.pk: room.id}
    copy = Journey.objects.create(id=room.id, room=room, name=journey.name, owner=user, rehearsal=True)
    for model in COPIED:
        for row in model._default_manager.filter(room=journey.room_id, removed_at=None).order_by("pk"):
            _again(row, room, new, new_id(model.prefix))
    placed = Comment.objects.filter(room=journey.room_id, touchpoint__in=new).order_by("pk")[:MOST_COMMENTS]
    comments = {row.pk: _again(row, room, new, None) for row in placed}
    for quantity in Quantity.objects.filter(comment__in=comments).order_by("pk"):
        quantity.pk, quantity.comment = None, comments[quantity.comment_id]
        quantity.save(force_insert=True)
    return copy


def _again(row: Any, room: Room, new: dict[Any, Any], pk: str | None) -> Any:
    """The same row in the other room: what it refers to there is what stands for it here, or nothing."""
    made = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    made.pk, made.room = pk, room
    for field in row._meta.concrete_fields:
        target = field.related_model
        if target is None or field.name == "room" or not isinstance(target, type) or not _of_a_room(target):
            continue
        value = new.get(getattr(row, field.attname))
        if value is None and not field.null:
            return None  # it hangs on something that was removed
        setattr(made, field.attname, value)
    if isinstance(made, Comment):
        made.contact = None
    made.save(force_insert=True)
    if pk is not None:  # ids of records are unique among all of them; the numbers of comments and themes are not
        new[row.pk] = made.pk
    for field in row._meta.many_to_many:
        ids = getattr(row, field.name).values_list("pk", flat=True)
        getattr(made, field.name).set([new.get(each) if _of_a_room(field.related_model) else each for each in ids
                                       if not _of_a_room(field.related_model) or each in new])  # fmt: skip
    return made


def _of_a_room(model: type[Model]) -> bool:
    return any(field.name == "room" for field in model._meta.fields) or model._meta.label == "voices.CommentImport"


def _sample(organisation: Organisation, user: User) -> Journey:
    """A small map where there is none yet, so that one can see a workshop before anything else."""
    journey = start_journey(organisation, user, "A customer of ours, from first worry to steady supply")
    Journey.objects.filter(pk=journey.pk).update(rehearsal=True)
    stages = list(Stage.objects.filter(room=journey.room).order_by("order"))
    for n, (title, stage, felt, severity) in enumerate(PLACES):
        Touchpoint.objects.create(
            id=new_id("tp"), room=journey.room, stage=stages[stage], order=f"{n}h", title=title, felt=felt,
            severity=severity,
        )  # fmt: skip
    return journey


# -- what the simulated people do ----------------------------------------------------------------
def look(now: datetime.datetime | None = None) -> int:
    """Let everything happen that is due; returns how many acts. Any number of clocks may do this at once."""
    now, done = now or timezone.now(), 0
    for row in Rehearsal.objects.filter(next_at__lte=now).select_related("workshop__room", "started_by"):
        later = now + PACE if row.started_at + LASTS > now else None
        if not Rehearsal.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=later):
            continue  # another clock was faster
        for _ in range(AT_ONCE):
            try:
                done += act(row)
            except Refused as refused:  # somebody turned the page in between: look again next time
                log.info("A rehearsal waits", extra={"workshop": row.workshop_id, "why": refused.message})
                break
    return done


def act(rehearsal: Rehearsal) -> int:
    """The next thing that somebody in the room does; 0 when nobody has anything to do."""
    workshop = Workshop.objects.select_related("phase").get(pk=rehearsal.workshop_id)
    if workshop.state != Workshop.State.LIVE or workshop.phase is None or workshop.paused_at:
        if workshop.state == Workshop.State.CLOSED:
            Rehearsal.objects.filter(pk=rehearsal.pk).update(next_at=None)
        return 0
    ready = set(
        Participant.objects.filter(workshop=workshop, removed_at=None, ready_in=workshop.phase)
        .values_list("person", flat=True)
    )  # fmt: skip
    cast = [(guest, words) for guest, words in _cast(workshop.room_id) if guest.identity not in ready]
    if cast:
        guest, words = cast[0]
        commands = [*_part(workshop, guest, words), ("workshop.say_ready", {"id": workshop.pk, "ready": True})]
        asked = [(new_id("cm"), name, data) for name, data in commands]
        execute_all(workshop.room_id, guest.identity, asked, pen=_pen(guest))
        return 1
    by_itself = Rehearsal.objects.filter(pk=rehearsal.pk, by_itself=True).exists()
    if not by_itself:
        return 0
    name, data = _turn(workshop, workshop.phase)
    execute(workshop.room_id, rehearsal.started_by.identity, name, {"id": workshop.pk, **data})
    return 1


def _cast(room: str) -> list[tuple[Guest, dict[str, str]]]:
    said = {f"{name} (simulated)": words for name, _, words in CAST}
    guests = Guest.objects.filter(room_id=room, removed_at=None, name__in=said).select_related("department")
    return [(guest, said[guest.name]) for guest in guests.order_by("pk")]


def _pen(guest: Guest) -> str:
    """What a browser's cookie is to others (accounts.actors.with_pen). There is nobody whom it could give away."""
    return "k_" + sha256(f"{guest.identity} {guest.room_id}".encode()).hexdigest()[:22]


def _part(workshop: Workshop, guest: Guest, words: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """What this one does in this phase, before saying that they are ready."""
    assert workshop.phase is not None
    kind = workshop.phase.of_kind
    if kind in Prompt.values:
        if Answer.objects.filter(workshop=workshop, of_kind=kind, department=guest.department_id).exists():
            return []
        return [("answer.add", {"id": new_id("an"), "workshop": workshop.pk, "of_kind": kind, "text": words[kind]})]
    if kind == Phase.Kind.SEVERITY and ROUND not in workshop.revealed:
        own = (guest.identity, _pen(guest))
        if Rating.objects.filter(workshop=workshop, author__in=own, removed_at=None).exists():
            return []
        rated = round_of(
            workshop, Actor(guest.identity, guest.name, "guest", guest.organisation_id), ranking_of(workshop)
        )
        return [
            ("rating.give", {"id": new_id("ra"), "workshop": workshop.pk, "place": row.id,
                             "severity": 1 + (guest.pk * 7 + place * 3) % 5})
            for place, row in enumerate(rated)
        ]  # fmt: skip
    if kind == Phase.Kind.COMMIT:
        return [("action.add", _promise(workshop, guest, words))]
    return []


def _promise(workshop: Workshop, guest: Guest, words: dict[str, str]) -> dict[str, Any]:
    said = Answer.objects.filter(workshop=workshop, of_kind=Prompt.DO_DIFFERENTLY, removed_at=None)
    answer = said.filter(department=guest.department_id, text=words["do_differently"]).first()
    due = timezone.localdate() + datetime.timedelta(days=30)
    return {
        "id": new_id("ac"), "title": words["do_differently"][:160], "owner": workshop.facilitator_id,
        "due": due.isoformat(), "department": guest.department_id, "workshop": workshop.pk,
        "customer_change": "They know where they stand.", "first_step": "Ask the three people who do it today.",
        **({"answer": answer.pk} if answer else {}),
    }  # fmt: skip


def _turn(workshop: Workshop, phase: Phase) -> tuple[str, dict[str, Any]]:
    """What a facilitator presses when everybody is ready."""
    if phase.of_kind in Prompt.values and phase.of_kind not in workshop.revealed:
        return "workshop.reveal", {"of_kind": phase.of_kind}
    if phase.of_kind == Phase.Kind.SEVERITY and ROUND not in workshop.revealed:
        return "workshop.open_ratings", {}
    if phases_of(workshop)[-1].pk == phase.pk:
        return "workshop.close", {"because": "This was a rehearsal."}
    return "workshop.next_phase", {"phase": phase.pk}


# -- removed with one press ------------------------------------------------------------------------
@transaction.atomic
def remove(workshop: Workshop) -> None:
    """The copy with everything in it, its guests and its code. Nothing of it stays."""
    room = workshop.room
    assert Journey.objects.get(pk=room.pk).rehearsal, "only a rehearsal is removed"
    rights_changed(room.organisation_id)
    Guest.objects.filter(room_id=room.pk).delete()
    JoinCode.objects.filter(room_id=room.pk).delete()
    room.delete()
