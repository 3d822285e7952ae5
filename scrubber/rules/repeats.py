"""Rule `repeat`: a pull-quote that says word for word what the text says as well goes, where that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scrubber.cuts.sentences import folded_words
from scrubber.cuts.suspects import is_prose
from scrubber.documents import Block, BlockKind
from scrubber.edits import Edit, Reason

RULE: Final = "repeat"
NOTE: Final = "a pull-quote that repeats the text"
_FEWEST: Final = 6
"""Words of a pull-quote."""
_MOST: Final = 80
LONGEST_TEXT: Final = 1_000_000
"""Characters of a text in which repeats are looked for: every pull-quote is sought in all of it."""


def propose(text: str, blocks: Sequence[Block]) -> tuple[Edit, ...]:
    """Removals of paragraphs, amid prose, of which all words stand in a row in a longer paragraph."""
    if len(text) > LONGEST_TEXT:
        return ()
    told = [f" {' '.join(folded_words(text, block.start, block.end))} " for block in blocks]
    whole = "\n".join(told)
    return tuple(
        Edit(block.start, block.end, text[block.start : block.end], "", RULE, 0.95, Reason(note=NOTE))
        for number, block in enumerate(blocks)
        if _may_be_pull_quote(text, blocks, number, told[number].count(" ") - 1)
        and whole.count(told[number]) > sum(one == told[number] for one in told)
    )


def _may_be_pull_quote(text: str, blocks: Sequence[Block], number: int, words: int) -> bool:
    plain = blocks[number].kind in (BlockKind.PARAGRAPH, BlockKind.LINE)
    return plain and _FEWEST <= words <= _MOST and number > 0 and is_prose(text, blocks[number - 1])
