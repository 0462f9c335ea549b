"""A journey as one file: to keep, to read elsewhere, and to bring in again without loss (docs/interchange.md).

No id stands in it. Things refer to each other by where they are in the file, counted from 1 as people
count: a touchpoint stands inside its stage, names its channels by number and its departments by code; an
experience names its touchpoint as [stage, touchpoint]. So the same map gives the same text on any server,
and export → import → export can be compared as a whole. Comments, what follows from them (evidence), people,
workshops and promises stay behind: they belong to an organisation, not to a map.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from accounts.models import Department
from live.models import Record
from personas.commands import MOST_AIMS, MOST_PERSONAS
from personas.models import Aim, Experience, Persona
from touchpoints.commands import MOST_STAGES, MOST_TOUCHPOINTS
from touchpoints.models import Channel, Journey, Stage, Touchpoint

FORMAT: Literal["journeymap"] = "journeymap"
VERSION: Literal[1] = 1
R = TypeVar("R", bound=Record)

Line40 = Annotated[str, Meta(max_length=40)]
Line80 = Annotated[str, Meta(max_length=80)]
Line120 = Annotated[str, Meta(max_length=120)]
Line160 = Annotated[str, Meta(max_length=160)]
Line200 = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=16_000)]
Feeling = Annotated[int, Meta(ge=-2, le=2)]
Number = Annotated[int, Meta(ge=1)]
Code = Annotated[str, Meta(max_length=2)]


class Part(Struct, forbid_unknown_fields=True):
    """An object of the file. What is left out has the value of something new."""


class OneDepartment(Part):
    code: Code
    name: Annotated[str, Meta(max_length=60)]


class OneChannel(Part):
    name: Line40
    icon: Annotated[str, Meta(max_length=30)] = "message-square"
    online: bool = False


class OneTouchpoint(Part):
    title: Line160
    statement: Text = ""
    description: Text = ""
    benefit: Text = ""
    notes: Text = ""
    of_kind: Literal["contact", "self_service", "document", "product", "waiting", "partner"] = "contact"
    verdict: Literal["unknown", "keep", "fix", "remove"] = "unknown"
    needs: Literal["", "resource", "improvement", "people", "information"] = ""
    moment_of_truth: bool = False
    agreed: bool = False
    severity: Annotated[int, Meta(ge=1, le=5)] | None = None
    felt: Feeling | None = None
    felt_word: Line40 = ""
    intended: Feeling | None = None
    intended_word: Line40 = ""
    metric: Literal["", "nps", "csat", "ces", "time", "interview"] = ""
    ask: Line200 = ""
    ask_when: Line80 = ""
    ask_whom: Line80 = ""
    lead: Code | None = None
    contributors: list[Code] = []
    channels: list[Number] = []


class OneStage(Part):
    name: Line80
    internal_name: Line80 = ""
    question: Line160 = ""
    goal: Text = ""
    confirmation: Literal["", "confirmed", "disputed"] = ""
    confirmed_by: Annotated[int, Meta(ge=0, le=9_999)] = 0
    confirmed_on: datetime.date | None = None
    touchpoints: Annotated[list[OneTouchpoint], Meta(max_length=MOST_TOUCHPOINTS // MOST_STAGES)] = []


class OneAim(Part):
    name: Line120
    task_like: bool = False


class OneExperience(Part):
    touchpoint: tuple[Number, Number]
    felt: Feeling | None = None
    felt_word: Line40 = ""
    intended: Feeling | None = None
    intended_word: Line40 = ""
    need: Text = ""


class OnePersona(Part):
    name: Line80
    basis: Literal["preconceived", "expectation"] = "preconceived"
    aim: Number | None = None
    first_channel: Number | None = None
    contact_when: Text = ""
    goals: Text = ""
    expectations: Text = ""
    who: Text = ""
    experiences: list[OneExperience] = []


class JourneyFile(Part):
    """The whole file, version 1."""

    format: Literal["journeymap"]
    version: Literal[1]
    name: Line120
    objective: Text = ""
    planned_use: Text = ""
    success_measure: Text = ""
    brand: Literal["own", "category"] = "own"
    review_by: datetime.date | None = None
    departments: Annotated[list[OneDepartment], Meta(max_length=100)] = []
    channels: Annotated[list[OneChannel], Meta(max_length=200)] = []
    stages: Annotated[list[OneStage], Meta(max_length=MOST_STAGES)] = []
    aims: Annotated[list[OneAim], Meta(max_length=MOST_AIMS)] = []
    personas: Annotated[list[OnePersona], Meta(max_length=MOST_PERSONAS)] = []


# -- out ---------------------------------------------------------------------------------------
def dump(journey: Journey) -> JourneyFile:
    """The journey as it stands."""
    channels, aims = (sorted(_living(model, journey), key=_looks) for model in (Channel, Aim))
    channel_number = {row.pk: n for n, row in enumerate(channels, 1)}
    aim_number = {row.pk: n for n, row in enumerate(aims, 1)}
    code = dict(Department.objects.filter(organisation=journey.room.organisation_id).values_list("pk", "code"))
    stages: list[OneStage] = []
    place: dict[str, tuple[int, int]] = {}
    used: set[str] = set()
    for s, (stage, rows) in enumerate(cards_of(journey), 1):
        cards = []
        for t, row in enumerate(rows, 1):
            place[row.pk] = (s, t)
            helpers = sorted(department.code for department in row.contributors.all())
            lead = code.get(row.lead_id) if row.lead_id else None
            used.update(helpers, [lead] if lead else [])
            at = sorted(channel_number[channel.pk] for channel in row.channels.all() if channel.pk in channel_number)
            cards.append(_part(OneTouchpoint, row, lead=lead, contributors=helpers, channels=at))
        stages.append(_part(OneStage, stage, touchpoints=cards))
    felt: dict[str, list[OneExperience]] = {}
    for experience in _living(Experience, journey):
        if spot := place.get(experience.touchpoint_id):
            felt.setdefault(experience.persona_id, []).append(_part(OneExperience, experience, touchpoint=spot))
    personas = [
        _part(
            OnePersona, row, aim=aim_number.get(row.aim_id or ""), first_channel=channel_number.get(row.first_channel_id or ""),
            experiences=sorted(felt.get(row.pk, []), key=lambda one: one.touchpoint),
        )
        for row in _living(Persona, journey)
    ]  # fmt: skip
    names = Department.objects.filter(organisation=journey.room.organisation_id, code__in=used).order_by("code")
    return _part(
        JourneyFile, journey, format=FORMAT, version=VERSION, stages=stages,
        departments=[OneDepartment(row.code, row.name) for row in names],
        channels=[_part(OneChannel, row) for row in channels], aims=[_part(OneAim, row) for row in aims],
        personas=sorted(personas, key=msgspec.json.encode),
    )  # fmt: skip


def cards_of(journey: Journey) -> list[tuple[Stage, list[Touchpoint]]]:
    """Every stage with its touchpoints, in the order of the map."""
    in_stage: dict[str, list[Touchpoint]] = {}
    touchpoints = _living(Touchpoint, journey).prefetch_related("contributors", "channels")
    for row in touchpoints.order_by("order", "id"):
        in_stage.setdefault(row.stage_id, []).append(row)
    return [(stage, in_stage.get(stage.pk, [])) for stage in _living(Stage, journey).order_by("order", "id")]


def to_json(file: JourneyFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def _living(model: type[R], journey: Journey) -> Any:
    return model._default_manager.filter(room=journey.room_id, removed_at=None)


def _looks(row: Record) -> tuple[str, ...]:
    """An order that does not depend on ids."""
    return tuple(str(row.value(name)) for name in row.wire)


P = TypeVar("P", bound=Part)


def _part(kind: type[P], row: Record, **given: Any) -> P:
    """The part of the file that shows this row: properties of the same name, and what is `given`."""
    names = [name for name in kind.__struct_fields__ if name not in given and hasattr(row, name)]
    return kind(**{name: getattr(row, name) for name in names}, **given)
