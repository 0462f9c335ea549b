"""What Celery does for promises. Thin: the rows are the truth, a task only looks at them."""

from __future__ import annotations

from celery import shared_task

from actions import reminders, retention, webhooks


@shared_task
def drain_outbox() -> int:
    """Plan the mails of the next day and a half, send what is due."""
    reminders.plan()
    return reminders.drain()


@shared_task
def erase_old() -> None:
    """What the organisations' settings say is kept long enough."""
    retention.erase_everywhere()


@shared_task
def send_webhooks() -> int:
    """Tell other programs what happened to promises."""
    webhooks.plan()
    return webhooks.drain()
