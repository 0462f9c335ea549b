"""The words of a text as things to count. Pure, and the same for every text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_SMALL_WORDS = (
    "a about after all also am an and any are as at be because been before being but by can could did do does doing "
    "done for from get got had has have having he her here him his how i if in into is it its just like me more most "
    "much my no not now of off on one only or other our out over own really s said same she should so some such t "
    "than that the their them then there these they this those through to too up us very was we were what when where "
    "which while who why will with would you your im ive dont didnt und der die das ist nicht ein eine zu mit für "
    "les des est pas une que el la los un de y en"
)
STOP = frozenset(_SMALL_WORDS.split())
_MEASURE_WORDS = (
    "once twice times second third fourth two three four five six seven eight nine ten eleven twelve hundred thousand "
    "minute minutes hour hours day days week weeks month months year years per eur euro euros usd dollar dollars gbp "
    "pound pounds chf stunde stunden tag tage woche wochen monat monate jahr jahre heure heures jour jours semaine mois"
)
MEASURES = frozenset(_MEASURE_WORDS.split())
WORD = re.compile(r"[^\W\d_]{2,}")
_ENDINGS = ("ations", "ation", "ements", "ement", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s")


def is_small_word(word: str) -> bool:
    """True for words that hold sentences together and say nothing of what they are about."""
    return word.lower() in STOP


def is_measure(word: str) -> bool:
    """True for words that say how much, how long or how often, whatever it was."""
    return word.lower() in MEASURES


@lru_cache(65_536)
def stem(word: str) -> str:
    """A word without its ending, so that "delivered" and "deliveries" meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word.rstrip("ey") if len(word) > 4 else word


def terms(text: str) -> list[str]:
    """The words of a text, its pairs of neighbours, and the stems behind words with an ending."""
    words = WORD.findall(text.lower())
    roots = [f"{root}…" for word in words if word not in STOP and len(root := stem(word)) < len(word)]
    return words + [f"{a} {b}" for a, b in pairwise(words)] + roots
