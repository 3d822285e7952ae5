"""The menu of a section, and the foot of one: they stand on the pages of that section alone.

A site's main menu stands on all pages, and its share of them proves it. Of a menu that five of sixty pages have
the share proves nothing, but its form does: lines that lead elsewhere, one behind the other in the same order, at
the end of pages that otherwise differ. What an article shares with others (a heading, a definition, a line of
references) recurs singly, or between text of the page's own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.company import together
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.own import endings
from scrubber.classifying.features.recurrence import SENTENCE_END
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks, sums_of
from scrubber.documents import BlockKind

SECTION_MENU: Final = "leads elsewhere, in the same order at the same end of several pages that differ"
"""Why such a block goes, whatever its score."""
PAGES: Final = 3
"""Other witnesses that hold the same two blocks one behind the other, at least."""
BLOCKS: Final = 3
"""Blocks in a row, at least; two of three are links."""
HEAD: Final = 60
"""Characters of a line of it that is no link, at most: the heading above the menu."""
_OF_TEXT: Final = frozenset(
    (BlockKind.PREFORMATTED, BlockKind.ADMONITION, BlockKind.ROW, BlockKind.FRONT_MATTER)
)


def find_section_menus(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The blocks of texts that are runs of links at an end of their page, as on other pages; shape (blocks,)."""
    found = np.zeros_like(chrome)
    if measured.has_markup or not table.linked.any():
        return found
    segments = table.segments
    held = np.maximum(together(table), segments.neighbour(together(table), -1)) >= PAGES
    own = ~chrome & ~held
    outside = (segments.running(own.astype(np.int64)) == 0) | (_behind(table, own) == 0)
    some = (segments.totals(own & ~table.links_away) > 0)[segments.document]
    kinds = np.array([block.kind in _OF_TEXT for block in table.blocks])
    links = table.linked * 2 >= table.shown
    heads = (table.shown <= HEAD) & (endings(table) != SENTENCE_END)
    asked = held & outside & some & ~kinds & (links | heads)
    for first, last in zip(*segments.stretches(asked), strict=True):
        for start, end in _runs(together(table), int(first), int(last)):
            found[start:end] = int(links[start:end].sum()) * 3 >= (end - start) * 2
    return found


def _runs(pairs: Ints, first: int, last: int) -> list[tuple[int, int]]:
    """Blocks from `first` to `last` in rows of which every two neighbours recur together."""
    found, start = [], first
    for place in range(first, last):
        if place + 1 == last or pairs[place] < PAGES:
            if place + 1 - start >= BLOCKS:
                found.append((start, place + 1))
            start = place + 1
    return found


def _behind(table: BlockTable, marks: Marks) -> Ints:
    """How many marked blocks stand behind each block on its page; shape (blocks,)."""
    segments = table.segments
    return sums_of(marks, segments.place + 1, segments.last)
