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

from scrubber.classifying.measures import Ints, distances, per_mille, window_sums

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
    announced = np.array([announces(text) for text in texts], dtype=np.bool_)
    marks = np.array([is_mark(text) for text in texts], dtype=np.int64)
    windows = [(window_sums(marks, w), window_sums(np.ones(len(marks), np.int64), w)) for w in (3, 8)]
    return [
        *distances(announced),
        *(per_mille(part[side], whole[side]) for part, whole in windows for side in (0, 1)),
        marks,
    ]


def announces(text: str) -> bool:
    """Whether a line says that comments follow, or how many there are."""
    return len(text) <= LONGEST_ANNOUNCEMENT and _announces(text)


def is_mark(text: str) -> bool:
    """Whether a line is what stands around a comment: who says it, when, and a link to reply."""
    return len(text) <= LONGEST_MARK and _is_mark(text)


# The pages of a site share most of their short lines.
@lru_cache(maxsize=1 << 14)
def _announces(text: str) -> bool:
    return _ANNOUNCES.search(text) is not None


@lru_cache(maxsize=1 << 14)
def _is_mark(text: str) -> bool:
    if _REPLIES.fullmatch(text) or _SAYS.search(text):
        return True
    return len(text) <= LONGEST_TIME and _TIME.search(text) is not None
