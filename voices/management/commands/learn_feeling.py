"""Learn the head of `voices.feelings` for one encoder (ENCODER) from labelled texts and write voices/feeling.json."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand
from sklearn.linear_model import Ridge

from voices.analysis import encode
from voices.feelings import HEADS, lexicon
from voices.labelled import read_labelled

GOOD = {
    "love": 2, "joy": 2, "gratitude": 1.7, "admiration": 1.7, "excitement": 1.7, "amusement": 1, "approval": 1,
    "caring": 1, "desire": 1, "optimism": 1, "pride": 1, "relief": 1,
}  # fmt: skip
BAD = {
    "anger": -2, "disgust": -2, "grief": -2, "disappointment": -1.3, "annoyance": -1, "disapproval": -1,
    "embarrassment": -1, "fear": -1, "nervousness": -1, "remorse": -1, "sadness": -1,
}  # fmt: skip
EMOTIONS_WEIGH = 0.3  # posts in a forum say less of customers than a survey does


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="comment,sentiment_1pos_5neg or text,emotions")

    def handle(self, *args: Any, **options: Any) -> None:
        texts: list[str] = []
        values: list[float] = []
        weights: list[float] = []
        for row in (row for path in options["files"] for row in read_labelled(path).rows):
            if row.get("sentiment_1pos_5neg") in set("12345"):
                texts.append(row["comment"])
                values.append(3 - int(row["sentiment_1pos_5neg"]))
                weights.append(1)
            elif "emotions" in row:
                felt = [(GOOD | BAD).get(one.strip(), 0) for one in row["emotions"].replace("|", ",").split(",")]
                texts.append(row["text"])
                values.append(float(np.mean(felt)))
                weights.append(EMOTIONS_WEIGH)
        meaning = encode(texts)
        if meaning is None:
            raise SystemExit("No encoder is installed.")
        columns = np.hstack([meaning, lexicon(texts)])
        fitted = Ridge(1).fit(columns, values, sample_weight=weights)
        guess = fitted.predict(columns)
        sure = np.array(weights) == 1
        # A regression hedges towards the middle; stretched, its spread is that of what people said.
        stretch = float(np.std(np.array(values)[sure]) / np.std(guess[sure]))
        head = {
            "stretch": round(min(stretch, 1.3), 4),
            "start": round(float(fitted.intercept_), 4),
            "lexicon": [round(float(one), 4) for one in fitted.coef_[-4:]],
            "meaning": [round(float(one), 4) for one in fitted.coef_[:-4]],
        }
        known = json.loads(HEADS.read_text("utf-8"))
        known["heads"][str(meaning.shape[1])] = head
        HEADS.write_text(json.dumps(known) + "\n", "utf-8")
        self.stdout.write(f"{len(texts):,} texts learnt into {HEADS.name}.")
