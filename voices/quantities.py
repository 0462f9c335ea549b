"""Hours, money, people and counts that customers state in their own words.

A grammar of regular expressions, no model: each hit says where it stands, so it can be highlighted and
corrected. Time is in minutes, with an 8-hour day, a 5-day week and a 21-day month, as the screens say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HOUR, DAY, WEEK, MONTH, YEAR = 60, 8 * 60, 5 * 8 * 60, 21 * 8 * 60, 252 * 8 * 60

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_WORDS = {word: float(n) for n, word in enumerate(_ONES)}
_WORDS |= {
    w: n * 10.0
    for n, w in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2)
}
_WORDS |= {"fourty": 40.0, "dozen": 12.0}
# The small numbers of the other languages; their articles ("ein Tag") are read where a unit follows.
_WORDS |= {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10}
_WORDS |= {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10}
_WORDS |= {"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10}
_SCALES = {"hundred": 100.0, "thousand": 1e3, "grand": 1e3, "million": 1e6, "billion": 1e9}
_SHORT = {"k": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "tsd": 1e3} | _SCALES
_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75}

_word = "|".join(sorted(_WORDS, key=len, reverse=True))
_scale = "hundred|thousand|grand|million|billion"
_DIGITS = r"(?:\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?|\.\d+)"
_NUMBER_WORDS = (
    rf"(?:(?:(?:{_word})(?:[- ](?:{_word}))?|an?(?=\s+(?:{_scale}|dozen)\b))"
    rf"(?:[- ](?:{_scale}|dozen))*(?:\s+and\s+(?:{_word})(?:[- ](?:{_word}))?(?=\s))?)\b"
)
NUMBER = rf"(?:\d+\s+\d/\d|\d/\d|\d*[¼½¾]|{_DIGITS}|{_NUMBER_WORDS})"
RANGE = r"\s*(?:-|–|—|to|or|and|bis|à|a)\s*"

UNITS: list[tuple[str, float]] = [
    (r"sec(?:ond)?s?|sekunden?|secondes?|segundos?", 1 / 60),
    (r"min(?:ute|uten?|utos?|utes)?s?|mintues?", 1),
    (r"hours?|hrs?|stunden?|std|heures?|horas?|h", HOUR),
    (r"days?|nights?|tage?n?|jours?|d[ií]as?|nächten?|nuits?|noches?", DAY),
    (r"fortnights?", 2 * WEEK),
    (r"weeks?|wks?|wochen?|semaines?|semanas?", WEEK),
    (r"months?|mths?|mnths?|monate?n?|mois|mes(?:es)?", MONTH),
    (r"years?|yrs?|jahre?n?|ans?(?=\s|[.,!?]|$)|années?|años?", YEAR),
]
_unit = "|".join(pattern for pattern, _ in UNITS)
_UNIT_OF = [(re.compile(rf"(?:{pattern})\Z", re.I), minutes) for pattern, minutes in UNITS]
_OF_WHAT = r"(?:(?:long|full|whole|solid|business|working|work|calendar|consecutive|straight|extra|more|further)\s+)?"

_SYMBOLS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "us$": "USD"}
_MONEY_WORDS = {
    "dollar": "USD", "buck": "USD", "pound": "GBP", "quid": "GBP", "euro": "EUR", "franc": "CHF", "franken": "CHF",
    "rupee": "INR", "yen": "JPY", "cent": "¢", "pence": "p",
}  # fmt: skip
_ISO = ("usd", "gbp", "eur", "chf", "aud", "cad", "inr", "jpy", "sek", "nok", "dkk", "pln", "czk")
_money_word = r"dollars?|bucks?|pounds?|quid|euros?|francs?|franken|rupees?|yen|cents?|pence|" + "|".join(_ISO)
_short = r"k|mm|mn|mio\.?|m|bn|tsd\.?|thousand|million|billion|hundred|grand"

_COUNTED = (
    r"times?|tries|attempts?|occasions?|(?:phone\s*)?calls?|phonecalls?|callbacks?|call\s*-?backs?|e-?mails?|messages?|"
    r"voicemails?|texts?|letters?|visits?|trips?|meetings?|appointments?|forms?|signatures?|approvals?|pages?|clicks?|"
    r"steps?|screens?|logins?|passwords?|tickets?|cases?|requests?|reminders?|follow-?ups?|escalations?|complaints?|"
    r"transfers?|hand-?offs?|replacements?|re-?deliveries|deliveries|shipments?|orders?|invoices?|credit\s+notes?|"
    r"errors?|mistakes?|failures?|outages?|breakdowns?|crashes?|delays?|cancellations?|workarounds?|re-?boots?|rounds?|"
    r"iterations?|versions?|systems?|portals?|departments?|teams?|agents?|advis[eo]rs?|engineers?|technicians?|"
    r"representatives?|reps?|ladies|operators?|drivers?|account\s+managers?|managers?|contacts?|suppliers?|vendors?|sites?|pallets?|boxes|units?|"
    r"parts?|mal|anrufe|fois|veces|appels?|llamadas?"
)
_ADJECTIVES = (
    r"(?:(?:different|separate|missed|failed|further|more|additional|long|unanswered|wasted|other|new|wrong|incorrect|"
    r"extra|support|service|sales|cancel+ed|consecutive|single|various|internal|manual)\s+){0,3}"
)
_PER = r"(?:a|an|per|each|every|/|pro|par|por)\s*(?P<rate>hour|day|week|month|quarter|year|annum|monat|jahr|mois|mes)"

_NOT_MONEY = rf"(?!\s*(?:{_unit}|{_COUNTED})\b)"  # in "EUR 4500 and 12 hours" the second number is none of money
MONEY = [
    re.compile(
        rf"(?P<sign>us\$|[$£€¥₹])\s*(?P<a>{_DIGITS})\s*(?P<k>{_short})?\b"
        rf"(?:{RANGE}(?:us\$|[$£€¥₹])?\s*(?P<b>{_DIGITS})\s*(?P<k2>{_short})?\b{_NOT_MONEY})?",
        re.I,
    ),
    re.compile(
        rf"\b(?P<word>{'|'.join(_ISO)})\s*(?P<a>{_DIGITS})\s*(?P<k>{_short})?\b"
        rf"(?:{RANGE}(?P<b>{_DIGITS})\s*(?P<k2>{_short})?\b{_NOT_MONEY})?",
        re.I,
    ),
    re.compile(
        rf"(?<![\w.,])(?P<a>{NUMBER})(?:{RANGE}(?P<b>{NUMBER}))?\s*(?P<k>{_short})?\s*"
        rf"(?:(?P<sign>[$£€])|(?P<word>{_money_word})\b)",
        re.I,
    ),
    re.compile(r"(?<![\w.,])(?P<a>\d+(?:\.\d+)?|" + _NUMBER_WORDS[:-2] + r")\s+(?P<k>grand)\b", re.I),
]
TIME = re.compile(
    rf"(?<![\w.,:/$£€-])(?P<a>{NUMBER}|(?:a\s+)?couple(?:\s+of)?)(?:\s*\(\s*\d+\s*\))?(?:{RANGE}(?P<b>{NUMBER}))?\s*(?:\+|plus\b)?\s*-?\s*"
    rf"(?P<half>(?:and\s+a\s+half|and\s+a\s+quarter)\s+)?{_OF_WHAT}(?P<unit>{_unit})\b",
    re.I,
)
ARTICLE_TIME = re.compile(
    rf"(?<![\w-])(?P<part>half|three\s+quarters\s+of|(?:a\s+)?quarter\s+of|3/4\s+of)?\s*"
    rf"\b(?P<article>an?|another|une?|ein(?:e[nrm]?)?)\s+(?:(?:whole|full|entire|good|further|extra|lost)\s+)?(?P<unit>{_unit})\b",
    re.I,
)
MORE_TIME = re.compile(rf"\s*(?:,|and|&)?\s*(?P<a>{_DIGITS}|{_NUMBER_WORDS})\s*(?P<unit>{_unit}|m)\b", re.I)
AND_A_HALF = re.compile(r"\s*(?:and|&)\s*(?:a\s+)?half\b", re.I)
PEOPLE = re.compile(
    rf"(?<![\w.,:/$£€-])(?P<a>{NUMBER})(?:{RANGE}(?P<b>{NUMBER}))?\s*{_ADJECTIVES}(?P<noun>people|persons?|colleagues|"
    r"employees|members\s+of\s+staff|staff|ftes?|headcount|personen|leute|mitarbeiter|personnes|personas)\b"
    r"(?P<full>\s+full[- ]time)?",
    re.I,
)
COUNT = re.compile(
    rf"(?<![\w.,:/$£€#-])(?P<a>{NUMBER})(?:{RANGE}(?P<b>{NUMBER}))?\s*(?:x\s*)?\+?\s*{_ADJECTIVES}(?P<noun>{_COUNTED})\b",
    re.I,
)
ORDINAL = re.compile(
    r"\b(?P<a>\d{1,2}(?:nd|rd|th)|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+"
    r"(?P<noun>time|visit|call|attempt|e-?mail|engineer|technician|replacement|complaint|reminder|delivery)\b",
    re.I,
)
TWICE = re.compile(r"\b(?P<a>twice|thrice)\b(?!\s+(?:as|the)\b)", re.I)
SHARE = [
    re.compile(
        rf"(?<![\w.,])(?P<a>{_DIGITS})(?:{RANGE}(?P<b>{_DIGITS}))?\s*(?:%|per\s?cent\b|percent\b|prozent\b)", re.I
    ),
    re.compile(
        rf"\b(?P<a>{_word}|\d+)\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<b>{_word}|\d+)\b(?!\s*(?:years?|months?|days?))",
        re.I,
    ),
]
# What looks like a quantity and is none: opening hours, clock times, dates, ratings, model and order numbers.
TRAPS = re.compile(
    r"\b24\s*/\s*7\b|\b\d{1,2}:\d{2}(?::\d{2})?\b(?!\s*h)|\b\d{1,2}(?:[.:]\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|uhr|o'clock)(?!\w)|"
    r"\b\d{1,2}\s*/\s*10\b|\b\d+(?:[.,]\d+)?\s+out\s+of\s+(?:10|ten|5|five)\b|(?<![$£€¥₹.,])\b(?:19|20)\d{2}s?\b(?!\s*(?:€|£|\$|eur|usd|gbp|hours|minutes))|"
    r"\b(?:iso|din|en|iec|ip|model|type|version|v|order|invoice|ticket|case|room|floor|gate|line|unit|part|page|chapter|"
    r"section|option|step|ref|po|no|nr|number|bed|ward|building|question|level|phase|rev|q)\s*[.:#]?\s*-?\d[\w-]*|"
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?\b|"
    r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?=[a-z]*\d)[a-z]+\d+\w*\b|\bone\s+day\b(?=\s+(?:i|we|you|the|this)\b)",
    re.I,
)
_OLD = re.compile(r"^[- ]*(?:old|olds|of\s+age)\b", re.I)
_SINCE = re.compile(
    r"\b(?:customers?|clients?|members?|loyal|been\s+with|aged?|age\s+of|lived|worked|married|owned)\b[^.!?]{0,25}$",
    re.I,
)
_STATED = re.compile(
    r"\b(?:(?:for|took|takes?|spent|lost|waited|wait|within|after|cost\s+us)\s+(?:about\s+|almost\s+|nearly\s+)?|"
    r"over\s+|more\s+than\s+|about\s+)$",
    re.I,
)
_AGO = re.compile(r"^\s*ago\b", re.I)
_HABIT = re.compile(r"\b(?:every|each|per|the\s+other)\s*$", re.I)
_PERIOD = re.compile(r"\b(?:in|within)\s*$", re.I)
_OVER = re.compile(r"\bover\s*$", re.I)


# Whether the customer bore it, or it is only spoken of: a promise, a law, a balance, an age, a habit. The cue that
# stands nearest before a quantity decides.
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
    "time": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_SPOKEN}))\b", re.I),
    "money": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_OWED}))\b", re.I),
    "count": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>use|visit|attend|travel|come|go)(?=\b.{{0,30}}$))\b", re.I),
}
_AFTER_NO = {
    "time": re.compile(
        r"^\W*(?:to\s+(?:respond|reply|comply|pay|answer|decide)|fixed|loan|mortgage|notice|warranty|contract|guarantee|"
        r"check\w*|old\b|ago\b|or\s+so\s+ago|got\s+missed|term\b|late\s+on\b)",
        re.I,
    ),
    "money": re.compile(
        r"^\W*(?:loan|mortgage|bonus|balance|account|limit|contract|charge\s+on|to\s+accounts|which\s+(?:this|we\s+feel))",
        re.I,
    ),
    "count": re.compile(r"^\W*(?:a|per|each|every)\s+(?:day|week|month|year)\b", re.I),
}


def _is_borne(kind: str, text: str, start: int, end: int) -> bool:
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


@dataclass(frozen=True)
class Quantity:
    """One stated quantity. `low` and `high` are None when something is stated without a figure.

    unit: "min", a currency ("EUR"), "fte" or "people", "%", or the noun that was counted. `rate` is the
    period it repeats in ("month"). `borne` is False for ages and for how long somebody has been a customer.
    """

    kind: str
    low: float | None
    high: float | None
    unit: str
    rate: str
    start: int
    end: int
    borne: bool = True


def number(words: str, *, money: bool = False) -> float | None:
    """The value of digits or number words; None when they are neither. "4.500" is 4500 in money, 4.5 elsewhere."""
    text = words.strip().lower()
    if text[-1:] in _FRACTIONS:
        return (number(text[:-1]) or 0) + _FRACTIONS[text[-1]]
    if match := re.fullmatch(r"(?:(\d+)\s+)?(\d)/(\d)", text):
        return float(match[1] or 0) + int(match[2]) / int(match[3]) if match[3] != "0" else None
    if re.fullmatch(_DIGITS, text):
        return _digits(text, money)
    total = part = 0.0
    for word in re.split(r"[\s-]+", text):
        if word in _SCALES:
            part = (part or 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, part = total + part, 0
        elif word == "dozen":
            part = (part or 1) * 12
        elif word in _WORDS:
            part += _WORDS[word]
        elif word not in ("and", "a", "an"):
            return None
    return (total + part) or None


def _digits(text: str, money: bool) -> float:
    text = text.replace("'", "").replace("’", "")
    marks = [c for c in text if c in ".,"]
    last = marks[-1] if marks else ""
    decimals = len(text) - text.rfind(last) - 1 if last else 0
    thousands = bool(last) and decimals == 3 and not text.startswith((".", "0.", "0,"))
    if len(set(marks)) == 1 and (len(marks) > 1 or (thousands and (money or last == ","))):
        return float(text.replace(last, ""))
    for mark in set(marks) - {last}:
        text = text.replace(mark, "")
    return float(text.replace(",", "."))


def _minutes(unit: str) -> float:
    return next(minutes for pattern, minutes in _UNIT_OF if pattern.match(unit.lower()))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.taken = text, [match.span() for match in TRAPS.finditer(text)]
        self.found: list[Quantity] = []

    def free(self, start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in self.taken)

    def add(self, kind: str, low: float | None, high: float | None, unit: str, span: tuple[int, int]) -> None:
        start, end = span
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        if low is not None and high is not None and low > high:
            low, high = high, low
        rate = re.match(r"[\s-]*" + _PER + r"\b", self.text[end:], re.I)
        before, after = self.text[max(0, start - 40) : start], self.text[end : end + 12]
        borne = not (_OLD.match(after) or (kind == "time" and (_SINCE.search(before) or _AGO.match(after))))
        borne = borne and _is_borne(kind, self.text, start, end)
        self.found.append(Quantity(kind, low, high, unit, rate["rate"].lower() if rate else "", start, end, borne))
        self.taken.append((start, end))

    def matches(self, *patterns: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """What is not taken yet. Behind what is taken the search goes on: in "EUR 4500 and 12 hours" stand two."""
        for pattern in patterns:
            at = 0
            while match := pattern.search(self.text, at):
                start, end = match.span()
                behind = max((b for a, b in self.taken if a < end and start < b), default=0)
                if not behind:
                    yield match
                at = max(behind or end, start + 1)

    # -- kinds, in the order in which they claim their words -------------------------------------
    def money(self) -> None:
        for match in self.matches(*MONEY):
            got = match.groupdict()
            low = number(got["a"], money=True)
            high = number(got["b"], money=True) if got.get("b") else low
            if low is None or high is None:
                continue
            first, second = (_SHORT.get((got.get(k) or "").lower().rstrip("."), 1.0) for k in ("k", "k2"))
            if got.get("b") and got.get("k2") and not got.get("k"):
                first = second
            elif not got.get("k2"):
                second = first
            word = (got.get("word") or "").lower()
            unit = _SYMBOLS.get((got.get("sign") or "").lower()) or (word.upper() if word in _ISO else "")
            unit = unit or _MONEY_WORDS.get(word.rstrip("s"), _MONEY_WORDS.get(word, "?"))
            if unit in ("¢", "p"):
                first, second, unit = first / 100, second / 100, {"¢": "USD", "p": "GBP"}[unit]
            self.add("money", low * first, high * (second if got.get("b") else first), unit, match.span())

    def share(self) -> None:
        for match in self.matches(*SHARE):
            low, high = number(match["a"]), number(match["b"]) if match["b"] else None
            if low is None:
                continue
            if "%" in match[0] or "cent" in match[0].lower() or "prozent" in match[0].lower():
                self.add("share", low, high or low, "%", match.span())
            elif high and low < high:
                self.add("share", 100 * low / high, 100 * low / high, "%", match.span())

    def time(self) -> None:
        for match in self.matches(TIME):
            self._time(match)
        for match in self.matches(ARTICLE_TIME):
            self._article_time(match)

    def _time(self, match: re.Match[str]) -> None:
        unit, start, end = _minutes(match["unit"]), match.start(), match.end()
        before = self.text[max(0, start - 12) : start]
        if match["unit"].lower() in ("h", "d", "mes", "an", "ans", "min") and not re.search(
            r"\d|[a-zé]{3}", match["a"]
        ):
            return
        couple = "couple" in match["a"].lower()
        low = 2.0 if couple else number(match["a"])
        high = number(match["b"]) if match["b"] else low
        if low is None or high is None or _HABIT.search(before) or low > 5000:
            return
        if unit == YEAR and (_OVER.search(before) and self.found):  # "$1.2 million over three years"
            return
        if unit == YEAR and low == 1 and _PERIOD.search(before):
            self.add("time", None, None, "min", (start, end))
            return
        if match["half"]:
            low, high = low + 0.5, high + 0.5
        low, high = low * unit, high * unit
        if unit >= HOUR and (half := AND_A_HALF.match(self.text, end)):
            low, high, end = low + unit / 2, high + unit / 2, half.end()
        elif unit >= HOUR and (more := MORE_TIME.match(self.text, end)) and not match["b"]:
            smaller = 1.0 if more["unit"].lower() == "m" else _minutes(more["unit"])
            extra = number(more["a"])
            if smaller < unit and extra is not None:
                low, high, end = low + extra * smaller, high + extra * smaller, more.end()
        self.add("time", low, high, "min", (start, end))

    def _article_time(self, match: re.Match[str]) -> None:
        unit, end = _minutes(match["unit"]), match.end()
        start = match.start("part" if match["part"] else "article")
        if match["unit"].lower() in ("h", "d", "m", "mes", "an", "ans", "min", "std"):
            return
        before = self.text[max(0, start - 24) : start]
        part = (match["part"] or "").lower()
        half = AND_A_HALF.match(self.text, end)
        stated = _STATED.search(before)
        if not part and not half and not (stated or match["article"].lower() == "another"):
            return  # "forty hours a month", "what a day", "give me a minute"
        share = 0.5 if part == "half" else 0.75 if part.startswith(("three", "3/4")) else 0.25 if part else 1.0
        if half:
            share, end = share + 0.5, half.end()
        self.add("time", share * unit, share * unit, "min", (start, end))

    def people(self) -> None:
        for match in self.matches(PEOPLE):
            low = number(match["a"])
            high = number(match["b"]) if match["b"] else low
            if low is None or high is None or low > 100_000:
                continue
            full = match["full"] or match["noun"].lower().startswith(("fte", "headcount"))
            self.add("people", low, high, "fte" if full else "people", match.span())

    def count(self) -> None:
        for match in self.matches(COUNT):
            low = number(match["a"])
            high = number(match["b"]) if match["b"] else low
            if (
                low is None
                or high is None
                or low != int(low)
                or low > 100_000
                or (low < 2 and not match["a"].isdigit())
            ):
                continue  # "one of the calls" counts nothing
            unit = " ".join(match["noun"].lower().split())
            self.add("count", low, high, unit, match.span())
        ordinals = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
        for match in self.matches(ORDINAL):
            word = match["a"].lower()
            value = ordinals.index(word) + 2 if word in ordinals else int(re.sub(r"\D", "", word))
            self.add("count", value, value, match["noun"].lower() + "s", match.span())
        for match in self.matches(TWICE):
            value = 2 if match["a"].lower() == "twice" else 3
            self.add("count", value, value, "times", match.span())


def find_quantities(text: str, locale: str = "en") -> list[Quantity]:
    """Every quantity in a text, in the order of the words; `start` and `end` are its place in the text."""
    reader = _Reader(text)
    reader.money()
    reader.share()
    reader.people()
    reader.time()
    reader.count()
    return sorted(reader.found, key=lambda quantity: quantity.start)
