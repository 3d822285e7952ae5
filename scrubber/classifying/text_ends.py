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
SHORTEST: Final = 30
"""Characters of a line that is spared where few other pages are known: a shorter one is a byline, a date, a button."""
SPARED_OF_FEW: Final = 160
"""What speaks for the line right before the body, and the one right behind it, where few other pages are known, or none."""


def with_ends(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Ints:
    """The scores, where the two ends of an article in a text are spared.

    That is what lies next to the body, a few lines up to the first that repeats or links away,
    where enough other pages would have shown them to be chrome; where few are, or none, a line. `chrome` is the labels that
    the scores gave; arrays of shape (blocks,).
    """
    body = measured.fresh & ~chrome
    barred = ((measured.near > 0) | table.links_away).tolist()
    spared = scores.copy()
    for number, part in enumerate(table.segments.slices):
        inside = np.flatnonzero(body[part])
        if not len(inside):
            continue
        known = measured.others[number] >= KNOWN
        head, tail, less = (SHORT_HEAD, SHORT_TAIL, SPARED) if known else (1, 1, SPARED_OF_FEW)
        first, last = part.start + int(inside[0]), part.start + int(inside[-1])
        behind, before = range(last + 1, part.stop), range(first - 1, part.start - 1, -1)
        for places in (behind[:tail], before[:head]):
            for place in places:
                if barred[place] or (not known and table.shown[place] < SHORTEST):
                    break
                spared[place] -= less
    return spared
