"""What a let-down did to the customer, and how bad it is for her: proposals that quote her words."""

from __future__ import annotations

import pytest

from voices.consequences import consequences, severity
from voices.feelings import Feelings, feeling
from voices.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The line stood still for three shifts.", {"lost_output"}),
        ("We had to split the order with another vendor.", {"order_moved"}),
        ("I re-key every invoice by hand into Excel.", {"workaround"}),
        ("Our own customers complained and we looked bad.", {"reputation"}),
        ("An operator was injured.", {"safety"}),
        ("We paid overtime and a penalty.", {"cost"}),
        ("Thank you, solved within minutes.", {"gain"}),
        ("There was no downtime at all.", set()),
        ("The newsletter has a new colour.", set()),
        ("Die Maschine hatte einen Ausfall, wir gehen zur Konkurrenz.", {"lost_output", "order_moved"}),
        ("Nous attendons toujours et avons relancé plusieurs fois.", {"delay", "effort"}),
        ("Production loss because the inverter is still not here; nobody answers.", {"lost_output", "delay"}),
        ("The manual is wrong on page 37.", set()),
        ("We are 12 people in the workshop.", set()),
        ("I had to speak to five different people.", {"effort"}),
        ("We buy our bearings elsewhere now.", {"order_moved"}),
        ("Die Anlage stand 14 Stunden still, niemand meldet sich.", {"lost_output", "delay"}),
        ("Ich habe fünfmal gefragt, ohne Antwort.", {"effort", "delay"}),
        (
            "Il a fallu ressaisir les commandes et remplir des formulaires, sans réponse.",
            {"workaround", "effort", "delay"},
        ),
        ("La línea estuvo parada y nadie contesta.", {"lost_output", "delay"}),
        ("Nos costó 900 euros y tuvimos que llamar varias veces.", {"cost", "effort"}),
    ],
)
def test_what_happened_to_the_customer(text, kinds):
    assert {one.kind for one in consequences(text)} == kinds
    assert all(text[one.start : one.end].strip() for one in consequences(text))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("The line stood still for three shifts.", 5),
        ("We had to split the order with another vendor.", 5),
        ("Our own customers complained to us about it.", 4),
        ("I waited 20 minutes on hold and had to call four times.", 3),
        ("The delivery was late.", 2),
        ("Great service, solved within 10 minutes, thank you!", 0),
    ],
)
def test_a_proposal_of_severity_quotes_the_words_that_led_to_it(text, level):
    found = severity(text, feeling(text).value, find_quantities(text))
    assert found.level == level
    assert bool(found.why) == (level > 0)
    assert all(words.strip("“”") in text for words in found.why)


def test_a_score_says_more_than_how_it_sounds():
    text = "It took two days."
    assert severity(text, -1.5, find_quantities(text)).level == 3
    assert severity(text, 1.5, find_quantities(text)).level == 0


def test_nothing_to_add_is_no_let_down_whatever_the_score():
    assert severity("Absolutely nothing.", -2, []).level == 0
    assert severity("Absolutely nobody answers.", -2, []).level > 0


def test_how_texts_feel_and_which_words_say_so():
    good, bad = feeling("Wonderful, friendly people, thank you!"), feeling("Terrible. Nobody answers, I am furious.")
    assert good.step >= 1 and bad.step <= -1
    assert "Wonderful" in good.words and {"Terrible", "furious"} & set(bad.words)


def test_what_people_say_it_feels_is_learnt():
    taught = [(f"The gizmo number {n} blinks", 2.0) for n in range(20)] + [
        (f"A widget {n} hums", -2.0) for n in range(20)
    ]
    before = Feelings().of(["gizmo 7 blinks", "widget 7 hums"])
    after = Feelings(taught).of(["gizmo 7 blinks", "widget 7 hums"])
    assert after[0] > 1 > before[0] and after[1] < -1 < before[1]
