"""What spoke most for chrome in a block, in words: features and words, by their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from scrubber.classifying.features import Measured
from scrubber.classifying.measures import Ints
from scrubber.classifying.model import Table
from scrubber.classifying.spec import Feature

REASONS: Final = 4
"""Features and words that are told of a block, at most."""

Reasons = tuple[tuple[str, int], ...]
"""Phrases, each with its weight in hundredths of a logit, heaviest first."""


def tell(measured: Measured, table: Table, blocks: Sequence[int]) -> list[Reasons]:
    """The reasons for each of some blocks of a document. All at once: the page's phrases are few."""
    features, weights = table.heaviest(measured, blocks, REASONS)
    bins = np.take_along_axis(measured.bins[blocks], features, axis=1).astype(np.int64)
    phrases = _phrases(measured.features, features, bins)
    words = [measured.words[block] for block in blocks]
    spoken = {some: _spoken(some, table.words) for some in set(words)}
    found: list[Reasons] = []
    for some, told, lightness in zip(words, phrases, (-weights).tolist(), strict=True):
        said = [*zip(lightness, told, strict=True), *spoken[some]]
        said.sort()
        found.append(tuple([(phrase, -light) for light, phrase in said[:REASONS] if light < 0]))
    return found


def _phrases(columns: Sequence[Feature], features: Ints, bins: Ints) -> list[list[str]]:
    """Features in words, each for a bin: arrays of one shape, and so are the phrases."""
    width = int(bins.max(initial=0)) + 1
    codes, which = np.unique(features * width + bins, return_inverse=True)
    phrases = [columns[code // width].describe(code % width) for code in codes.tolist()]
    return [[phrases[place] for place in row] for row in which.reshape(features.shape).tolist()]


def _spoken(words: tuple[str, ...], weights: Mapping[str, int]) -> list[tuple[int, str]]:
    """The words that speak most for chrome, each behind its weight with the sign turned."""
    said = [
        (-weight, f"holds the word “{word}”" if word[0] != "@" else f"stands in “{word[1:]}”")
        for word in words
        if (weight := weights.get(word, 0)) > 0
    ]
    return sorted(said)[:REASONS]
