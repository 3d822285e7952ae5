"""The weights: small integer tables in a readable file, one for each kind of situation.

A table gives every bin of every feature a weight in hundredths of a logit; their sum, plus a
bias, is a block's score: above zero speaks for chrome. Sums of integers are the same on every
machine. `scripts/train` makes the file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.registry import FeatureSet
from scrubber.classifying.features.sets import features_of

SCALE: Final = 100
"""Units of a weight in one logit."""
SCHEMA: Final = "scrubber.weights/1"


class WeightsError(ValueError):
    """The weights do not belong to these features: they must be trained again."""


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
        count = len(starts)
        # Weight and feature in one number, the smallest of which are wanted.
        ranked = np.arange(count) - flat.take(measured.bins[blocks] + starts) * count
        if most < count:
            ranked = np.partition(ranked, most - 1, axis=1)[:, :most]
        ranked.sort(axis=1)
        return ranked % count, -(ranked // count)

    @cached_property
    def _laid_out(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """All weights in a row, in the order of the columns, and where each feature's begin."""
        rows = [self.weights[name] for name in self.features.names]
        flat = np.array([weight for row in rows for weight in row], dtype=np.int64)
        return flat, np.cumsum([0, *(len(row) for row in rows[:-1])])


def parse(text: str) -> dict[str, Table]:
    """Read a weights file.

    Raises WeightsError where names or numbers of bins differ from those of the features.
    """
    content = json.loads(text)
    if content.get("schema") != SCHEMA:
        raise WeightsError(f"not a weights file of schema {SCHEMA}: run scripts/train")
    tables: dict[str, Table] = {}
    for name, body in content["tables"].items():
        rows = {feature: tuple(row) for feature, row in body["weights"].items()}
        table = Table(name, body["bias"], body["switch"], rows, body["words"])
        table.check()
        tables[name] = table
    return tables


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Table]:
    """The committed weights."""
    return parse(files("scrubber.classifying").joinpath("weights.json").read_text("utf-8"))


def digest_of(tables: Mapping[str, Table]) -> str:
    """Hex digest of weights by what they say, 16 digits: however their file is laid out."""
    plain = [
        (name, one.bias, one.switch, sorted(one.weights.items()), sorted(one.words.items()))
        for name, one in sorted(tables.items())
    ]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()[:16]


@lru_cache(maxsize=1)
def built_in_digest() -> str:
    """The digest of the committed weights."""
    return digest_of(built_in())


@lru_cache(maxsize=1 << 12)
def probability(score: int) -> float:
    """The chance that a block of this score is chrome, two decimals."""
    return round(1 / (1 + math.exp(-max(-50.0, min(50.0, score / SCALE)))), 2)


def logit(threshold: float) -> int:
    """The score of a probability."""
    bounded = min(max(threshold, 1e-6), 1 - 1e-6)
    return round(math.log(bounded / (1 - bounded)) * SCALE)
