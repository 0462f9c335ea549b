"""What is in a file and what would happen with it: recognised, its columns guessed, every row counted, before anything
of it is in the journey."""

from __future__ import annotations

import datetime
import itertools
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q

from live.sheets import BadFile, neutral
from voices import columns, files, importing
from voices.cleaning import redact
from voices.models import Comment, CommentImport, ImportPart

AT_ONCE = 400  # rows looked at together
State = CommentImport.State
READING = (
    "form", "encoding", "encoding_known", "delimiter", "sheet", "header", "skip", "signature", "columns", "source",
    "source_kind", "scale", "date_order", "months", "redact", "names",
)  # fmt: skip
COUNTED = ("total", "new", "duplicate", "empty", "bare", "invalid", "old", "repaired", "off_scale")


def chunks_of(row: CommentImport) -> files.Chunks:
    """The bytes of an import, from the database, piece by piece."""

    def chunks() -> Iterator[bytes]:
        numbers = ImportPart.objects.filter(comment_import=row).order_by("number").values_list("number", flat=True)
        for number in list(numbers):
            data = ImportPart.objects.filter(comment_import=row, number=number).values_list("data", flat=True).get()
            yield zlib.decompress(bytes(data))

    return chunks


# -- looking -----------------------------------------------------------------------------------
def look(row: CommentImport, chunks: files.Chunks, encoding: str = "", sheet: str = "") -> None:
    """Recognise the file and guess how to read it; what was chosen for the same export before comes first."""
    workbook = row.form == "xlsx"
    shape = (
        files.shaped(chunks, encoding, True)
        if encoding and not workbook
        else files.recognise(chunks, workbook=workbook)
    )
    if sheet in shape.sheets:
        shape = files.Shape(shape.form, shape.encoding, True, sheet=sheet, sheets=shape.sheets)
    first = [cells for _, cells in itertools.islice(files.read(shape, chunks), 60)]
    at, skip = columns.find_header(first)
    header, rows = first[at] if first else [], first[skip:]
    if not rows:
        raise BadFile("There are no rows under the header. Export the file again, with the comments in it.")
    row.form, row.encoding, row.encoding_known = shape.form, shape.encoding, shape.encoding_known
    row.delimiter, row.sheet, row.skip = shape.delimiter, shape.sheet, skip
    row.header, row.signature = columns.labels(header), columns.signature(header)
    row.preview = {"sheets": list(shape.sheets)}
    before = _chosen_before(row)
    if before:
        row.columns, row.source, row.scale = before.columns, before.source, before.scale
        row.source_kind, row.date_order, row.months = before.source_kind, before.date_order, before.months
        row.names = before.names
    else:
        mapping = columns.guess(header, rows)
        name, scale = columns.recognise_export(header)
        row.columns = {str(place): field for place, field in mapping.items()}
        row.source = name or row.file_name.rsplit(".", 1)[0][:60]
        row.scale = scale or columns.guess_scale(header, mapping, rows)
        row.months = 12 if "date" in mapping.values() else 0


def _chosen_before(row: CommentImport) -> CommentImport | None:
    known = CommentImport.objects.filter(organisation=row.organisation, signature=row.signature).exclude(pk=row.pk)
    return known.exclude(state__in=(State.OPEN, State.FAILED)).order_by("-created_at").first()


def shape_of(row: CommentImport) -> files.Shape:
    sheets = tuple(row.preview.get("sheets", ()))
    return files.Shape(row.form, row.encoding, row.encoding_known, row.delimiter, row.sheet, sheets)


def rows_of(row: CommentImport, skip: int = 0) -> Iterator[files.Row]:
    """The rows of data, after the header; `skip` leaves out the first ones."""
    keys = row.header if row.form == "jsonl" else None
    return itertools.islice(files.read(shape_of(row), chunks_of(row), keys), row.skip + skip, None)


def plan_of(row: CommentImport) -> importing.Plan:
    mapping = {int(place): field for place, field in row.columns.items()}
    names = tuple(name for line in row.names.splitlines() if len(name := " ".join(line.split())) > 1)
    return importing.Plan(
        mapping, len(row.header), row.source, row.scale, row.date_order, row.since, row.redact, names
    )  # fmt: skip


# -- counting ----------------------------------------------------------------------------------
def count(row: CommentImport) -> None:
    """Go through the whole file once and say what would happen; sets `preview`, `total` and `since`."""
    row.since = None
    dates = [place for place, field in row.columns.items() if field == "date"]
    order = importing.date_order(cells[int(p)] for _, cells in rows_of(row) for p in dates if int(p) < len(cells))
    if order != "?":
        row.date_order = order
    asked = order == "?" and row.date_order not in ("dmy", "mdy")
    if row.months and not asked:
        newest = _newest(row, dates)
        row.since = _months_before(newest, row.months) if newest else None
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    problems: list[dict[str, Any]] = []
    samples: list[dict[str, Any]] = []
    span: list[Any] = [None, None]
    for found, keys in _in_pieces(row):
        known = _known(row, keys)
        for one in found:
            counts["total"] += 1
            if one is None:
                counts["empty"] += 1
            elif isinstance(one, importing.Old):
                counts["old"] += 1
            elif isinstance(one, importing.Bare):
                counts["bare"] += 1
            elif isinstance(one, importing.Problem):
                counts["invalid"] += 1
                if len(problems) < 8:
                    problems.append({"line": one.line, "reason": one.reason})
            elif one.dedupe in seen or one.dedupe in known:
                counts["duplicate"] += 1
            else:
                seen.add(one.dedupe)
                counts["new"] += 1
                counts["repaired"] += one.repaired
                counts["off_scale"] += one.off_scale
                removed.update(one.removed)
                span = _wider(span, one.said_on)
                if len(samples) < 8:
                    samples.append(_sample(one))
    row.total = counts["total"]
    row.preview = {
        "sheets": row.preview.get("sheets", []), "ask_date": order == "?", "problems": problems, "samples": samples,
        "removed": dict(removed), "from": str(span[0] or ""), "to": str(span[1] or ""),
        "counts": {name: counts[name] for name in COUNTED},
    }  # fmt: skip


def count_and_save(row: CommentImport) -> None:
    count(row)
    row.save(update_fields=[*READING, "preview", "total", "since"])


def choose(row: CommentImport, chosen: dict[str, Any]) -> None:
    """Read the file as the person chose, and count again. Raises BadFile with a sentence."""
    encoding, sheet = chosen.get("encoding") or row.encoding, chosen.get("sheet") or row.sheet
    anew = encoding != row.encoding or sheet != row.sheet
    for name in ("source", "source_kind", "scale", "months", "redact", "names"):
        setattr(row, name, chosen[name])
    if chosen.get("date_order"):
        row.date_order = chosen["date_order"]
    if anew:  # other letters or another sheet: the header may read differently
        look(row, chunks_of(row), encoding if row.form != "xlsx" else "", sheet)
    else:
        row.columns = {
            name.removeprefix("column-"): field
            for name, field in chosen.items()
            if name.startswith("column-") and field
        }
    count_and_save(row)


def _in_pieces(row: CommentImport) -> Iterator[tuple[list[Any], list[str]]]:
    plan, rows = plan_of(row), rows_of(row)
    while piece := [importing.read_row(plan, line, cells) for line, cells in itertools.islice(rows, AT_ONCE)]:
        yield piece, [one.dedupe for one in piece if isinstance(one, importing.Candidate)]


def _known(row: CommentImport, keys: list[str]) -> set[str]:
    """Which of these comments the journey has already."""
    if not keys:
        return set()
    here = Comment.objects.filter(room=row.room_id, dedupe__in=keys).exclude(comment_import=row)
    counted = Q(comment_import=None) | Q(comment_import__state=State.DONE)
    return set(here.filter(counted).values_list("dedupe", flat=True))


def _newest(row: CommentImport, places: list[str]) -> datetime.date | None:
    newest = None
    for _, cells in rows_of(row):
        for place in places:
            if int(place) < len(cells):
                try:
                    found = importing.parse_date(cells[int(place)], row.date_order)
                except ValueError:
                    continue
                if found and not importing.is_to_come(found):  # one mistyped year must not make all others too old
                    newest = max(newest, found) if newest else found
    return newest


def _months_before(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, 28))


def _wider(span: list[Any], day: datetime.date | None) -> list[Any]:
    if day is None:
        return span
    return [min(span[0] or day, day), max(span[1] or day, day)]


def _sample(one: importing.Candidate) -> dict[str, Any]:
    return {
        "line": one.line, "text": one.text[:280], "date": str(one.said_on or ""), "account": one.account,
        "score": one.score, "source": one.source,
    }  # fmt: skip


def invalid_rows(row: CommentImport) -> Iterator[list[str]]:
    """The rows that cannot come in, with the reason and the line they stand at, to be mended and chosen again."""
    if row.state != State.OPEN:
        yield from json.loads(zlib.decompress(bytes(row.to_mend))) if row.to_mend else []
        return
    plan = plan_of(row)
    yield [*row.header, "Line", "Reason"]
    for line, cells in rows_of(row):
        found = importing.read_row(plan, line, cells)
        if isinstance(found, importing.Problem):
            wide = [*cells[: len(row.header)], *[""] * (len(row.header) - len(cells))]
            yield [*(neutral(cell) for cell in wide), str(line), found.reason]


def forget(row: CommentImport) -> None:
    """Delete the file, which holds all that was taken out of the comments. Of the rows that could not come in stays
    what may: without personal data, unless somebody chose to keep it."""
    plan = plan_of(row)
    row.state = State.OPEN  # while the file is there
    lines = [[redact(cell, plan.names)[0] if row.redact else cell for cell in cells] for cells in invalid_rows(row)]
    packed = zlib.compress(json.dumps(lines).encode()) if len(lines) > 1 else b""
    with transaction.atomic():
        CommentImport.objects.filter(pk=row.pk).update(to_mend=packed)
        ImportPart.objects.filter(comment_import=row.pk).delete()
