"""Pages of one line: what many pages of the site hold in the same words goes, and nothing else.

Such a page has no lines that could recur (see `wordgrams`), and its looks say nothing, for its one block is
menu, text and footer together. What is left is recurrence, word for word. A *stretch* is a row of words of
which every gram stands on a tenth of the site's other pages of one line, and on four at least. It goes where
both of its ends are ends elsewhere too:

- A menu ends where the pages go on differently. Where most of those that hold the stretch go on alike, and
  this page does not, it quotes a part of something: a headline that the menu of other pages names, the name of
  a hall within a sentence. It stays. So does a stretch that stands here once more as part of a longer one.
- At either end a word or two that far fewer pages hold is left out: titles begin with the same word by chance.
- A stretch that begins or ends in the middle of a sentence stays, unless it is long.
- Within the page it must be long; at the very start or end of the page four words will do.
- Where its end is the beginning of the page's own title, as a row of the dump states it, it ends before that.
- Prose goes only where a quarter of the pages hold it, as in all plain text (see `unique_text`).

Where in doubt, chrome stays. A page of which nothing would be left stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.cuts.sentences import stops
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key, block_key
from scrubber.lang.punctuation import AFTER_END, SENTENCE_END
from scrubber.preparing import Prepared
from scrubber.templates import View
from scrubber.wordgrams import FORGOTTEN, ONE_LINE, SIZE, Words

LEAST_PAGES: Final = 4
"""Other pages that must hold a stretch, at least ..."""
SHARE: Final = 10
"""... and one in so many of the site's other pages of one line; ..."""
SHARE_OF_PROSE: Final = 4
"""... of those that must hold prose."""
AT_AN_END: Final = 4
"""Words of a stretch with which the page begins or ends, at least; ..."""
WITHIN: Final = 12
"""... of one that stands within it."""
LONG: Final = 40
"""Words from which a stretch is chrome wherever it begins and ends: no page quotes so much of another."""
PROSE: Final = 8
"""Words from which a sentence is prose, where half of them do not begin with a capital."""
_SHELF: Final = 800
"""Permille of the pages that hold the words beside them, below which a word or two at an end are left out."""
_ALIKE: Final = 750
"""Permille of the pages that hold a stretch: where so many go on alike, its end here is no end there."""

Ints = npt.NDArray[np.int64]

_ENDS_SENTENCE = re.compile(rf"{SENTENCE_END}{AFTER_END}*\Z")
_WIDE_END = re.compile(r"[\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")
"""A sign of Chinese or Japanese that no blank follows: words may end there as they do before one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that go: ``text[start:end]``, with the blanks on one side."""

    start: int
    end: int
    words: int
    pages: int
    """Other pages that hold all of it, ..."""
    others: int
    """... of so many pages of one line."""
    key: Key
    """Of the gram that fewest pages hold: the template's id."""


def others_of(view: View) -> int:
    """How many other distinct pages of one line the document's site has."""
    return view.support.get(ONE_LINE, 0)


def find_stretches(
    prepared: Prepared, record: DocumentEvidence, view: View, title: str | None
) -> tuple[Stretch, ...]:
    """The stretches of a text of one line that go, in order. Pure; none overlap, none reaches over two lines.

    `title` is what the dump calls the page, where it does.
    """
    others = others_of(view)
    if not len(record.grams) or view.slice is None or others < LEAST_PAGES:
        return ()
    return _Page(prepared, record, view, others, title).stretches()


@dataclass(frozen=True, slots=True)
class _Row:
    """Words `first` to before `last` of a page, its start and end among them."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first


class _Page:
    """One page of one line, word by word."""

    def __init__(
        self, prepared: Prepared, record: DocumentEvidence, view: View, others: int, title: str | None
    ) -> None:
        self._text, self._record, self._view, self._others = prepared.text, record, view, others
        self._edges = {edge for block in prepared.blocks for edge in (block.start, block.end)}
        self._words = Words.of(prepared.text, prepared.blocks)
        self._keys = self._words.keys.tolist()
        self._starts, self._ends = self._words.starts.tolist(), self._words.ends.tolist()
        self._ahead, self._behind = self._words.ahead, self._words.behind
        self._least = max(2, others // FORGOTTEN)
        numbers = view.support.of(self._ahead)
        self._pages: Ints = np.where(numbers >= self._least, numbers, 0)
        self._title = [block_key(word) for word in (title or "").split()]

    def stretches(self) -> tuple[Stretch, ...]:
        """What goes. Prose that many pages share goes only where the page has as much text of its own."""
        chosen = list(self._chosen())
        own = len(self._keys) - 2 - sum(map(len, chosen))
        prose = {row: self._prose(row) for row in chosen}
        if own < sum(prose.values()):
            chosen = [row for row in chosen if not prose[row]]
            own = len(self._keys) - 2 - sum(map(len, chosen))
        return tuple(map(self._stretch, chosen)) if own > 0 else ()

    def _chosen(self) -> Iterator[_Row]:
        rows = list(self._rows(max(LEAST_PAGES, -(-self._others // SHARE))))
        for row in rows:
            trimmed = self._without_shelves(row)
            at_an_end = trimmed.first == 0 or trimmed.last == len(self._keys)
            enough = AT_AN_END if at_an_end else WITHIN
            if len(trimmed) < enough or self._is_part_of_longer(trimmed, rows):
                continue
            for piece in self._lines_of(trimmed):
                own = self._before_title(self._whole(piece))
                long = len(own) >= LONG
                if len(own) >= enough and (long or self._is_whole(own)) and self._may_hold_prose(own):
                    yield own

    def _rows(self, least: int) -> Iterator[_Row]:
        """Rows of words all grams of which stand on `least` other pages; those that overlap are one."""
        held = np.concatenate(([False], self._pages >= least, [False]))
        edges = np.flatnonzero(held[1:] != held[:-1]).tolist()
        first = last = -1
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if start >= last:
                if last > 0:
                    yield _Row(first, last)
                first = start
            last = end + SIZE - 1
        if last > 0:
            yield _Row(first, last)

    def _without_shelves(self, row: _Row) -> _Row:
        """The row without up to four words at an end of the page's text that far fewer pages hold."""
        first, last = row.first, row.last - SIZE  # grams
        pages = self._pages.tolist()
        if row.last < len(self._keys):
            for place in range(last, max(first, last - SIZE + 1), -1):
                if pages[place] * 1000 < _SHELF * pages[place - 1]:
                    last = place - 1
        if row.first > 0:
            for place in range(first, min(last, first + SIZE - 1)):
                if pages[place] * 1000 < _SHELF * pages[place + 1]:
                    first = place + 1
        return _Row(first, last + SIZE)

    def _is_part_of_longer(self, row: _Row, rows: Sequence[_Row]) -> bool:
        """Whether all of these words stand on the page once more, in a longer row."""
        if len(row) >= LONG:
            return False
        grams = self._ahead[row.first : row.last - SIZE + 1]
        return any(
            len(other) > len(row) and bool(np.isin(grams, self._ahead[other.first : other.last - SIZE + 1]).all())
            for other in rows
            if not (other.first <= row.first and row.last <= other.last)
        )

    def _lines_of(self, row: _Row) -> Iterator[_Row]:
        """The parts of a row between the start of the text, its line breaks, and its end."""
        breaks = [place for place in range(row.first, row.last) if self._starts[place] == self._ends[place]]
        for before, after in pairwise([row.first - 1, *breaks, row.last]):
            if after - before > 1:
                yield _Row(before + 1, after)

    def _whole(self, row: _Row) -> _Row:
        """The row from one blank to another: where words have none between them, nothing is cut."""
        first, last = row.first, row.last
        while first < last and not self._may_cut(self._starts[first]):
            first += 1
        while first < last and not self._may_cut(self._ends[last - 1]):
            last -= 1
        return _Row(first, last)

    def _may_cut(self, at: int) -> bool:
        text = self._text
        if at in self._edges or text[at].isspace() or text[at - 1].isspace():
            return True
        return _WIDE_END.match(text, at - 1) is not None and _WIDE_END.match(text, at) is None

    def _before_title(self, row: _Row) -> _Row:
        """The row up to where the page's own title begins, if that goes on behind it."""
        title = self._title
        for first in range(max(row.first + 1, row.last - len(title)), row.last):
            reach = 0
            while reach < len(title) and self._keys[first + reach] == title[reach]:
                reach += 1
            if first + reach > row.last:
                return self._whole(_Row(row.first, first))
        return row

    def _is_whole(self, row: _Row) -> bool:
        """Whether both ends of a row are ends on other pages too, and none cuts a sentence in two."""
        return self._is_start(row.first) and self._is_end(row.last, row.first)

    def _is_start(self, first: int) -> bool:
        if self._starts[first] in self._edges:
            return True
        if not self._is_head_of_sentence(first):
            return False
        return self._differs(self._behind[first - 1], first)

    def _is_end(self, last: int, first: int) -> bool:
        if self._ends[last - 1] in self._edges:
            return True
        if not self._is_head_of_sentence(last):
            return False
        place = last - SIZE
        return place < first or self._differs(self._ahead[place + 1], place)

    def _is_head_of_sentence(self, place: int) -> bool:
        """Whether a sentence, or an item of a menu, may begin with a word."""
        if not self._word(place)[:1].islower():
            return True
        return _ENDS_SENTENCE.search(self._word(place - 1)) is not None

    def _differs(self, own: Key, gram: int) -> bool:
        """Whether most pages that hold a gram do not go on in the same way, as this page does not."""
        slice_ = self._view.slice
        assert slice_ is not None
        alike = slice_.most_alike(int(own), self._record)
        return alike < self._least or alike * 1000 < _ALIKE * int(self._pages[gram])

    def _word(self, place: int) -> str:
        return self._text[self._starts[place] : self._ends[place]]

    def _may_hold_prose(self, row: _Row) -> bool:
        pages = self._pages[row.first : row.last - SIZE + 1]
        return int(pages.min()) * SHARE_OF_PROSE >= self._others or not self._prose(row)

    def _prose(self, row: _Row) -> int:
        """Words of a row that stand in sentences of prose."""
        start, end = self._starts[row.first], self._ends[row.last - 1]
        edges = [start, *(stop.end for stop in stops(self._text, start, end))]
        places = np.searchsorted(self._words.starts, edges).tolist()
        total = 0
        for first, last in pairwise(places):
            small = sum(not self._word(place)[:1].isupper() for place in range(first, last))
            if last - first >= PROSE and small * 2 >= last - first:
                total += last - first
        return total

    def _stretch(self, row: _Row) -> Stretch:
        """The span of a row, with the blank behind it, or at the end of a line that before it."""
        start, end = self._starts[row.first], self._ends[row.last - 1]
        if end not in self._edges:
            end = self._starts[row.last]
        elif start not in self._edges:
            start = self._ends[row.first - 1]
        grams = slice(row.first, row.last - SIZE + 1)
        rarest = row.first + int(self._pages[grams].argmin())
        return Stretch(start, end, len(row), int(self._pages[rarest]), self._others, int(self._ahead[rarest]))
