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
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("import_module", "__import__", "import_string", "get_model"):
                found.add(str(node.args[0].value))
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
    (tmp_path / "sneakier.py").write_text("Answer = apps.get_model('workshops.Answer')")
    assert "workshops.Answer" in imports(tmp_path / "sneakier.py")


def going_up(uses: dict[str, set[str]]) -> list[str]:
    """Imports inside one room (module → modules it uses) that go up, and doors that use doors.

    A module of another name (importing, text, reports …) stands as high as the highest it uses itself, so
    it is no way round.
    """
    order = [*LAYERS, "doors"]
    level = {m: order.index("doors" if m in DOORS else m) if m in {*LAYERS, *DOORS} else 0 for m in uses}
    for _ in uses:  # until nothing rises any more
        for module in uses.keys() - {*LAYERS, *DOORS}:
            level[module] = max([0, *(level.get(other, 0) for other in uses[module])])
    return [
        f"{module} imports {other}"
        for module, others in uses.items()
        for other in sorted(others)
        if level.get(other, 0) > level[module] or {module, other} <= set(DOORS)
    ]


@pytest.mark.parametrize("room", ROOMS[:-1])
def test_layers_inside_a_room(room):
    uses: dict[str, set[str]] = {}
    for path in sources(room):
        module = path.relative_to(ROOT / room).parts[0].removesuffix(".py")
        used = {name.split(".")[1] for name in imports(path) if name.startswith(f"{room}.")}
        uses.setdefault(module, set()).update(used - {module})
    assert not going_up(uses), f"{room}: " + "\n".join(going_up(uses))


def test_the_layers_would_be_noticed():
    assert going_up({"models": {"commands"}, "commands": set()})
    assert going_up({"models": {"text"}, "text": {"tasks"}, "tasks": set()})
    assert going_up({"api": {"views"}, "views": set()})
    assert not going_up({"tasks": {"importing"}, "importing": {"commands"}, "commands": {"models"}, "models": set()})


def test_doors_reach_things_through_the_person():
    """`Model.objects.get(pk=pk)` in a door finds other people's rows; ask a query that starts at the actor."""
    by_id = re.compile(r"\.objects\.get\(\w+=\w+\)|get_object_or_404\(\s*[A-Z]\w*\s*,")
    wrong = []
    for room in ROOMS[:-1]:
        for path in sources(room):
            if path.relative_to(ROOT / room).parts[0].removesuffix(".py") in DOORS:
                wrong += [f"{path.relative_to(ROOT)}: {hit}" for hit in by_id.findall(path.read_text())]
    assert not wrong, "\n".join(wrong)


def test_the_wiring_has_no_models():
    assert not (ROOT / "journeymap" / "models.py").exists()


def test_javascript_imports_end_with_a_semicolon():
    """Hashed file names are written into imports by a pattern that needs the semicolon."""
    statement = re.compile(r"^\s*(?:import\b[^;'\"]*|export\b[^;'\"=(]*\bfrom\s*)['\"]\.[^'\"]+['\"](?!;)", re.M)
    assert statement.search('import { a } from "./a.js"\n') and statement.search('import "./a.js"\n')
    wrong = [
        str(path.relative_to(ROOT)) for path in (ROOT / "static/js").rglob("*.js") if statement.search(path.read_text())
    ]
    assert not wrong


def test_scripts_import_what_is_there_and_write_text_only():
    markup = re.compile(r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function\(")
    for path in (ROOT / "static/js").rglob("*.js"):
        text = path.read_text()
        for target in re.findall(r"(?:\bfrom|\bimport)\s*\(?\s*['\"](\.[^'\"]+)['\"]", text):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} imports {target}"
        assert not markup.search(text), f"{path.relative_to(ROOT)} writes markup: use textContent"


def test_templates_obey_the_content_security_policy():
    """No inline script, style or handler, nothing from another host, nothing unescaped."""
    forbidden = {
        "inline style": r"<[^>]*\sstyle\s*=|<style",
        "inline handler": r"<[^>]*\s(?:on[a-z]+|hx-on[^\s=]*)\s*=",
        "inline script": r"<script(?![^>]*(?:\bsrc=|application/json))",
        "another host": r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=[\"'](?:https?:)?//",
        "unescaped": r"\|\s*safe\b|autoescape off",
    }
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        if "mail" in path.parts or "email" in path.parts:
            continue  # mail programs know neither style sheets nor policies
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
        wrong += [f"{path.relative_to(ROOT)}: {why}" for why, what in forbidden.items() if re.search(what, text)]
    assert not wrong, "\n".join(wrong)


def test_no_signals_and_no_eta():
    """Domain flow is called, not signalled; nothing waits inside a broker."""
    wrong = []
    for room in ROOMS:
        for path in sources(room):
            text = path.read_text()
            if re.search(r"@receiver|post_save|pre_save", text) or re.search(r"countdown=|eta=", text):
                wrong.append(str(path.relative_to(ROOT)))
            if "group_send" in text and path != ROOT / "live" / "hub.py":
                wrong.append(f"{path.relative_to(ROOT)}: only the hub talks to the channel layer")
    assert not wrong, "\n".join(wrong)


def test_styles_know_no_colour_outside_the_tokens():
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b")
    wrong = []
    for path in (ROOT / "static/css").rglob("*.css"):
        if path.name != "tokens.css":
            found = [hit for hit in colour.findall(path.read_text()) if len(hit) in (4, 5, 7, 9)]
            wrong += [f"{path.relative_to(ROOT)}: {hit}" for hit in found]
    assert not wrong


# The pages on which others' edits are drawn while one works. What they load must let the browser style one card alone.
LIVE = ("base.html", "touchpoints/journey.html", "personas/version_map.html")
# :has() that asks for the state of a field, from the control around it: it is asked anew when a field changes, only then.
OF_A_FIELD = re.compile(r"(?::not\()?:has\(:(?:checked|disabled|focus-visible)\)\)?")


def structural_has(css: str) -> list[str]:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return [line.strip() for line in css.splitlines() if ":has(" in OF_A_FIELD.sub("", line)]


def test_what_the_map_loads_asks_no_ancestor_what_is_in_it():
    """`:has()` over what comes and goes had the whole page styled again at every edit: 71 ms until painted, not 16."""
    found = [
        name
        for page in LIVE
        for name in re.findall(r"static 'css/([\w-]+\.css)'", (ROOT / "templates" / page).read_text())
    ]
    assert {"tokens.css", "voices.css", "board.css", "card.css", "phone.css"} <= set(found)
    wrong = [
        f"{name}: {line}"
        for name in sorted(set(found))
        for line in structural_has((ROOT / "static/css" / name).read_text())
    ]
    assert not wrong, "Set a class or an attribute instead:\n" + "\n".join(wrong)


@pytest.mark.parametrize("css", [
    ".join__box:has(.demo) { gap: 0 }", "body:has(.tour) .blank { display: none }", ".cell:not(:has(li)) { display: none }",
    ".face:has(:checked) .x:has(li) { color: red }", ".a:has(> input:checked) {}", ".b:has(\n:checked) {}",
])  # fmt: skip
def test_a_has_would_be_noticed(css):
    assert structural_has(css)
    assert not structural_has(f"/* {css} */ .face:has(:checked), .face:not(:has(:checked)) {{ color: red }}")
