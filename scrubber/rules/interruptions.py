"""Rule ``interrupted``: a paragraph that chrome stood in the middle of is one paragraph again.

Between two kept blocks chrome was removed, the first breaks off inside a sentence, the second goes on
in lower case: one space takes the place of the white space between them (none in Chinese and
Japanese, whose first half must end in a comma). On real pages such a pair is mostly something else:
two comments, a headline and a widget's line, the words around a sample of code, a sentence whose
middle went with the chrome. So they are joined only where form or company show that they belong together:

- the first ends in a word that no sentence ends in ("the", "und", "который"); or
- markup holds both in one element, or the second right behind the first's ``<p>``; or
- prose on this page begins with capitals and ends in full stops, and the first half is more than a
  headline;

and where nothing that was removed between them could be their middle.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scrubber.classifying.features.comments import announces, is_mark
from scrubber.cuts.sentences import stops
from scrubber.documents import Block, BlockKind
from scrubber.edits import Edit, Layer, OffsetMap, Reason
from scrubber.lang import punctuation as signs
from scrubber.lang.registry import words
from scrubber.lang.scripts import is_cased, is_unspaced

RULE: Final = "interrupted"
RUNS_ON: Final = 0.97
"""Confidence where the first half ends in a word that no sentence ends in."""
ONE_ELEMENT: Final = 0.95
"""Where markup holds both halves together."""
EDITED_PAGE: Final = 0.90
"""Where the page's other prose is written so that neither half can stand alone."""

_PROSE_KINDS = (BlockKind.LINE, BlockKind.PARAGRAPH)
_FEWEST_WORDS = 5
_FEWEST_GOING_ON = 3
"""Words of the second half; five where the page's habits alone speak for it."""
_FEWEST_IN_SENTENCE = 12
"""Words from which a line is hardly a headline, though it holds no whole sentence."""
_FEWEST_AMID_PROSE = 8
"""The same behind a paragraph of prose, and before a comma: subheads and salutations are shorter."""
_FEWEST_IN_PROSE = 8
_FEWEST_PROSE = 2
"""Other blocks of prose from which the page's habits say anything."""
_MOST_LOW, _MOST_LOW_EVER = 0.1, 0.3
"""Share of them that may begin in lower case: for these habits to speak, and for any proof to hold."""
_MOST_OPEN = 0.5
"""Share of them that may end without a mark, as captions and standfirsts do."""
_FEWEST_HAN = 10
_MOST_REMOVED = 12
"""Blocks that went between the halves: more are a region of the page, and no notice."""

_LONGEST_END, _LONGEST_MARK = 80, 8
"""Characters of a block's last word, and of a full stop with closing quotes."""

_WORD = re.compile(rf"[^\W_](?:[\w{signs.APOSTROPHES}\u00ad-]*\w)?")
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
_RUNS_ON = words("never_last") | words("seldom_last")
_NOTICES = words("notices")
# "van Gogh", "de Gaulle": a name may begin a sentence in lower case. Not "y": it joins sentences as well.
_PARTICLES = words("particles") - words("name_joins")


@dataclass(frozen=True, slots=True)
class Seam:
    """Where something was removed, and what: an offset in the text that is left."""

    at: int
    text: str


def seams(removal: Layer) -> tuple[Seam, ...]:
    """The seams that a layer of removals has left, in the coordinates of the text after it."""
    offsets = OffsetMap(removal)
    return tuple(Seam(offsets.forward(edit.start), edit.removed or "") for edit in removal.edits)


def propose(text: str, blocks: Sequence[Block], removed: Sequence[Seam]) -> tuple[Edit, ...]:
    """Edits that join the halves of interrupted paragraphs, in order, none overlapping.

    `text` is what the removal of chrome has left, `blocks` what was kept, in its coordinates, and
    `removed` the seams in order. Each edit replaces the white space between two blocks.
    """
    left = list(_chains(text, blocks, removed))
    if not left:
        return ()
    page = _Page(text, blocks, left)
    edits: list[Edit] = []
    tried = len(left) + 1
    while len(left) < tried:  # A paragraph made whole is one more that shows how the page is written.
        proofs, tried = [(chain, page.take(chain)) for chain in left], len(left)
        left = [chain for chain, found in proofs if found is None]
        taken = [pair for chain, found in proofs if found for pair in zip(chain, found, strict=True)]
        edits.extend(_edit(text, blocks, joint, proof) for joint, proof in taken)
    return tuple(sorted(edits, key=lambda edit: edit.start))


@dataclass(frozen=True, slots=True)
class _Joint:
    """Two consecutive blocks, ``blocks[number]`` and the next, that may be halves of one paragraph."""

    number: int
    before: str
    """What went right before the second; empty where it was all that went."""


def _chains(text: str, blocks: Sequence[Block], removed: Sequence[Seam]) -> Iterator[list[_Joint]]:
    """Joints that follow upon each other, from the beginning of a sentence to the end of one."""
    chain: list[_Joint] = []
    for joint in _joints(text, blocks, removed):
        if chain and joint.number != chain[-1].number + 1:
            chain = []
        chain.append(joint)
        first, last = blocks[chain[0].number], blocks[joint.number + 1]
        if _breaks_off(text, last):
            continue
        if _begins(text, first) and _is_ended(text, last.end):
            yield chain
        chain = []


def _joints(text: str, blocks: Sequence[Block], removed: Sequence[Seam]) -> Iterator[_Joint]:
    starts = [block.start for block in blocks]
    at = 0
    while at < len(removed):
        number = bisect_left(starts, removed[at].at) - 1
        if number + 1 >= len(blocks):
            return
        stop = bisect_right(removed, starts[number + 1], lo=at, key=lambda seam: seam.at)
        between, at = removed[at:stop], stop
        if number < 0 or not between or between[0].at < blocks[number].end or len(between) > _MOST_REMOVED:
            continue
        first, second = blocks[number], blocks[number + 1]
        if not _stand_together(first, second) or not text[first.end : second.start].isspace():
            continue
        if not (_breaks_off(text, first) and _goes_on(text, first, second)):
            continue
        if not any(_may_be_middle(seam.text, first=seam is between[0]) for seam in between):
            yield _Joint(number, between[-1].text if len(between) > 1 else "")


def _stand_together(first: Block, second: Block) -> bool:
    """Whether the two are text of one kind and place."""
    if first.kind is not second.kind or first.kind not in _PROSE_KINDS:
        return False
    one, other = first.markup, second.markup
    if one is None or other is None:
        return one is other
    return one.path == other.path or _flows_on(first, second)


def _flows_on(first: Block, second: Block) -> bool:
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


def _breaks_off(text: str, block: Block) -> bool:
    """Whether a block reads like prose and ends inside a sentence."""
    last = text[block.end - 1]
    if last in signs.WIDE_COMMAS:
        return sum(map(is_unspaced, text[block.start : block.end])) >= _FEWEST_HAN
    if not (is_cased(last) or last.isdigit() or last == ","):
        return False
    if _last_word(text, block) is None or _MARKER.match(text, block.start):
        return False
    if _LAID_OUT.search(text, block.start, block.end):
        return False
    words = _WORD.findall(text, block.start, block.end)
    if len(words) < _FEWEST_WORDS or 2 * _count_small(words) < len(words):
        return False
    return not is_mark(text[block.start : block.end])


def _goes_on(text: str, first: Block, second: Block) -> bool:
    """Whether the second block reads like prose that begins inside a sentence."""
    if text[first.end - 1] in signs.WIDE_COMMAS:
        ends = _HAN_END.search(text, second.start, second.end) or text[second.end - 1] in signs.WIDE_COMMAS
        return is_unspaced(text[second.start]) and ends is not None
    found = _GOES_ON.match(text, second.start, second.end)
    if found is None or not found["word"].islower() or _LAID_OUT.search(text, second.start, second.end):
        return False
    return len(_WORD.findall(text, second.start, second.end)) >= _FEWEST_GOING_ON


def _begins(text: str, block: Block) -> bool:
    """Whether a block begins like a sentence: it is the first part of its paragraph."""
    found = _FIRST.match(text, block.start, block.end)
    return found is not None and not found["letter"].islower()


def _may_be_middle(piece: str, *, first: bool) -> bool:
    """Whether what was removed may be the middle of the sentence, or stands between two comments, or is code."""
    words = len(_WORD.findall(piece))
    if piece[:1].islower() and (first or words >= _FEWEST_WORDS or _ENDS_CLAUSE.search(piece)):
        return piece not in _NOTICES and piece[-1] not in signs.ARROWS
    if (
        piece.startswith(tuple(",;:.)]"))
        or piece.endswith(tuple(signs.COMMAS))
        or (piece.endswith(".") and words <= 2)
    ):
        return True
    return _CODE.search(piece) is not None or is_mark(piece) or announces(piece)


def _is_sentence(text: str, start: int, end: int, *, amid: bool) -> bool:
    """Whether ``text[start:end]`` is more than a headline: long, amid prose, or with a whole sentence in it."""
    words = len(_WORD.findall(text, start, end))
    if words >= (_FEWEST_AMID_PROSE if amid or text[end - 1] == "," else _FEWEST_IN_SENTENCE):
        return True
    return any(stop.sure and stop.end < end for stop in stops(text, start, end))


def _last_word(text: str, block: Block) -> re.Match[str] | None:
    return _OPEN_END.search(text, max(block.start, block.end - _LONGEST_END), block.end)


def _is_ended(text: str, end: int) -> bool:
    return _CLOSED_END.search(text, max(0, end - _LONGEST_MARK), end) is not None


def _is_half(text: str, block: Block, before: str) -> bool:
    """Whether a block that begins in lower case is neither a name nor the end of what went before it."""
    found = _GOES_ON.match(text, block.start, block.end)
    if found is None or (found["word"] in _PARTICLES and found["next"].isupper()):
        return False
    words = _WORD.findall(before, 0, len(before))
    is_open = len(words) >= _FEWEST_WORDS and 2 * _count_small(words) >= len(words)
    if is_open and not _is_ended(before, len(before)):
        return False
    return len(_WORD.findall(text, block.start, block.end)) >= _FEWEST_WORDS


def _count_small(words: Sequence[str]) -> int:
    return sum(word[0].islower() for word in words)


def _edit(text: str, blocks: Sequence[Block], joint: _Joint, proof: _Proof) -> Edit:
    start, end = blocks[joint.number].end, blocks[joint.number + 1].start
    space = "" if text[start - 1] in signs.WIDE_COMMAS else " "
    return Edit(start, end, text[start:end], space, RULE, proof.confidence, Reason(note=proof.note))


@dataclass(frozen=True, slots=True)
class _Proof:
    """Why two halves belong together, and how sure that is."""

    confidence: float
    note: str


class _Page:
    """What the whole document says about its joints: how its prose is written, apart from what may be halves."""

    __slots__ = ("_blocks", "_low", "_open", "_prose", "_starts", "_text")

    def __init__(self, text: str, blocks: Sequence[Block], chains: Sequence[Sequence[_Joint]]) -> None:
        self._text = text
        self._blocks = blocks
        self._prose = self._low = self._open = 0
        self._starts: dict[int, int] = {}
        halves = {number for chain in chains for one in chain for number in (one.number, one.number + 1)}
        for number, block in enumerate(blocks):
            if number in halves or block.kind not in _PROSE_KINDS:
                continue
            if len(_WORD.findall(text, block.start, block.end)) >= _FEWEST_IN_PROSE:
                self._prose += 1
                self._low += not _begins(text, block)
                self._open += not _is_ended(text, block.end)

    def take(self, chain: Sequence[_Joint]) -> list[_Proof] | None:
        """A proof for each joint; None where one of them may join what does not belong together.

        What is proven counts as one paragraph from then on.
        """
        if self._low > _MOST_LOW_EVER * self._prose:
            return None  # Lines that were broken up: what stood between two of them may be missing.
        number = chain[0].number
        start = self._blocks[number].start
        amid = number > 0 and self._is_paragraph(number - 1)
        found = [self._prove(joint, start, amid=amid) for joint in chain]
        proofs = [proof for proof in found if proof is not None]
        if len(proofs) < len(found):
            return None
        self._prose += 1
        self._starts[chain[-1].number + 1] = start
        return proofs

    def _is_paragraph(self, number: int) -> bool:
        end = self._blocks[number].end
        words = _WORD.findall(self._text, self._starts.get(number, self._blocks[number].start), end)
        return len(words) >= _FEWEST_IN_PROSE and _is_ended(self._text, end)

    def _prove(self, joint: _Joint, start: int, *, amid: bool) -> _Proof | None:
        """The proof that the next block goes on what began at `start`."""
        text, first, second = self._text, self._blocks[joint.number], self._blocks[joint.number + 1]
        end = _last_word(text, first)
        if end is None:
            return _Proof(EDITED_PAGE, "the first half ends in a comma")
        if not end["comma"] and end["word"].islower() and end["word"] in _RUNS_ON:
            return _Proof(RUNS_ON, f"no sentence ends in “{end['word']}”")
        if not _is_sentence(text, start, first.end, amid=amid):
            return None
        if _flows_on(first, second):
            return _Proof(ONE_ELEMENT, "markup holds both halves together")
        if self._is_edited() and _is_half(text, second, joint.before):
            return _Proof(EDITED_PAGE, "sentences of this page begin with capitals and end with marks")
        return None

    def _is_edited(self) -> bool:
        """Whether prose that begins in lower case or ends openly is the exception here."""
        most_low, most_open = _MOST_LOW * self._prose, _MOST_OPEN * self._prose
        return self._prose >= _FEWEST_PROSE and self._low <= most_low and self._open <= most_open
