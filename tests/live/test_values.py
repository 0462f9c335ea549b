"""Strict values at the door: JSON without traps (P3), clean words with a sentence for what is not, order keys (V5)."""

from __future__ import annotations

import json
import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.door import decode_command, the_board
from live.values import (
    COMMAND_ID,
    ID,
    Refused,
    clean_line,
    clean_text,
    order_between,
    order_keys,
    strict_json,
)

SPOILT = {
    "nothing": "",
    "no JSON": "hello",
    "half of it": '{"t": "ping"',
    "two of them": "{} {}",
    "a comma too many": '{"t": 1,}',
    "single quotes": "{'t': 1}",
    "a byte order mark": '\ufeff{"t": 1}',
    "a key twice": '{"t": "ping", "t": "need"}',
    "a key twice, deep down": '{"a": [{"b": {"x": 1, "x": 1}}]}',
    "not a number": '{"c": NaN}',
    "infinity": '{"c": Infinity}',
    "minus infinity": '{"c": -Infinity}',
    "infinity in digits": '{"c": 1e999}',
    "a number no database keeps": '{"rev": 9223372036854775808}',
    "a number no browser keeps": '{"rev": 9007199254740993}',
    "far below zero": '{"rev": -1000000000000000000000}',
    "a number as long as a book": '{"rev": ' + "9" * 60_000 + "}",
    "half a character": '{"x": "\\ud83d"}',
    "the other half": '{"x": "\\ude00 after"}',
    "half a character as a key": '{"\\ud800": 1}',
    "a zero character": '{"x": "a\\u0000b"}',
    "a zero character in a key": '{"a\\u0000": 1}',
    "nine levels": "[" * 9 + "1" + "]" * 9,
    "nine levels of objects": '{"a":' * 9 + "1" + "}" * 9,
    "a tower": "[" * 100_000 + "]" * 100_000,
    "a tower that does not end": '{"a":' * 60_000,
    "a bare control character": '{"x": "a\x01"}',
    "a wrong escape": '{"x": "\\x41"}',
    "a number with a plus": '{"x": +1}',
    "a number in hex": '{"x": 0x1F}',
}


@pytest.mark.parametrize("raw", SPOILT.values(), ids=SPOILT.keys())
def test_json_with_a_trap_in_it_is_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        strict_json(raw)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from("abé😀")), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(values)
def test_all_other_json_comes_in_as_it_is(value):
    if _levels(value) <= 8:
        assert strict_json(json.dumps(value)) == value
        assert strict_json(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin1")))
def test_noise_is_refused_with_an_error_of_one_kind(raw):
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        with pytest.raises(ValueError, match=r"."):
            strict_json(raw)


def _levels(value) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(_levels, inside), default=0)


# -- words -------------------------------------------------------------------------------------
def refused(function, *given, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        function(*given, **more)
    return caught.value


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_hidden_direction_marks_are_refused(clean, mark):
    answer = refused(clean, f"pay {mark}gpj.exe", 100, field="title")
    assert (answer.code, answer.field) == ("invalid", "title")
    assert answer.message == "This text holds hidden direction marks. Type it again by hand."


@pytest.mark.parametrize("control", "\0\x01\x07\x08\x1b\x7f\x80\x9b\ud800\udfff")
@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_control_characters_and_halves_of_characters_are_refused(clean, control):
    answer = refused(clean, f"a{control}b", 100, field="name")
    assert (answer.code, answer.field, "control characters" in answer.message) == ("invalid", "name", True)


def test_writing_that_reads_right_to_left_is_no_trap():
    for text in ("שלום", "مرحبا بكم", "א\u200fב", "می\u200cخواهم"):
        assert clean_line(text) == text


@pytest.mark.parametrize("empty", ["", " ", "\t \n", "\u00a0\u2003\u3000", "\u200b", "\u200b \ufeff\u2060", "\u00ad"])
def test_a_line_that_looks_empty_is_refused_where_one_is_needed(empty):
    answer = refused(clean_line, empty, 100, field="title")
    assert (answer.code, answer.message) == ("invalid", "Write something here first.")
    assert clean_line("  ", 100, required=False) == ""


def test_too_much_says_how_much_is_too_much():
    assert clean_line("x" * 160, 160) == "x" * 160
    answer = refused(clean_line, "😀" * 1161, 160, field="title")
    assert (answer.code, answer.status, answer.field) == ("too_big", 413, "title")
    assert answer.message == "This text has 1,161 characters; 160 fit here. Shorten it."


def test_a_line_is_one_line_and_a_text_keeps_its_lines():
    assert clean_line("  Waits\n\tfor   a\r\nquote ") == "Waits for a quote"
    assert clean_text("one\r\ntwo\n\tthree ") == "one\ntwo\n\tthree "


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_cleaning_twice_changes_nothing_more(text):
    for clean in (clean_line, clean_text):
        try:
            once = clean(text, 100)
        except Refused:
            continue
        assert clean(once, 100) == once


def test_a_refusal_travels_with_all_it_has_to_say():
    answer = Refused("conflict", "Look at it first.", field="due", current="2031-01-01")
    wire = {"code": "conflict", "message": "Look at it first.", "field": "due", "current": "2031-01-01"}
    assert (answer.to_wire(), answer.status) == (wire, 409)
    assert Refused("rate", "Slower.").to_wire() == {"code": "rate", "message": "Slower."}


# -- ids and the shapes of commands ------------------------------------------------------------
@pytest.mark.parametrize(
    "pk", ["", "tp_", "tp_0123456789abcde", "tp_0123456789abcdefg", "TP_0123456789abcdef", "tp-0123456789abcdef",
           "tp_0123456789abcdeF", "tp_0123456789abcde\n", " tp_0123456789abcdef", "tp_0123456789abcdé0", "t1_0123456789abcdef"]
)  # fmt: skip
def test_what_is_no_id(pk):
    assert not ID.fullmatch(pk)


def test_command_ids_are_short_and_plain():
    assert COMMAND_ID.fullmatch("3f0a-17") and COMMAND_ID.fullmatch("x" * 80)
    for bad in ("abc", "x" * 81, "a b c d", "día-1", "../../etc", "abcd\n"):
        assert not COMMAND_ID.fullmatch(bad)


@pytest.mark.parametrize(
    ("name", "data", "field", "says"),
    [
        ("touchpoint.fly", {}, "name", "There is no command “touchpoint.fly”."),
        ("touchpoint.remove", {}, "id", "“id” does not fit: it is missing."),
        ("touchpoint.remove", {"id": 7}, "id", "“id” does not fit: expected text, got a whole number."),
        ("touchpoint.remove", {"id": None}, "id", "“id” does not fit: expected text, got nothing."),
        ("touchpoint.remove", {"id": "tp_0123456789abcdef", "x": 1}, "x", "“x” does not fit: there is no such field."),
        ("touchpoint.change", {"id": "tp_0123456789abcdef", "felt": 3}, "felt", "“felt” does not fit"),
        ("touchpoint.change", {"id": "tp_0123456789abcdef", "felt": 0.5}, "felt", "“felt” does not fit"),
        ("touchpoint.change", {"id": "tp_0123456789abcdef", "felt": True}, "felt", "“felt” does not fit"),
        ("touchpoint.change", {"id": "tp_0123456789abcdef", "moment_of_truth": "yes"}, "moment_of_truth", "yes or no"),
        ("touchpoint.change", {"id": "tp_0123456789abcdef", "verdict": "burn"}, "verdict", "“verdict” does not fit"),
        ("touchpoint.write", {"id": "tp_0123456789abcdef", "field": "notes", "rev": 1, "delta": [1.5]}, "delta[0]", "does not fit"),
        ("action.change", {"id": "ac_0123456789abcdef", "due": "tomorrow"}, "due", "“due” does not fit"),
        ("undo", {"command": 1}, "command", "“command” does not fit"),
        ("touchpoint.remove", [], "", "“data” does not fit"),
        ("touchpoint.remove", None, "", "“data” does not fit"),
    ],
)  # fmt: skip
def test_data_of_the_wrong_shape_is_refused_at_its_field(name, data, field, says):
    answer = refused(decode_command, the_board(), name, data)
    assert (answer.code, answer.field) == ("invalid", field)
    assert says in answer.message
    assert "`" not in answer.message and "$" not in answer.message


# -- order -------------------------------------------------------------------------------------
keys = st.text(string.digits + string.ascii_lowercase, max_size=26)


@given(keys, keys)
def test_a_key_lies_between_two_or_there_is_none(before, after):
    key = order_between(before, after)
    assert key == "" or before < key < after
    assert len(key) <= 24


@given(keys)
def test_there_is_a_key_behind_the_last(before):
    key = order_between(before, None)
    assert key > before or (key == "" and len(before) >= 24)


@given(st.integers(0, 4_000))
def test_spread_keys_are_in_order_and_leave_room_everywhere(count):
    spread = order_keys(count)
    assert len(spread) == count and spread == sorted(set(spread))
    bounds = ["", *spread, None]
    assert all(order_between(a or "", b) for a, b in pairwise(bounds))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=120))
def test_siblings_stay_in_the_order_they_were_put_in(places):
    """As `touchpoints.commands.place` does it: between two neighbours, or all spread anew."""
    row: list[tuple[int, str]] = []
    for number, place in enumerate(places):
        at = place % (len(row) + 1)
        key = order_between(row[at - 1][1] if at else "", row[at][1] if at < len(row) else None)
        row.insert(at, (number, key))
        if not key:
            row = [(who, fresh) for (who, _), fresh in zip(row, order_keys(len(row)), strict=True)]
        assert [key for _, key in row] == sorted({key for _, key in row})


@pytest.mark.parametrize("at", ["front", "back", "middle"])
def test_always_at_the_same_place_lasts_long_before_all_are_spread_anew(at):
    low, high, rounds = "", "i", 0
    while (key := order_between(low, None if at == "back" else high)) and rounds < 300:
        low, high = (low, key) if at == "front" else (key, high)
        rounds += 1
    assert rounds >= 90


@pytest.mark.parametrize(("before", "after"), [("i", "i"), ("a", "a0"), ("b", "a"), ("", ""), ("a", "a00")])
def test_between_equal_neighbours_there_is_nothing(before, after):
    """Two cards get one key when a removed card comes back to a place that was given away meanwhile."""
    assert order_between(before, after) == ""
