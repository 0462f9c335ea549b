"""Pages from data: a typst template and JSON give PDF, SVG or PNG.

What people typed reaches the typesetter as data (`sys.inputs`), so it is set as text and never read as markup.
Each document is set by a process of its own (`typesetter.py`), two at once; whoever finds both at work waits,
and after WAIT seconds is told to come back.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Literal

from live.typesetter import FAULTY
from live.values import Refused

FONTS = Path(__file__).with_name("fonts")
SCRIPT = Path(__file__).with_name("typesetter.py")
AT_ONCE, WAIT, LONGEST = 2, 20.0, 60.0  # processes; seconds
MOST_PIXELS = 24_000_000
Form = Literal["pdf", "svg", "png"]
turns = threading.BoundedSemaphore(AT_ONCE)


def typeset(template: Path, data: Any, form: Form = "pdf", *, ppi: float = 192, accessible: bool = False) -> bytes:
    """The pages of `template` about `data` (its input "data"). SVG and PNG need a template of one page; a PNG has
    `ppi` dots an inch, fewer where that would be more than MOST_PIXELS. An `accessible` PDF keeps to PDF/UA-1, unless
    somebody wrote in a script that no font here has: then it is tagged all the same, and does not claim it.

    Raises Refused: "busy" when it was nobody's turn within WAIT seconds, "too_big" for what takes too much room or time.
    """
    asked = {
        "template": template.read_text(), "data": json.dumps(data, ensure_ascii=False), "form": form, "ppi": ppi,
        "most_pixels": MOST_PIXELS, "fonts": str(FONTS), "accessible": accessible,
    }  # fmt: skip
    if not turns.acquire(timeout=WAIT):
        raise Refused("busy", "Other maps are being drawn just now. Try again in a minute.")
    try:
        command = [sys.executable, "-I", str(SCRIPT)]
        done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise Refused("too_big", "This takes too long to draw. Take the table.") from None
    finally:
        turns.release()
    if done.returncode == FAULTY:
        raise RuntimeError(f"{template.name}: {done.stderr.decode(errors='replace')[:2000]}")
    if done.returncode:
        raise Refused("too_big", "This is too large to be drawn. Take the table.")
    return done.stdout
