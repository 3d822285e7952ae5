"""What can be measured of a block by itself, and of a sequence of blocks, in integers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.lang import punctuation, scripts

Ints = npt.NDArray[np.int64]

FAR: Final = 1000
REMEMBERED: Final = 200
"""Characters of a block up to which its measures are remembered: other pages have it too."""
_USUAL: Final = 1000
"""Blocks of a page up to which its windows are remembered."""
_WIDE = re.compile(f"[{scripts.WIDE}]")
_CLOSERS = punctuation.FITTED_CLOSERS
_SENTENCE = punctuation.FITTED_STOPS
_INNER = re.compile(rf"[{punctuation.FITTED_INNER_STOPS}][\s{punctuation.FITTED_INNER_CLOSERS}]+(?=\S)")
_INNER_WIDE = re.compile(f"[{punctuation.FITTED_WIDE_STOPS}]")
_SEPARATOR = re.compile(f"[{punctuation.FITTED_SEPARATORS}]")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\w", re.IGNORECASE)
# A time of the day, a date in figures, a year, or a date in Chinese or Japanese. All begin at a digit,
# which `re` finds many times as fast as one of several beginnings.
_DATED = re.compile(
    r"\d(?:[:.]\d{2}\b|(?:(?<!\w\d)|(?<=\d\d)(?<!\w\d\d))[./-]\d{1,2}[./-]\d{2,4}\b"
    rf"|(?<=\b1)9\d\d\b|(?<=\b2)0\d\d\b|\s*[{punctuation.FITTED_DATE_SIGNS}])"
)
_WORD = re.compile(r"[^\W\d_]+")
_ENDS: Final = punctuation.FITTED_ENDINGS
_STARTS: Final = punctuation.FITTED_BEGINNINGS


def wide_length(text: str) -> int:
    """Characters, where one of a script without spaces counts as two and a half."""
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text)) * 3 // 2


def ending(text: str) -> int:
    """The class of the last sign, as `spec.ENDINGS` names them."""
    if text.endswith(("...", "…")):
        return 3
    last = text[-1]
    if last in _ENDS:
        return _ENDS[last]
    bare = text.rstrip(_CLOSERS)
    if bare and bare[-1] in _SENTENCE:
        return 1
    return 6 if last.isdigit() else 0


def beginning(text: str) -> int:
    """The class of the first sign, as `spec.BEGINNINGS` names them."""
    first = text[0]
    if first in _STARTS:
        return _STARTS[first]
    if first.isdigit():
        return 3
    if first.isalpha():
        return 1 if first.islower() else 2
    return 0


def measure(text: str) -> tuple[int, ...]:
    """All that `spec.OWN` asks of one block, save its kind and copies (set by the caller)."""
    return _ROW.unpack(_measured(text))


def measure_all(texts: Sequence[str]) -> Ints:
    """The same of many blocks: an array of their own, shape (blocks, columns of `spec.OWN`)."""
    rows = bytearray().join(map(_measured, texts))
    return np.frombuffer(rows, dtype=np.int64).reshape(len(texts), -1)


def _measured(text: str) -> bytes:
    return _measure_short(text) if len(text) <= REMEMBERED else _measure(text)


_ROW: Final = Struct("=14q")
"""The measures of a block as they stand in an array: a page has a hundred blocks, and numbers go in one by one."""


def _measure(text: str) -> bytes:
    length = len(text)
    head = text if length <= 2000 else text[:2000]
    lowered = head.lower()
    words = _WORD.findall(head)
    digits = sum(map(head.count, "0123456789")) * 1000 // len(head)
    capitals = 0
    if words:
        small = sum(map(str.islower, [word[0] for word in words]))
        capitals = (len(words) - small) * 1000 // len(words)
    return _ROW.pack(
        wide_length(text),
        ending(text),
        beginning(text),
        sum(map(head.count, punctuation.FITTED_COMMAS)),
        len(_INNER.findall(head)) + (0 if head.isascii() else len(_INNER_WIDE.findall(head))),
        digits,
        capitals,
        int(length > 3 and head.isupper()),
        len(_SEPARATOR.findall(head)),
        int("©" in head or "copyright" in lowered),
        int(_has_address(head, lowered)),
        0,
        0,
        int(_DATED.search(head) is not None),
    )


_measure_short = lru_cache(maxsize=1 << 14)(_measure)


def _has_address(text: str, lowered: str) -> bool:
    # The pattern is slow, and what it needs is seldom there.
    if "@" not in text and "://" not in text and "www." not in lowered:
        return False
    return _ADDRESS.search(text) is not None


def neighbours(values: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The values two and one block before each block, and one and two behind it; 0 beyond the ends."""
    padded = np.zeros(len(values) + 4, dtype=np.int64)
    padded[2:-2] = values
    return padded[:-4], padded[1:-3], padded[3:-1], padded[4:]


def window_sums(values: Ints, width: int) -> tuple[Ints, Ints]:
    """Sums over the `width` blocks before and behind each block, itself not among them."""
    return _sums(_totals(values), width)


def window_shares(part: Ints, whole: Ints | None, widths: Sequence[int]) -> list[tuple[Ints, Ints]]:
    """Permille that `part` is of `whole` before and behind each block, by width; None: of the blocks there."""
    parts, wholes = _totals(part), _totals(whole) if whole is not None else None
    shares = []
    for width in widths:
        before, behind = _sums(parts, width)
        all_before, all_behind = _sums(wholes, width) if wholes is not None else _window(len(part), width)[2:]
        shares.append((per_mille(before, all_before), per_mille(behind, all_behind)))
    return shares


def _totals(values: Ints) -> Ints:
    """Sums over all blocks before each, and over all; shape (blocks + 1,)."""
    total = np.zeros(len(values) + 1, dtype=np.int64)
    values.cumsum(out=total[1:])
    return total


def _sums(total: Ints, width: int) -> tuple[Ints, Ints]:
    first, last, _, _ = _window(len(total) - 1, width)
    return total[:-1] - total[first], total[last] - total[1:]


def _window(count: int, width: int) -> tuple[Ints, Ints, Ints, Ints]:
    """For each of `count` blocks where the windows before and behind it begin and end, and their sizes."""
    return (_usual_window if count <= _USUAL else _make_window)(count, width)


def _make_window(count: int, width: int) -> tuple[Ints, Ints, Ints, Ints]:
    place = np.arange(count)
    first, last = np.maximum(place - width, 0), np.minimum(place + 1 + width, count)
    return first, last, place - first, last - place - 1


# Most pages are of a few hundred lengths, and this is half of the work of a window.
_usual_window = lru_cache(maxsize=1 << 9)(_make_window)


def distances(marks: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Blocks back to, and ahead to, the nearest mark (0: itself; FAR where there is none)."""
    if not marks.any():
        none = np.full(len(marks), FAR, dtype=np.int64)
        return none, none
    place = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, place, -FAR))
    following = np.minimum.accumulate(np.where(marks, place, len(marks) + FAR)[::-1])[::-1]
    return np.minimum(place - last, FAR), np.minimum(following - place, FAR)


def densest(gains: Sequence[int]) -> tuple[int, int]:
    """The stretch with the largest sum (J. Kadane, 1977), half-open; (0, 0) where none gains."""
    best, best_start, best_end = 0, 0, 0
    current, start = 0, 0
    for place, gain in enumerate(gains):
        if current <= 0:
            current, start = 0, place
        current += gain
        if current > best:
            best, best_start, best_end = current, start, place + 1
    return best_start, best_end


def per_mille(part: Ints, whole: Ints | int) -> Ints:
    """``1000 * part / whole`` in integers; 0 where there is no whole."""
    return part * 1000 // np.maximum(whole, 1)
