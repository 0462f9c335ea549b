"""Backup and restore: everything comes back, on either database, or nothing changes."""

from __future__ import annotations

import json
import zipfile

import pytest

from journeymap import archive
from live import door
from live.models import Event, Room, new_id
from touchpoints.models import Channel, Stage, Touchpoint


@pytest.fixture
def filled(journey, departments, fiona):
    """A journey with touchpoints that have channels and departments, made through the write path."""
    stage, who = Stage.objects.filter(room=journey.room).first(), fiona.identity
    for number in range(3):
        pk = new_id("tp")
        door.execute(journey.pk, who, "touchpoint.add", {"id": pk, "stage": stage.pk, "title": f"Calls us {number} ✓"})
    channel = Channel.objects.filter(room=journey.room).first()
    change = {"id": pk, "channels": [channel.pk], "contributors": [departments["SA"].pk], "felt": -2}
    door.execute(journey.pk, who, "touchpoint.change", change)
    return journey


def contents(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist() if name != "about.json"}


def test_everything_comes_back(filled, tmp_path):
    counts = archive.write(tmp_path / "a.zip")
    assert counts["touchpoints.touchpoint"] == 3 and counts["live.event"] == 4
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    times = list(Event.objects.order_by("seq").values_list("at", flat=True))
    Touchpoint.objects.all().delete()
    epoch = Room.objects.get(pk=filled.pk).epoch
    archive.restore(tmp_path / "a.zip", replace=True)
    assert Touchpoint.objects.filter(felt=-2).get().channels.count() == 1
    assert Room.objects.get(pk=filled.pk).epoch != epoch  # open boards start afresh
    assert list(Event.objects.order_by("seq").values_list("at", flat=True)) == times
    archive.write(tmp_path / "b.zip")
    a, b = contents(tmp_path / "a.zip"), contents(tmp_path / "b.zip")
    rooms = [json.loads(line) for line in a.pop("live.room.jsonl").splitlines()]
    again = [json.loads(line) for line in b.pop("live.room.jsonl").splitlines()]
    at = rooms[0].index("epoch")
    assert [row[:at] + row[at + 1 :] for row in rooms] == [row[:at] + row[at + 1 :] for row in again]
    assert a == b


def test_new_rows_get_new_numbers_after_a_restore(filled, fiona, tmp_path):
    archive.write(tmp_path / "a.zip")
    archive.restore(tmp_path / "a.zip", replace=True)
    stage = Stage.objects.filter(room=filled.room).first()
    data = {"id": new_id("tp"), "stage": stage.pk, "title": "One more"}
    assert door.execute(filled.pk, fiona.identity, "touchpoint.add", data).seq == 5
    assert Event.objects.count() == 5


@pytest.mark.parametrize("damage", ["cut", "not a zip", "rows missing"])
def test_a_broken_file_changes_nothing(filled, tmp_path, damage):
    path = tmp_path / "a.zip"
    archive.write(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:2000])
    elif damage == "not a zip":
        path.write_text("hello")
    else:
        kept = contents(path)
        about = json.loads(zipfile.ZipFile(path).read("about.json"))
        with zipfile.ZipFile(path, "w") as out:
            for name, data in kept.items():
                lines = data.splitlines(keepends=True)
                out.writestr(name, b"".join(lines[:-1] if name == "touchpoints.touchpoint.jsonl" else lines))
            out.writestr("about.json", json.dumps(about))
    with pytest.raises(archive.ArchiveError, match="Nothing was changed"):
        archive.restore(path, replace=True)
    assert Touchpoint.objects.count() == 3


def test_journeys_are_not_overwritten_by_accident(filled, tmp_path):
    archive.write(tmp_path / "a.zip")
    with pytest.raises(archive.ArchiveError, match="--replace"):
        archive.restore(tmp_path / "a.zip")
