"""Whether the blocks of a page stand in another text: letter by letter, for spaces and signs are set anew there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from scrubber.classifying.features.table import BlockTable, derived

EDGE: Final = 25
"""Letters below which a block is found only as a whole line; of a longer one each end is looked for."""
NOT_ASKED, ABSENT, PARTLY, HELD = range(4)
"""What became of a block: there is no other text; not there; one of its ends is; all of it."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def letters_of(text: str) -> str:
    """The letters and digits of a text, case folded.

    >>> letters_of("“At home,” she said.")
    'athomeshesaid'
    """
    return _BETWEEN_WORDS.sub("", text.casefold())


@derived
def letters_of_blocks(table: BlockTable) -> list[str]:
    """`letters_of` the text of every block."""
    return list(map(letters_of, table.texts))


def matches(blocks: Sequence[str], other: str) -> list[int]:
    """For each block of a page, of which the letters are given: ABSENT from the other text, PARTLY there, or HELD."""
    return _matches(blocks, other, letters_of(other))


def _matches(blocks: Sequence[str], other: str, whole: str) -> list[int]:
    lines = {letters_of(line) for line in other.split("\n")}
    found = []
    for letters in blocks:
        if len(letters) < EDGE:
            found.append(HELD if letters in lines else ABSENT)
        elif letters in whole:
            found.append(HELD)
        else:
            found.append(PARTLY if letters[:EDGE] in whole or letters[-EDGE:] in whole else ABSENT)
    return found


def matches_in_flow(blocks: Sequence[str], other: str) -> list[int]:
    """The same for a text whose lines may be lost: a short block is held too where it stands beside what is held.

    It follows the last letters of what is held before it, or stands before the first of what is held behind it;
    blocks between the two that are not held are passed over.
    """
    whole = letters_of(other)
    onward = _carried(blocks, _matches(blocks, other, whole), whole)
    # What stands before something follows it, read from the end.
    backward = [letters[::-1] for letters in reversed(blocks)]
    return _carried(backward, onward[::-1], whole[::-1])[::-1]


def _carried(blocks: Sequence[str], matched: Sequence[int], whole: str) -> list[int]:
    """The matches, where short blocks are held that follow the last letters of what is held before them."""
    found = list(matched)
    before = ""
    for place, letters in enumerate(blocks):
        follows = 0 < len(letters) < EDGE and len(before) == EDGE
        if found[place] == ABSENT and follows and before + letters in whole:
            found[place] = HELD
        if found[place] != ABSENT:
            before = (before + letters)[-EDGE:]
    return found
