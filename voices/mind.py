"""The process that understands comments. It has no database, opens no socket, and steps back when others need the
processor: whoever edits the map must not notice that a file comes in, and the libraries it needs (300 MB) stay out of
the server.

`ask` starts it when it is first needed and again if it died; it ends when nobody asked for a while. What it read once
it remembers, so that a correction is learnt without reading every comment again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from voices.places import Place, Suggestion

IDLE = 1_800  # seconds
MOST_REMEMBERED = 150_000
ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """It could not answer; the message says why."""


class Mind:
    """The one that is asked: one child process for this process, one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, question: str, *about: Any) -> Any:
        """Call one of the functions below in the child. Raises Failed when it cannot answer."""
        with self._lock:
            for again in (True, False):
                if self._child is None or self._child.poll() is not None:
                    # It shares nothing with this process: no connection, no setting, no thread.
                    self._child = subprocess.Popen(
                        [sys.executable, "-m", "voices.mind"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                    )
                try:
                    assert self._child.stdin and self._child.stdout
                    _send(self._child.stdin, (question, about))
                    said, answer = _receive(self._child.stdout)
                except (EOFError, OSError):  # it ended meanwhile, or was killed
                    self._child.kill()
                    self._child.wait()
                    self._child = None
                    if again:
                        continue
                    raise Failed("The process that understands comments ended.") from None
                if said != "answer":
                    raise Failed(answer)
                return answer
        raise AssertionError


mind = Mind()


def _send(to: IO[bytes], what: Any) -> None:
    packed = pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL)
    to.write(len(packed).to_bytes(8, "big") + packed)
    to.flush()


def _receive(of: IO[bytes]) -> Any:
    size = of.read(8)
    if len(size) < 8:
        raise EOFError
    # Only ever between this process and the child it started itself.
    return pickle.loads(of.read(int.from_bytes(size, "big")))


# -- what the child does -----------------------------------------------------------------------
class _Reader:
    """What was read and what was learnt last."""

    def __init__(self) -> None:
        self.meanings: dict[bytes, Any] = {}
        self.places: tuple[str, Any] = ("", None)

    def encode(self, texts: Sequence[str]) -> Any:
        import numpy as np

        from voices.encoder import encoder

        model = encoder()
        if model is None:
            return None
        keys = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self.meanings}
        if len(self.meanings) + len(new) > MOST_REMEMBERED:
            self.meanings.clear()
            new = dict(zip(keys, texts, strict=True))
        for key, row in zip(new, model.encode(list(new.values())), strict=True):
            self.meanings[key] = row.astype(np.float16)
        if not texts:
            return np.zeros((0, model.dimension), np.float32)
        return np.stack([self.meanings[key] for key in keys]).astype(np.float32)

    def read(self, texts: list[str]) -> None:
        """Ahead of being asked about them."""
        self.encode(texts)

    def learn(self, key: str, places: list[Place], examples: list[tuple[str, str]], corpus: list[str]) -> None:
        """Get to know the places of a journey; `rank` with the same key asks about them."""
        from voices.analysis import Places

        self.places = (key, Places(places, examples, corpus, self.encode, self.places[1]))

    def rank(
        self, key: str, texts: list[str], within: list[frozenset[str] | None] | None, most: int = 3
    ) -> list[list[Suggestion]] | None:
        """None when these places are not known (any more): `learn` them again."""
        known, model = self.places
        return model.rank(texts, within, most) if known == key else None

    def feel(self, texts: list[str], examples: list[tuple[str, float]]) -> list[float]:
        from voices.feelings import Feelings

        return [float(one) for one in Feelings(examples, self.encode).of(texts)]

    def group(self, texts: list[str], examples: list[tuple[str, str]], width: float) -> Any:
        from voices.aims import group_by_aim

        return group_by_aim(texts, examples, width=width, encode=self.encode)

    def split(self, texts: list[str]) -> Any:
        from voices.aims import split_group

        return split_group(texts, encode=self.encode)

    def kinds(self, comments: list[list[str]]) -> Any:
        from voices.aims import group_accounts

        return group_accounts(comments, encode=self.encode)

    def name_encoder(self) -> str:
        from voices.encoder import encoder

        model = encoder()
        return model.id if model else ""


def _no_sockets(event: str, about: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo"):
        raise PermissionError("Comments are understood on this machine; nothing is sent anywhere.")


def main() -> None:
    sys.addaudithook(_no_sockets)
    if hasattr(os, "nice"):
        os.nice(10)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    reader = _Reader()
    while True:
        idle = threading.Timer(IDLE, os._exit, [0])
        idle.daemon = True
        idle.start()
        try:
            question, about = _receive(questions)
        except EOFError:
            return
        finally:
            idle.cancel()
        try:
            _send(answers, ("answer", getattr(reader, question)(*about)))
        except BrokenPipeError:
            return  # who asked is gone
        except Exception as error:
            _send(answers, ("failed", f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main()
