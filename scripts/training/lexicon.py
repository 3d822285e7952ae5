"""Weights of words: logistic regression over the words of labelled blocks, and the columns that they give.

A word is learned where it stands on many sites. What the trees learn from is cross-fitted: the words of a
site are weighed by weights that never saw it, as they will be on sites that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.optimize
import scipy.sparse

from scrubber.classifying.features.lexicon import LEXICON, columns
from scrubber.classifying.features.registry import FeatureSet
from scrubber.classifying.segments import Segments
from scrubber.classifying.weighing import SCALE
from training.lots import Lot
from training.pages import NONE

_FEATURES = FeatureSet.of(LEXICON)
SITES = 50
"""Sites on which a word must stand to be learned, ..."""
SITES_OF_NAMES = 20
"""... and a name: "sidebar" says the same on every site, and no topic makes it frequent."""
PARTS = 4
"""In so many parts sites are cross-fitted."""
_STRENGTH = 60.0
"""How much a weight is pulled to zero: as much as so many blocks speak against it."""
DRAWN = 250_000
"""Blocks that words are learned from, about."""
_ROUNDS = 50
FROM = ("pages",)
"""Kinds of lots (the first word of their names) that words are learned from."""


@dataclass(frozen=True)
class Weighed:
    """Words with their weights: arrays of shape (words,), sorted by digest."""

    digests: np.ndarray
    weights: np.ndarray

    def sums(self, lot: Lot, named: np.ndarray) -> np.ndarray:
        """For each block of a lot the sum over its words, and over its names; shape (2, blocks)."""
        own = lot.lexicon
        if not len(self.digests):
            return np.zeros((2, len(own.starts) - 1), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.digests, own.digests), len(self.digests) - 1)
        found = np.where(self.digests[place] == own.digests, self.weights[place], 0)
        return np.stack(
            [_by_block(np.where(named == which, found, 0), own.starts) for which in (False, True)]
        )


def _by_block(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    total = np.concatenate(([0], np.cumsum(values)))
    return total[starts[1:]] - total[starts[:-1]]


def fit(lots: Sequence[Lot], without: int, part: int | None = None) -> tuple[Weighed, dict[str, int]]:
    """Weights of words fitted on the documents outside a fold, and outside a part of the sites; and spelt out."""
    chosen = _drawn(
        [(lot, blocks_of(lot, outside(lot, without, part))) for lot in lots if kind_of(lot) in FROM]
    )
    known = _vocabulary(chosen)
    if not len(known):
        return Weighed(known, np.zeros(0, dtype=np.int64)), {}
    parts, labels, weights = [], [], []
    for lot, blocks in chosen:
        own = lot.lexicon
        place = np.minimum(np.searchsorted(known, own.digests), len(known) - 1)
        held = known[place] == own.digests
        block = np.repeat(np.arange(len(own.starts) - 1), np.diff(own.starts))[held]
        shape = (len(own.starts) - 1, len(known))
        ones = np.ones(len(block), dtype=np.float32)
        parts.append(scipy.sparse.csr_matrix((ones, (block, place[held])), shape=shape)[blocks])
        labels.append(lot.labels[blocks])
        weights.append(np.sqrt(lot.weights[blocks].astype(np.float64)))
    x = scipy.sparse.vstack(parts, format="csr")
    y = np.concatenate(labels).astype(np.float64) * 2 - 1
    weighed = np.concatenate(weights)
    found = _regression(x, y, weighed / weighed.mean())
    integers = np.rint(found * SCALE).astype(np.int64)
    some = integers != 0
    spelt: dict[int, str] = {}
    for lot, _ in chosen:
        spelt |= lot.lexicon.spelt
    named = {spelt[int(d)]: int(w) for d, w in zip(known[some], integers[some], strict=True)}
    return Weighed(known[some], integers[some]), dict(sorted(named.items()))


def _drawn(chosen: list[tuple[Lot, np.ndarray]]) -> list[tuple[Lot, np.ndarray]]:
    """Some of the blocks, each by the root of its weight: the root of it is left for it to weigh."""
    drawn = np.random.default_rng(3)
    roots = [np.sqrt(lot.weights[blocks].astype(np.float64)) for lot, blocks in chosen]
    scale = DRAWN / max(sum(own.sum() for own in roots), 1e-9)
    pairs = zip(chosen, roots, strict=True)
    return [(lot, blocks[drawn.random(len(blocks)) < own * scale]) for (lot, blocks), own in pairs]


def _regression(x: scipy.sparse.csr_matrix, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    xt = x.T.tocsr()

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        z = (x @ v[1:].astype(np.float32) + v[0]) * y
        slope = -y * w / (1 + np.exp(np.clip(z, -30, 30)))
        value = float((w * np.logaddexp(0, -z)).sum() + 0.5 * _STRENGTH * (v[1:] ** 2).sum())
        return value, np.concatenate(([slope.sum()], xt @ slope + _STRENGTH * v[1:]))

    start = np.zeros(x.shape[1] + 1)
    result = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    return np.asarray(result.x[1:])


def _vocabulary(chosen: Iterable[tuple[Lot, np.ndarray]]) -> np.ndarray:
    """Words on at least SITES sites of the chosen blocks, and names on SITES_OF_NAMES; sorted digests."""
    pairs = []
    names: set[int] = set()
    for lot, blocks in chosen:
        own = lot.lexicon
        names.update(_names(lot))
        block = np.repeat(np.arange(len(own.starts) - 1), np.diff(own.starts))
        held = np.zeros(len(own.starts) - 1, dtype=np.bool_)
        held[blocks] = True
        some = held[block]
        sites = lot.sites[lot.document[block[some]]]
        pairs.append(np.unique(np.stack([own.digests[some], sites]), axis=1))
    if not pairs:
        return np.zeros(0, dtype=np.uint64)
    every = np.unique(np.concatenate(pairs, axis=1), axis=1)
    words, counts = np.unique(every[0], return_counts=True)
    named = np.isin(words, np.array(sorted(names), dtype=np.uint64))
    return words[counts >= np.where(named, SITES_OF_NAMES, SITES)]


def _names(lot: Lot) -> list[int]:
    """The digests of the names of elements, sorted."""
    return sorted(digest for digest, word in lot.lexicon.spelt.items() if word.startswith("@"))


def kind_of(lot: Lot) -> str:
    """The first word of a lot's name."""
    return lot.name.split(" ", 1)[0]


def outside(lot: Lot, fold: int, part: int | None = None) -> np.ndarray:
    """Which documents are learned from; shape (documents,). What is of no fold always is."""
    return ((lot.folds != fold) | (fold == NONE)) & (True if part is None else _part(lot) != part)


def _part(lot: Lot) -> np.ndarray:
    return (lot.sites % np.uint64(PARTS)).astype(np.int64)


def blocks_of(lot: Lot, documents: np.ndarray) -> np.ndarray:
    """The blocks with a known label of the chosen documents."""
    return np.flatnonzero(documents[lot.document] & (lot.weights > 0))


def crossed(lots: Sequence[Lot], fold: int) -> tuple[list[np.ndarray], dict[str, int]]:
    """The bins of each lot's words by weights that saw neither the fold nor the document's site.

    And the weights for sites that nobody has seen, by word.
    """
    inner = [fit(lots, fold, part)[0] for part in range(PARTS)]
    _, spelt = fit(lots, fold)
    return [_bins(lot, inner) for lot in lots], spelt


def _bins(lot: Lot, inner: Sequence[Weighed]) -> np.ndarray:
    """Shape (blocks, features of words), in the order of the group."""
    names = np.array(_names(lot), dtype=np.uint64)
    named = np.isin(lot.lexicon.digests, names)
    part = _part(lot)[lot.document]
    sums = np.zeros((2, len(lot.labels)), dtype=np.int64)
    for number, weighed in enumerate(inner):
        sums = np.where(part == number, weighed.sums(lot, named), sums)
    found = columns(Segments(lot.starts.astype(np.int64)), sums[0], sums[1])
    return _FEATURES.bin_columns(found).astype(np.uint8)
