"""How bad is it for customers? Rated alone, opened for all, settled with a reason."""

from __future__ import annotations

import pytest

from journeymap.board import BOARD
from live.door import execute
from live.models import Event, new_id
from live.queries import snapshot
from tests.workshops.test_workshop_commands import gone_live, refused
from touchpoints.models import Stage, Touchpoint
from voices.models import Issue
from workshops.models import Phase, Rating, Workshop
from workshops.rating import results

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(journey, fiona):
    """A live workshop with three let-downs to rate."""
    titles = ("Calls the line", "Waits for a part", "Gets the invoice")
    places = []
    for title in titles:
        places.append(execute(journey.pk, fiona.identity, "issue.add", {"id": new_id("is"), "title": title}) and title)
    workshop = gone_live(journey, fiona, "severity")
    return workshop, [Issue.objects.get(title=title).pk for title in titles]


def rate(workshop, who, place, severity):
    data = {"id": new_id("ra"), "workshop": workshop.pk, "place": place, "severity": severity}
    execute(workshop.room_id, who.identity, "rating.give", data)


def test_the_widest_disagreement_stands_first_then_the_worst():
    given = {"agreed": [4, 4, 4], "torn": [1, 5, 5], "even": [2, 3], "bad": [5, 5]}
    rows = results(given)
    assert [row["place"] for row in rows] == ["torn", "even", "bad", "agreed"]
    assert rows[1] == {"place": "even", "median": 3, "low": 2, "high": 3, "people": 2}


def test_a_round_from_rating_alone_to_what_the_room_agrees_on(meeting, people, fiona, sam, sue, gus):
    workshop, (line, part, invoice) = meeting
    for who, numbers in ((sam, (5, 2, 3)), (sue, (1, 2, 3)), (gus, (5, 3, 3))):
        for place, number in zip((line, part, invoice), numbers, strict=True):
            rate(workshop, who, place, number)
    rate(workshop, sam, part, 4)  # thought again
    assert Rating.objects.filter(workshop=workshop).count() == 9
    execute(workshop.room_id, fiona.identity, "workshop.open_ratings", {"id": workshop.pk})
    workshop.refresh_from_db()
    assert [(row["place"], row["median"], row["low"], row["high"]) for row in workshop.rated] == [
        (line, 5, 1, 5), (part, 3, 2, 4), (invoice, 3, 3, 3)
    ]  # fmt: skip
    with pytest.raises(Exception, match="The round is open"):
        rate(workshop, sue, line, 4)

    settle = {"id": workshop.pk, "place": line, "severity": 4}
    answer = refused(workshop.room_id, fiona, "workshop.settle", settle)
    assert (answer.field, answer.message) == ("because", "The median is 5. Say why it should be 4.")
    execute(workshop.room_id, fiona.identity, "workshop.settle", {**settle, "because": "One plant only"})
    execute(workshop.room_id, fiona.identity, "workshop.settle", {"id": workshop.pk, "place": part, "severity": 3})
    assert [Issue.objects.get(pk=pk).severity for pk in (line, part, invoice)] == [4, 3, None]
    workshop.refresh_from_db()
    assert (workshop.rated[0]["settled"], workshop.rated[0]["because"]) == (4, "One plant only")


def test_who_gave_what_is_never_told(meeting, people, fiona, sam, sue):
    """Not before the round is open and not after: events, snapshots and pages hold median and spread."""
    workshop, (line, *_) = meeting
    rate(workshop, sam, line, 2)
    rate(workshop, sue, line, 5)
    execute(workshop.room_id, fiona.identity, "workshop.open_ratings", {"id": workshop.pk})
    rows = {row.pk: row.author for row in Rating.objects.filter(workshop=workshop)}
    public = " ".join(event.body.decode() if isinstance(event.body, bytes) else str(event.body)
                      for event in Event.objects.filter(room=workshop.room_id))  # fmt: skip
    for pk, author in rows.items():
        assert pk not in public
        for other in {fiona.identity, sam.identity, sue.identity} - {author}:
            assert pk not in snapshot(BOARD, workshop.room_id).records({"all", other, "facilitators"})


def test_touchpoints_are_rated_where_there_are_no_issues(journey, fiona, sam, as_):
    stage = Stage.objects.filter(room=journey.room).first()
    for title in ("Asks a peer", "Waits"):
        data = {"id": new_id("tp"), "stage": stage.pk, "after": None, "title": title}
        execute(journey.pk, fiona.identity, "touchpoint.add", data)
    workshop = gone_live(journey, fiona)
    severity = Phase.objects.get(workshop=workshop, of_kind="severity")
    assert "How bad is it for customers?</h2>" not in as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
    Workshop.objects.filter(pk=workshop.pk).update(phase=severity)
    page = as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
    assert "stops their business" in page
    waits = Touchpoint.objects.get(title="Waits")
    url = f"/workshops/{workshop.pk}/rate/"
    assert as_("sam").post(url, {f"rate-{waits.pk}": "4"}).status_code == 302
    assert Rating.objects.get().severity == 4
    assert "1</span> of" in as_("fiona").get(f"/workshops/{workshop.pk}/").content.decode()
    for wrong in ({}, {f"rate-{waits.pk}": "6"}, {"rate-tp_0000000000000000": "3"}, {"rate-x": "3"}):
        as_("sam").post(url, wrong)
    assert Rating.objects.get().severity == 4
    run = f"/workshops/{workshop.pk}/run/"
    as_("fiona").post(run, {"do": "open_ratings"})
    assert "Accept 4" in as_("fiona").get(f"/workshops/{workshop.pk}/").content.decode()
    assert "Accept 4" not in as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
    as_("fiona").post(run, {"do": "settle", "place": waits.pk, "severity": "4"})
    waits.refresh_from_db()
    assert waits.severity == 4


def test_in_a_room_that_is_closed_nothing_is_rated_any_more(meeting, fiona, sam, as_):
    workshop, (line, *_) = meeting
    rate(workshop, sam, line, 4)
    execute(workshop.room_id, fiona.identity, "workshop.close", {"id": workshop.pk, "because": "The fire alarm"})
    page = as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
    assert "This round was not opened" in page and 'name="rate-' not in page


def test_from_the_round_to_a_promise(meeting, fiona, sam, as_):
    workshop, (line, *_) = meeting
    rate(workshop, sam, line, 4)
    execute(workshop.room_id, fiona.identity, "workshop.open_ratings", {"id": workshop.pk})
    page = as_("sam").get(f"/workshops/{workshop.pk}/").content.decode()
    assert f"?workshop={workshop.pk}&issue={line}" in page.replace("&amp;", "&")
    assert "?workshop=" not in as_("otto").get(f"/workshops/{workshop.pk}/").content.decode()


def test_nothing_to_open_yet(meeting, fiona):
    workshop, _ = meeting
    answer = refused(workshop.room_id, fiona, "workshop.open_ratings", {"id": workshop.pk})
    assert answer.message == "Nobody has rated anything yet."
