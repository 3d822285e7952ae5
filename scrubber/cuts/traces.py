"""Traces of a text: a few keys of it that a text with a passage in common has as well.

Winnowing (Schleimer, Wilkerson, Aiken 2003): of all hashes of SIZE letters in a row the least of
every WINDOW neighbours is kept. Two texts that share SIZE + WINDOW - 1 letters in a row share a
trace, wherever the passage stands in them. Letters and digits alone count, case-folded, and are
counted in bytes of UTF-8: a Chinese character says as much as three Latin letters.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

SIZE: Final = 12
WINDOW: Final = 12
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)
_BETWEEN = re.compile(r"[\W_]+")

Traces = npt.NDArray[np.uint32]
NONE: Final[Traces] = np.zeros(0, dtype=np.uint32)


def traces(text: str) -> Traces:
    """The traces of a text, sorted, each once; shape (about an eighth of its letters,)."""
    return np.unique(_least(_letters(text)))


def tail_traces(text: str, most: int) -> Traces:
    """Up to `most` traces of the end of a text; shape (most,), the last one repeated; none: empty."""
    letters = _letters(text)[-(SIZE + WINDOW * (most // 2 + 1)) :]
    least = _least(letters)
    if not len(least):
        return NONE
    last = list(dict.fromkeys(least.tolist()))[-most:]
    return np.array(last + last[-1:] * (most - len(last)), dtype=np.uint32)


def _letters(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(_BETWEEN.sub("", text.casefold()).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _least(letters: npt.NDArray[np.uint8]) -> Traces:
    """The least hash of every window, in order; of a text shorter than one window its least hash."""
    count = len(letters) - SIZE + 1
    if count <= 0:
        return NONE
    hashes = np.zeros(count, dtype=np.uint64)
    for place in range(SIZE):
        hashes = hashes * _BASE + letters[place : place + count]
    hashes = (hashes ^ (hashes >> np.uint64(29))) * _MIX
    least = (hashes >> np.uint64(32)).astype(np.uint32)
    width = 1
    while width < WINDOW and len(least) > 1:
        step = min(width, WINDOW - width, len(least) - 1)
        least = np.minimum(least[:-step], least[step:])
        width += step
    return least
