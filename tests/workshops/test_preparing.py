"""Before the meeting: who is asked for which department, the agenda by hand, and the session that follows."""

from __future__ import annotations

import datetime

import pytest

from accounts import invitations
from accounts.actors import load_actor
from live.door import execute
from live.models import new_id
from tests.workshops.test_workshop_commands import gone_live, opened, refused
from workshops.agenda import AGENDAS, COMMIT_KEEPS, MOST_MAPPING, mapping_share
from workshops.models import Participant, Phase, Workshop

pytestmark = pytest.mark.django_db


def agenda_of(workshop) -> list[Phase]:
    return list(Phase.objects.filter(workshop=workshop, removed_at=None).order_by("position"))


def kinds(workshop) -> list[str]:
    return [phase.of_kind for phase in agenda_of(workshop)]


def invited(harrow, fiona, email):
    return invitations.invite(harrow, load_actor(fiona.identity, harrow.pk), email, "representative")


# -- the roster --------------------------------------------------------------------------------
def test_each_function_has_a_representative_and_a_deputy(journey, fiona, sam, sue, harrow, departments):
    place = invited(harrow, fiona, "leo@harrow.example")
    workshop = opened(
        journey, fiona, functions=[departments["LO"].pk, departments["SA"].pk],
        roster=[
            {"person": sam.identity, "frontline": True},
            {"person": sue.identity, "department": departments["SA"].pk, "deputy": True},
            {"person": place.pk, "department": departments["LO"].pk},
        ],
    )  # fmt: skip
    rows = {row.person: row for row in Participant.objects.filter(workshop=workshop)}
    assert rows[sam.identity].department == departments["SA"] and rows[sam.identity].frontline
    assert rows[sue.identity].department == departments["SA"] and rows[sue.identity].deputy
    assert (rows[place.pk].name, rows[place.pk].department) == ("leo", departments["LO"])
    assert workshop.functions == [departments["SA"].pk, departments["LO"].pk]


def test_deputies_are_not_counted_among_those_who_should_have_looked(journey, fiona, sam, sue, departments, as_):
    sales = departments["SA"].pk
    roster = [
        {"person": sam.identity, "department": sales},
        {"person": sue.identity, "department": sales, "deputy": True},
    ]
    workshop = opened(journey, fiona, roster=roster)
    execute(journey.pk, sam.identity, "workshop.enter", {"id": workshop.pk})
    assert 'opened <strong class="num">1</strong> of 1' in " ".join(
        as_("fiona").get(f"/workshops/{workshop.pk}/").content.decode().split()
    )


def test_who_accepts_an_invitation_takes_the_place_kept_for_the_address(journey, fiona, harrow, departments):
    place = invited(harrow, fiona, "leo@harrow.example")
    workshop = opened(journey, fiona, roster=[{"person": place.pk, "department": departments["LO"].pk}])
    again = invited(harrow, fiona, "leo@harrow.example")  # sent once more: the first link is closed
    leo = invitations.accept(again, None, "Leo Adler")
    execute(journey.pk, leo.identity, "workshop.enter", {"id": workshop.pk})
    row = Participant.objects.get(workshop=workshop, removed_at=None)
    assert (row.person, row.name, row.department) == (leo.identity, "Leo Adler", departments["LO"])
    assert row.opened_at is not None


def test_strangers_and_other_peoples_departments_are_not_asked(journey, fiona, sam, olga, harrow, departments):
    workshop = opened(journey, fiona)
    foreign = olga.memberships.get().organisation.departments.first().pk
    for data, field in (
        ({"person": olga.identity}, "person"), ({"person": "u0"}, "person"), ({"person": "in_0000000000000000"}, "person"),
        ({"person": sam.identity, "department": foreign}, "department"),
    ):  # fmt: skip
        assert refused(journey.pk, fiona, "participant.ask", {"id": workshop.pk, **data}).field == field
    assert refused(
        journey.pk, fiona, "workshop.change", {"id": workshop.pk, "functions": [foreign]}
    ).field == "functions"  # fmt: skip
    execute(journey.pk, fiona.identity, "participant.ask", {"id": workshop.pk, "person": sam.identity})
    again = refused(journey.pk, fiona, "participant.ask", {"id": workshop.pk, "person": sam.identity})
    assert (again.code, again.message) == ("conflict", "They are asked already.")


def test_somebody_says_whether_they_come(journey, fiona, sam, otto):
    workshop = opened(journey, fiona, people=[sam.identity])
    execute(journey.pk, sam.identity, "workshop.reply", {"id": workshop.pk, "coming": True})
    assert Participant.objects.get(workshop=workshop).coming is True
    assert refused(journey.pk, otto, "workshop.reply", {"id": workshop.pk, "coming": True}).code == "unknown"


def test_who_is_in_charge_belongs_here(journey, fiona, sam, olga, elena):
    workshop = opened(journey, fiona, sponsor=elena.pk, owner=sam.pk, aim="low_value")
    assert (workshop.sponsor, workshop.owner, workshop.aim) == (elena, sam, "low_value")
    for data in ({"co_facilitators": [sam.pk]}, {"co_facilitators": [olga.pk]}, {"sponsor": olga.pk}):
        field = next(iter(data))
        assert refused(journey.pk, fiona, "workshop.change", {"id": workshop.pk, **data}).field == field


@pytest.mark.parametrize("field", ["objective", "planned_use", "success_measure"])
def test_nothing_goes_live_without_what_for(journey, fiona, field):
    workshop = opened(journey, fiona)
    Workshop.objects.filter(pk=workshop.pk).update(**{field: " "})  # as an older version might have left it
    no = refused(journey.pk, fiona, "workshop.go_live", {"id": workshop.pk})
    assert (no.code, no.field) == ("invalid", field)
    assert Workshop.objects.get(pk=workshop.pk).state == "planned"


# -- the agenda --------------------------------------------------------------------------------
def test_the_agenda_is_edited_by_hand_and_undone(journey, fiona):
    workshop = opened(journey, fiona, agenda="short")
    first = agenda_of(workshop)[0]
    data = {"id": new_id("ph"), "workshop": workshop.pk, "of_kind": "break", "minutes_shared": 10, "after": first.pk}
    execute(journey.pk, fiona.identity, "phase.add", data)
    assert kinds(workshop)[:3] == ["why", "break", "walk"]
    assert [phase.position for phase in agenda_of(workshop)] == list(range(10))
    execute(journey.pk, fiona.identity, "phase.move", {"id": first.pk, "after": data["id"]})
    assert kinds(workshop)[:3] == ["break", "why", "walk"]
    execute(journey.pk, fiona.identity, "phase.change", {"id": first.pk, "minutes_shared": 7})
    assert agenda_of(workshop)[1].minutes_shared == 7
    execute(journey.pk, fiona.identity, "phase.remove", {"id": first.pk})
    assert kinds(workshop)[:2] == ["break", "walk"]
    removed = Workshop.objects.get(pk=workshop.pk).room.events.latest("seq")
    execute(journey.pk, fiona.identity, "undo", {"command": removed.command_id})
    assert kinds(workshop)[:3] == ["break", "why", "walk"]


def test_commit_stays_and_keeps_its_minutes(journey, fiona):
    workshop = opened(journey, fiona)
    commit = next(phase for phase in agenda_of(workshop) if phase.protected)
    for name, data in (
        ("phase.remove", {}), ("phase.change", {"minutes_shared": COMMIT_KEEPS - 1}),
        ("phase.change", {"of_kind": "break"}),
    ):  # fmt: skip
        assert refused(journey.pk, fiona, name, {"id": commit.pk, **data}).code == "locked"
    execute(journey.pk, fiona.identity, "phase.change", {"id": commit.pk, "minutes_shared": COMMIT_KEEPS})
    assert "commit" in kinds(workshop)


def test_what_has_started_is_not_edited(journey, fiona):
    workshop = gone_live(journey, fiona)
    why, walk, learn = agenda_of(workshop)[:3]
    assert refused(journey.pk, fiona, "phase.change", {"id": why.pk, "minutes_shared": 9}).code == "locked"
    assert refused(journey.pk, fiona, "phase.remove", {"id": why.pk}).code == "locked"
    execute(journey.pk, fiona.identity, "phase.move", {"id": learn.pk})  # to the front: behind what runs
    assert [phase.pk for phase in agenda_of(workshop)[:3]] == [why.pk, learn.pk, walk.pk]


def test_a_phase_may_stay_open_for_days(journey, fiona):
    workshop = opened(journey, fiona)
    learn = next(phase for phase in agenda_of(workshop) if phase.of_kind == "learn")
    now = datetime.datetime.now(datetime.UTC)
    for until in (now - datetime.timedelta(hours=1), now + datetime.timedelta(days=90)):
        no = refused(journey.pk, fiona, "phase.change", {"id": learn.pk, "open_until": until.isoformat()})
        assert no.field == "open_until"
    until = now + datetime.timedelta(days=3)
    execute(journey.pk, fiona.identity, "phase.change", {"id": learn.pk, "open_until": until.isoformat()})
    assert Phase.objects.get(pk=learn.pk).open_until == until


def test_the_standard_agendas_do_not_draw_maps():
    """LH-49: workshop time goes to "so what?"."""
    for _, slots in AGENDAS.values():
        phases = [Phase(of_kind=s.kind, minutes_private=s.private, minutes_shared=s.shared) for s in slots]
        assert 0 < mapping_share(phases) <= MOST_MAPPING
    assert mapping_share([]) == 0


# -- the report-back ---------------------------------------------------------------------------
def test_a_report_back_is_booked_once_with_the_same_people(journey, fiona, sam, sue, gus, departments):
    workshop = gone_live(
        journey, fiona, roster=[{"person": sam.identity, "frontline": True}, {"person": sue.identity, "deputy": True}]
    )
    execute(journey.pk, gus.identity, "workshop.enter", {"id": workshop.pk})
    execute(journey.pk, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "Only to see what follows."})
    execute(journey.pk, fiona.identity, "workshop.book_report_back", {"id": workshop.pk})
    session = Workshop.objects.get(follows=workshop)
    assert (session.of_kind, session.follows, session.state) == ("report_back", workshop, "planned")
    assert session.report_back_on == workshop.report_back_on == session.starts_at.date()
    assert kinds(session) == ["why", "report_back"]

    def people(of):
        rows = Participant.objects.filter(workshop=of)
        return {(row.person, row.name, row.department_id, row.deputy, row.frontline) for row in rows}

    assert people(session) == people(workshop)
    assert len(people(session)) == 3
    assert not Participant.objects.filter(workshop=session, opened_at__isnull=False).exists()
    assert refused(journey.pk, fiona, "workshop.book_report_back", {"id": session.pk}).code == "invalid"
