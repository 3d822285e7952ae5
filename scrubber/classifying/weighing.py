"""What weighs blocks: a model that gives scores, in fixed point, and says which features they come from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.segments import Ints

SCALE: Final = 100
"""Units of a weight in one logit."""


class WeightsError(ValueError):
    """The weights do not belong to these features: they must be trained again."""


class Weigher(Protocol):
    """A model of how the blocks of one kind of document are told apart."""

    @property
    def name(self) -> str:
        """The situation in which it judges (see `features.sets`)."""

    @property
    def switch(self) -> int:
        """Cost of going from content to chrome, or back, between neighbouring blocks."""

    @property
    def lacks_company(self) -> bool:
        """Whether its scores are of blocks alone: what their company says is added later (see `companions`)."""

    @property
    def words(self) -> Mapping[str, int]:
        """Weights of words; empty where it asks for none."""

    @property
    def plain(self) -> Sequence[Any]:
        """All that it says, in plain values."""

    def check(self) -> None:
        """Raises WeightsError where its features, or their bins, are others than those that are declared."""

    def score(self, measured: Measured) -> Ints:
        """Fixed-point scores, shape (blocks,): positive speaks for chrome."""

    def heaviest(self, measured: Measured, blocks: Sequence[int], most: int) -> tuple[Ints, Ints]:
        """The features that add most to each block's score, heaviest first, and what they add.

        Two arrays of shape (blocks, most). Of equally heavy features the first ones are taken.
        """


def heaviest_of(added: Ints, most: int) -> tuple[Ints, Ints]:
    """The columns of the largest values of each row, largest first, and the values; of equal ones the first.

    >>> heaviest_of(np.array([[3, 0, 7, 3]]), 3)
    (array([[2, 0, 3]]), array([[7, 3, 3]]))
    """
    count = added.shape[1]
    # Value and column in one number, the smallest of which are wanted.
    ranked = np.arange(count) - added * count
    if most < count:
        ranked = np.partition(ranked, most - 1, axis=1)[:, :most]
    ranked.sort(axis=1)
    return ranked % count, -(ranked // count)


@lru_cache(maxsize=1 << 12)
def probability(score: int) -> float:
    """The chance that a block of this score is chrome, two decimals."""
    return round(1 / (1 + math.exp(-max(-50.0, min(50.0, score / SCALE)))), 2)


def logit(threshold: float) -> int:
    """The score of a probability."""
    bounded = min(max(threshold, 1e-6), 1 - 1e-6)
    return round(math.log(bounded / (1 - bounded)) * SCALE)
