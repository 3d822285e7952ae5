"""The forest: gradient-boosted trees (LightGBM) over bins, written down in integers.

Every lot has a share in what is learned, however many blocks it holds. Of the blocks of all lots some are drawn,
each by the root of its weight, and weighed anew, so that long documents do not take all the time.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import lightgbm
import numpy as np

from scrubber.classifying.features.lexicon import LEXICON
from scrubber.classifying.features.sets import features_of
from scrubber.classifying.forest import Forest, Node
from scrubber.classifying.weighing import SCALE
from training import lexicon
from training.lots import Lot
from training.pages import NONE

SHARES = {
    "pages": 2.0,
    "snippets": 0.15,
    "cleaned": 0.1,
    "dump": 0.4,
    "plain": 0.2,
    "planted": 0.4,
    "long": 0.1,
    "wrapped": 0.1,
    "markdown": 0.3,
}
"""What the lots of each kind (the first word of their names) count for together."""
EVEN = 0.5
"""The power of its weight by which a lot counts among its kind: 1 would let large sets drown small ones."""
DRAWN = 700_000
"""Blocks that are drawn, about."""
HEAVIEST = 30.0
"""Weight of a block at most, where the mean is 1."""
TREES = 300
_PARAMETERS: Mapping[str, Any] = {
    "objective": "binary",
    "num_leaves": 31,
    "max_depth": 9,
    "learning_rate": 0.08,
    "min_data_in_leaf": 100,
    "lambda_l2": 5.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "max_bin": 63,
    "seed": 7,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


def fit_forest(lots: Sequence[Lot], name: str, fold: int, without: Collection[str] = ()) -> Forest:
    """A forest fitted on the documents outside a fold, which asks for no feature of `without`."""
    features = features_of(name)
    lots = [lot for lot in lots if len(lot.labels)]  # nobody knows how many features a lot of nothing has
    spoken, words = lexicon.crossed(lots, fold)
    bins, labels, weights = draw(lots, fold, spoken, [features.places[one.name] for one in LEXICON])
    bins[:, [features.places[one] for one in without]] = 0
    parameters = dict(_PARAMETERS, monotone_constraints=[int(feature.recurs) for feature in features])
    data = lightgbm.Dataset(
        bins, labels, weight=weights, params={"max_bin": 63, "min_data_in_bin": 1, "verbose": -1}
    )
    model = lightgbm.train(parameters, data, TREES)
    return replace(grown_from(model.dump_model(), name), words=words)


def draw(
    lots: Sequence[Lot], fold: int, spoken: Sequence[np.ndarray], places: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bins, labels and weights of the blocks that are learned from; what words say goes into its places."""
    drawn = np.random.default_rng(1)
    chosen = [(lot, lexicon.blocks_of(lot, lexicon.outside(lot, fold))) for lot in lots]
    weights = _weights(chosen)
    scale = DRAWN / sum(np.sqrt(own).sum() for own in weights)
    bins, labels, kept = [], [], []
    for (lot, some), own, said in zip(chosen, weights, spoken, strict=True):
        chance = np.minimum(1.0, np.sqrt(own) * scale)
        taken = drawn.random(len(some)) < chance
        mine = lot.bins[some[taken]]
        mine[:, places] = said[some[taken]]
        bins.append(mine)
        labels.append(lot.labels[some[taken]])
        kept.append(own[taken] / chance[taken])
    weighed = np.concatenate(kept)
    return np.concatenate(bins), np.concatenate(labels), np.minimum(weighed / weighed.mean(), HEAVIEST)


def _weights(chosen: Sequence[tuple[Lot, np.ndarray]]) -> list[np.ndarray]:
    """What each chosen block of each lot weighs. Of a kind of lots a large one counts by the root of its weight."""
    totals = [float(lot.weights[some].sum(dtype=np.float64)) for lot, some in chosen]
    roots: dict[str, float] = {}
    for (lot, _), total in zip(chosen, totals, strict=True):
        roots[lexicon.kind_of(lot)] = roots.get(lexicon.kind_of(lot), 0.0) + total**EVEN
    return [
        lot.weights[some].astype(np.float64)
        * (SHARES[kind] * total ** (EVEN - 1) / roots[kind] if total else 0.0)
        for (lot, some), total in zip(chosen, totals, strict=True)
        for kind in (lexicon.kind_of(lot),)
    ]


def grown_from(model: Mapping[str, Any], name: str) -> Forest:
    """A forest from what LightGBM says of its trees; values are rounded to integers."""
    features = features_of(name)
    numbers: dict[int, int] = {}

    def number(column: int) -> int:
        return numbers.setdefault(column, len(numbers))

    trees = tuple(_tree(one["tree_structure"], number) for one in model["tree_info"])
    asks = [features.features[column] for column in numbers]
    return Forest(name, tuple(one.name for one in asks), tuple(one.bins for one in asks), trees)


def _tree(root: Mapping[str, Any], number: Callable[[int], int]) -> tuple[Node, ...]:
    """The nodes of a tree, level by level, the two children of a node side by side."""
    nodes: list[Node] = [()]
    waiting = deque([(root, 0)])
    while waiting:
        node, place = waiting.popleft()
        if "split_feature" not in node:
            nodes[place] = (round(node["leaf_value"] * SCALE),)
            continue
        child = len(nodes)
        nodes += [(), ()]
        value = round(node["internal_value"] * SCALE)
        nodes[place] = (number(node["split_feature"]), int(node["threshold"]), child, value)
        waiting += [(node["left_child"], child), (node["right_child"], child + 1)]
    return tuple(nodes)


def fit_forests(
    lots: Sequence[Lot], name: str, folds: Sequence[int], jobs: int
) -> Iterator[tuple[int, Forest]]:
    """A forest for every fold, fitted on the documents outside it."""
    global _lots  # noqa: PLW0603 - forked workers read the lots where they lie
    _lots = lots
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        for fold, forest in zip(folds, pool.map(_fit_task, [(name, fold) for fold in folds]), strict=True):
            where = "" if fold == NONE else f" without fold {fold}"
            print(f"{name}{where}: {len(forest.trees)} trees", file=sys.stderr, flush=True)
            yield fold, forest


_lots: Sequence[Lot] = ()


def _fit_task(task: tuple[str, int]) -> Forest:
    name, fold = task
    return fit_forest(_lots, name, fold)
