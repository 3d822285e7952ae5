"""Prose that stands in no other document stays, unless its verdict is sure or recurring chrome encloses it.

What a block looks like and where it stands on the page is a hint, not a proof. The weights were fitted on
short news articles, and of handbooks, papers and documentation they take paragraphs for chrome because
those stand far from the start or hold signs. Where such a paragraph is lost, it is lost altogether.

On HTML the markup says more than looks, and this guard does not act.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.segments import Ints, Marks, sums_of

UNIQUE_PROSE: Final = "unique-prose: stands in no other document, and the verdict is not sure"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
SURE: Final = 300
"""The score that is asked of prose which stands nowhere else: a probability of 0.95. See docs/quality.md, "Prose that
stands nowhere else", for what lower and higher bars give."""
ENCLOSED_BLOCKS: Final = 3
"""Blocks between two that recur and go, at most, which go with them: this month's calendar, this page's teasers."""
ENCLOSED_CHARACTERS: Final = 300
"""Characters of all blocks between them, at most."""


def find_unique_prose(measured: Measured, scores: Ints, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay: unique prose of a text whose removal is not sure; shape (blocks,)."""
    if measured.has_markup:
        return np.zeros(len(chrome), dtype=np.bool_)
    alone = (measured.near == 0) & (measured.column("elsewhere") == 0)
    doubted = np.asarray(measured.fresh & alone & chrome & (scores < SURE))
    return np.asarray(doubted & ~_enclosed(measured, chrome)) if doubted.any() else np.zeros_like(chrome)


def _enclosed(measured: Measured, chrome: Marks) -> Marks:
    """Blocks in a short stretch of chrome between two blocks that recur on other pages."""
    segments = measured.segments
    found = np.zeros(len(chrome), dtype=np.bool_)
    edges = np.flatnonzero(measured.repeated & chrome)
    first, last = edges[:-1] + 1, edges[1:]
    inside = last - first
    short = (
        (inside > 0)
        & (inside <= ENCLOSED_BLOCKS)
        & (sums_of(measured.said, first, last) <= ENCLOSED_CHARACTERS)
    )
    whole = sums_of(chrome, first, last) == inside
    same_document = segments.document[edges[:-1]] == segments.document[edges[1:]]
    chosen = short & whole & same_document
    for start, end in zip(first[chosen].tolist(), last[chosen].tolist(), strict=True):
        found[start:end] = True
    return found
