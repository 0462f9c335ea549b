"""Uvicorn's websocket protocol with one addition: a frame that was built once is written as it is.

Sending through ASGI encodes and frames a message anew for every socket. In a room of two hundred that
is most of the work. The addition is offered as an ASGI extension, so any other server still works,
only slower.
"""

from __future__ import annotations

import socket
import struct

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

EXTENSION = "journeymap.frame"
GOODBYE = 5.0  # seconds a closing line may take to empty


class FanoutProtocol(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        self.scope.setdefault("extensions", {})[EXTENSION] = {"write": self.write_frame}
        await super().run_asgi()
        if self.transport.get_write_buffer_size():
            # close() waits for the last byte. A peer that never reads would keep its line for ever.
            self.loop.call_later(GOODBYE, self.cut)

    def keepalive_timeout(self) -> None:
        """Nobody answered the ping: nobody is there to hear why either, so end it and free its seat."""
        super().keepalive_timeout()
        self.cut()

    def cut(self) -> None:
        """Reset the line, so that the system too forgets the megabytes it holds for it."""
        line = self.transport.get_extra_info("socket")
        if line is not None and line.fileno() >= 0:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def write_frame(self, frame: bytes) -> bool:
        """True when taken. False when the socket is full or closing: use the ordinary send then."""
        if self.disconnected or self.close_sent or not self.handshake_complete or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True
