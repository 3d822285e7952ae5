"""An article eaten is worse than a sidebar kept: what to do when a verdict takes too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from scrubber.classifying.features.measured import Measured
from scrubber.classifying.segments import Ints
from scrubber.classifying.segments import Marks as Labels

ENOUGH_PROSE: Final = 150
"""Characters of fresh prose below which a page has nothing to guard."""
PROSE_KEPT: Final = 400
"""Permille of a page's fresh prose that must stay, ..."""
AMPLE: Final = 300
"""... unless so many characters of it do."""
TAKEN: Final = 800
"""Permille of a text's characters that may go without evidence of other pages, ..."""
ARTICLE: Final = 600
"""... unless so many characters of prose stay that an article was found."""
LITTLE: Final = 400
"""Characters, those of embedded files aside, below which a page is nearly empty: only what is sure, or repeats, goes from it; ..."""
LITTLE_OF_TWO: Final = 800
"""... of two texts of a site, what they share may be one article scraped twice: only what is sure."""
MILDER: Final = (150, 300, 500)
"""Scores that are asked of chrome, in turn, where the verdict took too much."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A verdict that was put aside, and the milder one in its place."""

    chrome: Labels
    rule: str
    message: str


def guard(measured: Measured, scores: Ints, chrome: Labels) -> tuple[Guarded | None, ...]:
    """For each document the verdict that stands in the place of one that takes too much (see `guard_one`)."""
    documents = enumerate(measured.segments.slices)
    return tuple(guard_one(measured.document(i), scores[part], chrome[part]) for i, part in documents)


def guard_one(measured: Measured, scores: Ints, chrome: Labels) -> Guarded | None:
    """The milder verdict for a page that would lose most of its prose, or all of its text.

    Each guard sees what the one before it left. A page of which every block repeats on other
    pages may go as a whole: it is flagged.
    """
    result: Guarded | None = None
    for one in (_guard_prose, _guard_unseen, _guard_rest, _guard_little):
        labels = chrome if result is None else result.chrome
        if labels.any():
            result = one(measured, scores, labels) or result
    return result


def _guard_prose(measured: Measured, scores: Ints, chrome: Labels) -> Guarded | None:
    """For a page that would lose most of its prose: readers' comments only where it has no other."""
    body = measured.column("body") == 0
    own = _own_prose(measured)
    prose = np.where(own & body, measured.lengths, 0)
    total = int(prose.sum())

    def takes_too_much(labels: Labels) -> bool:
        return int(prose[~labels].sum()) * 1000 < PROSE_KEPT * total

    ample = int(measured.lengths[own & ~chrome].sum()) >= AMPLE
    if total < ENOUGH_PROSE or ample or not takes_too_much(chrome):
        return None
    message = (
        f"most of the page's {total} characters of fresh prose would have gone: a milder verdict was used"
    )
    milder = _milder(scores, chrome, takes_too_much)
    return Guarded(chrome & measured.repeated if milder is None else milder, "prose-guard", message)


def _guard_unseen(measured: Measured, scores: Ints, chrome: Labels) -> Guarded | None:
    """For a text without markup or other pages of its site, of which little would be left."""
    if measured.others[0] or measured.has_markup:
        return None
    lengths = measured.lengths
    total = int(lengths.sum())

    def takes_too_much(labels: Labels) -> bool:
        gone = int(lengths[labels].sum()) * 1000 > TAKEN * total
        return gone and int(lengths[measured.fresh & ~labels].sum()) < ARTICLE

    if not takes_too_much(chrome):
        return None
    milder = _milder(scores, chrome, takes_too_much)
    message = (
        "most of this text would have gone, and no other page speaks for that: a milder verdict was used"
    )
    return Guarded(np.zeros_like(chrome) if milder is None else milder, "unseen-guard", message)


def _guard_rest(measured: Measured, _scores: Ints, chrome: Labels) -> Guarded | None:
    """For a page of which nothing would be left."""
    if not chrome.all():
        return None
    repeated = measured.repeated
    if repeated.all() and measured.others[0]:
        message = "every block of this page repeats on other pages of its site"
        return Guarded(chrome, "nothing-but-chrome", message)
    kept = np.zeros_like(chrome) if repeated.all() else chrome & repeated
    return Guarded(kept, "would-be-empty", "nothing would be left: what does not repeat elsewhere was kept")


def _guard_little(measured: Measured, scores: Ints, chrome: Labels) -> Guarded | None:
    """For a page of which little would be left: what may have been its content stays."""
    left = int(measured.said[~chrome].sum())
    of_two = measured.others[0] == 1 and not measured.has_markup
    known = np.zeros_like(chrome) if of_two else measured.repeated
    milder = chrome & (known | (scores > MILDER[0]))
    enough = LITTLE_OF_TWO if of_two else LITTLE
    if left >= enough or (milder == chrome).all():
        return None
    rule = "nearly-empty" if int(measured.said[~milder].sum()) < enough else "little-guard"
    return Guarded(milder, rule, f"only {left} characters would be left: a milder verdict was used")


def _milder(scores: Ints, chrome: Labels, takes_too_much: Callable[[Labels], bool]) -> Labels | None:
    for score in MILDER:
        milder = chrome & (scores > score)
        if not takes_too_much(milder):
            return milder
    return None


def _own_prose(measured: Measured) -> Labels:
    """The page's fresh prose without its readers' comments, where there is enough of it."""
    own = measured.fresh & ~measured.comments
    enough = int(measured.lengths[own].sum()) >= ENOUGH_PROSE
    return own if enough else measured.fresh
