"""What customers are ultimately trying to achieve: natural groups of comments, and of accounts.

Comments that say the same in other words form a network (each linked with its nearest, by how many neighbours they
share, where the nearest count most); its communities are the groups. Nobody says beforehand how many there are. Kinds
of customers are told apart by whole accounts, never by single comments: one comment says what happened, ten say what
somebody wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import silhouette_score

from voices.analysis import Encode, encode
from voices.corpus import mixed
from voices.encoder import Floats, unit
from voices.terms import is_measure, is_small_word
from voices.wants import is_task

NEIGHBOURS = 20  # the nearest counts whole, the second half, the twentieth a twentieth
WORDS = 0.4  # what words weigh beside meaning
SEVERAL = 500  # in more comments than these a word that comes up once tells nothing
# The slider: from few wide groups to many narrow ones.
WIDEST, USUAL, NARROWEST = 1.0, 8.0, 16.0
MANY = 1_500  # from so many comments on a group is as narrow as the slider says; few comments make few groups
MOST = 20_000  # more are sorted into the groups that these make
BLOCK = 2_048
# Accounts whose best grouping is looser than this have no natural one.
NO_GROUPING = 0.20
MOST_KINDS = 12
FEW = 3
QUOTES, SAME = 3, 0.9  # typical comments of a group, and how alike two may be that are not the same story again


@dataclass(frozen=True)
class Group:
    """Comments that want the same: a name in customers' words or the one a person gave, the most typical ones first, and
    whether its words are those of a task ("submit a ticket") rather than of something a customer ultimately wants."""

    name: str
    words: str  # what sets it apart, whatever a person called it
    members: tuple[int, ...]
    typical: tuple[int, ...]
    task: bool


@dataclass(frozen=True)
class Groups:
    groups: tuple[Group, ...]
    alone: tuple[int, ...]  # comments that are like no other


@dataclass(frozen=True)
class Kinds:
    """Accounts by kind: how many kinds there are (0: no natural grouping), the kind of each account, and how clearly
    they lie apart (-1 to 1)."""

    count: int
    of: tuple[int, ...]
    clear: float


def group_by_aim(
    texts: Sequence[str], examples: Iterable[tuple[str, str]] = (), *, width: float = USUAL, encode: Encode = encode
) -> Groups:
    """Natural groups of comments. `examples` are (text, name of the aim a person put it to): their groups keep these
    names. `width` from 1 (few) to 16 (many)."""
    if len(texts) < FEW:
        return Groups((), tuple(range(len(texts))))
    order = sorted(range(len(texts)), key=lambda n: (mixed(texts[n]), texts[n]))
    meaning = _meaning([texts[n] for n in order], encode)
    of = _communities(meaning[:MOST], width)
    if len(order) > MOST:
        of = np.r_[of, _nearest_center(meaning, of)]
    return _named(texts, order, of, meaning, dict(examples))


def split_group(texts: Sequence[str], *, encode: Encode = encode) -> Groups:
    """The smaller groups that one group is made of: two to five, as many as lie clearest apart; one when its comments
    are too much alike."""
    order = sorted(range(len(texts)), key=lambda n: texts[n])
    meaning = (
        _meaning([texts[n] for n in order], encode)
        if len(texts) >= 2 * FEW and len(set(texts)) > 1
        else np.zeros((len(texts), 1))
    )
    best, clear = np.zeros(len(texts), np.int64), 0.02
    for count in range(2, min(5, len(texts) // FEW, len(set(texts))) + 1):
        of = KMeans(count, n_init=4, random_state=0).fit_predict(meaning)
        apart = float(np.round(silhouette_score(meaning, of), 4)) if len(set(of)) > 1 else -1.0
        if np.bincount(of).min() >= FEW and apart > clear:
            best, clear = of.astype(np.int64), apart
    return _named(texts, order, best, meaning, {})


def _named(
    texts: Sequence[str], order: list[int], of: NDArray[np.int64], meaning: NDArray[Any], named: dict[str, str]
) -> Groups:
    """Communities as groups, the largest first. `of` and `meaning` are in this `order`."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, token_pattern=r"(?u)\b[^\W\d_]{2,}\b")
    words = vectorizer.fit_transform([texts[n] for n in order])
    vocabulary = vectorizer.get_feature_names_out()
    groups, alone = [], []
    for community in range(int(of.max()) + 1 if len(of) else 0):
        rows = np.flatnonzero(of == community)
        if len(rows) < FEW:
            alone += [order[n] for n in rows.tolist()]
            continue
        center = meaning[rows].mean(axis=0)
        typical = _different(rows[np.argsort(-np.round(meaning[rows] @ center, 4), kind="stable")], meaning)
        rows_of = rows.tolist()
        given = [named[texts[order[n]]] for n in rows_of if texts[order[n]] in named]
        own = _name(words, rows, vocabulary)
        name = max(sorted(set(given)), key=given.count) if given else own
        members = tuple(sorted(order[n] for n in rows_of))
        groups.append(Group(name, own, members, tuple(order[n] for n in typical), is_task(name)))
    groups.sort(key=lambda group: (-len(group.members), group.name))
    return Groups(tuple(groups), tuple(sorted(alone)))


def _different(rows: NDArray[np.int64], meaning: NDArray[Any]) -> list[int]:
    """The first few that tell different stories; where all tell one, that one only a few times."""
    chosen: list[int] = []
    for n in rows.tolist():
        if all(float(np.round(meaning[n] @ meaning[one], 4)) < SAME for one in chosen):
            chosen.append(n)
        if len(chosen) == QUOTES:
            return chosen
    return (chosen + [n for n in rows.tolist() if n not in chosen])[:QUOTES]


def _meaning(texts: Sequence[str], encode: Encode) -> Floats:
    """What texts mean and, with less weight, the words they say it in, squeezed into a few columns; without an
    encoder the words alone."""
    found = encode(texts)
    counted: dict[str, Any] = {"sublinear_tf": True, "strip_accents": "unicode", "dtype": np.float32}
    counted["min_df"] = 2 if len(texts) > SEVERAL else 1
    words = TfidfVectorizer(**counted).fit_transform(texts)
    if found is None:  # parts of words, too: "invoice", "invoicing" and "invoices" are told as one by them
        parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), **counted)
        words = sparse.hstack([words, parts.fit_transform(texts)]).tocsr()
    columns = min(256, *(size - 1 for size in words[:MOST].shape))
    if columns < 2:
        return unit(words.toarray()) if found is None else found
    said = unit(TruncatedSVD(columns, n_iter=2, random_state=0).fit(words[:MOST]).transform(words))
    return np.round(said if found is None else unit(np.hstack([found, WORDS * said])), 3)


def _communities(rows: Floats, width: float) -> NDArray[np.int64]:
    count = len(rows)
    many = min(NEIGHBOURS, max(2, count // 6), count - 1)
    near = np.empty((count, many), np.int64)
    for start in range(0, count, BLOCK):
        alike = np.round(rows[start : start + BLOCK] @ rows.T, 4)
        alike[np.arange(len(alike)), np.arange(start, start + len(alike))] = -2
        best = np.sort(np.argpartition(-alike, many - 1, axis=1)[:, :many], axis=1)
        order = np.argsort(-np.take_along_axis(alike, best, axis=1), axis=1, kind="stable")
        near[start : start + BLOCK] = np.take_along_axis(best, order, axis=1)
    counts = np.tile(1 / np.arange(1, many + 1, dtype=np.float32), count)
    linked = sparse.csr_matrix((counts, near.ravel(), np.arange(count + 1) * many), (count, count))
    circle = linked + sparse.eye(count, dtype=np.float32, format="csr")
    shared = sparse.triu((circle @ circle.T).multiply((linked + linked.T) > 0), 1).tocoo()
    whole = 1 + float(counts[:many] @ counts[:many])
    weights = np.round(shared.data / (2 * whole - shared.data), 5)
    graph = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(zip(shared.row.tolist(), shared.col.tolist(), weights.tolist(), strict=True))
    of = np.zeros(count, np.int64)
    found = networkx.community.louvain_communities(
        graph, resolution=width * min(1, max(1 / USUAL, count / MANY)), seed=0
    )
    for number, community in enumerate(sorted(found, key=lambda one: (-len(one), min(one)))):
        of[list(community)] = number
    return of


def _nearest_center(rows: Floats, of: NDArray[np.int64]) -> NDArray[np.int64]:
    centers = unit(np.stack([rows[:MOST][of == n].mean(axis=0) for n in range(int(of.max()) + 1)]))
    parts = [(rows[start : start + BLOCK] @ centers.T).argmax(axis=1) for start in range(MOST, len(rows), BLOCK)]
    return np.concatenate(parts)


def _name(words: sparse.csr_matrix, rows: NDArray[np.int64], vocabulary: NDArray[np.str_]) -> str:
    """The words that set a group apart: often in it, seldom elsewhere; two or three of them."""
    inside = np.asarray(words[rows].mean(axis=0)).ravel()
    outside = (np.asarray(words.sum(axis=0)).ravel() - inside * len(rows)) / max(words.shape[0] - len(rows), 1)
    score = np.round(inside - outside, 6)
    chosen: list[str] = []
    for n in np.argsort(-score, kind="stable")[:60]:
        term = str(vocabulary[n])
        parts = term.split()
        if any(is_small_word(part) or is_measure(part) for part in parts) or any(
            set(parts) & set(one.split()) for one in chosen
        ):
            continue
        chosen.append(term)
        if len(chosen) == 3:
            break
    return ", ".join(chosen) or "other"


def group_accounts(comments: Sequence[Sequence[str]], encode: Encode = encode) -> Kinds:
    """`comments` are the texts of each account. Ten an account are the least that says something."""
    texts = [text for one in comments for text in one]
    if len(comments) < 2 * FEW or any(not one for one in comments):
        return Kinds(0, (0,) * len(comments), 0.0)
    found = encode(texts)
    meaning = _meaning(texts, encode) if found is None else found
    ends = np.cumsum([len(one) for one in comments])
    rows = unit(np.stack([part.mean(axis=0) for part in np.split(meaning, ends[:-1])]))
    rows = rows - rows.mean(axis=0)
    few = min(12, len(rows) - 1, rows.shape[1])
    flat = PCA(few, random_state=0, svd_solver="full").fit_transform(rows)
    best = Kinds(0, (0,) * len(comments), 0.0)
    for count in range(2, min(MOST_KINDS, len(rows) - 1) + 1):
        of = KMeans(count, n_init=4, random_state=0).fit_predict(flat)
        clear = float(np.round(silhouette_score(flat, of), 4))
        if clear > best.clear:
            best = Kinds(count, tuple(int(n) for n in of), clear)
    return best if best.clear >= NO_GROUPING else Kinds(0, (0,) * len(comments), best.clear)
