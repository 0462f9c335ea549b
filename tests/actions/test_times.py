"""Wall-clock times become moments: every zone, every change of clocks from 2024 to 2030."""

from __future__ import annotations

import datetime
import itertools
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.times import LADDER, MORNING, UTC, OfficeHours, at_local, last_monday, rungs

ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)
MINUTE = datetime.timedelta(minutes=1)


def wall(moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def changes(zone: ZoneInfo, year: int) -> list[datetime.datetime]:
    """The hours of a year in which the clock of this zone is changed."""
    at, found = datetime.datetime(year, 1, 1, tzinfo=UTC), []
    while at.year == year:
        later = at + datetime.timedelta(days=7)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            while at.astimezone(zone).utcoffset() == (at + datetime.timedelta(hours=1)).astimezone(zone).utcoffset():
                at += datetime.timedelta(hours=1)
            found.append(at)
        at = later
    return found


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), st.integers(2024, 2030), st.integers(-180, 180), st.integers(0, 3))
def test_a_time_near_a_change_is_the_first_moment_the_clock_shows_it_or_later(name, year, minutes, which):
    zone = ZoneInfo(name)
    found = changes(zone, year)
    near = found[which % len(found)] if found else datetime.datetime(year, 6, 1, tzinfo=UTC)
    asked = wall(near, zone).replace(second=0, microsecond=0) + datetime.timedelta(minutes=minutes)
    moment = at_local(asked.date(), asked.time(), zone)
    assert wall(moment, zone) >= asked, "never before its wall time"
    before = moment - MINUTE
    shown = [wall(before - n * MINUTE, zone) for n in range(180)]
    assert all(each < asked for each in shown), "and no earlier moment would have done"
    if wall(moment, zone) != asked:  # the clock jumps over it
        assert wall(before, zone) < asked < wall(moment, zone)
        assert zone.utcoffset(wall(before, zone)) != zone.utcoffset(wall(moment, zone))


@given(st.sampled_from(ZONES), st.dates(datetime.date(2024, 1, 1), datetime.date(2030, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_each_rung_comes_once_at_eight_there(name, due):
    zone = ZoneInfo(name)
    for kind, moment in rungs(due, zone).items():
        local = wall(moment, zone)
        assert local.date() == due + datetime.timedelta(days=LADDER[kind])
        assert local.time() >= MORNING


def test_the_two_odd_hours():
    london = ZoneInfo("Europe/London")
    gap = at_local(datetime.date(2026, 3, 29), datetime.time(1, 30), london)
    twice = at_local(datetime.date(2026, 10, 25), datetime.time(1, 30), london)
    assert gap == datetime.datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # the moment of the jump: 02:00 there
    assert twice == datetime.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of the two


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(2024, 2030),
    st.integers(0, 3),
    st.integers(-80, 80),
    st.sampled_from([1, 12, 37]),
)
def test_f25_however_often_one_looks_each_monday_comes_once_at_eight(name, year, which, hours, step):
    """Around every change of clocks: looking every so many hours for a fortnight finds the same two or three Mondays,
    a week apart, none before eight by the clock there."""
    zone, hours_of = ZoneInfo(name), OfficeHours(frozenset(range(5)), datetime.time(18), datetime.time(8))
    found = changes(zone, year)
    near = found[which % len(found)] if found else datetime.datetime(year, 6, 1, tzinfo=UTC)
    at, end = near + datetime.timedelta(hours=hours - 168), near + datetime.timedelta(hours=hours + 168)
    due: set[datetime.datetime] = set()
    while at < end:
        due.add(hours_of.next(at_local(last_monday(at, zone), MORNING, zone), zone))
        at += datetime.timedelta(hours=step)
    mondays = sorted(wall(moment, zone).date() for moment in due)
    assert len(mondays) == len(set(mondays)) and 2 <= len(mondays) <= 3
    assert all((later - day).days == 7 for day, later in itertools.pairwise(mondays))
    assert all(wall(moment, zone).weekday() == 0 and wall(moment, zone).time() >= MORNING for moment in due)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES), st.integers(2024, 2030), st.integers(0, 3), st.integers(-3, 3), st.sets(st.integers(0, 6))
)
def test_f25_the_whole_ladder_in_order_within_office_hours(name, year, which, days, off):
    """Quiet hours and free days move a rung later, never before its morning and never past the one after it."""
    zone, working = ZoneInfo(name), frozenset(range(7)) - off
    hours = OfficeHours(working, datetime.time(18), datetime.time(8))
    found = changes(zone, year)
    near = found[which % len(found)] if found else datetime.datetime(year, 6, 1, tzinfo=UTC)
    due = wall(near, zone).date() + datetime.timedelta(days=days)
    moments = [(hours.next(at, zone), at) for at in rungs(due, zone).values()]
    assert [moved for moved, _ in moments] == sorted(moved for moved, _ in moments)
    assert all(moved >= at for moved, at in moments)
    assert all(not hours.quiet(wall(moved, zone).time()) for moved, _ in moments)
    assert all(not working or wall(moved, zone).weekday() in working for moved, _ in moments)


def test_f25_every_zone_and_every_change_of_clocks_from_2024_to_2030():
    """Without chance: before, at, within and after each of them a time is the first moment the clock shows it."""
    looked = 0
    for zone in map(ZoneInfo, ZONES):
        for near in (each for year in range(2024, 2031) for each in changes(zone, year)):
            shown = wall(near, zone).replace(second=0, microsecond=0)
            for minutes in (-90, -30, 0, 1, 30, 59, 60, 90, 150):
                asked = shown + datetime.timedelta(minutes=minutes)
                moment = at_local(asked.date(), asked.time(), zone)
                assert wall(moment, zone) >= asked, (zone, near, asked)
                earlier = (moment - n * MINUTE for n in (1, 15, 30, 60, 90, 120, 180))
                assert all(wall(each, zone) < asked for each in earlier), (zone, near, asked)
                looked += 1
    assert looked > 10_000
