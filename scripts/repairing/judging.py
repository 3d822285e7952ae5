"""What became of a cut text: completed exactly, wrongly, in part, flagged, or not noticed at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from repairing.cases import Case
from repairing.prose import CLOSING, tokens
from repairing.touching import Touch

EXACT = "exact"
"""As the original went on, to the end of the sentence."""
SHORT = "short"
"""The original's words, but not all of the sentence's."""
LONG = "long"
"""The original's words, beyond the end of the sentence."""
WRONG = "wrong"
"""Anything that is not the original's words, or a join with a paragraph that does not belong to it."""
FLAGGED = "flagged"
CHANGED = "changed"
"""Something was taken away, and nothing written."""
MISSED = "missed"
REMOVED = "removed"
"""The paragraph was taken for chrome: repair never saw it."""
OUTCOMES = (EXACT, SHORT, LONG, WRONG, CHANGED, FLAGGED, MISSED, REMOVED)
DETECTED = frozenset((EXACT, SHORT, LONG, WRONG, CHANGED, FLAGGED))
COMPLETED = frozenset((EXACT, SHORT, LONG, WRONG))


def judge(case: Case, clean: str, touched: Sequence[Touch], span: tuple[int, int]) -> str:
    """One of OUTCOMES. `clean` is what became of the planted paragraph, `span` its place in the raw text."""
    edits = [touch for touch in touched if not touch.is_flag]
    if any(touch.start < span[0] or touch.end > span[1] or "\n" in touch.removed for touch in edits):
        return WRONG
    if any(touch.completes for touch in edits):
        return _completed(case, clean)
    if touched:
        return CHANGED if edits else FLAGGED
    return MISSED if clean.strip() else REMOVED


def _completed(case: Case, clean: str) -> str:
    got, want = _plain(clean), _plain(case.fragment + case.continuation)
    if got.startswith(want) and not got[len(want) :].strip(CLOSING):
        return EXACT
    said = tokens(case.fragment + case.continuation + case.following)
    sentence = tokens(case.fragment + case.continuation)
    words = tokens(clean)
    if words != said[: len(words)]:
        return WRONG
    return LONG if len(words) > len(sentence) else SHORT


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
