"""What a let-down did to the customer, and how bad that is for her: 1 noticed, 2 annoying, 3 costs time or money,
4 harms her work or her customers, 5 stops her business, is unsafe, or makes her move orders.

Rules over her own words in English, German, French and Spanish; every point of the proposal names the words that gave
it. A proposal counts as nothing until a person confirms it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from voices.cleaning import says_nothing
from voices.measures import HOUR, lowered
from voices.quantities import Quantity

# kind → (the anchor it reaches by itself, the words)
_RULES: dict[str, tuple[int, tuple[str, ...]]] = {
    "safety": (5, (
        r"injur\w+|unsafe|safety\s+(?:incident|risk|issue|problem|hazard)|hazard\w*|danger\w*|accident|burn(?:ed|t)\s+(?:his|her|my)|"
        r"electric\s+shock|caught\s+fire|evacuat\w+|lawsuit|legal\s+action|regulator\w*|audit\s+finding|breach|data\s+leak",
        r"verletz\w+|gefährlich\w*|unfall|sicherheitsrisiko|brand(?:gefahr)?",
        r"bless\w+|dangereu\w+|accident|risque\s+pour\s+la\s+sécurité",
        r"herid\w+|lesion\w+|peligros\w+|accidente|riesgo\s+de\s+seguridad",
    )),
    "order_moved": (5, (
        r"(?:switch|chang|mov)(?:e|ed|ing)\s+(?:to\s+)?(?:another|a\s+different|(?:your|a|the)\s+competitor|vendors?|suppliers?|providers?)|"
        r"(?:another|other|second|different|alternative|backup)\s+(?:vendor|supplier|source)|competitor|going\s+elsewhere|(?:buy|buying|bought|order|ordering|source|look|looking)\s+(?:\w+\s+){0,3}elsewhere|"
        r"split(?:ting)?\s+(?:our|the)\s+(?:order|orders|volume|business)|dual\s+sourc\w+|second\s+sourc\w+|"
        r"cancel\w*\s+(?:our|my|the|this)\s+(?:contract|order|subscription|account)|(?:not|won'?t|never)\s+(?:be\s+)?renew\w*|"
        r"never\s+(?:buy|order|again)|terminat\w+\s+(?:our|the)\s+contract|placed\s+(?:the|our)\s+(?:next\s+)?order\s+with",
        r"ander(?:en|er|em)\s+(?:lieferant\w*|anbieter\w*|hersteller\w*)|zur\s+konkurrenz|wettbewerber\w*|zweitlieferant\w*|gekündigt|lieferanten?\s+(?:ge)?wechsel\w*|anderswo",
        r"autre\s+fournisseur|concurren\w+|résili\w+|changé\s+de\s+fournisseur|ailleurs",
        r"otro\s+proveedor|competencia|competidor\w*|cancela\w+\s+el\s+(?:contrato|pedido)|cambi\w+\s+de\s+proveedor",
    )),
    "lost_output": (5, (
        r"down\s?time|outage|(?:line|machine|plant|production|press|oven|pump)s?\s+(?:\w+\s+){0,2}(?:down|stopp\w*|stood|idle|stoppage|standstill|halted)|"
        r"(?:stopp\w*|halted|lost|idle)\s+(?:[\w.,-]+\s+){0,4}(?:production|line|shift|output)|(?:stood|sat|standing|sitting|were|was)\s+idle|shut\s+down|stand(?:ing)?\s?still|stood\s+still|lost\s+(?:a|the|one|two|three|\d+)\s+shifts?|production\s+loss(?:es)?|loss\s+of\s+production|"
        r"(?:can(?:no|')?t|could\s*n[o']t|unable\s+to)\s+(?:work|operate|produce|ship|deliver|run|trade)|out\s+of\s+(?:service|action|order)|scrap(?:ped)?\s+\w+",
        r"stillstand|produktions(?:ausfall|stopp)|st[ae]nd\w*\s+(?:[\w.,]+\s+){0,3}still|steht\s+still|ausfall|ausgefallen|schicht\s+verloren",
        r"arrêt\s+(?:de\s+)?(?:la\s+)?(?:production|ligne|machine)|à\s+l'arrêt|(?:de|pendant)\s+l'arrêt|panne|immobilisé\w*",
        r"(?:est\w+|qued\w+)\s+parad[ao]s?|(?:parada|parón)\s+de\s+(?:la\s+)?(?:producción|línea|máquina|planta)|producción\s+(?:detenida|perdida)|avería",
    )),
    "cost": (3, (
        r"cost\s+(?:me|us)|out\s+of\s+pocket|surcharges?|demurrage|penalt\w+|fine[ds]\b|over\s?charg\w+|double\s+(?:charged|billed|invoiced)|charged\s+twice|"
        r"(?:extra|additional|hidden|express|expedit\w+|rush)\s+(?:cost|costs|fee|fees|freight|charge|charges|shipping)|"
        r"lost?\s+(?:revenue|sales?|orders?|income|money|€|\$|£)|overtime|"
        r"paid\s+(?:\w+\s+){0,3}(?:extra|twice|again)|write[- ]off|wasted\s+money",
        r"mehrkosten|zusatzkosten|überstunden|vertragsstrafe|gekostet|teurer|doppelt\s+(?:berechnet|bezahlt)|express(?:fracht|kosten|zuschlag)\w*|aufpreis|zuschlag",
        r"nous\s+a\s+coûté|surcoût\w*|frais\s+supplémentaires|pénalit\w+|heures\s+supplémentaires|facturé\s+deux\s+fois|surtaxe",
        r"nos\s+(?:ha\s+)?cost\w+|sobrecost\w+|horas\s+extra|penalizaci\w+|cobrad\w+\s+(?:dos\s+veces|de\s+más)|(?:gastos|costes)\s+adicionales|recargo\w*",
    )),
    "reputation": (4, (
        r"(?:our|my|their)\s+(?:own\s+)?(?:customers?|clients?|boss|management|board|end\s+users?)\s+(?:\w+\s+){0,3}(?:complain\w*|angry|furious|upset|waiting|asked|lost|blamed?|shouted|charged|penali[sz]ed|cancel\w+)|"
        r"look(?:ed|s)?\s+(?:bad|stupid|unprofessional|like\s+(?:fools|idiots|amateurs))|embarrass\w+|reputation|lost\s+(?:face|credibility|trust)|apologi[sz]e\s+to\s+(?:our|my)",
        r"blamiert|blamage|ruf\s+(?:gelitten|geschädigt)|peinlich|unser\w*\s+kunden?\s+(?:\w+\s+){0,3}(?:beschwer\w+|verärgert)",
        r"réputation|gênant|nos\s+clients\s+se\s+sont\s+plaints|image\s+de\s+marque",
        r"reputación|vergüenza|nuestros\s+clientes\s+se\s+quejar\w+|quedamos\s+mal",
    )),
    "workaround": (2, (
        r"work\s?-?arounds?|manually|manual\s+(?:work|entry|entries|input|process\w*|check\w*|steps?|effort|correction\w*|data|lists?)|by\s+hand|(?:excel|spread\s?sheets?)\b|re-?(?:typ|key|enter)\w*|copy\s+(?:and|&)\s+paste|"
        r"(?:our|my)\s+own\s+(?:list|sheet|spreadsheet|tool|copy)|keep\s+(?:a|our)\s+(?:spare|stock|second)|we\s+(?:now\s+)?print|built\s+our\s+own|take\s+photos?",
        r"umweg|behelf\w*|von\s+hand|händisch|excel|eigene\s+liste|notlösung|abtippen|abgetippt",
        r"contourn\w+|à\s+la\s+main|manuellement|tableur|ressais\w+|solution\s+de\s+fortune",
        r"a\s+mano|manualmente|hojas?\s+de\s+cálculo|volver\s+a\s+(?:teclear|introducir)|apaño|solución\s+provisional",
    )),
    "delay": (2, (
        r"delay\w*|late\b|overdue|still\s+(?:waiting|no\b)|(?:nobody|no\s+one)\s+(?:answer\w*|replie[sd]|picks?\s+up|called)|wait(?:ed|ing)|slipp\w+|postpon\w+|behind\s+schedule|"
        r"missed\s+(?:the\s+|our\s+)?(?:deadline|slot|date|appointment|delivery|handover)|"
        r"(?:took|takes)\s+(?:[\w.,-]+\s+){0,3}(?:days|weeks|months|forever|ages)|no\s+(?:answer|reply|response)|"
        r"never\s+(?:came|arrived|called|replied)|no[- ]show",
        r"verspät\w+|verzöger\w+|verzug|gewartet|warten|zu\s+spät|immer\s+noch\s+(?:nicht|kein\w*)|termin\s+verpasst|niemand\s+(?:meldet|antwortet|geht\s+ran)|(?:keine|ohne)\s+(?:antwort|rückmeldung|reaktion)",
        r"retard\w*|attend\w+|attente|délai|personne\s+ne\s+(?:répond|rappelle)|toujours\s+pas|en\s+souffrance|(?:sans|aucune|pas\s+de)\s+réponse",
        r"retras\w+|demor\w+|esper\w+|tarde\b|todavía\s+no|aún\s+no|plazo\s+incumplido|nadie\s+contest\w+|sin\s+respuesta|ninguna\s+respuesta",
    )),
    "effort": (2, (
        r"chas(?:e|ed|ing)|had\s+to\s+(?:call|ring|phone|talk|speak|contact|e-?mail|chase|explain|go|wait|redo|ask|send|fill|write|drive|travel|re\w+)|again\s+and\s+again|over\s+and\s+over|"
        r"(?:every|each)\s+(?:single\s+)?time|repeat(?:ed|edly|ing)?|passed\s+(?:around|from)|pillar\s+to\s+post|(?:three|four|five|six|seven|eight|nine|ten|\d+)\s+(?:different\s+)?(?:calls|e-?mails|times|attempts|forms)|(?:three|four|five|six|seven|eight|nine|ten|\d+)\s+different\s+people|fill(?:ing)?\s+(?:in|out)|"
        r"on\s+hold|re-?work\w*|re-?submit\w*|re-?send\w*|duplicate\s+\w+|twice\b|paperwork|complicated|difficult\s+to|hard\s+to",
        r"hinterher\w*|mehrfach|mehrmals|immer\s+wieder|doppelte\s+arbeit|aufwand|nachfrag\w+|nachgefragt|umständlich|papierkram|ausfüllen|warteschleife|(?:zwei|drei|vier|fünf|sechs|zehn|\d+)(?:\s?-?mal|\s+(?:anrufe\w*|e-?mails|formulare\w*|rückfragen))",
        r"relanc\w+|(?:plusieurs|deux|trois|quatre|cinq|six|dix|\d+)\s+(?:fois|appels|e-?mails|mails|formulaires)|remplir|(?:dû|fallu|devons|devoir|obligés?\s+de)\s+(?:r?appeler|envoyer|refaire|téléphoner|attendre)|à\s+chaque\s+fois|compliqué|fastidieu\w+|paperasse",
        r"(?:varias|dos|tres|cuatro|cinco|seis|diez|\d+)\s+(?:veces|llamadas|correos|formularios)|rellenar|una\s+y\s+otra\s+vez|insistir|complicad\w+|papeleo|tuv\w+\s+que\s+(?:llamar|repetir|volver)",
    )),
    "gain": (0, (
        r"sav(?:ed|es|ing)\s+(?:us|me|them|time|money|hours|days)|(?:much\s+)?(?:faster|easier|quicker|better|smoother)\s+than|thank(?:s|\s+you)|"
        r"great|excellent|perfect(?:ly)?|wonderful|brilliant|impress\w+|solved\s+(?:it\s+)?(?:in|within|at\s+once|immediately)|works?\s+(?:well|perfectly|like\s+a\s+charm)|pleas(?:ed|ant)|happy\s+with|love\b",
        r"hervorragend|super\b|großartig|prima|schnell\s+gelöst|sehr\s+zufrieden|spart\s+uns|danke",
        r"excellent\w*|parfait\w*|merci|rapide(?:ment)?\s+résolu|très\s+(?:satisfait\w*|content\w*)|gain\s+de\s+temps",
        r"excelente|perfect\w+|gracias|muy\s+(?:content\w+|satisfech\w+)|nos\s+ahorr\w+|estupend\w+",
    )),
}  # fmt: skip
_PATTERNS = {
    kind: (anchor, re.compile(rf"(?<!\w)(?:{'|'.join(tongues)})(?!\w)")) for kind, (anchor, tongues) in _RULES.items()
}
_NOT = re.compile(r"\b(?:no|not|never|without|nicht|kein\w*|ohne|pas|sans|sin)\s+(?:\w+\s+)?$")
# What is stated weighs by its logarithm; from here on it makes things worse by a step.
HEAVY = 22.0
# “no answer”, “never arrived”: here the negation is the let-down itself.
_NEGATED_ITSELF = re.compile(
    r"^(?:no|never|niemand|nadie|personne|still|not|won|kein|ohne|sans|aucun|pas|sin|ningun|todavía|aún)"
)


@dataclass(frozen=True)
class Found:
    """A consequence, and where the words stand that say it."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Severity:
    """`level` from 1 to 5, 0 where nothing is a let-down; `why` quotes what led to it, the gravest first."""

    level: int
    why: tuple[str, ...]


def consequences(text: str) -> list[Found]:
    """What happened to the customer, each kind once, the gravest first."""
    found, text = [], lowered(text)
    for kind, (_, pattern) in _PATTERNS.items():
        for match in pattern.finditer(text):
            if _NEGATED_ITSELF.match(match[0]) or not _NOT.search(text[max(0, match.start() - 24) : match.start()]):
                found.append(Found(kind, match.start(), match.end()))
                break
    return found


def severity(
    text: str, feeling: float, quantities: Sequence[Quantity], found: Sequence[Found] | None = None
) -> Severity:
    """A proposal how bad it is for the customer. `feeling` from -2 to 2 (her score where she gave one): what is told
    with praise, with however many hours in it, is no let-down, and neither is “nothing to add”, whatever the score."""
    if says_nothing(text):
        return Severity(0, ())
    found = consequences(text) if found is None else found
    bad = sorted((one for one in found if one.kind != "gain"), key=lambda one: -_PATTERNS[one.kind][0])
    borne = sorted((one for one in quantities if one.borne), key=lambda one: -_burden(one))
    burden = sum(_burden(one) / 2**number for number, one in enumerate(borne))
    if feeling >= 1 or (not bad and (feeling > 0.3 or len(found) > len(bad))):
        return Severity(0, ())
    level = _PATTERNS[bad[0].kind][0] if bad else 0
    if burden >= 2 and (bad or feeling < 0):
        level = max(level, 3)
    if burden >= HEAVY:
        level = min(level + 1, 5)
    if level == 0 and feeling <= -0.5:
        level = 2 if feeling <= -1.3 else 1
    if feeling > 0.3:
        level -= 1
    heavy = [one for one in borne if _burden(one) >= 2]
    spans = [(one.start, one.end) for one in bad] + [(one.start, one.end) for one in heavy]
    why = [f"“{text[start:end]}”" for start, end in spans] or ["how it is said"]
    return Severity(level, tuple(dict.fromkeys(why))[:4]) if level > 0 else Severity(0, ())


def _burden(quantity: Quantity) -> float:
    """Points for what it took: hours, money and repetitions weigh by their logarithm, since ten days are not ten times
    as bad as one."""
    high = quantity.high or quantity.low or 0.0
    if quantity.kind == "time":
        return min(16.0, 5 * math.log10(1 + high / HOUR) + 2)
    if quantity.kind == "money":
        return min(16.0, 4 * math.log10(1 + high))
    if quantity.kind == "count":
        return min(14.0, 3 * math.log2(1 + high)) if high > 1 else 0.0
    return 4.0 if quantity.kind == "people" else 0.0
