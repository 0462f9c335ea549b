"""Programs with tokens, browsers with sessions, and a journey with something on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.tokens import make_token
from tests.live.payloads import Scene, set_scene


class Program:
    """Speaks JSON to the API as one person: `sam.get("…")`, `sam.post("…", {…}, key="once-1")`."""

    def __init__(self, **headers: str) -> None:
        self.client, self.headers = Client(headers=headers), headers

    def __getattr__(self, method: str) -> Callable[..., HttpResponse]:
        def ask(path: str, data: Any = None, key: str = "", **headers: str) -> HttpResponse:
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            if key:
                headers["Idempotency-Key"] = key
            body = {"data": data, "content_type": "application/json"} if method != "get" else {"data": data}
            return getattr(self.client, method)(f"/api/{path}", headers=headers, **body)

        return ask


@pytest.fixture(autouse=True)
def fresh_counts(settings) -> Callable[[], None]:
    """Requests are counted in a cache that outlives a test and may be shared with others: count under a name of our own."""

    def start_again() -> None:
        settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}

    start_again()
    return start_again


@pytest.fixture
def program(people) -> Callable[[str], Program]:
    return lambda who: Program(Authorization=f"Bearer {make_token(people[who], 'test')[1]}")


@pytest.fixture
def scene(journey, people, gus) -> Scene:
    return set_scene(journey, people, gus)
