"""A few lines between text of the page's own stay with it: one list goes or stays whole.

Of a text the looks of a short line say little. "• Letters" is a menu's entry where it recurs, and an answer where
it stands once more among paragraphs; one item of a list is no chrome where those around it are content.

Of HTML it is the other way round: this page's teasers go with the region around them, where what recurs encloses
them in one element, some of them go by themselves, and none is surely content.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks, sums_of
from scrubber.classifying.unique_text import SURE
from scrubber.documents import Block, BlockKind

ENCLOSED: Final = "enclosed: stands among text of this page, and in no other document there"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
BLOCKS: Final = 8
"""Blocks that would go between two that stay, at most, ..."""
CHARACTERS: Final = 400
"""... and characters of all of them, at most."""
IN_REGION: Final = "stands in a region that goes: what recurs encloses it"
"""Why a block goes with the region around it."""
TEASERS: Final = 3
"""Blocks of a region that do not recur, at most, ..."""
REGION: Final = 300
"""... and characters of all of them, at most."""
NOT_SURE: Final = -100
"""The score above which a block is not surely content."""
CLOSE: Final = 8
"""Blocks from them to kept prose of the page's own, on either side, at most."""
_TEXT_OF_ITS_OWN: Final = frozenset((BlockKind.HEADING, BlockKind.CELL, BlockKind.PREFORMATTED))
"""Kinds that a page has of its own between what recurs: the heads and the values of its sections."""


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


def find_in_regions(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Marks:
    """The blocks of HTML that go with the region around them, some of them among `chrome`; shape (blocks,)."""
    found = np.zeros_like(chrome)
    edges = np.flatnonzero(chrome & measured.repeated)
    if not table.has_markup or len(edges) < 2:
        return found
    first, last = edges[:-1] + 1, edges[1:]
    doubtful = (scores > NOT_SURE) & ~measured.fresh & ~measured.comments
    own_kind = np.array([block.kind in _TEXT_OF_ITS_OWN for block in table.blocks])
    document = measured.segments.document
    inside = last - first
    chosen = (inside > 0) & (inside <= TEASERS) & (document[edges[:-1]] == document[edges[1:]])
    chosen &= sums_of(measured.said, first, last) <= REGION
    chosen &= sums_of(doubtful & ~own_kind, first, last) == inside
    chosen &= sums_of(chrome, first, last) > 0
    for start, end in zip(first[chosen].tolist(), last[chosen].tolist(), strict=True):
        parents = {_parent(block) for block in table.blocks[start - 1 : end + 1]}
        found[start:end] = len(parents) == 1
    return found


def _parent(block: Block) -> str:
    return block.markup.xpath.rpartition("/")[0] if block.markup is not None else ""
