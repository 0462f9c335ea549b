"""Understanding comments. Pure functions, local and deterministic; every answer says why.

Places are suggested from their own words (name, description, examples) and from comments that a person
placed before. A suggestion counts as nothing until somebody confirms it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from voices.quantities import Quantity, find_quantities

__all__ = ["Place", "Quantity", "Suggestion", "find_quantities", "suggest_places"]


@dataclass(frozen=True)
class Place:
    """Something on the map that a comment may be about: its id, its name, and all that is said about it."""

    id: str
    name: str
    words: str = ""


@dataclass(frozen=True)
class Suggestion:
    """Where a text belongs: a place, how sure (0 to 1), and the words that say so. No place: unassigned."""

    place: str
    confidence: float
    why: str


# What customers call the things that happen at a kind of moment. A place that uses one word of a group
# is also found by the others, at less weight.
_TOPICS = [
    "advert website brochure webinar event fair linkedin newsletter search heard awareness research marketing",
    "quote offer proposal price pricing discount tender demo trial sample compare evaluate sales salesperson",
    "order purchase contract sign signature po approval legal terms negotiate agreement buy",
    "delivery deliver delivered shipment shipping arrive arrived late driver truck carrier logistics pallet freight",
    "install installation commissioning commission setup start startup onboarding migration launch engineer",
    "training train course manual documentation instruction instructions learn guide how-to",
    "use operation daily run running uptime performance reliable machine line production quality defect scrap",
    "portal login password app software website online system screen bug crash slow interface dashboard account",
    "spare part parts replacement replace warranty repair stock backorder",
    "help support hotline phone call hold ticket technician service respond response answer escalate escalation fault "
    "breakdown downtime emergency fix",
    "invoice invoices billing bill payment pay charge charged credit note statement refund dispute overcharged finance",
    "account manager contact person reach email reply relationship meeting visit review rep representative",
    "complaint complain escalation apology sorry unhappy resolve closed template",
    "renew renewal contract extend cancel cancellation leave switch competitor end termination referral recommend",
    "report audit certificate compliance documentation paperwork data export",
    "staff friendly polite helpful rude attitude knowledgeable professional expertise",
]
_SMALL_WORDS = (
    "a about after all also am an and any are as at be because been before being but by can could did do does doing "
    "done for from get got had has have having he her here him his how i if in into is it its just like me more most "
    "much my no not now of off on one only or other our out over own really s said same she should so some such t "
    "than that the their them then there these they this those through to too up us very was we were what when where "
    "which while who why will with would you your im ive dont didnt und der die das ist nicht ein eine zu mit für "
    "les des est pas une que el la los un de y en"
)
_STOP = frozenset(_SMALL_WORDS.split())
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][a-z]+)?")
_ENDINGS = ("ations", "ation", "ements", "ement", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s")


@lru_cache(50_000)
def stem(word: str) -> str:
    """A word without its ending, so that "delivered" and "deliveries" meet."""
    word = word.replace("’", "'").split("'")[0]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word.rstrip("ey") if len(word) > 4 else word


def terms(text: str) -> list[str]:
    """Stems, pairs of neighbours, and the letters inside long words (typing errors and compounds)."""
    words = [(word, stem(word)) for word in _WORD.findall(text.lower()) if word not in _STOP]
    found = [root for _, root in words]
    found += [f"{a} {b}" for (_, a), (_, b) in pairwise(words)]
    found += [f"#{word[i : i + 5]}" for word, _ in words if len(word) >= 7 for i in range(len(word) - 4)]
    return found


_TOPIC_STEMS = [frozenset(stem(word) for word in topic.split()) for topic in _TOPICS]


class Places:
    """Places as weighted words: how rare a word is among them (tf-idf), and what was placed there before."""

    def __init__(self, places: Sequence[Place], examples: Iterable[tuple[str, str]] = ()) -> None:
        """`examples`: (text, id of the place a person put it on)."""
        self.places = sorted(places, key=lambda place: place.id)
        own = {place.id: self._own_words(place) for place in self.places}
        learned: dict[str, list[Counter[str]]] = {}
        for text, put_on in examples:
            if put_on in own:
                learned.setdefault(put_on, []).append(Counter(terms(text)))
        documents = [*own.values(), *(words for many in learned.values() for words in many)]
        seen = Counter(term for words in documents for term in words)
        self.rarity = {term: math.log((1 + len(documents)) / (1 + count)) + 0.5 for term, count in seen.items()}
        self.vectors: list[tuple[str, dict[str, float]]] = []
        # A place of which little is known is found as well, but never surely.
        self.known: list[float] = []
        for place in self.places:
            vector = self._weigh(own[place.id])
            about = sum(len(words) for words in (own[place.id], *learned.get(place.id, ())))
            self.known.append(min(1.0, math.sqrt(about / 60)))
            examples_here = [self._weigh(words) for words in learned.get(place.id, ())]
            for example in examples_here:
                for term, weight in example.items():
                    vector[term] = vector.get(term, 0.0) + 1.5 * weight / math.sqrt(len(examples_here))
            self.vectors.append((place.id, _unit(vector)))
        self.index: dict[str, list[tuple[int, float]]] = {}
        for number, (_, vector) in enumerate(self.vectors):
            for term, weight in vector.items():
                self.index.setdefault(term, []).append((number, weight))

    @staticmethod
    def _own_words(place: Place) -> Counter[str]:
        words: Counter[str] = Counter()
        for term in terms(place.name):
            words[term] += 2
        words.update(terms(place.words))
        roots = {term for term in words if " " not in term and not term.startswith("#")}
        for topic in _TOPIC_STEMS:
            shared = len(roots & topic)
            if shared:
                for term in topic - roots:
                    words[term] += 0.4 * min(shared, 3)  # type: ignore[assignment]
        return words

    def _weigh(self, words: Counter[str]) -> dict[str, float]:
        return _unit(
            {
                term: (1 + math.log(max(count, 1))) * min(count, 1) * self.rarity.get(term, 0.0) * _kind_weight(term)
                for term, count in words.items()
            }
        )

    def rank(self, text: str, within: frozenset[str] | None = None) -> list[Suggestion]:
        """The three likeliest places, best first; only those in `within` when it is given."""
        words = self._weigh(Counter(terms(text)))
        scores: Counter[int] = Counter()
        by_term: dict[int, list[tuple[float, str]]] = {}
        for term, weight in words.items():
            for number, other in self.index.get(term, ()):
                scores[number] += weight * other  # type: ignore[assignment]
                if " " not in term and not term.startswith("#"):
                    by_term.setdefault(number, []).append((weight * other, term))
        ranked = sorted(((round(s, 9), n) for n, s in scores.items()), key=lambda pair: (-pair[0], pair[1]))
        if within is not None:
            ranked = [(score, number) for score, number in ranked if self.vectors[number][0] in within]
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        found = []
        for score, number in ranked[:3]:
            shared = sorted(by_term.get(number, ()), reverse=True)[:3]
            if shared:
                lead = score - (second if number == ranked[0][1] else ranked[0][0])
                sure = round(_confidence(score, lead, len(shared)) * self.known[number], 3)
                found.append(Suggestion(self.vectors[number][0], sure, _why(text, [term for _, term in shared])))
        return found


def _kind_weight(term: str) -> float:
    return 0.8 if " " in term else 0.35 if term.startswith("#") else 1.0


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / length for term, weight in vector.items() if weight}


def _confidence(score: float, lead: float, shared: int) -> float:
    """Sure needs a good match, a clear lead over the next place, and more than one word in common."""
    return 1 / (1 + math.exp(-(7 * score + 11 * lead + 0.7 * min(shared, 3) - 4.2)))


def _why(text: str, roots: list[str]) -> str:
    """The words of the text itself that led there."""
    words: list[str] = []
    for word in _WORD.findall(text):
        root = stem(word.lower())
        if root in roots and word.lower() not in (w.lower() for w in words):
            words.append(word)
    return ", ".join(f"“{word}”" for word in words[:3])


def suggest_places(
    texts: Sequence[str], places: Sequence[Place], examples: Iterable[tuple[str, str]] = ()
) -> list[list[Suggestion]]:
    """For every text the likeliest places, best first; an empty list means it fits nowhere."""
    model = Places(places, examples)
    return [model.rank(text) for text in texts]
