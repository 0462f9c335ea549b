"""One line of somebody's own words, safe to show anywhere: a name, a title, a label."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# Embeddings, overrides and isolates turn the reading direction: a name could disguise itself with them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(text: str, limit: int, what: str = "name") -> str:
    """`text` in one line without doubled spaces. ValidationError with a sentence when it cannot be kept.

    Control characters and those that change the reading direction are refused, not dropped silently:
    people get to see what was wrong with what they pasted.
    """
    line = re.sub(r"\s+", " ", text).strip()
    if not line:
        raise ValidationError(f"Give a {what}.")
    if len(line) > limit:
        raise ValidationError(f"Keep the {what} to {limit} characters; this one has {len(line)}.")
    if any(c in _TURNING or unicodedata.category(c) in ("Cc", "Cs") for c in line):
        raise ValidationError(f"The {what} holds a character that cannot be shown. Type it instead of pasting it.")
    return unicodedata.normalize("NFC", line)
