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

from scrubber.classifying.features import Measured
from scrubber.classifying.spec import Feature, columns

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
    weights: tuple[tuple[int, ...], ...]
    """By feature, by bin."""
    words: Mapping[str, int] = field(default_factory=dict)
    """Weights of words in short lines, and of ``@names`` in the DOM path."""

    def check(self, features: Sequence[Feature]) -> None:
        """Raises WeightsError where a feature's bins and its weights differ in number."""
        shape = [f.bins for f in features]
        if [len(row) for row in self.weights] != shape:
            raise WeightsError(f"table {self.name} does not fit the features: run scripts/train")

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
        """All weights in a row, and where each feature's begin."""
        flat = np.array([w for row in self.weights for w in row], dtype=np.int64)
        return flat, np.cumsum([0, *(len(row) for row in self.weights[:-1])])


def parse(text: str) -> dict[str, Table]:
    """Read a weights file.

    Raises WeightsError where names, order or numbers of bins differ from the features.
    """
    content = json.loads(text)
    if content.get("schema") != SCHEMA:
        raise WeightsError(f"not a weights file of schema {SCHEMA}: run scripts/train")
    tables: dict[str, Table] = {}
    for name, body in content["tables"].items():
        features = columns(name)
        if list(body["weights"]) != [f.name for f in features]:
            raise WeightsError(f"table {name} has other features, or another order: run scripts/train")
        rows = tuple(tuple(row) for row in body["weights"].values())
        table = Table(name, body["bias"], body["switch"], rows, body["words"])
        table.check(features)
        tables[name] = table
    return tables


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Table]:
    """The committed weights."""
    return parse(files("scrubber.classifying").joinpath("weights.json").read_text("utf-8"))


def digest_of(tables: Mapping[str, Table]) -> str:
    """Hex digest of weights by what they say, 16 digits: however their file is laid out."""
    plain = [
        (name, one.bias, one.switch, one.weights, sorted(one.words.items()))
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
