"""Labelled files as other people write them: each is measured, or answered by a sentence. The texts are ours."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

ABOUT = {
    "invoice": ["Where is my invoice?", "The invoice is wrong.", "I need a copy of my invoice.", "Invoice twice"],
    "delivery": ["My delivery is late.", "The truck never came.", "Where is my parcel?", "Delivery damaged"],
}
PAIRS = [(text, label) for label, texts in ABOUT.items() for text in texts]
PLACES = [
    {"name": "Invoice", "examples": ["The invoice is wrong"], "columns": ["invoice"]},
    {"name": "Delivery", "description": None, "examples": None, "columns": ["delivery"]},
]


def table(header: str, rows, mark=",", end="\n") -> str:
    lines = [header.replace(",", mark), *(mark.join(f'"{cell}"' for cell in row) for row in rows)]
    return end.join(lines) + end


@pytest.fixture
def evaluate(tmp_path):
    def run(*files: tuple[str, str | bytes]) -> str:
        paths = []
        for name, words in files:
            paths.append(tmp_path / name)
            paths[-1].write_bytes(words if isinstance(words, bytes) else words.encode())
        out = StringIO()
        call_command("evaluate_voices", *paths, encoder="words", stdout=out)
        return out.getvalue()

    return run


@pytest.mark.parametrize(
    "words",
    [
        table("text,label", PAIRS).encode("utf-8-sig"),
        table("text,label", PAIRS, end="\r\n"),
        table("text,label", PAIRS, mark=";"),
        table("text,label", PAIRS).encode("utf-16"),
        table(" Text ,LABEL", PAIRS),
        table("id,text,label,note", [(n, *pair, "seen") for n, pair in enumerate(PAIRS)]),
        table("text,label", [*PAIRS, ("Nobody labelled this", ""), ("", "invoice"), ("Once only", "portal")]),
        table("text,label", PAIRS) + '"only a text"\n',
    ],
    ids=["bom", "crlf", "semicolons", "utf-16", "capitals", "more columns", "empty labels", "a short row"],
)
def test_a_file_is_read_however_it_was_saved(evaluate, words):
    said = evaluate(("a.csv", words))
    assert "  0 corrections a place: first 1.000" in said
    assert "2 labels" in said or "3 labels" in said


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("a.csv", "text,label\nhello there,a\nbye now,b\n", "two labels with two texts each are needed"),
        ("a.csv", table("text,label,domain", [(*pair, "all") for pair in PAIRS]), "at least two domains are needed"),
        ("a.csv", "comment,sentiment_1pos_5neg\ngood,1\n,2\nfine,\n", "five comments with two different feelings"),
        ("a.csv", "text,label\nhello there,a\n", "at least two texts are needed"),
        ("a.csv", "foo,bar\n1,2\n", "nothing that can be measured. Its columns are foo, bar. Known are text,label"),
        (
            "a.csv",
            "text\nWhat is the weather?\n",
            "1 texts that fit nowhere, for files with the columns text and label",
        ),
        ("a.csv", "comment,themes\nlate,delivery\n", "without the JSON list of places: name that file as well"),
        ("a.json", json.dumps(PLACES), "2 places, for files with the columns comment and themes"),
        ("a.json", '[{"text": "It took 3 hours.", "gold": null}, {"text": null}]', "precision 0.000"),
    ],
)
def test_too_little_or_something_else_is_said(evaluate, name, words, sentence):
    assert sentence in evaluate((name, words))


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("a.csv", "", "This file is empty"),
        ("a.csv", "text,label\n", "holds no rows"),
        ("a.json", "[]", "holds no rows"),
        ("a.json", '[{"a":', "This is no JSON"),
        ("a.json", '["a"]', "no list of objects"),
        ("a.csv", "%PDF-1.4", "This is a PDF"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(evaluate, name, words, sentence):
    with pytest.raises(CommandError, match=sentence) as caught:
        evaluate((name, words))
    assert name in str(caught.value)


def test_a_file_that_is_not_there(evaluate):
    with pytest.raises(CommandError, match="cannot be opened: No such file"):
        call_command("evaluate_voices", "nowhere.csv", encoder="words")


def test_several_files_say_the_same_in_any_order(evaluate):
    files = [
        ("themes.csv", table("comment,themes", PAIRS)),
        ("nowhere.csv", "text\nWhat is the weather?\nSing a song\n"),
        ("places.json", json.dumps(PLACES)),
        ("labels.csv", table("text,label", PAIRS)),
    ]
    one, other = (evaluate(*order).split("\n\n") for order in (files, files[::-1]))
    assert sorted(part.strip() for part in one) == sorted(part.strip() for part in other)
    assert any("corrections: LRAP" in part for part in one) and any("nowhere AUROC" in part for part in one)
