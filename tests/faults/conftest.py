"""The two sites that faults happen on, one process on SQLite and several on PostgreSQL, and the servers there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.servers import World, world


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def site(request) -> Iterator[World]:
    # Not pytest's own folder: that is private, and PostgreSQL may have to run as somebody else.
    with tempfile.TemporaryDirectory(prefix="jm-faults-") as folder, world(request.param, Path(folder)) as made:
        made.engine = request.param
        yield made


@pytest.fixture
def servers(site, request) -> Iterator[list[int]]:
    """One server on SQLite, two on PostgreSQL. What they logged must hold no traceback."""
    site.log.write_bytes(b"")
    try:
        yield [site.start() for _ in range(1 if site.stack is None else 2)]
        assert not site.tracebacks(), "\n".join(site.tracebacks()[:2])
    finally:
        site.stop()
