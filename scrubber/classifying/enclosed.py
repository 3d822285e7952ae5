"""A few lines between text of the page's own stay with it: one list goes or stays whole.

Of a text the looks of a short line say little. "• Letters" is a menu's entry where it recurs, and an answer where
it stands once more among paragraphs; one item of a list is no chrome where those around it are content.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.segments import Ints, Marks, sums_of
from scrubber.classifying.unique_text import SURE

ENCLOSED: Final = "enclosed: stands among text of this page, and in no other document there"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
BLOCKS: Final = 8
"""Blocks that would go between two that stay, at most, ..."""
CHARACTERS: Final = 400
"""... and characters of all of them, at most."""
CLOSE: Final = 8
"""Blocks from them to kept prose of the page's own, on either side, at most."""


def find_enclosed(measured: Measured, scores: Ints, chrome: Marks) -> Marks:
    """The blocks among `chrome` of texts that stay with what stands around them; shape (blocks,)."""
    found = np.zeros_like(chrome)
    if measured.has_markup or not chrome.any():
        return found
    segments = measured.segments
    own = ~chrome & (measured.near == 0)
    prose = own & measured.fresh
    back, ahead = segments.distances(prose)
    starts, ends = segments.stretches(chrome)
    inner = (starts > segments.first[starts]) & (ends < segments.last[starts])
    starts, ends = starts[inner], ends[inner]
    held = sums_of(measured.near > 0, starts, ends) > 0
    few = (ends - starts <= BLOCKS) & (sums_of(measured.said, starts, ends) <= CHARACTERS)
    doubted = sums_of(scores, starts, ends) < SURE * (ends - starts)
    amid = own[starts - 1] & own[ends] & (back[starts - 1] < CLOSE) & (ahead[ends] < CLOSE)
    chosen = few & ~held & doubted & amid
    for start, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True):
        found[start:end] = True
    return found
