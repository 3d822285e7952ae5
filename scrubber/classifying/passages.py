"""A command, a warning or a definition that several pages hold in their bodies stays in each of them.

What tells it from a notice: it stands between text of the page's own, and what stands beside it
differs from page to page. A box for the newsletter or an advertisement has its lines in the same
order everywhere, stands on one page several times, or on all pages.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.company import MOST, in_body, recurring, together
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.recurrence import SENTENCE_END, is_prose, others, support
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.rows import KNOWN, is_form
from scrubber.classifying.segments import Marks, per_mille
from scrubber.documents import BlockKind

PASSAGE: Final = "passage: stands between text of this page in company that differs from page to page"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
HEAD_OF_PASSAGE: Final = "head-of-passage: stands above the same kept prose wherever it stands"
"""The same of its title."""
CLOSE: Final = 3
"""Blocks to the nearest text of the page's own on either side, at most."""
SENTENCE: Final = 40
"""Characters of a sentence that may be a warning or a definition, at least."""
ALL: Final = 900
"""Permille of the other pages from which a sentence stands on all of them: it is a notice."""
HALF: Final = 500
"""The same of a text, where no element tells a notice from a paragraph."""
_WRITTEN: Final = frozenset((BlockKind.PREFORMATTED, BlockKind.ADMONITION))
"""Kinds that no notice of a site has: their company and their number do not count."""


def find_passages(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay; shape (blocks,)."""
    segments = table.segments
    known = (measured.others >= KNOWN)[segments.document]
    written = np.array([block.kind in _WRITTEN for block in table.blocks])
    sentences = (measured.column("ending") == SENTENCE_END) & (measured.lengths >= SENTENCE)
    asked = np.asarray(chrome & known & (written | sentences) & ~table.links_away & ~measured.comments)
    if not asked.any():
        return asked
    asked &= in_body(table, measured, chrome) & _between_own(table, measured, chrome)
    asked &= written | (
        _in_other_company(table)
        & (measured.near_ratio < (ALL if table.has_markup else HALF))
        & ~_again_and_again(table)
    )
    if table.has_markup:
        asked &= ~np.array([is_form(block) for block in table.blocks])
    return np.asarray(asked)


def find_heads_of_passages(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The lines among `chrome` of texts that stay with the prose below them; shape (blocks,).

    Parts of a series begin with one title and one lead: wherever the title stands, that lead follows.
    """
    if table.has_markup or not chrome.any():
        return np.zeros_like(chrome)
    segments, held = table.segments, support(table).exact
    prose = is_prose(measured.lengths, measured.column("ending")) & ~chrome & (held > 0)
    follows = segments.neighbour(prose.astype(np.int64), 1) > 0
    always = together(table) >= held
    return np.asarray(chrome & follows & (held > 0) & always & ~table.links_away)


def _between_own(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """Which blocks have kept prose of the page's own close on both sides."""
    own = measured.fresh & ~recurring(table) & ~chrome
    back, ahead = table.segments.distances(own)
    return np.asarray((back <= CLOSE) & (ahead <= CLOSE))


def _in_other_company(table: BlockTable) -> Marks:
    """Which blocks neither follow the same block on most pages, nor are followed by it; headings aside."""
    heading = np.array([block.kind is BlockKind.HEADING for block in table.blocks]).astype(np.int64)
    found, segments = support(table), table.segments
    before = (per_mille(found.before, others(table)) >= MOST) & (segments.neighbour(heading, -1) == 0)
    after = (per_mille(found.after, others(table)) >= MOST) & (segments.neighbour(heading, 1) == 0)
    return np.asarray(~before & ~after)


def _again_and_again(table: BlockTable) -> Marks:
    """Which blocks stand on their page more than once."""
    found = np.zeros(table.segments.blocks, dtype=np.bool_)
    for part in table.segments.slices:
        _, which, counts = np.unique(table.keys[part], return_inverse=True, return_counts=True)
        found[part] = counts[which] > 1
    return found
