"""What workers do for voices. Every job is a row first; a task only carries its id."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from voices import groups, intake, placing, themes
from voices.models import Comment, CommentImport

log = logging.getLogger(__name__)
State = CommentImport.State


@shared_task(time_limit=1800, soft_time_limit=1740)
def run_import(pk: str) -> None:
    """Bring one file in, or go on where a worker stopped."""
    room = intake.run(pk)
    if room:
        look_for_themes(room)
        groups.ask(room, groups.grouping_of(room).width)
        enqueue(find_groups, room)


@shared_task
def suggest_again(room_id: str) -> None:
    """Learn from what was placed and suggest anew for what waits."""
    placing.suggest_again(room_id)


@shared_task(time_limit=300, soft_time_limit=280)
def find_themes(room_id: str) -> None:
    """Group the let-downs that nobody sorted."""
    try:
        themes.find_themes(room_id)
    finally:
        cache.delete(f"themes-{room_id}")


@shared_task(time_limit=300, soft_time_limit=280)
def find_groups(room_id: str) -> None:
    """Group what customers said by what they are ultimately trying to achieve."""
    groups.find_groups(room_id)


@shared_task
def understand_new(room_id: str) -> None:
    """Read the comments that came one by one."""
    placing.understand(room_id, Comment.objects.filter(room=room_id, comment_import=None))


@shared_task
def clear_imports() -> None:
    """Delete the rows of imports that were undone."""
    intake.clear()


@shared_task
def sweep_imports() -> int:
    """Send the imports that wait or whose worker died on their way again; clear what was undone; read what came one by
    one."""
    stale = CommentImport.objects.filter(Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=timezone.now()))
    ids = list(stale.values_list("pk", flat=True)[:50])
    for pk in ids:
        enqueue(run_import, pk)
    intake.clear()
    new = Comment.objects.filter(comment_import=None, felt=None).values_list("room", flat=True).distinct()
    for room in list(new.order_by()[:20]):
        enqueue(understand_new, room)
    return len(ids)


def enqueue(task: object, *args: str) -> None:
    """Hand a job to the workers once the row is on disk. A broker that is away loses nothing: the sweep finds it."""

    def send() -> None:
        try:
            task.delay(*args)  # type: ignore[attr-defined]
        except Exception:
            log.warning("The broker is away; the sweep will send %s", args, exc_info=True)

    transaction.on_commit(send, robust=True)


def look_for_themes(room_id: str) -> None:
    """Find them soon; until then the page of let-downs says so. A worker that never comes back is not waited for."""
    cache.set(f"themes-{room_id}", 1, 300)
    enqueue(find_themes, room_id)


def looks_for_themes(room_id: str) -> bool:
    return bool(cache.get(f"themes-{room_id}"))


def learn(room_id: str) -> None:
    """After placing: suggest anew, at most every twenty seconds in a journey."""
    if cache.add(f"learn-{room_id}", 1, 20):
        enqueue(suggest_again, room_id)
