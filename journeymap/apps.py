"""The composition root as an application: when Django is ready, the engine gets its table."""

from __future__ import annotations

import importlib

from django.apps import AppConfig


class JourneymapConfig(AppConfig):
    name = "journeymap"

    def ready(self) -> None:
        importlib.import_module("journeymap.routing")
        importlib.import_module("journeymap.checks")
