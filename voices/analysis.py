"""Where on the map a comment belongs. Pure functions, local and deterministic; every answer says why.

A place is known by its own words (name, description, examples) and by the comments that a person put there. Each of
these is a row; a kernel ridge regression over all rows gives every place a score for a new text, so that one
correction is learnt at once, at the price of solving one small system. Two texts are alike by their meaning (the
encoder of `voices.encoder`) and by their words (tf-idf); without the encoder only by their words. A suggestion counts
as nothing until somebody confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from voices.corpus import NEIGHBOURS, Corpus, Encode, Texts
from voices.encoder import Floats, encoder, unit
from voices.places import Place, Suggestion
from voices.quantities import Quantity, find_quantities
from voices.terms import STOP, WORD, stem

__all__ = ["Place", "Places", "Quantity", "Suggestion", "encode", "find_quantities", "suggest_places"]


def encode(texts: Sequence[str]) -> Floats | None:
    """The meaning of texts, or None where no encoder is installed."""
    model = encoder()
    return model.encode(texts) if model else None


# How much meaning weighs against words, where nothing else is known.
MEANING = 1.7
# Up to so many rows a place, what waits is taken as an example where it is told clearest: so many texts, weighing so much.
FEW, GUESSED, GUESS_WEIGHS = 8, 10, 0.3
# How much it tells that many waiting texts seem to be about a place; after so many that people placed, half as much.
OFTENER, OFTEN_KNOWN = 0.5, 25
# From so many rows a place on they say themselves what tells more; so many of them are tried.
TRIABLE, TRIED = 3, 600
BLOCK = 2_048
# Below this nothing is said: it fits nowhere.
NOWHERE = 0.25


@dataclass(frozen=True)
class Lean:
    """What tells more: how much `meaning` weighs against words, and how much of its neighbours a text takes on."""

    meaning: float
    share: float


ON_MEANING, ON_WORDS, ON_IT_ALONE = Lean(MEANING, 0.5), Lean(1.2, 0.0), Lean(2.6, 0.5)


@dataclass
class Places:
    """Everything known about the places, and what a new text is compared with.

    `examples` are (text, id of the place a person put it on); `corpus` is what waits beside them: how rare words are
    and what is said in other words is learnt from it, without knowing where it belongs. `before` is what
    was known until now: what it learnt from the same corpus is taken on, and the answers are the same without it.
    """

    places: Sequence[Place]
    examples: Sequence[tuple[str, str]] = ()
    corpus: Sequence[str] = ()
    encode: Encode = encode
    before: Places | None = None
    rows: list[tuple[str, int, float]] = field(init=False)
    _corpus: Corpus = field(init=False)
    _taught_by_people: int = field(init=False)

    def __post_init__(self) -> None:
        self.places = sorted(self.places, key=lambda place: place.id)
        at = {place.id: number for number, place in enumerate(self.places)}
        taught = sorted({(text, place) for text, place in self.examples if place in at and text.strip()})
        own = 1.0 if len(taught) < 150 else 0.5
        self._taught_by_people = len({text for text, _ in taught})
        self.rows = [(text, at[place], 1.0) for text, place in taught]
        for number, place in enumerate(self.places):
            said = (place.name, place.words, *place.examples)
            self.rows += [(text, number, own) for text in said if text.strip()]
        found, before = Corpus(self.corpus, (text for text, *_ in self.rows), self.encode), self.before
        self._corpus = before._corpus if before and found.is_of(before._corpus) else found
        self.before = None  # it need not be kept any longer

    @property
    def _known(self) -> float:
        """How many rows there are of a place, on average."""
        return len(self.rows) / max(len(self.places), 1)

    def _read(self, texts: Sequence[str], lean: Lean) -> Texts:
        """Texts as numbers, each a little like its neighbours in the corpus: the less is known of the places, the
        more it helps that somebody else says the same in the words of the place."""
        found, pool = self._corpus.plain(texts), self._corpus.pool
        if not lean.share or pool is None or found.meaning is None or pool.meaning is None:
            return found
        share = lean.share / (1 + self._known / 10)
        near = self._corpus.near(texts, found.meaning, pool.meaning)
        pick = sparse.csr_matrix(
            (np.full(near.size, 1 / NEIGHBOURS), near.ravel(), np.arange(len(texts) + 1) * NEIGHBOURS),
            (len(texts), len(pool.meaning)),
        )
        around = unit(pick @ pool.meaning)
        meaning = unit(found.meaning + share * around)
        return Texts(meaning, (found.words + share * (pick @ pool.words)).tocsr())

    @cached_property
    def _lean(self) -> Lean:
        """Bare names are too few words to go by; beside descriptions and examples words often tell more than meaning.
        The rows say which: each is looked for among the others."""
        if self._known < TRIABLE or len(self.rows) < 2 * len(self.places):
            return ON_MEANING
        pick = np.random.default_rng(0).permutation(len(self.rows))[:TRIED]
        return max((ON_MEANING, ON_WORDS, ON_IT_ALONE), key=lambda lean: self._found_again(pick, lean))

    def _found_again(self, pick: NDArray[np.int64], lean: Lean) -> float:
        """How high the own place of each of these rows stands for who does not know the row (1: always first). A
        kernel ridge regression tells that of all rows at once."""
        read = self._read([self.rows[n][0] for n in pick], lean)
        of = np.array([self.rows[n][1] for n in pick])
        meant, often, alike = self._system(read, of, np.array([self.rows[n][2] for n in pick]), lean)
        inverse = np.linalg.inv(alike)
        without = meant - (inverse @ (meant - often)) / np.diag(inverse)[:, None]
        place = (without >= without[np.arange(len(of)), of][:, None]).sum(axis=1)
        return float(np.round(np.mean(1 / place), 4))

    def _system(
        self, rows: Texts, of: NDArray[np.int64], weights: NDArray[np.float64], lean: Lean
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """What each row means, how often each place is meant at all, and how alike the rows are."""
        meant = np.zeros((len(of), len(self.places)))
        meant[np.arange(len(of)), of] = 1
        alike = rows.alike(rows, lean.meaning)
        alike[np.diag_indices(len(alike))] += self._caution / weights
        return meant, weights @ meant / weights.sum(), alike

    @cached_property
    def _taught(self) -> tuple[Texts, NDArray[np.float64], NDArray[np.float64]]:
        """The rows as numbers, what each of them weighs for each place, and how often each place is meant at all."""
        lean = self._lean
        rows = self._read([text for text, *_ in self.rows], lean)
        of = np.array([place for _, place, _ in self.rows])
        weights = np.array([weight for *_, weight in self.rows])
        meant, often, alike = self._system(rows, of, weights, lean)
        solved: Any = np.linalg.solve(alike, meant - often)
        pool = self._corpus.pool
        if self._known < FEW and lean.share and pool is not None:
            waiting = self._read(self._corpus.pooled, lean)
            pick, guess = self._clearest(waiting.alike(rows, lean.meaning) @ solved + often)
            rows, of = rows.and_(waiting[pick]), np.r_[of, guess]
            meant, often, alike = self._system(rows, of, np.r_[weights, np.full(len(pick), GUESS_WEIGHS)], lean)
            solved = np.linalg.solve(alike, meant - often)
        return rows, solved, often + self._said_oftener(rows, solved, often, lean)

    def _said_oftener(
        self, rows: Texts, solved: NDArray[np.float64], often: NDArray[np.float64], lean: Lean
    ) -> NDArray[np.float64]:
        """Phrases say what a place is like and not how often it is meant; what waits does, as it is told now: a place that
        many texts seem to be about is likelier for the next one, too. What people put there soon says it better, and
        bare names are too little to tell it by."""
        trust = OFTENER / (1 + self._taught_by_people / OFTEN_KNOWN)
        if self._known < TRIABLE or trust < OFTENER / 5 or self._corpus.pool is None:
            return np.zeros(len(self.places))
        scores = np.round(self._read(self._corpus.pooled, lean).alike(rows, lean.meaning) @ solved + often, 6)
        order = np.sort(scores, axis=1)
        ahead = order[:, -1] - order[:, -2] if scores.shape[1] > 1 else order[:, -1]
        share = np.bincount(scores.argmax(axis=1), ahead, len(self.places)) / max(ahead.sum(), 1e-9)
        return trust * (share - share.mean())

    def _clearest(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of what waits, a few texts for each place that it is told clearest for, and these places."""
        order = np.sort(np.round(scores, 6), axis=1)
        ahead, best = order[:, -1] - order[:, -2] if scores.shape[1] > 1 else order[:, -1], scores.argmax(axis=1)
        picked = []
        for place in range(scores.shape[1]):
            own = np.flatnonzero(best == place)
            picked.append(own[np.argsort(-ahead[own], kind="stable")][:GUESSED])
        pick = np.concatenate(picked)
        return pick, best[pick]

    def scores(self, texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For every text (rows) and place (columns): about how likely it is meant, and how alike the nearest thing
        known of the place is (0 to 1)."""
        if not self.rows:
            return np.zeros((len(texts), len(self.places))), np.zeros((len(texts), len(self.places)))
        rows, weights, often = self._taught
        lean, own = self._lean, rows[: len(self.rows)]  # without those that are only guessed
        groups = [np.flatnonzero([place == n for _, place, _ in self.rows]) for n in range(len(self.places))]
        scores, nearest = [], []
        for start in range(0, len(texts), BLOCK):
            read = self._read(texts[start : start + BLOCK], lean)
            scores.append(np.round(read.alike(rows, lean.meaning) @ weights + often, 6))
            words = (read.words @ own.words.T).toarray()
            by = (
                words
                if read.meaning is None or own.meaning is None
                else np.maximum(words, (read.meaning @ own.meaning.T).astype(np.float64))
            )
            nearest.append(np.stack([by[:, group].max(axis=1, initial=0) for group in groups], axis=1))
        empty = np.zeros((0, len(self.places)))
        return np.vstack([empty, *scores]), np.vstack([empty, *nearest])

    def confidence(self, scores: NDArray[np.float64], nearest: NDArray[np.float64]) -> NDArray[np.float64]:
        """How sure: likely, and close to something that is known of the place. What is like nothing is not sure,
        however far ahead of the other places it lies. Scaled so that from 0.7 on nine of ten are right in files that
        people labelled."""
        whole = 1 + self._lean.meaning**2
        likely = np.clip(scores * (whole + self._caution) / whole, 0, 1)
        return np.round(1 - np.exp(-6 * likely * np.clip(nearest, 0, 1) ** 2), 4)

    @property
    def _caution(self) -> float:
        """The less is known, the less a single row is trusted."""
        return 1 + 9 / max(self._known, 0.1) ** 2

    def rank(
        self, texts: Sequence[str], within: Sequence[frozenset[str] | None] | None = None, most: int = 3
    ) -> list[list[Suggestion]]:
        """For every text the likeliest places, best first; only those in `within` where it is given. An empty
        list means that it fits nowhere."""
        scores, nearest = self.scores(texts)
        confidence = self.confidence(scores, nearest)
        found = []
        for number, text in enumerate(texts):
            allowed = within[number] if within else None
            order = np.argsort(-scores[number], kind="stable").tolist()
            best = [n for n in order if allowed is None or self.places[n].id in allowed][:most]
            sure = [(n, float(confidence[number, n])) for n in best if text.strip()]
            found.append([Suggestion(self.places[n].id, c, self._why(text, n)) for n, c in sure if c >= NOWHERE])
        return found

    @cached_property
    def _said_of(self) -> list[frozenset[str]]:
        said: list[set[str]] = [set() for _ in self.places]
        for text, place, _ in self.rows:
            said[place].update(stem(word) for word in WORD.findall(text.lower()) if word not in STOP)
        return [frozenset(one) for one in said]

    def _why(self, text: str, place: int) -> str:
        """The words of the text that are also said of the place, the rarest first; else that it only means the same."""
        rarity, weight = self._corpus.vectorizer.vocabulary_, self._corpus.vectorizer.idf_
        shared: dict[str, tuple[float, str]] = {}
        for word in WORD.findall(text):
            root = stem(word.lower())
            if root in self._said_of[place] and word.lower() not in STOP:
                shared.setdefault(root, (-float(weight[rarity[word.lower()]]) if word.lower() in rarity else 0.0, word))
        if not shared:
            return "the same in other words"
        return ", ".join(f"“{word}”" for _, word in sorted(shared.values())[:3])


def suggest_places(
    texts: Sequence[str], places: Sequence[Place], examples: Iterable[tuple[str, str]] = (), encode: Encode = encode
) -> list[list[Suggestion]]:
    """For every text the likeliest places, best first; an empty list means it fits nowhere."""
    return Places(places, list(examples), texts, encode).rank(texts)
