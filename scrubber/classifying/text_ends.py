"""The two ends of an article in a text, which does not say where it begins and ends: a standfirst, a last line."""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks

KNOWN: Final = 3
"""Other pages of a site from which what repeats nowhere may be trusted."""
SHORT_TAIL: Final = 6
"""Lines behind the body of a text that may belong to it."""
SHORT_HEAD: Final = 6
"""Lines before it that may."""
SPARED: Final = 1000
"""What speaks for such a line."""


def with_ends(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Ints:
    """The scores, where the two ends of an article in a text are spared.

    That is what lies next to the body, a few lines up to the first that repeats or links away, and
    only where enough other pages would have shown them to be chrome. `chrome` is the labels that
    the scores gave; arrays of shape (blocks,).
    """
    body = measured.fresh & ~chrome
    barred = ((measured.near > 0) | table.links_away).tolist()
    spared = scores.copy()
    for number, part in enumerate(table.segments.slices):
        inside = np.flatnonzero(body[part])
        if not len(inside) or measured.others[number] < KNOWN:
            continue
        first, last = part.start + int(inside[0]), part.start + int(inside[-1])
        behind, before = range(last + 1, part.stop), range(first - 1, part.start - 1, -1)
        for places in (behind[:SHORT_TAIL], before[:SHORT_HEAD]):
            for place in places:
                if barred[place]:
                    break
                spared[place] -= SPARED
    return spared
