"""Quotations and brackets that a passage opens."""

from __future__ import annotations

_CLOSING = {"“": "”", "„": "“”", "«": "»", "‹": "›", "(": ")", "[": "]"}
"""What may close each; the German “ closes what „ has opened, and opens elsewhere."""


def open_quotes(passage: str) -> bool | None:
    """Whether a quotation or bracket is still open; None where one closes that was never opened."""
    waiting: list[str] = []
    for character in passage:
        if waiting and character in waiting[-1]:
            waiting.pop()
        elif character in _CLOSING:
            waiting.append(_CLOSING[character])
        elif character in "”»›)]":
            return None
    return passage.count('"') % 2 == 1 or bool(waiting)
