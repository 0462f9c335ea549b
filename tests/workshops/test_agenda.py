"""The timer and the agenda: whatever runs late is taken from elsewhere, and never from Commit."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from live.door import execute
from tests.workshops.test_workshop_commands import gone_live, refused
from workshops.agenda import BREAK_KEEPS, catch_up, shortened
from workshops.models import Phase, Workshop

START = datetime.datetime(2030, 3, 20, 9, 30, tzinfo=datetime.UTC)


@dataclass
class Part:
    of_kind: str
    minutes_shared: int
    minutes_private: int = 0
    protected: bool = False
    open_until: datetime.datetime | None = None

    @property
    def whole(self) -> int:
        return self.minutes_private + self.minutes_shared


KINDS = st.sampled_from(["learn", "severity", "fine_tune", "break", "do_differently", "read_out"])
PARTS = st.builds(Part, KINDS, st.integers(0, 60), st.integers(0, 60))
COMMIT = st.builds(Part, st.just("commit"), st.integers(1, 60), st.just(0), st.just(True))


@settings(max_examples=1000, deadline=None)
@given(st.lists(PARTS, max_size=8), COMMIT, st.lists(PARTS, max_size=3), st.integers(0, 200), st.data())
def test_commit_is_never_shortened(before, commit, after, late, data):
    phases = [*before, commit, *after]
    at = data.draw(st.integers(0, len(phases) - 1))
    cuts = catch_up(phases, at, late)
    assert len(before) not in cuts
    assert sum(cuts.values()) <= late
    for position, cut in cuts.items():
        assert position > at
        left = phases[position].whole - cut
        assert left >= (BREAK_KEEPS if phases[position].of_kind == "break" else phases[position].whole / 2)
        assert sum(shortened(phases[position], cut)) == left
        assert all(minutes >= 0 for minutes in shortened(phases[position], cut))


def test_seven_minutes_over_are_five_from_the_break_and_two_from_what_comes_next():
    """Storyline D6."""
    phases = [Part("fine_tune", 10, 10), Part("break", 10), Part("do_differently", 10, 10), Part("commit", 25, 0, True)]
    assert catch_up(phases, 0, 7) == {1: 5, 2: 2}
    assert shortened(phases[2], 2) == (9, 9)
    phases[2].open_until = START
    assert catch_up(phases, 0, 7) == {1: 5}


@pytest.mark.django_db
def test_late_is_made_up_with_one_press_and_commit_stays(journey, fiona, as_):
    with time_machine.travel(START, tick=False) as clock:
        workshop = gone_live(journey, fiona, agenda="so_what")
        phases = list(Phase.objects.filter(workshop=workshop).order_by("position"))

        def press(name, at):
            execute(journey.pk, fiona.identity, f"workshop.{name}", {"id": workshop.pk, "phase": phases[at].pk})

        for n in range(4):
            clock.shift(datetime.timedelta(minutes=phases[n].minutes_private + phases[n].minutes_shared))
            press("next_phase", n)
        assert (
            refused(journey.pk, fiona, "workshop.make_up", {"id": workshop.pk, "phase": phases[4].pk}).code
            == "conflict"
        )
        clock.shift(datetime.timedelta(minutes=27, seconds=30))  # fine-tune has twenty
        page = as_("fiona").get(f"/workshops/{workshop.pk}/").content.decode()
        said = " ".join(page.split())
        assert "7 min behind." in said
        assert "Take 5 from the break (5 stay) and 2 from Do differently?" in said
        assert "Commit keeps its 25." in said
        press("make_up", 4)
        now = {row.of_kind: row.minutes_private + row.minutes_shared for row in Phase.objects.filter(workshop=workshop)}
        assert (now["break"], now["do_differently"], now["commit"]) == (5, 18, 25)
        press("next_phase", 4)
        assert "min behind" not in as_("fiona").get(f"/workshops/{workshop.pk}/").content.decode()
        assert Workshop.objects.get(pk=workshop.pk).behind == 30


@pytest.mark.django_db
def test_a_pause_stops_the_timer_and_a_minute_more_moves_the_end(journey, fiona, as_):
    with time_machine.travel(START, tick=False) as clock:
        workshop = gone_live(journey, fiona)
        first = Phase.objects.filter(workshop=workshop).earliest("position")
        data = {"id": workshop.pk, "phase": first.pk}
        clock.shift(datetime.timedelta(minutes=2))
        execute(journey.pk, fiona.identity, "workshop.pause", data)
        clock.shift(datetime.timedelta(minutes=30))
        page = as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
        assert "paused" in page
        assert ">3:00<" in page
        execute(journey.pk, fiona.identity, "workshop.pause", data)
        clock.shift(datetime.timedelta(minutes=1))
        assert ">2:00<" in as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
        execute(journey.pk, fiona.identity, "workshop.add_minute", data)
        assert ">3:00<" in as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
        page = " ".join(as_("fiona").get(f"/workshops/{workshop.pk}/").content.decode().split())
        assert "1 min behind." in page
        assert "min behind" not in as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()


@pytest.mark.django_db
def test_a_press_for_a_phase_that_is_over_does_nothing(journey, fiona):
    workshop = gone_live(journey, fiona)
    phases = list(Phase.objects.filter(workshop=workshop).order_by("position")[:2])
    data = {"id": workshop.pk, "phase": phases[0].pk}
    execute(journey.pk, fiona.identity, "workshop.next_phase", data)
    for name in ("pause", "add_minute", "make_up"):
        assert refused(journey.pk, fiona, f"workshop.{name}", data).code == "conflict"
