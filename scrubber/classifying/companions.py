"""Blocks that belong together are judged together: a list, a table, the prose of one element.

Scores are sums over one block's features; what follows makes the items of a list share theirs,
so that the word "News" in a list of answers stays, and the "What's on" of a menu goes, and
keeps prose that stands where the page's other prose was kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features import PROSE, Measured
from scrubber.classifying.measures import Ints
from scrubber.classifying.spec import ENDINGS
from scrubber.documents import Block, BlockKind
from scrubber.preparing import Prepared

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


def shared_scores(prepared: Prepared, measured: Measured, scores: Ints) -> Ints:
    """The scores, where every item of a list or table has the mean of them all.

    Fresh prose is spared by its company, never condemned by it. Readers' comments are judged as
    one: a thread does not stay in part.
    """
    scores = _with_one_thread(measured, scores)
    which = _collections(prepared)
    inside = which >= 0
    if not inside.any():
        return scores
    count = np.bincount(which[inside])
    total = np.bincount(which[inside], weights=scores[inside]).astype(np.int64)
    mean = total // np.maximum(count, 1)
    together = inside & (count[which] >= TOGETHER)
    shared = np.where(together, mean[which], scores)
    shared = np.where(measured.fresh, np.minimum(shared, scores), shared)
    return np.where(_introduced(prepared, measured, (scores, which)), shared - INTRODUCED, shared)


def _introduced(prepared: Prepared, measured: Measured, judged: tuple[Ints, Ints]) -> npt.NDArray[np.bool_]:
    """Items of a list or table that a sentence of the text announces: it ends in a colon.

    `judged` is the blocks' scores, and the collection of each.
    """
    scores, which = judged
    found = np.zeros(len(which), dtype=np.bool_)
    colons = measured.bins[:, measured.column("ending")] == COLON
    announcing = colons & (measured.lengths >= PROSE) & ~measured.repeated & (scores < 0)
    for place in np.flatnonzero(announcing[:-1] & (which[:-1] < 0) & (which[1:] >= 0)).tolist():
        items = which == which[place + 1]
        if not _links_away([b for b, inside in zip(prepared.blocks, items, strict=True) if inside]):
            found |= items
    return found


def _with_one_thread(measured: Measured, scores: Ints) -> Ints:
    """The scores, where every block among the readers' comments has the mean of their words."""
    inside = measured.comments
    words = int(measured.lengths[inside].sum())
    if not words:
        return scores
    mean = int((scores * measured.lengths)[inside].sum()) // words
    return np.where(inside, mean, scores)


def with_kin(
    prepared: Prepared,
    paths: npt.NDArray[np.uint64],
    measured: Measured,
    verdict: tuple[Ints, npt.NDArray[np.bool_]],
) -> Ints:
    """The scores, where removed fresh prose is spared if most prose of its DOM path was kept.

    `verdict` is the scores and the labels they gave; text files have no paths and no kin.
    """
    scores, chrome = verdict
    fresh = measured.fresh
    if not len(paths) or not (fresh & chrome).any():
        return scores
    _, which = np.unique(paths, return_inverse=True)
    mass = np.where(fresh, measured.lengths, 0)
    total = np.bincount(which, weights=mass)
    kept = np.bincount(which, weights=np.where(chrome, 0, mass))
    spared = (kept * 2 >= total) & (kept >= ENOUGH)
    linked = np.array([_links_away([block]) for block in prepared.blocks])
    return np.where(fresh & chrome & spared[which] & ~linked, scores - KIN, scores)


def _collections(prepared: Prepared) -> Ints:
    """For each block the number of its list or table, -1 outside."""
    which = np.full(len(prepared.blocks), -1, dtype=np.int64)
    count = 0
    before: str | None = None
    for place, block in enumerate(prepared.blocks):
        name = _collection(prepared.text, prepared.blocks, place, block)
        if name == "":  # an item of a text file that stands close upon the last
            name = before
        elif name is not None and name != before:
            count += 1
        if name is not None:
            which[place] = count
        before = name
    return which


def _collection(text: str, blocks: Sequence[Block], place: int, block: Block) -> str | None:
    """What names the list or table of a block; None outside, ``""`` where it continues the last."""
    if block.kind is BlockKind.PREFORMATTED and block.markup is None:
        return "preformatted"
    if block.kind not in (BlockKind.LIST_ITEM, BlockKind.CELL):
        return None
    if block.markup is not None:
        xpath = block.markup.xpath
        if block.kind is BlockKind.CELL:
            return xpath[: xpath.rfind("/table")]
        return xpath[: max(xpath.rfind("/li"), xpath.rfind("/dt"), xpath.rfind("/dd"), 0)]
    previous = blocks[place - 1] if place else None
    if previous is not None and previous.kind is block.kind:
        between = text[previous.end : block.start]
        if between.count("\n") <= 2:
            return ""
    return f"line {place}"


def with_enclosed(
    prepared: Prepared, measured: Measured, verdict: tuple[Ints, npt.NDArray[np.bool_]]
) -> Ints:
    """The scores, where a stretch is spared that prose encloses and of which nothing repeats.

    A table, a list, short subheads inside the body look like chrome; but chrome inside a body
    repeats on other pages, or links away.
    """
    scores, chrome = verdict
    body = measured.fresh & ~chrome
    spared = np.zeros(len(chrome), dtype=np.bool_)
    for start, end in _stretches(chrome):
        alone = not measured.near[start:end].any()
        before, behind = body[max(start - NEAR, 0) : start], body[end : end + NEAR]
        if alone and before.any() and behind.any() and not _links_away(prepared.blocks[start:end]):
            spared[start:end] = True
    return np.where(spared, scores - ENCLOSED, scores)


def with_ends(prepared: Prepared, measured: Measured, verdict: tuple[Ints, npt.NDArray[np.bool_]]) -> Ints:
    """The scores, where the two ends of an article are spared: a standfirst, a table, a last line.

    That is what lies next to the body, up to the first block that repeats or links away: in HTML
    inside the same element; in text files, which do not say where an article ends, a few lines,
    and only where enough other pages would have shown them to be chrome.
    """
    scores, chrome = verdict
    body = np.flatnonzero(measured.fresh & ~chrome).tolist()
    if not body:
        return scores
    first, last = body[0], body[-1]
    ends = [
        (range(last + 1, len(scores)), _element(prepared.blocks[last]), SHORT_TAIL),
        (range(first - 1, -1, -1), _element(prepared.blocks[first]), SHORT_HEAD),
    ]
    spared = scores.copy()
    for places, home, short in ends:
        if not home and measured.others < KNOWN:
            continue
        for place in places if home else places[:short]:
            block = prepared.blocks[place]
            inside = block.markup is None or block.markup.xpath.startswith(home)
            if not inside or measured.near[place] or _links_away([block]):
                break
            spared[place] -= TAIL
    return spared


def _element(block: Block) -> str:
    """XPath of the element around the block's own, with a stroke behind it."""
    return block.markup.xpath.rpartition("/")[0] + "/" if block.markup else ""


def _stretches(chrome: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The maximal runs of True, half-open."""
    padded = np.concatenate(([0], chrome.astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(padded)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def with_preformatted(prepared: Prepared, measured: Measured, scores: Ints) -> Ints:
    """The scores, where code, verse and front matter are spared unless most of them repeat."""
    written = np.array([_is_written(block) for block in prepared.blocks])
    spared = scores.copy()
    for start, end in _stretches(written):
        if measured.repeated[start:end].mean() <= 0.5:
            spared[start:end] -= TAIL
    return spared


def _is_written(block: Block) -> bool:
    """Whether a block is preformatted text: in HTML not the inside of a form's field."""
    if block.kind is not BlockKind.PREFORMATTED:
        return False
    return block.markup is None or not any(label.startswith("textarea") for label in block.markup.path)


def _links_away(blocks: Sequence[Block]) -> bool:
    linked = sum(b.markup.linked for b in blocks if b.markup is not None)
    return linked * 5 > sum(b.end - b.start for b in blocks)
