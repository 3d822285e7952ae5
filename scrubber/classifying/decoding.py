"""From scores to labels over the sequence of blocks: chrome and content come in stretches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def decode(scores: Sequence[int], switch: int) -> npt.NDArray[np.bool_]:
    """The labelling (True: chrome) with the largest sum of scores, less `switch` a change.

    Two states, exact (A. Viterbi, 1967), in integers; on a tie a block is kept.
    """
    if not len(scores):
        return np.zeros(0, dtype=np.bool_)
    content, chrome = 0, 0
    cameby: list[tuple[bool, bool]] = []
    for place, score in enumerate(scores):
        if place == 0:
            content, chrome = 0, score
            cameby.append((False, True))
            continue
        from_chrome = chrome - switch > content
        stay_chrome = chrome >= content - switch
        cameby.append((from_chrome, stay_chrome))
        content, chrome = (
            chrome - switch if from_chrome else content,
            (chrome if stay_chrome else content - switch) + score,
        )
    labels = np.zeros(len(scores), dtype=np.bool_)
    state = chrome > content
    for place in range(len(scores) - 1, -1, -1):
        labels[place] = state
        state = cameby[place][1] if state else cameby[place][0]
    return labels
