"""H4: what random people did, as each of them was told it, replayed through the browser's own modules under Node.

After every event, and after every frame as the socket sends them, the browser's state has the hash of ours.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import transaction
from msgspec.json import decode

from accounts.actors import Actor, load_actors
from journeymap.board import BOARD, COMMANDS
from live.committer import Committed, Item, commit
from live.door import decode_command
from live.queries import Snapshot, event_json, events_since, snapshot
from live.room import events_frame
from tests.live.payloads import PAYLOADS, Scene, set_scene
from tests.live.reducer import digest, reduce
from touchpoints.models import Touchpoint

WORDS = ["and ", "1 ", "-1", "😀", "e\u0301", "👩‍👩‍👧‍👦", '"\\', "</script>", "\u2028", "\n", "א"]


class Recording:
    """A journey, who is in it, what it was at the start, what happened, and what it is at the end."""

    def __init__(self, scene: Scene, actors: dict[str, Actor], seed: int) -> None:
        self.scene, self.actors, self.chance = scene, actors, random.Random(seed)
        self.count, self.done = 0, []
        self.before = self._now()
        for _ in range(100):
            self._some()
        self.events: list[Committed] = events_since(scene.room, self.before.seq)
        self.after = self._now()
        assert len(self.events) == self.after.seq - self.before.seq > 60

    def _now(self) -> Snapshot:
        found = snapshot(BOARD, self.scene.room)
        assert found is not None
        return found

    def _some(self) -> None:
        """A few people in one transaction: any command, typing in an old text, taking something back."""
        items = [self._item(self.chance.choice(sorted(self.actors))) for _ in range(self.chance.randint(1, 4))]
        for item, outcomes in zip(items, commit(BOARD, items)[0], strict=True):
            self.done += [(item.identity, outcome.id) for outcome in outcomes if outcome.event]

    def _item(self, who: str) -> Item:
        identity, what = self.actors[who].key, self.chance.random()
        mine = [pk for by, pk in self.done if by == identity]
        if what < 0.2 and mine:
            name, data = "undo", {"command": self.chance.choice(mine)}
        elif what < 0.5:
            name, data = "touchpoint.write", self._typing()
        else:
            name = self.chance.choice(sorted(set(COMMANDS) - {"stage.remove", "workshop.close"}))
            data = PAYLOADS[name](self.scene)
        self.count += 1
        return Item(self.scene.room, identity, [(f"tab-{self.count:04}", name, decode_command(BOARD, name, data))])

    def _typing(self) -> dict[str, Any]:
        pk = self.chance.choice([self.scene.touchpoint, self.scene.other])
        text = Touchpoint.objects.values_list("notes", flat=True).get(pk=pk)
        at = self.chance.randint(0, len(text))
        gone = self.chance.randint(0, min(2, len(text) - at))
        delta = [entry for entry in (at, self.chance.choice(WORDS), -gone) if entry]
        return {"id": pk, "field": "notes", "rev": self.scene.seq, "delta": delta}


@pytest.fixture
def recordings(journey, people, gus, harrow):
    scene = set_scene(journey, people, gus)
    keys = [person.identity for name, person in people.items() if name != "olga"] + [gus.identity]
    found = load_actors(keys, harrow.pk, scene.room)
    actors = {f"{actor.role} {actor.name}": actor for actor in found.values()}

    def record(seeds: range):
        for seed in seeds:
            with transaction.atomic():
                yield Recording(scene, actors, seed)
                transaction.set_rollback(True)

    return record


def test_the_browser_reduces_every_event_to_the_same_state(recordings, node):
    for recording in recordings(range(3)):
        for name, actor in recording.actors.items():
            records = decode(recording.before.frame(actor.audiences))["records"]
            events = [decode(raw) for event in recording.events if (raw := event_json(event, actor.audiences))]
            ours = [digest(records)]
            theirs = node("replay.mjs", {"snapshot": records, "events": events})
            for event in events:
                records = reduce(records, event)
                ours.append(digest(records))
            assert theirs == ours, f"as {name}, first at event {_first_difference(theirs, ours)}"
            assert ours[-1] == digest(recording.after.records(actor.audiences)), f"as {name}, at the end"


def test_the_browsers_store_stands_where_the_frames_say(recordings, node):
    """Frames as the hub cuts them: several events in one, some sent twice after a short cut, a snapshot in between."""
    for recording in recordings(range(3, 5)):
        for name, actor in recording.actors.items():
            chance, events = random.Random(name), recording.events
            frames = [decode(recording.before.frame(actor.audiences))]
            at = 0
            while at < len(events):
                start, end = max(0, at - chance.choice([0, 0, 0, 3])), at + chance.randint(1, 9)
                frames.append(decode(events_frame(events[start:end], actor.audiences)))
                at = min(end, len(events))
                if chance.random() < 0.1:  # a hole that was asked for: everything again from an old place
                    frames.append(decode(events_frame(events[max(0, at - 20) : at], actor.audiences)))
            frames.append(decode(recording.after.frame(actor.audiences)))
            lines = [line.split() for line in node("frames.mjs", frames)]
            end = [digest(recording.after.records(actor.audiences)), str(recording.after.seq)]
            assert lines[-2] == end, f"as {name}, by events alone"
            assert lines[-1] == end, f"as {name}, from the snapshot"
            assert [seq for _, seq in lines] == sorted((seq for _, seq in lines), key=int)


def _first_difference(a: list[str], b: list[str]) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
