"""A journey as a file: the round trip, what a file may not say, and the doors."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from live import door
from live.models import new_id
from live.values import Refused
from personas.incoming import load, read
from personas.interchange import dump, to_json
from personas.models import Experience, Persona
from touchpoints.models import Channel, Journey, Stage, Touchpoint
from touchpoints.starting import start_journey

SAID = "“Nobody told us.”\nTwice 🙃 مرحبا"


@pytest.fixture
def full(journey, fiona, departments) -> Journey:
    """Two touchpoints with everything on them, an aim, two personas of the same name and how one of them feels."""
    first, second = Stage.objects.filter(room=journey.room).order_by("order")[:2]
    phone = Channel.objects.get(room=journey.room, name="Phone")
    spots = [new_id("tp"), new_id("tp")]
    aim, personas = new_id("am"), [new_id("pe"), new_id("pe")]

    def do(command, **data):
        door.execute(journey.pk, fiona.identity, command, data)

    do("touchpoint.add", id=spots[0], stage=second.pk, after=None, title="=Calls us", lead=departments["CS"].pk)
    do("touchpoint.add", id=spots[1], stage=second.pk, after=spots[0], title="Waits", lead=None)
    do(
        "touchpoint.change",
        id=spots[0],
        statement=SAID,
        felt=-2,
        felt_word="lost",
        severity=5,
        moment_of_truth=True,
        agreed=True,
    )
    do("touchpoint.change", id=spots[0], channels=[phone.pk], contributors=[departments["SA"].pk, departments["LO"].pk])
    do("stage.change", id=first.pk, goal="Know whether it is worth it", internal_name="Awareness")
    do("stage.change", id=second.pk, confirmation="disputed", confirmed_by=2)
    do(
        "touchpoint.change",
        id=spots[1],
        metric="ces",
        ask="How hard was it?",
        ask_when="The day after",
        ask_whom="Buyer",
    )
    do("journey.change", id=journey.pk, objective="Fewer calls", review_by="2027-03-01", brand="category")
    do("aim.add", id=aim, name="Never stop the line")
    for pk, basis in zip(personas, ("preconceived", "expectation"), strict=True):
        do("persona.add", id=pk, name="Plant manager", basis=basis)
    do("persona.change", id=personas[1], aim=aim, first_channel=phone.pk, goals=SAID)
    do("experience.set", id=new_id("ex"), persona=personas[1], touchpoint=spots[1], felt=-1, need="A date")
    return Journey.objects.get(pk=journey.pk)


@pytest.fixture
def elsewhere(db) -> Organisation:
    """Another organisation without a single department."""
    return Organisation.objects.create(name="Nowhere yet", slug="nowhere-yet")


def test_out_and_in_again_is_the_same_map(full, elsewhere):
    file = to_json(dump(full))
    again = load(elsewhere, None, read(file))
    assert to_json(dump(again)) == file
    assert not {row.pk for row in Touchpoint.objects.filter(room=again.room)} & {
        row.pk for row in Touchpoint.objects.filter(room=full.room)
    }
    assert Experience.objects.get(room=again.room).touchpoint.title == "Waits"
    assert {row.name for row in elsewhere.departments.all()} == {"Customer service", "Sales", "Logistics"}
    assert Persona.objects.filter(room=again.room).count() == 2


def test_departments_of_the_same_name_are_the_same(full, harrow):
    before = harrow.departments.count()
    again = load(harrow, None, read(to_json(dump(full))))
    assert harrow.departments.count() == before
    assert Touchpoint.objects.get(room=again.room, title="=Calls us").lead.name == "Customer service"


def test_what_was_removed_stays_out(full, fiona):
    spot = Touchpoint.objects.get(room=full.room, title="Waits")
    door.execute(full.pk, fiona.identity, "touchpoint.remove", {"id": spot.pk})
    file = dump(full)
    assert [card.title for stage in file.stages for card in stage.touchpoints] == ["=Calls us"]
    assert not any(persona.experiences for persona in file.personas)


def test_the_file_in_the_documents_can_be_read(elsewhere):
    page = (settings.ROOT / "docs" / "interchange.md").read_text()
    file = read(page.split("```json")[1].split("```")[0].encode())
    journey = load(elsewhere, None, file)
    assert to_json(dump(journey)) == to_json(file)


def test_a_journey_that_was_only_begun(harrow, people, elsewhere):
    file = to_json(dump(start_journey(harrow, people["fiona"], "New", "blank")))
    assert to_json(dump(load(elsewhere, None, read(file)))) == file


def changed(full: Journey, **changes: object) -> bytes:
    return json.dumps({**json.loads(to_json(dump(full))), **changes}).encode()


CARD = {"title": "Calls", "lead": "ZZ"}
WRONG = [
    ({"format": "csv"}, "JSON, but not of a journey"),
    ({"version": 2}, "is of version 2. Version 1 can be read here"),
    ({"name": ""}, "“name”: Write something here first"),
    ({"name": "x" * 121}, "At name: expected `str` of length <= 120"),
    ({"colour": "red"}, "unknown field `colour`"),
    ({"stages": [{"name": "One", "touchpoints": [CARD]}]}, "Stage 1, touchpoint 1 names the department “ZZ”"),
    ({"stages": [{"name": "One", "touchpoints": [{"title": "Calls", "felt": 3}]}]}, "At stages[0].touchpoints[0].felt"),
    ({"stages": [{"name": "One", "touchpoints": [{"title": "C", "channels": [99]}]}]}, "is at channel 99"),
    ({"stages": [{"name": "One\u202e"}]}, "Stage 1, “name”: This text holds hidden direction marks"),
    ({"stages": [{"name": "S"}] * 41}, "At stages: expected `array` of length <= 40"),
    ({"stages": [], "personas": [{"name": "P", "experiences": [{"touchpoint": [1, 1]}]}]}, "an experience at a touchpoint"),
    ({"personas": [{"name": "P", "aim": 7}]}, "Persona 1 names an aim"),
    ({"review_by": "soon"}, "At review_by"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), WRONG, ids=[sentence[:24] for _, sentence in WRONG])
def test_a_file_that_is_wrong_says_where(full, changes, sentence):
    with pytest.raises(Refused) as refused:
        read(changed(full, **changes))
    assert sentence in refused.value.message


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "not whole JSON"),
        (b"\xff\xfe\x00", "not a text file"),
        (b"[1]", "not of a journey"),
        (b'{"a":1,"a":2}', "twice"),
    ],
)
def test_what_is_no_file_of_ours(raw, sentence):
    with pytest.raises(Refused) as refused:
        read(raw)
    assert sentence in refused.value.message


# -- the doors ---------------------------------------------------------------------------------
def test_take_it_along_and_bring_it_in(full, as_, people):
    answer = as_("otto").get(f"/journeys/{full.pk}/map.json")
    assert answer["Content-Disposition"].endswith('.json"') and answer["Content-Type"] == "application/json"
    sent = SimpleUploadedFile("map.json", answer.content)
    answer = as_("fiona").post("/journeys/bring-in/", {"file": sent})
    made = Journey.objects.exclude(pk=full.pk).get()
    assert answer["Location"] == f"/journeys/{made.pk}/" and made.owner == people["fiona"]


def test_the_table_is_neutral_in_a_spreadsheet(full, as_):
    text = b"".join(as_("sam").get(f"/journeys/{full.pk}/map.csv")).decode("utf-8-sig")
    header, empty, first, second, *others = csv.reader(io.StringIO(text))
    assert [stage for stage, *rest in (empty, *others) if not any(rest)] == [stage for stage, *_ in (empty, *others)]
    row = dict(zip(header, first, strict=True))
    assert row["Touchpoint"] == "'=Calls us" and row["In her words"] == SAID
    assert (row["Felt"], row["Channels"], row["Lead"]) == ("Let down", "Phone", "Customer service")
    assert row["Contributors"] == "Logistics, Sales" and second[1] == "Waits"


def test_the_text_shows_what_was_typed_as_it_was_typed(full, fiona, as_):
    spot = Touchpoint.objects.get(room=full.room, title="Waits")
    door.execute(full.pk, fiona.identity, "touchpoint.change", {"id": spot.pk, "title": "*Waits* <b>"})
    text = as_("sam").get(f"/journeys/{full.pk}/map.md").content.decode()
    assert "## 2. We look around" in text and "### \\*Waits\\* \\<b\\>" in text
    assert "> “Nobody told us.”\n> Twice" in text and "- Felt: Let down (“lost”)" in text
    assert "- Lead: Customer service" in text and "\n\n\n" not in text


def test_a_broken_file_leaves_nothing_behind(full, as_):
    answer = as_("fiona").post("/journeys/bring-in/", {"file": SimpleUploadedFile("map.json", changed(full, name=""))})
    assert answer.status_code == 422 and "Nothing was brought in." in answer.content.decode()
    assert as_("fiona").post("/journeys/bring-in/").status_code == 422
    assert Journey.objects.count() == 1


def test_guests_take_nothing_along(full, as_, gus):
    assert as_(gus).get(f"/journeys/{full.pk}/map.json").status_code == 403
