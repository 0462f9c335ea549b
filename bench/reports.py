"""How soon a report is ready: `python -m bench.reports PROMISES`, a process of its own on its store.

* ready: from asking for it until the page and all five files of it are kept, done by a worker in this process
* page: the report as it stands now, as a signed-in person gets it; the slowest of three, after a first that loads it
* pages: of the A4 file, with its annex
"""

from __future__ import annotations

import datetime
import io
import json
import os
import subprocess
import sys
import time

from bench.generator import Row
from bench.machine import PROJECT, Unavailable
from bench.stores import Store

SIZES = (10, 1_000)
REPORTED = "reports"
REPORTING = "a report with its five files, until all are kept, on SQLite, and its page"


def reporting(store: Store, promises: int) -> Row:
    """What one size takes."""
    command = [sys.executable, "-m", "bench.reports", str(promises)]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **store.env}, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(done.stderr.strip()[-2000:])
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def measure(promises: int) -> Row:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import Membership
    from actions import report_jobs
    from actions.models import ActionItem, Report, ReportFile
    from bench.seed import seed
    from live.models import new_id
    from touchpoints.models import Journey, Touchpoint
    from workshops.models import Workshop

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        seed(1, 1, 60)
    journey, member = Journey.objects.latest("created_at"), Membership.objects.latest("pk")
    places = list(Touchpoint.objects.filter(room=journey.pk))
    today = timezone.localdate()
    workshop = Workshop.objects.create(
        id=new_id("ws"), room=journey.room, title="So what?", objective="Less effort for customers", planned_use="Weekly",
        success_measure="Hours, 180 to 90", report_back_on=today + datetime.timedelta(days=45), sponsor=member.user,
    )  # fmt: skip
    ActionItem.objects.bulk_create(
        ActionItem(
            id=new_id("ac"), room=journey.room, workshop=workshop, owner=member.user, touchpoint=places[n % len(places)],
            title=f"Call back the same day, or say when it will be: case {n}", customer_change="She knows when we call",
            due=today + datetime.timedelta(days=n % 60 - 20), status=ActionItem.Status.values[n % 4],
            measure="days to hear back", baseline="9 days", target="1 day",
        )
        for n in range(promises)
    )  # fmt: skip
    began = time.monotonic()
    report = report_jobs.ask(workshop, member.user.identity)
    report_jobs.run(report.pk)
    took = time.monotonic() - began
    report.refresh_from_db()
    files = {file.form: bytes(file.content) for file in ReportFile.objects.filter(report=report)}
    if report.state != Report.State.READY or len(files) != 5:
        raise SystemExit(f"{report.get_state_display()}: {report.error}")
    client, page = Client(), 0.0
    client.force_login(member.user)
    for n in range(4):
        began = time.monotonic()
        if client.get(reverse("report", args=[workshop.pk])).status_code != 200:
            raise SystemExit("its page does not open")
        page = max(page, time.monotonic() - began) if n else 0.0
    return {"ready_s": round(took, 2), "report_page_ms": round(1000 * page), "pages": _pages(files["pdf"])}


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
