"""Folding for matching, exact keys, shingles, MinHash signatures and their bands.

Everything here serves comparison only: what is written is never the folded text. Signatures
are those of datasketch's ``affine32`` scheme (its permutations, bit for bit), computed for all
blocks of a document at once: A. Broder, "On the resemblance and containment of documents"
(1997); banding after J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", ch. 3.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import xxhash

from scrubber.config import Templates
from scrubber.lang.calendars import CALENDAR_WORDS, fold_names, fold_parted

_Number = TypeVar("_Number", bound=np.integer)

Key = int
"""64 bits, unsigned."""

MASK: Final = (1 << 64) - 1
_FOLDED_AT_MOST: Final = 4096  # characters of a block that are compared: bounds the cost of one huge line
_SHORT: Final = 40
_REMEMBERED: Final = 200
"""Characters of a block up to which its folded form is remembered."""
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_DATE = re.compile(r"\d[./-]\d{1,2}[./-]\d|\d:\d\d")
"""A date or a time in figures."""


def fold(block: str) -> str:
    """The form in which two blocks are the same: case, width, digits, dates and punctuation gone.

    Months and weekdays become ``date`` where the block is short or holds a digit (by the rule of
    `lang.calendars`): longer prose must not be taken for its neighbour because of a month's name.
    A block of punctuation alone folds to itself, and one of figures alone keeps them, unless they are a
    date or a time: a row of results is not the next one.

    >>> fold("Pátek 12. ledna 2024") == fold("Středa 1. května 1998")
    True
    >>> fold("6.92 | -7.42"), fold("24/12/2024"), fold("Page 3")
    ('6 92 7 42', '0 0 0', 'page 0')
    """
    return _fold_short(block) if len(block) <= _REMEMBERED else _fold(block)


def _fold(block: str) -> str:
    head = block[:_FOLDED_AT_MOST]
    text = head.lower() if head.isascii() else unicodedata.normalize("NFKC", head).casefold()
    dated = _DIGITS.sub("0", text)
    if len(dated) < _SHORT or dated != text:
        if not text.isascii():
            parted = fold_parted(text)
            if parted is not text:
                text, dated = parted, _DIGITS.sub("0", parted)
        found = _WORD.findall(dated)
        if not CALENDAR_WORDS.isdisjoint(found):
            found = fold_names(text, found)
    else:
        found = _WORD.findall(dated)
    words = " ".join(found)
    if "_" in words:
        words = " ".join(words.replace("_", " ").split())
    if not words.strip("0 "):
        if not words:
            return " ".join(text.split())
        if not _DATE.search(text):
            words = " ".join(_WORD.findall(text))
    return words if len(block) <= _FOLDED_AT_MOST else f"{words} {len(block) // 64}"


# The pages of a site share their short blocks, and folding is most of a fingerprint's cost.
_fold_short = lru_cache(maxsize=1 << 14)(_fold)


def block_key(folded: str) -> Key:
    """The exact key of a folded block (xxh3, 64 bits)."""
    return xxhash.xxh3_64_intdigest(folded.encode("utf-8", "surrogatepass"))


def join_keys(first: Key, second: Key, salt: int = 1) -> Key:
    """One key of an ordered pair; `salt` keeps families of keys apart."""
    mixed = (first * 0x9E3779B97F4A7C15 + second * 0xC2B2AE3D27D4EB4F + salt * 0x165667B19E3779F9) & MASK
    mixed ^= mixed >> 29
    return (mixed * 0xBF58476D1CE4E5B9) & MASK


def join_arrays(
    first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64] | np.uint64, salt: int = 1
) -> npt.NDArray[np.uint64]:
    """`join_keys` of many pairs: `second` may be one key for all."""
    salted = np.uint64((salt * 0x165667B19E3779F9) & MASK)
    with np.errstate(over="ignore"):
        mixed = first * np.uint64(0x9E3779B97F4A7C15) + second * np.uint64(0xC2B2AE3D27D4EB4F) + salted
        mixed ^= mixed >> np.uint64(29)
        return mixed * np.uint64(0xBF58476D1CE4E5B9)


def each_once(keys: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """The numbers of an array, each once, sorted: `numpy.unique`, which would import masked arrays for it."""
    ordered = np.sort(keys, axis=None)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    found: npt.NDArray[_Number] = ordered[first]
    return found


@lru_cache(maxsize=4)
def _permutations(num_perm: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Datasketch's permutations; the usual ones are kept beside this module, for its import takes long."""
    kept = json.loads(files("scrubber").joinpath("permutations.json").read_text("utf-8"))
    if kept["num_perm"] == num_perm:
        return np.array(kept["a"], dtype=np.uint32), np.array(kept["b"], dtype=np.uint32)
    from datasketch import MinHash

    a, b = MinHash(num_perm=num_perm, seed=1, scheme="affine32").permutations
    return a, b


def shingle(folded: Sequence[str], size: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Character shingles of several texts, hashed to 32 bits, and where each text's begin.

    Every text must have at least `size` characters. Returns arrays of shape (shingles,) and
    (texts,).
    """
    joined = "".join(folded)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.array([len(text) for text in folded], dtype=np.int64)
    hashes = np.zeros(len(codes) - size + 1, dtype=np.uint32)
    with np.errstate(over="ignore"):
        for place in range(size):
            window = codes[place : place + len(hashes)] ^ (codes[place : place + len(hashes)] >> 7)
            hashes = hashes * np.uint32(0x01000193) + window * np.uint32(0x9E3779B1)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    counts = lengths - size + 1
    offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))
    take = np.arange(int(counts.sum())) - np.repeat(offsets, counts) + np.repeat(starts, counts)
    return hashes[take], offsets


def sign(folded: Sequence[str], settings: Templates) -> npt.NDArray[np.uint32]:
    """MinHash signatures, shape (texts, num_bands * rows_per_band)."""
    num_perm = settings.num_bands * settings.rows_per_band
    if not folded:
        return np.empty((0, num_perm), dtype=np.uint32)
    hashes, offsets = shingle(folded, settings.shingle_size)
    return sign_hashes(hashes, offsets, num_perm)


def sign_hashes(
    hashes: npt.NDArray[np.uint32], offsets: npt.NDArray[np.int64], num_perm: int
) -> npt.NDArray[np.uint32]:
    """Signatures of hashed shingles: what datasketch gives for each text, in one pass."""
    a, b = _permutations(num_perm)
    with np.errstate(over="ignore"):
        mixed = hashes ^ (hashes >> np.uint32(16))
        mixed = mixed * np.uint32(0x85EBCA6B)
        mixed = mixed ^ (mixed >> np.uint32(13))
        mixed = mixed * np.uint32(0xC2B2AE35)
        mixed = mixed ^ (mixed >> np.uint32(16))
        rows = [np.minimum.reduceat(mixed * a[i] + b[i], offsets) for i in range(num_perm)]
    return np.stack(rows, axis=1)


def band_keys(signatures: npt.NDArray[np.uint32], settings: Templates) -> npt.NDArray[np.uint64]:
    """One key a band, shape (texts, num_bands): equal keys make two texts candidates."""
    shape = (len(signatures), settings.num_bands, settings.rows_per_band)
    rows = signatures.reshape(shape).astype(np.uint64)
    keys = np.zeros(shape[:2], dtype=np.uint64)
    with np.errstate(over="ignore"):
        for row in range(settings.rows_per_band):
            keys = (keys ^ rows[:, :, row]) * np.uint64(0x9E3779B97F4A7C15)
            keys ^= keys >> np.uint64(31)
        keys += np.arange(1, settings.num_bands + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    return keys
