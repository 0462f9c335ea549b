"""Making reports: a row first, claimed by whoever comes first, ready when every face of it is.

A report is asked for by a person, by a closing, or because it is time again (`plan`). A worker claims the row by a
lease, writes the contents, then one face after the other; between any two it looks whether somebody stopped it. One
that dies lets its lease run out, and the next starts afresh, three times at most.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from actions import faces, reports
from actions.models import OPEN, ActionItem, Report, ReportFile
from actions.report_days import MONTHS, last_due
from live.models import new_id
from live.values import Refused
from workshops.models import Workshop

log = logging.getLogger(__name__)
State = Report.State
LEASE = datetime.timedelta(minutes=2)
MOST_ATTEMPTS, AN_HOUR = 3, 6
JUST_CLOSED = datetime.timedelta(hours=20)


# -- asking ------------------------------------------------------------------------------------
def ask(workshop: Workshop, by: str) -> Report:
    """A person wants one. One that is on its way already is this one. Raises Refused where there were too many."""
    with transaction.atomic():
        Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        rows = Report.objects.filter(workshop=workshop)
        if waiting := rows.filter(state__in=(State.QUEUED, State.RUNNING)).first():
            return waiting
        hour = timezone.now() - datetime.timedelta(hours=1)
        if rows.filter(why=Report.Why.ASKED, made_at__gt=hour).count() >= AN_HOUR:
            raise Refused("busy", "Six reports were made within the last hour. Look at the newest, or try again later.")
        return Report.objects.create(id=new_id("rp"), workshop=workshop, made_at=timezone.now(), by=by)


def keep(workshop: Workshop, by: str) -> Report:
    """The report as it stands, kept at once; its files are made when somebody asks for them."""
    contents = reports.build(workshop, reports.newest(workshop))
    return Report.objects.create(
        id=new_id("rp"), workshop=workshop, made_at=timezone.now(), by=by, state=State.READY, data=contents.to_data()
    )


def plan() -> list[str]:
    """Add the reports that are due; returns the ids of all that wait. Any number of clocks may do this at once."""
    now = timezone.now()
    rows = [*_of_closings(now), *_of_schedules(now)]
    known = set(Report.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    Report.objects.bulk_create([row for row in rows if row.key not in known], ignore_conflicts=True)
    return list(_free(now).order_by("made_at").values_list("pk", flat=True)[:50])


def _of_closings(now: datetime.datetime) -> list[Report]:
    closed = Workshop.objects.filter(
        removed_at=None, state=Workshop.State.CLOSED, closed_at__gt=now - JUST_CLOSED, of_kind=Workshop.Kind.WORKSHOP
    )
    return [_row(workshop, Report.Why.CLOSED, f"closed {workshop.pk}", now) for workshop in closed]


def _of_schedules(now: datetime.datetime) -> list[Report]:
    """Of every closed workshop with a promise that is not settled. What was missed comes once."""
    open_ones = ActionItem.objects.filter(removed_at=None, status__in=OPEN, workshop__isnull=False)
    workshops = Workshop.objects.filter(
        removed_at=None, state=Workshop.State.CLOSED, closed_at__isnull=False,
        pk__in=open_ones.values("workshop"), room__organisation__report_every__in=list(MONTHS),
    )  # fmt: skip
    found = []
    for workshop in workshops.select_related("room__organisation"):
        on = last_due(workshop, now)
        if on is not None:
            found.append(_row(workshop, Report.Why.DUE, f"due {workshop.pk} {on.isoformat()}", now))
    return found


def _row(workshop: Workshop, why: str, key: str, now: datetime.datetime) -> Report:
    return Report(id=new_id("rp"), workshop=workshop, made_at=now, why=why, key=key)


# -- making ------------------------------------------------------------------------------------
def run(pk: str) -> bool:
    """Make one report, or leave it to whoever has it. True when it became ready."""
    row = claim(pk)
    if row is None:
        return False
    try:
        return _make(row)
    except Refused as refused:
        sentence = refused.message
    except Exception:
        number = uuid.uuid4().hex[:8]
        log.exception("A report could not be made", extra={"error": number, "report": pk})
        sentence = f"Something went wrong on our side (error {number}). Nothing is lost; try again."
    held(row).update(state=State.FAILED, error=sentence, lease_until=None)
    return False


def _free(now: datetime.datetime) -> QuerySet[Report]:
    return Report.objects.filter(Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now))


def claim(pk: str) -> Report | None:
    """Take it; others find it taken. The update is conditional, so of two one loses."""
    now = timezone.now()
    row = _free(now).filter(pk=pk).select_related("workshop__room__organisation", "workshop__sponsor").first()
    if row is None:
        return None
    mine = Report.objects.filter(pk=pk, state=row.state, attempts=row.attempts)
    if row.attempts >= MOST_ATTEMPTS:
        mine.update(state=State.FAILED, error="The worker stopped each time it made this. Try again.", lease_until=None)
        return None
    row.attempts += 1
    taken = mine.update(state=State.RUNNING, attempts=row.attempts, lease_until=now + LEASE, made=0)
    return row if taken else None


def held(row: Report) -> QuerySet[Report]:
    """The row, if we still have it and nobody stopped it."""
    return Report.objects.filter(pk=row.pk, state=State.RUNNING, attempts=row.attempts)


def _make(row: Report) -> bool:
    now = timezone.now()
    contents = reports.build(row.workshop, reports.newest(row.workshop))
    if not held(row).update(data=contents.to_data(), made_at=now):
        return False
    ReportFile.objects.filter(report=row).delete()  # of a worker that died
    with ThreadPoolExecutor(2) as pool:
        jobs = {pool.submit(faces.make, contents, form): form for form in faces.FORMS}
        for n, job in enumerate(as_completed(jobs), 1):
            with transaction.atomic():
                if not held(row).update(made=n, lease_until=timezone.now() + LEASE):
                    pool.shutdown(wait=False, cancel_futures=True)
                    return False
                ReportFile.objects.create(report=row, form=jobs[job], content=job.result())
    return bool(held(row).update(state=State.READY, lease_until=None, error=""))


def stop(row: Report) -> bool:
    """Somebody does not want it after all; what was made of it goes."""
    waiting = Report.objects.filter(pk=row.pk, state__in=(State.QUEUED, State.RUNNING))
    if not waiting.update(state=State.CANCELLED, lease_until=None):
        return False
    ReportFile.objects.filter(report=row).delete()
    return True


def again(row: Report) -> bool:
    """Once more, after it failed."""
    failed = Report.objects.filter(pk=row.pk, state__in=(State.FAILED, State.CANCELLED))
    return bool(failed.update(state=State.QUEUED, attempts=0, made=0, error="", made_at=timezone.now()))
