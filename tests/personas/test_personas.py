"""Personas, aims and experiences, live."""

from __future__ import annotations

import pytest

from journeymap.board import BOARD
from live.door import execute
from live.models import Room, new_id
from live.queries import snapshot
from live.values import Refused
from personas.models import Aim, Experience, Persona
from touchpoints.models import Channel, Stage, Touchpoint


@pytest.fixture
def run(journey):
    def command(who, what, once=None, /, **data):
        return execute(journey.pk, who.identity, what, data, once)

    return command


@pytest.fixture
def touchpoint(run, journey, fiona, departments) -> Touchpoint:
    stage = Stage.objects.filter(room=journey.pk).first()
    run(
        fiona,
        "touchpoint.add",
        id=(pk := new_id("tp")),
        stage=stage.pk,
        title="Gets the invoice",
        lead=departments["CS"].pk,
    )
    return Touchpoint.objects.get(pk=pk)


@pytest.fixture
def persona(run, fiona) -> Persona:
    run(fiona, "aim.add", id=(aim := new_id("am")), name="Never stop the line")
    run(fiona, "persona.add", id=(pk := new_id("pe")), name="Priya", aim=aim)
    return Persona.objects.get(pk=pk)


def test_a_persona_starts_preconceived_and_is_on_the_wire(persona, journey):
    record = snapshot(BOARD, journey.pk).records({"all"})[persona.pk]
    assert (record["name"], record["basis"]) == ("Priya", "preconceived")
    assert record["aim"] == persona.aim_id


def test_the_three_questions(run, persona, fiona, journey):
    channel = Channel.objects.filter(room=journey.pk).first()
    run(
        fiona,
        "persona.change",
        id=persona.pk,
        first_channel=channel.pk,
        contact_when="At night",
        goals="No stops",
        basis="expectation",
    )
    persona.refresh_from_db()
    assert (persona.first_channel, persona.contact_when, persona.basis) == (channel, "At night", "expectation")
    run(
        fiona,
        "persona.write",
        id=persona.pk,
        field="goals",
        rev=Room.objects.get(pk=journey.pk).seq,
        delta=[8, " at all"],
    )
    persona.refresh_from_db()
    assert persona.goals == "No stops at all"


def test_removing_an_aim_leaves_its_personas_and_undo_gives_it_back(run, persona, fiona):
    run(fiona, "aim.remove", "cut", id=persona.aim_id)
    persona.refresh_from_db()
    assert persona.aim is None
    run(fiona, "undo", command="cut")
    persona.refresh_from_db()
    assert persona.aim.removed_at is None


def test_an_experience_is_made_once_and_then_changed(run, persona, touchpoint, fiona, journey):
    run(
        fiona,
        "experience.set",
        id=new_id("ex"),
        persona=persona.pk,
        touchpoint=touchpoint.pk,
        felt=-2,
        felt_word="lost",
    )
    run(
        fiona,
        "experience.set",
        id=new_id("ex"),
        persona=persona.pk,
        touchpoint=touchpoint.pk,
        intended=1,
        need="One invoice",
    )
    row = Experience.objects.get()
    assert (row.felt, row.felt_word, row.intended, row.need) == (-2, "lost", 1, "One invoice")
    run(fiona, "persona.remove", "out", id=persona.pk)
    assert row.pk not in snapshot(BOARD, journey.pk).records({"all"})
    run(fiona, "undo", command="out")
    assert snapshot(BOARD, journey.pk).records({"all"})[row.pk]["need"] == "One invoice"


def test_who_may(run, persona, touchpoint, fiona, sam, sue, otto, olga):
    for who in (sam, sue, otto, olga):
        with pytest.raises(Refused) as refused:
            run(who, "persona.change", id=persona.pk, name="Mine")
        assert refused.value.code == "forbidden"
    run(sue, "experience.set", id=new_id("ex"), persona=persona.pk, touchpoint=touchpoint.pk, felt=0)
    with pytest.raises(Refused):
        run(sam, "experience.set", id=new_id("ex"), persona=persona.pk, touchpoint=touchpoint.pk, felt=2)


def test_bad_values_are_answered_with_a_sentence(run, persona, touchpoint, fiona):
    for name, data in [
        ("aim.add", {"id": new_id("am"), "name": "never STOP the line"}),
        ("persona.add", {"id": new_id("pe"), "name": "  "}),
        ("persona.add", {"id": new_id("pe"), "name": "A", "aim": new_id("am")}),
        ("persona.change", {"id": persona.pk, "first_channel": new_id("ch")}),
        ("experience.set", {"id": new_id("ex"), "persona": new_id("pe"), "touchpoint": touchpoint.pk}),
        ("experience.set", {"id": new_id("ex"), "persona": persona.pk, "touchpoint": touchpoint.pk, "felt": 3}),
    ]:
        with pytest.raises(Refused) as refused:
            run(fiona, name, **data)
        assert refused.value.message.endswith((".", "?"))
    assert Aim.objects.count() == 1 and not Experience.objects.exists()
