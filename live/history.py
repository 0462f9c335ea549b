"""What happened to one record, read backwards from the log: who changed which property from what to what, when.

The log keeps for every event how to take it back. Walking from the newest event to the oldest and taking each back
in turn tells what stood before it; so no second history is written, and none can disagree with the log.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.json import decode

from accounts.actors import names_of
from live import text
from live.models import Event, Record

MOST = 300  # events that are looked at, the newest first
ONE_SITTING = datetime.timedelta(minutes=10)  # typing by one person with no longer pauses is one change


class Step(msgspec.Struct):
    """One change. `what`: "added", "changed", "removed", "brought back"; `field` is what was changed, else empty."""

    at: Annotated[datetime.datetime, Meta(tz=True)]
    by: str
    by_name: str
    what: Literal["added", "changed", "removed", "brought back"]
    field: str = ""
    before: Any = None
    after: Any = None


def history_of(row: Record) -> list[Step]:
    """The newest first."""
    events = Event.objects.filter(room=row.room_id, inverse__contains=row.pk).order_by("-seq")[:MOST]
    now = {name: row.value(name) for name in row.wire}
    steps: list[Step] = []
    for event in events:
        for verb, pk, *rest in reversed(decode(event.inverse)):
            if pk != row.pk or verb == "run":
                continue
            head: dict[str, Any] = {"at": event.at.astimezone(datetime.UTC), "by": event.by, "by_name": ""}
            if verb == "change":
                before, after = rest
                steps += [
                    Step(**head, what="changed", field=name, before=before[name], after=after[name]) for name in before
                ]
                now |= before
            elif verb == "write":
                _wrote(steps, now, Step(**head, what="changed", field=rest[0]), rest[1])
            elif verb == "remove":
                steps.append(Step(**head, what="brought back"))
            elif verb == "restore":
                steps.append(Step(**head, what="removed"))
    if steps and steps[-1].what == "brought back":
        steps[-1].what = "added"
    names = names_of({step.by for step in steps})
    for step in steps:
        step.by_name = names.get(step.by, "Somebody")
    return steps


def _wrote(steps: list[Step], now: dict[str, Any], step: Step, back: text.Delta) -> None:
    """Typing: the text that stood before is what stands now with the change taken back."""
    step.after = now[step.field]
    step.before = now[step.field] = text.apply(step.after, back)
    last = steps[-1] if steps else None  # a moment later, as we go backwards
    same = last and (last.by, last.what, last.field) == (step.by, "changed", step.field)
    if last and same and last.before == step.after and last.at - step.at < ONE_SITTING:
        last.before = step.before
    else:
        steps.append(step)
