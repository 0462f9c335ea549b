"""Whether the customer bore what she states, or only speaks of it: a promise, a law, a balance, an age, a habit.

The cue that stands nearest before a quantity decides. Every pattern is for a text in lower case.
"""

from __future__ import annotations

import re

OLD = re.compile(r"^[- ]*(?:old|olds|of\s+age)\b")
SINCE = re.compile(
    r"\b(?:customers?|clients?|members?|loyal|been\s+with|aged?|age\s+of|lived|worked|married|owned)\b[^.!?]{0,25}$"
)
AGO = re.compile(r"^\s*ago\b")


_HAPPENED = (
    r"took|takes?|taking|spent|spend|wasted?|waited|waiting(?!\s+times?)|wait(?!\s+times?)|lost|lose|late|delay\w*|down|"
    r"hold|queue\w*|cost(?:s|ing)?(?!\s+of\s+living)|sat|stood|chas\w+|paid|paying|charged|fees?|fined?|penalt\w+|stolen|owe[sd]?\s+(?:me|us)|"
    r"overtime|out\s+of\s+pocket|extra|refund\s+of|called|rang|phoned|rung|damage[sd]?"
)
_SPOKEN = (
    r"told(?!\s+(?:him|her|them)\b)|informed|advised|promis\w+|quoted|could\s+(?:be|wait|take)(?:\s+up\s+to)?|"
    r"(?:waiting\s+)?times?\s+(?:of|is|was)(?:\s+up\s+to)?|entitled|laws?|requires?|polic(?:y|ies)|refunded|lease|"
    r"contract|warranty|been\s+(?:here|with|a\b)|since|modified|except|within\s+the"
)
_OWED = (
    r"balance|loan|payoff|principal|interest|mortgage|financed|limit|bonus|credit\s+line|amount|owed|withdraw\w*|"
    r"account\s+had|inquir\w+|disput\w+|price[sd]?|turnover|revenue|invoice\s+(?:of|for)|budget"
)
_CUES = {
    "time": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_SPOKEN}))\b"),
    "money": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_OWED}))\b"),
    "count": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>use|visit|attend|travel|come|go)(?=\b.{{0,30}}$))\b"),
}
_AFTER_NO = {
    "time": re.compile(
        r"^\W*(?:to\s+(?:respond|reply|comply|pay|answer|decide)|fixed|loan|mortgage|notice|warranty|contract|guarantee|"
        r"check\w*|old\b|ago\b|or\s+so\s+ago|got\s+missed|term\b|late\s+on\b)"
    ),
    "money": re.compile(
        r"^\W*(?:loan|mortgage|bonus|balance|account|limit|contract|charge\s+on|to\s+accounts|which\s+(?:this|we\s+feel))"
    ),
    "count": re.compile(r"^\W*(?:a|per|each|every)\s+(?:day|week|month|year)\b"),
}


def is_borne(kind: str, text: str, start: int, end: int) -> bool:
    if kind not in _CUES:
        return True
    after = text[end : end + 30]
    said = re.split(r"[.!?;](?=\s)|\n", text[max(0, start - 70) : start])[-1]
    cue = next(iter(reversed(list(_CUES[kind].finditer(said)))), None)
    if _AFTER_NO[kind].match(after) and not (cue and cue["yes"] and kind == "money"):
        return kind == "count" and not (cue and cue["no"])
    if cue:
        return cue["yes"] is not None
    return True
