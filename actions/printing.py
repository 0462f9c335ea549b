"""The report on paper."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from actions.reports import Contents
from live.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")


def pdf(report: Contents) -> bytes:
    """One A4 page."""
    return typeset(TEMPLATE, asdict(report))
