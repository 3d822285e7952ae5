"""A forest: gradient-boosted trees in integers, which ask for the bins of features and add up the values of leaves.

Every node has a value in hundredths of a logit: what the blocks that come there have in common
speaks for chrome. A block's score is the sum of the values of its leaves, one a tree; it is the
same on every machine. On the way from the root of a tree to a leaf each step changes the value,
and the change belongs to the feature that was asked for: so the sum of changes explains the score
(A. Saabas, 2014). `scripts/train` makes the trees.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.registry import FeatureSet
from scrubber.classifying.features.sets import features_of
from scrubber.classifying.segments import Ints
from scrubber.classifying.weighing import WeightsError, heaviest_of

_AT_ONCE: Final = 128
"""Blocks that go down all trees at once: few enough for the cache of a processor."""
_NEVER: Final = 255
"""The bin behind which no feature has one: the question of a leaf, which nothing passes."""

Node = tuple[int, ...]
"""``(value,)`` of a leaf; ``(feature, bin, child, value)`` of a question: blocks of a later bin go to the
node behind `child`, all others to it. Children are counted from the root of their tree."""


@dataclass(frozen=True)
class Forest:
    """Trees over binned features: how the blocks of one kind of document are told apart."""

    name: str
    """The kind of document (see `features.sets`)."""
    asks: tuple[str, ...]
    """The features that are asked for, by the numbers that nodes know."""
    bins: tuple[int, ...]
    """How many bins each of them had when the trees were made."""
    trees: tuple[tuple[Node, ...], ...]
    words: Mapping[str, int] = field(default_factory=dict)
    """Weights of words in short lines, and of ``@names`` in the DOM path: trees ask for their sums."""

    @cached_property
    def features(self) -> FeatureSet:
        """The features it weighs, in the order of their columns."""
        return features_of(self.name)

    def check(self) -> None:
        """Raises WeightsError where a feature that it asks for, or its bins, are others than those that are declared."""
        declared = {feature.name: feature.bins for feature in self.features}
        found = dict(zip(self.asks, self.bins, strict=True))
        names = sorted(name for name, bins in found.items() if declared.get(name) != bins)
        if names:
            raise WeightsError(
                f"the trees of {self.name} do not fit the features {', '.join(names)}: run scripts/train"
            )

    @property
    def plain(self) -> Sequence[Any]:
        """All that it says, in plain values."""
        return [self.name, self.asks, self.bins, self.trees, sorted(self.words.items())]

    def score(self, measured: Measured) -> Ints:
        """Fixed-point scores, shape (blocks,): positive speaks for chrome."""
        found = np.empty(len(measured.bins), dtype=np.int64)
        for start in range(0, len(found), _AT_ONCE):
            bins = measured.bins[start : start + _AT_ONCE]
            at = deque(self._descend(bins), maxlen=1).pop()  # where the last step leads
            found[start : start + _AT_ONCE] = self._grown.value[at].sum(axis=1)
        return found

    def heaviest(self, measured: Measured, blocks: Sequence[int], most: int) -> tuple[Ints, Ints]:
        """The features that add most to each block's score, heaviest first, and what they add.

        Two arrays of shape (blocks, most). Of equally heavy features the first ones are taken.
        """
        grown, width = self._grown, len(self.features)
        added = np.zeros((len(blocks), width), dtype=np.int64)
        for start in range(0, len(blocks), _AT_ONCE):
            part = np.asarray(blocks[start : start + _AT_ONCE])
            rows = np.arange(len(part))[:, np.newaxis] * width
            before = None
            for at in self._descend(measured.bins[part]):
                if before is not None:
                    gained = (grown.value[at] - grown.value[before]).ravel()
                    asked = (rows + grown.column[before]).ravel()
                    some = np.bincount(asked, weights=gained, minlength=len(part) * width)
                    added[start : start + _AT_ONCE] += np.rint(some).astype(np.int64).reshape(-1, width)
                before = at
        return heaviest_of(added, most)

    def _descend(self, bins: npt.NDArray[np.int16]) -> Iterator[npt.NDArray[np.int32]]:
        """The nodes where blocks stand, shape (blocks, trees): at the roots, and after each step down."""
        grown = self._grown
        flat = np.ascontiguousarray(bins).ravel()
        rows = (np.arange(len(bins), dtype=np.int32) * bins.shape[1])[:, np.newaxis]
        at = np.repeat(grown.roots[np.newaxis, :], len(bins), axis=0)
        yield at
        for _ in range(grown.depth):
            asked = grown.column.take(at)
            asked += rows
            at = grown.child.take(at) + (flat.take(asked) > grown.bin.take(at))
            yield at

    @cached_property
    def _grown(self) -> _Grown:
        return _Grown.of(self.trees, [self.features.places[name] for name in self.asks])


@dataclass(frozen=True)
class _Grown:
    """All nodes of all trees in a row: arrays of shape (nodes,)."""

    column: npt.NDArray[np.int32]
    bin: npt.NDArray[np.int16]
    child: npt.NDArray[np.int32]
    """Where blocks go; a leaf's own place."""
    value: Ints
    roots: npt.NDArray[np.int32]
    """Shape (trees,)."""
    depth: int
    """Steps from a root to the farthest leaf."""

    @classmethod
    def of(cls, trees: Sequence[Sequence[Node]], columns: Sequence[int]) -> _Grown:
        asked: list[int] = []
        bins: list[int] = []
        children: list[int] = []
        values: list[int] = []
        roots: list[int] = []
        depth = 0
        for tree in trees:
            root = len(values)
            roots.append(root)
            depths = [0] * len(tree)
            for place, node in enumerate(tree):
                if len(node) == 1:
                    asked.append(0)
                    bins.append(_NEVER)
                    children.append(root + place)
                else:
                    asked.append(columns[node[0]])
                    bins.append(node[1])
                    children.append(root + node[2])
                    depths[node[2]] = depths[node[2] + 1] = depths[place] + 1
                values.append(node[-1])
            depth = max(depth, *depths)
        return cls(
            np.array(asked, dtype=np.int32),
            np.array(bins, dtype=np.int16),
            np.array(children, dtype=np.int32),
            np.array(values, dtype=np.int64),
            np.array(roots, dtype=np.int32),
            depth,
        )
