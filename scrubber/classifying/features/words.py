"""The words a block is judged by: those of short lines, and the names in its DOM path.

"Subscribe", "Comments", ``#sidebar``: which of them speak for chrome, and how much, is learned
(`scripts/train` keeps only words found on many sites). Names of the DOM are written ``@name``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from scrubber.documents import Block

SHORT: Final = 160
"""Characters from which a block's words say nothing of its role."""
WORDS: Final = 24
_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_TAG = re.compile(r"^[^#.:]+")


def words_of_blocks(texts: Sequence[str], blocks: Sequence[Block]) -> tuple[tuple[str, ...], ...]:
    """For every block, given with its text as it is shown, its distinct words, sorted; none for long text."""
    return tuple(
        _words(text if len(text) <= SHORT else "", block.markup.path if block.markup is not None else ())
        for text, block in zip(texts, blocks, strict=True)
    )


# The pages of a site share most of their lines and paths.
@lru_cache(maxsize=1 << 14)
def _words(line: str, path: tuple[str, ...]) -> tuple[str, ...]:
    own = set(_WORD.findall(line.casefold())[:WORDS])
    return tuple(sorted(own | _names(path)))


@lru_cache(maxsize=1 << 12)
def _names(path: tuple[str, ...]) -> frozenset[str]:
    """Words in the ids and classes of a path (its tags are features of their own)."""
    return frozenset().union(*map(_names_of_label, path))


@lru_cache(maxsize=1 << 12)
def _names_of_label(label: str) -> frozenset[str]:
    return frozenset(f"@{name.lower()}" for name in _NAME.findall(_TAG.sub("", label)))
