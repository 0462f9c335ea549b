"""Hours, money, people and counts that customers state in their own words.

A grammar of regular expressions (`measures.py` has the words), no model: each hit says where it stands, so it can be
highlighted and corrected. Time is in minutes, with an 8-hour day, a 5-day week and a 21-day month, as the screens say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voices import measures
from voices.borne import is_borne


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
    if text[-1:] in measures.FRACTIONS:
        return (number(text[:-1]) or 0) + measures.FRACTIONS[text[-1]]
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))|[.,][-–—]{1,2}$", "", text)
    if match := re.fullmatch(r"(?:(\d+)\s+(?:and\s+)?)?(\d)/(\d)", text):
        return float(match[1] or 0) + int(match[2]) / int(match[3]) if match[3] != "0" else None
    if re.fullmatch(measures.DIGITS, text):
        return _digits(text, money)
    total = part = 0.0
    for word in re.split(r"[\s-]+", text):
        if word in measures.SCALES:
            part = (part or 1) * measures.SCALES[word]
            if measures.SCALES[word] >= 1000:
                total, part = total + part, 0
        elif word == "dozen":
            part = (part or 1) * 12
        elif word in measures.WORDS:
            part += measures.WORDS[word]
        elif word not in ("and", "a", "an", "et", "y"):
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


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.taken = text, [match.span() for match in measures.TRAPS.finditer(text)]
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
        rate = re.match(r"[\s-]*" + measures.PER + r"\b", self.text[end:])
        borne = low is None or is_borne(kind, self.text, start, end, low)
        self.found.append(Quantity(kind, low, high, unit, rate["rate"] if rate else "", start, end, borne))
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
        for match in self.matches(*measures.MONEY):
            got = match.groupdict()
            low = number(got["a"], money=True)
            high = number(got["b"], money=True) if got.get("b") else low
            if low is None or high is None:
                continue
            first, second = (measures.SHORT.get((got.get(k) or "").rstrip("."), 1.0) for k in ("k", "k2"))
            first = measures.SHORT.get(got.get("pre") or "", first)
            if got.get("b") and got.get("k2") and not got.get("k"):
                first = second
            elif not got.get("k2"):
                second = first
            word = got.get("word") or ""
            sign = (got.get("sign") or "").rstrip(".")
            unit = measures.SYMBOLS.get(sign) or (word.upper() if word in measures.ISO else "")
            unit = unit or measures.MONEY_WORDS.get(word.rstrip("s"), measures.MONEY_WORDS.get(word, "?"))
            if unit in ("¢", "p"):
                first, second, unit = first / 100, second / 100, {"¢": "USD", "p": "GBP"}[unit]
            self.add("money", low * first, high * (second if got.get("b") else first), unit, match.span())

    def share(self) -> None:
        for match in self.matches(*measures.SHARE):
            low, high = number(match["a"]), number(match["b"]) if match["b"] else None
            if low is None:
                continue
            if match.re is measures.SHARE[0]:
                self.add("share", low, high or low, "%", match.span())
            elif high and low < high:
                self.add("share", 100 * low / high, 100 * low / high, "%", match.span())
        for match in self.matches(measures.FRACTION):
            share = 100 * measures.part_of(match["a"])
            self.add("share", share, share, "%", match.span("a"))

    def time(self) -> None:
        for match in self.matches(measures.HOURS_AND_MINUTES):
            minutes: float = int(match["hours"]) * measures.HOUR + int(match["minutes"])
            self.add("time", minutes, minutes, "min", match.span())
        for match in self.matches(measures.PART_TIME):
            if not measures.HABIT.search(self.text[max(0, match.start() - 12) : match.start()]):
                minutes = measures.part_of(match["part"]) * measures.minutes_of(match["unit"])
                self.add("time", minutes, minutes, "min", match.span())
        for match in self.matches(measures.TIME):
            self._time(match)
        for match in self.matches(measures.ARTICLE_TIME):
            self._article_time(match)

    def _time(self, match: re.Match[str]) -> None:
        unit, start, end = measures.minutes_of(match["unit"]), match.start(), match.end()
        before = self.text[max(0, start - 12) : start]
        if match["unit"] in ("h", "d", "mes", "an", "ans", "min") and not re.search(r"\d|[a-zé]{3}", match["a"] or ""):
            return
        low = 2.0 if match["couple"] else number(match["a"])
        high = number(match["b"]) if match["b"] else low
        if low is None or high is None or measures.HABIT.search(before) or low > 5000:
            return
        if unit == measures.YEAR and (measures.OVER.search(before) and self.found):  # "$1.2 million over three years"
            return
        if unit == measures.YEAR and low == 1 and measures.PERIOD.search(before):
            self.add("time", None, None, "min", (start, end))
            return
        if match["half"]:
            more_than = 0.25 if "quarter" in match["half"] else 0.5
            low, high = low + more_than, high + more_than
        low, high = low * unit, high * unit
        if unit >= measures.HOUR and (half := measures.AND_A_HALF.match(self.text, end)):
            low, high, end = low + unit / 2, high + unit / 2, half.end()
        elif unit >= measures.HOUR and (more := measures.MORE_TIME.match(self.text, end)) and not match["b"]:
            smaller = 1.0 if more["unit"] == "m" else measures.minutes_of(more["unit"])
            extra = number(more["a"])
            if smaller < unit and extra is not None:
                low, high, end = low + extra * smaller, high + extra * smaller, more.end()
        self.add("time", low, high, "min", (start, end))

    def _article_time(self, match: re.Match[str]) -> None:
        unit, end = measures.minutes_of(match["unit"]), match.end()
        start = match.start("part" if match["part"] else "article")
        foreign = match["unit"] in ("mes", "an", "ans", "mois") and match["article"] in ("a", "an", "another")
        if foreign or match["unit"] in ("h", "d", "m", "min", "mn", "std", "second", "sec"):
            return
        before = self.text[max(0, start - 24) : start]
        part = match["part"] or ""
        half = measures.AND_A_HALF.match(self.text, end)
        whole = match["entire"] or (match["full"] or "").startswith(("whole", "full", "entire", "ganz", "voll"))
        stated = measures.STATED.search(before) or measures.STATED_BEHIND.match(self.text, end)
        if not (part or half or whole or stated or match["article"] == "another"):
            return  # "forty hours a month", "what a day", "give me a minute"
        share = (
            0.5
            if part in ("half", "1/2", "½")
            else 0.75
            if part.startswith(("three", "3/4"))
            else 0.25
            if part
            else 1.0
        )
        if half:
            share, end = share + 0.5, half.end()
        self.add("time", share * unit, share * unit, "min", (start, end))

    def people(self) -> None:
        for match in self.matches(measures.PEOPLE):
            low = number(match["a"])
            high = number(match["b"]) if match["b"] else low
            if low is None or high is None or low > 100_000:
                continue
            full = match["full"] or match["noun"].startswith(("fte", "headcount"))
            self.add("people", low, high, "fte" if full else "people", match.span())

    def count(self) -> None:
        for match in self.matches(measures.COUNT):
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
            unit = " ".join(match["noun"].split())
            self.add("count", low, high, unit, match.span())
        for match in self.matches(measures.ORDINAL):
            word = match["a"]
            value = measures.ORDINALS.get(word) or int(re.sub(r"\D", "", word))
            self.add("count", value, value, measures.plural(match["noun"]), match.span())
        for match in self.matches(measures.TWICE):
            value = 2 if match["a"] == "twice" else 3
            self.add("count", value, value, "times", match.span())
        for match in self.matches(measures.TIMES_IN_GERMAN):
            often = number(match["a"])
            self.add("count", often, often, "mal", match.span())


def find_quantities(text: str, locale: str = "en") -> list[Quantity]:
    """Every quantity in a text, in the order of the words; `start` and `end` are its place in the text."""
    text = measures.lowered(text)
    if not measures.TELLING.search(text):
        return []
    reader = _Reader(text)
    reader.money()
    reader.share()
    reader.people()
    reader.time()
    reader.count()
    return sorted(reader.found, key=lambda quantity: quantity.start)
