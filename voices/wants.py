"""What words tell about wanting: wishes in them, and names that are tasks rather than aims."""

from __future__ import annotations

import re

# What somebody would like: in English, German, French and Spanish.
_WISH = re.compile(
    r"\b(?:(?:would|it'd) (?:be (?:nice|great|good|better|helpful|useful)|help|like|love|prefer|appreciate)|(?:i|we) wish|"
    r"(?:should|must) (?:be|have|offer|tell|give|let|send|call|answer|show)|could you|(?:i|we) (?:expect|hope|want|need)|"
    r"please|if only|why (?:not|can't|don't)|"
    r"wäre (?:schön|gut|besser|hilfreich)|wünsch\w*|(?:sollte|müsste|könnte)[nt]?|erwarte\w*|bitte|"
    r"(?:j'aimerais|nous aimerions|il faudrait|devrait|souhait\w+|attend(?:s|ons))|"
    r"(?:me gustaría|nos gustaría|ojalá|deberían?|esperamos|queremos))\b",
    re.I,
)


def wishes(text: str) -> list[str]:
    """The sentences that say what somebody would like or expects."""
    sentences = re.split(r"(?<=[.!?;])\s+|\n+", text.strip())
    return [one.strip() for one in sentences if _WISH.search(one) and 3 <= len(one.split()) <= 60]


_TASK = re.compile(
    r"\b(?:log\s?in|log on|password|submit|fill (?:in|out)|click|upload|download|enter|print|sign in|register|ticket|"
    r"form|call the hotline|open a case|raise a)\b",
    re.I,
)


def is_task(name: str) -> bool:
    """True for a step with our tools ("submit a ticket"): no customer ultimately wants that."""
    return _TASK.search(name) is not None
