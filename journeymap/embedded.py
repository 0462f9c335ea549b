"""Celery without a broker: worker and clock as threads of the one server process.

Nothing depends on it for truth: every job and every mail is a row first, and the clock finds what a
crash left behind. With Redis set, real workers and a real beat take over and nothing starts here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery.apps.worker import Worker
from celery.beat import EmbeddedService
from django.conf import settings

from journeymap.celery import app

log = logging.getLogger(__name__)


class _Worker(Worker):
    """A worker that leaves signals and titles to the server around it."""

    def on_before_init(self, quiet: bool = False, **kwargs: object) -> None:
        super().on_before_init(quiet=True, **kwargs)

    def install_platform_tweaks(self, worker: object) -> None:
        pass


@contextmanager
def embedded() -> Iterator[None]:
    """Run worker and beat around the server; stop the clock first, then let running tasks finish."""
    if settings.REDIS_URL:
        yield
        return
    worker = _Worker(app=app, pool_cls="threads", concurrency=2, without_gossip=True, without_mingle=True,
                     without_heartbeat=True, loglevel="WARNING", quiet=True)  # fmt: skip
    thread = threading.Thread(target=worker.start, daemon=True, name="celery-worker")
    thread.start()
    beat = EmbeddedService(app, thread=True, schedule=str(settings.VAR / "beat"), max_interval=5)
    beat.start()
    try:
        yield
    finally:
        beat.stop()
        worker.stop(in_sighandler=False)
        thread.join(10)
