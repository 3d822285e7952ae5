"""What names a value of HTML stays with the value: the cells of a row, the header of a table, a term, "Returns:".

Labels recur on all pages of a manual or a shop, and often lead to a glossary; the values beside them are the
page's own. A row of a table that holds data has one block in each of its few cells: what lays out a page does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Marks
from scrubber.documents import Block, BlockKind
from scrubber.lang.punctuation import COLONS

LABEL: Final = "label: names a value that stays"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
WIDEST: Final = 8
"""Cells of a row that holds data, at most."""
LONGEST: Final = 1000
"""Characters of such a row, at most."""
_SHORT: Final = 60
"""Characters of a label, at most."""
_CELL: Final = re.compile(r"^(.*/tr(?:\[\d+\])?)(/t[dh](?:\[\d+\])?)(?!.*/tr\b)")
_TABLE: Final = re.compile(r"^(.*/table(?:\[\d+\])?)/(?!.*/table\b)")
_TERM: Final = re.compile(r"^(.*/)d([td])(?:\[\d+\])?(?!.*/d[td]\b)")


@dataclass(frozen=True, slots=True)
class _Row:
    """The blocks of a row that holds data, by their places on the page, one a cell."""

    table: str
    places: tuple[int, ...]


def find_labels(table: BlockTable, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay; shape (blocks,). Of texts, none."""
    found = np.zeros(len(chrome), dtype=np.bool_)
    if not table.has_markup:
        return found
    for part in table.segments.slices:
        gone = chrome[part].tolist()
        if any(gone) and not all(gone):
            blocks, texts = table.blocks[part], table.texts[part]
            for places in (_of_rows(blocks, texts, gone), _terms(blocks, gone), _above(blocks, texts, gone)):
                for place in places:
                    gone[place] = False
            found[part] = chrome[part] & ~np.array(gone)
    return found


def _of_rows(blocks: Sequence[Block], texts: Sequence[str], gone: Sequence[bool]) -> Iterator[int]:
    """The removed cells of rows that stay: beside a label, beside as much as is kept, in a table of which half stays."""
    by_table: dict[str, list[_Row]] = defaultdict(list)
    for row in _rows(blocks):
        by_table[row.table].append(row)
    for rows in by_table.values():
        stays = [_stays(blocks, texts, gone, row) for row in rows]
        if sum(stays[1:]) * 2 > len(rows[1:]):
            stays[0] = stays[0] or all(_is_label(blocks[place], texts[place]) for place in rows[0].places)
        if sum(stays) * 2 >= len(rows):
            named = (_is_label(blocks[row.places[0]], texts[row.places[0]]) for row in rows)
            stays = [does or label for does, label in zip(stays, named, strict=True)]
        for row, does in zip(rows, stays, strict=True):
            if does:
                yield from (place for place in row.places if gone[place])


def _rows(blocks: Sequence[Block]) -> Iterator[_Row]:
    """The rows that hold data, in order."""
    cells: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for place, block in enumerate(blocks):
        found = _CELL.match(block.markup.xpath) if block.markup is not None else None
        if found is not None:
            cells[found[1]].append((found[2], place))
    for row, inside in cells.items():
        places = tuple(place for _, place in inside)
        own = 2 <= len(inside) <= WIDEST and len({cell for cell, _ in inside}) == len(inside)
        if own and sum(blocks[place].shown for place in places) <= LONGEST:
            around = _TABLE.match(row)
            yield _Row(around[1] if around is not None else row, places)


def _stays(blocks: Sequence[Block], texts: Sequence[str], gone: Sequence[bool], row: _Row) -> bool:
    kept = [place for place in row.places if not gone[place]]
    own = [place for place in kept if blocks[place].linked * 2 <= blocks[place].shown]
    if not own:
        return False
    labels = all(_is_label(blocks[place], texts[place]) for place in row.places if gone[place])
    return labels or _shown(blocks, kept) * 2 >= _shown(blocks, row.places)


def _is_label(block: Block, text: str) -> bool:
    """Whether a cell heads its row or its column."""
    return _xpath(block).rpartition("/tr")[2].find("/th") >= 0 or text.endswith(tuple(COLONS))


def _shown(blocks: Sequence[Block], places: Sequence[int]) -> int:
    return sum(blocks[place].shown for place in places)


def _xpath(block: Block) -> str:
    return block.markup.xpath if block.markup is not None else ""


def _terms(blocks: Sequence[Block], gone: list[bool]) -> Iterator[int]:
    """The removed terms right before kept descriptions of their list; of several terms in a row all."""
    for place in range(len(blocks) - 2, -1, -1):
        one, two = _TERM.match(_xpath(blocks[place])), _TERM.match(_xpath(blocks[place + 1]))
        if gone[place] and not gone[place + 1] and one and two and one[1] == two[1] and one[2] == "t":
            gone[place] = False
            yield place


def _above(blocks: Sequence[Block], texts: Sequence[str], gone: Sequence[bool]) -> Iterator[int]:
    """The removed short lines that end in a colon, right before a kept block in the element around them."""
    for place in range(len(blocks) - 1):
        block, below = blocks[place], blocks[place + 1]
        if not gone[place] or gone[place + 1] or block.shown > _SHORT or below.kind is BlockKind.HEADING:
            continue
        around = _xpath(block).rpartition("/")[0] + "/"
        named = texts[place].endswith(tuple(COLONS)) and block.linked * 2 <= block.shown
        if named and below.linked * 2 <= below.shown and _xpath(below).startswith(around):
            yield place
