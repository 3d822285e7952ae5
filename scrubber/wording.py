"""How much a text says: words, whatever the script; what machines embed in it says nothing."""

from __future__ import annotations

import re
from typing import Final

from scrubber.lang.scripts import UNSPACED

_EMBEDDED = re.compile(r"data:[a-z]+/[\w.+-]+[;,](?:[^\s\"()<>]|\([^\s()]*\))*", re.IGNORECASE)
_MARK: Final = "data:"
_WORD = re.compile(r"[^\W_]\S*")
_ALONE = re.compile(f"[{UNSPACED}]")


def count_words(text: str) -> int:
    """Words of a text; a Chinese or Japanese character is one, an address is one, an embedded file none.

    >>> count_words("Ferry crews vote"), count_words("渡轮停了"), count_words("![](data:image/png;base64,iVBORw0K)")
    (3, 4, 0)
    """
    if _MARK in text:
        text = _EMBEDDED.sub("", text)
    if text.isascii():
        return len(_WORD.findall(text))
    alone, characters = _ALONE.subn(" ", text)
    return len(_WORD.findall(alone)) + characters


def embedded_length(text: str) -> int:
    """Characters of the ``data:`` addresses in a text: files that stand in it as letters.

    >>> embedded_length("![logo](data:image/png;base64,iVBORw0K) Ferries")
    30
    """
    if _MARK not in text:
        return 0
    return sum(found.end() - found.start() for found in _EMBEDDED.finditer(text))
