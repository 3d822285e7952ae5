"""What a document says by itself of how doubtful its cleaning is: few numbers, noted in the journal.

What it takes to say the rest is how much was kept of the other documents of its site; `losses` and
`doubting` put both together, by `is_doubtful`.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

import msgspec

DOUBTFUL: Final = 0.05
"""The doubt from which a document is worth a look, and the expected loss that is told as a reason."""
STRIKING: Final = 0.05
"""What it adds that far less was kept than of the site's other documents, or nearly nothing, or that a
second copy of its text went."""
FAR_LESS: Final = 3
"""How many times smaller the share kept is than the site's median."""
SEVERAL: Final = 3
"""Documents of a site from which it is looked at as a whole."""
NEARLY_NOTHING: Final = 0.05
"""The share of its words below which a document, or a site, is nearly empty.

On the page sets the lowest share of a site of three pages and more is 0.07 (a shop), then 0.08.
"""
_SMALL: Final = 500
"""Characters of raw text below which shares mean nothing."""
_EPSILON: Final = 1e-9
"""Sums of the same weights may differ by as much."""


class DocumentSigns(msgspec.Struct, omit_defaults=True, frozen=True):
    """What one document says of itself."""

    raw: int = 0
    """Characters before cleaning ..."""
    clean: int = 0
    """... and after."""
    raw_words: int | None = None
    """The same in words, where the text that was removed is known."""
    clean_words: int | None = None
    weight: float = 0.0
    """Doubt for all reasons but how much was kept."""
    lone: bool = False
    """It shares nothing with the others that are told as its site."""
    lost_words: int = 0
    """Words of removed prose that is known of no other document, ..."""
    lost_sentences: int = 0
    """... and its sentences."""

    @property
    def share(self) -> float:
        """What share of the text was kept."""
        return self.clean / max(self.raw, 1)

    @property
    def sizes(self) -> tuple[int, int]:
        """Words before and after cleaning; characters where they are not known."""
        if self.raw_words is None or self.clean_words is None:
            return self.raw, self.clean
        return self.raw_words, self.clean_words

    @property
    def is_nearly_empty(self) -> bool:
        """Whether so few words are left."""
        return is_nearly_empty(*self.sizes)


class OtherShares:
    """The shares kept of a site's documents, to compare each with the rest."""

    def __init__(self, shares: Iterable[float]) -> None:
        self._shares = sorted(shares)

    def usual(self, own: float) -> float | None:
        """The median of the others; None where they are too few."""
        others = len(self._shares) - 1
        if others < SEVERAL - 1:
            return None
        at = bisect_left(self._shares, own)
        middle = [place + (place >= at) for place in ((others - 1) // 2, others // 2)]
        return statistics.median(self._shares[place] for place in middle)


def is_far_less(signs: DocumentSigns, usual: float | None) -> bool:
    """Whether far less was kept than of the site's other documents."""
    comparable = signs.raw >= _SMALL and not signs.lone and usual is not None
    return comparable and signs.share * FAR_LESS < (usual or 0.0)


def is_emptied(signs: DocumentSigns) -> bool:
    """Whether nearly nothing was kept of a document that is long enough for that to mean something."""
    return signs.raw >= _SMALL and signs.is_nearly_empty


def is_doubtful(signs: DocumentSigns, usual: float | None) -> bool:
    """Whether a document is worth a look: the one definition, for `clean`, the hook and `audit`."""
    striking = STRIKING if is_far_less(signs, usual) or is_emptied(signs) else 0.0
    return signs.weight + striking >= DOUBTFUL - _EPSILON


def is_nearly_empty(raw: int, clean: int) -> bool:
    """Whether so few of `raw` words are left."""
    return clean < NEARLY_NOTHING * raw
