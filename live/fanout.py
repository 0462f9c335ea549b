"""Uvicorn's websocket protocol with one addition: a frame that was built once is written as it is.

Sending through ASGI encodes and frames a message anew for every socket. In a room of two hundred that
is most of the work. The addition is offered as an ASGI extension, so any other server still works,
only slower.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

EXTENSION = "journeymap.frame"


class FanoutProtocol(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        self.scope.setdefault("extensions", {})[EXTENSION] = {"write": self.write_frame}
        await super().run_asgi()

    def write_frame(self, frame: bytes) -> bool:
        """True when taken. False when the socket is full or closing: use the ordinary send then."""
        if self.disconnected or self.close_sent or not self.handshake_complete or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True
