"""The lane of customers' words on the map: the strongest of each stage, with what they stated marked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from live.door import execute
from touchpoints.models import Stage
from voices.models import Comment, Scale
from voices.strongest import LONGEST, excerpt


@pytest.fixture
def placed(journey, fiona, brought_in, touchpoints) -> dict[str, Comment]:
    """Every comment of the file on its touchpoint, by account and touchpoint."""
    brought_in()
    where = {"hotline": "Calls the emergency line", "manager": "Reaches her account manager", "invoice": "Gets the invoice",
             "Delivery": "Waits for the delivery", "Lovely": "Reaches her account manager"}  # fmt: skip
    found = {}
    for word, title in where.items():
        found[word] = Comment.objects.get(room=journey.pk, text__contains=word)
        data = {"ids": [found[word].pk], "touchpoint": touchpoints[title].pk}
        execute(journey.pk, fiona.identity, "comment.place", data)
    return found


def asked(as_, journey, who="fiona") -> dict:
    return as_(who).get(reverse("strongest_words", args=[journey.pk])).json()


def said(answer: dict, stage: Stage) -> list[str]:
    return ["".join(one["parts"]) for one in answer["words"].get(stage.pk, [])]


def test_the_worst_comes_first_one_from_each_touchpoint(as_, journey, placed, fiona, touchpoints):
    stage = Stage.objects.get(room=journey.pk, name="We need help")
    code = {"ids": [placed["manager"].pk], "severity": 5}
    execute(journey.pk, fiona.identity, "comment.code", code)
    first, second = asked(as_, journey)["words"][stage.pk]
    assert first["touchpoint"] == touchpoints["Reaches her account manager"].pk
    assert first["parts"] == [
        "I left ",
        "four messages",
        " for our account manager and waited ",
        "nine days",
        " for a reply.",
    ]
    assert second["touchpoint"] == touchpoints["Calls the emergency line"].pk
    assert "forty minutes" in second["parts"]


def test_words_go_with_their_touchpoint(as_, journey, placed, fiona, touchpoints):
    help_, first = (
        Stage.objects.get(room=journey.pk, name="We need help"),
        Stage.objects.filter(room=journey.pk).earliest("order"),
    )
    line = touchpoints["Calls the emergency line"].pk
    execute(journey.pk, fiona.identity, "touchpoint.move", {"id": line, "stage": first.pk, "after": None})
    assert any("hotline" in words for words in said(asked(as_, journey), first))
    execute(journey.pk, fiona.identity, "touchpoint.remove", {"id": line})
    assert not said(asked(as_, journey), first)
    assert said(asked(as_, journey), help_)


def test_what_nobody_placed_and_what_staff_think_is_not_there(as_, journey, placed, fiona):
    Comment.objects.filter(pk=placed["invoice"].pk).update(source_kind="opinion")
    execute(journey.pk, fiona.identity, "comment.place", {"ids": [placed["Delivery"].pk]})
    assert list(asked(as_, journey)["words"]) == [Stage.objects.get(room=journey.pk, name="We need help").pk]


def test_promoters_less_detractors(as_, journey, placed, touchpoints):
    stage = Stage.objects.get(room=journey.pk, name="We need help")
    assert asked(as_, journey)["nps"][stage.pk] == [-33, 3]  # 3, 2 and 9 of ten
    manager, line = (touchpoints[title].pk for title in ("Reaches her account manager", "Calls the emergency line"))
    assert [asked(as_, journey)["nps"][pk] for pk in (manager, line)] == [[0, 2], [-100, 1]]
    Comment.objects.filter(pk=placed["manager"].pk).update(score=10)
    type(journey.room).objects.filter(pk=journey.pk).update(seq=journey.room.seq + 100)  # as a command would
    assert asked(as_, journey)["nps"][stage.pk] == [33, 3]
    Comment.objects.filter(room=journey.pk).update(scale=Scale.CSAT)
    type(journey.room).objects.filter(pk=journey.pk).update(seq=journey.room.seq + 101)
    assert asked(as_, journey)["nps"] == {}


def test_two_hundred_who_come_in_at_once_cost_one_look(as_, journey, placed, django_assert_num_queries):
    as_("fiona").get(reverse("strongest_words", args=[journey.pk]))
    sam = as_("sam")
    sam.get(reverse("strongest_words", args=[journey.pk]))
    with django_assert_num_queries(4):  # who asks and whether she may: nothing of the comments
        sam.get(reverse("strongest_words", args=[journey.pk]))


@pytest.mark.parametrize(("text", "marks", "at", "parts"), [
    ("All well here as far as anybody could tell us. It took the whole of our shift, 3 hours! Then we left.", [(79, 86)], 79,
     ["It took the whole of our shift, ", "3 hours", "!"]),
    ("The machine stood still. That was EUR 4,200. We wrote to you at once about it.", [(34, 43)], 34,
     ["The machine stood still. That was ", "EUR 4,200", "."]),
    ("Nobody answers. Ever.", [], 0, ["Nobody answers. Ever."]),
    ("EUR 4,500.50 gone", [(0, 12)], 0, ["", "EUR 4,500.50", " gone"]),
    ("", [], 0, [""]),
    ("🙃🙃 3 days", [(3, 9)], 3, ["🙃🙃 ", "3 days", ""]),
])  # fmt: skip
def test_the_sentence_that_says_it(text, marks, at, parts):
    assert excerpt(text, marks, at) == parts


def test_a_long_comment_is_cut_around_what_it_states():
    text = "word " * 100 + "we lost 9 days there " + "and more " * 50
    at = text.index("9 days")
    parts = excerpt(text, [(at, at + 6)], at)
    assert parts[1] == "9 days"
    assert parts[0].startswith("…") and parts[-1].endswith("…")
    assert len("".join(parts)) <= LONGEST + 2
    assert len(excerpt("x" * 5000, [])[0]) == LONGEST + 1
