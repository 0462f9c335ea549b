"""What a map does not take, and what happens when two people want different things of one card."""

from __future__ import annotations

import pytest

from live.door import execute
from live.models import new_id
from live.values import Refused
from touchpoints.commands import MOST_STAGES
from touchpoints.models import Stage, Touchpoint


@pytest.fixture
def run(journey):
    def command(who, what, once=None, /, **data):
        execute(journey.pk, who.identity, what, data, once)
        return data.get("id")

    return command


@pytest.fixture
def card(run, journey, fiona, departments) -> str:
    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    return run(fiona, "touchpoint.add", id=new_id("tp"), stage=stage.pk, title="Calls", lead=departments["SA"].pk)


def test_forty_stages_are_enough(run, journey, fiona, card):
    for n in range(Stage.objects.filter(room=journey.pk).count(), MOST_STAGES):
        run(fiona, "stage.add", id=new_id("st"), name=f"Stage {n}", after=None)
    with pytest.raises(Refused, match="Join two before you add one"):
        run(fiona, "stage.add", id=new_id("st"), name="One more", after=None)
    with pytest.raises(Refused, match="Join two before you split one"):
        stage = Touchpoint.objects.get(pk=card).stage_id
        run(fiona, "stage.split", id=new_id("st"), stage=stage, at=card, name="One more")


@pytest.mark.parametrize("title", ["x" * 300, "", "   ", "🙃" * 200])
def test_titles_that_cannot_be(run, fiona, card, title):
    with pytest.raises(Refused) as refused:
        run(fiona, "touchpoint.change", id=card, title=title)
    assert refused.value.field == "title"
    assert Touchpoint.objects.get(pk=card).title == "Calls"


@pytest.mark.parametrize("title", ["مرحبا بالعملاء", "🙃 rings twice", "Überprüft das Gerät — doch", "שלום"])
def test_titles_in_every_script(run, fiona, card, title):
    run(fiona, "touchpoint.change", id=card, title=title)
    assert Touchpoint.objects.get(pk=card).title == title


def test_moved_by_one_and_removed_by_the_other(journey, run, fiona, sam, card):
    """Whoever is later is told; undo of the removal brings the card back to where it was."""
    second = Stage.objects.filter(room=journey.pk).order_by("order")[1]
    run(fiona, "touchpoint.remove", "gone-1", id=card)
    with pytest.raises(Refused, match="Somebody removed this touchpoint a moment ago"):
        run(sam, "touchpoint.move", id=card, stage=second.pk, after=None)
    run(fiona, "undo", command="gone-1")
    run(sam, "touchpoint.move", id=card, stage=second.pk, after=None)
    run(fiona, "touchpoint.remove", id=card)
    assert Touchpoint.objects.get(pk=card).stage_id == second.pk


def test_a_stage_removed_while_somebody_moves_a_card_into_it(journey, run, fiona, sam, card):
    second = Stage.objects.filter(room=journey.pk).order_by("order")[1]
    run(fiona, "stage.remove", id=second.pk)
    with pytest.raises(Refused) as refused:
        run(sam, "touchpoint.move", id=card, stage=second.pk, after=None)
    assert refused.value.code == "unknown"
    assert Touchpoint.objects.get(pk=card).removed_at is None


def test_nothing_comes_back_into_a_stage_that_is_gone(journey, run, fiona, sam, card):
    """Nobody would see it there. When the stage is back, so may the card be."""
    run(sam, "touchpoint.remove", "gone-1", id=card)
    run(fiona, "stage.remove", "stage-1", id=Touchpoint.objects.get(pk=card).stage_id)
    with pytest.raises(Refused, match="The stage it was in is gone"):
        run(sam, "undo", command="gone-1")
    assert Touchpoint.objects.get(pk=card).removed_at is not None
    run(fiona, "undo", command="stage-1")
    run(sam, "undo", command="gone-1")
    assert Touchpoint.objects.get(pk=card).removed_at is None


def test_nothing_moves_back_into_a_stage_that_is_gone(journey, run, fiona, sam, card):
    first, second = Stage.objects.filter(room=journey.pk).order_by("order")[:2]
    run(sam, "touchpoint.move", "moved-1", id=card, stage=second.pk, after=None)
    run(fiona, "stage.remove", id=first.pk)
    with pytest.raises(Refused, match="The stage it was in is gone"):
        run(sam, "undo", command="moved-1")
    assert Touchpoint.objects.get(pk=card).stage_id == second.pk


def test_a_stage_and_its_cards_come_back_together(journey, run, fiona, card):
    stage = Touchpoint.objects.get(pk=card).stage_id
    run(fiona, "stage.remove", "stage-1", id=stage)
    run(fiona, "undo", "back-1", command="stage-1")
    assert Touchpoint.objects.get(pk=card).removed_at is None
    run(fiona, "undo", command="back-1")
    assert Stage.objects.get(pk=stage).removed_at is not None
