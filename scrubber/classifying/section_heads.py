"""What heads kept text stays with it, though every page has it: "## Parameters", the header of a table, "Returns:".

That a heading recurs on all pages of a manual says nothing against it: what stands below it is the page's own.
Markdown and HTML say what is a heading, and of which level; Markdown also what is a row or a label. The guard acts
there alone. The entry of a menu with the same words is a list item, leads elsewhere, and goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Marks
from scrubber.documents import Block, BlockKind
from scrubber.lang.punctuation import COLONS

SECTION_HEAD: Final = "section-head: heads text that stays"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
_TEASER: Final = 60
"""Characters of a paragraph that says what the page behind its title holds, at least."""
_EMPHASIS: Final = "*_ "
_OF_PAGE: Final = 2
"""Strokes in ``/html/``."""
_HEADING: Final = re.compile(r"/h([1-6])\b")


def find_section_heads(table: BlockTable, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay: headings, headers of tables and labels of kept text; shape (blocks,)."""
    found = np.zeros(len(chrome), dtype=np.bool_)
    for part in table.segments.slices:
        blocks = table.blocks[part]
        if table.has_markup:
            found[[part.start + place for place in _headings_of_html(blocks, chrome[part].tolist())]] = True
            continue
        if not chrome[part].any() or not any(block.level or block.kind is BlockKind.ROW for block in blocks):
            continue
        gone = chrome[part].tolist()
        for find in (_rows, _headings):
            for place in find(blocks, gone):
                gone[place] = False
        for place in _labels(blocks, table.texts[part], gone):
            gone[place] = False
        found[part] = chrome[part] & ~np.array(gone)
    return found


def _rows(blocks: Sequence[Block], gone: Sequence[bool]) -> list[int]:
    """The removed rows of tables of which half or more is kept: a table stays or goes whole."""
    found: list[int] = []
    place = 0
    while place < len(blocks):
        stop = place
        while stop < len(blocks) and blocks[stop].kind is BlockKind.ROW:
            stop += 1
        removed = [row for row in range(place, stop) if gone[row]]
        if len(removed) * 2 <= stop - place:
            found += removed
        place = stop + 1 if stop == place else stop
    return found


def _headings(blocks: Sequence[Block], gone: Sequence[bool]) -> list[int]:
    """The removed headings that stand above kept text: the next block, half or more of what follows, or a section within."""
    places = [place for place, block in enumerate(blocks) if block.kind is BlockKind.HEADING and block.level]
    stays: dict[int, bool] = {}
    for number in range(len(places) - 1, -1, -1):
        place = places[number]
        stop = places[number + 1] if number + 1 < len(places) else len(blocks)
        below = range(place + 1, stop)
        kept = sum(blocks[other].shown for other in below if not gone[other])
        total = sum(blocks[other].shown for other in below)
        right_below = bool(below) and not gone[below[0]] and not _leads_away(blocks[below[0]])
        stays[place] = (
            kept * 2 >= total > 0 or right_below or _has_section(blocks, places[number + 1 :], place, stays)
        )
    return [
        place
        for place, does in stays.items()
        if does and gone[place] and (not _leads_away(blocks[place]) or _is_title(blocks, gone, place))
    ]


def _is_title(blocks: Sequence[Block], gone: Sequence[bool], place: int) -> bool:
    """Whether a heading that leads elsewhere stands above a paragraph that stays: a post in a listing."""
    below = blocks[place + 1] if place + 1 < len(blocks) else None
    if below is None or gone[place + 1] or below.kind is not BlockKind.PARAGRAPH:
        return False
    return below.shown >= _TEASER and not _leads_away(below)


def _headings_of_html(blocks: Sequence[Block], gone: list[bool]) -> list[int]:
    """The removed headings that stand above kept text, in the element that both share; inner ones first."""
    found: list[int] = []
    for place in range(len(blocks) - 2, -1, -1):
        block, below = blocks[place], blocks[place + 1]
        if not gone[place] or block.kind is not BlockKind.HEADING or block.linked * 2 > block.shown:
            continue
        stands_above = below.kind is not BlockKind.HEADING or _level(below) > _level(block)
        if stands_above and not gone[place + 1] and below.linked * 2 <= below.shown and _near(block, below):
            gone[place] = False
            found.append(place)
    return found


def _near(block: Block, below: Block) -> bool:
    """Whether what follows a heading stands in the element around it, or in the one around that."""
    if block.markup is None or below.markup is None:
        return False
    around = block.markup.xpath.rpartition("/")[0].rpartition("/")[0] + "/"
    return below.markup.xpath.startswith(around) and around.count("/") > _OF_PAGE


def _level(block: Block) -> int:
    """1 to 6 of a heading of HTML."""
    name = _HEADING.search(block.markup.xpath) if block.markup is not None else None
    return int(name[1]) if name is not None else len("h12345")


def _has_section(blocks: Sequence[Block], behind: Sequence[int], place: int, stays: dict[int, bool]) -> bool:
    """Whether a section within the one of the heading at `place` stays."""
    for other in behind:
        if blocks[other].level <= blocks[place].level:
            return False
        if stays[other]:
            return True
    return False


def _labels(blocks: Sequence[Block], texts: Sequence[str], gone: Sequence[bool]) -> list[int]:
    """The removed paragraphs that end in a colon, right before a kept block that is no heading."""
    return [
        place
        for place in range(len(blocks) - 1)
        if gone[place]
        and not gone[place + 1]
        and blocks[place].kind is BlockKind.PARAGRAPH
        and blocks[place + 1].kind is not BlockKind.HEADING
        and texts[place].rstrip(_EMPHASIS).endswith(tuple(COLONS))
        and not _leads_away(blocks[place])
    ]


def _leads_away(block: Block) -> bool:
    """Whether most of a block leads to other pages: the title of a teaser."""
    links = block.links
    return links is not None and links.near + links.far > 0 and links.linked * 2 > links.shown
