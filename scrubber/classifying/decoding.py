"""From scores to labels over the sequence of blocks: chrome and content come in stretches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.segments import Ints, Marks, Segments

ANCHORED: Final = 4
"""A stretch of chrome may begin and end at a repeated block for one in this many of the cost."""


def decode_one(scores: Sequence[int], switch: int, repeated: Sequence[bool]) -> npt.NDArray[np.bool_]:
    """The labelling (True: chrome) with the largest sum of scores, less the cost of changes.

    To begin a stretch of chrome at a block, or to end it there, costs `switch`; far less where
    the block repeats on other pages. So what repeats may go alone, and what does not goes in
    the company of what does. Two states, exact (A. Viterbi, 1967), in integers; on a tie a
    block is kept. Where changes cost nothing, every block goes by its own score.
    """
    if not switch:
        return np.array(scores, dtype=np.int64) > 0
    content, chrome = 0, 0
    came: list[tuple[bool, bool]] = []
    leaving = 0
    for score, anchored in zip(scores, repeated, strict=True):
        cost = switch // ANCHORED if anchored else switch
        if not came:
            content, chrome = 0, score
            came.append((False, True))
        else:
            left = chrome - leaving > content
            stayed = chrome >= content - cost
            came.append((left, stayed))
            content, chrome = (
                chrome - leaving if left else content,
                (chrome if stayed else content - cost) + score,
            )
        leaving = cost
    labels = [False] * len(scores)
    state = chrome > content
    for place in range(len(scores) - 1, -1, -1):
        labels[place] = state
        state = came[place][1] if state else came[place][0]
    return np.array(labels, dtype=np.bool_)


def decode(scores: Ints, switch: int, repeated: Marks, segments: Segments) -> Marks:
    """The best labelling of each of several documents (see `decode_one`): arrays of shape (blocks,)."""
    labels = np.empty(len(scores), dtype=np.bool_)
    for part in segments.slices:
        labels[part] = decode_one(scores[part].tolist(), switch, repeated[part].tolist())
    return labels
