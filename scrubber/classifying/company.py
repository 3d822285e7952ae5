"""What recurs as it is written, and in the same company; and where on a page its own text stands.

Chrome recurs as a whole: the entries of a menu in their order, the lines of a notice one behind the
other, with the same figures. What an article shares with others recurs singly: an ingredient in
another list, a label with another value, a warning between other paragraphs.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.recurrence import REPEATED, others, support, written
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, Marks, per_mille
from scrubber.documents import Block

MOST: Final = 500
"""Permille of the other pages on which neighbours recur, from which on they belong together in chrome."""
BODY: Final = 0.8
"""Share of a page's own text that the element of its body holds."""
_OF_PAGE: Final = 3
"""Strokes in ``/html/body/``."""


@derived
def recurring(table: BlockTable) -> Marks:
    """Which blocks repeat on enough of the other pages, with the same figures; shape (blocks,)."""
    return np.asarray(per_mille(written(table), others(table)) >= REPEATED)


@derived
def together(table: BlockTable) -> Ints:
    """In how many other documents each block is followed by the same block, with the same figures in both."""
    found = []
    for subject, view in zip(table.subjects, table.views, strict=True):
        found += [view.support.of(subject.record.written_pairs), np.zeros(1, dtype=np.int64)]
    return np.concatenate(found)


@derived
def followed(table: BlockTable) -> Marks:
    """Behind which blocks the same block comes on most of the other pages, with the same figures in both."""
    return np.asarray(per_mille(together(table), others(table)) >= MOST)


@derived
def framed(table: BlockTable) -> Marks:
    """Which blocks follow the same block, or are followed by it, on enough of the other pages."""
    found = support(table)
    return np.asarray(per_mille(np.maximum(found.before, found.after), others(table)) >= REPEATED)


def in_body(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """Blocks between the page's own text: in HTML inside the element that holds most of it; shape (blocks,).

    A text does not say where an article ends: there it is what stands between own text that is kept.
    """
    own = ~recurring(table) & ~measured.comments
    found = np.zeros_like(chrome)
    for part in table.segments.slices:
        if not chrome[part].any():
            continue
        if table.has_markup:
            home = body_element(table.blocks[part], own[part])
            found[part] = [
                home is not None and block.markup is not None and block.markup.xpath.startswith(home)
                for block in table.blocks[part]
            ]
            continue
        places = np.flatnonzero(own[part] & (~chrome[part] | measured.fresh[part]))
        if len(places):
            found[part.start + places[0] : part.start + places[-1] + 1] = True
    return found


def body_element(blocks: list[Block], own: Marks) -> str | None:
    """XPath, with a stroke behind it, of the element with most of a page's own text; None where it is the page.

    It is the innermost that holds most of it, and what stands around that for as long as it adds blocks of which most are the page's own, and no links.
    """
    held: defaultdict[str, int] = defaultdict(int)
    blocks_in: defaultdict[str, int] = defaultdict(int)
    own_in: defaultdict[str, int] = defaultdict(int)
    total = 0
    for block, is_own in zip(blocks, own.tolist(), strict=True):
        if block.markup is None:
            return None
        said = block.shown - block.linked if is_own and block.linked * 2 <= block.shown else 0
        total += said
        xpath = block.markup.xpath
        at = xpath.find("/", 1)
        while at > 0:
            element = xpath[: at + 1]
            held[element] += said
            blocks_in[element] += 1
            own_in[element] += said > 0
            at = xpath.find("/", at + 1)
    best = max((element for element, said in held.items() if said >= BODY * total), key=len, default="")
    while best.count("/") > _OF_PAGE:
        around = best[: best.rindex("/", 0, -1) + 1]
        if (own_in[around] - own_in[best]) * 2 < blocks_in[around] - blocks_in[best]:
            break
        best = around
    return best if best.count("/") > _OF_PAGE else None
