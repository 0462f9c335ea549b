"""OpenJourney files (.ojf): a journey for other programs, and one from them.

The format has stages, swimlanes and nodes, one persona and no departments, so a touchpoint's swimlane is its first
channel, and what has no place of its own goes into tags that `read` understands again ("lead: Sales"). What is
lost both ways stands in docs/interchange.md.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Struct

from live.values import Refused
from personas.incoming import made, parse, where
from personas.interchange import (
    FORMAT,
    VERSION,
    JourneyFile,
    OneDepartment,
    OnePersona,
    OneStage,
    OneTouchpoint,
)
from personas.names import Names, channels_of, codes_for
from touchpoints.commands import MOST_STAGES, MOST_TOUCHPOINTS

OJF_VERSION = "1.0"
SCORES = {-2: -5, -1: -3, 0: 0, 1: 3, 2: 5}
SEVERITIES = {"low": 2, "medium": 3, "high": 5}
SENTIMENTS = {"negative": -1, "neutral": 0, "positive": 1}
NO_LANE = "No channel yet"
LOST = (
    "OpenJourney holds one persona by name, and no names of our own, questions or goals of stages: fill those in here."
)


class Named(Struct):
    id: str | int
    name: str


class Node(Struct, rename="camel", omit_defaults=True):
    stage_id: str | int
    title: str
    swimlane_id: str | int | None = None
    description: str | None = None
    severity: str | None = None
    score: float | None = None
    sentiment: str | None = None
    purpose: str | None = None
    is_moment_of_truth: bool | None = None
    tags: list[str] | None = None


class OpenJourney(Struct, rename="camel"):
    version: str | float
    stages: list[Named]
    nodes: list[Node]
    swimlanes: list[Named] = []
    persona: str | dict[str, Any] | None = None
    point_of_view: str | None = None
    name: str | None = None


# -- out ---------------------------------------------------------------------------------------
def to_ojf(file: JourneyFile) -> bytes:
    stages = [Named(f"stage-{n}", one.name) for n, one in enumerate(file.stages, 1)]
    nodes = [_node(file, f"stage-{n}", card) for n, one in enumerate(file.stages, 1) for card in one.touchpoints]
    lanes = [Named(f"lane-{n}", one.name) for n, one in enumerate(file.channels, 1)]
    if any(node.swimlane_id == "lane-0" for node in nodes):
        lanes.insert(0, Named("lane-0", NO_LANE))
    persona = file.personas[0].name if file.personas else ""
    whole = OpenJourney(OJF_VERSION, stages, nodes, lanes, persona, "customer", file.name)
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _node(file: JourneyFile, stage: str, card: OneTouchpoint) -> Node:
    department = {one.code: one.name for one in file.departments}
    severity = {1: "low", 2: "low", 3: "medium", 4: "high", 5: "high"}.get(card.severity or 0)
    tags = [
        *(("channel", file.channels[n - 1].name) for n in card.channels[1:]),
        *(("lead", department[card.lead]) for _ in (1,) if card.lead),
        *(("with", department[code]) for code in card.contributors),
        *((name.replace("_", " "), getattr(card, name)) for name in ("felt_word", "intended_word", "verdict", "needs")),
        ("kind", card.of_kind), ("intended", card.intended), ("severity", card.severity),
    ]  # fmt: skip
    new = OneTouchpoint("")
    told = "\n\n".join(filter(None, (f"“{card.statement}”" if card.statement else "", card.description)))
    return Node(
        stage, card.title, f"lane-{card.channels[0] if card.channels else 0}", told or None, severity,
        None if card.felt is None else SCORES[card.felt],
        None if card.felt is None else ("negative", "neutral", "positive")[(card.felt > 0) - (card.felt < 0) + 1],
        card.benefit or None, card.moment_of_truth or None,
        [f"{name}: {value}" for name, value in tags
         if value not in (None, "") and (name, value) not in (("kind", new.of_kind), ("verdict", new.verdict))] or None,
    )  # fmt: skip


# -- in ----------------------------------------------------------------------------------------
def looks_like(value: Any) -> bool:
    return isinstance(value, dict) and "nodes" in value and "stages" in value


def read(raw: bytes, name: str) -> tuple[JourneyFile, list[str]]:
    """The journey in an .ojf file (called `name`), and sentences about what could not be kept.

    Raises Refused with the place of what is wrong; then nothing is read.
    """
    value = parse(raw)
    if str(value.get("version") or "1").split(".")[0] not in ("0", "1"):
        raise _wrong(f"This OpenJourney file is of version {value['version']!r}; version 1 can be read here")
    try:
        found = msgspec.convert({"version": OJF_VERSION} | value, OpenJourney)
    except msgspec.ValidationError as error:
        raise Refused("invalid", f"Nothing was brought in. {where(str(error))}") from None
    reading = _Reading(found)
    for number, node in enumerate(found.nodes, 1):
        reading.add(number, node)
    persona = found.persona.get("name") if isinstance(found.persona, dict) else found.persona
    title = found.name or name.rsplit(".", 1)[0]
    code = codes_for(reading.departments.all)
    file = JourneyFile(
        FORMAT, VERSION, " ".join(title.split())[:120] or "Brought in", stages=list(reading.stages.values()),
        channels=channels_of(reading.channels), departments=[OneDepartment(two, one) for one, two in code.items()],
        personas=[OnePersona(str(persona).strip()[:80])] if persona and str(persona).strip() else [],
    )  # fmt: skip
    for one in (card for stage in file.stages for card in stage.touchpoints):
        one.lead = code[one.lead] if one.lead else None
        one.contributors = [code[department] for department in one.contributors]
    return made(file), reading.notes()


class _Reading:
    """What a file gave so far. Departments stand by name in the cards until all are known."""

    def __init__(self, file: OpenJourney) -> None:
        if len(file.stages) > MOST_STAGES:
            raise _wrong(f"This file has {len(file.stages):,} stages; a journey holds {MOST_STAGES}")
        if len({one.id for one in file.stages}) < len(file.stages):
            raise _wrong("Two stages have the same id")
        self.stages = {one.id: OneStage(one.name) for one in file.stages}
        self.lanes = {one.id: one.name for one in file.swimlanes}
        self.channels, self.departments = Names(40), Names(60)
        for lane in file.swimlanes:
            if lane.name != NO_LANE:
                self.channels.number(lane.name)
        self.rounded, self.other_tags, self.other_severities = 0, 0, 0

    def add(self, number: int, node: Node) -> None:
        place = f"Node {number} (“{node.title[:60]}”)"
        stage = self.stages.get(node.stage_id)
        if stage is None:
            raise _wrong(f"{place} is in the stage “{node.stage_id}”, which is not in the file")
        if node.swimlane_id is not None and node.swimlane_id not in self.lanes:
            raise _wrong(f"{place} is in the swimlane “{node.swimlane_id}”, which is not in the file")
        if len(stage.touchpoints) >= MOST_TOUCHPOINTS // MOST_STAGES:
            raise _wrong(f"{place} is one too many: a stage holds {MOST_TOUCHPOINTS // MOST_STAGES} touchpoints")
        if node.score is not None and not -5 <= node.score <= 5:
            raise _wrong(f"{place} has the score {node.score:g}; scores run from -5 to 5")
        card = OneTouchpoint(node.title, benefit=node.purpose or "", moment_of_truth=bool(node.is_moment_of_truth))
        said = re.fullmatch(r"“(.+?)”(?:\n\n(.*))?", node.description or "", re.DOTALL)
        card.statement, card.description = (said[1], said[2] or "") if said else ("", node.description or "")
        self._feel(card, node)
        lane = self.lanes.get(node.swimlane_id) if node.swimlane_id is not None else None
        if lane and lane != NO_LANE:
            card.channels = [self.channels.number(lane)]
        for tag in node.tags or []:
            self._tag(card, tag)
        card.severity = card.severity or self._severity(node.severity)
        stage.touchpoints.append(card)

    def _feel(self, card: OneTouchpoint, node: Node) -> None:
        if node.score is not None:
            card.felt = round(node.score / 2.5)
            self.rounded += node.score not in SCORES.values()
        if node.sentiment and node.sentiment.casefold() in SENTIMENTS:
            card.felt = SENTIMENTS[node.sentiment.casefold()] if card.felt is None else card.felt
        elif node.sentiment:
            card.felt_word = node.sentiment[:40]

    def _severity(self, word: str | None) -> int | None:
        if word and word.casefold() not in SEVERITIES:
            self.other_severities += 1
        return SEVERITIES.get((word or "").casefold())

    def _tag(self, card: OneTouchpoint, tag: str) -> None:
        """A tag that we wrote goes back to where it came from; any other becomes a note."""
        name, _, value = (part.strip() for part in tag.partition(":"))
        field = name.casefold().replace(" ", "_")
        choices: dict[str, tuple[Any, ...]] = {
            "verdict": ("keep", "fix", "remove"), "needs": ("resource", "improvement", "people", "information"),
            "kind": ("contact", "self_service", "document", "product", "waiting", "partner"),
            "intended": tuple(map(str, range(-2, 3))), "severity": tuple("12345"),
        }  # fmt: skip
        if field == "channel" and value:
            number = self.channels.number(value)
            card.channels = card.channels if number in card.channels else [*card.channels, number]
        elif field == "lead" and value and not card.lead:
            card.lead = self.departments.known(value)
        elif field == "with" and value:
            who = self.departments.known(value)
            card.contributors = card.contributors if who in card.contributors else [*card.contributors, who]
        elif field in ("felt_word", "intended_word") and value:
            setattr(card, field, value)
        elif value in choices.get(field, ()):
            setattr(card, "of_kind" if field == "kind" else field, int(value) if value.lstrip("-").isdigit() else value)
        elif tag.strip():
            self.other_tags += 1
            card.notes = f"{card.notes}, {tag}" if card.notes else f"Tags: {tag}"

    def notes(self) -> list[str]:
        found = []
        if self.channels.all:
            found.append("Swimlanes became channels.")
        if self.rounded:
            found.append("Scores from -5 to 5 became the nearest of five feelings.")
        if self.other_tags:
            found.append("Tags stand in the notes.")
        if self.other_severities:
            found.append("A severity other than low, medium or high was left out.")
        return [*found, LOST]


def _wrong(sentence: str) -> Refused:
    return Refused("invalid", f"Nothing was brought in. {sentence}.")
