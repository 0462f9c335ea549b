"""Lists of promises: whose, narrowed, sorted, as board and month; many changed at once; files; one's own calendar."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from actions.models import ActionItem, CalendarFeed
from live.door import execute
from live.models import Event, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(journey, fiona, departments):
    """A promise by the real command: `make("Call back", sam, days=3, department="SA")`."""

    def one(title: str, owner, days: int = 5, department: str = "SA", **more) -> ActionItem:
        pk, due = new_id("ac"), timezone.localdate() + datetime.timedelta(days=days)
        data = {
            "id": pk,
            "title": title,
            "owner": owner.pk,
            "due": due.isoformat(),
            "department": departments[department].pk,
        }
        execute(journey.pk, fiona.identity, "action.add", data | more)
        return ActionItem.objects.get(pk=pk)

    return one


def titles(page) -> list[str]:
    return [line.action.title for line in page.context["lines"]]


def test_whose_it_is_and_what_it_is_narrowed_to(make, as_, sam, sue, departments):
    make("Call back", sam)
    make("Answer within a day", sue, days=6, department="CS", helpers=[sam.pk])
    make("Somebody else’s", sue, department="CS")
    late = make("Late one", sue, department="SA")
    ActionItem.objects.filter(pk=late.pk).update(due=timezone.localdate() - datetime.timedelta(days=3))
    browser = as_("sam")
    assert titles(browser.get("/promises/")) == ["Call back", "Answer within a day"], (
        "a representative sees their own first"
    )
    assert titles(browser.get("/promises/?whose=department&status=open")) == ["Late one", "Call back"]
    assert len(titles(browser.get("/promises/?whose=all&status=open"))) == 4
    assert titles(browser.get("/promises/?whose=all&status=late")) == ["Late one"]
    assert titles(browser.get(f"/promises/?whose=all&owner={sue.pk}&q=else")) == ["Somebody else’s"]
    assert titles(browser.get(f"/promises/?whose=all&department={departments['CS'].pk}&sort=-title")) == [
        "Somebody else’s", "Answer within a day",
    ]  # fmt: skip
    said = browser.get(f"/promises/?whose=all&owner={sue.pk}&q=else").context["said"]
    assert said.behind == 3  # the owner, the word, and that they are open
    for nonsense in (
        "owner=x",
        "owner=" + "9" * 40,
        "sort=password",
        "status=no",
        "shape=no",
        "shape=calendar&month=no",
    ):
        assert browser.get(f"/promises/?{nonsense}").status_code == 200
    assert titles(as_("elena").get("/promises/")) and len(titles(as_("elena").get("/promises/"))) == 4


def test_an_open_page_hears_only_of_changes(make, as_, sam):
    action = make("Call back", sam)
    browser = as_("sam")
    seen = browser.get("/promises/").context["digest"]
    assert browser.get(f"/promises/?seen={seen}").status_code == 204
    execute(action.room_id, sam.identity, "action.change", {"id": action.pk, "title": "Call back the same day"})
    assert browser.get(f"/promises/?seen={seen}").status_code == 200


@pytest.mark.parametrize("shape", ["list", "board", "calendar"])
def test_more_promises_ask_no_more_questions(make, as_, sam, sue, shape):
    browser = as_("fiona")
    counts = []
    for many in (1, 3):
        for n in range(many):
            make(f"Promise {n} of {many}", (sam, sue)[n % 2])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get(f"/promises/?whose=all&shape={shape}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_many_at_once_and_one_undo(make, as_, sam, sue, fiona):
    mine, theirs = make("Mine", sam), make("Theirs", sue, department="CS")
    day = (timezone.localdate() + datetime.timedelta(days=40)).isoformat()
    browser = as_("sam")
    data = {"ids": [mine.pk, theirs.pk], "due": day, "owner": "", "back": "/promises/?whose=all"}
    answer = browser.post("/promises/many/", data)
    assert answer.url == "/promises/?whose=all"
    page = browser.get(answer.url).content.decode()
    assert (
        "1\n" in page
        and "promise changed" in re.sub(r"\s+", " ", page)
        and "stayed: it is not yours" in re.sub(r"\s+", " ", page)
    )
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.due.isoformat() == day != theirs.due.isoformat()
    tx = re.search(r'name="tx"\s+value="(\w+)"', page)[1]
    assert "nothing of yours" in as_("fiona").post("/promises/many/undo/", {"tx": tx}, follow=True).content.decode()
    assert "Taken back" in browser.post("/promises/many/undo/", {"tx": tx}, follow=True).content.decode()
    mine.refresh_from_db()
    assert mine.due.isoformat() != day
    both = as_("fiona").post("/promises/many/", {"ids": [mine.pk, theirs.pk], "owner": fiona.pk, "due": ""})
    assert both.status_code == 302 and ActionItem.objects.filter(owner=fiona).count() == 2
    assert Event.objects.filter(name="action.changed", by=fiona.identity).values("tx").distinct().count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"due": "2020-01-01"}, "This date is over"),
        ({"due": "soon"}, "Choose a person or a date"),
        ({}, "Say what to change"),
        ({"due": "2099-01-01"}, "five years"),
        ({"owner": "999999"}, "Choose a person or a date"),
    ],
)
def test_what_cannot_be_done_to_many_is_said(make, as_, sam, data, said):
    action = make("Call back", sam)
    page = as_("sam").post("/promises/many/", {"ids": [action.pk], **data}, follow=True)
    assert said in page.content.decode()
    before = action.due
    action.refresh_from_db()
    assert action.due == before
    assert "Tick a promise" in as_("sam").post("/promises/many/", {"owner": sam.pk}, follow=True).content.decode()
    assert as_("sam").post("/promises/many/", {"back": "https://elsewhere.example/"}).url == "/promises/"


def test_the_board_moves_and_asks_for_words_at_the_end(make, as_, sam, sue):
    action = make("Call back", sam)
    browser = as_("sam")
    columns = {column.status: len(column.lines) for column in browser.get("/promises/?shape=board").context["columns"]}
    assert columns == {"planned": 1, "in_progress": 0, "blocked": 0, "done": 0, "dropped": 0}
    assert (
        browser.post(f"/promises/{action.pk}/move/", {"status": "in_progress", "back": "/promises/?shape=board"}).url
        == "/promises/?shape=board"
    )
    action.refresh_from_db()
    assert action.status == "in_progress"
    assert (
        browser.post(f"/promises/{action.pk}/move/", {"status": "done"}).url
        == f"/promises/{action.pk}/?status=done#how"
    )
    assert browser.get(f"/promises/{action.pk}/?status=done").context["form"]["status"].value() == "done"
    saved = {"due": action.due.isoformat(), "owner": sam.pk, "status": "done", "outcome": "She hears at once"}
    assert browser.post(f"/promises/{action.pk}/?status=done", saved).status_code == 302
    action.refresh_from_db()
    assert action.status == "done"
    assert as_("sue").post(f"/promises/{action.pk}/move/", {"status": "blocked"}).status_code == 403
    assert browser.post(f"/promises/{action.pk}/move/", {"status": "burnt"}).status_code == 404


def test_the_month_shows_what_is_due(make, as_, sam):
    action = make("Call back", sam, days=70)
    month = f"{action.due:%Y-%m}"
    shown = as_("sam").get(f"/promises/?shape=calendar&month={month}").context["month"]
    days = [day for week in shown.weeks for day in week]
    assert len(days) % 7 == 0 and days[0].date.weekday() == 0
    assert [day.date for day in days if day.lines] == [action.due]
    assert (
        datetime.date.fromisoformat(shown.before + "-01")
        < shown.first
        < datetime.date.fromisoformat(shown.after + "-01")
    )


def test_files(make, as_, sam, journey, fiona, harrow):
    issue = new_id("is")
    execute(journey.pk, fiona.identity, "issue.add", {"id": issue, "title": "Nobody calls back"})
    execute(journey.pk, fiona.identity, "issue.change", {"id": issue, "severity": 5})
    action = make(
        "=SUM(A1) call back",
        sam,
        customer_change="She hears the same day",
        issue=issue,
        measure="days",
        baseline="9",
        target="1",
    )
    browser = as_("sam")
    text = b"".join(browser.get("/promises.csv").streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (
        row["Promise"] == "'=SUM(A1) call back"
        and row["Owner’s e-mail"] == "sam@harrow.example"
        and row["Due"] == action.due.isoformat()
    )
    book = b"".join(browser.get("/promises.xlsx").streaming_content)
    assert (
        CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1][0]
        == "'=SUM(A1) call back"
    )
    [one] = json.loads(browser.get("/promises.json").content)["promises"]
    assert one["title"] == "=SUM(A1) call back" and one["owner_name"] == "Sam Okoro" and one["id"] == action.pk
    [issue_row] = csv.DictReader(
        io.StringIO(b"".join(browser.get("/promises.tracker").streaming_content).decode("utf-8-sig"))
    )
    assert list(issue_row) == ["Summary", "Description", "Assignee", "Due date", "Priority", "Labels"]
    assert (
        issue_row["Assignee"] == "sam@harrow.example"
        and issue_row["Priority"] == "Highest"
        and issue_row["Labels"] == "journeymap fix SA"
    )
    assert f"/promises/{action.pk}/" in issue_row["Description"] and "days, 9 → 1" in issue_row["Description"]
    assert AuditEvent.objects.filter(organisation=harrow, what="data.exported").count() == 4
    assert json.loads(as_("olga").get("/promises.json").content) == {"promises": []}


def test_my_own_calendar(make, as_, sam, sue):
    action = make("Call back; the same day, always", sam, customer_change="She hears\nfrom us")
    make("Not mine", sue, department="CS")
    page = as_("sam").post("/promises/calendar/", {"do": "make"}).content.decode()
    path = re.search(r"(/calendar/[\w-]+\.ics)", page)[1]
    assert CalendarFeed.objects.get().token_hash not in page
    answer = Client().get(path)
    assert answer["Content-Type"].startswith("text/calendar") and "no-store" in answer["Cache-Control"]
    events = [part for part in Calendar.from_ical(answer.content).walk() if part.name == "VEVENT"]
    assert [(str(event["summary"]), event.decoded("dtstart")) for event in events] == [(action.title, action.due)]
    assert CalendarFeed.objects.get().used_at is not None
    newer = as_("sam").post("/promises/calendar/", {"do": "make"}).content.decode()
    assert Client().get(path).status_code == 404, "a new address ends the one before"
    path = re.search(r"(/calendar/[\w-]+\.ics)", newer)[1]
    sam.is_active = False
    sam.save()
    assert Client().get(path).status_code == 404
    sam.is_active = True
    sam.save()
    assert Client().get(path).status_code == 200
    as_("sam").post("/promises/calendar/", {"do": "end"})
    assert Client().get(path).status_code == 404 and Client().get("/calendar/%00x.ics").status_code == 404
