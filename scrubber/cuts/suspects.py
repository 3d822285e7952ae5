"""Passages that seem to break off.

A block is suspected where an ellipsis ends it, with or without a "more" link, or where prose ends
without a full stop in a letter. Most text without a full stop is whole: headings, list items,
captions, bylines, cells, verse, addresses, code. So a suspicion alone changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scrubber.cuts.marks import Mark, find_mark
from scrubber.cuts.sentences import Word, words
from scrubber.documents import Block, BlockKind
from scrubber.fingerprints import Key, block_key
from scrubber.lang.punctuation import (
    AFTER_END,
    GREEK_QUESTION,
    ITEM_MARK,
    OPENERS,
    QUOTE_CLOSERS,
    SENTENCE_END,
    SPANISH_OPENERS,
    any_of,
)
from scrubber.lang.registry import words as listed_words
from scrubber.lang.scripts import CAPITALS, is_cased, is_unspaced

_ENDINGS = ".!?:;"
_BETWEEN = 4
"""Blocks behind a passage among which the other half of its paragraph may stand."""
_LONGEST_SMALL = 60
"""Characters from which a passage may begin with a small letter."""
_GOING_ON = ", "
"""What no sentence ends in."""
_SHORTEST = 25
"""Characters: a block shorter than this is not looked at, unless Chinese or Japanese."""
_LONGEST_LINE = 160
"""Characters that a line of verse, of a list, of an address may have."""
_FEWEST_WORDS = 4
FEWEST_IN_SENTENCE: Final = 12
"""Words from which a line is hardly a headline or a label any more."""
_LAID_OUT = re.compile(r"[\t|{}<>=]|\S {3,}\S|://")
_CODE = re.compile(r"[\[\]_%;]|\w\(")
_MARKER = re.compile(rf"(?:{ITEM_MARK})\s|#")
_PROSE = re.compile(rf"(?:{SENTENCE_END}|{GREEK_QUESTION}){AFTER_END}*\Z")
_STARTS_ON = re.compile(rf"{any_of(OPENERS, SPANISH_OPENERS)}*[ \u00a0\u202f]?[{CAPITALS}]")
# Words that no sentence ends on; those that may ("to", "of", German "ein") are left out on purpose.
_RUNS_ON = listed_words("never_last")
ALONE: Final = -2
"""The place of a block whose neighbours are not known: beside none of any other text."""
_KEY_WORDS = 40
"""Words before the cut that tell one passage from another."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that seems to break off: its words, the last one perhaps cut."""

    block: int
    words: tuple[Word, ...]
    lead: str
    """Its text up to the cut."""
    marked: bool
    """Whether an ellipsis says that it was cut."""
    runs_on: bool
    """Whether its last word cannot end a sentence, and so is whole."""
    amid_prose: bool
    """Whether whole sentences stand before it: it is no headline."""
    closed: bool
    """Whether its block closes a quotation or bracket right after the cut."""
    sure: bool = False
    """Whether more than bare dots says that it was cut: a link, brackets, half a character."""
    spaced: bool = False
    """Whether there is a space between its last letter and the dots."""

    @property
    def key(self) -> Key:
        """The same for the same words before the cut, wherever they stand."""
        return block_key(" ".join(word.folded for word in self.words[-_KEY_WORDS:]))


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspected cut: the passage, and the ellipsis and link after it (empty where none stands)."""

    passage: Passage
    end: int
    mark: Mark | None = None
    """What says that it was cut."""

    @property
    def start(self) -> int:
        """Where the cut is: behind the last letter."""
        return self.passage.words[-1].end

    @property
    def last(self) -> str:
        """The word before the cut, folded; perhaps half of it is gone."""
        return self.passage.words[-1].folded


def suspects(text: str, blocks: Sequence[Block]) -> Iterator[Suspect]:
    """The suspected cuts of a text, in order."""
    for number, block in enumerate(blocks):
        found = suspect_alone(text, block)
        if found is None:
            continue
        passage = found.passage
        last = number == len(blocks) - 1
        if found.mark is not None and found.mark.broken and not last:
            continue  # A sign that was lost in the middle of a document cuts nothing off.
        if not passage.marked:
            if _goes_on(text, blocks, number):
                continue
            if passage.runs_on and _gap(text, blocks, number) == 1:
                continue  # A line that was wrapped.
        amid = passage.marked or (number > 0 and is_prose(text, blocks[number - 1]))
        amid = amid or (last and number > 0 and len(passage.words) >= FEWEST_IN_SENTENCE)
        if amid or not passage.lead[0].islower():
            yield replace(found, passage=replace(passage, block=number, amid_prose=amid))


def suspect_alone(text: str, block: Block) -> Suspect | None:
    """The suspected cut of a block whose neighbours are not known.

    What is suspected among neighbours is suspected alone as well.
    """
    start, end = block.start, block.end
    last = text[end - 1]
    if (last in _ENDINGS and text[end - 2] != ".") or block.kind is BlockKind.PREFORMATTED:
        return None
    mark = find_mark(text, start, end)
    if mark is None:
        if end - start < _SHORTEST:
            return None  # Most blocks of a page are labels and links.
        bare = _bare(text, block)
        return Suspect(bare, bare.words[-1].end + _after(text, bare, block)) if bare is not None else None
    found = tuple(words(text, block.start, mark.start))
    if len(found) < _FEWEST_WORDS or found[-1].end != mark.start:
        return None
    spaced = re.match(r"\s+[.…]", text[mark.start : block.end]) is not None
    lead = text[block.start : mark.start]
    marked = Passage(ALONE, found, lead, True, False, True, False, not mark.plain, spaced)
    return Suspect(marked, block.end, mark)


def is_prose(text: str, block: Block) -> bool:
    """Whether a block is long enough for a sentence, and ends like one."""
    tail = text[max(block.start, block.end - 8) : block.end]
    return _PROSE.search(tail) is not None and block.end - block.start >= _SHORTEST


def _after(text: str, bare: Passage, block: Block) -> int:
    """Characters of the comma behind the last word: it stands in what completes the passage, too."""
    rest = text[bare.words[-1].end : block.end]
    return len(rest) - len(rest.lstrip(_GOING_ON)) if rest.strip(_GOING_ON) == "" else 0


def _bare(text: str, block: Block) -> Passage | None:
    """The passage of a prose block that ends in letters, where that is a thing to wonder at."""
    if block.kind is not BlockKind.LINE and block.kind is not BlockKind.PARAGRAPH:
        return None
    bare = text[block.start : block.end].rstrip(QUOTE_CLOSERS)
    body = bare.rstrip(_GOING_ON)
    end = block.start + len(body)
    open_end = len(body) >= _SHORTEST and body[-1].isalnum() and not is_unspaced(body[-1])
    if not open_end or not _reads_like_prose(text, block):
        return None
    found = tuple(words(text, block.start, end))
    if len(found) < _FEWEST_WORDS or _is_title(text, found):
        return None
    plain = len(body) == len(bare) and is_cased(body[-1])
    if not plain and len(found) < FEWEST_IN_SENTENCE:
        return None
    runs_on = found[-1].folded in _RUNS_ON and text[found[-1].start].islower()
    if plain and len(found[-1].folded) < 2 and not runs_on:
        return None
    closed = block.start + len(bare) < block.end
    return Passage(
        ALONE, found, text[block.start : end], False, runs_on or len(body) < len(bare), False, closed
    )


def _reads_like_prose(text: str, block: Block) -> bool:
    line_start = text.rfind("\n", 0, block.start) + 1
    if (
        block.kind is BlockKind.LINE
        and text[line_start : block.start].strip() == "" != text[line_start : block.start]
    ):
        return False
    body = text[block.start : block.end]
    small = body[0].islower() and len(body) >= _LONGEST_SMALL and not _CODE.search(body)
    starts = _STARTS_ON.match(body) or small
    return bool(starts) and not _MARKER.match(body) and not _LAID_OUT.search(body)


def _is_title(text: str, found: Sequence[Word]) -> bool:
    """Whether most words have capitals: an English title, a name, an address."""
    small = sum(text[word.start].islower() for word in found)
    last = found[-1]
    return 2 * small < len(found) or text[last.start : last.end].isupper()


def _goes_on(text: str, blocks: Sequence[Block], number: int) -> bool:
    """Whether the next block continues the sentence, or the lines around are verse, a list, an address."""
    block = blocks[number]
    if number + 1 < len(blocks):
        following = blocks[number + 1]
        first, second = text[following.start], text[following.start + 1 : following.start + 2]
        if first.islower() or first in ",;:.)]…" or (first in "–—-" and not second.isspace()):
            return True
    for other in blocks[number + 1 : number + 1 + _BETWEEN]:
        if is_prose(text, other):
            if text[other.start].islower() and other.kind == block.kind:
                return True  # A picture, a heading or a notice stands in the middle of the paragraph.
            break
    if block.end - block.start >= _LONGEST_LINE:
        return False
    neighbours = [n for n in (number - 1, number + 1) if 0 <= n < len(blocks)]
    return any(
        _gap(text, blocks, min(n, number)) == 1 and not is_prose(text, blocks[n]) and blocks[n] != block
        for n in neighbours
    )


def _gap(text: str, blocks: Sequence[Block], number: int) -> int:
    """Line ends between a block and the next one; 0 where it is the last."""
    if number + 1 >= len(blocks):
        return 0
    return text.count("\n", blocks[number].end, blocks[number + 1].start)
