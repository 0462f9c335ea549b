"""What a journey map says when one looks at it as a whole. Pure functions over its rows in the order of the map.

- *Gap*: the intended emotion lies above the felt one. The widest first; at the same width, what hurts the
  customer more (severity), then what more comments are about.
- *Hand-off*: the next touchpoint is led by another department, so something is passed on. Where nobody
  leads, it can be dropped.
- *Switch of channel*: two touchpoints in a row share no channel, so she has to start afresh elsewhere.
- *Company voice*: a title that tells what we do instead of what she does (outside-in check). It never blocks.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Department
from touchpoints.models import Channel, Stage, Touchpoint

LET_DOWN = -1  # felt at or below this: the touchpoint lets her down


@dataclass(frozen=True)
class Step:
    """A touchpoint where it stands in the sequence, with its channels' ids."""

    touchpoint: Touchpoint
    stage: Stage
    channels: frozenset[str]


@dataclass(frozen=True)
class Gap:
    touchpoint: Touchpoint
    stage: Stage
    width: int  # steps between felt and intended, 1 to 4


@dataclass(frozen=True)
class HandOff:
    """From one department to the next; None where nobody leads."""

    before: Step
    after: Step
    giver: Department | None
    taker: Department | None


@dataclass(frozen=True)
class Voice:
    touchpoint: Touchpoint
    words: str  # what gave it away, as it stands there
    why: str


# -- feelings ----------------------------------------------------------------------------------
def gaps(steps: Iterable[Step]) -> list[Gap]:
    found = [
        Gap(step.touchpoint, step.stage, step.touchpoint.intended - step.touchpoint.felt)
        for step in steps
        if step.touchpoint.felt is not None and step.touchpoint.intended is not None
    ]
    wide = [gap for gap in found if gap.width > 0]
    return sorted(wide, key=lambda gap: (-gap.width, -(gap.touchpoint.severity or 0), -gap.touchpoint.quotes))


def let_downs(steps: Iterable[Step]) -> int:
    return sum(step.touchpoint.felt is not None and step.touchpoint.felt <= LET_DOWN for step in steps)


# -- between departments -----------------------------------------------------------------------
def hand_offs(steps: Sequence[Step], departments: Mapping[str, Department]) -> list[HandOff]:
    """Each change of lead along the journey, in its order."""
    found = []
    for before, after in itertools.pairwise(steps):
        if before.touchpoint.lead_id != after.touchpoint.lead_id:
            giver, taker = (departments.get(step.touchpoint.lead_id or "") for step in (before, after))
            found.append(HandOff(before, after, giver, taker))
    return found


def unowned(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if step.touchpoint.lead_id is None]


# -- channels ----------------------------------------------------------------------------------
def channel_matrix(steps: Iterable[Step], channels: Sequence[Channel]) -> list[tuple[Channel, dict[str, int]]]:
    """Channel → how many touchpoints of each stage (by id) happen there. Channels that nobody uses are left out."""
    counts = {channel.pk: Counter[str]() for channel in channels}
    for step in steps:
        for pk in step.channels & counts.keys():
            counts[pk][step.stage.pk] += 1
    return [(channel, dict(counts[channel.pk])) for channel in channels if counts[channel.pk]]


def switches(steps: Sequence[Step]) -> list[tuple[Step, Step]]:
    """Neighbours that share no channel, where both say where they happen."""
    pairs = itertools.pairwise(steps)
    return [(a, b) for a, b in pairs if a.channels and b.channels and not a.channels & b.channels]


# -- what is missing ---------------------------------------------------------------------------
def needs(steps: Iterable[Step]) -> dict[str, Counter[str | None]]:
    """What touchpoints need (resources, improvement, people, information) → how many by leading department."""
    found: dict[str, Counter[str | None]] = {}
    for step in steps:
        if step.touchpoint.needs:
            found.setdefault(step.touchpoint.needs, Counter())[step.touchpoint.lead_id] += 1
    return found


def without_benefit(steps: Iterable[Step]) -> list[Step]:
    """Touchpoints of which nobody has said what the customer has from them: perhaps nothing."""
    return [step for step in steps if not step.touchpoint.benefit.strip()]


def measured(steps: Iterable[Step]) -> list[Step]:
    """Touchpoints that have a figure or a question: the measurement plan."""
    return [step for step in steps if step.touchpoint.metric or step.touchpoint.ask.strip()]


def unmeasured(steps: Iterable[Step]) -> list[Step]:
    """Let-downs and moments of truth that nobody measures: whether they got better will never be known."""
    rows = [step for step in steps if step.touchpoint.moment_of_truth or (step.touchpoint.felt or 0) <= LET_DOWN]
    return [step for step in rows if not step.touchpoint.metric and not step.touchpoint.ask.strip()]


# -- from outside in ---------------------------------------------------------------------------
_BUYING = re.compile(r"\b(order|purchas|buy|bought|contract|agree|sign|deal|close)", re.IGNORECASE)
_MEETING = re.compile(r"\b(contact|sales|lead|quot|offer|proposal|order|purchas|onboard)", re.IGNORECASE)


def ends(stages: Sequence[Stage]) -> list[str]:
    """A journey begins before she knows us and ends long after she bought. Sentences about what is cut off."""
    if not stages:
        return []
    first, last = stages[0], stages[-1]
    found = []
    if _MEETING.search(f"{first.name} {first.internal_name}"):
        found.append(f"It begins with “{first.name}”. What does she do before she knows our name?")
    if _BUYING.search(f"{last.name} {last.internal_name}"):
        found.append(f"It ends with “{last.name}”. For her it begins there: she uses it, needs help, renews or leaves.")
    return found


_COMPANY = [
    (r"\b(our|ours|us|we)\b", "speaks of us"),
    (r"\b(tier|level|line)[ -]?[1-4]\b|\bL[1-4]\b", "names a support tier"),
    (r"\b(CRM|ERP|SAP|ticket\w*|backlog|SLA|RMA|KPI)\b", "names a system or term of ours"),
    (r"\b(process|approv|escalat|qualif|dispatch|upsell|cross-sell|onboard|segment|nurtur|convert|triag)\w*", "is our work"),
]  # fmt: skip


def company_voice(steps: Iterable[Step], departments: Iterable[Department], brands: Iterable[str] = ()) -> list[Voice]:
    """Titles that tell our side of it, each with the words that say so."""
    # "IT" is a department, "it" is not.
    names = "|".join(
        f"(?-i:{re.escape(row.name)})" if row.name.isupper() else re.escape(row.name) for row in departments
    )
    ours = "|".join(re.escape(brand) for brand in brands)
    rules = [
        *_COMPANY,
        *([(rf"(?<!\w)({ours})(?!\w)", "names our brand")] if ours else []),
        *([(rf"\b({names})\b", "names a department")] if names else []),
    ]
    patterns = [(re.compile(pattern, re.IGNORECASE), why) for pattern, why in rules]
    found = []
    for step in steps:
        for pattern, why in patterns:
            if hit := pattern.search(step.touchpoint.title):
                found.append(Voice(step.touchpoint, hit.group(), why))
                break
    return found
