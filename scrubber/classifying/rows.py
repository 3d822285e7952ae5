"""Rows of lists and tables stay where their combination is the page's own: a list stays or goes whole.

That "50 g butter" stands in a third of the recipes, or "Weight" on every product, says nothing
against it where what stands around it differs from page to page. The lists and tables of chrome
recur as a whole, in the same order, with the same figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from scrubber.classifying.company import followed, in_body, recurring
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.recurrence import SENTENCE_END, written
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.lists import lists_and_tables
from scrubber.classifying.policy import is_byline
from scrubber.classifying.segments import Ints, Marks
from scrubber.dates import find_dates
from scrubber.documents import Block, BlockKind

ROWS: Final = "rows: belongs to a list or table whose combination is this page's own"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""
RESTS: Final = "belongs to a listing of which most goes"
"""Why a line goes with its listing."""
FIGURES: Final = "figures: other pages have the same with other figures"
"""The same of what differs from page to page where folding makes it alike: a price, a day's report."""
TOGETHER: Final = 3
"""Short siblings in a row that are a group, at least."""
CLOSE: Final = 3
"""Blocks between a list of a text and the prose on either side, at most, and one."""
SENTENCE: Final = 24
"""Characters of a sentence whose figures are its point, at least."""
AGAIN: Final = 2
"""Copies of a row on its page, outside of its list, from which on it is furniture."""
LISTING: Final = 4
"""Lines of a table of columns, or of a listing of titles and bylines, at least."""
_NO_LINE, _OTHER, _BYLINE, _COLUMNS = range(4)
AMID: Final = 2
"""Blocks from a label or value of HTML to kept text of the page's own on either side, at most."""
_VALUE: Final = re.compile(r"[^\W\d_]{2}.*\d|\d.*[^\W\d_]{2}", re.DOTALL)
_GAP: Final = re.compile(r"\S(?:\t| {3,})\S")
KNOWN: Final = 3
"""Other pages of a site from which on it is known what recurs in the same company."""
LAST_SECTION: Final = "last-section: a sentence of this page's own, below a heading beside its text"
"""The same of the last section of a page."""
_OF_PAGE: Final = 2
"""Strokes in ``/html/body``."""
SHORT: Final = 80
"""Characters of a line among its like that is a row, on average at most."""


def find_rows(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay; shape (blocks,)."""
    found = np.zeros_like(chrome)
    if not chrome.any():
        return found
    known = (measured.others >= KNOWN)[table.segments.document]
    body = in_body(table, measured, chrome) & known
    behind = followed(table)
    for places in _members(groups(table), chrome & body):
        if not table.has_markup and not _stands_in_prose(measured, chrome, places):
            continue
        if _stands_again(table, places):
            continue
        if _is_own(table, behind, places) and not measured.comments[places].any():
            found[places] = chrome[places]
    if not table.has_markup:
        for places in _members(listings(table), chrome):
            if not _goes(table, measured, chrome, places) and _is_own(table, behind, places):
                found[places] = chrome[places]
    return found


def find_rests(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """What is left of listings that go as a whole: never every second line."""
    found = np.zeros_like(chrome)
    if not table.has_markup and chrome.any():
        for places in _members(listings(table), chrome):
            found[places] = ~chrome[places] & _goes(table, measured, chrome, places)
    return found


def _goes(table: BlockTable, measured: Measured, chrome: Marks, places: Ints) -> bool:
    """Whether all of a listing goes: nothing of it is kept, or few of its titles, most of which other pages have too."""
    left = places[~chrome[places]]
    titles = np.array([not is_byline(table.texts[place]) for place in places.tolist()])
    if titles.all() or not len(left):
        return len(left) == 0
    few = int((~chrome[places] & titles).sum()) * 2 < int(titles.sum())
    return few and int((measured.near[left] > 0).sum()) * 2 > len(left)


def _is_own(table: BlockTable, behind: Marks, places: Ints) -> bool:
    """Whether the combination of these blocks is the page's own, and neither a menu nor a form."""
    if table.linked[places].sum() * 5 > table.shown[places].sum() or is_form(table.blocks[places[0]]):
        return False
    pairs = places[:-1][np.diff(places) == 1]
    return len(pairs) > 0 and int(behind[pairs].sum()) * 3 <= len(pairs)


def is_form(block: Block) -> bool:
    """Whether a block is something to fill in."""
    return block.markup is not None and any(name.startswith("form") for name in block.markup.path)


def _stands_again(table: BlockTable, places: Ints) -> bool:
    """Whether most of these blocks stand on their page again and again: the buttons below each comment."""
    part = table.segments.slices[int(table.segments.document[places[0]])]
    inside = table.keys[places]
    copies = [int((table.keys[part] == key).sum() - (inside == key).sum()) for key in inside]
    return sum(count >= AGAIN for count in copies) * 2 > len(places)


def _stands_in_prose(measured: Measured, chrome: Marks, places: Ints) -> bool:
    """Whether kept prose of the page's own stands close on both sides of a list or table of a text."""
    prose, segments = measured.fresh & ~chrome, measured.segments
    first, last = int(places[0]), int(places[-1])
    before = prose[max(first - CLOSE, int(segments.first[first])) : first]
    behind = prose[last + 1 : min(last + 1 + CLOSE, int(segments.last[last]))]
    return bool(before.any() and behind.any())


def find_figures(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The blocks among `chrome` that stay: in the body, and alike on other pages but for their figures."""
    found = np.zeros_like(chrome)
    known = (measured.others >= KNOWN)[table.segments.document]
    sentences = (measured.column("ending") == SENTENCE_END) & (measured.lengths >= SENTENCE)
    alone = (measured.near > 0) & (written(table) == 0)
    own = ~chrome & ~recurring(table)
    since, until = table.segments.distances(own)
    heading = np.array([block.kind is BlockKind.HEADING for block in table.blocks])
    below = table.segments.neighbour((own & heading).astype(np.int64), -1) > 0
    amid = ((since <= AMID) & (until <= AMID) | below) & table.has_markup
    # A text does not say where its body is: there such a sentence stands right between two of its own.
    sentences &= table.has_markup | (since <= 1) & (until <= 1)
    # A price is the page's own where no other has one like it, too: right below its headline.
    valued = below & table.has_markup & (measured.near == 0) & (measured.lengths <= SHORT)
    valued &= np.array([_VALUE.search(text) is not None for text in table.texts])
    doubted = chrome & known & ((sentences | amid) & alone | valued) & ~table.links_away & ~measured.comments
    if not doubted.any():
        return found
    doubted &= in_body(table, measured, chrome)
    for place in np.flatnonzero(doubted).tolist():
        found[place] = not find_dates(
            table.texts[place]
        )  # "Published at 14.03 on 12 January 2012": the page's date.
    return found


def find_last_sections(table: BlockTable, measured: Measured, chrome: Marks) -> Marks:
    """The sentences among `chrome` of HTML that stay with the text beside them; shape (blocks,).

    The last section of a page stands right above its foot, and is short: what a recipe notes. It stays where no
    other page has it, and where it stands below a heading in the very element whose headings and text stay.
    """
    found = np.zeros_like(chrome)
    if not table.has_markup or not chrome.any():
        return found
    known = (measured.others >= KNOWN)[table.segments.document]
    headings = np.array([block.kind is BlockKind.HEADING for block in table.blocks]).astype(np.int64)
    sentences = (measured.column("ending") == SENTENCE_END) & (measured.lengths >= SENTENCE)
    asked = chrome & known & sentences & (measured.near == 0) & (table.linked == 0) & ~measured.comments
    asked &= table.segments.neighbour(headings, -1) > 0
    for part in table.segments.slices:
        blocks = table.blocks[part]
        for place in np.flatnonzero(asked[part]).tolist():
            beside = [
                other
                for other in range(len(blocks))
                if _element(blocks[other]) == _element(blocks[place])
                and not chrome[part][other]
                and not measured.repeated[part][other]
            ]
            same = bool(_element(blocks[place])) and _element(blocks[place - 1]) == _element(blocks[place])
            found[part.start + place] = same and bool(beside)
    return found


def _element(block: Block) -> str:
    """XPath of the element around a block; empty for the page itself."""
    around = block.markup.xpath.rpartition("/")[0] if block.markup is not None else ""
    return around if around.count("/") > _OF_PAGE else ""


def _members(which: Ints, wanted: Marks) -> Iterator[Ints]:
    """The places of each list or table of which a block is wanted, in order."""
    order = np.argsort(which, kind="stable")
    ordered = which[order]
    for group in np.unique(which[wanted & (which >= 0)]).tolist():
        start, stop = np.searchsorted(ordered, [group, group + 1])
        if stop - start > 1:
            yield order[start:stop]


@derived
def listings(table: BlockTable) -> Ints:
    """For each line of a text the number of its table of columns, or its listing of titles with bylines; -1 outside."""
    found = np.full(table.segments.blocks, -1, dtype=np.int64)
    number = 0
    for part in table.segments.slices:
        lines = [
            _line_of(block, text) for block, text in zip(table.blocks[part], table.texts[part], strict=True)
        ]
        place = 0
        while place < len(lines):
            stop = place
            while stop < len(lines) and lines[stop] == _COLUMNS:
                stop += 1
            if stop == place:
                while stop + 1 < len(lines) and lines[stop] == _OTHER and lines[stop + 1] == _BYLINE:
                    stop += 2
            if stop - place >= LISTING:
                found[part.start + place : part.start + stop] = number
                number += 1
            place = max(stop, place + 1)
    return found


def _line_of(block: Block, text: str) -> int:
    if block.kind is not BlockKind.LINE:
        return _NO_LINE
    if _GAP.search(text):
        return _COLUMNS
    return _BYLINE if is_byline(text) else _OTHER


@derived
def groups(table: BlockTable) -> Ints:
    """For each block the number of its list, table or run of short siblings; -1 outside."""
    found = lists_and_tables(table).copy()
    if not table.has_markup:
        return found
    number = int(found.max(initial=-1)) + 1
    for part in table.segments.slices:
        blocks = table.blocks[part]
        start = 0
        for place in range(1, len(blocks) + 1):
            if place < len(blocks) and _are_siblings(blocks[start], blocks[place]):
                continue
            run = slice(part.start + start, part.start + place)
            if place - start >= TOGETHER and found[run].max() < 0 and table.shown[run].mean() <= SHORT:
                found[run] = number
                number += 1
            start = place
    return found


def _are_siblings(first: Block, other: Block) -> bool:
    one, two = first.markup, other.markup
    if one is None or two is None or first.kind is not other.kind or first.kind is BlockKind.HEADING:
        return False
    return one.path == two.path and one.xpath.rpartition("/")[0] == two.xpath.rpartition("/")[0]
