"""Pages of one line: what many pages of the site hold in the same words goes, and nothing else.

Such a page has no lines that could recur (see `wordgrams`), and its looks say nothing, for its one block is
menu, text and footer together: no verdict on blocks touches it (`find_lines`). What is left is recurrence,
word for word. A *stretch* is a row of words of
which every gram stands on a quarter of the site's other pages of one line, and on four at least. It goes where
both of its ends are ends elsewhere too:

- A menu ends where the pages go on differently. Where most of those that hold the stretch go on alike, and
  this page does not, it quotes a part of something: a headline that the menu of other pages names, the name of
  a hall within a sentence. It stays. So does a stretch that stands here once more as part of a longer one.
- At either end a word or two that far fewer pages hold is left out: titles begin with the same word by chance.
- Of a stretch that begins or ends in the middle of a sentence that part stays. Where the sentence cannot be
  told, all of it stays, unless it is long.
- Within the page it must be long; at the very start or end of the page four words will do.
- No part of the page's own title goes with it, as a row of the dump states that, where the rest would stay.
- Prose goes only from a page that keeps as much text of its own, and from within a page only where nearly all
  pages hold it: a warning or a clause that many hold is part of their texts.

Where in doubt, chrome stays. A page of which nothing would be left stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Marks
from scrubber.cuts.sentences import stops
from scrubber.evidence import DocumentEvidence
from scrubber.fingerprints import Key, block_key
from scrubber.lang.punctuation import AFTER_END, SENTENCE_END
from scrubber.lang.scripts import WIDE_SIGNS
from scrubber.preparing import Prepared
from scrubber.templates import View
from scrubber.wordgrams import FORGOTTEN, ONE_LINE, SIZE, Words

LEAST_PAGES: Final = 4
"""Other pages that must hold a stretch, at least ..."""
SHARE: Final = 4
"""... and one in so many of the site's other pages of one line, as of a notice in any plain text (`unique_text`)."""
AT_AN_END: Final = 4
"""Words of a stretch with which the page begins or ends, at least; ..."""
WITHIN: Final = 12
"""... of one that stands within it, and of what fewer pages hold at the end of one."""
LONG: Final = 40
"""Words from which a stretch is chrome wherever it begins and ends: no page quotes so much of another."""
FRAGMENT: Final = 30
"""Words among which the end of a sentence is looked for that a stretch breaks off in, or begins with the rest of."""
PROSE: Final = 8
"""Words from which a sentence is prose, where half of them do not begin with a capital."""
NEARLY_ALL: Final = 700
"""Permille of the other pages that must hold prose which stands within a page."""
_SHELF: Final = 800
"""Permille of the pages that hold the words beside them, below which few words at an end are left out."""
_ALIKE: Final = 750
"""Permille of the pages that hold a stretch: where so many go on alike, its end here is no end there."""

Ints = npt.NDArray[np.int64]

_ENDS_SENTENCE = re.compile(rf"{SENTENCE_END}{AFTER_END}*\Z")
_WIDE_END = re.compile(rf"[{WIDE_SIGNS}]")
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


KEPT: Final = "one-line: a line that is a page goes neither by its looks nor for being like another"
"""Why such a block was kept, as the ledger tells it."""


def find_lines(table: BlockTable, chrome: Marks) -> Marks:
    """The blocks among `chrome` that are the lines of texts of one line: they stay; shape (blocks,).

    The key of such a line says too little: of a long one only the first characters are folded, and two
    reports that differ in their figures have the same.
    """
    of_one_line = np.array([len(subject.record.grams) > 0 for subject in table.subjects], dtype=np.bool_)
    return np.asarray(chrome & of_one_line[table.segments.document])


def others_of(view: View) -> int:
    """How many other distinct pages of one line the document's site has."""
    return view.support.get(ONE_LINE, 0)


def seen_from(others: int) -> int:
    """In how many of the other pages a gram must stand to count: what fewer hold may have been forgotten."""
    return max(2, others // FORGOTTEN)


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
        self._words = Words(prepared.text, prepared.blocks)
        self._ahead = self._words.ahead
        self._least = seen_from(others)
        numbers = view.support.of(self._ahead)
        self._pages: Ints = np.where(numbers >= self._least, numbers, 0)
        self._title = [block_key(word) for word in (title or "").split()]

    @cached_property
    def _keys(self) -> list[Key]:
        keys: list[Key] = self._words.keys.tolist()
        return keys

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._words.spans]

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end in self._words.spans]

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
        """What goes, as rows of words within a line; none overlap."""
        rows = list(self._rows(max(LEAST_PAGES, -(-self._others // SHARE))))
        reached = 0
        for row in rows:
            trimmed = self._without_shelves(row)
            at_an_end = trimmed.first == 0 or trimmed.last == len(self._keys)
            enough = AT_AN_END if at_an_end else WITHIN
            if len(trimmed) < enough or self._is_part_of_longer(trimmed, rows):
                continue
            if not (self._begins_elsewhere(trimmed) and self._ends_elsewhere(trimmed)):
                continue
            for line in self._lines_of(self._of_whole_sentences(trimmed)):
                own = self._whole(self._beside_title(_Row(max(line.first, reached), line.last)))
                if len(own) >= enough and (at_an_end or self._may_go_from_within(own)):
                    reached = own.last
                    yield own

    def _may_go_from_within(self, row: _Row) -> bool:
        """Whether a row that stands between texts of the page is no part of them."""
        least = int(self._pages[self._grams(row)].min())
        return least * 1000 >= NEARLY_ALL * self._others or not self._prose(row, begun=True)

    def _rows(self, least: int) -> Iterator[_Row]:
        """Rows of words all grams of which stand on `least` other pages; two may share some words."""
        held = np.concatenate(([False], self._pages >= least, [False]))
        edges = np.flatnonzero(held[1:] != held[:-1]).tolist()
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            yield _Row(start, end + SIZE - 1)

    def _without_shelves(self, row: _Row) -> _Row:
        """The row without few words, or prose, at an end that far fewer pages hold than hold the words beside them."""
        while row.last < len(self._keys) and (shelf := self._shelf_behind(row)):
            own = _Row(row.last - shelf, row.last)
            if shelf >= WITHIN and self._may_go_from_within(own):
                break
            row = _Row(row.first, own.first)
        while row.first > 0 and (shelf := self._shelf_before(row)):
            own = _Row(row.first, row.first + shelf)
            if shelf >= WITHIN and self._may_go_from_within(own):
                break
            row = _Row(own.last, row.last)
        return row

    def _shelf_behind(self, row: _Row) -> int:
        """Words at the end of a row that far fewer pages hold than those before them; 0 for none."""
        pages = self._pages[row.first : row.last - SIZE + 1]
        drops = np.flatnonzero(pages[1:] * 1000 < _SHELF * pages[:-1])
        return len(pages) - 1 - int(drops[-1]) if len(drops) else 0

    def _shelf_before(self, row: _Row) -> int:
        """The same at its beginning."""
        pages = self._pages[row.first : row.last - SIZE + 1]
        rises = np.flatnonzero(pages[:-1] * 1000 < _SHELF * pages[1:])
        return int(rises[0]) + 1 if len(rises) else 0

    def _is_part_of_longer(self, row: _Row, rows: Sequence[_Row]) -> bool:
        """Whether all of these words stand on the page once more, in a longer row."""
        if len(row) >= LONG:
            return False
        grams = self._ahead[row.first : row.last - SIZE + 1]
        return any(
            len(other) > len(row)
            and bool(np.isin(grams, self._ahead[other.first : other.last - SIZE + 1]).all())
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

    def _beside_title(self, row: _Row) -> _Row:
        """The row without what belongs to the page's own title, which begins before it or ends behind it."""
        title, keys = self._title, self._keys
        for first in range(max(row.first - len(title) + 1, 0), row.last):
            reach = 0
            while reach < len(title) and first + reach < len(keys) and keys[first + reach] == title[reach]:
                reach += 1
            if first < row.first < first + reach:
                return self._beside_title(_Row(min(first + reach, row.last), row.last))
            if row.first < first and first + reach > row.last:
                return _Row(row.first, first)
        return row

    def _begins_elsewhere(self, row: _Row) -> bool:
        """Whether other pages have the beginning of a row as a beginning too; of a long one that is sure."""
        if row.first == 0 or (self._shelf_before(row) or len(row)) >= LONG:
            return True
        return self._differs(self._words.behind[row.first - 1], row.first)

    def _ends_elsewhere(self, row: _Row) -> bool:
        """Whether other pages have the end of a row as an end too; of a long one that is sure."""
        if row.last == len(self._keys) or (self._shelf_behind(row) or len(row)) >= LONG:
            return True
        gram = row.last - SIZE
        return self._differs(self._ahead[gram + 1], gram)

    def _of_whole_sentences(self, row: _Row) -> _Row:
        """The row without the part of a sentence that it begins or ends with; nothing of it where that is not found."""
        first, last, reach = row.first, row.last, FRAGMENT
        if last < len(self._keys) and (not self._is_head_of_sentence(last) or self._is_figure(last)):
            inside = (
                place for place in range(last - 1, max(first, last - reach), -1) if self._ends_sentence(place)
            )
            last = next(inside, last if len(row) >= LONG else first)
        if first > 0 and not self._is_head_of_sentence(first):
            inside = (
                place for place in range(first + 1, min(last, first + reach)) if self._ends_sentence(place)
            )
            first = next(inside, first if len(row) >= LONG else last)
        return _Row(first, last)

    def _ends_sentence(self, place: int) -> bool:
        """Whether a sentence ends before a word."""
        return _ENDS_SENTENCE.search(self._word(place - 1)) is not None

    def _is_head_of_sentence(self, place: int) -> bool:
        """Whether a sentence, or an item of a menu, may begin with a word: none does with a small letter."""
        return not self._word(place)[:1].islower() or self._ends_sentence(place)

    def _is_figure(self, place: int) -> bool:
        """Whether a word is a figure that a sentence goes on with: "high water at 7"."""
        figure = self._word(place)[:1].isdigit() and self._word(place - 1)[:1].islower()
        return figure and not self._ends_sentence(place)

    def _differs(self, own: Key, gram: int) -> bool:
        """Whether most pages that hold a gram do not go on in the same way, as this page does not."""
        slice_ = self._view.slice
        assert slice_ is not None
        alike = slice_.most_alike(int(own), self._record)
        return alike < self._least or alike * 1000 < _ALIKE * int(self._pages[gram])

    def _word(self, place: int) -> str:
        return self._text[self._starts[place] : self._ends[place]]

    def _grams(self, row: _Row) -> slice:
        """The grams of a row, with the start or the end of the text where that stands beside it."""
        first = 0 if row.first == 1 else row.first
        last = row.last + (row.last == len(self._keys) - 1)
        return slice(first, max(first, last - SIZE) + 1)

    def _prose(self, row: _Row, *, begun: bool = False) -> int:
        """Words of a row that stand in sentences of prose, with `begun` in one that it breaks off as well."""
        start, end = self._starts[row.first], self._ends[row.last - 1]
        edges = [start, *(stop.end for stop in stops(self._text, start, end)), *([end] if begun else ())]
        places = [bisect_left(self._starts, edge, row.first, row.last) for edge in edges]
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
        grams = self._grams(row)
        rarest = grams.start + int(self._pages[grams].argmin())
        return Stretch(start, end, len(row), int(self._pages[rarest]), self._others, int(self._ahead[rarest]))
