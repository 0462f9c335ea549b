"""H1: anybody does anything in any order, against a model in plain Python. H2: browsers with a bad network converge.

Both drive the real engine on the real database; every example is rolled back. The model of H1 is naive on
purpose: it says again, in its own words, who may do what and what must then be there.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec.json import decode

from accounts.actors import Actor, load_actors
from accounts.models import Guest
from journeymap.board import BOARD, COMMANDS
from live.committer import Item, Outcome, commit
from live.door import decode_command
from live.models import Event, Room
from live.queries import applied, event_json, events_since, snapshot
from live.text import apply, compose, transform
from tests.live.payloads import PAYLOADS, Scene, set_scene
from tests.live.reducer import Records, reduce
from touchpoints.models import Touchpoint

WHO = ["fiona", "ada", "sam", "sue", "elena", "otto", "gus"]
who = st.sampled_from(WHO)
LEADS = {"fiona": None, "ada": None, "sam": "sales", "gus": "sales", "sue": "service"}


@dataclass
class Place:
    """Where a machine runs: the scene, and who everybody is."""

    scene: Scene
    keys: dict[str, str]
    actors: dict[str, Actor]


@pytest.fixture
def place(journey, people, gus: Guest, harrow) -> Place:
    scene = set_scene(journey, people, gus)
    keys = {name: gus.identity if name == "gus" else people[name].identity for name in WHO}
    found = load_actors(keys.values(), harrow.pk, scene.room)
    return Place(scene, keys, {name: found[key] for name, key in keys.items()})


def run(machine: type[InRollback], place: Place, *, examples: int, steps: int) -> None:
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        lambda: machine(place),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, suppress_health_check=slow
        ),
    )


class InRollback(RuleBasedStateMachine):
    """Every example begins in the scene as it was set, whatever the one before did."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self.scene = place, place.scene
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.count = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)

    def next(self) -> int:
        self.count += 1
        return self.count

    def item(self, name: str, *commands: tuple[str, str, Any], tx: str = "") -> Item:
        decoded = [(pk, verb, decode_command(BOARD, verb, data)) for pk, verb, data in commands]
        return Item(self.scene.room, self.place.keys[name], decoded, tx)

    def seen_by(self, name: str) -> Records:
        found = snapshot(BOARD, self.scene.room)
        assert found is not None
        return decode(found.frame(self.place.actors[name].audiences))["records"]


# -- H1 ----------------------------------------------------------------------------------------
@dataclass
class Card:
    """A touchpoint as the model knows it."""

    id: str
    lead: str | None
    felt: int | None = None
    gone: bool = False
    words: list[str] = field(default_factory=list)


@dataclass
class Deed:
    """A command that was acknowledged, and how it may be taken back."""

    id: str
    who: str
    seq: int
    verb: str
    card: Card
    before: Any = None
    after: Any = None
    taken_back: bool = False


class Anybody(InRollback):
    cards = Bundle("cards")
    deeds = Bundle("deeds")

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.seq = self.scene.seq
        self.acknowledged: dict[str, int] = {}
        self.known: list[Card] = []
        self.folded = {name: self.seen_by(name) for name in ("fiona", "sue", "gus")}

    # -- doing -------------------------------------------------------------------------------
    def ask(self, name: str, verb: str, data: Any, command_id: str = "") -> Outcome:
        pk = command_id or f"tab-{self.next():05}"
        ((outcome,),) = self.commit(self.item(name, (pk, verb, data)))
        return outcome

    def commit(self, *items: Item) -> list[list[Outcome]]:
        outcomes, told = commit(BOARD, items)
        for event in told.get(self.scene.room, ()):
            self.seq += 1
            assert event.seq == self.seq, "P21: one number after the other, told in their order"
            assert event.id not in self.acknowledged, "P22: once"
            self.acknowledged[event.id] = event.seq
            for name, records in self.folded.items():
                raw = event_json(event, self.place.actors[name].audiences)
                self.folded[name] = reduce(records, decode(raw)) if raw else records
        return outcomes

    def may(self, name: str, card: Card) -> bool:
        """The rights, said again: who leads all; departments their own; the others nothing."""
        return name in LEADS and (LEADS[name] is None or LEADS[name] == card.lead)

    def expect(self, outcome: Outcome, name: str, card: Card) -> bool:
        """Whether it was done; checks that it was refused exactly when it had to be."""
        code = outcome.refused and outcome.refused.code
        assert code == ("unknown" if card.gone else None if self.may(name, card) else "forbidden"), outcome.refused
        return code is None

    # -- rules -------------------------------------------------------------------------------
    @rule(target=cards, name=who, lead=st.sampled_from(["sales", "service", None]))
    def add(self, name, lead):
        card = Card(f"tp_{self.next():016}", lead if name != "sue" else "service")
        department = card.lead and getattr(self.scene, card.lead)
        data = {"id": card.id, "stage": self.scene.stage2, "title": "New", "lead": department}
        outcome = self.ask(name, "touchpoint.add", data)
        own = LEADS.get(name, "none")
        if name not in LEADS or (own and card.lead not in (own, None)):
            assert outcome.refused.code == "forbidden"
            card.gone, card.id = True, f"tp_{0:016}"
            return card
        card.lead = card.lead or own  # representatives add for their own department
        self.known.append(card)
        return card

    @rule(target=deeds, name=who, card=cards, felt=st.integers(-2, 2))
    def feel(self, name, card, felt):
        outcome = self.ask(name, "touchpoint.change", {"id": card.id, "felt": felt})
        deed = Deed(outcome.id, name, outcome.seq, "feel", card, card.felt, felt)
        if self.expect(outcome, name, card):
            card.felt = felt
        return deed

    @rule(target=deeds, name=who, card=cards, behind=st.integers(0, 6), at=st.integers(0, 30))
    def write(self, name, card, behind, at):
        """Type a word nobody else types, into the text as it was a few events ago."""
        rev = max(0, self.seq - behind)
        was = self._text_at(card, rev)
        word = f"⟨{self.next()}😀⟩"
        place = sum(map(len, was[: at % (len(was) + 1)]))  # between two words, as they stood then
        data = {"id": card.id, "field": "notes", "rev": rev, "delta": [place, word]}
        outcome = self.ask(name, "touchpoint.write", data)
        if self.expect(outcome, name, card):
            card.words.append(word)
        return Deed(outcome.id, name, outcome.seq, "write", card, after=word)

    def _text_at(self, card: Card, rev: int) -> list[str]:
        """The words of a card's notes when the room was at `rev`: what the log says up to there."""
        text = ""
        for event in Event.objects.filter(room=self.scene.room, seq__lte=rev).order_by("seq"):
            body = decode(event.body)
            if any(row["id"] == card.id for row in body.get("put", ())):
                text = next(row["notes"] for row in body["put"] if row["id"] == card.id)
            for change in body.get("text", ()):
                text = apply(text, change["delta"]) if change["id"] == card.id else text
        return [f"{word}⟩" for word in text.split("⟩")[:-1]]

    @rule(target=deeds, name=who, card=cards)
    def remove(self, name, card):
        outcome = self.ask(name, "touchpoint.remove", {"id": card.id})
        if self.expect(outcome, name, card):
            card.gone = True
        return Deed(outcome.id, name, outcome.seq, "remove", card)

    @rule(name=who, card=cards, other=cards, stage=st.sampled_from(["stage", "stage2"]), first=st.booleans())
    def move(self, name, card, other, stage, first):
        data = {"id": card.id, "stage": getattr(self.scene, stage), "after": None if first else other.id}
        self.expect(self.ask(name, "touchpoint.move", data), name, card)

    @rule(target=deeds, name=who, deed=deeds)
    def undo(self, name, deed):
        outcome = self.ask(name, "undo", {"command": deed.id})
        back = Deed(outcome.id, name, outcome.seq, "undo", deed.card, deed.after, deed.before)
        if not deed.seq or name != deed.who:
            assert outcome.refused.code == "unknown", "there is nothing of theirs to undo"
        elif deed.taken_back:
            assert outcome.refused.code == "conflict", "each change is taken back once"
        elif deed.verb == "feel":
            self._undo_feeling(outcome, deed)
        elif deed.verb == "write" and not outcome.refused:
            deed.card.words.remove(deed.after)
        elif deed.verb == "remove":
            assert (outcome.refused is None) == deed.card.gone
            deed.card.gone = False
        if not outcome.refused:
            deed.taken_back = True
            back.verb = {"feel": "feel", "write": "rewrite", "remove": "add"}.get(deed.verb, "again")
            if deed.verb not in ("feel",):
                back.taken_back, back.seq = False, 0  # the redo of these is for the other tests
        return back

    def _undo_feeling(self, outcome: Outcome, deed: Deed) -> None:
        code = outcome.refused and outcome.refused.code
        if deed.card.gone:
            assert code == "unknown"
        elif deed.before == deed.after:
            assert code == "conflict", "nothing was changed"
        elif deed.card.felt != deed.after:
            assert code == "conflict", "somebody changed it since"
        else:
            assert code is None, outcome.refused
            deed.card.felt = deed.before

    @rule(name=who, verb=st.sampled_from(sorted(COMMANDS)))
    def anything(self, name, verb):
        """Every command of the board, by anybody: done or refused with a sentence, never broken."""
        outcome = self.ask(name, verb, PAYLOADS[verb](self.scene))
        if outcome.refused:
            assert outcome.refused.code not in ("internal", "busy", "rate"), outcome.refused
            assert outcome.refused.message.endswith(".")

    @rule(name=who, deed=deeds, felt=st.integers(-2, 2))
    def retry(self, name, deed, felt):
        """The answer was lost on the way, or somebody guesses ids: nothing happens a second time."""
        if deed.id in self.acknowledged:
            again = self.ask(name, "touchpoint.change", {"id": self.scene.other, "felt": felt}, deed.id)
            assert (again.repeat, again.seq) == (True, self.acknowledged[deed.id])

    @rule(names=st.lists(who, min_size=2, max_size=6), seed=st.integers(0, 10**6))
    def together(self, names, seed):
        """Several people in one transaction, groups among them: each stands or falls by itself."""
        chance, items = random.Random(seed), []
        for name in names:
            verbs = chance.sample(sorted(COMMANDS), chance.choice([1, 1, 3]))
            calls = [(f"tab-{self.next():05}", verb, PAYLOADS[verb](self.scene)) for verb in verbs]
            items.append(self.item(name, *calls, tx=f"tx-{self.next():05}" if len(calls) > 1 else ""))
        for item, outcomes in zip(items, self.commit(*items), strict=True):
            done = [outcome for outcome in outcomes if not outcome.refused]
            assert len(done) in (0, len(item.commands)), "all or nothing"
            assert all(outcome.refused.code != "internal" for outcome in outcomes if outcome.refused)

    # -- what always holds -------------------------------------------------------------------
    @invariant()
    def the_log_has_every_acknowledged_command_once(self):
        rows = Event.objects.filter(room=self.scene.room).order_by("seq").values_list("seq", "command_id")
        log = dict(rows)
        assert list(log) == list(range(1, self.seq + 1)) and Room.objects.get(pk=self.scene.room).seq == self.seq
        assert all(log[seq] == pk for pk, seq in self.acknowledged.items())

    @invariant()
    def snapshot_is_what_the_events_add_up_to(self):
        for name, records in self.folded.items():
            assert self.seen_by(name) == records, f"as {name} sees it"

    @invariant()
    def the_rows_are_as_the_model_says(self):
        rows = Touchpoint.objects.in_bulk([card.id for card in self.known])
        for card in self.known:
            row = rows[card.id]
            # `anything` may remove the stage the cards are in, or bring it back
            assert row.felt == card.felt and sorted(f"{w}⟩" for w in row.notes.split("⟩")[:-1]) == sorted(card.words)
            card.gone = row.removed_at is not None

    @invariant()
    def every_card_has_a_place_of_its_own(self):
        places = Touchpoint.objects.filter(room=self.scene.room, removed_at=None).values_list("stage", "order", "id")
        assert len(set(places)) == len(places)


def test_anybody_does_anything(place):
    run(Anybody, place, examples=30, steps=25)


# -- H2 ----------------------------------------------------------------------------------------
@dataclass
class Waiting:
    """A command that the server has not confirmed; `delta` for typing, moved over what others type."""

    id: str
    name: str
    data: dict[str, Any]
    delta: list[Any] | None = None
    tried: bool = False
    sent: bool = False


class Browser:
    """A page as static/js/live/store.js plays it: confirmed records, and what I did on top (P5, P13, P21)."""

    def __init__(self, machine: Network, name: str) -> None:
        self.machine, self.name = machine, name
        self.confirmed: Records = machine.seen_by(name)
        self.seq = machine.scene.seq
        self.waiting: list[Waiting] = []
        self.up: deque[Waiting] = deque()  # frames on their way to the server, with what they said when they left
        self.down: deque[dict[str, Any]] = deque()
        self.online = True

    def shown(self) -> Records:
        records = self.confirmed
        for command in self.waiting:
            pk = command.data["id"]
            if command.name == "touchpoint.add":
                records = {**records, pk: {"id": pk, "kind": "touchpoint", "notes": "", **command.data}}
            elif pk in records and command.name == "touchpoint.remove":
                records = {key: record for key, record in records.items() if key != pk}
            elif pk in records and command.delta is not None:
                records = {**records, pk: {**records[pk], "notes": apply(records[pk]["notes"], command.delta)}}
            elif pk in records:
                records = {**records, pk: {**records[pk], **command.data}}
        return records

    def typed(self, pk: str) -> list[Waiting]:
        return [command for command in self.waiting if command.delta is not None and command.data["id"] == pk]

    def do(self, name: str, data: dict[str, Any], delta: list[Any] | None = None) -> None:
        buffer = self.typed(data["id"])[-1:] if delta is not None else []
        if buffer and not buffer[0].tried:
            buffer[0].delta = compose(buffer[0].delta, delta)
        else:
            self.waiting.append(Waiting(f"{self.name}-{self.machine.next():05}", name, data, delta))

    def send(self) -> None:
        """Everything that may go: of each text only the first write, the next waits for its answer."""
        for command in self.waiting:
            first = command.delta is None or self.typed(command.data["id"])[0] is command
            if self.online and first and not command.sent:
                command.sent = command.tried = True
                data = (
                    command.data if command.delta is None else {**command.data, "rev": self.seq, "delta": command.delta}
                )
                self.up.append(Waiting(command.id, command.name, data))

    def hear(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "refused":
            lost = next((command for command in self.waiting if command.id == frame["id"]), None)
            if lost is not None:
                built = lost.name == "touchpoint.add" or lost.delta is not None
                self.waiting = [
                    c for c in self.waiting if c is not lost and not (built and c.data["id"] == lost.data["id"])
                ]
        elif frame["t"] == "done":
            self.waiting = [command for command in self.waiting if command.id != frame["id"]]
        elif frame["seq"] > self.seq + 1:
            raise AssertionError("P12: a frame covers its stretch without a gap")
        else:
            for event in frame["events"]:
                if event["seq"] > self.seq:
                    self.take(event)
            self.seq = max(self.seq, frame["to"])

    def take(self, event: dict[str, Any]) -> None:
        own = next((command for command in self.waiting if command.id == event["id"]), None)
        for change in event.get("text", ()) if own is None else ():
            theirs = change["delta"]
            for mine in self.typed(change["id"]) if change["field"] == "notes" else ():
                mine.delta, theirs = (
                    transform(mine.delta, theirs, first=False),
                    transform(theirs, mine.delta, first=True),
                )
        self.confirmed = reduce(self.confirmed, event)
        self.waiting = [command for command in self.waiting if command is not own]

    def cut(self) -> None:
        self.online = False
        self.up.clear()
        self.down.clear()

    def come_back(self, *, fresh: bool) -> None:
        """Hello with `since` and what waits; or with nothing, for a page that keeps no texts waiting."""
        room, actor = self.machine.scene.room, self.machine.place.actors[self.name]
        self.online, self.up, self.down = True, deque(), deque()
        done = applied(room, [command.id for command in self.waiting])
        if fresh and not any(command.delta is not None for command in self.waiting):
            self.confirmed, self.seq = self.machine.seen_by(self.name), self.machine.scene.seq
            self.waiting = [command for command in self.waiting if command.id not in done]
        for event in events_since(room, self.seq):
            raw = event_json(event, actor.audiences)
            self.hear({"t": "events", "seq": event.seq, "to": event.seq, "events": [decode(raw)] if raw else []})
        assert not done.keys() & {command.id for command in self.waiting}, "what was applied has come with the events"
        for command in self.waiting:
            command.sent = False


class Network(InRollback):
    """Four pages; frames are sent, delayed, lost with their socket and sent again."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.pages = [Browser(self, name) for name in ("fiona", "sam", "sam", "otto")]
        self.cards = [self.scene.touchpoint, self.scene.other]

    page = st.integers(0, 3)
    card = st.integers(0, 5)

    def pick(self, page: int, card: int) -> tuple[Browser, str]:
        return self.pages[page], self.cards[card % len(self.cards)]

    @rule(page=page, card=card, felt=st.integers(-2, 2))
    def feels(self, page, card, felt):
        browser, pk = self.pick(page, card)
        browser.do("touchpoint.change", {"id": pk, "felt": felt})

    @rule(
        page=page,
        card=card,
        at=st.integers(0, 40),
        n=st.integers(0, 4),
        word=st.sampled_from(["a", "b1", "😀", "e\u0301", ""]),
    )
    def types(self, page, card, at, n, word):
        browser, pk = self.pick(page, card)
        record = browser.shown().get(pk)
        if record is None:
            return
        at %= len(record["notes"]) + 1
        n = min(n, len(record["notes"]) - at)
        delta = [entry for entry in (at, word, -n) if entry]
        if word or n:
            browser.do("touchpoint.write", {"id": pk, "field": "notes"}, delta)

    @rule(page=page)
    def adds(self, page):
        pk = f"tp_{self.next():016}"
        self.cards.append(pk)
        self.pages[page].do("touchpoint.add", {"id": pk, "stage": self.scene.stage, "title": "New", "after": None})

    @rule(page=page, card=card)
    def removes(self, page, card):
        browser, pk = self.pick(page, card)
        if pk in browser.shown():
            browser.do("touchpoint.remove", {"id": pk})

    @rule(page=page)
    def sends(self, page):
        self.pages[page].send()

    @rule(order=st.permutations(range(4)), most=st.integers(1, 8))
    def commits(self, order, most):
        """The server takes what has arrived, in one transaction, from whoever was first."""
        arrived = [(self.pages[n], frame) for n in order for frame in self.pages[n].up][:most]
        for browser, frame in arrived:
            browser.up.remove(frame)
        self.serve(arrived)

    def serve(self, arrived: list[tuple[Browser, Waiting]]) -> None:
        if not arrived:
            return
        items = [self.item(browser.name, (frame.id, frame.name, frame.data)) for browser, frame in arrived]
        outcomes, told = commit(BOARD, items)
        for browser in self.pages:
            audiences = self.place.actors[browser.name].audiences
            shown = [(event.seq, event_json(event, audiences)) for event in told.get(self.scene.room, ())]
            if shown and browser.online:
                events = [decode(raw) for _, raw in shown if raw]
                browser.down.append({"t": "events", "seq": shown[0][0], "to": shown[-1][0], "events": events})
        for (browser, _), (outcome,) in zip(arrived, outcomes, strict=True):
            if browser.online and outcome.refused:
                assert outcome.refused.code in ("unknown", "forbidden", "conflict"), outcome.refused
                browser.down.append({"t": "refused", "id": outcome.id, **outcome.refused.to_wire()})
            elif browser.online and outcome.repeat:
                browser.down.append({"t": "done", "id": outcome.id, "seq": outcome.seq})

    @rule(page=page, n=st.integers(1, 5))
    def hears(self, page, n):
        for _ in range(min(n, len(self.pages[page].down))):
            self.pages[page].hear(self.pages[page].down.popleft())

    @rule(page=page)
    def is_cut(self, page):
        self.pages[page].cut()

    @rule(page=page, fresh=st.booleans())
    def comes_back(self, page, fresh):
        self.pages[page].come_back(fresh=fresh)

    @rule(page=page)
    def sends_twice(self, page):
        """A page that is not sure sends again with the same id, while the first may still arrive."""
        if self.pages[page].up:
            self.pages[page].up.append(self.pages[page].up[0])

    def teardown(self) -> None:
        """Quiet: everybody comes back and everything is sent until nothing waits. Then all see one thing."""
        try:
            for browser in self.pages:
                browser.come_back(fresh=False)
            for _ in range(200):
                if not any(browser.waiting for browser in self.pages):
                    break
                for browser in self.pages:
                    browser.send()
                    self.serve([(browser, frame) for frame in browser.up])
                    browser.up.clear()
                for browser in self.pages:
                    while browser.down:
                        browser.hear(browser.down.popleft())
            for browser in self.pages:
                assert not browser.waiting, "P23: every command ends"
                assert browser.shown() == browser.confirmed == self.seen_by(browser.name), browser.name
            ids = list(Event.objects.filter(room=self.scene.room).values_list("command_id", flat=True))
            assert len(ids) == len(set(ids)) == self.scene.seq
        finally:
            super().teardown()


def test_browsers_with_a_bad_network_end_with_one_journey(place):
    run(Network, place, examples=60, steps=40)
