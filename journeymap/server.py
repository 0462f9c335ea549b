"""The server: one process with pages, sockets and, unless Redis is set, Celery's worker and clock as threads.

python -m journeymap.server [--host 127.0.0.1] [--port 8000]
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journeymap.settings")


class Server(uvicorn.Server):
    """Uvicorn, ending cleanly: a signal closes every socket with 1012 and then `run` returns."""

    greet: Callable[[], None] | None = None  # called once it listens

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.greet is not None:
            self.greet()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)


def config(host: str, port: int) -> uvicorn.Config:
    """How we are served, in one place: frames of at most 256 KiB, no deflate on events, pings every 20 s."""
    return uvicorn.Config(
        "journeymap.asgi:application", host=host, port=port, ws="live.fanout:FanoutProtocol", loop="auto",
        http="httptools", lifespan="off", log_level="warning", access_log=False, server_header=False,
        ws_max_size=262_144, ws_max_queue=16, ws_ping_interval=20, ws_ping_timeout=20, ws_per_message_deflate=False,
        timeout_keep_alive=15, timeout_graceful_shutdown=10,
        forwarded_allow_ips=os.environ.get("TRUSTED_PROXIES", ""), proxy_headers=bool(os.environ.get("TRUSTED_PROXIES")),
    )  # fmt: skip


def listen(host: str, port: int) -> socket.socket:
    """The listening socket, so that a taken port is one clear error before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=8000)
    arguments.add_argument("--hello", action="store_true", help="say where to open it, with a QR code")
    asked = arguments.parse_args()
    listening = listen(asked.host, asked.port)
    from journeymap import hello
    from journeymap.celery import embedded

    server = Server(config(asked.host, asked.port))
    if asked.hello:
        server.greet = lambda: hello.main(asked.host, asked.port)
    with embedded():
        server.run(sockets=[listening])
        if asked.hello:
            sys.stdout.write("\nStopping. Everything that was shown as saved is on disk.\n")


if __name__ == "__main__":
    main()
