"""A backup is one zip with a file of JSON lines per table: readable, and the same for either database.

Written from one moment of the database while people go on working; restored in one transaction, so a
broken file changes nothing. Sessions stay out: they are keys, not content.
"""

from __future__ import annotations

import base64
import datetime
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from live.models import Room, new_epoch
from live.queries import still

FORMAT = 1
LEFT_OUT = {"sessions.session", "contenttypes.contenttype", "auth.permission"}
AT_ONCE = 500


class ArchiveError(Exception):
    """A sentence that says why the archive cannot be restored here, and what to do."""


def tables() -> Iterator[type[models.Model]]:
    """Every table that holds content, many-to-many tables included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT:
            yield model


def write(path: Path) -> dict[str, int]:
    """Write the archive; returns rows per table. The file appears under its name only when it is whole."""
    counts: dict[str, int] = {}
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # it holds everything: its owner's alone
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive, still():
        for model in tables():
            fields = [field.attname for field in model._meta.concrete_fields]
            with archive.open(f"{model._meta.label_lower}.jsonl", "w", force_zip64=True) as out:
                out.write(_line(fields))
                count = 0
                for row in model._default_manager.order_by("pk").values_list(*fields).iterator(chunk_size=AT_ONCE):
                    out.write(_line([_plain(value) for value in row]))
                    count += 1
            counts[model._meta.label_lower] = count
        about = {"format": FORMAT, "at": timezone.now().isoformat(), "migrations": _migrations(), "rows": counts}
        archive.writestr("about.json", json.dumps(about, indent=1))
    unfinished.replace(path)
    return counts


def restore(path: Path, *, replace: bool = False) -> dict[str, int]:
    """Fill this database from the archive. Raises ArchiveError; then nothing has changed."""
    try:
        with zipfile.ZipFile(path) as archive, transaction.atomic():
            about = json.loads(archive.read("about.json"))
            _check(about, replace)
            found = list(tables())
            for model in reversed(found):
                model._default_manager.all()._raw_delete(connection.alias)
            for model in found:
                _fill(model, archive, about["rows"])
            for room in Room.objects.all():  # another log now: browsers must not go on from their old seq
                Room.objects.filter(pk=room.pk).update(epoch=new_epoch())
            with connection.cursor() as cursor:
                for sql in connection.ops.sequence_reset_sql(no_style(), found):
                    cursor.execute(sql)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ArchiveError(f"{path.name} is not a whole Journeymap backup ({error}). Nothing was changed.") from None
    rows: dict[str, int] = about["rows"]
    return rows


def _check(about: dict[str, Any], replace: bool) -> None:
    if about["format"] != FORMAT:
        raise ArchiveError(f"This backup has format {about['format']}; this version reads format {FORMAT}.")
    if about["migrations"] != _migrations():
        raise ArchiveError("This backup is of another version. Restore it with that version, then upgrade.")
    if not replace and Room.objects.exists():
        raise ArchiveError("This database holds journeys. Restore into an empty one, or say --replace.")


def _fill(model: type[models.Model], archive: zipfile.ZipFile, counts: dict[str, int]) -> None:
    label = model._meta.label_lower
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    with archive.open(f"{label}.jsonl") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8")
        fields = [by_name[name] for name in json.loads(next(lines))]
        rows, count = [], 0
        for line in lines:
            values = {f.attname: _value(f, value) for f, value in zip(fields, json.loads(line), strict=True)}
            rows.append(model(**values))
            count += 1
            if len(rows) == AT_ONCE:
                _insert(model, rows)
                rows = []
        _insert(model, rows)
    if count != counts[label]:
        raise ArchiveError(f"{label} should have {counts[label]} rows but has {count}. Nothing was changed.")


def _insert(model: type[models.Model], rows: list[models.Model]) -> None:
    """With every value as it was: `auto_now` and friends must not set it anew."""
    stamped = [
        f for f in model._meta.concrete_fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)
    ]
    before = [(field, field.auto_now, field.auto_now_add) for field in stamped]  # type: ignore[attr-defined]
    try:
        for field in stamped:
            field.auto_now = field.auto_now_add = False  # type: ignore[attr-defined]
        model._default_manager.bulk_create(rows, batch_size=100)
    finally:
        for field, now, add in before:
            field.auto_now, field.auto_now_add = now, add  # type: ignore[attr-defined]


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat()  # Django's encoder drops the microseconds
    return {"base64": base64.b64encode(bytes(value)).decode()} if isinstance(value, (bytes, memoryview)) else value


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.BinaryField) and value is not None:
        return base64.b64decode(value["base64"])
    if isinstance(field, models.JSONField):
        return value
    return (field.target_field if isinstance(field, models.ForeignKey) else field).to_python(value)


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
