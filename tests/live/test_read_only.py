"""An archived journey: everybody reads it, no command changes it whichever door it comes through, one brings it back."""

from __future__ import annotations

import pytest

from live.door import execute, execute_all
from live.models import Room, new_id
from live.values import Refused
from touchpoints.models import Journey


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
