"""Scripts as classes of characters, each written once. Pure.

The constants are the insides of a class of `re`: ``re.compile(f"[{HAN}]")``.
"""

from __future__ import annotations

import re
from typing import Final

HAN: Final = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Chinese characters, with the mark that repeats one (々) and those of compatibility."""
KANA: Final = "\u3040-\u30ff\u31f0-\u31ff"
HANGUL: Final = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
THAI: Final = "\u0e00-\u0e7f"
ARABIC: Final = "\u0620-\u06d3"
"""Letters and vowel signs of Arabic, Persian and Urdu."""

CJK: Final = KANA + HAN + HANGUL
"""Chinese, Japanese and Korean."""
UNSPACED: Final = HAN + KANA
"""Written without spaces between words, and so that each character counts as one word."""
WIDE_SIGNS: Final = "\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
"""Signs of Chinese and Japanese as wide as a character: no blank stands behind them."""
WIDE: Final = THAI + CJK
"""A character of these says more than a letter of an alphabet: two or three times as much."""

SCRIPTS: Final[dict[str, str]] = {
    "armenian": "\u0531-\u058a",
    "cyrillic": "\u0400-\u052f",
    "georgian": "\u10a0-\u10ff",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "gujarati": "\u0a80-\u0aff",
    "han": HAN,
    "hangul": HANGUL,
    "hebrew": "\u05d0-\u05ea",
    "kana": KANA,
    "kannada": "\u0c80-\u0cff",
    "khmer": "\u1780-\u17ff",
    "lao": "\u0e80-\u0eff",
    "malayalam": "\u0d00-\u0d7f",
    "sinhala": "\u0d80-\u0dff",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "thai": THAI,
}
"""Scripts by the names that the files of languages use."""
FIRST: Final = "\u0370"
"""The first character that a script of `SCRIPTS` has: before it all is Latin."""
GREEK_TO_GREEK_EXTENDED: Final = ("\u0370", "\u1fff")
"""Between these stands what a Greek question mark may follow, and what is no Latin letter."""

COMBINING: Final = "\u0300-\u036f"
"""Marks of European scripts, which stand behind their letter and are no letters to `re`."""
CAPITALS: Final = "A-ZÀ-ÖØ-ÞΆ-ΫА-ЯЁĄĆĘŁŃÓŚŹŻČŘŠŽ"
"""Capitals of the cased scripts that a sentence is most likely to begin with."""
SMALL: Final = "a-zà-ÿа-яα-ω"
"""Small letters of the cased scripts that no name begins with."""

# Compiled, so large a class takes some milliseconds, and a process of a hook has few to lose.
_UNSPACED = tuple((part[0], part[-1]) for part in re.findall(".-.|.", UNSPACED))


def is_unspaced(character: str) -> bool:
    """Whether the script needs no spaces between words (Chinese, Japanese).

    >>> is_unspaced("日"), is_unspaced("한"), is_unspaced("a")
    (True, False, False)
    """
    return any(first <= character <= last for first, last in _UNSPACED)


def is_cased(word: str) -> bool:
    """Whether the script has capitals, and hence words and sentences as Latin has them.

    >>> is_cased("слово"), is_cased("言葉")
    (True, False)
    """
    return word.lower() != word.upper()
