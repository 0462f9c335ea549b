"""One row becomes one comment, or a sentence that says why not."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from voices.importing import (
    Candidate,
    Old,
    Plan,
    Problem,
    date_order,
    dedupe_key,
    parse_amount,
    parse_date,
    parse_score,
    read_row,
)

PLAN = Plan({0: "external_id", 1: "account", 2: "date", 3: "score", 4: "text"}, 5, "survey", "nps")


def test_a_row_becomes_a_comment():
    found = read_row(PLAN, 7, ["a1", "Nordmolen", "2026-03-02", "3", "Call me: jo@mill.example"])
    assert isinstance(found, Candidate)
    assert (found.line, found.text, found.said_on, found.score) == (
        7,
        "Call me: [e-mail]",
        datetime.date(2026, 3, 2),
        3.0,
    )
    assert found.removed == {"email": 1}


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", '=cmd|" /C calc"!A0'])
def test_formulas_are_words(text):
    found = read_row(PLAN, 2, ["1", "", "", "", text])
    assert isinstance(found, Candidate) and found.text == text


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["1", "a", "31.02.2026", "3", "late"], "no such day"),
        (["1", "a", "soon", "3", "late"], "“soon” is no date"),
        (["1", "a", "3/4/2026", "3", "late"], "may be two dates"),
        (["1", "a", "2999-01-01", "3", "late"], "still to come"),
        (["1", "a", "2026-01-01", "3", "late", "and", "more"], "7 cells"),
        (["1", "a", "2026-01-01", "3", "x" * 40_000], "40,000 characters"),
    ],
)
def test_a_row_that_cannot_come_in_says_why(cells, says):
    found = read_row(PLAN, 9, cells)
    assert isinstance(found, Problem)
    assert found.line == 9 and says in found.reason


def test_rows_without_words_and_rows_that_are_too_old():
    assert read_row(PLAN, 2, ["1", "a", "x", "3", "n/a"]) is None
    since = Plan(PLAN.columns, 5, "survey", "nps", since=datetime.date(2026, 1, 1))
    assert isinstance(read_row(since, 2, ["1", "a", "2025-12-31", "3", "late"]), Old)


def test_a_score_off_the_scale_costs_the_score_and_not_the_words():
    found = read_row(PLAN, 2, ["1", "a", "", "77", "late"])
    assert isinstance(found, Candidate) and found.score is None and found.off_scale


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03",
        "2026-04-03T09:30:00Z",
        "03.04.2026",
        "3.4.26",
        "3 April 2026",
        "3 Apr 2026",
        "April 3, 2026",
        "Fri, 3 Apr 2026",
    ],
)
def test_dates_that_are_certain(text):
    assert parse_date(text) == datetime.date(2026, 4, 3)


def test_dates_that_are_not():
    assert parse_date("3/4/2026", "dmy") == datetime.date(2026, 4, 3)
    assert parse_date("3/4/2026", "mdy") == datetime.date(2026, 3, 4)
    assert (date_order(["3/4/2026"]), date_order(["3/4/2026", "13/4/2026"]), date_order(["3/14/2026"])) == (
        "?",
        "dmy",
        "mdy",
    )
    assert (date_order(["13/4/2026", "4/13/2026"]), date_order(["2026-04-03"])) == ("?", "")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€ 99.000", "99000", "EUR"), ("1.234,56", "1234.56", ""), ("$1,200,000.00", "1200000.00", "USD"), ("12500", "12500", ""),
        ("177,11", "177.11", ""), ("n/a", None, ""), ("", None, ""), ("CHF 5'000", "5000", "CHF"),
    ],
)  # fmt: skip
def test_amounts(text, amount, currency):
    assert parse_amount(text) == (Decimal(amount) if amount else None, currency)


def test_scores():
    assert parse_score("7/10", "nps") == (7.0, False)
    assert parse_score("11", "nps") == (None, True)
    assert parse_score("-0.5", "sentiment") == (-0.5, False)
    assert parse_score("good", "nps") == (None, False)


def test_what_makes_two_comments_the_same():
    day = datetime.date(2026, 1, 1)
    assert dedupe_key("a", "1", "x", "n", day) == dedupe_key("A", "1", "other words", "m", None)
    assert dedupe_key("a", "1", "x", "n", day) != dedupe_key("b", "1", "x", "n", day)
    assert dedupe_key("a", "", "So  late", "N", day) == dedupe_key("b", "", "so late", "n", day)
    assert dedupe_key("a", "", "so late", "n", day) != dedupe_key("a", "", "so late", "other", day)


def test_in_a_file_that_mixes_both_orders_what_can_be_read_one_way_only_is_read_that_way():
    dates = ("10/17/2021", "17/10/2021", "3/4/2021")
    assert [str(parse_date(text, "dmy")) for text in dates] == ["2021-10-17", "2021-10-17", "2021-04-03"]
    assert str(parse_date("3/4/2021", "mdy")) == "2021-03-04"
    with pytest.raises(ValueError, match="no such day"):
        parse_date("13/13/2021", "dmy")
