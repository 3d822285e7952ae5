"""Traces of a text: a few keys of it that a text with a passage in common has as well.

Winnowing (Schleimer, Wilkerson, Aiken 2003): of all hashes of SIZE letters in a row the least of
every WINDOW neighbours is kept. Two texts that share SIZE + WINDOW - 1 letters in a row share a
trace, wherever the passage stands in them. Letters and digits alone count, case-folded, and are
counted in bytes of UTF-8: a Chinese character says as much as three Latin letters.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

SIZE: Final = 12
WINDOW: Final = 12
_BASE: Final = 0x9E3779B97F4A7C15
_BASES: Final = {n: np.uint64(pow(_BASE, n, 1 << 64)) for n in (1, 3, 6)}
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)
_ASCII: Final = bytes(range(128))
_BETWEEN: Final = bytes(code for code in _ASCII if not chr(code).isalnum())

Traces = npt.NDArray[np.uint32]
NONE: Final[Traces] = np.zeros(0, dtype=np.uint32)


def traces(text: str) -> Traces:
    """The traces of a text, sorted, each once; shape (about an eighth of its letters,)."""
    # A hash is the least of some windows in a row: most repetitions go before anything is sorted.
    least = _without_repetitions(_least(_letters(text)))
    least.sort()
    return _without_repetitions(least)


def _without_repetitions(hashes: Traces) -> Traces:
    """A copy without what stands behind its equal."""
    if not len(hashes):
        return hashes
    return np.concatenate((hashes[:1], hashes[1:][hashes[1:] != hashes[:-1]]))


def tail_traces(text: str, most: int) -> Traces:
    """Up to `most` traces of the end of a text; shape (most,), the last one repeated; none: empty."""
    letters = _letters(text)[-(SIZE + WINDOW * (most // 2 + 1)) :]
    least = _least(letters)
    if not len(least):
        return NONE
    last = list(dict.fromkeys(least.tolist()))[-most:]
    return np.array(last + last[-1:] * (most - len(last)), dtype=np.uint32)


def _letters(text: str) -> npt.NDArray[np.uint8]:
    written = text.casefold().encode("utf-8", "surrogatepass")
    if not written.isascii():
        for sign in set(written.translate(None, _ASCII).decode("utf-8", "surrogatepass")):
            if not sign.isalnum():
                written = written.replace(sign.encode("utf-8", "surrogatepass"), b"")
    return np.frombuffer(written.translate(None, _BETWEEN), dtype=np.uint8)


def _least(letters: npt.NDArray[np.uint8]) -> Traces:
    """The least hash of every window, in order; of a text shorter than one window its least hash."""
    if len(letters) < SIZE:
        return NONE
    # Horner's rule over SIZE letters, by way of two, three and six of them.
    ones = letters.astype(np.uint64)
    threes = (ones[:-2] * _BASES[1] + ones[1:-1]) * _BASES[1] + ones[2:]
    sixes = threes[:-3] * _BASES[3] + threes[3:]
    hashes = sixes[:-6] * _BASES[6] + sixes[6:]
    hashes = (hashes ^ (hashes >> np.uint64(29))) * _MIX
    least = (hashes >> np.uint64(32)).astype(np.uint32)
    width = 1
    while width < WINDOW and len(least) > 1:
        step = min(width, WINDOW - width, len(least) - 1)
        least = np.minimum(least[:-step], least[step:])
        width += step
    return least
