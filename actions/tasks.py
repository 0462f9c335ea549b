"""What Celery does for promises. Thin: the rows are the truth, a task only looks at them."""

from __future__ import annotations

import logging
import threading

from celery import shared_task

from actions import outbox, reminders, report_jobs, retention, webhooks

log = logging.getLogger(__name__)


@shared_task
def plan_calendar() -> int:
    """What the calendar says is due within the next day and a half."""
    return reminders.plan_calendar()


@shared_task
def drain_outbox() -> int:
    """Plan what just happened, send what is due."""
    reminders.plan_news()
    return outbox.drain()


@shared_task
def erase_old() -> None:
    """What the organisations' settings say is kept long enough."""
    retention.erase_everywhere()


@shared_task
def send_webhooks() -> int:
    """Tell other programs what happened to promises."""
    webhooks.plan()
    return webhooks.drain()


@shared_task(time_limit=300, soft_time_limit=280)
def make_report(pk: str) -> None:
    """Make one report, and send it to whoever waits for it."""
    if report_jobs.run(pk):
        drain_outbox()


@shared_task(time_limit=600, soft_time_limit=580)
def make_reports() -> int:
    """Make the reports that are due, that wait, or whose worker died."""
    made = sum(report_jobs.run(pk) for pk in report_jobs.plan())
    if made:
        drain_outbox()
    return made


@shared_task(time_limit=600, soft_time_limit=580)
def after_closing() -> None:
    """Everybody's own mail first, then the sponsor's page."""
    drain_outbox()
    make_reports()


def wake() -> None:
    """A workshop was closed. Said from a thread of its own: a broker that is away must not hold up those who edit, and
    loses nothing, because the clocks look at the same rows."""

    def send() -> None:
        try:
            after_closing.delay()
        except Exception:
            log.warning("The broker is away; the clocks will see to the closing", exc_info=True)

    threading.Thread(target=send, name="wake", daemon=True).start()
