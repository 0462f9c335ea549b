"""The doors of a workshop: who gets in, what a form does, what it says when it cannot."""

from __future__ import annotations

import pytest

from live.door import execute
from live.models import new_id
from tests.live.payloads import turn
from workshops.models import Answer, Participant, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(journey, fiona, sam) -> Workshop:
    data = {
        "id": new_id("ws"), "title": "What now?", "objective": "O", "planned_use": "P", "success_measure": "S",
        "report_back_on": "2031-05-01", "people": [sam.identity],
    }  # fmt: skip
    execute(journey.pk, fiona.identity, "workshop.open", data)
    return Workshop.objects.get(pk=data["id"])


@pytest.mark.parametrize(
    ("who", "status"), [("fiona", 200), ("sam", 200), ("elena", 200), ("otto", 200), ("olga", 404), (None, 302)]
)
def test_who_sees_the_room(as_, workshop, who, status):
    browser = as_(who)
    assert browser.get(f"/workshops/{workshop.pk}/").status_code == status
    assert browser.get(f"/workshops/{workshop.pk}/promises/").status_code == status
    assert browser.get("/workshops/").status_code == (302 if who is None else 200)


def test_a_guest_sees_the_room_and_no_report(as_, workshop, gus, fiona):
    execute(workshop.room_id, fiona.identity, "workshop.go_live", {"id": workshop.pk})
    browser = as_(gus)
    assert browser.get(f"/workshops/{workshop.pk}/").status_code == 200
    assert browser.get(f"/workshops/{workshop.pk}/report/").status_code == 403
    assert browser.get("/").url == f"/workshops/{workshop.pk}/"


@pytest.mark.parametrize("page", ["enter", "run", "ready", "answers", "answers/an_0000000000000000"])
def test_what_changes_something_is_no_get(as_, workshop, page):
    assert as_("fiona").get(f"/workshops/{workshop.pk}/{page}/").status_code == 405
    assert as_("olga").post(f"/workshops/{workshop.pk}/{page}/").status_code == 404
    assert as_("fiona").post(f"/workshops/ws_0000000000000000/{page}/").status_code == 404


def test_opening_the_page_changes_nothing_and_its_script_says_so(as_, workshop, sam):
    browser = as_("sam")
    browser.get(f"/workshops/{workshop.pk}/")
    assert Participant.objects.get(person=sam.identity).opened_at is None
    assert browser.post(f"/workshops/{workshop.pk}/enter/").status_code == 204
    assert Participant.objects.get(person=sam.identity).opened_at is not None


def test_the_whole_meeting_without_script(as_, workshop, fiona, sam):
    fiona_, sam_, url = as_("fiona"), as_("sam"), f"/workshops/{workshop.pk}/"
    fiona_.post(url + "run/", {"do": "go_live"})
    early = sam_.post(url + "answers/", {"of_kind": "do_differently", "text": "Name the day"}, follow=True)
    assert "“Do differently” has not begun yet." in early.content.decode() and not Answer.objects.exists()
    turn(workshop.room_id, fiona.identity, workshop.pk, "do_differently")
    sam_.post(url + "answers/", {"of_kind": "do_differently", "text": "Name the hour"})
    answer = Answer.objects.get()
    page = fiona_.get(url).content.decode()
    assert "Name the hour" not in page and "others see only how many" in " ".join(page.split())
    sam_.post(f"{url}answers/{answer.pk}/", {"do": "change", "text": "Name the hour and the day"})
    fiona_.post(url + "run/", {"do": "reveal", "of_kind": "do_differently"})
    assert "Name the hour and the day" in fiona_.get(url).content.decode()
    refused = fiona_.post(url + "close/", {"do": "close", "because": ""})
    assert refused.status_code == 422 and "Say why you close anyway." in refused.content.decode()
    done = fiona_.post(url + "close/", {"do": "close", "because": "Short of time"}, follow=True)
    workshop.refresh_from_db()
    assert workshop.state == "closed" and "See the report" in done.content.decode()


def test_a_refusal_is_a_sentence_on_the_page(as_, workshop):
    answer = as_("sam").post(f"/workshops/{workshop.pk}/run/", {"do": "go_live"}, follow=True)
    assert "Only facilitators run a workshop." in answer.content.decode()
    assert as_("fiona").post(f"/workshops/{workshop.pk}/run/", {"do": "dance"}).status_code == 404


@pytest.mark.parametrize("people_there", [1, 3])
def test_the_room_takes_the_same_queries_for_one_and_for_three(
    as_, workshop, people, people_there, django_assert_num_queries
):
    execute(workshop.room_id, people["fiona"].identity, "workshop.go_live", {"id": workshop.pk})
    turn(workshop.room_id, people["fiona"].identity, workshop.pk, "learn")
    for who in (people["sam"], people["sue"], people["sam"])[:people_there]:
        data = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": "Words"}
        execute(workshop.room_id, who.identity, "answer.add", data)
        execute(workshop.room_id, who.identity, "workshop.enter", {"id": workshop.pk})
    execute(workshop.room_id, people["fiona"].identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    browser = as_("elena")
    with django_assert_num_queries(18):
        browser.get(f"/workshops/{workshop.pk}/")
