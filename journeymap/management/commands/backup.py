from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from journeymap import archive


class Command(BaseCommand):
    help = "Write everything into one file, from one moment, while people go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        counts = archive.write(file)
        self.stdout.write(f"{sum(counts.values()):,} rows of {len(counts)} tables are in {file}.")
