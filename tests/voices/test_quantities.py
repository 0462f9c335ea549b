"""What customers state of time, money, people and effort. The sentences are ours."""

from __future__ import annotations

import time

import pytest

from voices.analysis import find_quantities

HOUR, DAY, WEEK = 60, 8 * 60, 5 * 8 * 60
SENTENCES = [
    ("It took us 3 hours to get a quote out of your portal.", [("time", 3 * HOUR, 3 * HOUR, "min")]),
    ("We waited six weeks for the commissioning engineer.", [("time", 6 * WEEK, 6 * WEEK, "min")]),
    ("I spent half a day chasing the invoice.", [("time", 0.5 * DAY, 0.5 * DAY, "min")]),
    ("Had to call four times before anyone answered.", [("count", 4, 4, "times")]),
    ("Downtime cost us about $12k.", [("money", 12000, 12000, "USD")]),
    ("The delay cost EUR 4,500 in overtime.", [("money", 4500, 4500, "EUR")]),
    ("It cost us EUR 4500 and 12 hours.", [("money", 4500, 4500, "EUR"), ("time", 12 * HOUR, 12 * HOUR, "min")]),
    ("Between $300 and $450, and 4 calls.", [("money", 300, 450, "USD"), ("count", 4, 4, "calls")]),
    ("Die Verzögerung hat uns 4.500 € gekostet.", [("money", 4500, 4500, "EUR")]),
    ("Two people full time for a week just to re-enter data.", [("people", 2, 2, "fte"), ("time", WEEK, WEEK, "min")]),
    ("3-4 hours per month per site.", [("time", 3 * HOUR, 4 * HOUR, "min")]),
    ("between 10 and 15 emails for one change order", [("count", 10, 15, "emails")]),
    ("a couple of weeks went by with no answer", [("time", 2 * WEEK, 2 * WEEK, "min")]),
    ("It takes 20 minutes on hold every single time.", [("time", 20, 20, "min")]),
    ("Lost roughly £30,000 of production.", [("money", 30000, 30000, "GBP")]),
    ("We had to split the order with another vendor.", []),
    ("Support is available 24/7 and that is great.", []),
    ("Since 2023 things have improved.", []),
    ("Your ISO 9001 certificate expired.", []),
    ("Model X200 is fine.", []),
    ("I would rate you 7/10.", []),
    ("The manual is 120 pages long.", [("count", 120, 120, "pages")]),
    ("1.5 days of rework on every delivery", [("time", 1.5 * DAY, 1.5 * DAY, "min")]),
    ("an hour and a half to find the right form", [("time", 90, 90, "min")]),
    ("took 2h 30m to log in", [("time", 150, 150, "min")]),
    ("$1.2 million over three years", [("money", 1200000, 1200000, "USD")]),
    ("we escalated twice", [("count", 2, 2, "times")]),
    ("It was resolved in 5 minutes, wonderful.", [("time", 5, 5, "min")]),
    ("We needed 7 signatures and 3 forms.", [("count", 7, 7, "signatures"), ("count", 3, 3, "forms")]),
    ("months of waiting", []),
    ("Took forever.", []),
    ("Order 45012 arrived on 12 March.", []),
    ("Delivered 9 days late.", [("time", 9 * DAY, 9 * DAY, "min")]),
    ("over 40 hours a month of manual work", [("time", 40 * HOUR, 40 * HOUR, "min")]),
    ("We paid USD 900 for express freight because of your mistake.", [("money", 900, 900, "USD")]),
    ("Room 12, second floor, no one there.", []),
    ("30% of shipments are wrong.", [("share", 30, 30, "%")]),
    ("one in five pallets damaged", [("share", 20, 20, "%")]),
    ("Ten to twelve working days for a credit note.", [("time", 10 * DAY, 12 * DAY, "min")]),
    (
        "We had three different account managers in one year.",
        [("count", 3, 3, "account managers"), ("time", None, None, "min")],
    ),
    ("quarter of an hour each login", [("time", 15, 15, "min")]),
    ("At 8:30 nobody picked up.", []),
    ("Nous avons attendu trois semaines.", [("time", 3 * WEEK, 3 * WEEK, "min")]),
    ("Wir haben zwei Tage gewartet.", [("time", 2 * DAY, 2 * DAY, "min")]),
    ("Tardaron 4 horas en contestar.", [("time", 4 * HOUR, 4 * HOUR, "min")]),
    ("It happened for the third time.", [("count", 3, 3, "times")]),
    ("We paid $2000.00 for nothing.", [("money", 2000, 2000, "USD")]),
    ("My daughter is 8 weeks old.", []),
    ("We have been customers for 17 years.", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text[:40] for text, _ in SENTENCES])
def test_stated_quantities(text, expected):
    found = [(q.kind, q.low, q.high, q.unit) for q in find_quantities(text) if q.borne]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_quantity_says_where_it_stands_and_how_often():
    text = "Over 40 hours a month of manual work, and £30,000 lost."
    time_, money = find_quantities(text)
    assert (text[time_.start : time_.end], time_.rate) == ("40 hours", "month")
    assert text[money.start : money.end] == "£30,000"


@pytest.mark.parametrize(
    "text", ["one " * 8_000, "1,1" * 10_000, "a couple of " * 2_500, "$" * 32_000, "half an " * 4_000]
)
def test_hostile_text_costs_no_time(text):
    start = time.perf_counter()
    find_quantities(text)
    assert time.perf_counter() - start < 2
