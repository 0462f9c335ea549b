"""How good the suggestions are, measured on files that people labelled. Used by `manage.py evaluate_voices`.

Every function takes labelled texts, hides the labels of some of them, and returns lines for people to read. What is
tested is never what was taught; draws are seeded, so two runs print the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import (
    adjusted_rand_score,
    cohen_kappa_score,
    f1_score,
    label_ranking_average_precision_score,
    roc_auc_score,
    v_measure_score,
)

from voices.aims import group_accounts, group_by_aim
from voices.analysis import Encode, Place, Places
from voices.encoder import Floats
from voices.feelings import Feelings
from voices.measures import HOUR
from voices.quantities import find_quantities

CORRECTIONS = (0, 1, 5, 10)
TAUGHT = (0, 50, 150, 500)
HELD_OUT = 25  # comments of every label that are tested
MOST_GROUPED = 4_500


@dataclass
class Memory:
    """An encoder that reads every text once in a run."""

    encode: Encode
    known: dict[str, Floats] = field(default_factory=dict)

    def __call__(self, texts: Sequence[str]) -> Floats | None:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        found = self.encode(new) if new else None
        if new and found is None:
            return None
        for text, row in zip(new, found if found is not None else (), strict=True):
            self.known[text] = row
        return np.stack([self.known[text] for text in texts]) if texts else np.zeros((0, 1), np.float32)


# -- places: one label a text ------------------------------------------------------------------
def places_by_label(pairs: Sequence[tuple[str, str]], nowhere: Sequence[str], encode: Encode) -> Iterator[str]:
    """Accuracy of the first place and of the first three with 0, 1, 5 and 10 corrections a place, names of labels as
    the names of places, mean of three draws; with texts that fit nowhere, how well they are told apart."""
    by: dict[str, list[str]] = {}
    for text, label in pairs:
        by.setdefault(label, []).append(text)
    labels = sorted(label for label, texts in by.items() if len(texts) >= 2)
    if len(labels) < 2:
        yield "too little to measure: at least two labels with two texts each are needed"
        return
    places = [Place(label, label.replace("_", " ")) for label in labels]
    shuffled = {label: list(np.random.default_rng(7).permutation(sorted(by[label]))) for label in labels}
    cut = {label: min(HELD_OUT, max(1, len(by[label]) // 3)) for label in labels}
    tested = [(str(text), label) for label in labels for text in shuffled[label][: cut[label]]]
    corpus = [text for text, _ in pairs]
    for count in CORRECTIONS:
        first, third, apart = [], [], []
        for draw in range(3 if count else 1):
            pick = np.random.default_rng(draw)
            taught = [
                (str(text), label)
                for label in labels
                for text in pick.permutation(shuffled[label][cut[label] :])[:count]
            ]
            model = Places(places, taught, corpus, encode)
            right, among, sure = _hits(model, tested)
            first.append(right.mean())
            third.append(among.mean())
            if nowhere:
                apart.append(_told_apart(right, sure, _sure(model, nowhere)))
        line = f"{count:>3} corrections a place: first {np.mean(first):.3f}, among three {np.mean(third):.3f}"
        if apart:
            area, kept, accuracy = np.mean(apart, axis=0)
            line += f"; nowhere AUROC {area:.3f}, at 10 % leak keeps {kept:.3f} with accuracy {accuracy:.3f}"
        yield line


def _hits(model: Places, tested: Sequence[tuple[str, str]]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    scores, nearest = model.scores([text for text, _ in tested])
    names = [place.id for place in model.places]
    want = np.array([names.index(label) for _, label in tested])
    order = np.argsort(-scores, axis=1, kind="stable")
    sure = model.confidence(scores, nearest).max(axis=1)
    return order[:, 0] == want, (order[:, :3] == want[:, None]).any(axis=1), sure


def _sure(model: Places, texts: Sequence[str]) -> NDArray[Any]:
    return np.asarray(model.confidence(*model.scores(texts)).max(axis=1))


def _told_apart(right: NDArray[Any], inside: NDArray[Any], outside: NDArray[Any]) -> tuple[float, float, float]:
    truth = np.r_[np.ones(len(inside)), np.zeros(len(outside))]
    kept = inside >= np.quantile(outside, 0.9)
    return float(roc_auc_score(truth, np.r_[inside, outside])), float(kept.mean()), float(right[kept].mean())


# -- places: several themes a comment ------------------------------------------------------------
def places_by_theme(comments: Sequence[tuple[str, str]], known: list[dict[str, Any]], encode: Encode) -> Iterator[str]:
    """Ranking precision (LRAP), first, first three and macro-F1 after 0, 50, 150, 500 and all corrections; places have
    descriptions and examples, comments several themes (`a|b`). Half of the comments is tested, mean of two halves."""
    names = [one["name"] for one in known]
    column = {name: n for n, one in enumerate(known) for name in (one["name"], *(one.get("columns") or ()))}
    places = [
        Place(f"{n:03}", one["name"], one.get("description") or "", tuple(one["examples"] or ()))
        for n, one in enumerate(known)
    ]
    labelled = [(text, {column[theme] for theme in themes.split("|") if theme in column}) for text, themes in comments]
    labelled = sorted(((text, themes) for text, themes in labelled if themes), key=lambda pair: pair[0])
    if len(labelled) < 4 or len(known) < 2:
        yield f"too little to measure: {len(labelled)} comments name one of the {len(known)} places; four and two are needed"
        return
    corpus = [text for text, _ in comments]
    order = np.random.default_rng(42).permutation(len(labelled))
    halves = [(order[::2], order[1::2]), (order[1::2], order[::2])]
    for count in (*TAUGHT, len(labelled)):
        rows = []
        for tested, taught in halves:
            examples = [(labelled[n][0], f"{theme:03}") for n in taught[:count] for theme in labelled[n][1]]
            scores, _ = Places(places, examples, corpus, encode).scores([labelled[n][0] for n in tested])
            want = np.zeros((len(tested), len(names)), int)
            for row, n in enumerate(tested):
                want[row, list(labelled[n][1])] = 1
            best = np.argsort(-scores, axis=1, kind="stable")
            rows.append((
                label_ranking_average_precision_score(want, scores), np.mean(want[np.arange(len(want)), best[:, 0]]),
                np.mean([want[n, best[n, :3]].any() for n in range(len(want))]),
                f1_score(want, scores > 0.3, average="macro", zero_division=0),
            ))  # fmt: skip
        lrap, first, third, macro = np.mean(rows, axis=0)
        said = f"{count:>5}" if count < len(labelled) else "  all"
        yield f"{said} corrections: LRAP {lrap:.3f}, first {first:.3f}, among three {third:.3f}, macro-F1 {macro:.3f}"


# -- quantities ----------------------------------------------------------------------------------
_KINDS = {"duration": "time", "money": "money", "count": "count"}
_MINUTES = {
    "second": 1 / 60, "minute": 1, "hour": HOUR, "day": 8 * HOUR, "week": 40 * HOUR, "month": 168 * HOUR,
    "quarter": 504 * HOUR, "year": 2016 * HOUR,
}  # fmt: skip


def quantities(sentences: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Precision, recall and F1 of exact values, whole and by kind; what is labelled optional counts neither way. And
    how often it is told rightly whether the customer bore it."""
    hits: dict[str, list[int]] = {kind: [0, 0, 0] for kind in _KINDS.values()}  # right, found, wanted
    borne = [0, 0]
    for sentence in sentences:
        found = [one for one in find_quantities(str(sentence["text"] or "")) if one.kind in hits]
        for gold in sentence["gold"] or ():
            kind = _KINDS.get(str(gold.get("type")))
            if kind is None:
                continue
            match = next((one for one in found if one.kind == kind and _same(one, gold)), None)
            if match:
                found.remove(match)
                borne[0] += match.borne == (gold.get("role") == "experienced")
                borne[1] += 1
            if not gold.get("optional") and gold.get("lo") is not None:  # “several times” has no value to find
                hits[kind][0] += match is not None
                hits[kind][1] += match is not None
                hits[kind][2] += 1
        for extra in found:
            hits[extra.kind][1] += 1
    hits["all"] = [sum(column) for column in zip(*hits.values(), strict=True)]
    for kind, (right, got, want) in hits.items():
        precision, recall = right / max(got, 1), right / max(want, 1)
        score = 2 * precision * recall / max(precision + recall, 1e-9)
        yield f"{kind:>6}: precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f} ({want} labelled)"
    yield f"  role: {borne[0] / max(borne[1], 1):.3f} of {borne[1]} told rightly"


def _same(found: Any, gold: dict[str, Any]) -> bool:
    low, high = gold.get("lo"), gold.get("hi")
    if low is None or found.low is None:
        return low is None and found.low is None
    by = _MINUTES.get(str(gold.get("unit")), 1) if found.kind == "time" else 1
    return all(abs(a - b * by) <= 0.011 * max(1, abs(a)) for a, b in ((found.low, low), (found.high, high or low)))


# -- feeling and groups --------------------------------------------------------------------------
def feeling(comments: Sequence[tuple[str, float]], encode: Encode) -> Iterator[str]:
    """`comments` with what a person said they feel, 2 (very good) to -2. As shipped, and learning from the others by
    five-fold cross-validation."""
    rows = sorted(comments)
    if len(rows) < 5 or len({value for _, value in rows}) < 2:
        yield "too little to measure: at least five comments with two different feelings are needed"
        return
    texts, want = [text for text, _ in rows], np.array([value for _, value in rows])
    yield _felt("as shipped", want, Feelings(encode=encode).of(texts))
    guess = np.zeros(len(rows))
    fold = np.random.default_rng(0).permutation(len(rows)) % 5
    for number in range(5):
        taught = [rows[n] for n in np.flatnonzero(fold != number)]
        guess[fold == number] = Feelings(taught, encode).of([texts[n] for n in np.flatnonzero(fold == number)])
    yield _felt("learning from corrections", want, guess)


def _felt(name: str, want: NDArray[Any], guess: NDArray[Any]) -> str:
    steps = np.clip(np.rint(guess), -2, 2)
    kappa = cohen_kappa_score(want, steps, weights="quadratic")
    rank = float(spearmanr(want, guess).statistic)
    macro = f1_score(want, steps, average="macro", zero_division=0)
    near = np.mean(np.abs(want - steps) <= 1)
    return f"{name}: weighted kappa {kappa:.3f}, macro-F1 {macro:.3f}, within one step {near:.3f}, rank {rank:.3f}"


def groups(pairs: Sequence[tuple[str, str]], encode: Encode) -> Iterator[str]:
    """How well groups that nobody named agree with the labels (V measure, adjusted Rand index)."""
    rows = sorted(set(pairs))
    if len(rows) < 2:
        yield "too little to measure: at least two texts are needed"
        return
    pick = np.random.default_rng(0).permutation(len(rows))[:MOST_GROUPED]
    texts, labels = [rows[n][0] for n in pick], [rows[n][1] for n in pick]
    found = group_by_aim(texts, encode=encode)
    of = {n: number for number, group in enumerate(found.groups) for n in group.members}
    got = [of.get(n, -1) for n in range(len(texts))]
    yield (
        f"{len(texts)} texts, {len(set(labels))} labels, {len(found.groups)} groups: "
        f"V {v_measure_score(labels, got):.3f}, adjusted Rand {adjusted_rand_score(labels, got):.3f}"
    )


def accounts(pairs: Sequence[tuple[str, str]], encode: Encode) -> Iterator[str]:
    """Accounts made up from comments of one aim each and a fifth of others': whether the number of aims is found."""
    rows = sorted(set(pairs))
    aims = sorted({aim for _, aim in rows})
    right, agree, none = [], [], []
    numbers = [number for number in (2, 3, 5) if number <= len(aims)]
    if not numbers:
        yield "too little to measure: at least two domains are needed"
        return
    for number in numbers:
        for draw in range(4):
            pick = np.random.default_rng(draw)
            chosen = list(pick.permutation(aims)[:number])
            truth = pick.integers(number, size=120)
            found = group_accounts(_invented(rows, [chosen[n] for n in truth], 0.2, pick), encode)
            right.append(found.count == number)
            agree.append(adjusted_rand_score(truth, found.of) if found.count else 0)
    for draw in range(12):
        pick = np.random.default_rng(draw)
        none.append(group_accounts(_invented(rows, [""] * 120, 1.0, pick), encode).count == 0)
    yield (
        f"{', '.join(map(str, numbers))} aims, 10 comments an account, a fifth of them noise: number found {np.mean(right):.2f}, "
        f"adjusted Rand {np.mean(agree):.2f}; no grouping where there is none: {sum(none)} of {len(none)}"
    )


def _invented(rows: list[tuple[str, str]], aims: list[str], noise: float, pick: np.random.Generator) -> list[list[str]]:
    own = {aim: [text for text, of in rows if of == aim] for aim in set(aims)}
    everything = [text for text, _ in rows]
    return [[str(pick.choice(everything if pick.random() < noise else own[aim])) for _ in range(10)] for aim in aims]
