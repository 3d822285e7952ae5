"""Links that are whole blocks, one below the other: all of those that do not repeat on other pages stay, or none.

Cards and titles in a row are like one another, and the model judges each by itself: where the row begins and where it
ends, and how long each is, makes some of them chrome and others not. What a reader then finds is a piece of a list.
Their mean decides. A row that leads to other pages may be a directory, and needs as sure a verdict as all text that
stands nowhere else; of a table of contents nothing is lost but the way to what the page says anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks
from scrubber.classifying.unique_text import SURE
from scrubber.documents import Block

CARDS: Final = "cards: belongs to a row of links that is not surely chrome"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
REST_OF_CARDS: Final = "belongs to a row of links that goes"
"""Why such a block goes, whatever its score."""
IN_A_ROW: Final = 3
"""Blocks of one kind in a row, at least."""
WHOLE: Final = 800
"""Permille of what a block shows that stands inside links, at least."""


def find_cards(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay with their row; shape (blocks,)."""
    found = np.zeros_like(chrome)
    for places in _rows_of_links(table, measured, chrome):
        if not _goes(table, scores, places):
            found[places] = chrome[places]
    return found


def find_rest_of_cards(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Marks:
    """The blocks that go with their row; shape (blocks,)."""
    found = np.zeros_like(chrome)
    for places in _rows_of_links(table, measured, chrome):
        if _goes(table, scores, places):
            found[places] = True
    return found


def _goes(table: BlockTable, scores: Ints, places: Ints) -> bool:
    """Whether a row goes: it leads to other pages and is surely chrome, or into this page, and is so more likely than not."""
    here = all(_leads_here(table.blocks[place]) for place in places.tolist())
    return int(scores[places].sum()) >= (0 if here else SURE) * len(places)


def _leads_here(block: Block) -> bool:
    return block.links is not None and block.links.near + block.links.far == 0


def _rows_of_links(table: BlockTable, measured: Measured, chrome: Marks) -> Iterator[Ints]:
    """The blocks of each row of links that few other pages have, where some of them would go and some stay."""
    if measured.has_markup or not table.linked.any():
        return
    whole = table.linked * 1000 >= WHOLE * np.maximum(table.shown, 1)
    starts, ends = table.segments.stretches(whole)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        first = start
        for place in range(start + 1, end + 1):
            if place < end and table.blocks[place].kind is table.blocks[first].kind:
                continue
            row = np.arange(first, place)
            own = row[~measured.repeated[row]]
            if len(own) >= IN_A_ROW and 0 < int(chrome[own].sum()) < len(own):
                yield own
            first = place
