"""Whether the customer bore what she states, or only speaks of it: a promise, a law, a balance, an age, a habit.

The cue that stands nearest before a quantity decides, unless what follows says it clearer. Words of English, German,
French and Spanish; every pattern is for a text in lower case.
"""

from __future__ import annotations

import re

from voices.measures import COUNTED_WITHIN, YEAR

_HAPPENED = (
    r"took|takes?|taking|spent|spend|wasted?|waited|waiting(?!\s+times?)|wait(?!\s+times?)|lost|lose|late|delay\w*|down|"
    r"hold|queue\w*|cost(?:s|ing)?(?!\s+of\s+living)|sat|stood|chas\w+|paid|paying|charged|fees?|fined?|penalt\w+|stolen|owe[sd]?\s+(?:me|us)|"
    r"overtime|out\s+of\s+pocket|extra|refund\s+of|called|rang|phoned|rung|damage[sd]?|ignor\w+|became|ended\s+up|turned\s+into|"
    r"warte\w*|gewartet|dauer\w*|gedauert|verlor\w*|verlier\w*|gekostet|kostet\w*|stand|stillstand|ausfall|verspät\w*|verzöger\w*|"
    r"verbracht|gebraucht|brauch\w+|bezahl\w*|zahl(?:en|ten|te)|schaden|verlust|strafe|mehrkosten|überstunden|geworden|tatsächlich|"
    r"attend\w*|attente|retard\w*|perd\w*|perte?s?|passé\w*|duré|dur(?:e|ait)|fallu|payé\w*|coût(?:e|é|ait)\w*|facturé\w*|"
    r"pénalit\w+|surcoût\w*|devenu\w*|réel\w*|esper\w+|retras\w+|demor\w+|tard\w+|pag(?:amos|ué|ar)|cost(?:ó|aron)|cobr\w+|penaliz\w+|"
    r"fueron|dedic\w+|real(?:idad|mente)?|actual(?:ly)?"
)
# "Longer than expected: three weeks" was borne.
_SPOKEN = (
    r"told(?!\s+(?:him|her|them)\b)|informed|advised|(?<!than\s)promis\w+|quoted|could\s+(?:be|wait|take)(?:\s+waiting)?(?:\s+up\s+to)?|"
    r"(?:waiting\s+)?times?\s+(?:of|is|was)(?:\s+up\s+to)?|entitled|laws?|requires?|polic(?:y|ies)|refunded|lease|"
    r"contract|warranty|been\s+(?:here|with|a\b)|since|modified|except|within\s+the|(?<!than\s)(?:planned|scheduled|agreed|"
    r"estimated|expected|supposed)|should|instead\s+of|guarantee[ds]?|sla|reduce|shorten|competitors?|payment\s+terms?|net|sales\s+cycle|"
    r"kept\s+for|valid\s+for|(?<!als\s)(?:zugesagt\w*|versproch\w+|angekündigt\w*|geplant\w*|vereinbart\w*)|statt|anstatt|sollte\w*|"
    r"garantie\w*|gewährleist\w+|vertrag\w*|laufzeit|\w*frist|zahlungsziel|gültig|wettbewerb\w*|konkurrenz|maximal|höchstens|"
    r"(?<!que\s)(?:promis\w*|prévu\w*|annoncé\w*|convenu\w*)|au\s+lieu\s+d\w*|garanti\w*|contrat|préavis|devrai\w+|concurrent\w*|valable\w*|"
    r"promet\w+|prometid\w+|previst\w+|acordad\w+|anunciad\w+|en\s+(?:lugar|vez)\s+de|garantía|contrato|debería\w*|competidor\w*|"
    r"competencia|válid\w+"
)
_OWED = (
    r"balance|loan|payoff|principal|interest|mortgage|financed|limit|bonus|credit\s+line|amount|owed|withdraw\w*|"
    r"account\s+had|inquir\w+|disput\w+|(?<!half\s)price[sd]?|turnover|revenue|invoice\s+(?:of|for)|budget|quoted\s+at|volume|deal\s+size|(?:order|contract)\s+value|above|below|"
    r"exceed\w*|discount\w*|sav(?:e|es|ed|ing)|\w*preis\w*|angebot\w*|umsatz|auftragswert|rabatt\w*|prix|devis|remise|"
    r"chiffre\s+d'affaires|budget|precio\w*|presupuesto|oferta|descuento|facturación|ahorr\w+"
)
_SIZE = (
    r"we\s+are|we're|employ\w*|(?:team|crew|staff|workforce|company|plant|site|department)\s+(?:of|with)|wir\s+sind|firma\s+mit|"
    r"betrieb\s+mit|team\s+von|nous\s+sommes|équipe\s+de|entreprise\s+de|somos|equipo\s+de|empresa\s+de"
)
_GROWN = (
    r"discount\w*|price[sd]?|\w*rabatt\w*|\w*preis\w*|skonto|remise|prix|descuento\w*|precio\w*|margin|vat|mwst|tva|iva|growth|"
    r"market\s+share|contract|agreed|promis\w*|guarante\w+|sla|target|zugesagt\w*|vereinbart\w*|garanti\w*|prometid\w*|uptime|availability|verfügbarkeit"
)
_CUES = {
    "time": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_SPOKEN}))\b"),
    "money": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_OWED}))\b"),
    "count": re.compile(
        rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>use|visit|attend|travel|come|go|if\s+(?:this|it|that)\s+happens)(?=\b.{{0,30}}$))\b"
    ),
    "people": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_SIZE}))\b"),
    "share": re.compile(rf"\b(?:(?P<yes>{_HAPPENED})|(?P<no>{_GROWN}))\b"),
}
_AFTER_NO = {
    "time": re.compile(
        r"^\W*(?:to\s+(?:respond|reply|comply|pay|answer|decide)|fixed|loan|mortgage|notice|warranty|contract|guarantee|"
        r"check\w*|ago\b|or\s+so\s+ago|got\s+missed|term\b|late\s+on\b|payment|net\b|sla\b|"
        r"garantie|gewährleistung|kündigungsfrist|zahlungsziel|erfahrung|de\s+(?:garantie|préavis|garantía|preaviso|contrat\w*|"
        r"experiencia)|d'(?:âge|ancienneté|expérience))|^[- ]*(?:olds?\b|of\s+age|alt\b)"
    ),
    "money": re.compile(
        r"^\W*(?:loan|mortgage|bonus|balance|account|limit|contract|charge\s+on|to\s+accounts|which\s+(?:this|we\s+feel))"
    ),
    "count": re.compile(r"^\W*(?:a|per|each|every)\s+(?:day|week|month|year)\b"),
}
# What follows and says that it was borne, whatever stands before: the verb of a German sentence, "days late".
_AFTER_YES = re.compile(
    r"^\s+(?:late\b(?!\s+on)|overdue|wasted|lost\b|of\s+(?:down\s?time|delays?|waiting|rework|overtime)|"
    r"(?:de|en)\s+(?:retard|retraso|demora|perdu\w*|perte|espera)|d'(?:attente|arrêt)|que\s+(?:\w+\s+){0,2}(?:atten|esper)\w+|"
    r"(?:[\wäöüß]+\s+){0,2}(?:gekostet|verloren|gewartet|gedauert|bezahlt|zu\s+spät|stillstand|verspätung|verzug|warten|warte)\b)"
)
_SINCE = re.compile(
    r"\b(?:customers?|clients?|members?|loyal|been\s+with|aged?|age\s+of|lived|worked|married|owned)\b[^.!?]{0,25}$"
)
_AGO = re.compile(r"\b(?:vor|il\s+y\s+a|hace)\s+(?:\w+\s+)?$")
_CLAUSE = re.compile(r"[.!?;](?=\s)|\n|\b(?:but|however|aber|jedoch|sondern|mais|pero|sino)\b")
# "85 employees," says how big they are.
_HEADS = re.compile(r"(?:employees|staff|headcount|mitarbeiter(?:n|innen)?|employés|salariés|empleados)\Z")
_ALONE = re.compile(r"\s*(?:[,.;)(]|$|(?:in|at|and|und|et|y)\b)")


def is_borne(kind: str, text: str, start: int, end: int, low: float = 0) -> bool:
    """`low`: its value. Whole years are how long somebody is here, or how old something is, where nothing says that
    they were lost."""
    before, after = text[max(0, start - 70) : start], text[end : end + 40]
    said = _CLAUSE.split(before)[-1]
    cue = next(iter(reversed(list(_CUES[kind].finditer(said)))), None)
    yes = cue is not None and cue["yes"] is not None
    if kind in ("time", "money") and _AFTER_YES.match(after):
        return True
    if kind == "time" and (_SINCE.search(said) or _AGO.search(said) or COUNTED_WITHIN.search(said)):
        return False
    if kind == "people" and not yes and _HEADS.search(text[start:end]) and _ALONE.match(after):
        return False
    if kind in _AFTER_NO and _AFTER_NO[kind].match(after) and not (yes and kind == "money"):
        return kind == "count" and (cue is None or yes)
    if cue:
        return yes
    return not (kind == "time" and low >= YEAR)
