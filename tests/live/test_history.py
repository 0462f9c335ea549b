"""What happened to one record, read backwards from the log."""

from __future__ import annotations

import pytest

from live.door import execute
from live.history import history_of
from live.models import Event, new_id
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


def told(pk: str) -> list[tuple]:
    steps = history_of(Touchpoint.objects.get(pk=pk))
    return [(step.by_name.split()[0], step.what, step.field, step.before, step.after) for step in steps]


def test_everything_that_happened_the_newest_first(run, fiona, sam, card):
    run(sam, "touchpoint.change", id=card, felt=-1, statement="I wait.")
    run(fiona, "touchpoint.change", id=card, felt=-2)
    run(fiona, "touchpoint.remove", "rub-out-1", id=card)
    run(fiona, "undo", command="rub-out-1")
    assert told(card) == [
        ("Fiona", "brought back", "", None, None),
        ("Fiona", "removed", "", None, None),
        ("Fiona", "changed", "felt", -1, -2),
        ("Sam", "changed", "felt", None, -1),
        ("Sam", "changed", "statement", "", "I wait."),
        ("Fiona", "added", "", None, None),
    ]


def test_typing_in_one_sitting_is_one_change(run, sam, fiona, card, journey):
    for words in ("I ", "wait ", "here."):
        rev = Event.objects.filter(room=journey.pk).latest("seq").seq
        here = len(Touchpoint.objects.get(pk=card).statement)
        run(sam, "touchpoint.write", id=card, field="statement", rev=rev, delta=[*([here] if here else []), words])
    run(fiona, "touchpoint.change", id=card, statement="I wait for an hour.")
    assert told(card)[:2] == [
        ("Fiona", "changed", "statement", "I wait here.", "I wait for an hour."),
        ("Sam", "changed", "statement", "", "I wait here."),
    ]


def test_what_happened_elsewhere_is_not_in_it(run, sam, fiona, card, journey, departments):
    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    other = run(fiona, "touchpoint.add", id=new_id("tp"), stage=stage.pk, title="Chats", lead=departments["SA"].pk)
    run(sam, "touchpoint.change", id=other, felt=2)
    assert len(told(card)) == 1


def test_over_http_with_the_rights_of_the_room(run, journey, card, as_):
    address = f"/api/journeys/{journey.pk}/history/{card}/"
    body = as_("sam").get(address).json()
    assert [change["what"] for change in body["changes"]] == ["added"]
    assert as_("sam").get(f"/api/journeys/{journey.pk}/history/{new_id('tp')}/").status_code == 404
    assert as_("olga").get(address).status_code == 404
