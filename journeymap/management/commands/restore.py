from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from journeymap import archive


class Command(BaseCommand):
    help = "Fill this database from a backup, of either database. Changes nothing when the file is not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="even if this database holds journeys; they go")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            counts = archive.restore(file, replace=replace)
        except (archive.ArchiveError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{sum(counts.values()):,} rows of {len(counts)} tables were restored. Everybody signs in again."
        )
