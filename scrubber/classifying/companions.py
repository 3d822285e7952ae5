"""Blocks that belong together are judged together: a list, a table, the prose of one element.

Scores are sums over one block's features; what follows makes the items of a list share theirs,
so that the word "News" in a list of answers stays, and the "What's on" of a menu goes, and
keeps prose that stands where the page's other prose was kept.

All steps work on the blocks of several documents at once, and stop at the end of each document.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.own import ENDINGS
from scrubber.classifying.features.recurrence import PROSE
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, Marks, sums_of
from scrubber.documents import Block, BlockKind

TOGETHER: Final = 3
"""Items from which a list or table is judged as one."""
KIN: Final = 300
"""What speaks for prose whose like (the same DOM path) was kept for the most part."""
ENOUGH: Final = 300
"""Characters of kept prose that make kin."""
ENCLOSED: Final = 500
"""What speaks for an unrepeated stretch between two pieces of kept prose."""
NEAR: Final = 2
"""Blocks between such a stretch and the prose on either side, at most, and one."""
KNOWN: Final = 3
"""Other pages of a site from which what repeats nowhere may be trusted."""
INTRODUCED: Final = 1000
"""What speaks for a list or table that a sentence announces."""
COLON: Final = ENDINGS.index("a colon")
SHORT_TAIL: Final = 6
"""Lines behind the body of a text file that may belong to it."""
SHORT_HEAD: Final = 6
"""Lines before it that may."""
TAIL: Final = 1000
"""What speaks for an unrepeated block that lies next to the body."""


def shared_scores(table: BlockTable, measured: Measured, scores: Ints) -> Ints:
    """The scores, where every item of a list or table has the mean of them all.

    Fresh prose is spared by its company, never condemned by it. Readers' comments are judged as
    one: a thread does not stay in part.
    """
    scores = _with_one_thread(measured, scores)
    which = collections(table)
    inside = which >= 0
    if not inside.any():
        return scores
    count = np.bincount(which[inside])
    total = np.bincount(which[inside], weights=scores[inside]).astype(np.int64)
    mean = total // np.maximum(count, 1)
    together = inside & (count[which] >= TOGETHER)
    shared = np.where(together, mean[which], scores)
    shared = np.where(measured.fresh, np.minimum(shared, scores), shared)
    return np.where(_introduced(table, measured, scores), shared - INTRODUCED, shared)


def _introduced(table: BlockTable, measured: Measured, scores: Ints) -> Marks:
    """Items of a list or table that a sentence of the text announces: it ends in a colon."""
    which = collections(table)
    found = np.zeros(len(which), dtype=np.bool_)
    colons = measured.column("ending") == COLON
    announcing = colons & (measured.lengths >= PROSE) & ~measured.repeated & (scores < 0)
    same_document = table.segments.document[:-1] == table.segments.document[1:]
    before_items = announcing[:-1] & (which[:-1] < 0) & (which[1:] >= 0) & same_document
    for place in np.flatnonzero(before_items).tolist():
        items = which == which[place + 1]
        if table.linked[items].sum() * 5 <= table.shown[items].sum():
            found |= items
    return found


def _with_one_thread(measured: Measured, scores: Ints) -> Ints:
    """The scores, where every block among the readers' comments has the mean of their words."""
    inside, segments = measured.comments, measured.segments
    if not inside.any():
        return scores
    words = segments.totals(np.where(inside, measured.lengths, 0))
    total = segments.totals(np.where(inside, scores * measured.lengths, 0))
    mean = total // np.maximum(words, 1)
    return np.where(inside, mean[segments.document], scores)


def with_kin(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Ints:
    """The scores, where removed fresh prose is spared if most prose of its DOM path was kept.

    `chrome` is the labels that the scores gave; text files have no paths and no kin.
    """
    fresh = measured.fresh
    if not table.has_markup or not (fresh & chrome).any():
        return scores
    paths = np.concatenate([subject.record.paths for subject in table.subjects])
    known, which = np.unique(paths, return_inverse=True)
    which = which + table.segments.document * len(known)
    mass = np.where(fresh, measured.lengths, 0)
    total = np.bincount(which, weights=mass)
    kept = np.bincount(which, weights=np.where(chrome, 0, mass))
    spared = (kept * 2 >= total) & (kept >= ENOUGH)
    return np.where(fresh & chrome & spared[which] & ~table.links_away, scores - KIN, scores)


@derived
def collections(table: BlockTable) -> Ints:
    """For each block the number of its list or table, -1 outside; no two documents share a number."""
    found: list[int] = []
    count = 0
    for subject in table.subjects:
        text, previous, before = subject.prepared.text, None, None
        for place, block in enumerate(subject.prepared.blocks):
            name = _collection(text, place, block, previous)
            if name == "":  # an item of a text file that stands close upon the last
                name = before
            elif name is not None and name != before:
                count += 1
            found.append(count if name is not None else -1)
            previous, before = block, name
    return np.array(found, dtype=np.int64)


def _collection(text: str, place: int, block: Block, previous: Block | None) -> str | None:
    """What names the list or table of a block; None outside, ``""`` where it continues the last."""
    if block.kind is BlockKind.PREFORMATTED and block.markup is None:
        return "preformatted"
    if block.kind not in (BlockKind.LIST_ITEM, BlockKind.CELL, BlockKind.ROW):
        return None
    if block.markup is not None:
        xpath = block.markup.xpath
        if block.kind is BlockKind.CELL:
            return xpath[: xpath.rfind("/table")]
        return xpath[: max(xpath.rfind("/li"), xpath.rfind("/dt"), xpath.rfind("/dd"), 0)]
    if previous is not None and previous.kind is block.kind:
        between = text[previous.end : block.start]
        if between.count("\n") <= 2:
            return ""
    return f"line {place}"


def with_enclosed(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Ints:
    """The scores, where a stretch is spared that prose encloses and of which nothing repeats.

    A table, a list, short subheads inside the body look like chrome; but chrome inside a body
    repeats on other pages, or links away.
    """
    segments = table.segments
    starts, ends = segments.stretches(chrome)
    if not len(starts):
        return scores
    body = measured.fresh & ~chrome
    alone = sums_of(measured.near > 0, starts, ends) == 0
    before = sums_of(body, np.maximum(starts - NEAR, segments.first[starts]), starts) > 0
    behind = sums_of(body, ends, np.minimum(ends + NEAR, segments.last[starts])) > 0
    linked = sums_of(table.linked, starts, ends) * 5 > sums_of(table.shown, starts, ends)
    spared = np.zeros(len(chrome), dtype=np.bool_)
    for start, end in _pairs(alone & before & behind & ~linked, starts, ends):
        spared[start:end] = True
    return np.where(spared, scores - ENCLOSED, scores)


def with_ends(table: BlockTable, measured: Measured, scores: Ints, chrome: Marks) -> Ints:
    """The scores, where the two ends of an article are spared: a standfirst, a table, a last line.

    That is what lies next to the body, up to the first block that repeats or links away: in HTML
    inside the same element; in text files, which do not say where an article ends, a few lines,
    and only where enough other pages would have shown them to be chrome.
    """
    body = measured.fresh & ~chrome
    barred = ((measured.near > 0) | table.links_away).tolist()
    spared = scores.copy()
    for number, part in enumerate(table.segments.slices):
        if not table.has_markup and measured.others[number] < KNOWN:
            continue
        inside = np.flatnonzero(body[part])
        if not len(inside):
            continue
        first, last = part.start + int(inside[0]), part.start + int(inside[-1])
        behind, before = range(last + 1, part.stop), range(first - 1, part.start - 1, -1)
        for places, edge, short in ((behind, last, SHORT_TAIL), (before, first, SHORT_HEAD)):
            home = _element(table.blocks[edge])
            for place in places if home else places[:short]:
                markup = table.blocks[place].markup
                if barred[place] or (markup is not None and not markup.xpath.startswith(home)):
                    break
                spared[place] -= TAIL
    return spared


def _element(block: Block) -> str:
    """XPath of the element around the block's own, with a stroke behind it."""
    return block.markup.xpath.rpartition("/")[0] + "/" if block.markup else ""


def _pairs(chosen: Marks, starts: Ints, ends: Ints) -> list[tuple[int, int]]:
    return list(zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True))


def with_preformatted(table: BlockTable, measured: Measured, scores: Ints) -> Ints:
    """The scores, where code, verse and front matter are spared unless most of them repeat."""
    written = np.array([_is_written(block) for block in table.blocks])
    starts, ends = table.segments.stretches(written)
    mostly_fresh = sums_of(measured.repeated, starts, ends) * 2 <= ends - starts
    spared = scores.copy()
    for start, end in _pairs(mostly_fresh, starts, ends):
        spared[start:end] -= TAIL
    return spared


def _is_written(block: Block) -> bool:
    """Whether a block is preformatted text: in HTML not the inside of a form's field."""
    if block.kind is not BlockKind.PREFORMATTED:
        return False
    return block.markup is None or not any(label.startswith("textarea") for label in block.markup.path)
