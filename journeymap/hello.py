"""What a facilitator sees in the terminal: where to open it, here and from a phone, and who is in the demo."""

from __future__ import annotations

import os
import sys

import segno
from django.conf import settings

PEOPLE = [
    ("Fiona", "facilitator"),
    ("Sam", "Sales representative"),
    ("Sue", "Customer service representative"),
    ("Elena", "executive"),
    ("Ada", "administrator"),
]


def main(host: str, port: int) -> None:
    out = sys.stdout
    out.write(f"\n  Journeymap is running.\n\n  On this machine    http://localhost:{port}/\n")
    if "//127." not in settings.LOCAL_URL:
        out.write(f"  From other devices {settings.LOCAL_URL}/\n\n")
        segno.make(f"{settings.LOCAL_URL}/", error="m").terminal(out=out, compact=True)
    elif host in ("0.0.0.0", "::"):
        out.write("  From other devices: no network was found\n")
    if os.environ.get("DEMO"):
        out.write("\n  In the demo, sign in by one click as\n")
        for name, role in PEOPLE:
            out.write(f"    {name:<6} {role}\n")
    out.write(f"\n  Data: {settings.VAR}    Stop: Ctrl+C\n\n")
    out.flush()
