"""A persona's portrait: the same for everybody, on the page and on the map, and there for every id."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from django.conf import settings

from live.models import new_id
from personas.templatetags.portraits import EXTRAS, GROUNDS, HAIR, portrait

SPRITE = (settings.ROOT / "static/icons/icons.svg").read_text()


def test_every_part_is_drawn():
    parts = ["body", *(f"hair-{n}" for n in range(HAIR)), *(f"extra-{n}" for n in range(EXTRAS))]
    assert [part for part in parts if f'id="face-{part}"' not in SPRITE] == []
    styles = (settings.ROOT / "static/css/chips.css").read_text()
    assert {int(n) for n in re.findall(r'\[data-ground="(\d)"\]', styles)} == set(range(1, GROUNDS))


def test_many_people_look_different_and_each_always_the_same():
    ids = [new_id("ps") for _ in range(300)]
    drawn = [tuple(portrait(pk).values()) for pk in ids]
    assert drawn == [tuple(portrait(pk).values()) for pk in ids]
    assert len(set(drawn)) > 60
    for place in range(3):
        assert len({one[place] for one in drawn}) == (HAIR, EXTRAS, GROUNDS)[place]


@pytest.mark.skipif(not shutil.which("node"), reason="node is not here")
def test_the_map_draws_the_same_one():
    ids = [new_id("ps") for _ in range(50)]
    script = (settings.ROOT / "static/js/board/portrait.js").read_text()
    script = re.sub(r"^import .*$", "", script, flags=re.M).replace("export function", "function")
    stub = "const sprite = ''; const svg = (what, properties, ...parts) => [what, properties, parts.map((part) => part[1].href)];"
    program = f"{stub}\n{script}\nconsole.log(JSON.stringify({json.dumps(ids)}.map((id) => portrait(id))))"
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    for pk, (_, properties, parts) in zip(ids, json.loads(done.stdout), strict=True):
        one = portrait(pk)
        assert parts == ["#face-body", f"#face-hair-{one['hair']}", f"#face-extra-{one['extra']}"]
        assert properties["data-ground"] == one["ground"]
