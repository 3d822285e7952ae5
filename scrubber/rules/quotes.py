"""Quotations and brackets that a passage opens."""

from __future__ import annotations

from scrubber.lang.punctuation import LONE_CLOSERS, QUOTATION_PAIRS


def open_quotes(passage: str) -> bool | None:
    """Whether a quotation or bracket is still open; None where one closes that was never opened."""
    waiting: list[str] = []
    for character in passage:
        if waiting and character in waiting[-1]:
            waiting.pop()
        elif character in QUOTATION_PAIRS:
            waiting.append(QUOTATION_PAIRS[character])
        elif character in LONE_CLOSERS:
            return None
    return passage.count('"') % 2 == 1 or bool(waiting)
