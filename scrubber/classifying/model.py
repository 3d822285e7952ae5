"""The weights: small integer tables in a readable file, one for each kind of situation.

A table gives every bin of every feature a weight in hundredths of a logit; their sum, plus a
bias, is a block's score: above zero speaks for chrome. Sums of integers are the same on every
machine. `scripts/train` makes the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features import Measured
from scrubber.classifying.spec import Feature

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
        said = [sum(self.words.get(word, 0) for word in words) for words in measured.words]
        return np.asarray(flat[measured.bins + starts].sum(axis=1) + np.array(said) + self.bias, np.int64)

    def contributions_of(self, measured: Measured, block: int) -> npt.NDArray[np.int64]:
        """What every feature adds to one block's score, shape (features,)."""
        flat, starts = self._laid_out
        return np.asarray(flat[measured.bins[block] + starts], dtype=np.int64)

    @cached_property
    def _laid_out(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """All weights in a row, and where each feature's begin."""
        flat = np.array([w for row in self.weights for w in row], dtype=np.int64)
        return flat, np.cumsum([0, *(len(row) for row in self.weights[:-1])])


def situation(*, markup: bool, others: int) -> str:
    """Which table judges a document: by what it is, and how many pages its site has."""
    pages = "alone" if others == 0 else "few" if others < 4 else "many"
    return f"{'html' if markup else 'text'} {pages}"


def parse(text: str, features: Mapping[str, Sequence[Feature]]) -> dict[str, Table]:
    """Read a weights file. `features` gives the columns for ``text`` and for ``html`` tables.

    Raises WeightsError where names, order or numbers of bins differ from the features.
    """
    content = json.loads(text)
    if content.get("schema") != SCHEMA:
        raise WeightsError(f"not a weights file of schema {SCHEMA}: run scripts/train")
    tables: dict[str, Table] = {}
    for name, body in content["tables"].items():
        columns = features[name.split()[0]]
        if list(body["weights"]) != [f.name for f in columns]:
            raise WeightsError(f"table {name} has other features, or another order: run scripts/train")
        rows = tuple(tuple(row) for row in body["weights"].values())
        table = Table(name, body["bias"], body["switch"], rows, body["words"])
        table.check(columns)
        tables[name] = table
    return tables


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Table]:
    """The committed weights."""
    from scrubber.classifying.spec import MARKUP, TEXT

    text = files("scrubber.classifying").joinpath("weights.json").read_text("utf-8")
    return parse(text, {"text": TEXT, "html": TEXT + MARKUP})


def probability(score: int) -> float:
    """The chance that a block of this score is chrome, two decimals."""
    return round(1 / (1 + math.exp(-max(-50.0, min(50.0, score / SCALE)))), 2)


def logit(threshold: float) -> int:
    """The score of a probability."""
    bounded = min(max(threshold, 1e-6), 1 - 1e-6)
    return round(math.log(bounded / (1 - bounded)) * SCALE)
