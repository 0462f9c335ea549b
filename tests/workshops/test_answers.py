"""Answers: whose they are until the reveal, nobody's in an anonymous workshop, and what the room does with them after."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.db import connection

from accounts.actors import PEN_COOKIE, Actor, with_pen
from live.door import execute, execute_all
from live.models import Event, new_id
from tests.workshops.test_workshop_commands import answered, gone_live, refused
from touchpoints.models import Stage
from workshops.models import Answer, Participant, Reaction, Tie, Workshop
from workshops.queries import answers_for, topics_of, workshop_for

pytestmark = pytest.mark.django_db
OURS = ("accounts", "live", "touchpoints", "personas", "voices", "workshops", "actions", "sessions", "admin")


def pen_of(who, room: str, held: str) -> str:
    actor = Actor(who.identity, "", "", "")
    return with_pen(actor, {PEN_COOKIE: held * 32}, room).pen


def written(workshop, who, text, held="a", **more) -> str:
    """An answer in an anonymous workshop, from a browser of theirs."""
    data = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": text, **more}
    execute(workshop.room_id, who.identity, "answer.add", data, pen=pen_of(who, workshop.room_id, held))
    return data["id"]


def everything() -> list[tuple[str, dict[str, str]]]:
    """Every row of every table as text."""
    found = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True) if apps.is_installed(app) else ():
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                names = [column[0] for column in cursor.description]
                found += [(model.__name__, dict(zip(names, map(str, row), strict=True))) for row in cursor.fetchall()]
    return found


# -- nobody's ----------------------------------------------------------------------------------
def test_no_row_of_any_table_says_who_wrote_anonymously(journey, fiona, sam, as_):
    workshop = gone_live(journey, fiona, "learn", anonymous=True)
    browser = as_("sam")
    browser.get(f"/workshops/{workshop.pk}/")  # here the browser gets its pen
    held = browser.cookies[PEN_COOKIE].value
    browser.post(f"/workshops/{workshop.pk}/answers/", {"of_kind": "learn", "text": "Nobody said this"})
    page = browser.get(f"/workshops/{workshop.pk}/").content.decode()
    answer = Answer.objects.get()
    assert "Nobody said this" in page
    assert answer.author.startswith("k_")
    for table, row in everything():
        assert held not in str(row), f"{table} keeps the secret of a browser"
        if answer.pk in str(row):
            at = Workshop.objects.get(pk=workshop.pk).phase_started_at
            told = " ".join(value for name, value in row.items() if value != str(at))
            assert sam.identity not in told.replace('"', " ").split(), (table, row)
            assert row.get("by", "") == "" and row.get("tx", "") == "", (table, row)
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    assert Answer.objects.get().author == ""
    history = as_("fiona").get(f"/api/journeys/{journey.pk}/history/{answer.pk}/")
    assert f'"{sam.identity}"' not in history.content.decode() and "Sam" not in history.content.decode()


def test_the_same_person_has_another_pen_in_every_room_and_browser(journey, sam, sue):
    held = {
        pen_of(sam, journey.pk, "a"),
        pen_of(sam, "jn_2", "a"),
        pen_of(sam, journey.pk, "b"),
        pen_of(sue, journey.pk, "a"),
    }
    assert len(held) == 4 and all(len(pen) == 24 for pen in held)
    assert with_pen(Actor("u1", "", "", ""), {PEN_COOKIE: "short"}, "r").pen == ""


def test_until_the_reveal_not_even_a_colleague_reads_it(journey, fiona, sam, gus):
    workshop = gone_live(journey, fiona, "learn", anonymous=True)
    pk = written(workshop, sam, "Between me and this page")
    mine, colleague, other_browser = (
        workshop_for(who.identity, workshop.pk, {PEN_COOKIE: held * 32})[1]
        for who, held in ((sam, "a"), (gus, "a"), (sam, "b"))
    )
    assert [row.pk for row in answers_for(mine, workshop)] == [pk]
    assert not answers_for(colleague, workshop) and not answers_for(other_browser, workshop)
    for data in ({"id": pk, "text": "Changed"}, {"id": pk}):
        name = "answer.change" if "text" in data else "answer.remove"
        assert refused(journey.pk, gus, name, data).code == "unknown"
    execute(journey.pk, sam.identity, "answer.change", {"id": pk, "text": "Better"}, pen=mine.pen)
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    assert [row.text for row in answers_for(colleague, workshop)] == ["Better"]


def test_anonymous_writing_takes_no_id_that_tells_the_tab(journey, fiona, sam):
    workshop = gone_live(journey, fiona, "learn", anonymous=True)
    pen = pen_of(sam, journey.pk, "a")
    data = {"id": new_id("an"), "workshop": workshop.pk, "of_kind": "learn", "text": "x"}
    with pytest.raises(Exception, match="tells no sender"):
        execute(journey.pk, sam.identity, "answer.add", data, command_id="mytab-4", pen=pen)
    assert refused(journey.pk, sam, "answer.add", data).message.startswith("Nobody’s name is stored")
    execute_all(journey.pk, sam.identity, [("q1w2e3r4", "answer.add", data)], tx="asked-1", pen=pen)
    again = execute_all(journey.pk, sam.identity, [("q1w2e3r4", "answer.add", data)], tx="asked-1", pen=pen)
    assert again[0].repeat and Answer.objects.count() == 1
    event = Event.objects.get(name="answer.added")
    assert (event.by, event.tx, list(json.loads(event.private))) == ("", "", [pen])


def test_who_runs_it_does_not_write_for_others_where_names_are_not_kept(journey, fiona, departments):
    for anonymous in (False, True):
        workshop = gone_live(journey, fiona, "learn", anonymous=anonymous)
        data = {
            "id": new_id("an"),
            "workshop": workshop.pk,
            "of_kind": "learn",
            "text": "x",
            "department": departments["SA"].pk,
        }
        if anonymous:
            assert refused(journey.pk, fiona, "answer.add", data).code == "forbidden"
            no = refused(journey.pk, fiona, "workshop.change", {"id": workshop.pk, "anonymous": False})
            assert no.field == "anonymous"
        else:
            execute(journey.pk, fiona.identity, "answer.add", data)


# -- the reveal --------------------------------------------------------------------------------
def test_function_by_function(journey, fiona, sam, sue, departments):
    workshop = gone_live(journey, fiona, "learn")
    first, second = answered(workshop, sam), answered(workshop, sue)
    ours = {"id": workshop.pk, "of_kind": "learn", "department": departments["SA"].pk}
    execute(journey.pk, fiona.identity, "workshop.reveal", ours)
    assert refused(journey.pk, fiona, "workshop.reveal", ours).code == "conflict"
    is_open = dict(Answer.objects.values_list("pk", "revealed_at"))
    assert is_open[first] and not is_open[second]
    late = answered(workshop, sam, "Late, and open at once")
    private = answered(workshop, sue, "Still private")
    assert Answer.objects.get(pk=late).revealed_at and not Answer.objects.get(pk=private).revealed_at
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    assert not Answer.objects.filter(revealed_at=None).exists()
    assert refused(journey.pk, fiona, "workshop.reveal", ours).code == "conflict"


def test_an_answer_belongs_to_one_place(journey, fiona, sam):
    workshop = gone_live(journey, fiona, "learn")
    stage = Stage.objects.filter(room=journey.pk).first()
    issue = new_id("is")
    execute(journey.pk, fiona.identity, "issue.add", {"id": issue, "title": "Waits for weeks"})
    pk = answered(workshop, sam, stage=stage.pk)
    assert (
        refused(journey.pk, sam, "answer.change", {"id": pk, "stage": stage.pk, "issue": issue}).field == "touchpoint"
    )
    execute(journey.pk, sam.identity, "answer.change", {"id": pk, "stage": None, "issue": issue})
    row = Answer.objects.get(pk=pk)
    assert (row.stage_id, row.issue_id) == (None, issue)


# -- talking about what is open ----------------------------------------------------------------
@pytest.fixture
def opened(journey, fiona, sam, sue) -> tuple[Workshop, list[str]]:
    workshop = gone_live(journey, fiona, "learn")
    pks = [answered(workshop, who, text) for who, text in ((sam, "One"), (sue, "Two"), (sue, "Three"))]
    execute(journey.pk, fiona.identity, "workshop.reveal", {"id": workshop.pk, "of_kind": "learn"})
    return workshop, pks


def headings(pks) -> list[str]:
    rows = dict(Answer.objects.values_list("pk", "heading"))
    return [rows[pk] for pk in pks]


def test_grouped_and_ungrouped_with_undo(journey, opened, fiona, sam, gus):
    workshop, pks = opened
    data = {"id": workshop.pk, "headings": dict.fromkeys(pks[:2], "  Waiting   for us ")}
    execute(journey.pk, gus.identity, "answer.group", data, command_id="group-them")
    assert headings(pks) == ["Waiting for us", "Waiting for us", ""]
    execute(journey.pk, sam.identity, "answer.group", {"id": workshop.pk, "headings": {pks[1]: ""}}, command_id="out")
    assert headings(pks) == ["Waiting for us", "", ""]
    assert refused(journey.pk, gus, "undo", {"command": "group-them"}).code == "conflict"  # somebody regrouped since
    execute(journey.pk, sam.identity, "undo", {"command": "out"}, command_id="back")
    assert headings(pks) == ["Waiting for us", "Waiting for us", ""]
    execute(journey.pk, sam.identity, "undo", {"command": "back"})
    assert headings(pks) == ["Waiting for us", "", ""]


def test_a_private_answer_is_not_talked_about(journey, fiona, sam, sue):
    workshop = gone_live(journey, fiona, "learn")
    pk = answered(workshop, sam)
    calls = {
        "answer.group": {"id": workshop.pk, "headings": {pk: "x"}},
        "answer.ask": {"id": pk, "to_ask": True},
        "answer.react": {"id": new_id("rc"), "answer": pk, "of_kind": "too"},
        "reply.add": {"id": new_id("rp"), "answer": pk, "text": "x"},
        "tie.add": {"id": new_id("ti"), "answer": pk, "to": new_id("tp")},
    }
    for name, data in calls.items():
        assert refused(journey.pk, sam, name, data).code == "locked", name
        assert refused(journey.pk, sue, name, data).code == "unknown", name
        assert refused(journey.pk, fiona, name, data).code == "unknown", name


def test_a_word_a_reply_and_a_tie(journey, opened, fiona, sam, elena):
    _, (one, two, _) = opened
    react = {"answer": one, "of_kind": "help"}
    execute(journey.pk, elena.identity, "answer.react", {"id": new_id("rc"), **react})
    assert Reaction.objects.get().person == elena.identity
    execute(journey.pk, elena.identity, "answer.react", {"id": new_id("rc"), **react})
    assert Reaction.objects.get().removed_at
    execute(journey.pk, sam.identity, "tie.add", {"id": new_id("ti"), "answer": one, "to": two})
    tie = Tie.objects.get()
    assert tie.other_id == two
    assert refused(journey.pk, sam, "tie.add", {"id": new_id("ti"), "answer": one, "to": two}).code == "conflict"
    assert refused(journey.pk, sam, "tie.add", {"id": new_id("ti"), "answer": one, "to": one}).field == "to"
    assert refused(journey.pk, sam, "reply.add", {"id": new_id("rp"), "answer": one, "text": " "}).field == "text"
    execute(journey.pk, fiona.identity, "tie.remove", {"id": tie.pk})
    assert Tie.objects.get().removed_at


def test_what_we_would_love_to_ask_says_what_customers_have_said_already(journey, opened, fiona, sam, as_):
    _, (one, *_) = opened
    assert topics_of(journey.pk) == []
    execute(journey.pk, sam.identity, "answer.ask", {"id": one, "to_ask": True}, command_id="ask")
    (topic,) = topics_of(journey.pk)
    assert (topic.answer.pk, topic.said, topic.accounts) == (one, 0, 0)
    page = as_("elena").get(f"/journeys/{journey.pk}/love-to-ask/").content.decode()
    assert "One" in page
    execute(journey.pk, sam.identity, "undo", {"command": "ask"})
    assert topics_of(journey.pk) == []
    assert Participant.objects.count() == 0
