"""Node, for comparing the browser's modules with the server's on the same cases.

The app needs no Node. Where there is none, the comparisons are left out and the last line counts them as
deselected (the browser tests drive the same modules); in CI a missing Node fails them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if shutil.which("node") or os.environ.get("CI"):
        return
    left_out = [item for item in items if "node" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def node() -> Callable[[str, Any], list[str]]:
    """`node("replay.mjs", data)`: the lines that a script of tests/js prints when it is given `data` as JSON."""
    found = shutil.which("node")
    assert found, "Node is not installed, so the browser's modules cannot be compared with the server's"

    def run(script: str, data: Any) -> list[str]:
        command = [found, str(ROOT / "tests" / "js" / script)]
        done = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.splitlines()

    return run
