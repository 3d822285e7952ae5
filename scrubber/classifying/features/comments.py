"""Marks of readers' comments in plain text: what announces them, and what stands around each.

A comment reads like the article's prose; what gives it away is its company: a line that
announces comments somewhere above, a name that "says", a time, a link to reply.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.lines import LineMeasures
from scrubber.classifying.features.own import lengths
from scrubber.classifying.features.recurrence import fresh
from scrubber.classifying.features.registry import DISTANCE, Feature, FeatureGroup
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints
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

PLAIN = FeatureGroup("plain text")
"""What a text file needs in the place of markup: is it cleaned already, where are comments?"""
SIGNS = LineMeasures(str)

_WIDTHS: Final = (3, 8)


@SIGNS.measure("announces")
def announces(text: str) -> bool:
    """Whether a line says that comments follow, or how many there are.

    >>> announces("12 comments"), announces("He commented on the matter.")
    (True, False)
    """
    return len(text) <= LONGEST_ANNOUNCEMENT and _ANNOUNCES.search(text) is not None


@SIGNS.measure("talk")
def is_mark(text: str) -> bool:
    """Whether a line is what stands around a comment: who says it, when, and a link to reply.

    >>> is_mark("Ann says:"), is_mark("Reply"), is_mark("A reply came late.")
    (True, True, False)
    """
    if len(text) > LONGEST_MARK:
        return False
    if _REPLIES.fullmatch(text) or _SAYS.search(text):
        return True
    return len(text) <= LONGEST_TIME and _TIME.search(text) is not None


_talk = SIGNS.column("talk")


@PLAIN.feature(
    "page share", (100, 250, 400, 550, 700, 800, 900, 970), "{}% of the page's text is fresh prose"
)
def _page_share(table: BlockTable) -> Ints:
    segments, own = table.segments, lengths(table)
    share = segments.totals(np.where(fresh(table), own, 0)) * 1000 // np.maximum(segments.totals(own), 1)
    return share[segments.document]


@derived
def _distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(SIGNS.column("announces")(table) > 0)


@PLAIN.feature("since comments", DISTANCE, "a line that announces comments is {} blocks back")
def _since_comments(table: BlockTable) -> Ints:
    return _distances(table)[0]


@PLAIN.feature("until comments", DISTANCE, "a line that announces comments is {} blocks ahead")
def _until_comments(table: BlockTable) -> Ints:
    return _distances(table)[1]


@derived
def _talk_shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(_talk(table), None, _WIDTHS)


def _talk_share(side: str, width: int, table: BlockTable) -> Ints:
    return _talk_shares(table)[side, width]


for _width in _WIDTHS:
    for _side in ("before", "behind"):
        PLAIN.add(
            Feature(
                f"talk {_side} {_width}",
                (1, 130, 260, 400, 600),
                f"{{}}% of the {_width} blocks {_side} are marks of a thread: a reply link, a time",
                column=partial(_talk_share, _side, _width),
            )
        )


@PLAIN.feature("talk", (1,), "is a mark of a thread: a reply link, who said it, a time")
def _is_talk(table: BlockTable) -> Ints:
    return _talk(table)
