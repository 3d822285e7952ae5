"""Lines of a Markdown paragraph -> what the reader sees as one: a wrapped paragraph, a line, a row.

In CommonMark, lines that stand directly below one another are one paragraph. Authors wrap their
text so. Crawlers write one line for each element of the page instead, without blank lines between
them, so that menus, headlines and whole paragraphs of the body are one paragraph by the standard.
Lines are joined only where there is a sign that somebody wrapped them:

- the document is wrapped at a column (`wrap_column`), and the line reaches far enough towards it;
- or the line ends in the middle of a sentence, and the next one begins with a small letter;
- or a link, or a cell with a link, runs from one into the other.

A hard break always parts, as ``<br>`` does in HTML: addresses and verse are read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Final

from scrubber.documents import BlockKind
from scrubber.lang.punctuation import AFTER_END, SENTENCE_END
from scrubber.segmenting.markdown.structure import Leaf

NARROWEST: Final = 50
WIDEST: Final = 125
"""Columns at which people wrap text."""
_FEWEST: Final = 3
"""Lines that something follows in their paragraph, from which a column is told."""
_REACHING: Final = 0.75
_REACHING_SHARE: Final = 0.7
"""A document is wrapped where this share of such lines fill this part of the width."""
_JOINED_FROM: Final = 0.6
"""The part of the width that a line of a wrapped document fills where the next one continues it."""
_LONG: Final = 150
_LONG_SHARE: Final = 0.1
"""A document in which so many lines are so long is not wrapped."""
_PROSE: Final = 40
"""Characters from which a line is prose."""

_ADDRESS = re.compile(r"\]\(|https?://|\|")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)\Z")
_SENTENCE_END = re.compile(rf"(?:{SENTENCE_END}|[:;|])(?:{AFTER_END}|[*_`])*\s*\Z")
_CONTENT = re.compile(r"[\s>]*")
_FOOTNOTE = re.compile(r"[\s>]{0,12}\[\^[^\]\s]{1,80}\]:")
_REFERENCE = re.compile(r"[\s>]{0,12}\[[^\[\]\n]{1,200}\]:\s*\S+")
DEFINITION = re.compile(r"\s{0,3}\[(?P<label>[^\[\]\n^][^\[\]\n]{0,200})\]:\s*<?(?P<target>[^\s>]+)")
_DELIMITERS = re.compile(r"[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_NOT_PROSE: Final = frozenset((BlockKind.HEADING, BlockKind.PREFORMATTED, BlockKind.HTML, BlockKind.RULE))
PARTED: Final = frozenset((BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE))
"""Kinds of leaves that hold the lines of a paragraph."""


def wrap_column(leaves: Sequence[Leaf], lines: Sequence[str]) -> int:
    """The width to which the paragraphs of a document are wrapped; 0 where they are not."""
    followed: list[int] = []
    prose = long = 0
    for leaf in leaves:
        if leaf.kind not in PARTED:
            continue
        for number in range(leaf.first, leaf.stop):
            line = lines[number].rstrip()
            if len(line) >= _PROSE:
                prose += 1
                long += len(line) >= _LONG and not _ADDRESS.search(line)
            if number + 1 < leaf.stop and not _ADDRESS.search(line) and not _ends_hard(lines[number]):
                followed.append(len(line))
    if len(followed) < _FEWEST or long > _LONG_SHARE * prose:
        return 0
    width = max(followed)
    reaching = sum(length >= _REACHING * width for length in followed)
    return width if NARROWEST <= width <= WIDEST and reaching >= _REACHING_SHARE * len(followed) else 0


def _ends_hard(line: str) -> bool:
    return _HARD_BREAK.search(line) is not None


def part(leaf: Leaf, lines: Sequence[str], width: int) -> Iterator[Leaf]:
    """The leaves that the lines of a paragraph, an item or a quote are by themselves.

    `width` is the document's `wrap_column`.
    """
    if leaf.kind is BlockKind.HEADING:
        yield from _heading(leaf, lines, width)
        return
    at = leaf.first
    for number in range(leaf.first, leaf.stop):
        if number + 1 == leaf.stop or not _continues(lines[number], lines[number + 1], width):
            piece = replace(leaf, first=at, stop=number + 1)
            piece.kind = _kind(leaf, lines, at)
            if piece.kind is not BlockKind.LIST_ITEM:
                piece.level = 0
            yield piece
            at = number + 1


def _heading(leaf: Leaf, lines: Sequence[str], width: int) -> Iterator[Leaf]:
    """A setext heading is what its underline is directly below; lines above that nobody wrapped are none."""
    at = leaf.stop - 2
    while leaf.is_setext and at > leaf.first and _continues(lines[at - 1], lines[at], width):
        at -= 1
    if leaf.is_setext and at > leaf.first:
        yield from part(Leaf(leaf.first, at, BlockKind.PARAGRAPH), lines, width)
        leaf = replace(leaf, first=at)
    yield leaf


def _continues(line: str, following: str, width: int) -> bool:
    """Whether the second line goes on in the paragraph of the first."""
    if not following.strip(" \t>"):
        return True  # a quote's empty line
    if _ends_hard(line) or _FOOTNOTE.match(following) or _REFERENCE.match(following):
        return False
    body = line.rstrip()
    begins = _CONTENT.match(following)
    first = following[begins.end() : begins.end() + 1] if begins else ""
    if first in ("|", "$") or ("|" in body and "|" in following):
        return False
    if len(body) >= _PROSE and first.islower() and not _SENTENCE_END.search(body):
        return True
    return width > 0 and len(body) >= _JOINED_FROM * width and "|" not in body


def _kind(leaf: Leaf, lines: Sequence[str], first: int) -> BlockKind:
    """What a piece of a leaf is that begins at a line."""
    line = lines[first]
    if _FOOTNOTE.match(line):
        return BlockKind.FOOTNOTE
    if _REFERENCE.match(line):
        return BlockKind.REFERENCE
    if first == leaf.first:
        return leaf.kind
    if leaf.kind is BlockKind.QUOTE:
        return BlockKind.QUOTE if line.lstrip().startswith(">") else BlockKind.PARAGRAPH
    return BlockKind.PARAGRAPH


def with_tables(leaves: Sequence[Leaf], lines: Sequence[str], linked: Container[int]) -> list[Leaf]:
    """The leaves, where the lines of a table are rows: one leaf each, the header with its line of dashes.

    A table begins at a line of dashes below a line with as many cells, and ends at the first line
    without a cell's border (GFM 4.10). A row that begins like a list item is a row, and so is any line
    with borders at both ends. `linked` are the lines from which a link runs into the next.
    """
    found: list[Leaf] = []
    in_table = False
    for leaf in leaves:
        above = found[-1] if found else None
        touches = above is not None and above.stop == leaf.first
        if leaf.kind not in PARTED and leaf.kind is not BlockKind.ROW:
            in_table = False
            found.append(leaf)
            continue
        line = lines[leaf.first]
        if (
            touches
            and above is not None
            and (above.kind in PARTED or above.kind is BlockKind.ROW)
            and leaf.stop == leaf.first + 1
            and is_delimiters(line)
            and _cells(lines[above.stop - 1]) == _cells(line)
        ):
            first = above.stop - 1
            while first > above.first and first - 1 in linked:
                first -= 1
            if first > above.first:
                found[-1] = replace(above, stop=first)
                found.append(above)
            found[-1] = Leaf(first, leaf.stop, BlockKind.ROW)
            in_table = True
            continue
        in_table = (in_table and touches and "|" in line) or _is_bordered(line, lines[leaf.stop - 1])
        found.append(Leaf(leaf.first, leaf.stop, BlockKind.ROW) if in_table else leaf)
    return found


def _is_bordered(first: str, last: str) -> bool:
    """Whether borders stand at both ends of a row, which is one without a header, too: converters write such."""
    start, end = first.lstrip(" \t>"), last.rstrip()
    return start.startswith("|") and end.endswith("|") and not end.endswith("\\|") and (len(start) > 2)


def is_delimiters(line: str) -> bool:
    """Whether a line is the dashes between the header of a table and its rows.

    >>> is_delimiters("|---|:--:|"), is_delimiters("--- | ---"), is_delimiters("---")
    (True, True, False)
    """
    return "|" in line and "-" in line and _DELIMITERS.fullmatch(line[:_LONGEST_DELIMITERS]) is not None


_LONGEST_DELIMITERS: Final = 10_000


def _cells(line: str) -> int:
    """How many cells a row has: borders at its ends count for nothing, escaped ones neither."""
    body = line.strip().lstrip(">").strip().replace("\\|", "")
    return body.removeprefix("|").removesuffix("|").count("|") + 1
