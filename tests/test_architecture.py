"""The house stands as docs/architecture.md says: imports flow one way, between rooms and inside them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["accounts", "live", "touchpoints", "personas", "voices", "workshops", "actions", "journeymap"]
# Inside a room: who stands to the left may be imported by who stands to the right. Doors never import doors.
LAYERS = ["models", "permissions", "queries", "commands", "tasks"]
DOORS = ["api", "views"]


def imports(path: Path) -> set[str]:
    """Every module a file imports, wherever in the file, so that a function cannot hide one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which room they reach into"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


def sources(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def wrong_rooms(room: str, path: Path, to_the_right: set[str]) -> list[str]:
    return [f"{path.relative_to(ROOT)} imports {name}" for name in imports(path) if name.split(".")[0] in to_the_right]


def test_rooms_import_to_the_left_only():
    wrong = []
    for at, room in enumerate(ROOMS):
        for path in sources(room):
            wrong += wrong_rooms(room, path, set(ROOMS[at + 1 :]))
    assert not wrong, "\n".join(wrong)


def test_the_order_would_be_noticed(tmp_path):
    """The check above bites: an upward import inside a function is found."""
    (tmp_path / "sneaky.py").write_text("def later():\n    from workshops.models import Answer\n    return Answer\n")
    assert "workshops.models" in imports(tmp_path / "sneaky.py")
    assert "workshops" in {name.split(".")[0] for name in imports(tmp_path / "sneaky.py")}


@pytest.mark.parametrize("room", ROOMS[:-1])
def test_layers_inside_a_room(room):
    wrong = []
    for path in sources(room):
        layer = path.relative_to(ROOT / room).parts[0].removesuffix(".py")
        used = {name.split(".")[1] for name in imports(path) if name.startswith(f"{room}.") and "." in name}
        if layer in LAYERS:
            above = {*LAYERS[LAYERS.index(layer) + 1 :], *DOORS}
        elif layer in DOORS:
            above = set(DOORS) - {layer}
        else:
            above = set(DOORS)
        wrong += [f"{path.relative_to(ROOT)} imports {room}.{name}" for name in used & above]
    assert not wrong, "\n".join(wrong)


def test_the_wiring_has_no_models():
    assert not (ROOT / "journeymap" / "models.py").exists()


def test_javascript_imports_end_with_a_semicolon():
    """Hashed file names are written into imports by a pattern that needs the semicolon."""
    statement = re.compile(r"^\s*(?:import|export)\b[^;]*?\bfrom\s*['\"][^'\"]+['\"](?!;)", re.M)
    wrong = [
        str(path.relative_to(ROOT)) for path in (ROOT / "static/js").rglob("*.js") if statement.search(path.read_text())
    ]
    assert not wrong


def test_no_signals_and_no_eta():
    """Domain flow is called, not signalled; nothing waits inside a broker."""
    wrong = []
    for room in ROOMS:
        for path in sources(room):
            text = path.read_text()
            if re.search(r"@receiver|post_save|pre_save", text) or re.search(r"countdown=|eta=", text):
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong


def test_styles_know_no_colour_outside_the_tokens():
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b")
    wrong = []
    for path in (ROOT / "static/css").rglob("*.css"):
        if path.name != "tokens.css":
            found = [hit for hit in colour.findall(path.read_text()) if len(hit) in (4, 5, 7, 9)]
            wrong += [f"{path.relative_to(ROOT)}: {hit}" for hit in found]
    assert not wrong
