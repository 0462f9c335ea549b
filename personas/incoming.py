"""A journey from a file (personas/interchange.py): read it strictly, say where it is wrong, make it whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from accounts.commands import add_department
from accounts.models import Department, Organisation, User
from live.models import Record, Room, new_id
from live.values import Refused, clean_line, clean_text, order_keys, strict_json
from personas.interchange import FORMAT, VERSION, JourneyFile, OneDepartment, OneStage, OneTouchpoint, Part
from personas.models import Aim, Experience, Persona
from touchpoints.models import Channel, Journey, Stage, Touchpoint

MOST_BYTES = 10 * 1024 * 1024
TOO_BIG = "This file is larger than 10 MB. A journey is never that long."
R = TypeVar("R", bound=Record)


def read(raw: bytes) -> JourneyFile:
    """A file from outside. Raises Refused with a sentence that says where it is wrong."""
    value = parse(raw)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Refused("invalid", "This is JSON, but not of a journey: “format” should say “journeymap”.")
    if value.get("version") != VERSION:
        raise Refused(
            "invalid", f"This journey is of version {value.get('version')!r}. Version {VERSION} can be read here."
        )
    try:
        file = msgspec.convert(value, JourneyFile)
    except msgspec.ValidationError as error:
        raise Refused("invalid", f"Nothing was brought in. {where(str(error))}") from None
    return checked(file)


def made(file: JourneyFile) -> JourneyFile:
    """A file that was put together from another format, held to the same rules as one that was read."""
    try:
        return checked(msgspec.convert(msgspec.to_builtins(file), JourneyFile))
    except msgspec.ValidationError as error:
        raise Refused("invalid", f"Nothing was brought in. {where(str(error))}") from None


def checked(file: JourneyFile) -> JourneyFile:
    """The file with every text as a person could have typed it. Raises Refused with the place of what is wrong."""
    _clean(file)
    _check(file)
    return file


def parse(raw: bytes) -> Any:
    """The JSON in a file. Raises Refused with a sentence."""
    if len(raw) > MOST_BYTES:
        raise Refused("too_big", TOO_BIG)
    try:
        return strict_json(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("invalid", "This is not a text file. Choose the JSON file of a journey.") from None
    except ValueError as error:
        raise Refused("invalid", f"This file is not whole JSON: {error}.") from None


@transaction.atomic
def load(organisation: Organisation, owner: User | None, file: JourneyFile, pk: str = "") -> Journey:
    """A new journey from a file that `read` gave. Departments that are not here yet are added."""
    room = Room.objects.create(id=pk or new_id("jn"), organisation=organisation)
    names = ("name", "objective", "planned_use", "success_measure", "brand", "review_by")
    journey = Journey.objects.create(id=room.id, room=room, owner=owner, **_values(file, names))
    department = _departments(organisation, file.departments)
    channels = _make(Channel, room, file.channels, ("name", "icon", "online"))
    aims = _make(Aim, room, file.aims, ("name", "task_like"))
    of_stage = [name for name in OneStage.__struct_fields__ if name != "touchpoints"]
    stages = _make(Stage, room, file.stages, of_stage, [{"order": key} for key in order_keys(len(file.stages))])
    plain = [name for name in OneTouchpoint.__struct_fields__ if name not in ("lead", "contributors", "channels")]
    spots: dict[tuple[int, int], Touchpoint] = {}
    for s, (stage, one) in enumerate(zip(stages, file.stages, strict=True), 1):
        more: list[dict[str, Any]] = [
            {"stage": stage, "order": key, "lead": department.get(card.lead or "")}
            for key, card in zip(order_keys(len(one.touchpoints)), one.touchpoints, strict=True)
        ]
        cards = _make(Touchpoint, room, one.touchpoints, plain, more)
        spots.update({(s, t): card for t, card in enumerate(cards, 1)})
    _link(file, spots, channels, department)
    for persona in file.personas:
        more = [{
            "aim": aims[persona.aim - 1] if persona.aim else None,
            "first_channel": channels[persona.first_channel - 1] if persona.first_channel else None,
        }]  # fmt: skip
        (row,) = _make(
            Persona, room, [persona], ("name", "basis", "contact_when", "goals", "expectations", "who"), more
        )
        where = [{"persona": row, "touchpoint": spots[one.touchpoint]} for one in persona.experiences]
        feels = ("felt", "felt_word", "intended", "intended_word", "need")
        _make(Experience, room, persona.experiences, feels, where)
    return journey


def _departments(organisation: Organisation, wanted: Sequence[OneDepartment]) -> dict[str, Department]:
    """Code in the file → department here: the one of that name, else a new one."""
    here = {row.name.casefold(): row for row in Department.objects.filter(organisation=organisation)}
    taken = {row.code for row in here.values()}
    found = {}
    for one in wanted:
        same = here.get(one.name.casefold())
        found[one.code] = same or add_department(organisation, one.name, "" if one.code in taken else one.code)
    return found


def _make(
    model: type[R], room: Room, parts: Sequence[Part], names: Sequence[str], more: Sequence[dict[str, Any]] = ()
) -> list[R]:
    extra = more or [{}] * len(parts)
    rows = [
        model(id=new_id(model.prefix), room=room, **_values(part, names), **given)
        for part, given in zip(parts, extra, strict=True)
    ]
    return model._default_manager.bulk_create(rows)


def _values(part: Part, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names}


def _link(
    file: JourneyFile,
    spots: dict[tuple[int, int], Touchpoint],
    channels: Sequence[Channel],
    department: dict[str, Department],
) -> None:
    at, helps = Touchpoint.channels.through, Touchpoint.contributors.through
    ways, helpers = [], []
    for (s, t), row in spots.items():
        one = file.stages[s - 1].touchpoints[t - 1]
        ways += [at(touchpoint_id=row.pk, channel_id=channels[n - 1].pk) for n in one.channels]
        helpers += [helps(touchpoint_id=row.pk, department_id=department[code].pk) for code in one.contributors]
    at._default_manager.bulk_create(ways)
    helps._default_manager.bulk_create(helpers)


# -- what a file may say -----------------------------------------------------------------------
LONG = {"objective", "planned_use", "success_measure", "goal", "statement", "description", "benefit", "notes", "need",
        "contact_when", "goals", "expectations", "who"}  # fmt: skip
FILLED = {"name", "title", "code"}


def _clean(part: Part, *where: str) -> None:
    """Every text as a person could have typed it; what could not be stored is refused with its place."""
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if isinstance(value, str):
            try:
                clean = clean_text(value) if name in LONG else clean_line(value, required=name in FILLED)
            except Refused as refused:
                place = f"{', '.join(where)}, “{name}”" if where else f"“{name}”"
                raise Refused("invalid", f"Nothing was brought in. {place.capitalize()}: {refused.message}") from None
            setattr(part, name, clean)
        elif isinstance(value, list):
            for n, inner in enumerate(value, 1):
                if isinstance(inner, Part):
                    _clean(inner, *where, f"{name.removesuffix('s')} {n}")


def _check(file: JourneyFile) -> None:
    """Everything that is referred to must be there, once."""
    codes = [one.code for one in file.departments]
    places = {(s, t) for s, stage in enumerate(file.stages, 1) for t in range(1, len(stage.touchpoints) + 1)}
    if len(set(codes)) < len(codes):
        raise _wrong("Two departments have the same code")
    if len({one.name.casefold() for one in file.departments}) < len(codes):
        raise _wrong("Two departments have the same name")
    for s, stage in enumerate(file.stages, 1):
        for t, card in enumerate(stage.touchpoints, 1):
            where = f"Stage {s}, touchpoint {t}"
            for code in filter(None, [card.lead, *card.contributors]):
                if code not in codes:
                    raise _wrong(f"{where} names the department “{code}”, which is not in the file")
            if len(set(card.contributors)) < len(card.contributors) or len(set(card.channels)) < len(card.channels):
                raise _wrong(f"{where} names a channel or a department twice")
            if card.channels and max(card.channels) > len(file.channels):
                raise _wrong(f"{where} is at channel {max(card.channels)}; the file has {len(file.channels)}")
    for n, persona in enumerate(file.personas, 1):
        if (persona.aim or 0) > len(file.aims) or (persona.first_channel or 0) > len(file.channels):
            raise _wrong(f"Persona {n} names an aim or a channel that is not in the file")
        at = [one.touchpoint for one in persona.experiences]
        if not places.issuperset(at):
            raise _wrong(f"Persona {n} has an experience at a touchpoint that is not in the file")
        if len(set(at)) < len(at):
            raise _wrong(f"Persona {n} has two experiences at one touchpoint")


def _wrong(sentence: str) -> Refused:
    return Refused("invalid", f"Nothing was brought in. {sentence}.")


def where(error: str) -> str:
    """`Expected int <= 2 - at $.stages[0].felt` → what a person can find in the file."""
    what, _, path = error.partition(" - at `$")
    where = path.rstrip("`").lstrip(".") or "the file"
    return f"At {where}: {what[:1].lower()}{what[1:]}."
