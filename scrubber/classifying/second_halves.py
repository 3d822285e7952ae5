"""The second half of a kept sentence stays: a page break or a notice tore it off, and its own looks speak for chrome.

A block that would be removed is kept after all where a kept block before it breaks off inside a sentence,
nothing but what is removed (and running heads) stands between, and form or company show that it goes on there:

- the first ends in a word that no sentence ends in, in a comma where those end no line (Chinese,
  Japanese, Arabic), or in a hyphen; or
- markup holds both in one element; or
- the two are lines of one paragraph; or
- prose on this page begins with capitals and ends in full stops, and the first half is more than a headline.

A block that repeats on the site's pages, and more often than the first half, is no half of it: notices begin
in lower case, too. What a person, a policy or a second copy removes is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Final

from scrubber.classifying.halves import (
    PROSE_KINDS,
    RUNS_ON_WORDS,
    Habits,
    breaks_off,
    count_words,
    flows_on,
    goes_on,
    is_ended,
    is_half,
    is_laid_out,
    is_sentence,
    last_word,
    may_go_on,
    stand_together,
    stands_between_comments,
)
from scrubber.documents import Block
from scrubber.lang import punctuation as signs
from scrubber.lang.scripts import ARABIC

SECOND_HALF: Final = "second-half: goes on where a kept sentence breaks off"
"""Why such a block was kept, as the ledger tells it: the name of the guard, then what it saw."""

_MOST_BETWEEN = 12
"""Blocks that went between the halves: more are a region of the page."""
_FEWEST_WORDS = 5
"""Words of a half that does not begin in lower case, or whose script has none."""
_LONG = 12
"""Words from which a half may hold an address of the web or a formula."""
_BEHIND_A_WORD = (" ", ",", ";", "\u00a0")
_SHORTEST_LINE = 40
"""Characters of a line that is as long as its paragraph is wide."""
_LONGEST_HEAD, _PAGES = 8, 3
"""Words of a running head, and how often it stands in the text."""
_LONGEST_FOLDED = 200
"""Characters of a block that are compared with those of others."""
_NUMBER = re.compile(r"\d+")
_DOTS = ("..", signs.ELLIPSIS)
_ARABIC_OPEN = re.compile(rf"(?:{signs.ARABIC_COMMA}|(?:\A|\s)(?P<word>[{ARABIC}]+))\Z")
_ARABIC_BEGINS = re.compile(rf"[{ARABIC}]")
_HYPHENATED = re.compile("[^\\W\\d_]{2}[-\u2010\u00ad]\\Z")
_SPLIT_WORD = re.compile(r"[^\W\d_]+")
_CAPITAL_OR_DIGIT = re.compile(r"[\"'“„«‘(]?(?:\d+(?![\w.)\]:/])|[^\W\d_])")
_MARKER = re.compile(r"\(?(?:[a-zA-Z]|[ivxIVX]{1,5})[.)]\s|\S{1,3}:\s")


@dataclass(frozen=True, slots=True)
class Sequel:
    """What is known of a document's blocks when its second halves are looked for."""

    text: str
    blocks: Sequence[Block]
    chrome: Sequence[bool]
    near: Sequence[int]
    """In how many other documents each block stands, nearly at least; ..."""
    repeated: Sequence[bool]
    """... and whether those are enough of its site's to call that a repeat."""
    decided: Container[int] = ()
    """Blocks that go whatever they look like."""
    _known: list[Habits] = field(default_factory=list)
    _lines: Counter[str] = field(default_factory=Counter)

    def find(self) -> list[int]:
        """The blocks that would go and are second halves of kept sentences, in order."""
        found: set[int] = set()
        for place in range(len(self.blocks) - 1):
            if self.chrome[place] or not self._is_open(self.blocks[place]):
                continue
            if self.chrome[place + 1] or self._is_running_head(place + 1):
                found.update(self._chain(place))
        return sorted(found)

    def _chain(self, place: int) -> list[int]:
        """The blocks that go on what begins in a kept one, up to the end of the sentence; none where it has none."""
        chain: list[int] = []
        start = self.blocks[place].start
        while True:
            following = self._next(place, start)
            if following is None:
                return []
            if not self.chrome[following]:
                return chain
            chain.append(following)
            end = self.blocks[following].end
            if is_ended(self.text, end):
                dots = self.text[max(0, end - 2) : end].endswith(_DOTS)
                return [] if dots else chain  # What dots cut off is a teaser's, and no end.
            place = following

    def _next(self, place: int, start: int) -> int | None:
        """The block that goes on where the one at `place` breaks off; it may be a kept one."""
        if not self._is_open(self.blocks[place]):
            return None
        later: int | None = None
        between: list[str] = []
        for other in range(place + 1, min(place + 2 + _MOST_BETWEEN, len(self.blocks))):
            block = self.blocks[other]
            if not self.chrome[other]:
                if self._is_running_head(other):
                    continue
                return other if later is None and self._goes_on(place, other) else later
            piece = self.text[block.start : block.end]
            if other not in self.decided and (
                self.near[other] <= self.near[place] or not self.repeated[other]
            ):
                if self._is_half(place, other, start, between):
                    return other
                if later is None and self._is_later_half(place, other, between):
                    later = other
            if stands_between_comments(piece) or may_go_on(piece):
                return later  # Another's words, or what may be the half and is not proved.
            between.append(piece)
        return later

    def _is_open(self, block: Block) -> bool:
        text = self.text
        if block.kind not in PROSE_KINDS:
            return False
        return breaks_off(text, block) or self._is_hyphenated(block) or self._is_arabic(block)

    def _is_hyphenated(self, block: Block) -> bool:
        tail = self.text[max(block.start, block.end - 3) : block.end]
        return _HYPHENATED.search(tail) is not None and count_words(self.text, block) >= _FEWEST_WORDS

    def _is_arabic(self, block: Block) -> bool:
        end = _ARABIC_OPEN.search(self.text, max(block.start, block.end - 24), block.end)
        if end is None or count_words(self.text, block) < _FEWEST_WORDS:
            return False
        return end["word"] is None or end["word"] in RUNS_ON_WORDS

    def _goes_on(self, place: int, other: int) -> bool:
        """Whether a block begins inside a sentence, so far as letters tell."""
        text, first, second = self.text, self.blocks[place], self.blocks[other]
        if not stand_together(first, second):
            return False
        if self._is_hyphenated(first):
            word = _SPLIT_WORD.match(text, second.start, second.end)
            return word is not None and word[0].islower() and not is_laid_out(text, second)
        if self._is_arabic(first):
            ended = is_ended(text, second.end) and count_words(text, second) >= _FEWEST_WORDS
            return ended and _ARABIC_BEGINS.match(text, second.start) is not None
        return goes_on(text, first, second) or self._is_long_half(second)

    def _is_long_half(self, block: Block) -> bool:
        """Whether a block that begins in lower case is a sentence in spite of an address or a formula in it."""
        text = self.text
        word = _SPLIT_WORD.match(text, block.start, block.end)
        if word is None or not word[0].islower() or text[word.end() : word.end() + 1] not in _BEHIND_A_WORD:
            return False
        return is_ended(text, block.end) and count_words(text, block) >= _LONG

    def _is_half(self, place: int, other: int, start: int, between: Sequence[str]) -> bool:
        """Whether a block that would go is proved to go on what began at `start`."""
        text, first, second = self.text, self.blocks[place], self.blocks[other]
        if not self._goes_on(place, other):
            return False
        if text[first.end - 1] in signs.WIDE_COMMAS or not breaks_off(text, first) or self._runs_on(first):
            return True
        if self._are_lines(first, second):
            return True
        if not is_sentence(text, start, first.end, amid=self._stands_amid(place)):
            return False
        if flows_on(first, second):
            return True
        # Where lines are broken up, what begins in lower case is the rule: it shows nothing across a gap.
        ends = is_ended(text, second.end) or breaks_off(text, second)
        return ends and self._habits.tell_halves and is_half(text, second, between[-1] if between else "")

    def _is_later_half(self, place: int, other: int, between: Sequence[str]) -> bool:
        """Whether a block may be the half although it begins with a capital (a name) or a number."""
        text, first, second = self.text, self.blocks[place], self.blocks[other]
        if not self._runs_on(first) or not stand_together(first, second) or is_laid_out(text, second):
            return False
        if any(len(piece.split()) > _FEWEST_WORDS for piece in between):
            return False
        if _MARKER.match(text, second.start, second.end) or not _CAPITAL_OR_DIGIT.match(text, second.start):
            return False
        return is_ended(text, second.end) and count_words(text, second) >= _FEWEST_WORDS

    def _runs_on(self, block: Block) -> bool:
        end = last_word(self.text, block)
        return end is not None and not end["comma"] and end["word"].islower() and end["word"] in RUNS_ON_WORDS

    def _are_lines(self, first: Block, second: Block) -> bool:
        """Whether two blocks are lines of one paragraph of a text whose lines are broken up."""
        if first.markup is not None or first.end - first.start < _SHORTEST_LINE:
            return False
        return self.text.count("\n", first.end, second.start) == 1 and self._habits.break_lines

    def _stands_amid(self, place: int) -> bool:
        """Whether the kept block before it is a paragraph of prose."""
        before = next((n for n in range(place - 1, -1, -1) if not self.chrome[n]), None)
        if before is None:
            return False
        block = self.blocks[before]
        return is_ended(self.text, block.end) and count_words(self.text, block) >= _FEWEST_WORDS

    def _is_running_head(self, place: int) -> bool:
        """Whether a kept block stands on most pages of a printed text: a short line, again and again."""
        block = self.blocks[place]
        if count_words(self.text, block) > _LONGEST_HEAD or is_ended(self.text, block.end):
            return False
        if not self._lines:
            self._lines.update(self._folded(one) for one in self.blocks)
        return self._lines[self._folded(block)] >= _PAGES

    def _folded(self, block: Block) -> str:
        return _NUMBER.sub("0", self.text[block.start : min(block.end, block.start + _LONGEST_FOLDED)])

    @property
    def _habits(self) -> Habits:
        """How what is kept of this document is written."""
        if not self._known:
            pairs = zip(self.blocks, self.chrome, strict=True)
            self._known.append(Habits.of(self.text, (block for block, gone in pairs if not gone)))
        return self._known[0]
