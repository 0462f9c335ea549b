"""Everything a person may do live, and every kind of record, on one page.

A new command is its payload and function in a room's `commands.py`, its predicate in `permissions.py`,
and one row here. This page is handed to the engine (`live`), which knows nothing of the rooms.
"""

from __future__ import annotations

from typing import Any

from accounts.actors import Actor, load_actors
from accounts.models import Department
from live.board import Board, Command, Kind
from personas import commands as personas
from personas import permissions as on_personas
from personas.models import Aim, Experience, Persona
from touchpoints import commands as touchpoints
from touchpoints import permissions as on_map
from touchpoints.models import Channel, Journey, Proposal, Remark, Stage, Touchpoint
from voices import commands as voices
from voices import permissions as on_voices
from voices.models import Issue

_MAP = on_map.WHY_NOT_MAP
_OWN = on_map.WHY_NOT_TOUCHPOINT

COMMANDS: dict[str, Command] = {
    # touchpoints: the journey map
    "journey.change": Command(
        touchpoints.ChangeJourney, on_map.may_edit_map, touchpoints.change_journey, "journey.changed", why_not=_MAP
    ),
    "journey.write": Command(
        touchpoints.Write, on_map.may_edit_map, touchpoints.write_journey, "journey.written", why_not=_MAP
    ),
    "stage.add": Command(
        touchpoints.AddStage, on_map.may_edit_map, touchpoints.add_stage, "stage.added", why_not=_MAP
    ),
    "stage.change": Command(
        touchpoints.ChangeStage, on_map.may_edit_map, touchpoints.change_stage, "stage.changed", why_not=_MAP
    ),
    "stage.write": Command(
        touchpoints.Write, on_map.may_edit_map, touchpoints.write_stage, "stage.written", why_not=_MAP
    ),
    "stage.move": Command(
        touchpoints.MoveStage, on_map.may_edit_map, touchpoints.move_stage, "stage.moved", why_not=_MAP
    ),
    "stage.remove": Command(
        touchpoints.ById, on_map.may_edit_map, touchpoints.remove_stage, "stage.removed", why_not=_MAP
    ),
    "touchpoint.add": Command(
        touchpoints.AddTouchpoint, on_map.may_add_touchpoint, touchpoints.add_touchpoint, "touchpoint.added",
        why_not=on_map.WHY_NOT_ADD,
    ),
    "touchpoint.change": Command(
        touchpoints.ChangeTouchpoint, on_map.may_edit_touchpoint, touchpoints.change_touchpoint, "touchpoint.changed",
        why_not=_OWN,
    ),
    "touchpoint.write": Command(
        touchpoints.Write, on_map.may_edit_touchpoint, touchpoints.write_touchpoint, "touchpoint.written", why_not=_OWN
    ),
    "touchpoint.move": Command(
        touchpoints.MoveTouchpoint, on_map.may_edit_touchpoint, touchpoints.move_touchpoint, "touchpoint.moved",
        why_not=_OWN,
    ),
    "touchpoint.remove": Command(
        touchpoints.ById, on_map.may_edit_touchpoint, touchpoints.remove_touchpoint, "touchpoint.removed", why_not=_OWN
    ),
    "channel.add": Command(
        touchpoints.AddChannel, on_map.may_edit_map, touchpoints.add_channel, "channel.added", why_not=_MAP
    ),
    "remark.add": Command(touchpoints.AddRemark, on_map.may_speak, touchpoints.add_remark, "remark.added"),
    "remark.remove": Command(
        touchpoints.ById, on_map.may_remove_remark, touchpoints.remove_remark, "remark.removed",
        why_not="Only its author and facilitators remove a remark.",
    ),
    "proposal.add": Command(touchpoints.AddProposal, on_map.may_speak, touchpoints.add_proposal, "proposal.added"),
    "proposal.accept": Command(
        touchpoints.ById, on_map.may_answer_proposal, touchpoints.accept_proposal, "proposal.accepted", why_not=_OWN
    ),
    "proposal.reject": Command(
        touchpoints.RejectProposal, on_map.may_answer_proposal, touchpoints.reject_proposal, "proposal.rejected",
        why_not=_OWN,
    ),
}  # fmt: skip

KINDS: dict[str, Kind] = {
    "journey": Kind(Journey, on_map.may_change_map_row),
    "stage": Kind(Stage, on_map.may_change_map_row),
    "channel": Kind(Channel, on_map.may_change_map_row),
    "touchpoint": Kind(Touchpoint, on_map.may_change_touchpoint_row),
    "remark": Kind(Remark, on_map.may_change_own_row),
    "proposal": Kind(Proposal, on_map.may_change_own_row),
}


def welcome(actor: Actor) -> dict[str, Any]:
    """What a browser needs to know about its person and the departments (protocol P10)."""
    rows = Department.objects.filter(organisation=actor.organisation_id).order_by("position", "id")
    you = {
        "key": actor.key,
        "name": actor.name,
        "role": actor.role,
        "edit": on_map.edit_level(actor),
        "departments": sorted(actor.departments),
    }
    return {"you": you, "departments": list(rows.values("id", "name", "code", "colour"))}


BOARD = Board(COMMANDS, KINDS, load_actors, welcome)
