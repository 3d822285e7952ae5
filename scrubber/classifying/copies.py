"""The body of a page that stands on it twice: in a layer for printing, in a version for phones.

Only a copy of most of the page's prose goes, and its first copy stays. A refrain, a clause that
two contracts on one page share, a quotation repeated are no such thing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Marks
from scrubber.evidence import DocumentEvidence

COPIED: Final = 300
"""Characters of prose that a second copy has at least, ..."""
BLOCKS: Final = 2
"""... in so many blocks, ..."""
SHARE: Final = 0.6
"""... and this share of the prose that stands before it."""
HEAD: Final = 6
"""Blocks before the copied prose that may belong to the copy: its headline, a date."""


def find_second_copies(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The second copies in each of several documents (see `find_second_copy`)."""
    found = np.zeros(len(chrome), dtype=np.bool_)
    again = measured.fresh & ~chrome & (measured.column("copies") > 0)
    for number in np.flatnonzero(measured.segments.totals(again) >= BLOCKS).tolist():
        part, record = measured.segments.slices[number], table.subjects[number].record
        found[part] = find_second_copy(record, measured.document(number), chrome[part])
    return found


def find_second_copy(record: DocumentEvidence, measured: Measured, chrome: Marks) -> Marks:
    """Kept blocks that say again what kept blocks before them said, in the same order."""
    copied = np.zeros(len(chrome), dtype=np.bool_)
    prose = measured.fresh & ~chrome
    first: dict[int, int] = {}
    again: list[tuple[int, int]] = []
    for place, key in enumerate(record.keys.tolist()):
        if not chrome[place] and first.setdefault(key, place) != place:
            again.append((place, first[key]))
    repeated = [(place, origin) for place, origin in again if prose[place]]
    origins = [origin for _, origin in repeated]
    again_and_again = len(origins) - len(set(origins))  # what comes a third time is a refrain
    if len(repeated) < BLOCKS or again_and_again * 4 > len(origins):
        return copied
    start, end = repeated[0][0], repeated[-1][0]
    begin, stop = repeated[0][1], repeated[-1][1]
    lengths = measured.lengths
    amount = int(lengths[[place for place, _ in repeated]].sum())
    inside = np.arange(len(chrome))
    original = int(lengths[prose & (inside < start)].sum())
    fresh_between = int(lengths[prose & (inside >= start) & (inside <= end)].sum())
    in_order = origins == sorted(origins) and stop < start
    if in_order and amount >= COPIED and amount >= SHARE * original and amount >= SHARE * fresh_between:
        for place, origin in again:
            copied[place] = start - HEAD <= place <= end and begin - HEAD <= origin <= stop
    return copied
