"""Snapshot, log and commands over HTTP: the socket's own bytes, rights and answers."""

from __future__ import annotations

import json

import pytest
from django.db.models import F
from msgspec.json import decode
from websockets.sync.client import connect

from accounts.actors import load_actor
from journeymap.board import BOARD, COMMANDS, WHY_ARCHIVED
from live.door import execute
from live.models import Event, Room, new_id
from live.queries import event_json, events_since, snapshot
from live.tickets import make_ticket
from tests.live.payloads import PAYLOADS, put_away
from tests.live.reducer import reduce

PEOPLE = ["ada", "fiona", "sam", "sue", "elena", "otto"]


@pytest.fixture
def home(scene) -> str:
    return f"journeys/{scene.room}"


def actor(scene, harrow, people, who):
    return load_actor(people[who].identity, harrow.pk, scene.room)


# -- snapshot --------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", PEOPLE)
def test_the_snapshot_is_what_the_socket_sends(program, scene, home, harrow, people, who):
    answer = program(who).get(f"{home}/snapshot/")
    assert answer.content == snapshot(BOARD, scene.room).frame(actor(scene, harrow, people, who).audiences)
    private = scene.answer in answer.json()["records"]
    assert private == (who == "sam")  # nobody reads what Sam has not shown yet


def test_who_has_it_already_is_told_so(program, scene, home, harrow):
    sam, sue = program("sam"), program("sue")
    for path in ("snapshot/", "", "stages/", f"touchpoints/{scene.touchpoint}/"):
        tag = sam.get(f"{home}/{path}")["ETag"]
        known = sam.get(f"{home}/{path}", if_none_match=f'"other", {tag}')
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", tag)
        assert sue.get(f"{home}/{path}", if_none_match=tag).status_code == 200  # another person sees another journey
    sam.post(f"{home}/remarks/", {"touchpoint": scene.touchpoint, "text": "More"})
    assert sam.get(f"{home}/snapshot/", if_none_match=tag).status_code == 200
    tag = sam.get(f"{home}/snapshot/")["ETag"]
    type(harrow).objects.filter(pk=harrow.pk).update(rights_version=F("rights_version") + 1)
    assert sam.get(f"{home}/snapshot/", if_none_match=tag).status_code == 200


# -- log -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", PEOPLE)
def test_the_log_in_parts_leads_to_the_snapshot(program, scene, home, harrow, people, who):
    """P24 over HTTP: from nothing, by events alone. What may not be seen is passed over, and not a byte of it sent."""
    asked, since = program(who), 0
    first = asked.get(f"{home}/snapshot/").json()["records"]
    start = {pk: row for pk, row in first.items() if row["kind"] in ("journey", "channel", "stage")}
    seen, told = dict(start), []
    while True:
        part = asked.get(f"{home}/events/", {"since": since, "limit": 7}).json()
        assert (part["seq"], part["to"]) == (
            (since + 1, min(since + 7, part["head"])) if part["to"] > since else (since, since)
        )
        told += part["events"]
        if part["to"] == part["head"]:
            break
        since = part["to"]
    for event in told:
        seen = reduce(seen, event)
    assert seen == first
    audiences = actor(scene, harrow, people, who).audiences
    shown = [event_json(event, audiences) for event in events_since(scene.room, 0)]
    assert told == [decode(raw) for raw in shown if raw is not None]


def test_a_log_that_is_another_is_refused(program, scene, home):
    sam, room = program("sam"), Room.objects.get(pk=scene.room)
    assert sam.get(f"{home}/events/", {"since": room.seq, "epoch": room.epoch}).json() == {
        "epoch": room.epoch, "head": room.seq, "t": "events", "seq": room.seq, "to": room.seq, "events": [],
    }  # fmt: skip
    for asked in ({"since": room.seq + 1}, {"since": 0, "epoch": "ep_other"}):
        answer = sam.get(f"{home}/events/", asked)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
        assert answer.json()["error"]["current"] == {"epoch": room.epoch, "seq": room.seq}
    for asked in ({"since": -1}, {"since": 10**20}, {"since": "x"}, {"limit": 501}):
        assert sam.get(f"{home}/events/", asked).status_code == 400


# -- commands --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_passes_this_door(program, scene, home, name):
    """One of its people may do it, and Olga of another firm reads the same 404 for all."""
    body = {"name": name, "data": PAYLOADS[name](scene)}
    assert program("olga").post(f"{home}/commands/", body).status_code == 404
    answers = [program(who).post(f"{home}/commands/", body) for who in ("otto",)]
    answers += [
        program(who).post(f"{home}/commands/", body)
        for who in ("fiona", "sam", "elena")
        if answers[-1].status_code != 200
    ]
    assert {answer.status_code for answer in answers} & {200}, [answer.json() for answer in answers]
    done = next(answer for answer in answers if answer.status_code == 200).json()
    assert done["seq"] > 0
    assert Event.objects.get(room=scene.room, seq=done["seq"]).name == COMMANDS[name].event


@pytest.mark.parametrize("name", [*COMMANDS, "undo"])
def test_an_archived_journey_takes_no_command(program, scene, people, name):
    if name == "undo":
        data = {"command": execute(scene.room, people["fiona"].identity, "stage.add", PAYLOADS["stage.add"](scene)).id}
    else:
        data = PAYLOADS[name](scene)
    put_away(scene.room)
    before = Event.objects.filter(room=scene.room).count()
    for who in ("ada", "fiona", "sam", "elena", "otto"):
        answer = program(who).post(f"journeys/{scene.room}/commands/", {"name": name, "data": data})
        assert (answer.status_code, answer.json()["error"]["code"]) == (423, "locked"), (who, answer.json())
        assert answer.json()["error"]["message"] == WHY_ARCHIVED
    assert Event.objects.filter(room=scene.room).count() == before
    assert program("sam").get(f"journeys/{scene.room}/snapshot/").status_code == 200, "it is read as before"


def test_a_repeated_command_answers_the_same_and_does_nothing(program, scene, home):
    sam, path = program("sam"), f"{home}/commands/"
    change = {"name": "touchpoint.change", "data": {"id": scene.touchpoint, "felt": 2}}
    first = sam.post(path, change, key="felt-1")
    head = Room.objects.get(pk=scene.room).seq
    for again in (sam.post(path, change, key="felt-1"), sam.post(path, {**change, "command_id": "felt-1"})):
        assert (again.status_code, again.content) == (200, first.content)
    assert Room.objects.get(pk=scene.room).seq == head
    for other in (
        {**change, "data": {"id": scene.touchpoint, "felt": 1}},
        {"name": "undo", "data": {"command": "felt-1"}},
    ):
        answer = sam.post(path, other, key="felt-1")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    assert program("fiona").post(path, change, key="felt-1").status_code == 409
    assert Room.objects.get(pk=scene.room).seq == head


def test_an_id_from_the_socket_is_known_here(program, scene, home, sam):
    """An office whose proxy breaks sockets sends again by HTTP what the socket had still delivered."""
    data = {"id": scene.touchpoint, "felt": 2}
    outcome = execute(scene.room, sam.identity, "touchpoint.change", data, "tab-0001")
    again = program("sam").post(f"{home}/commands/", {"name": "touchpoint.change", "data": data}, key="tab-0001")
    assert (again.status_code, again.json()["seq"]) == (200, outcome.seq)


def test_what_i_may_not_see_is_done_without_showing_it(program, scene, home):
    """Sam's own private answer comes back to Sam; the facilitator learns that it was counted, no more."""
    data = {"id": new_id("an"), "workshop": scene.live, "of_kind": "learn", "text": "Only mine so far"}
    done = program("sam").post(f"{home}/commands/", {"name": "answer.add", "data": data}).json()
    assert any(row.get("text") == "Only mine so far" for row in done["event"]["put"])
    log = program("fiona").get(f"{home}/events/", {"since": done["seq"] - 1})
    assert b"Only mine" not in log.content


def test_several_commands_stand_or_fall_together(program, scene, home):
    fiona, path, before = program("fiona"), f"{home}/commands/", Room.objects.get(pk=scene.room).seq
    add = {"name": "stage.add", "data": {"id": new_id("st"), "name": "We look back"}}
    bad = fiona.post(path, {"commands": [add, {"name": "stage.remove", "data": {"id": new_id("st")}}]})
    assert (bad.status_code, Room.objects.get(pk=scene.room).seq) == (404, before)
    change = {"name": "stage.change", "data": {"id": add["data"]["id"], "goal": "Learn"}}
    done = fiona.post(path, {"commands": [add, change]}, key="group-1")
    assert [one["seq"] for one in done.json()["results"]] == [before + 1, before + 2]
    assert fiona.post(path, {"commands": [add, change]}, key="group-1").json() == done.json()
    assert fiona.post(path, {"commands": [add]}, key="group-1").status_code == 409
    undone = fiona.post(path, {"name": "undo", "data": {"tx": done.json()["results"][0]["tx"]}})
    assert undone.json()["event"]["remove"] == [add["data"]["id"]]
    same = [{**add, "command_id": "same-id"}, {**change, "command_id": "same-id"}]
    assert fiona.post(path, {"commands": same}).json()["error"]["field"] == "command_id"


def test_what_is_done_here_is_seen_on_the_socket_at_once(server, program, scene, home, session_of):
    cookie = session_of("sue")
    said = {"Cookie": f"jm_session={cookie}"}
    address = f"{server.ws}/ws/journeys/{scene.room}/"
    with connect(address, origin=server.url, additional_headers=said, compression=None) as socket:
        socket.send(json.dumps({"t": "hello", "v": 1, "client": "test", "ticket": make_ticket(cookie, scene.room)}))
        while json.loads(socket.recv(timeout=10))["t"] != "snapshot":
            pass
        saved = program("sam").patch(f"{home}/touchpoints/{scene.touchpoint}/", {"felt": 2})
        frame = {"t": ""}
        while frame["t"] != "events":
            frame = json.loads(socket.recv(timeout=10))
    assert saved.status_code == 200
    assert (frame["to"], frame["events"][0]["patch"]) == (saved.json()["seq"], {scene.touchpoint: {"felt": 2}})
