"""Scores in fixed point, and the probabilities that they stand for."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from scrubber.classifying.segments import Ints

SCALE: Final = 100
"""Units of a weight in one logit."""


class WeightsError(ValueError):
    """The weights do not belong to these features: they must be trained again."""


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
