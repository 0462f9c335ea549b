"""Everything that happens in a workshop. Each command has a payload, and a function that makes one event."""

from __future__ import annotations

import datetime
import re

from msgspec import UNSET, UnsetType

from accounts.models import Membership, Role
from live.context import Context
from live.models import new_id
from live.values import Refused, clean_line, clean_text
from touchpoints.commands import Id, Payload, Write, change_row, department, given, write_row
from touchpoints.models import Stage, Touchpoint
from voices.models import Issue
from workshops.agenda import AGENDAS, catch_up, seconds_left, shortened
from workshops.models import Answer, Participant, Phase, Prompt, Workshop

RUN_WORKSHOPS = (Role.ADMIN, Role.FACILITATOR)
MOST_ANSWERS = 2_000
MOST_PEOPLE = 300
LONGEST_PHASE = 120
FURTHEST = datetime.timedelta(days=5 * 365)


# -- before ------------------------------------------------------------------------------------
class OpenWorkshop(Payload):
    """A new workshop with its agenda and the people who are asked to come (identities: "u12")."""

    id: Id
    title: str
    objective: str
    planned_use: str
    success_measure: str
    report_back_on: datetime.date
    starts_at: datetime.datetime | None = None
    agenda: str = "so_what"
    anonymous: bool = False
    sponsor: int | None = None
    people: list[str] = []


def open_workshop(ctx: Context, data: OpenWorkshop) -> None:
    """Everything it needs stands from the first moment: what for, with whom, in which steps, until when."""
    if data.agenda not in AGENDAS:
        raise Refused("invalid", "There is no such agenda.", field="agenda")
    _report_back_after((_start_time(ctx, data.starts_at) or ctx.now).date(), data.report_back_on)
    me = int(ctx.actor.key[1:])
    members = _members(ctx, [data.sponsor, me])
    if data.sponsor is not None and data.sponsor not in members:
        raise Refused("unknown", "The sponsor must be a member of your organisation.", field="sponsor")
    workshop = Workshop(
        id=data.id, title=clean_line(data.title, 120, field="title"), starts_at=data.starts_at,
        objective=_said(data.objective, "objective"), planned_use=_said(data.planned_use, "planned_use"),
        success_measure=_said(data.success_measure, "success_measure"), report_back_on=data.report_back_on,
        anonymous=data.anonymous, sponsor_id=data.sponsor, facilitator_id=me, owner_id=me,
    )  # fmt: skip
    ctx.add(workshop)
    for position, slot in enumerate(AGENDAS[data.agenda][1]):
        ctx.add(
            Phase(
                id=new_id("ph"), workshop=workshop, of_kind=slot.kind, minutes_private=slot.private,
                minutes_shared=slot.shared, position=position, protected=slot.protected,
            )
        )  # fmt: skip
    _ask_to_come(ctx, workshop, data.people)


def _start_time(ctx: Context, at: datetime.datetime | None) -> datetime.datetime | None:
    if at is not None and at.tzinfo is None:
        raise Refused("invalid", "Say in which time zone the workshop starts.", field="starts_at")
    if at is not None and abs(at - ctx.now) > FURTHEST:
        raise Refused("invalid", "This is more than five years away. Choose another day.", field="starts_at")
    return at


def _report_back_after(start: datetime.date, day: datetime.date | None) -> None:
    if day is not None and day <= start:
        raise Refused(
            "invalid", "The report-back comes after the workshop. Choose a later date.", field="report_back_on"
        )


def _said(text: str, field: str) -> str:
    text = clean_text(text, 2_000, field=field).strip()
    if not text:
        raise Refused("invalid", "Write something here first: a workshop without it is a conversation.", field=field)
    return text


def _members(ctx: Context, users: list[int | None]) -> dict[int, Membership]:
    found = Membership.objects.filter(
        organisation=ctx.room.organisation_id, deactivated_at=None, user__is_active=True, user__in=filter(None, users)
    )
    return {row.user_id: row for row in found.select_related("user").prefetch_related("departments")}


def _ask_to_come(ctx: Context, workshop: Workshop, people: list[str]) -> None:
    if len(people) > MOST_PEOPLE:
        raise Refused("full", f"A workshop holds {MOST_PEOPLE} people.", field="people")
    wanted = [int(key[1:]) for key in dict.fromkeys(people) if re.fullmatch(r"u[0-9]{1,18}", key)]
    members = _members(ctx, [*wanted])
    if len(members) != len(set(people)):
        raise Refused("unknown", "Somebody in the list is not a member of your organisation.", field="people")
    for user in wanted:
        row = members[user]
        departments = sorted(row.departments.all(), key=lambda each: each.position)
        ctx.add(
            Participant(
                id=new_id("pt"), workshop=workshop, person=row.user.identity, name=str(row.user)[:80], role=row.role,
                department=departments[0] if departments else None,
            )
        )  # fmt: skip


class ChangeWorkshop(Payload):
    """Set properties of a workshop. Anonymity can be chosen before the start only; people are members' numbers."""

    id: Id
    title: str | UnsetType = UNSET
    objective: str | UnsetType = UNSET
    planned_use: str | UnsetType = UNSET
    success_measure: str | UnsetType = UNSET
    starts_at: datetime.datetime | UnsetType | None = UNSET
    report_back_on: datetime.date | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    facilitator: int | UnsetType = UNSET
    sponsor: int | UnsetType | None = UNSET
    owner: int | UnsetType | None = UNSET


def change_workshop(ctx: Context, data: ChangeWorkshop) -> None:
    workshop, values = _not_closed(ctx, data.id), given(data)
    if "anonymous" in values and workshop.state != Workshop.State.PLANNED:
        raise Refused("locked", "People have started writing: who may be known was settled before.", field="anonymous")
    for name in ("objective", "planned_use", "success_measure"):
        if name in values:
            values[name] = _said(values[name], name)
    for name in ("facilitator", "sponsor", "owner"):
        user = values.get(name)
        if user is not None and user not in _members(ctx, [user]):
            raise Refused("unknown", "Choose a member of your organisation.", field=name)
        if user is not None and name == "facilitator" and _members(ctx, [user])[user].role not in RUN_WORKSHOPS:
            raise Refused("invalid", "Workshops are run by facilitators and admins.", field=name)
    start = _start_time(ctx, values.get("starts_at", workshop.starts_at)) or workshop.created_at
    _report_back_after(start.date(), values.get("report_back_on", workshop.report_back_on))
    change_row(ctx, workshop, values)


def write_workshop(ctx: Context, data: Write) -> None:
    write_row(ctx, Workshop, data)


# -- running it --------------------------------------------------------------------------------
class ByWorkshop(Payload):
    """`id` is the workshop's."""

    id: Id


def go_live(ctx: Context, data: ByWorkshop) -> None:
    workshop = ctx.get(Workshop, data.id)
    if workshop.state != Workshop.State.PLANNED:
        raise Refused("conflict", f"This workshop is {workshop.state} already.", current=workshop.state)
    ctx.change(workshop, state=Workshop.State.LIVE, went_live_at=ctx.now)
    _start(ctx, workshop, _phases(ctx, workshop)[0])
    ctx.for_good()


class TurnPhase(Payload):
    """Go on from `phase`, the one that the sender saw: two people who press at once move one step."""

    id: Id
    phase: Id


def next_phase(ctx: Context, data: TurnPhase) -> None:
    _turn(ctx, data, +1, "This is the last phase. Close the workshop when everybody is done.")


def previous_phase(ctx: Context, data: TurnPhase) -> None:
    _turn(ctx, data, -1, "This is the first phase.")


def _turn(ctx: Context, data: TurnPhase, step: int, at_the_end: str) -> None:
    workshop = _in_phase(ctx, data)
    phases = _phases(ctx, workshop)
    to = [phase.id for phase in phases].index(data.phase) + step
    if not 0 <= to < len(phases):
        raise Refused("invalid", at_the_end)
    if step > 0:
        ctx.change(workshop, behind=workshop.behind + round(gone(workshop, ctx.now) - _seconds(phases[to - 1])))
    _start(ctx, workshop, phases[to])
    ctx.for_good()


def pause(ctx: Context, data: TurnPhase) -> None:
    """Stop the timer; press it again to go on."""
    workshop = _in_phase(ctx, data)
    if workshop.paused_at is None:
        ctx.change(workshop, paused_at=ctx.now)
    else:
        ctx.change(
            workshop, phase_started_at=ctx.now - datetime.timedelta(seconds=gone(workshop, ctx.now)), paused_at=None
        )
    ctx.for_good()


def add_minute(ctx: Context, data: TurnPhase) -> None:
    """A minute more for what runs now; the end of the workshop moves, or something else is shortened."""
    workshop = _in_phase(ctx, data)
    phase = ctx.get(Phase, data.phase)
    if phase.minutes_private + phase.minutes_shared >= LONGEST_PHASE:
        raise Refused("full", f"A phase has {LONGEST_PHASE} minutes at most. Go on to the next one.")
    writing, _ = seconds_left(phase, gone(workshop, ctx.now))
    name = "minutes_private" if writing == "private" else "minutes_shared"
    ctx.change(phase, **{name: phase.value(name) + 1})
    ctx.change(workshop, behind=workshop.behind + 60)
    ctx.for_good()


def make_up(ctx: Context, data: TurnPhase) -> None:
    """Take what we are late from the phases to come, as `agenda.catch_up` proposes. Never from Commit."""
    workshop = _in_phase(ctx, data)
    phases = _phases(ctx, workshop)
    at = [phase.id for phase in phases].index(data.phase)
    cuts = catch_up(phases, at, late_by(workshop, phases[at], ctx.now))
    if not cuts:
        raise Refused("conflict", "Nothing is late, or nothing is left to shorten.")
    for position, cut in cuts.items():
        alone, together = shortened(phases[position], cut)
        ctx.change(phases[position], minutes_private=alone, minutes_shared=together)
    ctx.change(workshop, behind=workshop.behind - 60 * sum(cuts.values()))
    ctx.for_good()


def gone(workshop: Workshop, now: datetime.datetime) -> float:
    """Seconds that this phase has run, without the time it stood still."""
    assert workshop.phase_started_at is not None
    return ((workshop.paused_at or now) - workshop.phase_started_at).total_seconds()


def late_by(workshop: Workshop, phase: Phase, now: datetime.datetime) -> int:
    """Whole minutes that the workshop is behind its agenda."""
    over = max(0.0, gone(workshop, now) - _seconds(phase))
    return max(0, int((workshop.behind + over) // 60))


def _seconds(phase: Phase) -> int:
    return 60 * (phase.minutes_private + phase.minutes_shared)


def _in_phase(ctx: Context, data: TurnPhase) -> Workshop:
    workshop = _live(ctx, data.id)
    if workshop.phase_id != data.phase:
        raise Refused("conflict", "Somebody turned the page a moment ago.", current=workshop.phase_id)
    return workshop


def _phases(ctx: Context, workshop: Workshop) -> list[Phase]:
    return sorted(ctx.rows(Phase, workshop=workshop.id), key=lambda phase: phase.position)


def _start(ctx: Context, workshop: Workshop, phase: Phase) -> None:
    ctx.change(workshop, phase=phase, phase_started_at=ctx.now, paused_at=None)


def enter(ctx: Context, data: ByWorkshop) -> None:
    """Note that I opened it; somebody who was not asked becomes a participant by coming."""
    workshop, me = ctx.get(Workshop, data.id), ctx.actor
    found = ctx.rows(Participant, workshop=workshop.id, person=me.key)
    if not found:
        own = min(me.departments, default=None)
        ctx.add(
            Participant(
                id=new_id("pt"), workshop=workshop, person=me.key, name=me.name[:80], department_id=own, role=me.role,
                opened_at=ctx.now,
            )
        )  # fmt: skip
    elif found[0].opened_at is None:
        ctx.change(found[0], opened_at=ctx.now)
    ctx.for_good()


class SayReady(Payload):
    """I am, or am not, ready to go on from this phase."""

    id: Id
    ready: bool


def say_ready(ctx: Context, data: SayReady) -> None:
    workshop = _live(ctx, data.id)
    found = ctx.rows(Participant, workshop=workshop.id, person=ctx.actor.key)
    if not found:
        raise Refused("unknown", "Open the workshop first.")
    ctx.change(found[0], ready_in=workshop.phase_id if data.ready else None)


class Reveal(Payload):
    """Show everybody the answers to one prompt. What was read cannot be taken back."""

    id: Id
    of_kind: Prompt


def reveal(ctx: Context, data: Reveal) -> None:
    workshop = _live(ctx, data.id)
    if data.of_kind in workshop.revealed:
        raise Refused("conflict", "These answers are open already.")
    for answer in ctx.rows(Answer, workshop=workshop.id, of_kind=data.of_kind, revealed_at=None):
        ctx.reveal(answer, revealed_at=ctx.now)
    ctx.change(workshop, revealed=[*workshop.revealed, data.of_kind.value])
    ctx.for_good()


class CloseWorkshop(Payload):
    """End it; `because` says why something is still missing, if it is."""

    id: Id
    because: str = ""


def close(ctx: Context, data: CloseWorkshop) -> None:
    workshop = _live(ctx, data.id)
    because = clean_text(data.because, 1_000, field="because").strip()
    if not because and (missing := unanswered(ctx, workshop)):
        raise Refused(
            "invalid",
            f"{missing} of the departments in the room have not answered all four. Say why you close anyway.",
            field="because",
        )
    ctx.change(workshop, state=Workshop.State.CLOSED, closed_at=ctx.now, closed_because=because, phase=None)
    ctx.for_good()


def unanswered(ctx: Context, workshop: Workshop) -> int:
    """How many departments in the room have left one of the four prompts without an answer."""
    present = {row.department_id for row in ctx.rows(Participant, workshop=workshop.id) if row.opened_at}
    return sum(len(workshop.counts.get(each or "", {})) < len(Prompt) for each in present - {None})


# -- answers -----------------------------------------------------------------------------------
class AddAnswer(Payload):
    """What a department answers; it may be tied to a touchpoint, a stage or an issue."""

    id: Id
    workshop: Id
    of_kind: Prompt
    text: str
    department: Id | None = None
    touchpoint: Id | None = None
    stage: Id | None = None
    issue: Id | None = None


def add_answer(ctx: Context, data: AddAnswer) -> None:
    """Private until its prompt is revealed; after that a late answer is open at once."""
    workshop, me = _live(ctx, data.workshop), ctx.actor
    own = department(ctx, data.department, "department") or min(me.departments, default=None)
    if own is None or (own not in me.departments and (workshop.anonymous or not me.leads)):
        raise Refused("forbidden", "Answer for a department of yours.", field="department")
    if sum(sum(each.values()) for each in workshop.counts.values()) >= MOST_ANSWERS:
        raise Refused("full", f"A workshop holds {MOST_ANSWERS:,} answers.")
    text = _words(data.text)
    touchpoint = ctx.get(Touchpoint, data.touchpoint) if data.touchpoint else None
    stage = ctx.get(Stage, data.stage) if data.stage else None
    issue = ctx.get(Issue, data.issue) if data.issue else None
    ctx.nameless = workshop.anonymous
    ctx.add(
        Answer(
            id=data.id, workshop=workshop, of_kind=data.of_kind, department_id=own, text=text, touchpoint=touchpoint,
            stage=stage, issue=issue, author="" if workshop.anonymous else me.key,
            revealed_at=ctx.now if data.of_kind in workshop.revealed else None,
        )
    )  # fmt: skip


class ChangeAnswer(Payload):
    """Set properties of an answer; the text is merged as a difference."""

    id: Id
    text: str | UnsetType = UNSET
    touchpoint: Id | UnsetType | None = UNSET


def change_answer(ctx: Context, data: ChangeAnswer) -> None:
    answer, values = _open_answer(ctx, data.id), given(data)
    if "text" in values:
        values["text"] = _words(values["text"])
    if values.get("touchpoint"):
        values["touchpoint"] = ctx.get(Touchpoint, values["touchpoint"])
    change_row(ctx, answer, values)


def write_answer(ctx: Context, data: Write) -> None:
    _open_answer(ctx, data.id)
    write_row(ctx, Answer, data)


class ByAnswer(Payload):
    id: Id


def remove_answer(ctx: Context, data: ByAnswer) -> None:
    ctx.remove(_open_answer(ctx, data.id))


def count_answer(ctx: Context, answer: Answer) -> None:
    """The public count follows from every answer that comes, goes or comes back."""
    workshop = ctx.get(Workshop, answer.workshop_id)
    step = -1 if answer.removed_at else 1
    of = dict(workshop.counts.get(answer.department_id, {}))
    of[answer.of_kind] = of.get(answer.of_kind, 0) + step
    counts = {**workshop.counts, answer.department_id: {kind: n for kind, n in sorted(of.items()) if n > 0}}
    ctx.derive(workshop, counts={key: value for key, value in sorted(counts.items()) if value})


def _words(text: str) -> str:
    text = clean_text(text, 2_000, field="text").strip()
    if not text:
        raise Refused("invalid", "Write something here first.", field="text")
    return text


def _open_answer(ctx: Context, pk: str) -> Answer:
    answer = ctx.get(Answer, pk)
    ctx.nameless = _live(ctx, answer.workshop_id).anonymous
    return answer


def _live(ctx: Context, pk: str) -> Workshop:
    workshop = _not_closed(ctx, pk)
    if workshop.state != Workshop.State.LIVE:
        raise Refused("locked", "This workshop has not started yet.")
    return workshop


def _not_closed(ctx: Context, pk: str) -> Workshop:
    workshop = ctx.get(Workshop, pk)
    if workshop.state == Workshop.State.CLOSED:
        raise Refused("locked", "This workshop is closed; its record stays as it was.")
    return workshop
