"""Text that stands in no other document, or in few, stays, unless its verdict is sure or chrome encloses it.

What a block looks like and where it stands on the page is a hint, not a proof. Where such a block is lost, it is
lost altogether, and no model has seen every kind of text.

- Of a plain text the guard keeps prose, also where a few other pages hold it: a copy, a version, a quotation
  prove nothing, and a notice stands on a quarter of the pages at least. On a short page, such as a news article,
  looks are worth much: there prose stays only where the model does not take it for chrome by itself.
- A short line of a plain text may be anything. It stays in a long text that is mostly its own: a handbook, a
  paper, a chapter.
- Markdown says what a block is, and which of it are links: all blocks stay but those that lead elsewhere. What
  is nearly the same elsewhere does not count: rows and headings differ in a word or a figure. Code and rows of
  tables stay whatever the verdict, which is learned from lines and takes a timetable for a thread of comments.

On HTML, where the markup says still more, the guard acts on copies alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.links import of_markdown
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.recurrence import is_prose
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks, sums_of
from scrubber.documents import BlockKind

UNIQUE_TEXT: Final = "unique-text: stands in no other document, or in few, and the verdict is not sure"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
SURE: Final = 300
"""The score that is asked of text which stands nowhere else: a probability of 0.95. See docs/quality.md, "Text that
stands nowhere else", for what other bars give."""
SURE_OF_SHORT: Final = 0
"""The score that is asked of prose on a page that is no long text: not to go for its company alone."""
ENCLOSED_BLOCKS: Final = 3
"""Blocks between two that recur and go, at most, which go with them: this month's calendar, this page's teasers."""
ENCLOSED_CHARACTERS: Final = 300
"""Characters of all blocks between them, at most."""
AMID: Final = 2
"""Blocks to the nearest text of its own, on either side, of Markdown that stays whatever the verdict."""
SURE_OF_COPIES: Final = 300
"""The same of prose that is a copy."""
COPIES: Final = 2
"""Other witnesses that hold a passage, up to which it is a copy and no proof of anything."""
BESIDE: Final = 1
"""Blocks from one passage of a copy to the next, at most."""
LONG_TEXT: Final = 8000
"""Characters of fresh prose from which a text is long, ..."""
OWN_SHARE: Final = 300
"""... where less than so many permille of its blocks recur on other pages."""
_WRITTEN: Final = frozenset((BlockKind.ROW, BlockKind.PREFORMATTED))
_OF_TEXT: Final = frozenset((BlockKind.HEADING, BlockKind.PREFORMATTED, BlockKind.ADMONITION))
_SAYS_NOTHING: Final = frozenset((BlockKind.RULE, BlockKind.IMAGE, BlockKind.HTML))


def find_unique_text(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay: unique text whose removal is not sure; shape (blocks,)."""
    of_own_site = measured.column("elsewhere") == 0
    if measured.has_markup:
        copies = _is_copied(measured) & ~measured.comments & ~table.links_away
        return np.asarray(chrome & copies & of_own_site & (scores < SURE_OF_COPIES))
    markdown = _is_of_markdown(table) & (measured.column("support") == 0)
    long = _is_of_long_text(measured)
    lines = long & (measured.near == 0)
    copied = _is_copied(measured)
    bars = np.where(markdown | long, SURE, np.where(copied, SURE_OF_COPIES, SURE_OF_SHORT))
    sure = (scores >= bars) & ~(markdown & np.array([block.kind in _WRITTEN for block in table.blocks]))
    sure &= ~(markdown & _amid(measured, (markdown | measured.fresh) & ~(chrome & sure)))
    doubted = np.asarray(chrome & ~sure & of_own_site & (measured.fresh | copied | markdown | lines))
    if not doubted.any():
        return doubted
    # A section's heading, a command and a warning of a text recur, and are no edge of a region of chrome.
    edges = chrome & measured.repeated & ~np.array([block.kind in _OF_TEXT for block in table.blocks])
    return np.asarray(doubted & ~_enclosed(measured, chrome, edges))


def _is_copied(measured: Measured) -> Marks:
    """Passages that one or two other witnesses hold: an article scraped twice, a part of another, a quotation.

    A lone paragraph is none: that two or three pages share it may as well make it a notice.
    """
    prose = is_prose(measured.lengths, measured.column("ending"))
    copied = np.asarray(prose & (measured.near > 0) & (measured.near <= COPIES))
    before, behind = measured.segments.window_sums(copied.astype(np.int64), BESIDE)
    return np.asarray(copied & (before + behind > 0))


def _is_of_markdown(table: BlockTable) -> Marks:
    """Blocks of Markdown documents that say something, and do not lead elsewhere; shape (blocks,)."""
    told = of_markdown(table)
    if not told.any():
        return told
    says = np.array([block.kind not in _SAYS_NOTHING for block in table.blocks])
    return np.asarray(told & says & ~table.links_away)


def _amid(measured: Measured, own: Marks) -> Marks:
    """Blocks that stand close between two that are the page's own: one row of many is not judged apart."""
    since, until = measured.segments.distances(own)
    return np.asarray((since <= AMID) & (until <= AMID))


def _is_of_long_text(measured: Measured) -> Marks:
    """Blocks of long texts that are mostly their own; shape (blocks,)."""
    segments = measured.segments
    recurring = segments.totals(measured.repeated) * 1000 < OWN_SHARE * segments.counts
    prose = segments.totals(np.where(measured.fresh, measured.said, 0))
    own = (prose >= LONG_TEXT) & recurring
    return np.asarray(own[segments.document])


def _enclosed(measured: Measured, chrome: Marks, edges_at: Marks) -> Marks:
    """Blocks in a short stretch of chrome between two blocks that recur on other pages."""
    segments = measured.segments
    found = np.zeros(len(chrome), dtype=np.bool_)
    edges = np.flatnonzero(edges_at)
    first, last = edges[:-1] + 1, edges[1:]
    inside = last - first
    few = (inside > 0) & (inside <= ENCLOSED_BLOCKS)
    short = sums_of(measured.said, first, last) <= ENCLOSED_CHARACTERS
    whole = sums_of(chrome, first, last) == inside
    same_document = segments.document[edges[:-1]] == segments.document[edges[1:]]
    chosen = few & short & whole & same_document
    for start, end in zip(first[chosen].tolist(), last[chosen].tolist(), strict=True):
        found[start:end] = True
    return found
