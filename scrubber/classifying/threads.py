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

LONGEST_ANNOUNCEMENT: Final = 60
LONGEST_MARK: Final = 90
LONGEST_TIME: Final = 60
_ANNOUNCES = re.compile(
    r"\b(?:comments?|responses?|replies|discussion|komentarz\w*|комментари\w*|σχόλι\w*|commentaires?|"
    r"kommentare?n?|comentarios?|comentários|commenti|reacties|отзывы|обсуждени\w*)\b|评论|評論|回应|留言|回复",
    re.IGNORECASE,
)
_REPLIES = re.compile(
    r"\W*(?:reply|replies|respond|quote|report|flag|permalink|like|upvote|log in to reply|ответить|цитировать|"
    r"пожаловаться|odpowiedz|cytuj|zgłoś\w*|απάντηση|回复|引用|举报|antworten|zitieren|melden|répondre|signaler|"
    r"responder|denunciar|rispondi)\b.{0,24}",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:says?|said|wrote|writes|schrieb|sagt|dice|dijo|a écrit|napisał\w?|пишет|написал\w?|έγραψε)\W{0,3}$|"
    r"(?:说|說)[:：]\W*$|\bposted by\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}(?::\d{2})?\b|\b(?:ago|назад|temu)\b|前", re.IGNORECASE)


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
