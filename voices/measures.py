"""The words of quantities by language: numbers, units of time, money, what is counted, and what only looks like one.

English, German, French and Spanish are read together, since nobody says in which a comment is written. Every pattern
is for a text in lower case (`lowered`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HOUR, DAY, WEEK, MONTH, YEAR = 60, 8 * 60, 5 * 8 * 60, 21 * 8 * 60, 252 * 8 * 60

# -- numbers -----------------------------------------------------------------------------------
_SMALL = [
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez - doce trece catorce quince",  # "once" is English too
]
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
}  # fmt: skip
# "un", "ein" and "uno" are read as articles, where a unit follows.
WORDS = {word: float(n) for of in _SMALL for n, word in enumerate(of.split()) if word not in ("un", "uno", "-")} | {
    "dozen": 12.0, "dutzend": 12.0, "douzaine": 12.0, "docena": 12.0, "quinzaine": 15.0, "cent": 100.0,
    "eineinhalb": 1.5, "anderthalb": 1.5, "zweieinhalb": 2.5, "dreieinhalb": 3.5, **_TENS,
}  # fmt: skip
SCALES = {
    "hundred": 100.0, "hundert": 100.0, "cien": 100.0, "cents": 100.0, "thousand": 1e3, "grand": 1e3, "tausend": 1e3,
    "mille": 1e3, "mil": 1e3, "million": 1e6, "millionen": 1e6, "millions": 1e6, "millón": 1e6, "millones": 1e6,
    "billion": 1e9, "milliarden": 1e9, "milliards": 1e9,
}  # fmt: skip
SHORT = {
    "k": 1e3, "t": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "mrd": 1e9, "tsd": 1e3,
} | SCALES  # fmt: skip
FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_word = _any(word for word in WORDS if word != "cent")
_tens = _any(_TENS)
_ones = _any(word for word, value in WORDS.items() if 1 <= value <= 9)
_scale = "hundred|thousand|grand|million|billion|hundert|tausend|mille|mil|millionen|millions|millones|cents(?=\\s+\\w)"
DIGITS = r"(?:\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?|\.\d+)"
_BELOW_HUNDRED = rf"(?:(?:{_tens})(?:[- ]|\s+(?:y|et)\s+)(?:{_ones})|{_word})"
_NUMBER_WORDS = (
    rf"(?:(?:{_BELOW_HUNDRED}|an?(?=\s+(?:{_scale}|dozen)\b))"
    rf"(?:(?:[- ](?:{_scale}|dozen))+(?:\s+and\s+{_BELOW_HUNDRED}(?=\s))?)?|"
    rf"mille|mil|tausend|hundert|cien|cent(?=\s+(?:euros?|francs?|fois|pages?|heures?|jours?)\b))\b"
)
NUMBER = rf"(?:\d+\s+(?:and\s+)?\d/\d|\d/\d|\d*[¼½¾]|{DIGITS}|{_NUMBER_WORDS})"
_TO = r"-|–|—|to|or|bis|oder|à|ou|a|o"


def _ranged(first: str, second: str) -> str:
    """ "3 to 4", and "3 and 4" where it begins with "between": "200 and 3 hours" are two things."""
    opened = r"(?P<open>(?<=between\s)|(?<=zwischen\s)|(?<=entre\s))?"
    return rf"{opened}{first}(?:\s*(?(open)(?:and|und|et|y|{_TO})|(?:{_TO}))\s*{second})?"


_NUMBERS = _ranged(f"(?P<a>{NUMBER})", f"(?P<b>{NUMBER})")

# -- time --------------------------------------------------------------------------------------
UNITS: list[tuple[str, float]] = [
    (r"sec(?:ond)?s?|sekunden?|secondes?|segundos?", 1 / 60),
    (r"min(?:ute|uten?|utos?|utes)?s?|mintues?|mn", 1),
    (r"hours?|hrs?|stunden?|std|heures?|horas?|h", HOUR),
    (r"days?|nights?|arbeitstage?n?|werktage?n?|tage?n?|jours?|journées?|d[ií]as?|jornadas?|nächten?|nuits?|noches?", DAY),
    (r"fortnights?", 2 * WEEK),
    (r"weeks?|wks?|wochen?|semaines?|semanas?", WEEK),
    (r"months?|mths?|mnths?|monate?n?|mois|mes(?:es)?", MONTH),
    (r"years?|yrs?|jahre?n?|ans?(?=\s|[.,!?]|$)(?!\s+(?:hour|hr|day|week|month|year)\b)|années?|años?", YEAR),
]  # fmt: skip
_unit = "|".join(pattern for pattern, _ in UNITS)
_UNIT_OF = [(re.compile(rf"(?:{pattern})\Z"), minutes) for pattern, minutes in UNITS]
_OF_WHAT = (
    r"(?:(?:long|full|whole|solid|business|working|work|calendar|consecutive|straight|extra|more|further|"
    r"volle[nr]?|ganze[nr]?|lange[nr]?)\s+|(?:man|person|labou?r|operating)[- ])?"
)
TIME = re.compile(
    rf"(?<![\w.,:/$£€-])(?:(?P<couple>(?:a\s+)?couple(?:\s+of)?)|{_NUMBERS})(?:\s*\(\s*\d+\s*\))?\s*(?:\+|plus\b)?\s*-?\s*"
    rf"(?P<half>(?:and\s+a\s+half|and\s+a\s+quarter)\s+)?{_OF_WHAT}(?P<unit>{_unit})\b"
)
HOURS_AND_MINUTES = re.compile(r"(?<![\w.,:/])(?P<hours>\d{1,2})\s?h\s?(?P<minutes>[0-5]\d)(?:\s?(?:min|mn|m))?\b")
_ARTICLES = r"an?|another|une?|una|ein(?:e[nrm]?)?"
_FULL = r"whole|full|entire|good|further|extra|lost|ganze[nrms]?|volle[nrms]?"
ARTICLE_TIME = re.compile(
    rf"(?<![\w-])(?P<part>half|three\s+quarters\s+of|(?:a\s+)?quarter\s+of|3/4\s+of|1/2|½)?\s*\b(?P<article>{_ARTICLES})\s+"
    rf"(?:(?P<full>{_FULL})\s+)?(?P<unit>{_unit})(?P<entire>\s+(?:enti[eè]re?|enter[oa]|complète))?\b"
)
_PARTS = {
    0.75: r"trois\s+quarts\s+d'|tres\s+cuartos\s+de\s+|dreiviertel",
    0.25: r"quart\s+d'|cuarto\s+de\s+|viertel",
    0.5: r"half[- ]|halbe[nrms]?\s+|demi(?:e?[- ])|medi[oa]\s+",
}
PART_TIME = re.compile(
    rf"(?<!\w)(?<!and\s)(?<!and\sa\s)(?:(?:{_ARTICLES})\s+)?(?P<part>{'|'.join(_PARTS.values())})(?P<unit>{_unit})\b"
)
MORE_TIME = re.compile(rf"\s*(?:,|and|&|und|et|y)?\s*(?P<a>{DIGITS}|{_NUMBER_WORDS})\s*(?P<unit>{_unit}|m)\b")
AND_A_HALF = re.compile(r"\s*(?:(?:and|&)\s*(?:a\s+)?half|et\s+demie?|y\s+medi[oa])\b")
# "an hour" is stated where these stand before or behind it; else it is "give me a minute", "what a day".
_ABOUT = r"about|almost|nearly|at\s+least|around|roughly|easily|up\s+to|etwa|fast|rund|circa|environ|presque|casi|unos?"
STATED = re.compile(
    r"\b(?:(?:for|took|tak(?:es?|ing)|spen[dt](?:s|ing)?|los(?:es?|t|ing)|wast(?:es?|ed|ing)|wait(?:s|ed|ing)?|within|after|"
    r"needs?|needed|costs?(?:\s+(?:me|us|them|him|her))?|stood|down|dauert\w*|brauch\w*|seit|nach|für|warte\w*|kostete?|"
    r"pendant|durant|pris|prend|passé\w*|perdu\w*|perd(?:ons)?|attendu|attend(?:ons|re)?|depuis|dur(?:é|e|ait)|mis|fallu|"
    rf"faut|après|coûté|durante|tard\w+|perd\w+|esper\w+|tras|después\s+de|dedic\w+|cost[oóa]\w*)\s+(?:(?:{_ABOUT})\s+)?|"
    r"(?:over|more\s+than|about|over|über|mehr\s+als|más\s+de|plus\s+de)\s+|plus\s+d')$"
)
STATED_BEHIND = re.compile(
    r"\s+(?:late|behind|wasted|lost|waiting|chasing|delay|on\s+(?:hold|the\s+phone)|"
    r"of\s+(?:down\s?time|delays?|wait\w*|work|rework|production|overtime|lost)|"
    r"de\s+(?:retard|perdu\w*|travail|retraso|demora|espera|trabajo|parada)|d'(?:attente|arrêt)|au\s+téléphone|al\s+teléfono|perdid[oa]s?|"
    r"(?:\w+\s+){0,2}(?:gewartet|verloren|gekostet|gedauert|gebraucht|wartezeit|verspät\w+|verzug|verzögerung|"
    r"stillstand|ausfall|mehrarbeit|zu\s+spät|am\s+telefon|beschäftigt))\b"
)
HABIT = re.compile(r"\b(?:every|each|per|the\s+other|alle|chaque|cada)\s*$")
PERIOD = re.compile(r"\b(?:in|within)\s*$")
OVER = re.compile(r"\bover\s*$")

# -- what is counted -----------------------------------------------------------------------------
_COUNTED = (
    r"times?|tries|attempts?|occasions?|(?:phone\s*)?calls?|phonecalls?|callbacks?|call\s*-?backs?|call-?outs?|e-?mails?|mails?|messages?|"
    r"voicemails?|texts?|letters?|visits?|trips?|meetings?|appointments?|forms?|signatures?|approvals?|pages?|clicks?|"
    r"steps?|screens?|logins?|passwords?|tickets?|cases?|requests?|reminders?|follow-?ups?|escalations?|complaints?|claims?|"
    r"transfers?|hand-?(?:offs|overs?)|replacements?|re-?deliveries|deliveries|shipments?|order\s+lines|orders?|invoices?|credit\s+notes?|"
    r"errors?|mistakes?|failures?|outages?|breakdowns?|crashes?|delays?|cancellations?|workarounds?|re-?boots?|rounds?|"
    r"iterations?|revisions?|versions?|systems?|portals?|departments?|teams?|agents?|advis[eo]rs?|engineers?|technicians?|"
    r"representatives?|reps?|ladies|operators?|drivers?|account\s+managers?|managers?|contacts?|suppliers?|vendors?|sites?|pallets?|boxes|units?|"
    r"parts?|drawings?|documents?|certificates?|"
    r"mal|anrufe[n]?|telefonate[n]?|nachrichten|formulare[n]?|unterschriften|freigaben|genehmigungen|besuche[n]?|termine[n]?|reklamationen|"
    r"rechnungen|lieferungen|mahnungen|rückfragen|fehler[n]?|ausfälle[n]?|störungen|techniker[n]?|monteure[n]?|ansprechpartner[n]?|"
    r"seiten|klicks|schritte[n]?|anläufe[n]?|versuche[n]?|"
    r"fois|appels?|courriels?|relances?|formulaires?|validations?|visites?|rendez-vous|réclamations?|factures?|livraisons?|"
    r"interventions?|techniciens?|interlocuteurs?|erreurs?|pannes?|clics?|étapes?|essais?|tentatives?|"
    r"veces|ocasiones|llamadas?|correos?|mensajes?|formularios?|firmas?|aprobaciones|visitas?|citas?|reclamaciones|facturas?|"
    r"entregas?|envíos?|técnicos?|interlocutores|errores|averías?|páginas?|pasos?|intentos?|incidencias?"
)
_ADJECTIVES = (
    r"(?:(?:different|separate|missed|failed|further|more|additional|long|unanswered|wasted|other|new|wrong|incorrect|"
    r"extra|support|service|sales|cancel+ed|consecutive|single|various|internal|manual|verschiedene[nr]?|weitere[nr]?|"
    r"falsche[nr]?|zusätzliche[nr]?|unterschiedliche[nr]?|différent\w*|autres|distint[oa]s|diferentes)\s+){0,3}"
)
PER = (
    r"(?:an?|per|each|every|/|pro|im|am|par|por|al?)\s*(?:la\s+)?(?P<rate>hour|day|week|month|quarter|year|annum|stunde|tag|"
    r"woche|monat|quartal|jahr|heure|jour|semaine|mois|an|hora|día|semana|mes|año)"
)
PEOPLE = re.compile(
    rf"(?<![\w.,:/$£€-]){_NUMBERS}\s*{_ADJECTIVES}(?P<noun>people|persons?|colleagues|employees|workers|"
    r"members\s+of\s+staff|staff|ftes?|headcount|personen|leuten?|kollegen|kolleginnen|mitarbeiter(?:n|innen)?|personnes|"
    r"collègues|employés|salariés|personas|empleados|trabajadores|compañeros)\b(?P<full>\s+full[- ]time|\s+(?:in\s+)?vollzeit)?"
)
COUNT = re.compile(rf"(?<![\w.,:/$£€#-]){_NUMBERS}\s*(?:x\s*)?\+?\s*{_ADJECTIVES}(?P<noun>{_COUNTED})\b")
_ORDINALS = [
    "second third fourth fifth sixth seventh eighth ninth tenth", "zweiten dritten vierten fünften sechsten",
    "deuxième troisième quatrième cinquième sixième", "segunda tercera cuarta quinta sexta",
]  # fmt: skip
ORDINALS = {word: n for of in _ORDINALS for n, word in enumerate(of.split(), start=2)}
ORDINAL = re.compile(
    rf"\b(?P<a>\d{{1,2}}(?:nd|rd|th)|{'|'.join(ORDINALS)})\s+"
    r"(?P<noun>time|visit|call|attempt|e-?mail|engineer|technician|replacement|complaint|reminder|delivery|mal|fois|vez)\b"
)
_PLURALS = {"delivery": "deliveries", "mal": "mal", "fois": "fois", "vez": "veces"}
TWICE = re.compile(r"\b(?P<a>twice|thrice)\b(?!\s+(?:as|the)\b)")
_mal = "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig"
TIMES_IN_GERMAN = re.compile(rf"(?<!\w)(?P<a>{_mal}|\d{{1,3}}(?=-))-?mal\b(?!\s+so\b)")
# Counts stand before such a window: "six calls in two weeks".
COUNTED_WITHIN = re.compile(
    r"\b(?:times|calls|e-?mails|mails|visits|attempts|failures|breakdowns|outages|reminders|tickets|errors|deliveries|twice|"
    r"mal|anrufe|ausfälle|fois|appels|pannes|veces|llamadas|averías)\s+"
    r"(?:with)?(?:in(?:nerhalb\s+von)?|en|dans)\s+(?:only\s+|just\s+|less\s+than\s+|nur\s+|solo\s+)?$"
)

# -- money -------------------------------------------------------------------------------------
SYMBOLS = {
    "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "us$": "USD", "ca$": "CAD", "c$": "CAD", "au$": "AUD",
    "a$": "AUD", "nz$": "NZD", "zł": "PLN", "kč": "CZK", "sfr": "CHF", "rs": "INR",
}  # fmt: skip
MONEY_WORDS = {
    "dollar": "USD", "buck": "USD", "pound": "GBP", "quid": "GBP", "euro": "EUR", "franc": "CHF", "franken": "CHF",
    "rupee": "INR", "yen": "JPY", "dólare": "USD", "libra": "GBP", "pfund": "GBP", "cent": "¢", "pence": "p",
}  # fmt: skip
ISO = ("usd", "gbp", "eur", "chf", "aud", "cad", "nzd", "inr", "jpy", "sek", "nok", "dkk", "pln", "czk")
_money_word = (
    r"dollars?|bucks?|pounds?|quid|euros?|francs?|franken|rupees?|yen|dólares|libras|pfund|cents?|pence|"
    + "|".join(ISO)
)
_short = (
    r"k|mm|mn|mio\.?|m|bn|mrd\.?|tsd\.?|thousand|million|billion|hundred|grand|tausend|millionen|milliarden|mille|millions|mil|"
    r"millones|millón|t(?=€|eur)"
)
# "2 300 €", "950,- €"
_MONEY_DIGITS = rf"(?:\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|{DIGITS})(?:[.,][-–—]{{1,2}})?"
_AMOUNT = rf"(?:{_MONEY_DIGITS}|{NUMBER})"
_NOT_MONEY = rf"(?!\s*(?:{_unit}|{_COUNTED})\b)"  # in "EUR 4500 and 12 hours" the second number is none of money
_sign = r"(?<!\w)(?:us|ca|au|nz|c|a)\$|[$£€¥₹]|\b(?:sfr|rs)\.?(?=\s?\d)"
_GROUPED = rf"\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d){_NOT_MONEY}"
MONEY = [
    re.compile(
        _ranged(
            rf"(?:(?<!\w)(?P<pre>[tkm])(?=€))?(?P<sign>{_sign})\s*(?P<a>{_GROUPED}|{DIGITS})\s*(?P<k>{_short})?\b",
            rf"(?:{_sign})?\s*(?P<b>{DIGITS})\s*(?P<k2>{_short})?\b{_NOT_MONEY}",
        )
    ),
    re.compile(
        _ranged(
            rf"\b(?P<pre>[tkm])?(?P<word>{'|'.join(ISO)})\s*(?P<a>{_GROUPED}|{DIGITS})\s*(?P<k>{_short})?\b",
            rf"(?:{'|'.join(ISO)})?\s*(?P<b>{DIGITS})\s*(?P<k2>{_short})?\b{_NOT_MONEY}",
        )
    ),
    re.compile(
        rf"(?<![\w.,]){_ranged(f'(?P<a>{_AMOUNT})', f'(?P<b>{_AMOUNT})')}\s*(?P<k>{_short})?\s*(?:d'|de\s+)?"
        rf"(?:(?P<sign>[$£€¥₹]|(?:zł|kč)(?!\w))|(?P<word>{_money_word})\b)"
    ),
    re.compile(rf"(?<![\w.,])(?P<a>\d+(?:\.\d+)?|{_NUMBER_WORDS})\s+(?P<k>grand)\b"),
]

# -- shares and traps --------------------------------------------------------------------------------
SHARE = [
    re.compile(
        rf"(?<![\w.,]){_NUMBERS}\s*"
        r"(?:%|per\s?cent\b|percent\b|prozent\b|pour\s?cent\b|por\s?ciento\b)"
    ),
    re.compile(
        rf"\b(?P<a>{_word}|\d+)\s+(?:in|out\s+of|von|sur|de\s+cada)\s+(?:every\s+)?(?P<b>{_word}|\d+)\b(?!\s*(?:{_unit})\b)"
    ),
]
# “a quarter of the pallets”, never “a quarter of the year”.
_FRACTION_OF = {
    0.75: r"three\s+quarters|drei\s*viertel|trois\s+quarts|tres\s+cuartas\s+partes",
    2 / 3: r"two[- ]thirds|zwei\s+drittel|deux\s+tiers|dos\s+tercios",
    0.5: r"half|die\s+hälfte|la\s+moitié|la\s+mitad",
    1 / 3: r"(?:a|one)\s+third|ein\s+drittel|un\s+tiers|un\s+tercio",
    0.25: r"(?:a|one)\s+quarter|ein\s+viertel|un\s+quart|una\s+cuarta\s+parte",
}
FRACTION = re.compile(
    rf"(?<!\w)(?<!first\s)(?<!second\s)(?<!last\s)(?<!latter\s)(?<!other\s)(?P<a>{'|'.join(_FRACTION_OF.values())})\s+(?:of\s+(?:the|our|all|my|your|their|these)|der|unserer|aller|des|de\s+(?:nos|los|las|nuestr[oa]s))\s+"
    rf"(?!(?:{_unit}|year|time)\b)\w"
)
_NO_NUMBER_OF = (
    r"iso|din|en|iec|ip|model|type|version|v|order|invoice|ticket|case|room|floor|gate|line|unit|part|page|chapter|"
    r"section|option|step|ref|po|no|nr|number|bed|ward|building|question|level|phase|rev|q|"
    r"norm|modell|typ|artikel|auftrag|bestellung|rechnung|halle|linie|teil|seite|pos|"
    r"norme|modèle|référence|commande|facture|ligne|modelo|referencia|pedido|factura|línea"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic)"
    r"[a-zäéû]*"
)
# What looks like a quantity and is none: opening hours, clock times, dates, ratings, model and order numbers.
TRAPS = re.compile(
    r"\b24\s*h?\s*[/x×-]\s*(?:24|7)(?:\s*h)?\b|\b7\s*(?:j|d)?\s*/\s*7\b|\b24\s+(?:hours\s+a\s+day|stunden\s+am\s+tag|heures\s+sur\s+24|horas\s+al\s+día)\b|"
    r"\b(?:365|7|seven)\s+days\s+a\s+(?:year|week)\b|\b7\s+jours\s+sur\s+7\b|"
    r"\b\d{1,2}:\d{2}(?::\d{2})?\b(?!\s*h)|\b\d{1,2}(?:[.:]\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|uhr|o'clock)(?!\w)|"
    r"(?<!\d\s)(?<!\w)(?:à|vers|dès)\s+\d{1,2}\s?h(?:[0-5]\d)?(?!\w)|"
    r"\b\d{1,2}\s*/\s*10\b|\b\d+(?:[.,]\d+)?\s+out\s+of\s+(?:10|ten|5|five)\b|"
    r"(?<![$£€¥₹.,])\b(?:19|20)\d{2}s?\b(?!\s*(?:€|£|\$|eur|usd|gbp|chf|dollars|pounds|hours|minutes))|"
    rf"\b(?:{_NO_NUMBER_OF})\s*[.:#]?\s*-?\d[\w-]*\b(?!\s*(?:times?|mal|fois|veces|{_unit})\b)|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.|er)?\s+(?:of\s+|de\s+)?{_MONTH}\b|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|"
    r"\b(?:999|911|112|111|101)(?=\s?(?:call(?!s)|operator|service|number|line|team|staff|crew|handler|phone|advi[sc])\w*)|"
    r"\b(?:[01]\d|2[0-3])\.[0-5]\d\s?hrs\b|\b\d+\s+times\s+(?:worse|better|more|as|faster|slower|bigger|harder|easier)\b|"
    r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?=[a-z]*\d)[a-z]+\d+\w*\b|\bone\s+day\b(?=\s+(?:i|we|you|the|this)\b)"
)
# A text with none of these states nothing that is read here.
TELLING = re.compile(
    rf"[\d¼½¾]|\b(?:(?:{_word}|{_scale}|cent|cien|couple|twice|thrice|{'|'.join(ORDINALS)}|(?:{_mal})-?mal|"
    rf"(?:{_ARTICLES})\s+(?:(?:{_FULL})\s+)?(?:{_unit})|{'|'.join(_FRACTION_OF.values())})\b|{'|'.join(_PARTS.values())})"
)


def plural(noun: str) -> str:
    """The third call is one of three calls."""
    return _PLURALS.get(noun, f"{noun}s")


def minutes_of(unit: str) -> float:
    """How many minutes one of it has."""
    return next(minutes for pattern, minutes in _UNIT_OF if pattern.match(unit))


def part_of(words: str) -> float:
    """What "half", "viertel" or "trois quarts d'" are of a whole."""
    table = [*_PARTS.items(), *_FRACTION_OF.items()]
    return next(share for share, pattern in table if re.fullmatch(pattern, words))


def lowered(text: str) -> str:
    """In lower case, every letter where it was: patterns that need not care about case are four times as fast. Only
    the Turkish İ would become two."""
    return text.replace("İ", "I").lower()
