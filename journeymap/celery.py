"""Celery, and every clock of Journeymap on one page.

A clock only says "look": every job is a row first (a mail in the outbox, an import), claimed by whoever
comes first, so two clocks or a lost message change nothing. Intervals in UTC only, no ETA, no countdown:
when something is due is computed by us and stands in its row.

With REDIS_URL run `celery -A journeymap worker` and `celery -A journeymap beat`. Without, the server
process carries a worker and the clock as threads (`embedded`).
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")

EVERY = {
    "rehearsals": ("workshops.tasks.rehearse", 3),
    "heartbeat": ("journeymap.tasks.heartbeat", 30),
    # Everybody has their mail within ten seconds of the end of a workshop.
    "outbox": ("actions.tasks.drain_outbox", 5),
    "calendar": ("actions.tasks.plan_calendar", 120),
    "webhooks": ("actions.tasks.send_webhooks", 15),
    "reports": ("actions.tasks.make_reports", 30),
    "imports": ("voices.tasks.sweep_imports", 60),
    "retention": ("actions.tasks.erase_old", 6 * 3600),
    "housekeeping": ("journeymap.tasks.housekeeping", 3600),
}

app = Celery("journeymap", include=["voices.tasks", "workshops.tasks", "actions.tasks", "journeymap.tasks"])
app.conf.update(
    broker_url=settings.REDIS_URL.replace("unix://", "redis+socket://", 1) or "memory://localhost/",
    beat_schedule={name: {"task": task, "schedule": float(seconds)} for name, (task, seconds) in EVERY.items()},
    enable_utc=True,
    timezone="UTC",
    task_queues=[Queue("journeymap")],
    task_default_queue="journeymap",
    # A task is done when it has run to its end, not when somebody took it.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=120,
    task_soft_time_limit=90,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_publish_retry_policy={"max_retries": 2, "interval_start": 0, "interval_max": 0.5},
    broker_connection_retry_on_startup=True,
    # Longer than the longest task; a message whose worker died comes back soon after (kombu looks every
    # hundredth second only unless it is told to look each time).
    broker_transport_options={}
    if not settings.REDIS_URL
    else {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "retry_on_timeout": True,
    },
    worker_soft_shutdown_timeout=10,
    worker_enable_soft_shutdown_on_idle=True,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_eta_task_limit=100,
    worker_max_tasks_per_child=200,
    worker_max_memory_per_child=300_000,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
)
app.set_default()


@contextmanager
def embedded() -> Iterator[None]:
    """A worker and the clock as threads of this process, unless Redis is there for real ones."""
    if settings.REDIS_URL:
        yield
        return
    for name in ("celery", "kombu"):
        logging.getLogger(name).setLevel(logging.WARNING)
    worker = WorkController(
        app=app, pool_cls="threads", concurrency=2, without_gossip=True, without_mingle=True, without_heartbeat=True,
        loglevel=logging.WARNING, hostname="embedded@localhost",
    )  # fmt: skip
    clock = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
    thread = threading.Thread(target=worker.start, name="celery-worker", daemon=True)
    thread.start()
    clock.start()
    try:
        yield
    finally:
        clock.stop()
        worker.stop()
        thread.join(10)
