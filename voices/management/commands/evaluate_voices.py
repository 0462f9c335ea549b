"""Measure on labelled files how good the suggestions are: quantities, places, groups and feeling.

What a file holds is seen from its columns: `text,label[,domain]`, `comment,themes`, `comment,sentiment_1pos_5neg`,
`text` alone (fits nowhere), `text,emotions`, or the JSON lists of quantities and of places.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voices import evaluation
from voices.analysis import Encode
from voices.encoder import encoder
from voices.english import English


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--encoder", choices=("multilingual", "english", "words"), default="",
            help="another than this installation's; words: as it is where none is installed",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        rows = {}
        for path in options["files"]:
            try:
                rows[path] = evaluation.read_labelled(path)
            except (OSError, ValueError) as error:
                raise CommandError(f"{path} cannot be read: {error}") from None
        model = encoder(options["encoder"])
        if options["encoder"] == "english" and model and model.dimension != English.dimension:
            raise CommandError("The English model is not installed: see requirements-precision.lock.")
        remembered: Encode = evaluation.Memory(model.encode if model else lambda texts: None)
        self.stdout.write(f"Encoder: {model.id if model else 'none, words only'}")
        themes = next((found for found in rows.values() if found and "examples" in found[0]), [])
        nowhere = [row["text"] for found in rows.values() if found and set(found[0]) == {"text"} for row in found]
        for path, found in rows.items():
            columns = set(found[0]) if found else set()
            if not found:
                raise CommandError(f"{path} holds no rows.")
            for title, lines in reports(found, columns, themes, nowhere, remembered):
                self.stdout.write(f"\n{path.name}: {title}")
                for line in lines:
                    self.stdout.write(f"  {line}")
                    self.stdout.flush()


def reports(
    rows: list[dict[str, Any]], columns: set[str], themes: list[dict[str, Any]], nowhere: list[str], encode: Encode
) -> Iterator[tuple[str, Iterator[str]]]:
    """Everything that can be measured on one file: a title, and its lines as they are found."""
    if "gold" in columns:
        yield "quantities", evaluation.quantities(rows)
    if {"text", "label"} <= columns:
        pairs = [(row["text"], row["label"]) for row in rows]
        yield "places, named like their labels", evaluation.places_by_label(pairs, nowhere, encode)
        yield "groups against labels", evaluation.groups(pairs, encode)
    if {"text", "domain"} <= columns:
        pairs = [(row["text"], row["domain"]) for row in rows]
        yield "kinds of accounts", evaluation.accounts(pairs, encode)
    if {"comment", "themes"} <= columns and themes:
        pairs = [(row["comment"], row["themes"]) for row in rows if row["comment"].strip()]
        yield "places, described with examples", evaluation.places_by_theme(pairs, themes, encode)
    if "sentiment_1pos_5neg" in columns:
        felt = [row for row in rows if row["sentiment_1pos_5neg"] in set("12345")]
        felt_pairs = [(row["comment"], 3.0 - int(row["sentiment_1pos_5neg"])) for row in felt]
        yield "feeling", evaluation.feeling(felt_pairs, encode)
