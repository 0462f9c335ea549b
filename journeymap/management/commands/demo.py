"""manage.py demo: put the demo in, once; `--reset` puts it back as it was."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from accounts.models import Organisation
from journeymap.demo import people, story


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="take the demo out first, with all that was done in it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        with transaction.atomic():  # all of it or nothing: a demo cut in half would never be finished
            if options["reset"]:
                people.forget()
            if Organisation.objects.filter(name=people.HARROW).exists():
                return
            harrow, members = people.harrow()
            people.northlight()
            story.build(harrow, members)
        self.stdout.write(f"The demo is in ({time.monotonic() - started:.1f} s).")
