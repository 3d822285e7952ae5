"""Rule ``hyphenation``: a word that was split by a hyphen at the end of a line becomes one again.

Whether the hyphen belongs to the word ("well-known") or only to the line ("govern-ment") is not to
be seen at the split. So the document itself must say it: where the joined word stands elsewhere,
hyphen and line break go; where the hyphenated one does, the line break alone; where both or neither
do, all stays. A soft hyphen (U+00AD) says by itself that it marks a split, and always goes.

Nothing is ever inserted. Lines of text files and lines that ``<br>`` ends are looked at, list items
and what goes on below them; headings, cells, captions and preformatted blocks are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from scrubber.documents import Block, BlockKind
from scrubber.edits import Edit, Layer, OffsetMap, Reason, apply_layer
from scrubber.lang.punctuation import (
    APOSTROPHES,
    CLOSERS,
    DASHES,
    ELLIPSIS,
    OPENERS,
    SPANISH_OPENERS,
    any_of,
)
from scrubber.lang.registry import words
from scrubber.lang.scripts import COMBINING, is_cased

RULE: Final = "hyphenation"
SURE: Final = 1.0
"""Of a soft hyphen, which can mean nothing else."""
PROVED: Final = 0.98
"""Of a word that stands elsewhere: two words may by chance make a third."""

_SOFT = "\u00ad"
_LETTER = rf"(?:[^\W\d_]|[{COMBINING}])"
_PIECE = rf"{_LETTER}+(?:{_SOFT}{_LETTER}+)*"
_HYPHENS = "-\u2010"
_JOINTS = rf"{_HYPHENS}\u2011{APOSTROPHES}"
"""What holds the pieces of one word together."""

_FIRST_HALF = re.compile(
    rf"(?<![^\s{any_of(OPENERS, SPANISH_OPENERS, DASHES)[1:]})(?P<word>(?:{_PIECE}[{_JOINTS}])*(?P<piece>{_PIECE}))\Z"
)
_SECOND_HALF = re.compile(
    rf"(?P<word>(?P<piece>{_PIECE})(?:[{_JOINTS}]{_PIECE})*)"
    rf"(?:{any_of('.,;:!?', ELLIPSIS, CLOSERS)}*(?=\s|\Z)|(?=[{DASHES}]))"
)
_WORDS = re.compile(rf"{_PIECE}(?:[{_JOINTS}]{_PIECE})*")
_PIECES = re.compile(rf"(?P<joint>[{_JOINTS}]?)(?P<piece>{_PIECE})")
_BREAK = re.compile(r"[^\S\n]*\n[^\S\n]*")
_LAID_OUT = re.compile(r"[\t|{}<>=\\]|\S {3,}\S|://")
_LONGEST_WORD = 100
"""Characters of a line that are looked at on either side of its end."""
_FEWEST_LETTERS = 2
"""In either half of a word that loses its hyphen: typesetters leave no fewer."""
# "Vor-/und Nachteile", "pre-/and post-war": the hyphen stands for what is left out.
_COORDINATING = words("coordinating")
_LINES = frozenset((BlockKind.LINE, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM))


@dataclass(frozen=True, slots=True)
class _Split:
    """A word on both sides of a line break: ``text[hyphen]`` ends one line, ``text[end]`` begins the next."""

    hyphen: int
    end: int
    words: tuple[str, str]
    """All of it before the hyphen and after the line break, other hyphens included."""
    pieces: tuple[str, str]
    """Of that, the letters next to the split."""


def propose(text: str, blocks: Sequence[Block]) -> tuple[Edit, ...]:
    """Edits that take hyphens and line breaks out of split words, in order, none overlapping.

    `blocks` are the kept blocks in the coordinates of `text`. An edit may reach from one block into
    the white space before the next: the two then stand side by side. Time is linear in the text.
    """
    soft = tuple(_soft_edits(text, blocks))
    if not soft:
        return tuple(sorted(_hard_edits(text, blocks), key=lambda edit: edit.start))
    layer = Layer(RULE, soft)
    offsets = OffsetMap(layer)
    moved = _joined(blocks, offsets, frozenset(edit.end for edit in soft))
    hard = (
        replace(edit, start=offsets.back(edit.start), end=offsets.back(edit.end))
        for edit in _hard_edits(apply_layer(text, layer), moved)
    )
    return tuple(sorted((*soft, *hard), key=lambda edit: edit.start))


def _joined(blocks: Sequence[Block], offsets: OffsetMap, joints: frozenset[int]) -> tuple[Block, ...]:
    """The blocks after the soft hyphens have gone: those that begin at one of `joints` go on the last one."""
    runs: list[Block] = []
    for block in blocks:
        end = offsets.forward(block.end, end=True)
        if runs and block.start in joints:
            runs[-1] = replace(runs[-1], end=end)
        else:
            runs.append(replace(block, start=offsets.forward(block.start), end=end))
    return tuple(runs)


def _soft_edits(text: str, blocks: Sequence[Block]) -> Iterator[Edit]:
    if _SOFT not in text:
        return
    for first, second in _lines_in_a_row(text, blocks, _SOFT):
        hyphen = first.end - 1
        around = text[max(first.start, hyphen - 1) : hyphen] + text[second.start : second.start + 1]
        if len(around) == 2 and around.isalpha():
            yield _edit(text, hyphen, second.start, SURE, "a soft hyphen")


def _hard_edits(text: str, blocks: Sequence[Block]) -> Iterator[Edit]:
    left = list(_splits(text, blocks))
    if not left:
        return
    known = _Vocabulary(text, blocks, left)
    grows = True
    while grows:  # A word that has been joined may stand as a proof for the next.
        proofs = [(split, known.proven(split)) for split in left]
        left = [split for split, hyphen in proofs if hyphen is None]
        grows = False
        for split, hyphen in proofs:
            if hyphen is not None:
                grows = known.add(hyphen.join(split.words)) or grows
                note = f"“{_bare(hyphen.join(split.pieces))}” stands elsewhere in the document"
                yield _edit(text, split.hyphen + len(hyphen), split.end, PROVED, note)


def _edit(text: str, start: int, end: int, confidence: float, note: str) -> Edit:
    return Edit(start, end, text[start:end], "", RULE, confidence, Reason(note=note))


def _lines_in_a_row(text: str, blocks: Sequence[Block], marks: str) -> Iterator[tuple[Block, Block]]:
    """Blocks that are lines of one run of text, the first ending in one of `marks`."""
    for first, second in pairwise(_line_by_line(text, blocks)):
        if text[first.end - 1] not in marks or not _may_go_on(first, second):
            continue
        if _BREAK.fullmatch(text, first.end, second.start):
            yield first, second


def _line_by_line(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, where each line of a paragraph that Markdown wraps is one."""
    for block in blocks:
        if (
            block.markup is not None
            or block.kind not in _LINES
            or text.find("\n", block.start, block.end) < 0
        ):
            yield block
            continue
        kind, at = block.kind, block.start
        for line in text[block.start : block.end].split("\n"):
            body = line.strip()
            if body:
                start = at + len(line) - len(line.lstrip())
                yield Block(start, start + len(body), kind)
                kind = BlockKind.PARAGRAPH
            at += len(line) + 1


def _may_go_on(first: Block, second: Block) -> bool:
    """Whether the second block may continue the first: the next line of the same element or text."""
    if first.kind not in _LINES:
        return False
    one, other = first.markup, second.markup
    if one is None or other is None:
        return one is other and second.kind in (BlockKind.LINE, BlockKind.PARAGRAPH)
    if first.kind is not second.kind:
        return False
    # List items of a list share their path, lines of an item their element.
    return one.xpath == other.xpath or (first.kind is BlockKind.PARAGRAPH and one.path == other.path)


def _splits(text: str, blocks: Sequence[Block]) -> Iterator[_Split]:
    unsettled = -1
    for first, second in _lines_in_a_row(text, blocks, _HYPHENS):
        within, unsettled = first.start == unsettled, second.start
        hyphen = first.end - 1
        before = _FIRST_HALF.search(text, max(first.start, hyphen - _LONGEST_WORD), hyphen)
        after = _SECOND_HALF.match(text, second.start, min(second.end, second.start + _LONGEST_WORD))
        if before is None or after is None or (within and before.start() == first.start):
            continue  # The last: a line that is all middle, split at both ends.
        if any(_LAID_OUT.search(text, block.start, block.end) for block in (first, second)):
            continue
        yield _Split(hyphen, second.start, (before["word"], after["word"]), (before["piece"], after["piece"]))


class _Vocabulary:
    """The words that stand unsplit in a document, and what hyphens join in it."""

    __slots__ = ("_pairs", "_words")

    def __init__(self, text: str, blocks: Sequence[Block], splits: Sequence[_Split]) -> None:
        ends = {split.hyphen for split in splits}
        starts = {split.end for split in splits}
        self._words: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()
        for block in blocks:
            for word in _WORDS.finditer(text, block.start, block.end):
                if word.end() not in ends and word.start() not in starts:
                    self.add(word[0])

    def add(self, word: str) -> bool:
        """Learn a word and the pieces that hyphens join in it; False where all of it was known."""
        before = len(self._words) + len(self._pairs)
        last = ""
        for found in _PIECES.finditer(word):
            piece = _bare(found["piece"])
            folded = piece.casefold()
            self._words.add(folded)
            if found["joint"] and found["joint"] not in "'’":
                self._pairs |= {(last, folded), (last, piece)}
            last = folded
        return len(self._words) + len(self._pairs) > before

    def proven(self, split: _Split) -> str | None:
        """What holds the halves together, ``""`` or ``"-"``; None where the document leaves it open."""
        first, second = map(_bare, split.pieces)
        if not (is_cased(first) and is_cased(second)):
            return None
        folded = first.casefold(), second.casefold()
        hyphenated = (folded[0], folded[1] if second.islower() else second) in self._pairs
        whole = min(len(first), len(second)) >= _FEWEST_LETTERS and second.islower()
        joined = whole and folded[1] not in _COORDINATING and "".join(folded) in self._words
        if joined is hyphenated:
            return None
        return "" if joined else "-"


def _bare(word: str) -> str:
    return word.replace(_SOFT, "")
