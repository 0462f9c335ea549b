"""Celery as it runs in production, with workers that are killed at a named point (`DIE_AT`) after a few mails.

    celery -A tests.faults.deadly:app worker

The points: "claim" before anything is taken, "deliver" after it was, "finish" after the mail server said 250 and
"commit" within the transaction that writes so. Leases are short, so that a run does not wait for them.
"""

from __future__ import annotations

import datetime
import os
import random
import signal
from typing import Any

from celery.signals import worker_ready
from django.db import transaction

from journeymap.celery import app

__all__ = ["app"]


@worker_ready.connect
def load(**_: Any) -> None:
    from actions import errands, outbox

    errands.LEASE = datetime.timedelta(seconds=3)
    point = os.environ.get("DIE_AT", "")
    if point == "commit":
        real_finish = outbox.finish

        def finish(*args: Any, **more: Any) -> int:
            with transaction.atomic():
                done = real_finish(*args, **more)
                _die_sometimes()
                return done

        outbox.finish = finish
    elif point:
        real = getattr(outbox, point)

        def deadly(*args: Any, **more: Any) -> Any:
            _die_sometimes()
            return real(*args, **more)

        setattr(outbox, point, deadly)
    app.send_task("actions.tasks.drain_outbox")


def _die_sometimes() -> None:
    if random.random() < 0.2:
        os.kill(os.getpid(), signal.SIGKILL)
