"""What words alone do not tell: the marks between them, and what a continuation may begin with."""

from __future__ import annotations

import re
from typing import Final

from scrubber.lang.punctuation import APOSTROPHES, MARKS_BETWEEN_WORDS, MINUS, SIGNS_AT_NUMBERS, any_of

_UNIMPORTANT = re.compile(rf"[^\W_]+|(?:\s|{any_of(MARKS_BETWEEN_WORDS)})+")
_IN_NUMBERS = re.compile(
    rf"(?<=\d)[.,:/-](?=\d)|(?<!\w){any_of(MINUS, '+')}(?=\d)|{any_of(SIGNS_AT_NUMBERS)}"
)
_LONGEST: Final = 2000
"""Characters of a passage, up to the cut, whose marks are compared."""
_DATED = re.compile(r"\W*\d")


def same_marks(one: str, other: str) -> bool:
    """Whether two texts of the same words have the same full stops, and the same signs at numbers."""
    return _marks(one[-_LONGEST:]) == _marks(other[-_LONGEST:])


def _marks(text: str) -> str:
    signs = "".join(_IN_NUMBERS.findall(text))
    return signs + _UNIMPORTANT.sub("", _IN_NUMBERS.sub("", text)).replace("-", "")


def may_begin(text: str, at: int) -> bool:
    """Whether a passage that breaks off at ``text[at]`` behind a whole word may go on there.

    "we can" does not go on with "'t", "C" not with "#", "19" not with "20" nor "3" with ".5".
    """
    before, behind, next_one = text[at - 1 : at], text[at : at + 1], text[at + 1 : at + 2]
    if behind and behind in f"{APOSTROPHES}#@_/+":
        return False
    if behind == "-":
        return not before.isdigit() and next_one.isspace()
    return not (before.isdigit() and (behind.isdigit() or (behind in ".,:" and next_one.isdigit())))


def is_dated(inserted: str) -> bool:
    """Whether a continuation begins with a number: what differs from one such text to the next."""
    return _DATED.match(inserted) is not None
