"""A journey with everything on it that a file has to carry."""

from __future__ import annotations

import pytest

from live import door
from live.models import new_id
from touchpoints.models import Channel, Journey, Stage, Touchpoint

ODD = "#strong[Bold] *stars* $x^2$ @ref <tag> \\ “quoted”"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def full(journey, fiona, departments) -> Journey:
    """Three touchpoints: one with everything on it, one whose title would like to be markup, one of a very long word."""
    first, second = Stage.objects.filter(room=journey.room).order_by("order")[:2]
    phone, portal = (Channel.objects.get(room=journey.room, name=name) for name in ("Phone", "Portal"))
    spots, persona = [new_id("tp") for _ in range(3)], new_id("pe")

    def do(command, **data):
        door.execute(journey.pk, fiona.identity, command, data)

    do("touchpoint.add", id=spots[0], stage=second.pk, after=None, title="=SUM(A1)", lead=departments["CS"].pk)
    do("touchpoint.add", id=spots[1], stage=first.pk, after=None, title=ODD, lead=None)
    do("touchpoint.add", id=spots[2], stage=second.pk, after=spots[0], title=f"{LONG} شركة 🙃", lead=None)
    do(
        "touchpoint.change",
        id=spots[0],
        statement="I was the fourth\nin the queue.",
        felt=-2,
        felt_word="lost",
        intended=1,
    )
    do(
        "touchpoint.change",
        id=spots[0],
        channels=[phone.pk, portal.pk],
        contributors=[departments["SA"].pk],
        severity=4,
    )
    do(
        "touchpoint.change",
        id=spots[0],
        verdict="fix",
        needs="people",
        moment_of_truth=True,
        agreed=True,
        benefit="A date",
        notes="@x",
    )
    do("touchpoint.change", id=spots[0], description="The queue.")
    do("journey.change", id=journey.pk, objective="Fewer calls")
    do("persona.add", id=persona, name="Plant manager", basis="preconceived")
    do("experience.set", id=new_id("ex"), persona=persona, touchpoint=spots[0], felt=-1, need="A name")
    Touchpoint.objects.filter(pk=spots[0]).update(evidence="strong", quotes=3)
    return Journey.objects.get(pk=journey.pk)
