"""The report on paper. People's words reach the typesetter as data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from actions.reports import Contents

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(__file__).with_name("fonts")


@cache
def _compiler():  # type: ignore[no-untyped-def]
    """Eighty megabytes that only those who print need."""
    import typst

    return typst.Compiler(root=str(TEMPLATE.parent), font_paths=[str(FONTS)])


def pdf(report: Contents) -> bytes:
    """One A4 page; typst takes about 50 ms."""
    data = {"report": json.dumps(asdict(report))}
    made: bytes = _compiler().compile(str(TEMPLATE), format="pdf", sys_inputs=data)
    return made
