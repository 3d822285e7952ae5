"""How common words are in a language: what a shortened sentence may drop, and what is half a word.

Frequencies come from `wordfreq` (word lists of some forty languages); it is asked only where a text
has a passage that seems cut. A language without a list says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePath
from typing import Final

from scrubber.cuts.sentences import longer_words
from scrubber.lang.registry import table

_EVERYDAY: Final = 7.5
"""Zipf frequency (base-10 logarithm of uses in 10⁹ words) from which a word says nothing."""
_UNKNOWN: Final = 1.5
"""The same of a word that the list lacks."""
_LIKELY: Final = 0.1
"""How much rarer than the longer words that begin so a whole word may be."""
_BY_LENGTH: Final = 0.7
"""Information a letter, where there is no list."""


@dataclass(frozen=True)
class Vocabulary:
    """The word frequencies of a language, by folded word; empty where there is no list."""

    frequencies: dict[str, float]
    capital_nouns: bool = False
    """Whether the language writes all nouns with a capital."""

    def information(self, word: str) -> float:
        """How much a folded word says, from 0 for the commonest to 6 for a rare one."""
        if not self.frequencies:
            return min(6.0, _BY_LENGTH * len(word))
        found = self.frequencies.get(word, 0.0)
        zipf = math.log10(found) + 9 if found else _UNKNOWN
        return max(0.0, _EVERYDAY - max(zipf, _UNKNOWN))

    def is_likely_whole(self, word: str) -> bool:
        """Whether what stands at a cut may be a word of its own, beside all the longer ones it may begin.

        Without a list nothing is known against it.
        """
        if not self.frequencies:
            return True
        return self.frequencies.get(word, 0.0) * 1e9 > _LIKELY * self.goes_on(word)

    def goes_on(self, beginning: str) -> float:
        """How often, of 10⁹ words, a longer word begins so."""
        return 1e9 * sum(self.frequencies[word] for word in longer_words(self._sorted, beginning))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.frequencies)


@lru_cache(maxsize=8)
def vocabulary_of(language: str | None) -> Vocabulary:
    """The vocabulary of a language by its code (BCP 47); an empty one where none is known."""
    code = (language or "").partition("-")[0].lower()
    return Vocabulary(_frequencies(code), code in table()["capital_nouns"])


def _frequencies(code: str) -> dict[str, float]:
    """The small list of `wordfreq`, read without that package, whose imports take longer than a document.

    The format, cBpack: a header, then lists of words by their frequency in hundredths of a power of ten.
    Raises ValueError for another one.
    """
    import gzip

    import msgspec

    data = _list_of(code) if code.isascii() and code.isalpha() else None
    if data is None:
        return {}
    header, *levels = msgspec.msgpack.decode(gzip.decompress(data))
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"the word list has another format: {header!r}")
    # Not `words * 10**-n`: the very numbers that the package gives.
    return {
        word: frequency
        for n, words in enumerate(levels)
        for frequency in (10 ** (-n / 100),)
        for word in words
    }


def _list_of(code: str) -> bytes | None:
    from importlib.abc import ResourceLoader
    from importlib.util import find_spec

    found = find_spec("wordfreq")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("wordfreq is not installed: `pip install wordfreq`", name="wordfreq")
    loader = found.loader
    assert isinstance(loader, ResourceLoader)
    try:
        return loader.get_data(str(PurePath(found.origin).parent / "data" / f"small_{code}.msgpack.gz"))
    except OSError:
        return None
