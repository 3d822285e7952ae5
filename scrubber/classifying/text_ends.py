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
LONG: Final = 80
"""Characters of a line that belongs to the body, whether or not it ends a sentence, where few other pages are known."""
SHORTEST: Final = 30
"""Characters of a line behind the body that is spared where few other pages are known: a shorter one is a button."""
SPARED_OF_FEW: Final = 160
"""What speaks for the line right before the body, and the one right behind it, where few other pages are known, or none."""


def with_ends(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Ints:
    """The scores, where the two ends of an article in a text are spared.

    That is what lies next to the body, a few lines up to the first that repeats or links away,
    where enough other pages would have shown them to be chrome; where few are, or none, a line. `chrome` is the labels that
    the scores gave; arrays of shape (blocks,).
    """
    body = measured.fresh & ~chrome
    # A paragraph that a page break cuts off ends no sentence.
    long = (measured.lengths >= LONG) & (measured.near == 0) & ~chrome
    barred = ((measured.near > 0) | table.links_away).tolist()
    spared = scores.copy()
    for number, part in enumerate(table.segments.slices):
        known = measured.others[number] >= KNOWN
        inside = np.flatnonzero(body[part] if known else (body | long)[part])
        if not len(inside):
            continue
        head, tail, less = (SHORT_HEAD, SHORT_TAIL, SPARED) if known else (1, 1, SPARED_OF_FEW)
        first, last = part.start + int(inside[0]), part.start + int(inside[-1])
        behind, before = range(last + 1, part.stop), range(first - 1, part.start - 1, -1)
        for places, shortest in ((behind[:tail], 0 if known else SHORTEST), (before[:head], 0)):
            for place in places:
                if barred[place] or table.shown[place] < shortest:
                    break
                spared[place] -= less
    return spared
