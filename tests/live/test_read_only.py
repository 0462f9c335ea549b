"""An archived journey: everybody reads it, no command changes it whichever door it comes through, one brings it back."""

from __future__ import annotations

import pytest

from journeymap.board import COMMANDS, WHY_ARCHIVED
from live.door import execute, execute_all
from live.models import Event, Room, new_id
from live.values import Refused
from tests.api.conftest import fresh_counts, program, scene  # noqa: F401
from tests.live.payloads import PAYLOADS, set_scene
from tests.live.test_sockets import hello, knock, no_traceback  # noqa: F401
from touchpoints.models import Journey


def put_away(room: str, away: bool = True) -> None:
    """As archiving leaves it; the scene's workshop is live, and so it would be refused."""
    Room.objects.filter(pk=room).update(read_only=away)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*COMMANDS, "undo"])
def test_no_command_changes_it_over_http(program, scene, people, name):  # noqa: F811
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


def test_no_command_changes_it_over_the_socket(hello, server, journey, people, gus):  # noqa: F811
    made = set_scene(journey, people, gus)
    tabs = {who: hello(who) for who in ("fiona", "sam")}
    for n, name in enumerate(COMMANDS):
        put_away(journey.pk, away=False)
        data = PAYLOADS[name](made)
        put_away(journey.pk)
        before = Room.objects.get(pk=journey.pk).seq
        for who, tab in tabs.items():
            tab.send({"t": "command", "id": f"tab1-{who}-{n}", "name": name, "data": data})
            refused = tab.next("refused")
            assert (refused["id"], refused["code"]) == (f"tab1-{who}-{n}", "locked"), (name, refused)
            assert refused["message"] == WHY_ARCHIVED
        assert Room.objects.get(pk=journey.pk).seq == before, name


@pytest.mark.django_db
def test_who_may_brings_it_back_and_nothing_else_slips_through(journey, fiona, sam):
    by, room = fiona.identity, journey.pk
    change = lambda **values: ("journey.change", {"id": room, **values})  # noqa: E731
    archived = execute(room, by, *change(archived=True))
    assert Room.objects.get(pk=room).read_only and Journey.objects.get(pk=room).archived
    for command in (change(name="Another"), change(archived=True), ("undo", {"command": archived.id})):
        with pytest.raises(Refused, match="archived") as refused:
            execute(room, by, *command)
        assert refused.value.code == "locked"
    with pytest.raises(Refused, match="Only facilitators"):
        execute(room, sam.identity, *change(archived=False))
    again = [(new_id("cm"), *change(archived=False)), (new_id("cm"), "stage.add", {"id": new_id("st"), "name": ""})]
    with pytest.raises(Refused):
        execute_all(
            room, by, [(pk, name, {"after": None, **data} if name == "stage.add" else data) for pk, name, data in again]
        )
    assert Room.objects.get(pk=room).read_only, "what stands or falls together fell"
    back = execute(room, by, *change(archived=False, name="Once more"))
    assert not Room.objects.get(pk=room).read_only
    assert (Journey.objects.get(pk=room).archived, Journey.objects.get(pk=room).name) == (False, "Once more")
    execute(room, by, "undo", {"command": back.id})
    assert (Journey.objects.get(pk=room).archived, Room.objects.get(pk=room).read_only) == (False, False)


@pytest.mark.django_db
def test_pages_say_so_and_nobody_new_comes_in(journey, as_, fiona):
    execute(journey.pk, fiona.identity, "journey.change", {"id": journey.pk, "archived": True})
    browser = as_("fiona")
    for at in ("", "workshops/", "personas/", "comments/", "versions/", "findings/"):
        page = browser.get(f"/journeys/{journey.pk}/{at}").content.decode()
        assert "<strong>Archived.</strong>" in page and "data-archived" in page, at
    lobby = browser.post(f"/journeys/{journey.pk}/lobby/code/", {"do": "open"}, follow=True).content.decode()
    assert "nobody new comes in" in lobby and "Make a code" not in lobby
    assert "<strong>Archived.</strong>" not in browser.get("/journeys/").content.decode()
