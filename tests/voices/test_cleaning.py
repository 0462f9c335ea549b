"""Letters that came through wrongly, and personal data in customers' words. Every name and number is made up."""

from __future__ import annotations

import pytest

from voices.cleaning import is_empty, redact, repair, says_nothing, tidy


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("FÃ¼r 45 â‚¬ â€“ shouldnâ€™t", "Für 45 € – shouldn’t"),
        ("CafÃ© Â£45", "Café £45"),
        ("great ðŸ‘\u008d", "great 👍"),
        ("SÃO PAULO, À LA CARTE, CAFÉ", "SÃO PAULO, À LA CARTE, CAFÉ"),
        ("Âme, Ão, plain", "Âme, Ão, plain"),
    ],
)
def test_letters_are_repaired_and_others_left_alone(broken, meant):
    assert repair(broken) == meant
    assert repair(meant) == meant


def test_tidy_leaves_out_what_cannot_be_shown():
    assert tidy("a\x00b\u202e  c \r\n\r\n\r\n\r\nd &amp; e") == "ab c\n\nd & e"


@pytest.mark.parametrize("text", ["", " ", "N/A", "n/a.", "NA", "-", "...", "no comment"])
def test_nothing_said(text):
    assert is_empty(text)


@pytest.mark.parametrize("text", ["❤️", "None", "Nothing", "No", "7", "naïve"])
def test_short_is_not_nothing(text):
    assert not is_empty(text)


@pytest.mark.parametrize(
    "text",
    [
        "Absolutely nothing", "N/A", "None", "No comments", "Nothing to add", "nothing at all, thanks!", "No. Nothing.",
        "I don’t know", "Can't think of anything", "Nothing could have been better.", "...", "Keine Angabe", "k.A.",
        "Nichts hinzuzufügen", "Rien à signaler", "Sans objet", "Nada que añadir", "Sin comentarios",
    ],
)  # fmt: skip
def test_an_answer_without_a_word_about_what_happened(text):
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "No answer", "Nothing works", "No refund", "None of the parts fit", "Not good", "No idea who my contact is",
        "Could have been better", "Everything", "Nothing for 3 weeks", "Keine Lieferung", "Rien ne marche", "❤️",
    ],
)  # fmt: skip
def test_a_short_answer_that_says_something(text):
    assert not says_nothing(text)


PERSONAL = [
    "jo.blogs@nordmolen.example", "first+tag@sub.bakehouse.example", "o'neil@castle.example", "info (at) mill.example",
    "+44 20 7946 0958", "020 7946 0018", "(020) 7946 0018", "+49 89 1234567", "089/1234567", "0171 1234567",
    "+1 555-234-5678", "555-234-5678", "(555) 234-5678", "0033 1 23 45 67 89", "+33 1 23 45 67 89", "01632 960 983",
    "07700900123", "+34 612 345 678", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606",
    "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "6011111111111117",
]  # fmt: skip
HARMLESS = [
    "order 4500123456", "12.03.2024", "2024-05-12 10:20", "12 000 pieces", "EUR 4.500,00", "machine X200-3000", "24/7",
    "99.5 %", "lot 20240512", "3-4 hours", "version 10.4.2.1", "1 234 567 parts", "DE12 is our area", "4111 1111 1111 1112",
]  # fmt: skip


def test_addresses_phones_accounts_and_cards_are_found():
    missed = [one for one in PERSONAL if one in redact(f"You can reach me: {one}, any time.")[0]]
    assert len(missed) <= len(PERSONAL) * 0.05, missed


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_stays(text):
    assert redact(f"We had {text} in view.") == (f"We had {text} in view.", {})


NAMED = [
    ("Dear Mrs Smith,\nit broke.", "Smith"), ("Hi Anna, it broke.", "Anna"), ("Hello John!\nIt broke.", "John"),
    ("It broke.\nKind regards,\nPeter van Dyke", "Peter"), ("It broke.\n\nBest wishes\nMaria Costa", "Costa"),
    ("It broke. Thanks, Bob", "Bob"), ("Sehr geehrter Herr Krüger,\nkaputt.", "Krüger"), ("Mr. Baines promised it.", "Baines"),
    ("Kaputt.\nMit freundlichen Grüßen\nUwe Lang", "Lang"), ("Dr. Okafor called.", "Okafor"),
]  # fmt: skip


def test_names_in_greetings_and_signatures():
    found = [name for text, name in NAMED if name not in redact(text)[0]]
    assert len(found) >= len(NAMED) * 0.7


def test_a_greeting_to_nobody_in_person_stays():
    assert redact("Dear Team, Hi all, it broke.")[1] == {}
