"""What a facilitator sees in the terminal: where to open it, here and from a phone, and who is in the demo."""

from __future__ import annotations

import os
import socket
import sys

import segno

from journeymap import settings

PEOPLE = [
    ("Fiona", "facilitator"),
    ("Sam", "Sales representative"),
    ("Sue", "Customer service representative"),
    ("Elena", "executive"),
    ("Ada", "administrator"),
]


def lan_address() -> str | None:
    """This machine's address in its network. Nothing is sent: connecting a datagram socket only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


def main(host: str, port: int) -> None:
    out = sys.stdout
    out.write(f"\n  Journeymap is running.\n\n  On this machine    http://localhost:{port}/\n")
    address = lan_address() if host in ("0.0.0.0", "::") else None
    if address:
        out.write(f"  From other devices http://{address}:{port}/\n\n")
        segno.make(f"http://{address}:{port}/", error="m").terminal(out=out, compact=True)
    elif host in ("0.0.0.0", "::"):
        out.write("  From other devices: no network was found\n")
    if os.environ.get("DEMO"):
        out.write("\n  In the demo, sign in by one click as\n")
        for name, role in PEOPLE:
            out.write(f"    {name:<6} {role}\n")
    out.write(f"\n  Data: {settings.VAR}    Stop: Ctrl+C\n\n")
    out.flush()
