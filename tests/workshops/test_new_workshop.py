"""A new workshop in four pages (storyline B1 to B4): nothing typed is lost, nothing half done is made."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from accounts import invitations
from accounts.models import Invitation
from actions.tasks import drain_outbox
from tests.workshops.test_workshop_commands import opened
from touchpoints.models import Journey, Stage
from workshops.models import Participant, Phase, Workshop
from workshops.steps import picked

pytestmark = pytest.mark.django_db

OBJECTIVE = {
    "objective": "Cut customers' effort from order to first production", "aim": "low_value",
    "planned_use": "The board decides in May", "success_measure": "Hours customers spend, 180 to 90 per order",
}  # fmt: skip


def at(step: str) -> str:
    return f"/workshops/new/{step}/"


def said(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def fionas(as_, journey):
    return as_("fiona")


def roster(departments, **people):
    """The functions' page: everybody asked, these named."""
    return {"functions": [row.pk for row in departments.values()]} | {
        f"{place}-{departments[code].pk}": name
        for key, name in people.items()
        for place, code in [key.split("_")]
    }  # fmt: skip


def days(n: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=n)).isoformat()


DATE = {"title": "So what?", "starts_time": "09:30", "agenda": "so_what", "again_after": "13"}


def test_four_pages_make_a_workshop_with_everybody_in_it(fionas, departments, sam, elena, fiona):
    """B1 to B4: seven of eleven functions have a rep; the other four are named."""
    assert fionas.post(at("objective"), OBJECTIVE).url == at("functions")
    seven = {"rep_SA": picked(sam), "deputy_SA": "dana@harrow.example"} | {
        f"rep_{code}": f"{code.lower()}@harrow.example" for code in ("MK", "AM", "CS", "PR", "OP", "LO")
    }  # fmt: skip
    page = {**roster(departments, **seven), "sponsor": elena.pk, "owner": fiona.pk,
            f"frontline-{departments['SA'].pk}": "on"}  # fmt: skip
    assert fionas.post(at("functions"), page).url == at("stages")
    again = said(fionas.get(at("functions")))
    assert ">7</span> of <span data-asked>11</span> functions have a rep" in again
    assert "Missing: Finance, IT, HR, Legal." in again
    new = {"where": "set:equipment", "name": "Production managers", "stage-equipment-0": "Something is wrong"}
    shown = fionas.get(at("stages")).content.decode()
    assert "personas come from the data" in " ".join(shown.split())
    new |= {f"stage-equipment-{n}": f"We do {n}" for n in range(1, 7)} | {"stage-equipment-7": ""}
    assert fionas.post(at("stages"), new).url == at("date")
    proposed = fionas.get(at("date")).context["form"].initial
    assert proposed["report_back_on"] - proposed["starts_on"] >= datetime.timedelta(days=45)
    done = fionas.post(at("date"), {**DATE, "starts_on": days(14), "report_back_on": days(59)})
    workshop = Workshop.objects.get()
    assert done.url == f"/workshops/{workshop.pk}/"
    assert (workshop.sponsor, workshop.owner, workshop.facilitator, workshop.aim) == (elena, fiona, fiona, "low_value")
    assert len(workshop.functions) == 11
    assert sum(phase.minutes for phase in Phase.objects.filter(workshop=workshop)) == 165
    stages = [row.name for row in Stage.objects.filter(room=workshop.room_id).order_by("order")]
    assert stages == ["Something is wrong", *(f"We do {n}" for n in range(1, 7))]
    rows = {row.name: row for row in Participant.objects.filter(workshop=workshop)}
    assert len(rows) == 8
    assert rows["Sam Okoro"].person == sam.identity and rows["Sam Okoro"].frontline
    assert rows["dana"].deputy and rows["dana"].department == departments["SA"]
    assert {row.email for row in Invitation.objects.all()} == {
        "dana@harrow.example", *(f"{code}@harrow.example" for code in ("mk", "am", "cs", "pr", "op", "lo"))
    }  # fmt: skip
    assert fionas.get("/workshops/new/").context["form"].initial.get("objective") is None  # the draft is used up


def test_the_mail_holds_a_calendar_file_and_a_link_without_password(fionas, departments):
    fionas.post(at("objective"), OBJECTIVE)
    fionas.post(at("functions"), roster(departments, rep_FI="finn@harrow.example"))
    fionas.post(at("stages"), {"where": f"journey:{Journey.objects.get().pk}"})
    fionas.post(at("date"), {**DATE, "starts_on": days(14), "report_back_on": days(59)})
    assert not mail.outbox  # the page waits for no mail server
    drain_outbox()
    sent = next(message for message in mail.outbox if message.to == ["finn@harrow.example"])
    assert "You are asked to come for Finance" in sent.body and "a password is" in sent.body
    name, content, kind = sent.attachments[0]
    assert (name, kind) == ("invitation.ics", "text/calendar; method=REQUEST")
    event, workshop = Calendar.from_ical(content).walk("VEVENT")[0], Workshop.objects.get()
    assert (event["uid"], event["summary"]) == (f"{workshop.pk}@journeymap", "So what?")
    assert event["dtend"].dt - event["dtstart"].dt == datetime.timedelta(minutes=165)
    assert event["dtstart"].dt == workshop.starts_at
    link = re.search(r"http\S+/invitations/(\S+)/", sent.body)
    assert link and invitations.invitation_for(link[1]).email == "finn@harrow.example"


@pytest.mark.parametrize("field", ["objective", "planned_use", "success_measure"])
def test_without_what_for_there_is_no_next(fionas, field):
    answer = fionas.post(at("objective"), {**OBJECTIVE, field: "  "})
    assert answer.status_code == 422
    assert "Say " in answer.context["form"].errors[field][0]
    assert fionas.get(at("objective")).context["form"].initial["aim"] == "low_value"  # and nothing is lost


def test_what_is_typed_survives_a_reload_and_a_step_back(fionas):
    assert fionas.post(at("objective"), {"objective": "Half a thou", "do": "keep"}).status_code == 204
    page = fionas.get(at("objective"))
    assert "Half a thou" in page.content.decode() and not page.context["form"].errors
    assert fionas.post(at("date"), {"title": "Later", "starts_on": "", "do": "back"}).url == at("stages")
    assert "Later" in fionas.get(at("date")).content.decode()
    assert fionas.post(at("date"), {"do": "discard"}).url == "/workshops/new/"
    assert "Half a thou" not in fionas.get(at("objective")).content.decode()


def test_a_page_that_was_left_out_is_asked_for(fionas):
    fionas.post(at("objective"), OBJECTIVE)
    answer = fionas.post(at("date"), {**DATE, "starts_on": days(14), "report_back_on": days(59)}, follow=True)
    assert answer.redirect_chain[-1][0] == at("functions")
    assert "“Functions” is not complete yet." in said(answer)
    assert not Workshop.objects.exists()


def test_who_is_named_is_somebody_who_can_answer(fionas, departments, sam, elena):
    data = roster(
        departments, rep_SA="Sam Okoro", deputy_SA=picked(sam), rep_FI="nobody at all", rep_CS=picked(sam),
        rep_IT=elena.email,
    )  # fmt: skip
    errors = fionas.post(at("functions"), data).context["form"].errors
    assert "comes for Sales already" in errors[f"deputy-{departments['SA'].pk}"][0]
    assert "neither a member nor an e-mail" in errors[f"rep-{departments['FI'].pk}"][0]
    assert "does not speak for Customer service yet" in errors[f"rep-{departments['CS'].pk}"][0]
    assert "is here as executive" in errors[f"rep-{departments['IT'].pk}"][0]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"starts_on": days(-1)}, "starts_on"), ({"report_back_on": ""}, "report_back_on"),
        ({"report_back_on": days(14)}, "report_back_on"), ({"agenda": "longest"}, "agenda"), ({"title": ""}, "title"),
    ],
)  # fmt: skip
def test_dates_that_do_not_fit(fionas, data, field):
    answer = fionas.post(at("date"), {**DATE, "starts_on": days(14), "report_back_on": days(59), **data})
    assert answer.status_code == 422 and field in answer.context["form"].errors


def test_a_new_journey_needs_a_name_and_a_foreign_one_is_not_there(fionas, olga):
    assert "name" in fionas.post(at("stages"), {"where": "set:saas"}).context["form"].errors
    assert "where" in fionas.post(at("stages"), {"where": "journey:jn_0000000000000000"}).context["form"].errors


def test_the_next_cycle_asks_the_same_people_over_the_same_map(fionas, journey, fiona, sam, sue, departments):
    before = opened(
        journey, fiona, functions=[departments["SA"].pk, departments["CS"].pk],
        roster=[{"person": sam.identity, "frontline": True}, {"person": sue.identity, "deputy": True}],
    )  # fmt: skip
    assert fionas.get(f"/workshops/{before.pk}/next/").url == "/workshops/new/"
    page = fionas.get(at("functions"))
    assert page.context["form"].initial[f"rep-{departments['SA'].pk}"] == picked(sam)
    for step in ("objective", "functions", "stages"):
        form = fionas.get(at(step)).context["form"]
        assert fionas.post(at(step), {k: v for k, v in form.initial.items() if v is not None}).status_code == 302, step
    fionas.post(at("date"), {**DATE, "starts_on": days(100), "report_back_on": days(150)})
    workshop = Workshop.objects.get(follows=before)
    assert workshop.room_id == before.room_id
    assert set(Participant.objects.filter(workshop=workshop).values_list("person", flat=True)) == {
        sam.identity, sue.identity
    }  # fmt: skip


def test_only_facilitators_open_workshops(as_, journey):
    for who in ("sam", "elena", "otto"):
        assert as_(who).get(at("objective")).status_code == 403
    assert as_("fiona").get(at("nowhere")).status_code == 404
