"""Typesets one document: reads what from standard input as JSON, writes PDF, SVG or PNG to standard output.

Runs as a process of its own, because the typesetter keeps what it learnt (300 MB after a large map) for as long as
it lives, and so that drawing never slows down those who edit. Needs nothing of the application.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
from typing import Any

MEMORY, SECONDS = 3 * 1024**3, 60
FAULTY = 3  # exit code for a template that is wrong, which is ours to mend; any other failure is a lack of room


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the number of touchpoints must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.nice(5)


def main() -> None:
    _limit()
    import typst

    asked = json.load(sys.stdin.buffer)
    compiler: Any = typst.Compiler(root=asked["fonts"], font_paths=[asked["fonts"]])
    template, words = asked["template"].encode(), {"data": asked["data"]}
    ppi = asked["ppi"]
    try:
        if asked["form"] == "png":  # how large it is shows on a small one
            small = compiler.compile(template, format="png", ppi=8, sys_inputs=words)
            width, height = struct.unpack(">II", small[16:24])
            ppi = min(ppi, 8 * math.sqrt(asked["most_pixels"] / (width * height)))
        more: dict[str, Any] = {"pdf_standards": ["ua-1"]} if asked["accessible"] else {}
        try:
            made = compiler.compile(template, format=asked["form"], ppi=ppi, sys_inputs=words, **more)
        except typst.TypstError as error:
            if "could not be displayed with font" not in str(error):
                raise
            made = compiler.compile(template, format=asked["form"], ppi=ppi, sys_inputs=words)
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        sys.exit(FAULTY)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
