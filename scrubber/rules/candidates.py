"""Which blocks of another document may say how a passage goes on: a quick look before that document is judged.

To find out which blocks of a document are content takes many times as long as to see that none of them
goes on from the words in question.
"""

from __future__ import annotations

from scrubber.cuts.marks import LONGEST_MARK
from scrubber.cuts.sentences import Stop, stops, words
from scrubber.cuts.suspects import Passage
from scrubber.documents import Block
from scrubber.lang.punctuation import ELLIPSIS
from scrubber.lang.scripts import is_unspaced
from scrubber.rules.exactness import may_begin, same_marks


def may_prove(text: str, block: Block, passage: Passage) -> bool:
    """Whether a block of another document may say how a passage goes on: it holds the same words, and more.

    This is what can be seen without knowing the language, or whether the block is content. Where no block
    of a document may, `Donors.prove` finds nothing in it.
    """
    told = [word.folded for word in passage.words]
    whole, cut = told[:-1], told[-1]
    if not whole:
        return False
    found = words(text, block.start, block.end)
    folded = [word.folded for word in found]
    for last in range(len(whole), len(found)):
        begins = folded[last] == cut or (folded[last].startswith(cut) and not is_unspaced(cut[0]))
        if not begins or folded[last - len(whole) : last] != whole:
            continue
        word = found[last]
        there = text[found[last - len(whole)].start : word.start + len(cut)]
        if not same_marks(passage.lead, there):
            continue
        if folded[last] != cut or not may_begin(text, word.end):
            return True
        stop = next((stop for stop in stops(text, block.start, block.end) if stop.mark > word.end), None)
        if stop is not None and (stop.sure or not breaks_off(text, block, stop)):
            return True
    return False


def breaks_off(text: str, block: Block, stop: Stop) -> bool:
    """Whether an ellipsis ends a block, but for a link."""
    dots = text[max(0, stop.mark - 2) : stop.mark].endswith((ELLIPSIS, ".."))
    return dots and block.end - stop.end <= LONGEST_MARK
