"""Wounds of our own making: a passage that breaks off because what follows it was taken for chrome.

No other document may say how such a passage goes on, for its own does, in what was removed. The passage is
left as it is, and flagged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from scrubber.classifying.halves import may_go_on, stands_between_comments
from scrubber.cuts.sentences import folded_words
from scrubber.documents import Block
from scrubber.rules.seams import Seam

NEXT: Final = 4
"""Kept blocks behind a passage that may go on with it, or between which its other half was removed."""
_FOLLOWING: Final = 4
"""Words that tell whether a block goes on so."""


class Behind:
    """What stands behind a passage, or stood there before chrome was removed."""

    __slots__ = ("_blocks", "_removed", "_text")

    def __init__(self, text: str, blocks: Sequence[Block], removed: Sequence[Seam]) -> None:
        self._text = text
        self._blocks = blocks
        self._removed = removed

    def is_kept(self, number: int, inserted: str) -> bool:
        """Whether one of the kept blocks behind ``blocks[number]`` goes on with these very words."""
        return any(
            _begins_so(self._text[block.start : block.end], inserted)
            for block in self._blocks[number + 1 : number + 1 + NEXT]
        )

    def was_removed(self, number: int, inserted: str) -> bool:
        """Whether something that was removed behind ``blocks[number]`` goes on with these very words."""
        return any(_begins_so(piece, inserted) for piece in self._gone(number, NEXT))

    def may_have_been_removed(self, number: int) -> bool:
        """Whether what was removed right behind ``blocks[number]`` begins inside a sentence."""
        for piece in self._gone(number, 1):
            if stands_between_comments(piece):
                return False  # Another's words begin there.
            if may_go_on(piece):
                return True
        return False

    def _gone(self, number: int, kept: int) -> Iterator[str]:
        """What was removed behind a block, up to so many kept blocks further."""
        at = bisect_left(self._removed, self._blocks[number].end, key=lambda seam: seam.at)
        last = number + kept
        end = self._blocks[last].start if last < len(self._blocks) else len(self._text)
        for seam in self._removed[at:]:
            if seam.at > end:
                return
            yield seam.text


def _begins_so(piece: str, inserted: str) -> bool:
    """Whether a piece of text begins as a completion does; one word more, a number or half a word, may go before."""
    missing = list(folded_words(inserted, 0, len(inserted)))
    missing = (missing[1:] if inserted[:1].isalnum() else missing)[:_FOLLOWING]
    beginning = folded_words(piece, 0, len(piece))
    first = [word for word, _ in zip(beginning, range(len(missing) + 1), strict=False)]
    return bool(missing) and missing in (first[: len(missing)], first[1:])
