"""What a block's words speak for: those of short lines, and the names in its DOM path.

The model that judges brings the weights of words (`BlockTable.lexicon`), learned from words that stand
on many sites. Trees ask for their sums, as they ask for any other feature: a word decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.registry import DISTANCE, Feature, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.features.words import words_of_blocks
from scrubber.classifying.segments import Ints, Segments

LEXICON = FeatureGroup("lexicon")
_STEPS: Final = (-300, -150, -75, -25, 25, 75, 150, 300)
"""Sums of weights, in hundredths of a logit, at which a class begins."""
VOICES: Final = (
    "speak for content beyond doubt",
    "speak for content clearly",
    "speak for content",
    "speak a little for content",
    "say nothing",
    "speak a little for chrome",
    "speak for chrome",
    "speak for chrome clearly",
    "speak for chrome beyond doubt",
)
NOTHING: Final = VOICES.index("say nothing")
"""The class behind which words speak for chrome."""
_LOUD: Final = 150
"""The sum from which words speak for chrome clearly, and what a block adds to its neighbours' at most."""
_WIDTH: Final = 4
_BESIDE: Final = {-2: "words -2", -1: "words -1", 1: "words +1", 2: "words +2"}
_WHERE: Final = {-2: "two before", -1: "right before", 1: "right behind", 2: "two behind"}


def voice(sums: Ints) -> Ints:
    """The classes of some sums of weights, as VOICES names them."""
    return np.searchsorted(_STEPS, sums, side="right").astype(np.int64)


def columns(segments: Segments, own: Ints, named: Ints) -> dict[str, Ints]:
    """All features by name, from the sums of each block's words and of its names; arrays of shape (blocks,)."""
    found = {"words": voice(own), "names": voice(named)}
    for by, name in _BESIDE.items():
        found[name] = voice(segments.neighbour(own, by))
    before, behind = segments.window_sums(np.clip(own, -_LOUD, _LOUD), _WIDTH)
    found["words before"], found["words behind"] = voice(before), voice(behind)
    found["since loud words"], found["until loud words"] = segments.distances(own >= _LOUD)
    return found


def sums(words: Sequence[tuple[str, ...]], weights: Mapping[str, int]) -> tuple[Ints, Ints]:
    """For every block the sum over its words, and that over the names of its DOM path; arrays of shape (blocks,)."""
    known: dict[tuple[str, ...], tuple[int, int]] = {}
    for own in set(words):
        said = [
            sum(weights.get(word, 0) for word in own if word.startswith("@") is named)
            for named in (False, True)
        ]
        known[own] = said[0], said[1]
    found = np.array([known[own] for own in words], dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


@derived
def words(table: BlockTable) -> tuple[tuple[str, ...], ...]:
    """What each block holds of words that may have a weight (see `words_of_blocks`)."""
    return words_of_blocks(table.shown_texts, table.blocks)


@derived
def _columns(table: BlockTable) -> dict[str, Ints]:
    own, named = sums(words(table), table.lexicon)
    return columns(table.segments, own, named)


def _column(name: str, table: BlockTable) -> Ints:
    return _columns(table)[name]


for _name, _said in (
    ("words", "its words {}"),
    ("names", "the names of the elements around it {}"),
    *((name, f"the words of the block {_WHERE[by]} {{}}") for by, name in _BESIDE.items()),
    ("words before", f"the words of the {_WIDTH} blocks before {{}}"),
    ("words behind", f"the words of the {_WIDTH} blocks behind {{}}"),
):
    LEXICON.add(Feature(_name, codes(VOICES), _said, VOICES, column=partial(_column, _name)))
for _name, _said in (
    ("since loud words", "the last block of which words speak for chrome is {} blocks back"),
    ("until loud words", "the next block of which words speak for chrome is {} blocks ahead"),
):
    LEXICON.add(Feature(_name, DISTANCE, _said, column=partial(_column, _name)))
