"""Marks of readers' comments in plain text: what announces them, and what stands around each.

A comment reads like the article's prose; what gives it away is its company: a line that
announces comments somewhere above, a name that "says", a time, a link to reply.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from scrubber.classifying.measures import Ints, distances, window_shares
from scrubber.lang.punctuation import COLONS
from scrubber.lang.registry import alternatives

LONGEST_ANNOUNCEMENT: Final = 60
LONGEST_MARK: Final = 90
LONGEST_TIME: Final = 60
_ANNOUNCES = re.compile(
    rf"\b(?:{alternatives('announcements', spaced=True)})\b|{alternatives('announcements', spaced=False)}",
    re.IGNORECASE,
)
_REPLIES = re.compile(rf"\W*(?:{alternatives('replies')})\b.{{0,24}}", re.IGNORECASE)
_SAYS = re.compile(
    rf"\b(?:{alternatives('says', spaced=True)})\W{{0,3}}$|(?:{alternatives('says', spaced=False)})[{COLONS}]\W*$"
    rf"|\b(?:{alternatives('posted_by')})\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?\b|\b(?:{alternatives('ago', spaced=True)})\b|{alternatives('ago', spaced=False)}",
    re.IGNORECASE,
)


def thread_columns(texts: Sequence[str]) -> list[Ints]:
    """The columns of `spec.PLAIN` that tell of comments, in its order."""
    signs = [_signs(text) if len(text) <= LONGEST_MARK else _NONE for text in texts]
    announced, marks = np.array(signs, dtype=np.int64).T
    return [
        *distances(announced > 0),
        *(share for shares in window_shares(marks, None, (3, 8)) for share in shares),
        marks,
    ]


def announces(text: str) -> bool:
    """Whether a line says that comments follow, or how many there are."""
    return len(text) <= LONGEST_ANNOUNCEMENT and _signs(text)[0]


def is_mark(text: str) -> bool:
    """Whether a line is what stands around a comment: who says it, when, and a link to reply."""
    return len(text) <= LONGEST_MARK and _signs(text)[1]


_NONE: Final = (False, False)


# The pages of a site share most of their short lines.
@lru_cache(maxsize=1 << 14)
def _signs(text: str) -> tuple[bool, bool]:
    """Whether a line of at most LONGEST_MARK characters announces comments, and whether it is a mark of one."""
    announcing = len(text) <= LONGEST_ANNOUNCEMENT and _ANNOUNCES.search(text) is not None
    return announcing, _is_mark(text)


def _is_mark(text: str) -> bool:
    if _REPLIES.fullmatch(text) or _SAYS.search(text):
        return True
    return len(text) <= LONGEST_TIME and _TIME.search(text) is not None
