"""The forms in which names of months and weekdays are compared. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

ENDINGS: Final = ".׳॰"
"""What an abbreviation may end in."""


def bare(word: str) -> str:
    """A word as months are looked up: without case, marks and the dot of an abbreviation.

    >>> bare("ΜΑΪΟΥ") == bare("Μαΐου"), bare("KASIM"), bare("Févr.")
    (True, 'kasim', 'fevr')
    """
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))
    kept = "".join(c for c in decomposed if not is_mark(c))
    return kept.rstrip(ENDINGS).replace("ł", "l")


def is_mark(character: str) -> bool:
    """Whether a character stands on another one, or is not seen at all."""
    return unicodedata.combining(character) != 0 or unicodedata.category(character) == "Cf"


def folded(name: str) -> str:
    """A name as `fingerprints.fold` has it: without case and width, and without the dot of an abbreviation.

    >>> folded("Sept."), folded("ΜΑΐΟΥ") == folded("Μαΐου")
    ('sept', True)
    """
    return unicodedata.normalize("NFKC", name).casefold().rstrip(ENDINGS)
