"""Halves of a sentence: what tells that a block breaks off inside one, and that another goes on there.

What stands between them is no matter of this module: `second_halves` asks it of blocks that would be
removed, `rules.interruptions` of blocks that were kept on both sides of what was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scrubber.classifying.features.comments import announces, is_mark
from scrubber.cuts.sentences import stops
from scrubber.documents import Block, BlockKind
from scrubber.lang import punctuation as signs
from scrubber.lang.registry import words
from scrubber.lang.scripts import is_cased, is_unspaced

PROSE_KINDS = (BlockKind.LINE, BlockKind.PARAGRAPH)
_FEWEST_WORDS = 5
_FEWEST_GOING_ON = 3
"""Words of the second half; five where the page's habits alone speak for it."""
_FEWEST_IN_SENTENCE = 12
"""Words from which a line is hardly a headline, though it holds no whole sentence."""
_FEWEST_AMID_PROSE = 8
"""The same behind a paragraph of prose, and before a comma: subheads and salutations are shorter."""
FEWEST_IN_PROSE = 8
_FEWEST_PROSE = 2
"""Other blocks of prose from which the page's habits say anything."""
_MOST_LOW, _MOST_LOW_EVER = 0.1, 0.3
"""Share of them that may begin in lower case: for these habits to speak, and for any proof to hold."""
_MOST_OPEN = 0.5
"""Share of them that may end without a mark, as captions and standfirsts do."""
_FEWEST_HAN = 10
_LONGEST_END, _LONGEST_MARK = 80, 8
"""Characters of a block's last word, and of a full stop with closing quotes."""

WORD = re.compile(rf"[^\W_](?:[\w{signs.APOSTROPHES}\u00ad-]*\w)?")
_OPEN_END = re.compile(
    rf"(?:\A|\s|{signs.any_of(signs.OPENERS, signs.SPANISH_OPENERS, signs.DASHES, signs.CURRENCY_OPENERS)})"
    rf"(?P<word>[^\W_](?:[\w{signs.APOSTROPHES}.,\u00ad-]*\w)?)(?P<comma>,?)\Z"
)
_GOES_ON = re.compile(rf"(?P<word>[^\W\d_]+(?:[{signs.APOSTROPHES}-][^\W\d_]+)*)[,;.]?\s(?P<next>\S)")
_CLOSED_END = re.compile(rf"(?:{signs.SENTENCE_END}|:){signs.AFTER_END}*\Z")
_FIRST = re.compile(
    rf"{signs.any_of(signs.OPENERS, signs.SPANISH_OPENERS, signs.DASHES, '-')}*\s?(?P<letter>\w)"
)
_LAID_OUT = re.compile(r"[\t|{}<>=@\\]|\S {3,}\S|://|\bwww\.")
_MARKER = re.compile(rf"(?:{signs.ITEM_MARK})\s|#|\d+[./:]\d")
_PARAGRAPH = re.compile(r"p(?![\w-])")
_CODE = re.compile(r"[{}=<\\]|;\Z")
_ENDS_CLAUSE = re.compile(
    rf"{signs.any_of(signs.STOPS, signs.ELLIPSIS, ':;', signs.COMMAS, signs.WIDE_STOPS)}\Z"
)
_HAN_END = re.compile(rf"[{signs.WIDE_STOPS}][{signs.WIDE_CLOSERS}]*\Z")
# Wider than what `cuts.suspects` takes for a cut: here the next block goes on in lower case as well.
RUNS_ON_WORDS = words("never_last") | words("seldom_last")
_NOTICES = words("notices")
# "van Gogh", "de Gaulle": a name may begin a sentence in lower case. Not "y": it joins sentences as well.
_PARTICLES = words("particles") - words("name_joins")


def stand_together(first: Block, second: Block) -> bool:
    """Whether the two are text of one kind and place."""
    if first.kind is not second.kind or first.kind not in PROSE_KINDS:
        return False
    one, other = first.markup, second.markup
    if one is None or other is None:
        return one is other
    return one.path == other.path or flows_on(first, second)


def flows_on(first: Block, second: Block) -> bool:
    """Whether markup holds both in one element, or broke a ``<p>`` where a block element began.

    A ``<div>`` within a ``<p>`` ends it (HTML, 13.2.6.4.7): what follows is its parent's text.
    """
    one, other = first.markup, second.markup
    if one is None or other is None:
        return False
    at, then = f"{one.xpath}/", f"{other.xpath}/"
    if one.path == other.path:
        # A half may begin in an element of its own: a link, bold type.
        return at.startswith(then) or then.startswith(at)
    behind = one.path[:-1] == other.path and at.startswith(then)
    return behind and _PARAGRAPH.match(one.path[-1]) is not None


def breaks_off(text: str, block: Block) -> bool:
    """Whether a block reads like prose and ends inside a sentence."""
    last = text[block.end - 1]
    if last in signs.WIDE_COMMAS:
        return sum(map(is_unspaced, text[block.start : block.end])) >= _FEWEST_HAN
    if not (is_cased(last) or last.isdigit() or last == ","):
        return False
    if last_word(text, block) is None or _MARKER.match(text, block.start):
        return False
    if _LAID_OUT.search(text, block.start, block.end):
        return False
    words = WORD.findall(text, block.start, block.end)
    if len(words) < _FEWEST_WORDS or 2 * count_small(words) < len(words):
        return False
    return not is_mark(text[block.start : block.end])


def goes_on(text: str, first: Block, second: Block) -> bool:
    """Whether the second block reads like prose that begins inside a sentence."""
    if text[first.end - 1] in signs.WIDE_COMMAS:
        ends = _HAN_END.search(text, second.start, second.end) is not None
        return is_unspaced(text[second.start]) and (ends or text[second.end - 1] in signs.WIDE_COMMAS)
    found = _GOES_ON.match(text, second.start, second.end)
    if found is None or not found["word"].islower() or _LAID_OUT.search(text, second.start, second.end):
        return False
    return count_words(text, second) >= _FEWEST_GOING_ON


def begins(text: str, block: Block) -> bool:
    """Whether a block begins like a sentence: it is the first part of its paragraph."""
    found = _FIRST.match(text, block.start, block.end)
    return found is not None and not found["letter"].islower()


def may_be_middle(piece: str, *, first: bool) -> bool:
    """Whether what was removed may be the middle of the sentence, or stands between two comments, or is code."""
    words = len(WORD.findall(piece))
    if piece[:1].islower() and (first or words >= _FEWEST_WORDS or _ENDS_CLAUSE.search(piece)):
        return piece not in _NOTICES and piece[-1] not in signs.ARROWS
    if (
        piece.startswith(tuple(",;:.)]"))
        or piece.endswith(tuple(signs.COMMAS))
        or (piece.endswith(".") and words <= 2)
    ):
        return True
    return _CODE.search(piece) is not None or stands_between_comments(piece)


def stands_between_comments(piece: str) -> bool:
    """Whether a line is what stands around a reader's comment, or announces some."""
    return is_mark(piece) or announces(piece)


def may_go_on(piece: str) -> bool:
    """Whether a piece of text begins inside a sentence, and is neither a notice nor a link."""
    if not piece[:1].islower() or len(WORD.findall(piece)) < _FEWEST_GOING_ON:
        return False
    return piece[-1] not in signs.ARROWS and _LAID_OUT.search(piece) is None


def is_sentence(text: str, start: int, end: int, *, amid: bool) -> bool:
    """Whether ``text[start:end]`` is more than a headline: long, amid prose, or with a whole sentence in it."""
    words = len(WORD.findall(text, start, end))
    if words >= (_FEWEST_AMID_PROSE if amid or text[end - 1] == "," else _FEWEST_IN_SENTENCE):
        return True
    return any(stop.sure and stop.end < end for stop in stops(text, start, end))


def is_laid_out(text: str, block: Block) -> bool:
    """Whether a block holds what prose does not: columns, code, addresses of the web."""
    return _LAID_OUT.search(text, block.start, block.end) is not None


def last_word(text: str, block: Block) -> re.Match[str] | None:
    """The open end of a block: its last ``word``, and a ``comma`` behind it; None where it ends otherwise."""
    return _OPEN_END.search(text, max(block.start, block.end - _LONGEST_END), block.end)


def is_ended(text: str, end: int) -> bool:
    """Whether ``text[:end]`` ends in a full stop, a colon or the like, closing quotes aside."""
    return _CLOSED_END.search(text, max(0, end - _LONGEST_MARK), end) is not None


def is_half(text: str, block: Block, before: str) -> bool:
    """Whether a block that begins in lower case is neither a name nor the end of what went before it."""
    found = _GOES_ON.match(text, block.start, block.end)
    if found is None or (found["word"] in _PARTICLES and found["next"].isupper()):
        return False
    words = WORD.findall(before, 0, len(before))
    is_open = len(words) >= _FEWEST_WORDS and 2 * count_small(words) >= len(words)
    if is_open and not is_ended(before, len(before)):
        return False
    return count_words(text, block) >= _FEWEST_WORDS


def count_words(text: str, block: Block) -> int:
    """Words of a block."""
    return len(WORD.findall(text, block.start, block.end))


def count_small(words: Sequence[str]) -> int:
    """How many of the words begin in lower case."""
    return sum(word[0].islower() for word in words)


@dataclass(slots=True)
class Habits:
    """How the prose of a page is written, of which so many blocks were looked at."""

    prose: int = 0
    low: int = 0
    """Blocks of prose that begin in lower case."""
    open: int = 0
    """Blocks of prose that end without a mark."""

    @classmethod
    def of(cls, text: str, blocks: Iterable[Block]) -> Habits:
        """The habits that these blocks show."""
        habits = cls()
        for block in blocks:
            if block.kind in PROSE_KINDS and count_words(text, block) >= FEWEST_IN_PROSE:
                habits.prose += 1
                habits.low += not begins(text, block)
                habits.open += not is_ended(text, block.end)
        return habits

    @property
    def are_edited(self) -> bool:
        """Whether prose that begins in lower case or ends openly is the exception here."""
        most_low, most_open = _MOST_LOW * self.prose, _MOST_OPEN * self.prose
        return self.prose >= _FEWEST_PROSE and self.low <= most_low and self.open <= most_open

    @property
    def tell_halves(self) -> bool:
        """The same where halves are among what was looked at: the pages of a printed text tear many sentences."""
        few_low, few_open = self.low <= _MOST_LOW_EVER * self.prose, self.open <= _MOST_OPEN * self.prose
        return self.prose >= _FEWEST_PROSE and few_low and few_open

    @property
    def break_lines(self) -> bool:
        """Whether lines are broken up, or written without capitals: no half shows by its letters alone."""
        return self.low > _MOST_LOW_EVER * self.prose
