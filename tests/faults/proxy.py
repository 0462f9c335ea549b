"""A TCP proxy that misbehaves on purpose: cuts, swallows, refuses."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct


class Proxy:
    """Stands between the clients and a server. `mode`: "pass", "hole" (accepts, moves nothing) or "refuse"."""

    def __init__(self, target: int) -> None:
        self.target, self.mode, self.port = target, "pass", 0
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        self.cut()

    def set(self, mode: str) -> None:
        self.mode = mode
        if mode == "hole":
            self._open.clear()
        else:
            self._open.set()

    def cut(self) -> int:
        """Reset every connection, as a router that restarts does. Returns how many."""
        pairs = list(self._pairs)
        for pair in pairs:
            for writer in pair:
                with contextlib.suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                writer.transport.abort()
        return len(pairs)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "refuse":
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._pairs.discard(pair)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
