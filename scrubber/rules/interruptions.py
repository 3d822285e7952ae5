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

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scrubber.classifying.halves import (
    FEWEST_IN_PROSE,
    RUNS_ON_WORDS,
    WORD,
    Habits,
    begins,
    breaks_off,
    flows_on,
    goes_on,
    is_ended,
    is_half,
    is_sentence,
    last_word,
    may_be_middle,
    stand_together,
)
from scrubber.documents import Block
from scrubber.edits import Edit, Reason
from scrubber.lang import punctuation as signs
from scrubber.rules.seams import Seam

RULE: Final = "interrupted"
RUNS_ON: Final = 0.97
"""Confidence where the first half ends in a word that no sentence ends in."""
ONE_ELEMENT: Final = 0.95
"""Where markup holds both halves together."""
EDITED_PAGE: Final = 0.90
"""Where the page's other prose is written so that neither half can stand alone."""

_MOST_REMOVED = 12
"""Blocks that went between the halves: more are a region of the page, and no notice."""


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
        if breaks_off(text, last):
            continue
        if begins(text, first) and is_ended(text, last.end):
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
        if not stand_together(first, second) or not text[first.end : second.start].isspace():
            continue
        if not (breaks_off(text, first) and goes_on(text, first, second)):
            continue
        if not any(may_be_middle(seam.text, first=seam is between[0]) for seam in between):
            yield _Joint(number, between[-1].text if len(between) > 1 else "")


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

    __slots__ = ("_blocks", "_habits", "_starts", "_text")

    def __init__(self, text: str, blocks: Sequence[Block], chains: Sequence[Sequence[_Joint]]) -> None:
        self._text = text
        self._blocks = blocks
        self._starts: dict[int, int] = {}
        halves = {number for chain in chains for one in chain for number in (one.number, one.number + 1)}
        self._habits = Habits.of(text, (block for number, block in enumerate(blocks) if number not in halves))

    def take(self, chain: Sequence[_Joint]) -> list[_Proof] | None:
        """A proof for each joint; None where one of them may join what does not belong together.

        What is proven counts as one paragraph from then on.
        """
        if self._habits.break_lines:
            return None  # Lines that were broken up: what stood between two of them may be missing.
        number = chain[0].number
        start = self._blocks[number].start
        amid = number > 0 and self._is_paragraph(number - 1)
        found = [self._prove(joint, start, amid=amid) for joint in chain]
        proofs = [proof for proof in found if proof is not None]
        if len(proofs) < len(found):
            return None
        self._habits.prose += 1
        self._starts[chain[-1].number + 1] = start
        return proofs

    def _is_paragraph(self, number: int) -> bool:
        end = self._blocks[number].end
        words = WORD.findall(self._text, self._starts.get(number, self._blocks[number].start), end)
        return len(words) >= FEWEST_IN_PROSE and is_ended(self._text, end)

    def _prove(self, joint: _Joint, start: int, *, amid: bool) -> _Proof | None:
        """The proof that the next block goes on what began at `start`."""
        text, first, second = self._text, self._blocks[joint.number], self._blocks[joint.number + 1]
        end = last_word(text, first)
        if end is None:
            return _Proof(EDITED_PAGE, "the first half ends in a comma")
        if not end["comma"] and end["word"].islower() and end["word"] in RUNS_ON_WORDS:
            return _Proof(RUNS_ON, f"no sentence ends in “{end['word']}”")
        if not is_sentence(text, start, first.end, amid=amid):
            return None
        if flows_on(first, second):
            return _Proof(ONE_ELEMENT, "markup holds both halves together")
        if self._habits.are_edited and is_half(text, second, joint.before):
            return _Proof(EDITED_PAGE, "sentences of this page begin with capitals and end with marks")
        return None
