"""What each phase shows: its template in `templates/workshops/phases/`, and what that is drawn from.

The present phase fills the room; earlier ones stay readable in "So far", drawn by the same template with `past` set.
A new phase is a kind in `models.Phase.Kind`, a template, and one row in `DRAWN`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.actors import Actor
from workshops import desk
from workshops.models import Phase, Workshop
from workshops.views import weighing


class Shown:
    """One visit to the room. `again`: the page is there already, and what changed in it is asked for."""

    def __init__(self, row: Workshop, actor: Actor, again: bool) -> None:
        self.row, self.actor, self.again = row, actor, again

    def nothing_more(self, kind: str) -> dict[str, Any]:
        return {}

    def walk(self, kind: str) -> dict[str, Any]:
        stages = desk.walk(self.row)
        return {
            "stages": stages, "picture": desk.picture(stages), "here": next((one for one in stages if one["here"]), None),
            "leads": self.row.led_by == self.actor.key,
        }  # fmt: skip

    def prompt(self, kind: str) -> dict[str, Any]:
        return weighing.prompt(self.row, self.actor, kind, again=self.again)

    def severity(self, kind: str) -> dict[str, Any]:
        return weighing.severity(self.row, self.actor)

    def has_begun(self, kind: str) -> bool:
        """Something was said in a phase of this kind, wherever the agenda stands."""
        return kind in self.row.revealed or any(kind in of for of in self.row.counts.values())


# The kind of a phase → its template, and what it is drawn from.
DRAWN: dict[str, tuple[str, Callable[[Shown, str], dict[str, Any]]]] = {
    Phase.Kind.WHY: ("why", Shown.nothing_more),
    Phase.Kind.WALK: ("walk", Shown.walk),
    Phase.Kind.LEARN: ("prompt", Shown.prompt),
    Phase.Kind.SEVERITY: ("severity", Shown.severity),
    Phase.Kind.FINE_TUNE: ("prompt", Shown.prompt),
    Phase.Kind.BREAK: ("break", Shown.nothing_more),
    Phase.Kind.DO_DIFFERENTLY: ("prompt", Shown.prompt),
    Phase.Kind.LOVE_TO_LEARN: ("prompt", Shown.prompt),
    Phase.Kind.COMMIT: ("commit", Shown.nothing_more),
    Phase.Kind.READ_OUT: ("read_out", Shown.nothing_more),
    Phase.Kind.REPORT_BACK: ("report_back", Shown.nothing_more),
}
# What is worth reading again; the others have said what they had to say.
KEPT = (
    Phase.Kind.LEARN, Phase.Kind.SEVERITY, Phase.Kind.FINE_TUNE, Phase.Kind.DO_DIFFERENTLY, Phase.Kind.LOVE_TO_LEARN,
)  # fmt: skip


def shown_in(row: Workshop, actor: Actor, phases: list[Phase], *, again: bool) -> dict[str, Any]:
    """The present phase (`present`), and the earlier ones in their order (`so_far`)."""
    if row.state == Workshop.State.PLANNED:
        return {"present": None, "so_far": []}
    shown, at = Shown(row, actor, again), row.phase
    reached = {phase.of_kind for phase in phases if at is None or phase.position < at.position}
    earlier = [
        kind for kind in KEPT if (kind in reached or shown.has_begun(kind)) and (at is None or kind != at.of_kind)
    ]
    return {
        "present": _part(shown, at.of_kind) if at else None,
        "so_far": [_part(shown, kind, past=True) for kind in earlier],
    }


def _part(shown: Shown, kind: str, *, past: bool = False) -> dict[str, Any]:
    name, drawn_from = DRAWN[kind]
    return {
        "id": kind, "label": Phase.Kind(kind).label, "template": f"workshops/phases/{name}.html", "past": past,
        **drawn_from(shown, kind),
    }  # fmt: skip
