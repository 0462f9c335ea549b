"""P24: for every command and every audience, snapshot before + event = snapshot after. Also for its undo and redo.

(The idea is Zulip's `verify_action`: a feature cannot forget its live update.) A command of the board
without a row in tests/live/payloads.py fails here.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from msgspec.json import decode

from accounts.actors import Actor, load_actors
from accounts.models import Guest
from journeymap.board import BOARD, COMMANDS
from live.committer import Committed
from live.door import execute
from live.models import Event, new_id
from live.queries import event_json, snapshot
from live.values import Refused
from personas.models import Experience, Persona
from tests.live.payloads import PAYLOADS, SOON, Scene, set_scene, turn
from tests.live.reducer import Records, reduce, touched
from touchpoints.models import Stage
from workshops.models import Answer

# What changes a row that its sender may not change otherwise, and so not take back either: a guest's promise is
# looked after by those who stay, and a note may set or settle the call for help of a promise of somebody else.
OUT_OF_HAND = {"action.add", "action.note"}


PEN = "k_" + "5" * 22


class Watched:
    """The room as everybody in it sees it, from snapshots; and the same brought forward by events alone."""

    def __init__(self, scene: Scene, guest: Guest, organisation: str) -> None:
        self.scene = scene
        self.identities = {name: person.identity for name, person in scene.people.items() if name != "olga"}
        self.identities["gus"] = guest.identity
        actors = load_actors(self.identities.values(), organisation, scene.room)
        self.viewers: dict[str, Actor] = {name: actors[key] for name, key in self.identities.items()}
        assert {actor.role for actor in self.viewers.values()} == {
            "admin", "facilitator", "representative", "executive", "observer", "guest",
        }  # fmt: skip

    def seen(self) -> dict[str, Records]:
        """Viewer → the records a page that loads now would be sent."""
        found = snapshot(BOARD, self.scene.room)
        assert found is not None
        return {name: decode(found.frame(actor.audiences))["records"] for name, actor in self.viewers.items()}

    def act(self, who: str, name: str, data: Any, before: dict[str, Records]) -> tuple[str, dict[str, Records]]:
        """Somebody does something, everybody applies its event: the id of the command, and what is seen after."""
        outcome = execute(self.scene.room, self.identities[who], name, data, pen=PEN)
        stored = Committed.of(Event.objects.get(room=self.scene.room, seq=outcome.seq))
        assert stored == outcome.event, "the log says what was told"
        after = self.seen()
        for viewer, actor in self.viewers.items():
            raw = event_json(stored, actor.audiences)
            event = decode(raw) if raw is not None else {}
            assert reduce(before[viewer], event) == after[viewer], f"{name} by {who}, seen by {viewer}: {event}"
            hidden = touched(event) - before[viewer].keys() - after[viewer].keys()
            assert not hidden, f"{name} by {who} speaks to {viewer} of {hidden}, which {viewer} never sees (P26)"
        return outcome.id, after


@pytest.fixture
def watched(journey, people, gus, harrow) -> Watched:
    return Watched(set_scene(journey, people, gus), gus, harrow.pk)


def holds(watched: Watched, who: str, name: str, data: Any) -> bool:
    """P24 for the command, its undo, and the undo of that. False when this person may not."""
    before = watched.seen()
    try:
        command, after = watched.act(who, name, data, before)
    except Refused:
        assert watched.seen() == before, f"{name} was refused to {who}, and yet did something"
        return False
    try:
        back, undone = watched.act(who, "undo", {"command": command}, after)
    except Refused as refused:
        for_good = refused.message in ("This cannot be undone.", "There is nothing of yours to undo here.")
        assert for_good or (refused.code == "forbidden" and name in OUT_OF_HAND), f"{name} by {who}: {refused}"
        assert watched.seen() == after
        return True
    assert undone == before, f"{name} by {who}, undone"
    try:
        _, redone = watched.act(who, "undo", {"command": back}, undone)
    except Refused as refused:
        assert refused.message == "This cannot be undone.", f"{name} by {who}, done again: {refused}"
        return True
    assert redone == after, f"{name} by {who}, done again"
    return True


def test_every_command_has_a_payload_and_every_payload_a_command():
    missing, left_over = COMMANDS.keys() - PAYLOADS.keys(), PAYLOADS.keys() - COMMANDS.keys()
    assert not missing, f"Add a row to tests/live/payloads.py for {sorted(missing)}"
    assert not left_over, f"There is no command any more for {sorted(left_over)}"


@pytest.mark.parametrize("name", COMMANDS)
def test_snapshot_and_event_are_the_next_snapshot(watched, name):
    assert name in PAYLOADS, f"Add a row to tests/live/payloads.py for {name}"
    did = []
    for who in watched.viewers:
        with transaction.atomic():
            if holds(watched, who, name, PAYLOADS[name](watched.scene)):
                did.append(who)
            transaction.set_rollback(True)
    assert did, f"nobody could: the row for {name} in tests/live/payloads.py is of no use"


def anonymous(watched: Watched) -> str:
    """A workshop that runs with no names, with one answer for Sales."""
    scene, fiona, sam = watched.scene, watched.identities["fiona"], watched.identities["sam"]
    data = {**PAYLOADS["workshop.open"](scene), "anonymous": True}
    execute(scene.room, fiona, "workshop.open", data)
    execute(scene.room, fiona, "workshop.go_live", {"id": data["id"]})
    turn(scene.room, fiona, data["id"], "learn")
    answer = new_id("an")
    words = {"workshop": data["id"], "of_kind": "learn", "text": "We never call back", "department": scene.sales}
    execute(scene.room, sam, "answer.add", {"id": answer, **words}, pen=PEN)
    execute(scene.room, fiona, "workshop.reveal", {"id": data["id"], "of_kind": "learn"})
    return answer


# What the one row of each command does not reach: (who, what, data of the scene).
CORNERS = {
    "an anonymous answer is changed by who runs it": ("fiona", "answer.change", lambda w: {"id": anonymous(w), "text": "x"}),
    "an anonymous answer is typed in": ("ada", "answer.write", lambda w: {"id": anonymous(w), "field": "text", "rev": 0, "delta": ["y "]}),
    "an anonymous answer is removed": ("fiona", "answer.remove", lambda w: {"id": anonymous(w)}),
    "a late anonymous answer is nobody's at once": ("gus", "answer.add", lambda w: {
        "id": new_id("an"), "workshop": Answer.objects.get(pk=anonymous(w)).workshop_id, "of_kind": "learn", "text": "Late",
    }),
    "the answers of one department": ("fiona", "workshop.reveal", lambda w: {
        "id": w.scene.live, "of_kind": "learn", "department": w.scene.sales,
    }),
    "a reaction is taken back": ("sue", "answer.react", lambda w: {"id": new_id("rc"), "answer": reacted(w), "of_kind": "too"}),
    "an answer leaves its group": ("sue", "answer.group", lambda w: {"id": w.scene.live, "headings": {grouped(w): ""}}),
    "what it costs us": ("sam", "rating.give", lambda w: {
        "id": new_id("ra"), "workshop": w.scene.rated, "place": w.scene.issue, "severity": 2, "about": "company",
    }),
    "an open answer is changed by who runs it": ("fiona", "answer.change", lambda w: {"id": w.scene.revealed, "text": "Shorter"}),
    "an open answer is removed": ("sam", "answer.remove", lambda w: {"id": w.scene.revealed}),
    "a late answer is open at once": ("sue", "answer.add", lambda w: {
        "id": new_id("an"), "workshop": w.scene.live, "of_kind": "fine_tune", "text": "Late", "department": w.scene.service,
    }),
    "a stage with all that hangs on it": ("fiona", "stage.remove", lambda w: {"id": w.scene.stage}),
    "a touchpoint with a remark on it": ("sam", "touchpoint.remove", lambda w: {"id": w.scene.touchpoint}),
    "another department comes in": ("sam", "touchpoint.change", lambda w: {
        "id": w.scene.touchpoint, "contributors": [w.scene.service], "channels": [], "title": "  Waits   longer ",
    }),
    "the lead is handed over": ("fiona", "touchpoint.change", lambda w: {"id": w.scene.touchpoint, "lead": None}),
    "to the end of its own stage": ("fiona", "touchpoint.move", lambda w: {
        "id": w.scene.touchpoint, "stage": w.scene.stage, "after": w.scene.other,
    }),
    "behind a neighbour that is gone": ("fiona", "touchpoint.move", lambda w: {
        "id": w.scene.touchpoint, "stage": w.scene.stage2, "after": "tp_0000000000000000",
    }),
    "no room between two stages": ("fiona", "stage.move", lambda w: {"id": crowded(w), "after": w.scene.stage}),
    "an experience that was there": ("sam", "experience.set", lambda w: {
        "id": new_id("ex"), "persona": w.scene.persona, "touchpoint": w.scene.touchpoint, "felt": None, "need": "",
    }),
    "an experience that comes back": ("fiona", "experience.set", lambda w: {
        "id": new_id("ex"), "persona": brought_back(w), "touchpoint": w.scene.touchpoint, "felt": 2, "need": "A call",
    }),
    "a comment into a stage only": ("sue", "comment.place", lambda w: {"ids": [w.scene.comment], "stage": w.scene.stage}),
    "a comment off the map": ("sam", "comment.place", lambda w: {"ids": [placed(w)]}),
    "the owner of the journey": ("ada", "journey.change", lambda w: {
        "id": w.scene.room, "owner": w.scene.people["sam"].pk, "name": "Another name", "review_by": None,
    }),
    "a start in another time zone": ("fiona", "workshop.change", lambda w: {
        "id": w.scene.planned, "starts_at": f"{SOON}T23:30:00.123456-09:30",
    }),
    "a promise kept": ("sam", "action.change", lambda w: {"id": w.scene.action, "status": "done", "outcome": "They know."}),
    "a promise dropped": ("fiona", "action.change", lambda w: {
        "id": w.scene.action, "status": "dropped", "dropped_because": "Too dear", "owner": w.scene.people["sue"].pk,
    }),
    "help is answered": ("elena", "action.note", lambda w: {"id": new_id("pn"), "action": helpless(w), "text": "I call them."}),
    "words that need escaping": ("otto", "remark.add", lambda w: {
        "id": new_id("rm"), "touchpoint": w.scene.other, "text": "Line one\nline two \U0001f600 \"quoted\" <b>",
    }),
}  # fmt: skip


def reacted(watched: Watched) -> str:
    watched.scene.by("sue", "answer.react", id=new_id("rc"), answer=watched.scene.revealed, of_kind="too")
    return watched.scene.revealed


def grouped(watched: Watched) -> str:
    watched.scene.by("fiona", "answer.group", id=watched.scene.live, headings={watched.scene.revealed: "Dates"})
    return watched.scene.revealed


def crowded(watched: Watched) -> str:
    """Two stages whose keys lie so close that nothing fits between: the third is to come there."""
    scene = watched.scene
    first, second, third = Stage.objects.filter(room=scene.room).order_by("order")[:3]
    Stage.objects.filter(pk=second.pk).update(order=first.order + "0" * 20 + "1")
    return third.pk


def brought_back(watched: Watched) -> str:
    """The persona was removed with her experience; she is back, and it is not."""
    scene, fiona = watched.scene, watched.identities["fiona"]
    execute(scene.room, fiona, "persona.remove", {"id": scene.persona})
    Persona.objects.filter(pk=scene.persona).update(removed_at=None)
    assert Experience.objects.get(pk=scene.experience).removed_at is not None
    return scene.persona


def placed(watched: Watched) -> int:
    data = {"ids": [watched.scene.comment], "touchpoint": watched.scene.touchpoint}
    execute(watched.scene.room, watched.identities["sam"], "comment.place", data)
    return watched.scene.comment


def helpless(watched: Watched) -> str:
    execute(watched.scene.room, watched.identities["sam"], "action.note", PAYLOADS["action.note"](watched.scene))
    return watched.scene.action


@pytest.mark.parametrize("corner", CORNERS)
def test_and_so_in_the_corners(watched, corner):
    who, name, data = CORNERS[corner]
    made = data(watched)
    if "rev" in made:
        made["rev"] = watched.scene.seq
    assert holds(watched, who, name, made)
