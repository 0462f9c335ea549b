"""Measure on labelled files how good the suggestions are: quantities, places, groups and feeling.

What a file holds is seen from its columns: `text,label[,domain]`, `comment,themes`, `comment,sentiment_1pos_5neg`,
`text` alone (fits nowhere), or the JSON lists of quantities and of places.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from live.sheets import BadFile
from voices import evaluation
from voices.analysis import Encode
from voices.encoder import encoder
from voices.english import English
from voices.labelled import KNOWN, Labelled, read_labelled


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--encoder", choices=("multilingual", "english", "words"), default="",
            help="another than this installation's; words: as it is where none is installed",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = [read_labelled(path) for path in options["files"]]
        except BadFile as problem:
            raise CommandError(str(problem)) from None
        model = encoder(options["encoder"])
        if options["encoder"] == "english" and model and model.dimension != English.dimension:
            raise CommandError("The English model is not installed: see requirements-precision.lock.")
        remembered: Encode = evaluation.Memory(model.encode if model else lambda texts: None)
        self.stdout.write(f"Encoder: {model.id if model else 'none, words only'}")
        places = next((file.rows for file in files if file.has("name", "examples")), [])
        nowhere = [
            str(row["text"]) for file in files if file.is_nowhere for row in file.rows if str(row["text"] or "").strip()
        ]
        for file in files:
            for title, lines in reports(file, places, nowhere, remembered):
                self.stdout.write(f"\n{file.path.name}: {title}")
                for line in lines:
                    self.stdout.write(f"  {line}")
                    self.stdout.flush()


def reports(
    file: Labelled, places: list[dict[str, Any]], nowhere: list[str], encode: Encode
) -> Iterator[tuple[str, Iterable[str]]]:
    """Everything that can be measured on one file: a title, and its lines as they are found."""
    told = False
    for title, lines in _measured(file, places, nowhere, encode):
        yield title, lines
        told = True
    if told:
        return
    if file.has("name", "examples"):
        yield f"{len(file.rows)} places, for files with the columns comment and themes", ()
    elif file.is_nowhere:
        yield f"{len(nowhere)} texts that fit nowhere, for files with the columns text and label", ()
    elif file.has("comment", "themes"):
        yield "its themes cannot be measured without the JSON list of places: name that file as well", ()
    else:
        yield f"nothing that can be measured. Its columns are {', '.join(file.rows[0])}. {KNOWN}", ()


def _measured(
    file: Labelled, places: list[dict[str, Any]], nowhere: list[str], encode: Encode
) -> Iterator[tuple[str, Iterable[str]]]:
    if file.has("text", "gold"):
        yield "quantities", evaluation.quantities(file.rows)
    if file.has("text", "label"):
        pairs = file.pairs("text", "label")
        yield "places, named like their labels", evaluation.places_by_label(pairs, nowhere, encode)
        yield "groups against labels", evaluation.groups(pairs, encode)
    if file.has("text", "domain"):
        yield "kinds of accounts", evaluation.accounts(file.pairs("text", "domain"), encode)
    if file.has("comment", "themes") and places:
        pairs = [(str(row["comment"] or ""), str(row["themes"] or "")) for row in file.rows]
        said = [(comment, themes) for comment, themes in pairs if comment.strip()]
        yield "places, described with examples", evaluation.places_by_theme(said, places, encode)
    if file.has("comment", "sentiment_1pos_5neg"):
        felt = [
            (comment, 3.0 - int(step))
            for comment, step in file.pairs("comment", "sentiment_1pos_5neg")
            if step.strip() in set("12345")
        ]
        yield "feeling", evaluation.feeling(felt, encode)
