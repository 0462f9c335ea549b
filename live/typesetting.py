"""Pages from data: a typst template and JSON give PDF, SVG or PNG.

What people typed reaches the typesetter as data (`sys.inputs`), so it is set as text and never read as markup.
A compiler does one thing at a time and keeps what it learnt about fonts and pictures (80 MB), so there are two,
made when somebody first prints. Whoever finds both at work waits, and after WAIT seconds is told to come back.
"""

from __future__ import annotations

import json
import queue
from pathlib import Path
from typing import Any, Literal

from live.values import Refused

FONTS = Path(__file__).with_name("fonts")
AT_ONCE, WAIT = 2, 20.0  # compilers; seconds
Form = Literal["pdf", "svg", "png"]
_free: queue.LifoQueue[Any] = queue.LifoQueue()  # the last one back goes out first: the second is made only when needed
for _ in range(AT_ONCE):
    _free.put(None)


def typeset(template: Path, data: Any, form: Form = "pdf", *, ppi: float = 144, wait: float = WAIT) -> bytes:
    """The pages of `template` about `data` (its input "data"); SVG and PNG need a template of one page.

    Raises Refused ("busy") when no compiler came free within `wait` seconds.
    """
    try:
        compiler = _free.get(timeout=wait)
    except queue.Empty:
        raise Refused("busy", "Other maps are being drawn just now. Try again in a minute.") from None
    try:
        compiler = compiler or _compiler()
        words = {"data": json.dumps(data, ensure_ascii=False)}
        made: bytes = compiler.compile(template.read_bytes(), format=form, ppi=ppi, sys_inputs=words)
        return made
    finally:
        _free.put(compiler)


def _compiler() -> Any:
    import typst  # only those who print need it

    return typst.Compiler(root=str(FONTS), font_paths=[str(FONTS)])
