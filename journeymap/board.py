"""Everything a person may do live, and every kind of record, on one page.

A new command is its payload and function in a room's `commands.py`, its predicate in `permissions.py`,
and one row here. This page is handed to the engine (`live`), which knows nothing of the rooms.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from msgspec import UNSET

from accounts.actors import Actor, load_actors
from accounts.joining import end_code
from accounts.models import Department
from actions import closing, coverage, proofs, results
from actions import commands as actions
from actions import permissions as on_actions
from actions.models import ActionItem, NoAction, ProgressNote, Proof, Result
from actions.tasks import wake
from live.board import Board, Command, Kind
from live.context import Context
from live.values import Refused
from personas import commands as personas
from personas import permissions as on_personas
from personas import versions
from personas.models import Aim, Experience, Persona
from touchpoints import commands as touchpoints
from touchpoints import permissions as on_map
from touchpoints import stages, talk
from touchpoints.models import Channel, Journey, MapVersion, Proposal, Remark, Stage, Touchpoint
from voices import coding, highlights, second, single
from voices import commands as voices
from voices import permissions as on_voices
from voices.models import Issue
from workshops import (
    answers,
    parking,
    planning,
    preparing,
    rating,
    reading,
    roster,
    running,
    series,
    talking,
    together,
    voting,
)
from workshops import permissions as in_room
from workshops.models import (
    Answer,
    Nudge,
    Parked,
    Participant,
    Phase,
    Rating,
    Reaction,
    Reply,
    Tie,
    Workshop,
)

_MAP = on_map.WHY_NOT_MAP
_OWN = on_map.WHY_NOT_TOUCHPOINT
_RUN, _YOURS = in_room.WHY_NOT_RUN, in_room.WHY_NOT_YOURS
_PROMISE = on_actions.WHY_NOT_CHANGE
_PERSONA, _EXPERIENCE = on_personas.WHY_NOT_PERSONA, on_personas.WHY_NOT_EXPERIENCE


def _close(ctx: Context, data: closing.CloseWorkshop) -> None:
    """Closing a workshop also wakes the workers: everybody's own mail and the sponsor's page leave at once."""
    closing.close(ctx, data)
    transaction.on_commit(wake, robust=True)


WHY_ARCHIVED = "This journey is archived: it can be read, not changed. A facilitator can bring it back."


def _brings_back(data: touchpoints.ChangeJourney) -> bool:
    return data.archived is False


def _change_journey(ctx: Context, data: touchpoints.ChangeJourney) -> None:
    """A journey is put away when nobody meets over it, its guests are out with that, and nothing in it changes until
    it is brought back. No undo does either: it would pass by what is asked here."""
    if data.archived is True:
        if ctx.rows(Workshop, state=Workshop.State.LIVE):
            raise Refused("locked", "A workshop about this journey is live. Close it first.", field="archived")
        by, room = ctx.actor.key, ctx.room.id
        transaction.on_commit(lambda: end_code(room, by=by), robust=True)
    if data.archived is not UNSET:
        ctx.room.read_only = data.archived
        ctx.derive(ctx.get(Journey, ctx.room.id), archived=data.archived)
    touchpoints.change_journey(ctx, data)


COMMANDS: dict[str, Command] = {
    # touchpoints: the journey map
    "journey.change": Command(
        touchpoints.ChangeJourney, on_map.may_edit_map, _change_journey, "journey.changed", why_not=_MAP,
        reopens=_brings_back,
    ),
    "journey.write": Command(
        touchpoints.Write, on_map.may_edit_map, touchpoints.write_journey, "journey.written", why_not=_MAP
    ),
    "stage.add": Command(
        stages.AddStage, on_map.may_edit_map, stages.add_stage, "stage.added", why_not=_MAP
    ),
    "stage.change": Command(
        stages.ChangeStage, on_map.may_edit_map, stages.change_stage, "stage.changed", why_not=_MAP
    ),
    "stage.write": Command(
        touchpoints.Write, on_map.may_edit_map, stages.write_stage, "stage.written", why_not=_MAP
    ),
    "stage.move": Command(
        stages.MoveStage, on_map.may_edit_map, stages.move_stage, "stage.moved", why_not=_MAP
    ),
    "stage.split": Command(
        stages.SplitStage, on_map.may_edit_map, stages.split_stage, "stage.split", why_not=_MAP
    ),
    "stage.remove": Command(
        touchpoints.ById, on_map.may_edit_map, stages.remove_stage, "stage.removed", why_not=_MAP
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
        touchpoints.RemoveTouchpoint, on_map.may_edit_touchpoint, touchpoints.remove_touchpoint, "touchpoint.removed",
        why_not=_OWN,
    ),
    "channel.add": Command(
        touchpoints.AddChannel, on_map.may_edit_map, touchpoints.add_channel, "channel.added", why_not=_MAP
    ),
    "remark.add": Command(talk.AddRemark, on_map.may_speak, talk.add_remark, "remark.added"),
    "remark.remove": Command(
        touchpoints.ById, on_map.may_remove_remark, talk.remove_remark, "remark.removed",
        why_not="Only its author and facilitators remove a remark.",
    ),
    "proposal.add": Command(talk.AddProposal, on_map.may_speak, talk.add_proposal, "proposal.added"),
    "proposal.accept": Command(
        touchpoints.ById, on_map.may_answer_proposal, talk.accept_proposal, "proposal.accepted", why_not=_OWN
    ),
    "proposal.reject": Command(
        talk.RejectProposal, on_map.may_answer_proposal, talk.reject_proposal, "proposal.rejected",
        why_not=_OWN,
    ),
    # personas: whose journey it is
    "aim.add": Command(personas.AddAim, on_personas.may_edit_personas, personas.add_aim, "aim.added", why_not=_PERSONA),
    "aim.change": Command(
        personas.ChangeAim, on_personas.may_edit_personas, personas.change_aim, "aim.changed", why_not=_PERSONA
    ),
    "aim.write": Command(
        personas.Write, on_personas.may_edit_personas, personas.write_aim, "aim.written", why_not=_PERSONA
    ),
    "aim.remove": Command(
        personas.ById, on_personas.may_edit_personas, personas.remove_aim, "aim.removed", why_not=_PERSONA
    ),
    "persona.add": Command(
        personas.AddPersona, on_personas.may_edit_personas, personas.add_persona, "persona.added", why_not=_PERSONA
    ),
    "persona.change": Command(
        personas.ChangePersona, on_personas.may_edit_personas, personas.change_persona, "persona.changed",
        why_not=_PERSONA,
    ),
    "persona.write": Command(
        personas.Write, on_personas.may_edit_personas, personas.write_persona, "persona.written", why_not=_PERSONA
    ),
    "persona.remove": Command(
        personas.ById, on_personas.may_edit_personas, personas.remove_persona, "persona.removed", why_not=_PERSONA
    ),
    "experience.set": Command(
        personas.SetExperience, on_personas.may_set_experience, personas.set_experience, "experience.set",
        why_not=_EXPERIENCE,
    ),
    "experience.write": Command(
        personas.Write, on_personas.may_write_experience, personas.write_experience, "experience.written",
        why_not=_EXPERIENCE,
    ),
    # versions: named moments of the whole map
    "version.keep": Command(
        versions.KeepVersion, on_map.may_edit_map, versions.keep_version, "version.kept", alone=True, why_not=_MAP
    ),
    "version.change": Command(
        versions.ChangeVersion, on_map.may_edit_map, versions.change_version, "version.changed", why_not=_MAP
    ),
    "version.remove": Command(
        versions.ById, on_map.may_edit_map, versions.remove_version, "version.removed", why_not=_MAP
    ),
    "version.bring_back": Command(
        versions.BringBack, on_map.may_edit_map, versions.bring_back, "version.brought_back", alone=True, why_not=_MAP
    ),
    # voices: what customers said
    "comment.place": Command(
        voices.PlaceComments, on_voices.may_place_comments, voices.place_comments, "comment.placed",
        why_not=on_voices.WHY_NOT_PLACE,
    ),
    "comment.code": Command(
        coding.CodeComments, on_voices.may_place_comments, coding.code_comments, "comment.coded",
        why_not=on_voices.WHY_NOT_CODE,
    ),
    "comment.mark": Command(
        highlights.MarkQuantities, on_voices.may_place_comments, highlights.mark_quantities, "comment.marked",
        why_not=on_voices.WHY_NOT_CODE,
    ),
    "comment.second": Command(
        second.ReadSecond, on_voices.may_place_comments, second.read_second, "comment.read_twice",
        why_not=on_voices.WHY_NOT_CODE,
    ),
    "comment.add": Command(
        single.AddComment, on_voices.may_import_comments, single.add_comment, "comment.added",
        why_not=on_voices.WHY_NOT_IMPORT,
    ),
    "comment.remove": Command(
        single.RemoveComments, on_voices.may_import_comments, single.remove_comments, "comment.removed",
        why_not=on_voices.WHY_NOT_IMPORT,
    ),
    "comment.import": Command(
        voices.ImportComments, on_voices.may_import_comments, voices.import_comments, "comment.imported",
        why_not=on_voices.WHY_NOT_IMPORT,
    ),
    "comment.undo_import": Command(
        voices.UndoImport, on_voices.may_import_comments, voices.undo_import, "comment.import_undone",
        why_not=on_voices.WHY_NOT_IMPORT,
    ),
    "issue.add": Command(
        voices.AddIssue, on_voices.may_edit_issues, voices.add_issue, "issue.added", why_not=on_voices.WHY_NOT_ISSUE
    ),
    "issue.change": Command(
        voices.ChangeIssue, on_voices.may_edit_issues, voices.change_issue, "issue.changed",
        why_not=on_voices.WHY_NOT_ISSUE,
    ),
    "issue.write": Command(
        voices.Write, on_voices.may_edit_issues, voices.write_issue, "issue.written", why_not=on_voices.WHY_NOT_ISSUE
    ),
    "issue.remove": Command(
        voices.ById, on_voices.may_edit_issues, voices.remove_issue, "issue.removed", why_not=on_voices.WHY_NOT_ISSUE
    ),
    # workshops: the meeting
    "workshop.open": Command(
        preparing.OpenWorkshop, in_room.may_run, preparing.open_workshop, "workshop.opened", why_not=_RUN
    ),
    "workshop.change": Command(
        preparing.ChangeWorkshop, in_room.may_run, preparing.change_workshop, "workshop.changed", why_not=_RUN
    ),
    "workshop.write": Command(
        touchpoints.Write, in_room.may_run, preparing.write_workshop, "workshop.written", why_not=_RUN
    ),
    "workshop.reply": Command(roster.Reply, in_room.may_take_part, roster.reply, "workshop.replied"),
    "workshop.book_report_back": Command(
        touchpoints.ById, in_room.may_run, series.book, "workshop.report_back_booked", why_not=_RUN
    ),
    "participant.ask": Command(
        roster.AskToCome, in_room.may_run, roster.ask_to_come, "participant.asked", why_not=_RUN
    ),
    "participant.change": Command(
        roster.ChangeParticipant, in_room.may_run, roster.change_participant, "participant.changed", why_not=_RUN
    ),
    "participant.remove": Command(
        roster.ByParticipant, in_room.may_run, roster.remove_participant, "participant.removed", why_not=_RUN
    ),
    "phase.add": Command(planning.AddPhase, in_room.may_run, planning.add_phase, "phase.added", why_not=_RUN),
    "phase.change": Command(
        planning.ChangePhase, in_room.may_run, planning.change_phase, "phase.changed", why_not=_RUN
    ),
    "phase.move": Command(planning.MovePhase, in_room.may_run, planning.move_phase, "phase.moved", why_not=_RUN),
    "phase.remove": Command(
        planning.ByPhase, in_room.may_run, planning.remove_phase, "phase.removed", why_not=_RUN
    ),
    "workshop.go_live": Command(
        running.ByWorkshop, in_room.may_run, running.go_live, "workshop.went_live", why_not=_RUN
    ),
    "workshop.next_phase": Command(
        running.TurnPhase, in_room.may_run, running.next_phase, "workshop.moved_on", why_not=_RUN
    ),
    "workshop.previous_phase": Command(
        running.TurnPhase, in_room.may_run, running.previous_phase, "workshop.moved_back", why_not=_RUN
    ),
    "workshop.pause": Command(running.TurnPhase, in_room.may_run, running.pause, "workshop.paused", why_not=_RUN),
    "workshop.add_minute": Command(
        running.TurnPhase, in_room.may_run, running.add_minute, "workshop.minute_added", why_not=_RUN
    ),
    "workshop.make_up": Command(
        running.TurnPhase, in_room.may_run, running.make_up, "workshop.made_up", why_not=_RUN
    ),
    "workshop.start_again": Command(
        running.TurnPhase, in_room.may_run, running.start_again, "workshop.started_again", why_not=_RUN
    ),
    "workshop.lead": Command(together.Lead, in_room.may_run, together.lead, "workshop.led", why_not=_RUN),
    "workshop.spotlight": Command(
        together.Spotlight, in_room.may_run, together.spotlight, "workshop.spotlit", why_not=_RUN
    ),
    "workshop.bring": Command(together.Bring, in_room.may_run, together.bring, "workshop.brought", why_not=_RUN),
    "workshop.lock": Command(together.Lock, in_room.may_run, together.lock, "workshop.locked", why_not=_RUN),
    "workshop.ask_in": Command(together.AskIn, in_room.may_run, together.ask_in, "workshop.asked_in", why_not=_RUN),
    "workshop.raise_hand": Command(
        together.RaiseHand, in_room.may_take_part, together.raise_hand, "workshop.hand_raised"
    ),
    "parked.add": Command(parking.Park, in_room.may_take_part, parking.park, "parked.added"),
    "parked.settle": Command(
        parking.SettleParked, in_room.may_run, parking.settle_parked, "parked.settled", why_not=_RUN
    ),
    "parked.remove": Command(
        parking.ByParked, in_room.may_take_out, parking.take_out, "parked.removed", why_not=in_room.WHY_NOT_TAKE_OUT
    ),
    "workshop.reveal": Command(
        answers.Reveal, in_room.may_run, answers.reveal, "workshop.revealed", why_not=_RUN
    ),
    "workshop.close": Command(
        closing.CloseWorkshop, in_room.may_run, _close, "workshop.closed", alone=True, why_not=_RUN
    ),
    "workshop.read_out": Command(
        reading.ReadOut, in_room.may_run, reading.read_out, "workshop.read", why_not=_RUN
    ),
    "workshop.accept_report_back": Command(
        running.ByWorkshop, in_room.may_accept_report_back, reading.accept_report_back, "workshop.report_back_accepted",
        why_not=in_room.WHY_NOT_SPONSOR,
    ),
    "workshop.enter": Command(running.ByWorkshop, in_room.may_take_part, running.enter, "workshop.entered"),
    "workshop.say_ready": Command(
        running.SayReady, in_room.may_take_part, running.say_ready, "workshop.said_ready"
    ),
    "workshop.open_ratings": Command(
        rating.OpenRound, in_room.may_run, rating.open_round, "workshop.ratings_opened", why_not=_RUN
    ),
    "workshop.settle": Command(rating.Settle, in_room.may_run, rating.settle, "workshop.settled", why_not=_RUN),
    "rating.give": Command(rating.GiveRating, in_room.may_take_part, rating.give, "rating.given"),
    "answer.add": Command(
        answers.AddAnswer, in_room.may_answer, answers.add_answer, "answer.added", why_not=in_room.WHY_NOT_ANSWER
    ),
    "answer.change": Command(
        answers.ChangeAnswer, in_room.may_change_answer, answers.change_answer, "answer.changed", why_not=_YOURS
    ),
    "answer.write": Command(
        touchpoints.Write, in_room.may_change_answer, answers.write_answer, "answer.written", why_not=_YOURS
    ),
    "answer.remove": Command(
        answers.ByAnswer, in_room.may_change_answer, answers.remove_answer, "answer.removed", why_not=_YOURS
    ),
    "answer.group": Command(
        talking.Group, in_room.may_answer, talking.group, "answer.grouped", why_not=in_room.WHY_NOT_TALK
    ),
    "answer.ask": Command(talking.Ask, in_room.may_answer, talking.ask, "answer.asked", why_not=in_room.WHY_NOT_TALK),
    "answer.react": Command(talking.React, in_room.may_take_part, talking.react, "answer.reacted"),
    "reply.add": Command(talking.AddReply, in_room.may_take_part, talking.add_reply, "reply.added"),
    "reply.remove": Command(
        talking.ById, in_room.may_remove_reply, talking.remove_reply, "reply.removed", why_not=in_room.WHY_NOT_TAKE_OUT
    ),
    "tie.add": Command(talking.AddTie, in_room.may_answer, talking.add_tie, "tie.added", why_not=in_room.WHY_NOT_TALK),
    "tie.remove": Command(
        talking.ById, in_room.may_remove_tie, talking.remove_tie, "tie.removed", why_not=in_room.WHY_NOT_TAKE_OUT
    ),
    "vote.open": Command(voting.OpenVote, in_room.may_run, voting.open_vote, "vote.opened", why_not=_RUN),
    "vote.cast": Command(voting.Cast, in_room.may_take_part, voting.cast, "vote.cast"),
    "vote.close": Command(voting.CloseVote, in_room.may_run, voting.close_vote, "vote.closed", why_not=_RUN),
    # actions: promises
    "action.add": Command(
        actions.AddAction, on_actions.may_add, actions.add_action, "action.added", why_not=on_actions.WHY_NOT_ADD
    ),
    "action.change": Command(
        actions.ChangeAction, on_actions.may_change, actions.change_action, "action.changed", why_not=_PROMISE
    ),
    "action.write": Command(
        touchpoints.Write, on_actions.may_change, actions.write_action, "action.written", why_not=_PROMISE
    ),
    "result.mark": Command(
        results.MarkResult, on_actions.may_tell, results.mark_result, "result.marked", why_not=_PROMISE
    ),
    "action.note": Command(actions.AddNote, on_actions.may_note, actions.add_note, "action.noted"),
    "proof.add": Command(
        proofs.AddProof, on_actions.may_prove, proofs.add_proof, "proof.added", why_not=_PROMISE
    ),
    "proof.remove": Command(
        touchpoints.ById, on_actions.may_remove_proof, proofs.remove_proof, "proof.removed", why_not=_PROMISE
    ),
    "no_action.say": Command(
        coverage.SayNone, on_actions.may_say_none, coverage.say_none, "no_action.said", why_not=on_actions.WHY_NOT_NONE
    ),
    "no_action.take_back": Command(
        touchpoints.ById, on_actions.may_take_none_back, coverage.take_none_back, "no_action.taken_back",
        why_not=on_actions.WHY_NOT_NONE,
    ),
}  # fmt: skip
# What is done in a meeting is done in its time, too: one table, workshops.permissions.TIMES.
COMMANDS |= {
    name: replace(one, may=in_room.in_time(name, one.may)) for name, one in COMMANDS.items() if name in in_room.TIMES
}

KINDS: dict[str, Kind] = {
    "journey": Kind(Journey, on_map.may_change_map_row),
    "stage": Kind(Stage, on_map.may_change_map_row),
    "channel": Kind(Channel, on_map.may_change_map_row),
    "touchpoint": Kind(Touchpoint, on_map.may_change_touchpoint_row),
    "version": Kind(MapVersion, on_map.may_change_map_row),
    "remark": Kind(Remark, on_map.may_change_own_row),
    "proposal": Kind(Proposal, on_map.may_change_proposal_row),
    "aim": Kind(Aim, on_personas.may_change_persona_row),
    "persona": Kind(Persona, on_personas.may_change_persona_row),
    "experience": Kind(Experience, on_personas.may_change_experience_row),
    "issue": Kind(Issue, on_voices.may_change_issue_row),
    "workshop": Kind(Workshop, in_room.may_change_workshop_row),
    "phase": Kind(Phase, in_room.may_change_workshop_row),
    "participant": Kind(Participant, in_room.may_change_participant_row),
    "nudge": Kind(Nudge, in_room.may_change_nudge_row),
    "parked": Kind(Parked, in_room.may_change_parked_row),
    "answer": Kind(Answer, in_room.may_change_answer_row, follow=answers.count_answer),
    "rating": Kind(Rating, in_room.may_change_rating_row, follow=rating.count_rater),
    "reaction": Kind(Reaction, in_room.may_change_reaction_row),
    "reply": Kind(Reply, in_room.may_change_reply_row),
    "tie": Kind(Tie, in_room.may_change_tie_row),
    "action": Kind(ActionItem, on_actions.may_change_action_row),
    "result": Kind(Result, on_actions.may_change_result_row),
    "note": Kind(ProgressNote, on_actions.may_change_note_row),
    "proof": Kind(Proof, on_actions.may_change_proof_row),
    "no_action": Kind(NoAction, on_actions.may_change_none_row),
}


def you(actor: Actor) -> dict[str, Any]:
    """What a browser needs to know about its person (protocol P10)."""
    return {
        "key": actor.key,
        "name": actor.name,
        "role": actor.role,
        "edit": on_map.edit_level(actor),
        "departments": sorted(actor.departments),
    }


def departments(organisation_id: str) -> list[dict[str, Any]]:
    """Those that were as well, for a map's past names them; they come with `retired`."""
    rows = Department.ever.filter(organisation=organisation_id).order_by("position", "id")
    return [
        {"id": row.pk, "name": row.name, "code": row.code, "colour": row.colour, "retired": row.retired_at is not None}
        for row in rows
    ]


BOARD = Board(COMMANDS, KINDS, load_actors, you, departments, WHY_ARCHIVED)
