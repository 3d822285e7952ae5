"""How much a text says: words, whatever the script; what machines embed in it says nothing."""

from __future__ import annotations

import re
from typing import Final

from scrubber.lang.scripts import UNSPACED

_EMBEDDED = re.compile(r"data:[a-z]+/[\w.+-]+[;,](?:[^\s\"()<>]|\([^\s()]*\))*", re.IGNORECASE)
_MARK: Final = "data:"
_WITHOUT_SPACES = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}][^\s{UNSPACED}]*")
"""A word; where there are no spaces between words, a character."""


def count_words(text: str) -> int:
    """Words of a text: what stands between blanks; a Chinese or Japanese character is one by itself.

    An address is one, an embedded file none.

    >>> count_words("Ferry crews vote"), count_words("渡轮停了"), count_words("![](data:image/png;base64,iVBORw0K)")
    (3, 4, 1)
    """
    if _MARK in text:
        text = _EMBEDDED.sub("", text)
    if text.isascii() or _WITHOUT_SPACES.search(text) is None:
        return len(text.split())
    return len(_WORD.findall(text))


def embedded_length(text: str) -> int:
    """Characters of the ``data:`` addresses in a text: files that stand in it as letters.

    >>> embedded_length("![logo](data:image/png;base64,iVBORw0K) Ferries")
    30
    """
    if _MARK not in text:
        return 0
    return sum(found.end() - found.start() for found in _EMBEDDED.finditer(text))
