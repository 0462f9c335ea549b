"""A file on its way in: kept, looked at, counted, and brought in by whichever worker is alive.

Steps: `receive` keeps the bytes, `look` recognises them and guesses the mapping, `choose` takes what the
person changed and counts again, `start` hands it to the workers. A worker then calls `advance` until it
says there is no more: every call saves one piece of rows together with how far it came, so a worker that
is killed is followed by another one at exactly that row. Nothing counts before the last row is in.
"""

from __future__ import annotations

import datetime
import itertools
import logging
import tempfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import audit
from live import door
from live.models import new_id
from live.sheets import BadFile, check_workbook, is_workbook, workbook_lines
from live.values import Refused
from touchpoints.models import Journey
from voices import files, placing
from voices.mind import Failed, mind
from voices.models import BareScore, Comment, CommentImport, ImportPart
from voices.preview import count_and_save, forget, look, plan_of, rows_of
from voices.saving import People, Reading, save_rows

log = logging.getLogger(__name__)

PIECE = 1 << 20  # bytes of a file kept in one row
STEP = 400  # rows of a file saved at once
LEASE = datetime.timedelta(seconds=60)
LEFT_LYING = datetime.timedelta(days=7)
State = CommentImport.State


# -- keeping -----------------------------------------------------------------------------------
def receive(journey: Journey, actor: Actor, name: str, file: IO[bytes], size: int) -> CommentImport:
    """Keep an uploaded file and look at it. Raises BadFile with a sentence; then nothing is kept."""
    if size > files.MOST_BYTES:
        raise BadFile(f"This file has {size // 1_000_000:,} MB; 50 MB can be read. Split it, by year for example.")
    row = CommentImport(
        id=new_id("ci"),
        organisation=journey.room.organisation,
        room=journey.room,
        by=actor.key,
        by_name=actor.name,
        file_name=" ".join(name.split())[-160:] or "file",
        size=size,
        form="csv",
    )
    file.seek(0)
    workbook = is_workbook(file.read(4))
    file.seek(0)
    if workbook:
        check_workbook(file)
    with tempfile.TemporaryFile() as spool:
        for block in workbook_lines(file) if workbook else iter(lambda: file.read(PIECE), b""):
            spool.write(block)
        row.form = "xlsx" if workbook else "csv"
        look(row, _spooled(spool))
        packed = [zlib.compress(block, 6) for block in _spooled(spool)()]
    # All reading is done before the first row is written, since live editing waits for a writer.
    with transaction.atomic():
        row.save()
        for number, data in enumerate(packed):
            ImportPart.objects.create(comment_import=row, number=number, data=data)
        audit("data.imported", actor.key, row.organisation_id, room=journey.pk, file=row.pk)
    return row


def take(
    journey: Journey, actor: Actor, name: str, file: IO[bytes], size: int, chosen: dict[str, Any] | None = None
) -> CommentImport:
    """Keep an uploaded file, look at it, and count what would happen with what was `chosen`. Raises BadFile with a
    sentence, also for what stands far down in the file; then nothing is kept."""
    row = receive(journey, actor, name, file, size)
    for field, value in (chosen or {}).items():
        setattr(row, field, value)
    try:
        count_and_save(row)
    except BadFile:
        row.delete()
        raise
    return row


def _spooled(spool: IO[bytes]) -> files.Chunks:
    def chunks() -> Iterator[bytes]:
        spool.seek(0)
        yield from iter(lambda: spool.read(PIECE), b"")

    return chunks


# -- bringing in -------------------------------------------------------------------------------
def start(row: CommentImport) -> None:
    """From here on the workers do it. Only an import that waits can be started, and only once."""
    if not row.preview.get("counts"):
        raise Refused("conflict", "Look at the file first.")
    if row.preview["ask_date"] and row.date_order not in ("dmy", "mdy"):
        raise Refused("invalid", "Choose whether the day or the month comes first.", field="date_order")
    now = timezone.now()
    done = CommentImport.objects.filter(pk=row.pk, state=State.OPEN).update(state=State.QUEUED, started_at=now)
    if not done:
        raise Refused("conflict", "This file is on its way already.")


def stop(row: CommentImport, by: str) -> None:
    """Somebody changed her mind while it runs: the worker loses it at its next step, and what is in is cleared away."""
    now = timezone.now()
    running = CommentImport.objects.filter(pk=row.pk, state__in=(State.QUEUED, State.RUNNING))
    if not running.update(state=State.UNDONE, lease="", lease_until=None, undone_at=now, undone_by=by):
        raise Refused("conflict", "It is in already. Undo takes the whole import back.")


def claim(pk: str) -> CommentImport | None:
    """Take an import for a minute; None when there is nothing to do or another worker is at it."""
    now, lease = timezone.now(), new_id("ls")
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now)
    taken = CommentImport.objects.filter(free, pk=pk).update(state=State.RUNNING, lease=lease, lease_until=now + LEASE)
    return CommentImport.objects.filter(pk=pk, lease=lease).select_related("room").first() if taken else None


def run(pk: str) -> str | None:
    """Bring an import in, from wherever it stands. Safe to call at any time, as often as one likes. Returns the id of
    its journey when this call brought the last of it in."""
    row = claim(pk)
    if row is None:
        return None
    clear(row.room_id)
    reading = Reading(plan_of(row), placing.Map(row.room_id), People(row.organisation_id))
    try:
        if not _save(row, reading) or not _understand(row):
            return None  # somebody else holds it now
        door.execute(row.room_id, row.by, "comment.import", {"id": row.pk}, command_id=f"import-{row.pk}")
    except (BadFile, Refused) as error:
        if isinstance(error, Refused) and error.code in ("busy", "full", "internal"):
            return None  # the server's own trouble: the sweep tries again when the lease has run out
        sentence = error.message if isinstance(error, Refused) else str(error)
        stopped = CommentImport.objects.filter(pk=pk, lease=row.lease)
        stopped.update(state=State.FAILED, error=sentence, finished_at=timezone.now(), lease="")
        return None
    clear(row.room_id)
    return row.room_id


def _save(row: CommentImport, reading: Reading) -> bool:
    """Save row after row; False when somebody else holds the import now. Meanwhile the mind reads what is in already,
    so that nobody waits for one and then for the other."""
    ahead = ThreadPoolExecutor(1)
    try:
        rows = rows_of(row, row.position)
        while piece := list(itertools.islice(rows, STEP)):
            words = save_rows(row, reading, piece, timezone.now() + LEASE)
            if words is None:
                return False
            ahead.submit(mind.ask, "read", words)
    finally:
        ahead.shutdown(wait=False, cancel_futures=True)
    return True


def _understand(row: CommentImport) -> bool:
    """Read what is in; False when somebody else holds the import now. Goes on where a worker stopped. Comments that
    cannot be understood come in all the same: people place them without suggestions."""
    mine = CommentImport.objects.filter(pk=row.pk, lease=row.lease)
    here = Comment.objects.filter(comment_import=row)
    before = here.exclude(felt=None).count()

    def go_on(done: int) -> bool:
        return bool(mine.update(understood=before + done, lease_until=timezone.now() + LEASE))

    try:
        placing.understand(row.room_id, here, go_on)
    except Failed:
        log.exception("The comments of %s could not be understood", row.pk)
    return go_on(here.exclude(felt=None).count() - before)


def clear(room_id: str | None = None) -> None:
    """Delete the comments of undone and stopped imports, a piece at a time so that nobody waits for it; the files of
    all that are over; and what somebody chose and left lying."""
    gone = CommentImport.objects.filter(state__in=(State.UNDONE, State.FAILED))
    if room_id:
        gone = gone.filter(room=room_id)
    for pk in gone.filter(Exists(Comment.objects.filter(comment_import=OuterRef("pk")))).values_list("pk", flat=True):
        while ids := list(Comment.objects.filter(comment_import=pk).values_list("pk", flat=True)[:STEP]):
            Comment.objects.filter(pk__in=ids).delete()
    BareScore.objects.filter(comment_import__in=gone).delete()
    over = CommentImport.objects.filter(state__in=(State.DONE, State.UNDONE, State.FAILED))
    left = CommentImport.objects.filter(state=State.OPEN, created_at__lt=timezone.now() - LEFT_LYING)
    if room_id:
        over, left = over.filter(room=room_id), left.filter(room=room_id)
    for row in over.filter(Exists(ImportPart.objects.filter(comment_import=OuterRef("pk")))):
        forget(row)
    left.delete()
