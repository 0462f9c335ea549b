"""Taking, finishing and putting off what is a row before it is sent: mails (`outbox`) and messages to other programs
(`webhooks`).

1. take: the row is ours until `lease_until`; a worker that dies simply lets the lease run out,
2. send it, outside any transaction,
3. finish: sent, put off a little longer each time, or given up, if it is still ours: whoever took it after us counts
   one try more.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from actions.models import Errand

LEASE = datetime.timedelta(minutes=2)
State = Errand.State
E = TypeVar("E", bound=Errand)
DIED = "The worker died each time."


def due(model: type[E]) -> QuerySet[E]:
    """What may be taken: its time has come, or whoever held it has died."""
    now = timezone.now()
    ready = Q(state=State.PLANNED, try_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    return model._default_manager.filter(ready)


def take(row: Errand) -> bool:
    """It is ours now, unless somebody was faster."""
    mine = type(row)._default_manager.filter(pk=row.pk, state=row.state, attempts=row.attempts)
    row.attempts += 1
    return bool(mine.update(state=State.SENDING, attempts=row.attempts, lease_until=timezone.now() + LEASE))


def held(row: E) -> QuerySet[E]:
    """The row, if it is ours still."""
    return type(row)._default_manager.filter(pk=row.pk, state=State.SENDING, attempts=row.attempts)


def finish(row: Errand, state: str, error: str = "", **more: Any) -> bool:
    done = {"state": state, "error": error, "lease_until": None, "finished_at": timezone.now(), **more}
    return bool(held(row).update(**done))


def worn_out(row: Errand, back_off: Sequence[int]) -> bool:
    """Every try there is was made, and whoever made the last one died of it."""
    return row.attempts > len(back_off) + 1


def put_off(row: Errand, back_off: Sequence[int], error: str, **more: Any) -> bool:
    """Try again as many minutes later as `back_off` says; False when this was the last try."""
    if row.attempts > len(back_off):
        return False
    again = timezone.now() + datetime.timedelta(minutes=back_off[row.attempts - 1])
    held(row).update(state=State.PLANNED, try_at=again, lease_until=None, error=error, **more)
    return True


def revive(rows: QuerySet[Any]) -> int:
    """Somebody put right what was wrong: what was given up is due once more. It may have arrived after all, so it
    stays what it was, and is not in its first try."""
    return rows.filter(state__in=(State.FAILED, State.DEAD)).update(
        state=State.PLANNED, attempts=1, try_at=timezone.now(), finished_at=None, lease_until=None
    )
