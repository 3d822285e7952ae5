"""What a page says of its links, and what a block is written as: in Markdown, and in HTML."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.registry import Feature, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, Marks, per_mille
from scrubber.documents import Block, BlockKind

LINKS = FeatureGroup("links")
LEADS: Final = ("nowhere", "into this page", "to pages of its host", "to other hosts", "to several of these")
WRITTEN: Final = (
    "a line",
    "a paragraph",
    "a heading",
    "a list item",
    "a row of a table",
    "a quotation",
    "an image",
    "code",
    "a note or a reference",
    "a rule",
)
_SHARES: Final = (1, 200, 500, 800, 1000)
_WIDTHS: Final = (3, 8)
_CODES: Final = {
    BlockKind.LINE: 0,
    BlockKind.PARAGRAPH: 1,
    BlockKind.HEADING: 2,
    BlockKind.LIST_ITEM: 3,
    BlockKind.ROW: 4,
    BlockKind.CELL: 4,
    BlockKind.QUOTE: 5,
    BlockKind.ADMONITION: 5,
    BlockKind.IMAGE: 6,
    BlockKind.CAPTION: 6,
    BlockKind.PREFORMATTED: 7,
    BlockKind.HTML: 7,
    BlockKind.FRONT_MATTER: 7,
    BlockKind.FOOTNOTE: 8,
    BlockKind.REFERENCE: 8,
    BlockKind.RULE: 9,
}
_HEADING = re.compile(r"h[1-6](?![^#.:])")
_LIST = re.compile(r"(?:ul|ol|dl|menu|dir)(?![^#.:])")
_OF_MARKDOWN: Final = frozenset(BlockKind) - {BlockKind.LINE, BlockKind.FRONT_MATTER}


def leads(block: Block) -> int:
    """Where the links of a block lead, as LEADS names it."""
    links = block.links or block.markup
    if links is None:
        return 0
    ways = [way for way, count in enumerate((links.here, links.near, links.far), 1) if count]
    return ways[0] if len(ways) == 1 else 4 if ways else 0


@LINKS.feature("linked", _SHARES, "{}% of it is linked")
def _linked(table: BlockTable) -> Ints:
    return per_mille(table.linked, table.shown)


@LINKS.feature("leads", codes(LEADS), "its links lead {}", LEADS)
def _leads(table: BlockTable) -> Ints:
    return np.array([leads(block) for block in table.blocks], dtype=np.int64)


@derived
def _linked_shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(table.linked, table.shown, _WIDTHS)


def _linked_share(side: str, width: int, table: BlockTable) -> Ints:
    return _linked_shares(table)[side, width]


for _side in ("before", "behind"):
    for _width in _WIDTHS:
        LINKS.add(
            Feature(
                f"linked {_side} {_width}",
                _SHARES[:-1],
                f"{{}}% of the {_width} blocks {_side} is linked",
                column=partial(_linked_share, _side, _width),
            )
        )


@LINKS.feature("page linked", (1, 50, 100, 200, 400, 600, 800), "{}% of the page is linked")
def _page_linked(table: BlockTable) -> Ints:
    segments = table.segments
    return per_mille(segments.totals(table.linked), segments.totals(table.shown))[segments.document]


@LINKS.feature("written", codes(WRITTEN), "is written as {}", WRITTEN)
def written(table: BlockTable) -> Ints:
    """What each block is written as: in a text that is no Markdown, always a line."""
    return np.array([_CODES[block.kind] for block in table.blocks], dtype=np.int64)


@LINKS.feature("level", (1, 2, 3, 4, 5), "is a heading or an item of level {}")
def _level(table: BlockTable) -> Ints:
    return np.array([_level_of(block) for block in table.blocks], dtype=np.int64)


def _level_of(block: Block) -> int:
    """The level of a heading, or how deep lists are nested around an item: HTML says it in the DOM path."""
    if block.markup is None:
        return block.level
    if block.kind is BlockKind.HEADING:
        return next((int(label[1]) for label in reversed(block.markup.path) if _HEADING.match(label)), 0)
    if block.kind is BlockKind.LIST_ITEM:
        return sum(map(bool, map(_LIST.match, block.markup.path)))
    return 0


def _is_of_markdown(block: Block) -> bool:
    """Whether a block can stand in Markdown alone: plain text has lines, items without a level, and front matter."""
    if block.markup is not None or block.kind not in _OF_MARKDOWN:
        return False
    return block.kind is not BlockKind.LIST_ITEM or block.level > 0 or block.links is not None


@derived
def of_markdown(table: BlockTable) -> Marks:
    """Whether the document of each block is Markdown."""
    segments = table.segments
    kinds = np.array([_is_of_markdown(block) for block in table.blocks])
    return (segments.totals(kinds) > 0)[segments.document]


@LINKS.feature("markdown", (1,), "stands in a page written as Markdown")
def _markdown(table: BlockTable) -> Ints:
    return of_markdown(table).astype(np.int64)


@derived
def _heading_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(written(table) == _CODES[BlockKind.HEADING])


@LINKS.feature("since heading", (1, 2, 3, 5, 9, 1000), "the last heading is {} blocks back")
def _since_heading(table: BlockTable) -> Ints:
    return _heading_distances(table)[0]


@LINKS.feature("until heading", (1, 2, 3, 5, 9, 1000), "the next heading is {} blocks ahead")
def _until_heading(table: BlockTable) -> Ints:
    return _heading_distances(table)[1]
