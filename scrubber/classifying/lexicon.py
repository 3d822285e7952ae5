"""The words a block is judged by: those of short lines, and the names in its DOM path.

"Subscribe", "Comments", ``#sidebar``: which of them speak for chrome, and how much, is learned
(`scripts/train` keeps only words found on many sites). Names of the DOM are written ``@name``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from scrubber.documents import Block

SHORT: Final = 160
"""Characters from which a block's words say nothing of its role."""
WORDS: Final = 24
_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")


def words_of_blocks(text: str, blocks: Sequence[Block]) -> tuple[tuple[str, ...], ...]:
    """For every block its distinct words, sorted; empty for long blocks of text files."""
    names: dict[tuple[str, ...], frozenset[str]] = {(): frozenset()}
    found: list[tuple[str, ...]] = []
    for block in blocks:
        own: frozenset[str] | set[str] = set()
        if block.end - block.start <= SHORT:
            own = set(_WORD.findall(text[block.start : block.end].casefold())[:WORDS])
        if block.markup is not None:
            path = block.markup.path
            if path not in names:
                names[path] = _names(path)
            own = own | names[path]
        found.append(tuple(sorted(own)))
    return tuple(found)


def _names(path: tuple[str, ...]) -> frozenset[str]:
    """Words in the ids and classes of a path (its tags are features of their own)."""
    labels = (re.sub(r"^[^#.:]+", "", label) for label in path)
    return frozenset(f"@{name.lower()}" for label in labels for name in _NAME.findall(label))
