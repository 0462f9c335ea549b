"""Severity to the customer trumps frequency, which trumps severity to the company: the table of the method."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voices.ranking import Standing, what_changed

# Title, severity to the customer, accounts, severity to the company; then the place by each order.
TABLE = [
    ("Reach account manager", 5, 9, 2, 1, 5, 5),
    ("Line stop: no escalation path", 5, 6, 5, 2, 6, 2),
    ("Spare part lead time unknown", 5, 6, 3, 3, 7, 4),
    ("Invoice disputes take weeks", 4, 17, 5, 4, 2, 1),
    ("Duplicate paperwork at commissioning", 3, 12, 4, 5, 4, 3),
    ("Portal login slow", 2, 26, 1, 6, 1, 6),
    ("Newsletter too frequent", 1, 14, 1, 7, 3, 7),
]


def test_the_table_of_the_method():
    rows = [Standing(title, severity, accounts, company) for title, severity, accounts, company, *_ in reversed(TABLE)]
    found = [(one.standing.title, one.place, one.by_accounts, one.by_company) for one in what_changed(rows)]
    assert found == [(title, *places) for title, _, _, _, *places in TABLE]
    assert [one.up for one in what_changed(rows)] == [4, 4, 4, -2, -1, -5, -4]


def test_minutes_and_then_titles_settle_what_is_equal():
    rows = [Standing("b", 3, 2, 1, 10), Standing("a", 3, 2, 1, 10), Standing("c", 3, 2, 1, 60)]
    assert [one.standing.title for one in what_changed(rows)] == ["c", "a", "b"]


NUMBERS = st.integers(0, 5)


@given(st.lists(st.builds(Standing, st.text(max_size=3), NUMBERS, st.integers(0, 99), NUMBERS), max_size=12))
def test_nothing_less_severe_to_customers_ever_stands_higher(rows):
    found = what_changed(rows)
    severities = [one.standing.severity for one in found]
    assert severities == sorted(severities, reverse=True)
    for order in ("place", "by_accounts", "by_company"):
        assert sorted(getattr(one, order) for one in found) == list(range(1, len(rows) + 1))
