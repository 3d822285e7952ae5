"""An article eaten is worse than a sidebar kept: what to do when a verdict takes too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features import Measured
from scrubber.classifying.measures import Ints

ENOUGH_PROSE: Final = 150
"""Characters of fresh prose below which a page has nothing to guard."""
PROSE_KEPT: Final = 400
"""Permille of a page's fresh prose that must stay."""
MILDER: Final = (150, 300, 500)
"""Scores that are asked of chrome, in turn, where the verdict took too much."""


@dataclass(frozen=True)
class Guarded:
    """A verdict that was put aside, and the milder one in its place."""

    chrome: npt.NDArray[np.bool_]
    rule: str
    message: str


def guard(measured: Measured, scores: Ints, chrome: npt.NDArray[np.bool_]) -> Guarded | None:
    """The milder verdict for a page that would lose most of its prose, or all of its text.

    A page of which every block repeats on other pages may go as a whole: it is flagged.
    """
    if not chrome.any():
        return None
    repeated = measured.repeated
    body = measured.bins[:, measured.column("body")] == 0
    prose = np.where(measured.fresh & body, measured.lengths, 0)
    total = int(prose.sum())
    if total >= ENOUGH_PROSE and _kept(prose, chrome) < PROSE_KEPT:
        for score in MILDER:
            milder = chrome & (scores > score)
            if _kept(prose, milder) >= PROSE_KEPT:
                return _guarded(milder, total)
        return _guarded(chrome & repeated, total)
    if not chrome.all():
        return None
    if repeated.all() and measured.others:
        return Guarded(
            chrome, "nothing-but-chrome", "every block of this page repeats on other pages of its site"
        )
    milder = chrome & repeated
    if milder.all():
        milder = np.zeros(len(chrome), dtype=np.bool_)
    return Guarded(milder, "would-be-empty", "nothing would be left: what does not repeat elsewhere was kept")


def _kept(prose: Ints, chrome: npt.NDArray[np.bool_]) -> int:
    return int(prose[~chrome].sum()) * 1000 // max(int(prose.sum()), 1)


def _guarded(chrome: npt.NDArray[np.bool_], total: int) -> Guarded:
    return Guarded(
        chrome,
        "prose-guard",
        f"most of the page's {total} characters of fresh prose would have gone: a milder verdict was used",
    )
