"""`manage.py asyncapi > docs/asyncapi.json`: the live protocol as AsyncAPI."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from journeymap.asyncapi import asyncapi


class Command(BaseCommand):
    help = "Print the live protocol as AsyncAPI 3.0."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(asyncapi(), indent=1, ensure_ascii=False))
