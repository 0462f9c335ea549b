"""What programs send to the API: JSON as strict as on the socket, and no larger."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import BaseParser

from live.messages import MOST_BYTES
from live.values import Refused, strict_json


class StrictJSON(BaseParser):
    """JSON without traps (protocol P3), as large as a frame."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise Refused("too_big", "A request holds at most 64 KiB. Send it in parts.")
        try:
            found = strict_json(raw.decode())
        except ValueError as error:
            raise Refused("invalid", f"This is not JSON that can be kept: {error}.") from None
        if not isinstance(found, dict):
            raise Refused("invalid", "Send one JSON object.")
        return found
