"""Two people type into one text (V3, V4): it converges, both keep their words, and browser and server agree."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.door import execute
from live.models import Room, new_id
from live.text import BadDelta, Delta, apply, compose, diff, invert, tidy, transform
from live.values import Refused
from touchpoints.models import Stage, Touchpoint

# Plain letters, digits and signs (a typed "-1" is a text), an accent of two code points, letters outside the
# sixteen-bit plane, an emoji family of seven code points joined into one picture, and two that read right to left.
PIECES = [*"ab1-0 \n", "é", "e\u0301", "𝒳", "😀", "👩‍👩‍👧‍👦", "\ufeff", "א", "ع"]
words = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@st.composite
def deltas(draw, text: str, *, most: int = 6) -> Delta:
    """A change that fits this text, as a browser might send it: not always in its tidy form."""
    out, left = [], len(text)
    for _ in range(draw(st.integers(0, most))):
        what = draw(st.sampled_from("ikd"))
        if what == "i":
            out.append(draw(words))
        elif left:
            n = draw(st.integers(1, left))
            out.append(n if what == "k" else -n)
            left -= n
    return out


@st.composite
def concurrent(draw, writers: int) -> tuple[str, list[Delta]]:
    """A text, and what several people did to it without having heard of each other."""
    text = draw(words)
    return text, [draw(deltas(text)) for _ in range(writers)]


# -- one change --------------------------------------------------------------------------------
@given(concurrent(1))
def test_a_change_has_a_way_back(case):
    text, (delta,) = case
    assert apply(apply(text, delta), invert(delta, text)) == text


@given(words, words)
def test_a_difference_is_what_it_says_and_touches_only_one_place(old, new):
    delta = diff(old, new)
    assert apply(old, delta) == new
    assert sum(isinstance(entry, str) for entry in delta) <= 1 and delta == tidy(delta)


@given(concurrent(1))
def test_the_tidy_form_does_the_same_and_is_the_only_one(case):
    text, (delta,) = case
    neat = tidy(delta)
    assert apply(text, neat) == apply(text, delta)
    assert tidy(neat) == neat
    kinds = ["i" if isinstance(entry, str) else "k" if entry > 0 else "d" for entry in neat]
    assert all(a != b for a, b in pairwise(kinds)) and "di" not in "".join(kinds)
    assert not kinds or kinds[-1] != "k"
    assert 0 not in neat and "" not in neat


@given(st.data())
def test_two_changes_in_a_row_are_one(data):
    text = data.draw(words)
    first = data.draw(deltas(text))
    second = data.draw(deltas(apply(text, first)))
    assert apply(text, compose(first, second)) == apply(apply(text, first), second)


@pytest.mark.parametrize("delta", [[4], [-4], [3, -1], ["x", 2, -2], [10**30], [-(10**30)], [1, "y", 10**18]])
def test_what_reaches_past_the_end_is_no_change(delta):
    with pytest.raises(BadDelta, match="of a text of 3"):
        apply("abc", delta)


def test_characters_are_code_points():
    assert apply("a😀b", [2, "X"]) == "a😀Xb"
    assert apply("a😀b", [1, -1]) == "ab"
    assert diff("a😀b", "a😁b") == [1, "😁", -1]
    assert diff("caf\u0065\u0301", "cafe") == [4, -1]  # an accent of its own is a character of its own


# -- several at once ---------------------------------------------------------------------------
@given(concurrent(2))
def test_either_order_ends_in_the_same_text(case):
    """The diamond (the first transformation property): a then b' is b then a'."""
    text, (a, b) = case
    here = apply(apply(text, a), transform(b, a, first=False))
    assert here == apply(apply(text, b), transform(a, b, first=True))


@given(concurrent(2))
def test_both_keep_their_words(case):
    """Whatever the other one deletes around it, an inserted run of characters stands in the merged text whole."""
    text, changes = case
    a, b = map(tidy, changes)  # as browsers send them and the log keeps them
    merged = apply(apply(text, a), transform(b, a, first=False))
    assert all(entry in merged for entry in (*a, *b) if isinstance(entry, str))


@given(concurrent(2))
def test_what_nobody_deleted_is_still_there(case):
    text, (a, b) = case
    gone = set().union(*(_deleted(delta) for delta in (a, b)))
    merged = iter(apply(apply(text, a), transform(b, a, first=False)))
    assert all(text[at] in merged for at in range(len(text)) if at not in gone), "kept characters, in their order"


@given(concurrent(5))
@settings(max_examples=60)
def test_five_people_see_one_text(case):
    """The server takes the changes in one order; every browser moves its own over what it hears."""
    text, changes = case
    server, log = text, []
    for delta in changes:
        for over in log:
            delta = transform(delta, over, first=False)
        server = apply(server, delta)
        log.append(delta)
    for mine, own in enumerate(changes):
        screen, waiting = apply(text, own), own
        for number, event in enumerate(log):
            if number == mine:
                waiting = []
                continue
            screen = apply(screen, transform(event, waiting, first=True))
            waiting = transform(waiting, event, first=False)
        assert screen == server


def test_at_the_same_place_the_earlier_arrival_stays_left():
    assert transform(["mine"], ["theirs"], first=False) == [6, "mine"]
    assert transform(["mine"], ["theirs"], first=True) == ["mine"]


def _deleted(delta: Delta) -> set[int]:
    at, gone = 0, set()
    for entry in delta:
        if isinstance(entry, int):
            gone |= set(range(at, at - entry)) if entry < 0 else set()
            at += abs(entry)
    return gone


# -- through the write path --------------------------------------------------------------------
@pytest.fixture
def card(journey, fiona) -> Touchpoint:
    data = {"id": new_id("tp"), "stage": Stage.objects.filter(room=journey.pk)[0].pk, "title": "Waits"}
    execute(journey.pk, fiona.identity, "touchpoint.add", data)
    execute(journey.pk, fiona.identity, "touchpoint.change", {"id": data["id"], "notes": "Wait 😀 here"})
    return Touchpoint.objects.get(pk=data["id"])


def write(card, who, delta, *, rev=None, field="notes"):
    rev = Room.objects.get(pk=card.room_id).seq if rev is None else rev
    execute(card.room_id, who.identity, "touchpoint.write", {"id": card.pk, "field": field, "rev": rev, "delta": delta})
    card.refresh_from_db()
    return getattr(card, field)


def test_an_emoji_between_two_people_stays_whole(card, fiona, ada):
    seen = Room.objects.get(pk=card.room_id).seq
    assert write(card, fiona, [5, "👩‍👩‍👧‍👦"], rev=seen) == "Wait 👩‍👩‍👧‍👦😀 here"
    assert write(card, ada, [6, "e\u0301"], rev=seen) == "Wait 👩‍👩‍👧‍👦😀e\u0301 here"
    assert write(card, fiona, [5, -1, "x"], rev=seen) == "Wait 👩‍👩‍👧‍👦xe\u0301 here"


def test_what_was_typed_into_a_deleted_passage_stays(card, fiona, ada):
    seen = Room.objects.get(pk=card.room_id).seq
    write(card, fiona, [-11], rev=seen)
    assert write(card, ada, [5, "for two weeks "], rev=seen) == "for two weeks "


@pytest.mark.parametrize(
    ("field", "delta", "code", "says"),
    [
        ("title", ["x" * 156], "too_big", "160 fit here"),
        ("notes", ["x" * 16_000], "too_big", "16,000 fit here"),
        ("notes", ["\u202eevil"], "invalid", "direction marks"),
        ("notes", ["\u0007"], "invalid", "control characters"),
        ("notes", [12], "conflict", "does not fit"),
        ("notes", [10**30, "x"], "conflict", "does not fit"),
        ("notes", [5, -(10**15)], "conflict", "does not fit"),
        ("title", [-5], "invalid", "needs a title"),
        ("title", [-5, "   "], "invalid", "needs a title"),
        ("felt", ["1"], "invalid", "not a text"),
        ("id", ["1"], "invalid", "not a text"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_a_sentence(card, fiona, field, delta, code, says):
    before = Touchpoint.objects.values().get(pk=card.pk), Room.objects.get(pk=card.room_id).seq
    with pytest.raises(Refused, match=says) as refused:
        write(card, fiona, delta, field=field)
    assert refused.value.code == code
    assert before == (Touchpoint.objects.values().get(pk=card.pk), Room.objects.get(pk=card.room_id).seq)


@pytest.mark.parametrize("rev", [-1, 10**9, 10**30])
def test_nobody_has_seen_the_future(card, fiona, rev):
    with pytest.raises(Refused, match="do not exist yet"):
        write(card, fiona, ["x"], rev=rev)


def test_two_that_fit_alone_but_not_together_lose_nothing(card, fiona, ada):
    """The second is refused, with the first one's words untouched and its own still in the sender's hands."""
    seen = Room.objects.get(pk=card.room_id).seq
    write(card, fiona, ["a" * 100], rev=seen, field="title")
    with pytest.raises(Refused, match="160 fit here") as refused:
        write(card, ada, ["b" * 100], rev=seen, field="title")
    assert refused.value.field == "title"
    card.refresh_from_db()
    assert card.title == "a" * 100 + "Waits"


# -- the browser's half ------------------------------------------------------------------------
def test_the_browser_merges_exactly_alike(node):
    """The same thousands of calls through static/js/live/delta.js: equal to the last entry, errors included."""
    chance = random.Random(20_240_601)
    calls, ours = [], []
    for _ in range(700):
        text = _words(chance, 10)
        a, b = _delta(chance, text), _delta(chance, text)
        c, first = _delta(chance, apply(text, a)), chance.random() < 0.5
        calls += [["tidy", a], ["apply", text, a], ["invert", a, text], ["diff", text, _words(chance, 10)]]
        calls += [["transform", a, b, first], ["compose", a, c], ["apply", text, [*c, 5]]]
    for name, *arguments in calls:
        ours.append(_ours(name, *arguments))
    theirs = [json.loads(line) for line in node("merge.mjs", calls)]
    assert len(theirs) == len(calls) == 4900
    differing = [(call, a, b) for call, a, b in zip(calls, ours, theirs, strict=True) if a != b]
    assert not differing, differing[:3]
    assert {"error": True} in theirs


def _ours(name: str, *arguments):
    if name == "transform":
        return transform(arguments[0], arguments[1], first=arguments[2])
    try:
        return {"tidy": tidy, "apply": apply, "invert": invert, "diff": diff, "compose": compose}[name](*arguments)
    except BadDelta:
        return {"error": True}


def _words(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, most)))


def _delta(chance: random.Random, text: str) -> Delta:
    out, left = [], len(text)
    while left > 0 and chance.random() < 0.85:
        n, what = chance.randint(1, left), chance.randrange(3)
        out.append(_words(chance, 3) if what == 0 else n if what == 1 else -n)
        left -= 0 if what == 0 else n
    return [*out, _words(chance, 2)]
