"""The series of a journey: each step with its state, complete only when the group has heard back, a next date always."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.utils import timezone

from actions import reports
from actions.reporting_back import waiting_workshops
from live.door import execute
from live.models import new_id
from tests.live.payloads import now
from workshops.cycles import series_in, when
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def words(answer) -> str:
    return " ".join(re.sub(r"<(?!a\s)[^>]*>", " ", answer.content.decode()).split())


@pytest.fixture
def over(journey, fiona, sam, elena) -> Workshop:
    """A workshop that is over, with two promises, of which one is kept."""
    room, me, pk = journey.pk, fiona.identity, new_id("ws")
    due = (timezone.localdate() + 40 * DAY).isoformat()
    data = {
        "id": pk, "title": "So what?", "objective": "O", "planned_use": "P", "success_measure": "S", "again_after": 13,
        "sponsor": elena.pk, "report_back_on": due, "people": [sam.identity],
    }  # fmt: skip
    execute(room, me, "workshop.open", data)
    execute(room, me, "workshop.go_live", {"id": pk})
    made = [new_id("ac"), new_id("ac")]
    for each in made:
        promise = {"id": each, "title": f"Call back {each}", "owner": sam.pk, "due": due, "workshop": pk}
        execute(room, me, "action.add", promise | {"measure": "days", "baseline": "9", "target": "1"})
    execute(room, me, "workshop.close", {"id": pk, "because": "A test"})
    kept = {"id": made[0], "status": "done", "outcome": "They hear at once", "after_value": "1"}
    execute(room, sam.identity, "action.change", kept)
    return Workshop.objects.get(pk=pk)


def hold(over: Workshop, fiona) -> Workshop:
    """Its report-back, from going live to the close."""
    session = Workshop.objects.get(follows=over, of_kind="report_back")
    execute(over.room_id, fiona.identity, "workshop.go_live", {"id": session.pk})
    execute(over.room_id, fiona.identity, "workshop.next_phase", {"id": session.pk, "phase": now(session.pk)})
    execute(over.room_id, fiona.identity, "workshop.close", {"id": session.pk, "because": "A test"})
    return Workshop.objects.get(pk=session.pk)


def test_a_closed_workshop_waits_for_its_report_back_and_is_not_complete(over, as_):
    day = f"{over.report_back_on:%a} {over.report_back_on.day} {over.report_back_on:%B %Y}"
    for at in (f"/journeys/{over.room_id}/workshops/", f"/workshops/{over.pk}/"):
        shown = words(as_("fiona").get(at))
        assert f"Waits for its report-back on {day}" in shown and f"Next: the report-back on {day}" in shown
        assert "Complete" not in shown and "Next cycle" not in shown
    cards = words(as_("sam").get("/workshops/"))
    assert "1 of 2 promises kept, waits for its report-back on" in cards


def test_it_is_complete_when_the_report_back_was_held_and_the_next_cycle_starts_there(over, as_, fiona):
    session = hold(over, fiona)
    due = timezone.localdate() + datetime.timedelta(weeks=13)
    link = f'href="/workshops/{over.pk}/next/"'
    for at in (f"/journeys/{over.room_id}/workshops/", f"/workshops/{session.pk}/", "/workshops/"):
        shown = words(as_("fiona").get(at))
        assert link in shown and "Complete" in shown
        assert link not in words(as_("sam").get(at))  # who runs no workshops
    shown = words(as_("fiona").get(f"/workshops/{over.pk}/"))
    assert "Complete: the group heard back on" in shown and "The next workshop is due by" in shown
    assert series_in(over.room).next_on == due
    first = as_("fiona").get(f"/workshops/{over.pk}/next/", follow=True)
    assert first.status_code == 200 and first.context["form"]["objective"].value() == "O"


def test_after_the_report_back_the_report_no_longer_waits_for_it(over, fiona):
    assert reports.build(over).next_date.startswith("Report back to the group") and waiting_workshops().exists()
    hold(over, fiona)
    told = reports.build(Workshop.objects.get(pk=over.pk))
    assert "The group has heard" in told.next_note and not told.next_date.startswith("Report back")
    assert not waiting_workshops().exists()


def test_a_report_back_that_was_not_held_is_said_and_never_complete(over, as_):
    with time_machine.travel(timezone.now() + 45 * DAY, tick=False):
        shown = words(as_("fiona").get(f"/journeys/{over.room_id}/workshops/"))
        assert "Not held. It was to be on" in shown and "Not reported back" in shown and "Complete" not in shown
        assert "The date that was set has passed, and nothing happened. Set a new one." in shown


def test_without_a_plan_to_go_on_the_missing_date_is_said(over, as_, fiona):
    Workshop.objects.filter(pk=over.pk).update(again_after=0)
    hold(over, fiona)
    assert "No next date: nobody planned to go on." in words(as_("fiona").get(f"/workshops/{over.pk}/"))
    Workshop.objects.filter(pk=over.pk).update(again_after=4)
    with time_machine.travel(timezone.now() + 60 * DAY, tick=False):
        assert "4 weeks after the report-back. That day has passed." in series_in(over.room).missing
    data = {"id": new_id("ws"), "title": "Again", "objective": "O", "planned_use": "P", "success_measure": "S"}
    data["report_back_on"] = (timezone.localdate() + 90 * DAY).isoformat()
    execute(over.room_id, fiona.identity, "workshop.open", data | {"follows": over.pk})
    made = series_in(over.room)
    assert made.last is None and made.next_on is None and "No date is set for the workshop." in made.missing


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Today, 09:30"),
        (1, "Tomorrow, 09:30"),
        (5, "In 5 days"),
        (-1, "Was to be yesterday"),
        (-9, "Was to be 9 days ago"),
    ],
)
def test_how_far_away_it_is(days, said):
    moment = datetime.datetime(2030, 3, 20, 9, 30, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False), timezone.override("UTC"):
        assert when(Workshop(starts_at=moment + days * DAY)) == said
        assert when(Workshop()) == "No date yet"


def test_a_rehearsal_has_no_series(over, as_, fiona):
    as_("fiona").post("/workshops/rehearsal/")
    copy = Workshop.objects.get(rehearsal__started_by=fiona)
    assert not series_in(copy.room).cycles
