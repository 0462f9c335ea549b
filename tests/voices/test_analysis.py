"""Where a comment belongs: found from the words of the map, learnt from what people placed, never random."""

from __future__ import annotations

import random

from voices.analysis import Place, Places, suggest_places

PLACES = [
    Place("tp_invoice", "Gets the invoice", "billing, credit notes, payment terms"),
    Place("tp_hotline", "Calls the emergency line", "service hotline when a line stops"),
    Place("tp_delivery", "Waits for the delivery", "shipment, driver, tracking"),
]


def test_a_comment_goes_where_its_words_are_and_says_why():
    best = suggest_places(["The invoice was wrong and the credit note took weeks."], PLACES)[0][0]
    assert best.place == "tp_invoice"
    assert "invoice" in best.why


def test_words_of_the_same_topic_count():
    assert suggest_places(["The truck came late and the pallet was open."], PLACES)[0][0].place == "tp_delivery"


def test_what_fits_nowhere_gets_no_place():
    assert suggest_places(["Lovely people.", "", "???"], PLACES) == [[], [], []]


def test_it_learns_from_what_people_placed():
    text = "The blue folder was missing again"
    assert suggest_places([text], PLACES)[0] == []
    examples = [("A blue folder is missing", "tp_delivery"), ("No folder in the box, again", "tp_delivery")]
    best = suggest_places([text], PLACES, examples)[0][0]
    assert best.place == "tp_delivery" and best.confidence > 0.3


def test_order_and_company_of_texts_change_nothing():
    texts = ["invoice wrong", "hotline on hold", "driver late", "payment reminder for a paid bill"]
    shuffled = random.Random(5).sample(texts, len(texts))
    alone = {text: suggest_places([text], list(reversed(PLACES)))[0] for text in texts}
    assert dict(zip(shuffled, suggest_places(shuffled, PLACES), strict=True)) == alone


def test_only_within_a_stage():
    found = Places(PLACES).rank("the invoice for the delivery", within=frozenset({"tp_delivery"}))
    assert [one.place for one in found] == ["tp_delivery"]
