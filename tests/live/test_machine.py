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
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
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


def bounded(examples: int, **more: int) -> settings:
    """Without shrinking: on a database that takes longer than anybody waits, and a failure says what was done."""
    return settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate], print_blob=True, **more,
    )  # fmt: skip


class Server:
    """The engine in one place, and a count that makes ids."""

    def __init__(self, place: Place) -> None:
        self.place, self.scene, self.count = place, place.scene, 0

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


class Anybody(Server, RuleBasedStateMachine):
    cards = Bundle("cards")
    deeds = Bundle("deeds")

    def __init__(self, place: Place) -> None:
        RuleBasedStateMachine.__init__(self)
        Server.__init__(self, place)
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.seq = self.scene.seq
        self.acknowledged: dict[str, int] = {}
        self.known: list[Card] = []
        self.folded = {name: self.seen_by(name) for name in ("fiona", "sue", "gus")}

    def teardown(self) -> None:
        """Every example begins in the scene as it was set, whatever the one before did."""
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)

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
    @initialize(target=cards)
    def two_to_begin_with(self):
        return multiple(self.put("fiona", "sales"), self.put("fiona", "service"))

    @rule(target=cards, name=who, lead=st.sampled_from(["sales", "service", None]))
    def add(self, name, lead):
        card = self.put(name, lead)
        return multiple(card) if card else multiple()

    def put(self, name, lead):
        card = Card(f"tp_{self.next():016}", lead)
        data = {"id": card.id, "stage": self.scene.stage2, "title": "New", "lead": lead and getattr(self.scene, lead)}
        outcome = self.ask(name, "touchpoint.add", data)
        own = LEADS.get(name, "none")
        if name not in LEADS or (own and lead not in (own, None)):
            assert outcome.refused.code == "forbidden"
            return None
        card.lead = lead or own  # representatives add for their own department
        self.known.append(card)
        return card

    verbs = st.sampled_from(["feel", "write", "move", "remove", "feel", "write", "write"])

    @rule(target=deeds, name=who, card=cards, other=cards, verb=verbs, n=st.integers(0, 30), m=st.integers(0, 6))
    def edit(self, name, card, other, verb, n, m):
        deed = Deed("", name, 0, verb, card)
        {"feel": self._feel, "write": self._write, "remove": self._remove}.get(verb, self._move)(deed, n, m, other)
        return deed

    def _done(self, deed: Deed, verb: str, data: dict[str, Any]) -> bool:
        outcome = self.ask(deed.who, verb, {"id": deed.card.id, **data})
        deed.id, deed.seq = outcome.id, outcome.seq
        return self.expect(outcome, deed.who, deed.card)

    def _feel(self, deed: Deed, n: int, m: int, other: Card) -> None:
        deed.before, deed.after = deed.card.felt, n % 5 - 2
        if self._done(deed, "touchpoint.change", {"felt": deed.after}):
            deed.card.felt = deed.after

    def _write(self, deed: Deed, n: int, m: int, other: Card) -> None:
        """Type a word nobody else types, into the text as it was a few events ago."""
        rev = max(0, self.seq - m)
        was, deed.after = self._text_at(deed.card, rev), f"⟨{self.next()}😀⟩"
        place = sum(map(len, was[: n % (len(was) + 1)]))  # between two words, as they stood then
        if self._done(deed, "touchpoint.write", {"field": "notes", "rev": rev, "delta": [place, deed.after]}):
            deed.card.words.append(deed.after)

    def _remove(self, deed: Deed, n: int, m: int, other: Card) -> None:
        deed.card.gone = self._done(deed, "touchpoint.remove", {}) or deed.card.gone

    def _move(self, deed: Deed, n: int, m: int, other: Card) -> None:
        stage = self.scene.stage if n % 2 else self.scene.stage2
        self._done(deed, "touchpoint.move", {"stage": stage, "after": other.id if m else None})

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

    @rule(target=deeds, deed=deeds, somebody=st.none() | who)
    def undo(self, deed, somebody):
        back = self._undo(deed, somebody or deed.who)
        return multiple(back) if back.seq else multiple()

    @rule(deed=deeds, other=st.sampled_from(["fiona", "ada"]), n=st.integers(0, 4))
    def undo_after_somebody(self, deed, other, n):
        """Somebody else feels differently about it, and only then is it undone."""
        self._feel(Deed("", other, 0, "feel", deed.card), n, 0, deed.card)
        self._undo(deed, deed.who)

    def _undo(self, deed: Deed, name: str) -> Deed:
        outcome = self.ask(name, "undo", {"command": deed.id})
        code = outcome.refused and outcome.refused.code
        back = Deed(outcome.id, name, outcome.seq, deed.verb, deed.card, deed.after, deed.before)
        if not deed.seq or name != deed.who:
            assert code == "unknown", "there is nothing of theirs to undo"
        elif deed.taken_back:
            assert code == "conflict", "each change is taken back once"
        elif deed.verb == "feel":
            self._undo_feeling(code, deed)
        elif deed.verb == "write":
            assert code == ("unknown" if deed.card.gone else None), outcome.refused
            if not code:
                deed.card.words.remove(deed.after)
                back.seq = 0
        elif deed.verb == "remove":
            assert (code is None) == deed.card.gone
            deed.card.gone = False
            back.seq = 0
        deed.taken_back = deed.taken_back or code is None
        return back

    def _undo_feeling(self, code: str | None, deed: Deed) -> None:
        if deed.card.gone and deed.before != deed.after:
            assert code == "unknown"
        elif deed.before == deed.after or deed.card.felt != deed.after:
            assert code == "conflict", "nothing was changed, or somebody changed it since"
        else:
            assert code is None, "what I did and nobody touched since comes back"
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
        found = snapshot(BOARD, self.scene.room)
        assert found is not None
        for name, records in self.folded.items():
            assert found.records(self.place.actors[name].audiences) == records, f"as {name} sees it"

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
    run_state_machine_as_test(lambda: Anybody(place), settings=bounded(32, stateful_step_count=30))


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
        before = self.shown()
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
        if own is not None and own.delta is not None and (was := before.get(own.data["id"])):
            assert self.shown()[was["id"]]["notes"] == was["notes"], "my own words do not jump when they are saved"

    def cut(self) -> None:
        self.online = False
        self.machine.late += [(self, frame) for frame in self.up]  # they may still arrive, long after
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


class Network(Server):
    """Four pages; frames are sent, delayed, lost with their socket, sent again, and late from a socket that is gone."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.pages = [Browser(self, name) for name in ("fiona", "sam", "sam", "otto")]
        self.cards = [self.scene.touchpoint, self.scene.other]
        self.late: list[tuple[Browser, Waiting]] = []

    def step(self, verb: str, page: int, n: int, word: str) -> None:
        browser = self.pages[page]
        pk = self.cards[0] if verb == "type" and n % 2 else self.cards[-1 - n % len(self.cards)]
        record = browser.shown().get(pk)
        if verb == "type" and record is not None:
            at = n % 3 * len(record["notes"]) // 2  # few places, so that people meet
            gone = min(max(0, n % 5 - 2), len(record["notes"]) - at)
            if word or gone:
                delta = [entry for entry in (at, word, -gone) if entry]
                browser.do("touchpoint.write", {"id": pk, "field": "notes"}, delta)
        elif verb == "feel":
            browser.do("touchpoint.change", {"id": pk, "felt": n % 5 - 2})
        elif verb == "add":
            self.cards.append(f"tp_{self.next():016}")
            browser.do(
                "touchpoint.add", {"id": self.cards[-1], "stage": self.scene.stage, "title": "New", "after": None}
            )
        elif verb == "remove" and record is not None:
            browser.do("touchpoint.remove", {"id": pk})
        elif verb == "send":
            browser.send()
        elif verb == "send twice" and browser.up:
            browser.up.append(browser.up[n % len(browser.up)])  # not sure whether it left
        elif verb == "commit":
            self.commit(n)
        elif verb == "hear":
            for _ in range(min(1 + n % 4, len(browser.down))):
                browser.hear(browser.down.popleft())
        elif verb == "cut":
            browser.cut()
        elif verb == "back":
            browser.come_back(fresh=n % 3 == 0)
        elif verb == "late":
            self.serve(self.late, answer=False)
            self.late = []

    def commit(self, n: int) -> None:
        """The server takes what has arrived, in one transaction, from whoever was first."""
        order = random.Random(n).sample(self.pages, len(self.pages))
        arrived = [(browser, frame) for browser in order for frame in browser.up][: 1 + n % 8]
        for browser, frame in arrived:
            browser.up.remove(frame)
        self.serve(arrived)

    def serve(self, arrived: list[tuple[Browser, Waiting]], *, answer: bool = True) -> None:
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
            code = outcome.refused and outcome.refused.code
            assert code in (None, "unknown", "forbidden", "conflict"), outcome.refused
            if answer and browser.online and outcome.refused:
                browser.down.append({"t": "refused", "id": outcome.id, **outcome.refused.to_wire()})
            elif answer and browser.online and outcome.repeat:
                browser.down.append({"t": "done", "id": outcome.id, "seq": outcome.seq})

    def quiet(self) -> None:
        """Everybody comes back and everything is sent until nothing waits. Then all see one thing."""
        for browser in self.pages:
            browser.come_back(fresh=False)
        for _ in range(300):
            if not any(browser.waiting for browser in self.pages):
                break
            for browser in self.pages:
                browser.send()
                arrived = [(browser, frame) for frame in browser.up]
                browser.up.clear()
                self.serve(arrived)
            for browser in self.pages:
                while browser.down:
                    browser.hear(browser.down.popleft())
        for browser in self.pages:
            assert not browser.waiting, "P23: every command ends"
            assert browser.shown() == browser.confirmed == self.seen_by(browser.name), browser.name
        ids = list(Event.objects.filter(room=self.scene.room).values_list("command_id", flat=True))
        assert len(ids) == len(set(ids)) == self.scene.seq


OFTEN = ["type"] * 6 + ["send"] * 5 + ["commit"] * 5 + ["hear"] * 4 + ["back"] * 2
NOW_AND_THEN = ["feel", "add", "remove", "send twice", "cut", "late"]
words = st.sampled_from(["a", "b1", "😀", "e\u0301", ""])
schedule = st.lists(
    st.tuples(st.sampled_from(OFTEN + NOW_AND_THEN), st.integers(0, 3), st.integers(0, 60), words),
    min_size=30,
    max_size=80,
)


def test_browsers_with_a_bad_network_end_with_one_journey(place):
    @bounded(60)
    @given(schedule)
    def holds(steps):
        with transaction.atomic():
            network = Network(place)
            for step in steps:
                network.step(*step)
            network.quiet()
            transaction.set_rollback(True)

    holds()
