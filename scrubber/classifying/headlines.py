"""The headline is content: it is kept even where it stands among chrome.

Short, without a full stop, between a menu and a date line: by its looks a headline is chrome.
What tells it is that it stands before the body, repeats on few pages, and says in other order
what the body says; in HTML also its element, and the title the page gives itself.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.own import ending
from scrubber.classifying.policy import is_byline, is_link
from scrubber.documents import Block, BlockKind
from scrubber.fingerprints import fold
from scrubber.lang.punctuation import LIST_SEPARATORS
from scrubber.lang.scripts import CJK
from scrubber.preparing import Prepared

REACH: Final = 16
"""Blocks between a headline and the first kept prose, at most."""
LONGEST: Final = 200
TOLD: Final = 0.5
"""Share of a headline's words that the body must hold, ..."""
TOLD_SIGNED: Final = 0.25
"""... less where a byline or date line follows, ..."""
WORDS: Final = 2
"""... and how many at least."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_WIDE = re.compile(rf"[{CJK}]{{2,}}")
_LIST = re.compile(f"[{LIST_SEPARATORS}]")


def find_headline(
    prepared: Prepared, measured: Measured, chrome: npt.NDArray[np.bool_], title: str | None
) -> int | None:
    """The removed block that is the headline; None where one was kept already, or none is sure."""
    body = np.flatnonzero(measured.fresh & ~chrome).tolist()
    if not body:
        return None
    candidates = [
        place
        for place in range(max(body[0] - REACH, 0), body[0])
        if _may_be_one(_text(prepared, place), prepared.blocks[place]) and not _in_its_place(measured, place)
    ]
    if not chrome[candidates].any():
        return None
    said = _stems("\n".join([_text(prepared, place) for place in body]))
    wanted = fold(title) if title else ""
    best, best_rank = None, (0.0, 0)
    for place in candidates:
        text = _text(prepared, place)
        told = TOLD_SIGNED if is_byline(_text(prepared, place + 1)) else TOLD
        rank = (_likeness(text, prepared.blocks[place], (said, told), wanted), -place)
        if rank[0] > 0 and (best is None or rank > best_rank):
            best, best_rank = place, rank
    return best if best is not None and chrome[best] else None


def _in_its_place(measured: Measured, place: int) -> bool:
    """Whether a block repeats, and so do its neighbours: in strange company it may be the headline.

    A headline stands in the lists of other pages too, as a teaser.
    """
    if not measured.repeated[place]:
        return False
    return bool(measured.column("pair before")[place] or measured.column("pair after")[place])


def _text(prepared: Prepared, place: int) -> str:
    block = prepared.blocks[place]
    return prepared.text[block.start : block.end]


def _may_be_one(text: str, block: Block) -> bool:
    if not 8 <= len(text) <= LONGEST or block.kind in (
        BlockKind.LIST_ITEM,
        BlockKind.CELL,
        BlockKind.CAPTION,
        BlockKind.ROW,
        BlockKind.FRONT_MATTER,
        BlockKind.IMAGE,
    ):
        return False
    if is_link(block):
        return False
    return ending(text) in (0, 1, 6) and not _LIST.search(text) and not is_byline(text)


def _likeness(text: str, block: Block, body: tuple[frozenset[str], float], title: str) -> float:
    """How much a line looks like the headline of a body (its words, the share wanted of them)."""
    said, enough = body
    stems = _stems(text)
    told = len(stems & said)
    share = told / len(stems) if stems else 0.0
    if title and _is_title(fold(text), title):
        share += 2
    elif told < WORDS or share < enough:
        return 0.0
    if block.kind is BlockKind.HEADING:
        share += 1
    return share


def _is_title(text: str, title: str) -> bool:
    """Whether a line says the page's title, which may have the site's name at one end."""
    return text == title or (len(text) * 2 >= len(title) and (title.startswith(text) or title.endswith(text)))


def _stems(text: str) -> frozenset[str]:
    """Beginnings of the longer words, and pairs of characters where no spaces part words."""
    folded = text.casefold()
    stems = {word[:5] for word in _WORD.findall(folded)}
    if not folded.isascii():
        stems.update(run[i : i + 2] for run in _WIDE.findall(folded) for i in range(len(run) - 1))
    return frozenset(stems)
