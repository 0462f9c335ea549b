"""The trail of who was let in and what they became: one structured log line each, never people's words."""

from __future__ import annotations

from typing import Any

import structlog

_log = structlog.get_logger("audit")


def audit(what: str, by: str, organisation_id: str, **ids: Any) -> None:
    """`what` happened (past tense: "guest.admitted"), done by an identity, in an organisation."""
    _log.info(what, by=by, organisation=organisation_id, **ids)
