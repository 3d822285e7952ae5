"""An additive model: a table gives every bin of every feature a weight, in hundredths of a logit.

Their sum, plus a bias, is a block's score. Sums of integers are the same on every machine.
`scripts/train` makes the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.registry import FeatureSet
from scrubber.classifying.features.sets import features_of
from scrubber.classifying.weighing import WeightsError, heaviest_of


@dataclass(frozen=True)
class Table:
    """One linear model over binned features."""

    name: str
    bias: int
    switch: int
    """Cost of going from content to chrome, or back, between neighbouring blocks."""
    weights: Mapping[str, tuple[int, ...]]
    """By feature, by bin."""
    words: Mapping[str, int] = field(default_factory=dict)
    """Weights of words in short lines, and of ``@names`` in the DOM path."""

    @property
    def lacks_company(self) -> bool:
        """A sum of weights cannot ask for the company of a block."""
        return True

    @cached_property
    def features(self) -> FeatureSet:
        """The features it weighs, in the order of their columns."""
        return features_of(self.name)

    def check(self) -> None:
        """Raises WeightsError where its features, or their bins, are others than those that are declared."""
        wanted = {feature.name: feature.bins for feature in self.features}
        found = {name: len(row) for name, row in self.weights.items()}
        if found == wanted:
            return
        names = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        raise WeightsError(
            f"table {self.name} does not fit the features {', '.join(names)}: run scripts/train"
        )

    @property
    def plain(self) -> Sequence[Any]:
        """All that it says, in plain values."""
        weights, words = sorted(self.weights.items()), sorted(self.words.items())
        return [self.name, self.bias, self.switch, weights, words]

    def score(self, measured: Measured) -> npt.NDArray[np.int64]:
        """Fixed-point scores, shape (blocks,): positive speaks for chrome."""
        flat, starts = self._laid_out
        known = {words: sum(filter(None, map(self.words.get, words))) for words in set(measured.words)}
        said = np.array([known[words] for words in measured.words], dtype=np.int64)
        return np.asarray(flat.take(measured.bins + starts).sum(axis=1) + said + self.bias, np.int64)

    def heaviest(
        self, measured: Measured, blocks: Sequence[int], most: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The features that add most to each block's score, heaviest first, and what they add.

        Two arrays of shape (blocks, most). Of equally heavy features the first ones are taken.
        """
        flat, starts = self._laid_out
        return heaviest_of(flat.take(measured.bins[blocks] + starts), most)

    @cached_property
    def _laid_out(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """All weights in a row, in the order of the columns, and where each feature's begin."""
        rows = [self.weights[name] for name in self.features.names]
        flat = np.array([weight for row in rows for weight in row], dtype=np.int64)
        return flat, np.cumsum([0, *(len(row) for row in rows[:-1])])
