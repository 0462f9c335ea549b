"""Private writing is private on the wire: what others get before the reveal is searched byte by byte (P26)."""

from __future__ import annotations

import json
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from live.door import execute
from live.models import Event, new_id
from live.tickets import make_ticket
from tests.live.payloads import turn
from workshops.models import Answer, Workshop

CANARY = "zwitscher-4711"


class Ear:
    """A socket of somebody in the room that keeps every frame it is sent."""

    def __init__(self, server, room: str, session: str) -> None:
        headers = {"Cookie": f"jm_session={session}"}
        address = f"{server.ws}/ws/journeys/{room}/"
        self.socket = connect(address, additional_headers=headers, origin=server.url, legacy=True)
        hello = {"t": "hello", "v": 1, "client": "ear", "ticket": make_ticket(session, room)}
        self.socket.send(json.dumps(hello))
        self.frames: list[str] = []
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        try:
            for frame in self.socket:
                self.frames.append(str(frame))
        except ConnectionClosed:
            pass

    def heard(self, text: str, within: float = 5.0) -> bool:
        give_up = time.monotonic() + within
        while time.monotonic() < give_up:
            if any(text in frame for frame in self.frames):
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        self.socket.close()
        self.thread.join(5)


@pytest.fixture
def live_workshop(server, journey, fiona) -> Workshop:
    data = {
        "id": new_id("ws"), "title": "What now?", "objective": "O", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2031-05-01",
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    execute(journey.pk, fiona.identity, "workshop.go_live", {"id": data["id"]})
    turn(journey.pk, fiona.identity, data["id"], "learn")
    return Workshop.objects.get(pk=data["id"])


def test_nobody_hears_an_answer_before_the_reveal(server, live_workshop, people, gus, session_of, as_, departments):
    room, url = live_workshop.room_id, f"/workshops/{live_workshop.pk}/"
    others = {who: Ear(server, room, session_of(who)) for who in ("fiona", "sue", "elena", "ada", "otto")}
    others["gus"] = Ear(server, room, session_of(gus))
    author = Ear(server, room, session_of("sam"))
    answer = new_id("an")
    data = {"id": answer, "workshop": live_workshop.pk, "of_kind": "learn", "text": CANARY}
    execute(room, people["sam"].identity, "answer.add", data)
    write = {"id": answer, "field": "text", "rev": Event.objects.filter(room=room).count(), "delta": [f"{CANARY}! "]}
    execute(room, people["sam"].identity, "answer.write", write)
    assert author.heard(f"{CANARY}! ")

    # Everybody hears the count, in the same event; and somebody who comes now sees it in the snapshot.
    count = json.dumps({departments["SA"].pk: {"learn": 1}}, separators=(",", ":"))
    late = {who: Ear(server, room, session_of(who)) for who in ("sue", "fiona")}
    for ear in (*others.values(), *late.values()):
        assert ear.heard(count)
    for who, ear in (*others.items(), *late.items()):
        assert not any("zwitscher" in frame or answer in frame for frame in ear.frames), who
    for who in (*(people[first] for first in ("fiona", "sue", "elena", "ada", "otto")), gus):
        browser = as_(who)
        for page in (url, f"/journeys/{room}/", f"/workshops/{live_workshop.pk}/promises/", "/", "/promises/"):
            assert "zwitscher" not in browser.get(page, follow=True).content.decode(), (who, page)
        taken = browser.get(f"/journeys/{room}/promises/new/?answer={answer}")
        assert "zwitscher" not in taken.content.decode()
    assert "zwitscher" in as_("sam").get(url).content.decode()

    execute(room, people["fiona"].identity, "workshop.reveal", {"id": live_workshop.pk, "of_kind": "learn"})
    for who, ear in (*others.items(), *late.items()):
        assert ear.heard(f"{CANARY}! {CANARY}"), who
    assert "zwitscher" in as_(gus).get(url).content.decode()
    for ear in (author, *others.values(), *late.values()):
        ear.close()


def test_the_public_part_of_the_log_has_no_word_of_it(server, live_workshop, people):
    answer = {"id": new_id("an"), "workshop": live_workshop.pk, "of_kind": "learn", "text": CANARY}
    execute(live_workshop.room_id, people["sam"].identity, "answer.add", answer)
    event = Event.objects.get(name="answer.added")
    assert CANARY not in event.body and list(json.loads(event.private)) == [people["sam"].identity]
    assert CANARY not in json.dumps(json.loads(event.inverse))
    execute(live_workshop.room_id, people["sam"].identity, "answer.remove", {"id": answer["id"]})
    removed = Event.objects.get(name="answer.removed")
    assert answer["id"] not in removed.body and Answer.objects.get(pk=answer["id"]).removed_at
