"""The additive model: logistic regression over bins and words, in fixed point."""

from __future__ import annotations

import multiprocessing
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import scipy.optimize
import scipy.sparse

from scrubber.classifying.additive import Table
from scrubber.classifying.features.registry import Feature, FeatureSet
from scrubber.classifying.features.sets import features_of
from scrubber.classifying.weighing import SCALE
from training.pages import NONE, fold_of
from training.sampling import Sample, block_weights

WORD_SITES = 20


def design(rows: np.ndarray, features: FeatureSet) -> scipy.sparse.csr_matrix:
    """One-hot rows, shape (blocks, sum of bins)."""
    starts = np.cumsum([0, *(f.bins for f in features)])[:-1]
    indices = (rows + starts).ravel().astype(np.int32)
    pointers = np.arange(0, len(indices) + 1, len(features), dtype=np.int64)
    width = int(sum(f.bins for f in features))
    return scipy.sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, pointers), shape=(len(rows), width)
    )


def vocabulary(chosen: Sequence[Sample]) -> list[str]:
    """Words found on at least WORD_SITES sites of the samples, sorted."""
    sites: dict[str, set[str]] = defaultdict(set)
    for page in {id(s.page): s.page for s in chosen}.values():
        for words in page.lexicon:
            for word in words:
                sites[word].add(page.site)
    return sorted(word for word, found in sites.items() if len(found) >= WORD_SITES)


def word_columns(chosen: Sequence[Sample], known: Sequence[str]) -> scipy.sparse.csr_matrix:
    """Which of the known words each block holds, shape (blocks, words)."""
    place = {word: i for i, word in enumerate(known)}
    pages: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for s in chosen:
        if id(s.page) not in pages:
            rows = [[place[w] for w in words if w in place] for words in s.page.lexicon]
            flat = np.array([i for row in rows for i in row], dtype=np.int32)
            pages[id(s.page)] = flat, np.array([len(row) for row in rows], dtype=np.int64)
    indices = np.concatenate([pages[id(s.page)][0] for s in chosen])
    pointers = np.concatenate(([0], np.cumsum(np.concatenate([pages[id(s.page)][1] for s in chosen]))))
    ones = np.ones(len(indices), dtype=np.float32)
    return scipy.sparse.csr_matrix((ones, indices, pointers), shape=(len(pointers) - 1, len(known)))


def bounds(features: Iterable[Feature], size: int) -> list[tuple[float | None, float | None]]:
    """Recurrence never speaks for content: its weights begin at 0 and are not negative."""
    limits: list[tuple[float | None, float | None]] = [(None, None)]
    for feature in features:
        limits += [
            (0.0, 0.0 if bin == 0 else None) if feature.recurs else (None, None)
            for bin in range(feature.bins)
        ]
    return limits + [(None, None)] * (size - len(limits))


def fit(chosen: Sequence[Sample], table: str, strength: float = 3.0, word_strength: float = 50.0) -> Table:
    """Logistic regression (L-BFGS) in fixed point, without a switching cost."""
    features = features_of(table)
    known = vocabulary(chosen)
    counts: dict[int, int] = defaultdict(int)
    for s in chosen:
        counts[id(s.page)] += 1
    x = scipy.sparse.hstack(
        [design(np.concatenate([s.bins for s in chosen]), features), word_columns(chosen, known)],
        format="csr",
    )
    y = np.concatenate([s.page.labels for s in chosen]).astype(np.float64) * 2 - 1
    w = np.concatenate([block_weights(s.page) * s.page.weight / counts[id(s.page)] for s in chosen])
    xt = x.T.tocsr()

    pull = np.concatenate((np.full(x.shape[1] - len(known), strength), np.full(len(known), word_strength)))

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        z = (x @ v[1:].astype(np.float32) + v[0]) * y
        grad_z = -y * w / (1 + np.exp(np.clip(z, -30, 30)))
        value = float((w * np.logaddexp(0, -z)).sum() + 0.5 * (pull * v[1:] ** 2).sum())
        return value, np.concatenate(([grad_z.sum()], xt @ grad_z + pull * v[1:]))

    start = np.zeros(x.shape[1] + 1)
    result = scipy.optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds(features, len(start)),
        options={"maxiter": 120},
    )
    v = np.rint(result.x * SCALE).astype(int)
    rows, at = {}, 1
    for feature in features:
        rows[feature.name] = tuple(v[at : at + feature.bins].tolist())
        at += feature.bins
    words = {word: weight for word, weight in zip(known, v[at:].tolist(), strict=True) if weight}
    return Table(table, int(v[0]), 0, rows, words)


def fit_all(
    found: Sequence[Sample], folds: Iterable[int], jobs: int
) -> Iterator[tuple[tuple[int, str], Table]]:
    """The table of every situation for every fold, fitted on the sites outside the fold."""
    tasks = [(fold, name) for name in sorted({s.table for s in found}) for fold in folds]
    global _found  # noqa: PLW0603 - forked workers read the samples where they lie
    _found = found
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        for task, table in zip(tasks, pool.map(_fit_task, tasks), strict=True):
            where = "" if task[0] == NONE else f" without fold {task[0]}"
            print(f"{task[1]}{where}: fitted", file=sys.stderr, flush=True)
            yield task, table


_found: Sequence[Sample] = ()


def _fit_task(task: tuple[int, str]) -> Table:
    fold, name = task
    return fit([s for s in _found if s.table == name and fold_of(s.page.site) != fold], name)
