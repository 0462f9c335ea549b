"""The words of quantities by language: numbers, units of time, money, what is counted, and what only looks like one.

Every pattern is for a text in lower case (`lowered`).
"""

from __future__ import annotations

import re

HOUR, DAY, WEEK, MONTH, YEAR = 60, 8 * 60, 5 * 8 * 60, 21 * 8 * 60, 252 * 8 * 60

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
WORDS = {word: float(n) for n, word in enumerate(_ONES)}
WORDS |= {
    w: n * 10.0
    for n, w in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2)
}
WORDS |= {"fourty": 40.0, "dozen": 12.0}
# The small numbers of the other languages; their articles ("ein Tag") are read where a unit follows.
WORDS |= {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10}
WORDS |= {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10}
WORDS |= {"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10}
SCALES = {"hundred": 100.0, "thousand": 1e3, "grand": 1e3, "million": 1e6, "billion": 1e9}
SHORT = {"k": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "tsd": 1e3} | SCALES
FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75}

_word = "|".join(sorted(WORDS, key=len, reverse=True))
_scale = "hundred|thousand|grand|million|billion"
DIGITS = r"(?:\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?|\.\d+)"
_NUMBER_WORDS = (
    rf"(?:(?:(?:{_word})(?:[- ](?:{_word}))?|an?(?=\s+(?:{_scale}|dozen)\b))"
    rf"(?:[- ](?:{_scale}|dozen))*(?:\s+and\s+(?:{_word})(?:[- ](?:{_word}))?(?=\s))?)\b"
)
NUMBER = rf"(?:\d+\s+\d/\d|\d/\d|\d*[¼½¾]|{DIGITS}|{_NUMBER_WORDS})"
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
UNIT_OF = [(re.compile(rf"(?:{pattern})\Z"), minutes) for pattern, minutes in UNITS]
_OF_WHAT = r"(?:(?:long|full|whole|solid|business|working|work|calendar|consecutive|straight|extra|more|further)\s+)?"

SYMBOLS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "us$": "USD"}
MONEY_WORDS = {
    "dollar": "USD", "buck": "USD", "pound": "GBP", "quid": "GBP", "euro": "EUR", "franc": "CHF", "franken": "CHF",
    "rupee": "INR", "yen": "JPY", "cent": "¢", "pence": "p",
}  # fmt: skip
ISO = ("usd", "gbp", "eur", "chf", "aud", "cad", "inr", "jpy", "sek", "nok", "dkk", "pln", "czk")
_money_word = r"dollars?|bucks?|pounds?|quid|euros?|francs?|franken|rupees?|yen|cents?|pence|" + "|".join(ISO)
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
PER = r"(?:a|an|per|each|every|/|pro|par|por)\s*(?P<rate>hour|day|week|month|quarter|year|annum|monat|jahr|mois|mes)"

_NOT_MONEY = rf"(?!\s*(?:{_unit}|{_COUNTED})\b)"  # in "EUR 4500 and 12 hours" the second number is none of money
MONEY = [
    re.compile(
        rf"(?P<sign>us\$|[$£€¥₹])\s*(?P<a>{DIGITS})\s*(?P<k>{_short})?\b"
        rf"(?:{RANGE}(?:us\$|[$£€¥₹])?\s*(?P<b>{DIGITS})\s*(?P<k2>{_short})?\b{_NOT_MONEY})?"
    ),
    re.compile(
        rf"\b(?P<word>{'|'.join(ISO)})\s*(?P<a>{DIGITS})\s*(?P<k>{_short})?\b"
        rf"(?:{RANGE}(?P<b>{DIGITS})\s*(?P<k2>{_short})?\b{_NOT_MONEY})?"
    ),
    re.compile(
        rf"(?<![\w.,])(?P<a>{NUMBER})(?:{RANGE}(?P<b>{NUMBER}))?\s*(?P<k>{_short})?\s*"
        rf"(?:(?P<sign>[$£€])|(?P<word>{_money_word})\b)"
    ),
    re.compile(r"(?<![\w.,])(?P<a>\d+(?:\.\d+)?|" + _NUMBER_WORDS[:-2] + r")\s+(?P<k>grand)\b"),
]
TIME = re.compile(
    rf"(?<![\w.,:/$£€-])(?P<a>{NUMBER}|(?:a\s+)?couple(?:\s+of)?)(?:\s*\(\s*\d+\s*\))?(?:{RANGE}(?P<b>{NUMBER}))?\s*(?:\+|plus\b)?\s*-?\s*"
    rf"(?P<half>(?:and\s+a\s+half|and\s+a\s+quarter)\s+)?{_OF_WHAT}(?P<unit>{_unit})\b"
)
ARTICLE_TIME = re.compile(
    rf"(?<![\w-])(?P<part>half|three\s+quarters\s+of|(?:a\s+)?quarter\s+of|3/4\s+of)?\s*"
    rf"\b(?P<article>an?|another|une?|ein(?:e[nrm]?)?)\s+(?:(?:whole|full|entire|good|further|extra|lost)\s+)?(?P<unit>{_unit})\b"
)
MORE_TIME = re.compile(rf"\s*(?:,|and|&)?\s*(?P<a>{DIGITS}|{_NUMBER_WORDS})\s*(?P<unit>{_unit}|m)\b")
AND_A_HALF = re.compile(r"\s*(?:and|&)\s*(?:a\s+)?half\b")
PEOPLE = re.compile(
    rf"(?<![\w.,:/$£€-])(?P<a>{NUMBER})(?:{RANGE}(?P<b>{NUMBER}))?\s*{_ADJECTIVES}(?P<noun>people|persons?|colleagues|"
    r"employees|members\s+of\s+staff|staff|ftes?|headcount|personen|leute|mitarbeiter|personnes|personas)\b"
    r"(?P<full>\s+full[- ]time)?"
)
COUNT = re.compile(
    rf"(?<![\w.,:/$£€#-])(?P<a>{NUMBER})(?:{RANGE}(?P<b>{NUMBER}))?\s*(?:x\s*)?\+?\s*{_ADJECTIVES}(?P<noun>{_COUNTED})\b"
)
ORDINAL = re.compile(
    r"\b(?P<a>\d{1,2}(?:nd|rd|th)|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+"
    r"(?P<noun>time|visit|call|attempt|e-?mail|engineer|technician|replacement|complaint|reminder|delivery)\b"
)
TWICE = re.compile(r"\b(?P<a>twice|thrice)\b(?!\s+(?:as|the)\b)")
SHARE = [
    re.compile(rf"(?<![\w.,])(?P<a>{DIGITS})(?:{RANGE}(?P<b>{DIGITS}))?\s*(?:%|per\s?cent\b|percent\b|prozent\b)"),
    re.compile(
        rf"\b(?P<a>{_word}|\d+)\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<b>{_word}|\d+)\b(?!\s*(?:years?|months?|days?))"
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
    r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?=[a-z]*\d)[a-z]+\d+\w*\b|\bone\s+day\b(?=\s+(?:i|we|you|the|this)\b)"
)
STATED = re.compile(
    r"\b(?:(?:for|took|takes?|spent|lost|waited|wait|within|after|cost\s+us)\s+(?:about\s+|almost\s+|nearly\s+)?|"
    r"over\s+|more\s+than\s+|about\s+)$"
)
HABIT = re.compile(r"\b(?:every|each|per|the\s+other)\s*$")
PERIOD = re.compile(r"\b(?:in|within)\s*$")
OVER = re.compile(r"\bover\s*$")

_ORDINALS = "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
# A text with none of these states nothing that is read here.
TELLING = re.compile(
    rf"[\d¼½¾]|\b(?:{_word}|{_scale}|couple|twice|thrice|{_ORDINALS}|(?:an?|another|une?|ein(?:e[nrm]?)?)\s+"
    rf"(?:(?:whole|full|entire|good|further|extra|lost)\s+)?(?:{_unit}))\b"
)


def lowered(text: str) -> str:
    """In lower case, every letter where it was: patterns that need not care about case are four times as fast. Only
    the Turkish İ would become two."""
    return text.replace("İ", "I").lower()
