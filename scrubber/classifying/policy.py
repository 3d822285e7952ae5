"""What is kept or dropped by policy, whatever the evidence says: each kind with its own switch.

`keep` overrules the classifier where a block is surely of the kind and does not repeat on the
site's pages; `drop` removes it; `judge` leaves it to the evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import numpy as np

from scrubber.bylines import read_byline
from scrubber.classifying.features.markup import is_comment
from scrubber.classifying.features.measured import Measured
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Marks
from scrubber.config import Chrome, Policy
from scrubber.dates import find_dates
from scrubber.documents import Block, BlockKind
from scrubber.lang.registry import alternatives

NEAR_BODY: Final = 8
"""Blocks between a byline and the nearest kept prose, at most."""
BESIDE_BODY: Final = 3
"""The same for one that repeats."""
BEHIND_BODY: Final = 2
"""The same for one that follows the body: further on, comments have bylines too."""
_CREDIT = re.compile(
    rf"\(?(?:{alternatives('credits')})(?: (?:{alternatives('credit_joins')}))?\b\s?[:/©]?.{{2,100}}",
    re.IGNORECASE | re.DOTALL,
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def apply_policy(table: BlockTable, measured: Measured, chrome: Marks, settings: Chrome) -> dict[int, bool]:
    """Blocks whose label policy decides: place in the table -> whether it is removed."""
    segments = table.segments
    body = measured.fresh & ~chrome
    # Dates fold alike and authors write more than once: before the text and in it they may repeat.
    away = np.minimum(*segments.distances(body))
    close = away <= np.where(measured.repeated, BESIDE_BODY, NEAR_BODY)
    last = np.maximum.reduceat(np.where(body, segments.place, -1), segments.starts[:-1])
    behind = segments.place > last[segments.document]
    close &= ~behind | ((away <= BEHIND_BODY) & ~measured.repeated)
    close |= measured.comments & ~measured.repeated
    decided: dict[int, bool] = {}
    drops = Policy.DROP in (settings.comments, settings.credits, settings.bylines)
    # Nothing but a removed comment, or a removed block near the body, can be kept by a policy.
    places = range(len(body)) if drops else np.flatnonzero(chrome & close).tolist()
    for place in places:
        policy = _policy(table.texts[place], table.blocks[place], settings)
        if policy is Policy.DROP:
            decided[place] = True
        elif policy is Policy.KEEP and chrome[place] and close[place]:
            decided[place] = False
    return decided


def apply_to_front_matter(table: BlockTable, chrome: Marks, policy: Policy) -> dict[int, bool]:
    """Front matter whose label policy decides: place in the table -> whether it is removed.

    What is kept stays with the text it stands above: of a page that is chrome as a whole it goes too.
    """
    if policy is Policy.JUDGE:
        return {}
    decided: dict[int, bool] = {}
    for part in table.segments.slices:
        if table.blocks[part.start].kind is BlockKind.FRONT_MATTER:
            alone = part.stop - part.start == 1
            nothing_else = not alone and bool(chrome[part][1:].all())
            decided[part.start] = policy is Policy.DROP or nothing_else
    return decided


def _policy(text: str, block: Block, settings: Chrome) -> Policy:
    if block.markup is not None and is_comment(block.markup):
        return settings.comments
    if is_credit(text, block):
        return settings.credits
    if is_byline(text):
        return settings.bylines
    return Policy.JUDGE


def is_byline(text: str) -> bool:
    """Whether a line is nothing but a byline, or a date line."""
    return len(text) <= 150 and _is_byline(text)


# The search for a headline and the policy ask of the same lines, and pages of a site share many of them.
@lru_cache(maxsize=1 << 13)
def _is_byline(text: str) -> bool:
    if "\n" in text:
        return False
    if read_byline(text) is not None:
        return True
    return len(text) <= 60 and bool(find_dates(text)) and len(_LETTERS.findall(text)) <= 4


def is_credit(text: str, block: Block) -> bool:
    """Whether a block is a caption, or a line that credits a picture."""
    if is_link(block):
        return False
    return block.kind is BlockKind.CAPTION or _CREDIT.fullmatch(text) is not None


def is_link(block: Block) -> bool:
    """Whether most of a block leads to another page."""
    return block.markup is not None and block.markup.linked * 2 > block.end - block.start
