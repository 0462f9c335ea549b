"""Texts as numbers: what they mean, the words they say it in, and who among them says the same in other words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from voices.encoder import Floats
from voices.terms import terms

Encode = Callable[[Sequence[str]], Floats | None]

# How many texts a place's neighbours are looked for in, and how many of them.
POOL, NEIGHBOURS = 2_000, 10
# Of so many texts it is kept how they were read, for the next correction: about 1 kB each.
MOST_KEPT = 20_000


def mixed(text: str) -> bytes:
    """A number made of its letters: sorted by it, any first few texts are a fair sample, the same in whatever order they
    came."""
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).digest()


@dataclass
class Texts:
    """Texts as numbers: their meaning (None without an encoder) and their words."""

    meaning: Floats | None
    words: sparse.csr_matrix

    def __getitem__(self, rows: Any) -> Texts:
        return Texts(None if self.meaning is None else self.meaning[rows], self.words[rows])

    def and_(self, others: Texts) -> Texts:
        meaning = None if self.meaning is None or others.meaning is None else np.vstack([self.meaning, others.meaning])
        return Texts(meaning, sparse.vstack([self.words, others.words]).tocsr())

    def alike(self, others: Texts, weight: float) -> NDArray[np.float64]:
        """How alike each of these is with each of the others, meaning with this weight. Close meaning counts more than
        its share: what is nearly the same says more than much that is vaguely related, so most of it enters squared."""
        found = (self.words @ others.words.T).toarray()
        if self.meaning is not None and others.meaning is not None:
            cosine = (self.meaning @ others.meaning.T).astype(np.float64)
            found = found + weight**2 * (0.4 * cosine + 0.6 * cosine**2)
        return np.asarray(found)


class Corpus:
    """What is learnt from all texts together: how rare words are, and who says the same in other words. A correction
    changes nothing of it, so that it is read once and handed on from one `Places` to the next."""

    def __init__(self, corpus: Sequence[str], others: Iterable[str], encode: Encode) -> None:
        self._corpus, self._encode = frozenset(corpus), encode
        self._texts = self._corpus | frozenset(others)
        self._words: dict[str, tuple[NDArray[np.int32], NDArray[np.float64]]] = {}
        self._near: dict[str, NDArray[np.int64]] = {}

    def is_of(self, other: Corpus) -> bool:
        return (self._corpus, self._texts, self._encode) == (other._corpus, other._texts, other._encode)

    @cached_property
    def vectorizer(self) -> TfidfVectorizer:
        # In a small corpus every word that comes up once may be the one that tells.
        found = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=2 if len(self._texts) > 500 else 1)
        return found.fit(sorted(self._texts))

    @cached_property
    def pool(self) -> Texts | None:
        """Texts of the corpus picked by a number made of their letters: the same whoever asks, in whatever order."""
        return self.plain(self.pooled) if len(self._corpus) >= 4 * NEIGHBOURS else None

    @cached_property
    def pooled(self) -> list[str]:
        return sorted(self._corpus, key=mixed)[:POOL]

    def plain(self, texts: Sequence[str]) -> Texts:
        """Texts as numbers, by themselves."""
        meaning, new = self._encode(texts), [text for text in dict.fromkeys(texts) if text not in self._words]
        if len(self._words) + len(new) > MOST_KEPT:
            return Texts(meaning, self.vectorizer.transform(texts).tocsr())
        if new:
            words = self.vectorizer.transform(new).tocsr()
            for text, start, end in zip(new, words.indptr, words.indptr[1:], strict=False):
                self._words[text] = (words.indices[start:end].copy(), words.data[start:end].copy())
        rows = [self._words[text] for text in texts]
        ends = np.cumsum([0, *(len(indices) for indices, _ in rows)])
        indices = np.concatenate([np.zeros(0, np.int32), *(indices for indices, _ in rows)])
        data = np.concatenate([np.zeros(0), *(data for _, data in rows)])
        shape = (len(texts), len(self.vectorizer.vocabulary_))
        return Texts(meaning, sparse.csr_matrix((data, indices, ends), shape))

    def near(self, texts: Sequence[str], meaning: Floats, pool: Floats) -> NDArray[np.int64]:
        """Which texts of the pool are nearest to each of these."""
        new = [n for n, text in enumerate(texts) if text not in self._near]
        if len(self._near) + len(new) > MOST_KEPT:
            return _nearest(meaning, pool)
        if new:
            self._near.update((texts[n], row.copy()) for n, row in zip(new, _nearest(meaning[new], pool), strict=True))
        return np.array([self._near[text] for text in texts], np.int64).reshape(len(texts), NEIGHBOURS)


def _nearest(meaning: Floats, pool: Floats) -> NDArray[np.int64]:
    return np.argpartition(-np.round(meaning @ pool.T, 4), NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
