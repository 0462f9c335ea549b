"""Comments over HTTP: whole files in, what people said of them out."""

from __future__ import annotations

from html import unescape

import pytest

from tests.voices.conftest import CSV
from voices import intake
from voices.models import Comment, CommentImport


@pytest.fixture
def home(journey) -> str:
    return f"journeys/{journey.pk}"


@pytest.mark.usefixtures("touchpoints")
def test_a_file_comes_in_by_one_request_and_says_how_far_it_is(program, home, journey):
    fiona = program("fiona")
    sent = {"data": CSV.encode(), "content_type": "text/csv"}
    path = f"/api/{home}/imports/?file_name=survey.csv&months=0&source=Spring%20survey"
    answer = fiona.client.post(path, **sent)
    assert answer.status_code == 201
    row = answer.json()
    assert (row["file_name"], row["state"], row["counts"]["new"]) == ("survey.csv", "queued", 5)
    assert row["columns"]["comment"] == "text"
    intake.run(row["id"])
    now = fiona.get(f"{home}/imports/{row['id']}/").json()
    assert (now["state"], now["percent"], now["added"]) == ("done", 100, 5)
    assert fiona.get(f"{home}/imports/").json()["count"] == 1
    assert set(Comment.objects.values_list("source", flat=True)) == {"Spring survey"}
    found = fiona.get(f"{home}/comments/?search=hotline").json()
    assert found["count"] == 1 and found["results"][0]["account"] == "Nordmolen"
    assert found["results"][0]["touchpoint"] is None and found["results"][0]["suggested"]


@pytest.mark.parametrize(
    ("body", "query", "says"),
    [
        (b"", "", "no file in the body"),
        (b'id,comment\n1,fine\n2,"never closed\n3,next\n', "", "Line 3, column 2"),
        (b"comment,date\nlate again,3/4/2026\nlate too,5/6/2026\n", "", "day or the month"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "?file_name=a.csv", "picture"),
    ],
)
def test_what_cannot_come_in_is_said_and_nothing_is_on_its_way(body, query, says, program, home):
    answer = program("fiona").client.post(f"/api/{home}/imports/{query}", data=body, content_type="text/csv")
    assert answer.status_code in (400, 422) and says in unescape(answer.json()["error"]["message"])
    assert not CommentImport.objects.exclude(state="open").exists()


def test_only_who_may_bring_comments_in_does(program, home):
    assert program("sam").client.post(f"/api/{home}/imports/", data=CSV, content_type="text/csv").status_code == 403
    assert program("sam").get(f"{home}/comments/").status_code == 200
    assert program("olga").get(f"{home}/comments/").status_code == 404
    assert program("fiona").get(f"{home}/comments/?nonsense=1").status_code == 400


def test_let_downs_are_records_like_others(program, home):
    made = program("sam").post(f"{home}/issues/", {"title": "Nobody calls back"}, key="once-1")
    assert made.status_code == 201
    pk = made.json()["record"]["id"]
    assert program("sam").patch(f"{home}/issues/{pk}/", {"severity": 4}).json()["record"]["severity"] == 4
    assert program("elena").get(f"{home}/issues/").json()["results"][0]["title"] == "Nobody calls back"
