"""A pytest plugin (`-p tests.plugin_services`): real PostgreSQL and Valkey, up before settings are read.

With xdist the controller starts them once; the workers inherit the addresses. Never skips: a service
that does not start fails the run.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from journeymap.stack import services

_open = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if "PYTEST_XDIST_WORKER" not in os.environ and "DATABASE_URL" not in os.environ:
        folder = _open.enter_context(tempfile.TemporaryDirectory(prefix="jm-services-", dir="/tmp"))
        Path(folder).chmod(0o755)
        os.environ.update(_open.enter_context(services(Path(folder), durable=False)).env)
    yield


def pytest_unconfigure() -> None:
    _open.close()
