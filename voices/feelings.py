"""How a customer feels by her words: -2 (very bad) to +2 (very good), with the words that say so.

A linear head over the encoder's meaning and over an English lexicon (VADER), learnt from texts that people labelled
(`manage.py learn_feeling`; the numbers are in feeling.json). What a person corrects is learnt on top of it. Where a
customer gave a score, the score is what she feels, and this is a second opinion.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from voices.analysis import MEANING, Encode, encode

HEADS = Path(__file__).with_name("feeling.json")
STEPS = np.arange(-2, 3)
# Fewer corrections say less than what is known already.
ENOUGH = 30
BLOCK = 2_048
LEXICON = 4
# How much the lexicon and what was known before weigh beside meaning and words.
SECOND = 0.3


@dataclass(frozen=True)
class Feeling:
    """`value` from -2 to 2, and the words that say so, the strongest first."""

    value: float
    words: tuple[str, ...]

    @property
    def step(self) -> int:
        return int(np.clip(np.rint(self.value), -2, 2))


@cache
def _lexicon() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def lexicon(texts: Sequence[str]) -> NDArray[np.float64]:
    """Four columns of what the lexicon says: the share of bad and of good words, their sum, and its square."""
    found = [_lexicon().polarity_scores(text[:1_500]) for text in texts]
    rows = [[one["neg"], one["pos"], one["compound"], one["compound"] * abs(one["compound"])] for one in found]
    return np.array(rows, dtype=np.float64).reshape(-1, LEXICON)


@cache
def _heads() -> dict[str, Any]:
    """One for each encoder, told apart by how long its rows are."""
    return dict(json.loads(HEADS.read_text("utf-8"))["heads"])


def telling_words(text: str) -> tuple[str, ...]:
    """The three words of an English text that feel strongest."""
    known = _lexicon().lexicon
    found = {word.strip(".,;:!?()\"'").lower(): word.strip(".,;:!?()\"'") for word in text.split()}
    strong = sorted((-abs(known[word]), shown) for word, shown in found.items() if abs(known.get(word, 0)) >= 1)
    return tuple(shown for _, shown in strong[:3])


@dataclass
class Feelings:
    """`examples` are (text, what a person says it feels, -2 to 2)."""

    examples: Sequence[tuple[str, float]] = ()
    encode: Encode = encode
    _taught: list[tuple[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._taught = sorted((text, float(value)) for text, value in self.examples if text.strip())

    def of(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The feeling of each text, -2 to 2; rounded it is one of the five steps."""
        found = [self._block(texts[start : start + BLOCK]) for start in range(0, len(texts), BLOCK)]
        return np.concatenate([np.zeros(0), *found])

    def _block(self, texts: Sequence[str]) -> NDArray[np.float64]:
        meaning, words = self.encode(texts), lexicon(texts)
        base = self._base(meaning, words)
        if len(self._taught) < ENOUGH:
            return np.asarray(np.round(np.clip(base, -2, 2), 3))
        rows, weights, often, line = self._learned
        alike = self._alike(texts, meaning, words, base, rows)
        value = alike @ line[0] + line[1]
        chance = np.clip(alike @ weights + often, 1e-3, None) / np.sqrt(often)
        chance *= np.exp(-((STEPS[None] - value[:, None]) ** 2) / 2)
        step = STEPS[chance.argmax(axis=1)]
        return np.round(np.clip(step + np.clip(value - step, -0.49, 0.49), -2, 2), 3)

    def _base(self, meaning: Any, words: NDArray[np.float64]) -> NDArray[np.float64]:
        head = None if meaning is None else _heads().get(str(meaning.shape[1]))
        if head is None:
            return np.asarray(2 * words[:, 2])
        value = (
            meaning.astype(np.float64) @ np.array(head["meaning"]) + words @ np.array(head["lexicon"]) + head["start"]
        )
        return np.asarray(value * head["stretch"], dtype=np.float64)

    @cached_property
    def _vectorizer(self) -> TfidfVectorizer:
        found = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode", min_df=2)
        return found.fit([text for text, _ in self._taught])

    def _read(self, texts: Sequence[str], meaning: Any, words: Any, base: Any) -> tuple[Any, Any, Any]:
        return meaning, self._vectorizer.transform(texts), np.column_stack([2 * words, base]) * SECOND

    def _alike(self, texts: Sequence[str], meaning: Any, words: Any, base: Any, rows: Any) -> NDArray[np.float64]:
        mine = self._read(texts, meaning, words, base)
        found = (mine[1] @ rows[1].T).toarray() + mine[2] @ rows[2].T
        if mine[0] is not None:
            cosine = (mine[0] @ rows[0].T).astype(np.float64)
            found = found + MEANING**2 * (cosine + cosine**2) / 2
        return np.asarray(found)

    @cached_property
    def _learned(self) -> tuple[Any, Any, Any, Any]:
        """Kernel ridge regressions over the corrections: one for each of the five steps, one for the value."""
        texts = [text for text, _ in self._taught]
        steps = np.clip(np.rint([value for _, value in self._taught]), -2, 2)
        meaning, words = self.encode(texts), lexicon(texts)
        base = self._base(meaning, words)
        rows = self._read(texts, meaning, words, base)
        alike = self._alike(texts, meaning, words, base, rows)
        alike[np.diag_indices(len(alike))] += 1
        is_step = (steps[:, None] == STEPS[None]).astype(np.float64)
        often = (is_step.sum(axis=0) + 1) / (len(steps) + len(STEPS))
        solved = np.linalg.solve(alike, np.column_stack([is_step - often, steps - steps.mean()]))
        return rows, solved[:, :-1], often, (solved[:, -1], steps.mean())


def feeling(text: str) -> Feeling:
    """What one text feels."""
    return Feeling(float(Feelings().of([text])[0]), telling_words(text))
