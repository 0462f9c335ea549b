"""B9: whoever is asked comes in by a link, without a password, and lands on what is theirs."""

from __future__ import annotations

import pytest
from django.core import mail
from icalendar import Calendar

from accounts import invitations
from accounts.actors import load_actor
from actions import outbox, reminders
from actions.tasks import drain_outbox
from live.door import execute
from live.models import new_id
from tests.workshops.test_preparing import agenda_of, kinds
from tests.workshops.test_workshop_commands import opened
from touchpoints.models import Stage, Touchpoint
from workshops.models import Participant, Phase

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def places(journey, fiona, departments) -> dict[str, str]:
    stage = Stage.objects.filter(room=journey.pk).earliest("order")
    found = {}
    for title, code in (("Waits for the offer", "SA"), ("Shows the line", "SA"), ("Gets the invoice", "FI")):
        found[title] = new_id("tp")
        data = {"id": found[title], "stage": stage.pk, "title": title, "lead": departments[code].pk}
        execute(journey.pk, fiona.identity, "touchpoint.add", data)
    return found


def test_an_invited_representative_lands_on_their_departments_page(client, journey, fiona, harrow, departments, places):
    by = load_actor(fiona.identity, harrow.pk)
    place = invitations.invite(harrow, by, "sara@harrow.example", "representative", [departments["SA"]])
    workshop = opened(journey, fiona, roster=[{"person": place.pk, "department": departments["SA"].pk}])
    link = f"/invitations/{invitations.token_of(place)}/"
    client.get(link)  # a scanner opens it: nothing happens
    assert Participant.objects.get(workshop=workshop).opened_at is None
    landed = client.post(link, {"name": "Sara Lind"}, follow=True)
    home = landed.redirect_chain[-1][0]
    assert home == f"/organisations/{harrow.slug}/departments/{departments['SA'].pk}/work/"
    said = words(landed)
    assert "You are asked to come for Sales:" in said
    assert '<span class="num">2</span> touchpoints are yours' in said and "please read before the 20th" in said
    row = Participant.objects.get(workshop=workshop)
    assert row.name == "Sara Lind" and row.opened_at is not None
    assert 'opened <strong class="num">1</strong> of 1' in words(client.get(f"/workshops/{workshop.pk}/"))


def test_they_say_what_the_customer_has_of_their_touchpoints_and_propose_on_others(
    as_, harrow, departments, places, journey
):
    own = f"/organisations/{harrow.slug}/departments/{departments['SA'].pk}/work/"
    page = as_("sam")
    page.post(own, {"touchpoint": places["Waits for the offer"], "benefit": "They can plan"})
    assert Touchpoint.objects.get(pk=places["Waits for the offer"]).benefit == "They can plan"
    answer = page.post(own, {"touchpoint": places["Gets the invoice"], "benefit": "None"}, follow=True)
    assert "Propose a change" in words(answer)
    assert Touchpoint.objects.get(pk=places["Gets the invoice"]).benefit == ""
    theirs = words(page.get(f"/organisations/{harrow.slug}/departments/{departments['FI'].pk}/work/"))
    assert f'href="/journeys/{journey.pk}/#{places["Gets the invoice"]}"' in theirs
    assert "Propose a change to Gets the invoice" in theirs
    assert "<textarea" not in theirs


def test_they_answer_whether_they_come(as_, journey, fiona, sam, departments):
    workshop = opened(journey, fiona, roster=[{"person": sam.identity}], functions=[departments["SA"].pk])
    back = f"/organisations/x/departments/{departments['SA'].pk}/work/"
    answer = as_("sam").post(f"/workshops/{workshop.pk}/reply/", {"coming": "1", "next": back})
    assert answer.url == back
    assert "1 of 1 functions invited, 1 accepted" in words(as_("fiona").get(f"/workshops/{workshop.pk}/"))
    answer = as_("sam").post(f"/workshops/{workshop.pk}/reply/", {"coming": "0", "next": "https://elsewhere.example/"})
    assert answer.url == f"/workshops/{workshop.pk}/"
    assert Participant.objects.get(workshop=workshop).coming is False


def test_gaps_are_named_before_it_goes_live(as_, journey, fiona, sam, departments):
    workshop = opened(journey, fiona, roster=[{"person": sam.identity}])
    said = words(as_("fiona").get(f"/workshops/{workshop.pk}/"))
    assert "1 of 11 functions invited, 0 accepted" in said
    assert "No representative yet: Marketing, Account management," in said


def test_a_members_mail_holds_the_calendar_file_and_leads_to_what_is_theirs(journey, fiona, sam, harrow, departments):
    opened(journey, fiona, roster=[{"person": sam.identity}])
    reminders.plan()
    outbox.drain()
    (sent,) = [message for message in mail.outbox if message.to == [sam.email]]
    assert f"/departments/{departments['SA'].pk}/work/" in sent.body
    (file,) = sent.attachments
    event = Calendar.from_ical(file[1]).walk("VEVENT")[0]
    assert event["attendee"] == f"MAILTO:{sam.email}" and event["organizer"] == f"MAILTO:{fiona.email}"


def test_the_calendar_file_is_for_everybody_who_may_come(as_, journey, fiona):
    workshop = opened(journey, fiona)
    answer = as_("sam").get(f"/workshops/{workshop.pk}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert Calendar.from_ical(answer.content)["method"] == "PUBLISH"
    assert as_("olga").get(f"/workshops/{workshop.pk}/calendar.ics").status_code == 404


# -- the agenda and the roster, by hand ---------------------------------------------------------
def test_the_agenda_page_moves_times_adds_takes_out_and_undoes(as_, journey, fiona):
    workshop = opened(journey, fiona, agenda="short")
    browser, at = as_("fiona"), f"/workshops/{workshop.pk}/agenda/"
    page = words(browser.get(at))
    assert "90 minutes" in page and "% of the work is mapping" in page
    why, walk = agenda_of(workshop)[:2]
    browser.post(at, {"do": "down", "phase": why.pk})
    assert kinds(workshop)[:2] == ["walk", "why"]
    browser.post(at, {"do": "up", "phase": why.pk})
    assert kinds(workshop)[:2] == ["why", "walk"]
    changed = words(browser.post(at, {"phase": walk.pk, "minutes_private": "0", "minutes_shared": "60"}))
    assert "More than 25 % is too much" in changed and "140 minutes" in changed
    added = browser.post(at, {"do": "add", "of_kind": "break"})
    assert kinds(workshop)[-1] == "break"
    browser.post(at, {"do": "undo", "tx": added.context["said"]["tx"]})
    assert kinds(workshop)[-1] == "read_out"
    commit = next(phase for phase in agenda_of(workshop) if phase.protected)
    refused = browser.post(at, {"do": "remove", "phase": commit.pk})
    assert refused.status_code == 422 and "stays: a workshop that does not get there" in words(refused)
    assert "whole numbers" in words(browser.post(at, {"phase": why.pk, "minutes_shared": "five"}))
    browser.post(at, {"phase": why.pk, "minutes_shared": "5", "open_until": "2030-03-18T18:00"})
    assert Phase.objects.get(pk=why.pk).open_until is None  # too far away: said, and nothing changed


def test_one_more_is_asked_and_one_less(as_, journey, fiona, sam, departments):
    workshop = opened(journey, fiona)
    browser, at = as_("fiona"), f"/workshops/{workshop.pk}/roster/"
    sales, finance = departments["SA"].pk, departments["FI"].pk
    browser.post(at, {"do": "ask", "person": "Sam Okoro", "department": sales, "frontline": "on"})
    browser.post(at, {"do": "ask", "person": "finn@harrow.example", "department": finance, "deputy": "on"})
    rows = {row.name: row for row in Participant.objects.filter(workshop=workshop)}
    assert rows["Sam Okoro"].frontline and rows["finn"].deputy and rows["finn"].person.startswith("in_")
    drain_outbox()
    assert any(message.to == ["finn@harrow.example"] for message in mail.outbox)
    again = browser.post(at, {"do": "ask", "person": "Sam Okoro", "department": sales})
    assert again.status_code == 422 and "They are asked already." in words(again)
    assert 'aria-pressed="true" aria-label="Sam Okoro meets customers daily"' in words(browser.get(at))
    browser.post(at, {"do": "frontline", "participant": rows["Sam Okoro"].pk})
    assert not Participant.objects.get(pk=rows["Sam Okoro"].pk).frontline
    assert 'aria-pressed="false" aria-label="Sam Okoro meets customers daily"' in words(browser.get(at))
    browser.post(at, {"do": "remove", "participant": rows["finn"].pk})
    assert not Participant.objects.filter(workshop=workshop, removed_at=None, name="finn").exists()
