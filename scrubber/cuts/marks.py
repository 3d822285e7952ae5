"""What says that text was cut: an ellipsis, a "more" link behind it, half a character at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from scrubber.lang.punctuation import ARROWS, ELLIPSIS
from scrubber.lang.registry import alternatives

LONGEST_MARK: Final = 60
"""Characters that an ellipsis and the link behind it may take."""
# Link texts by the words they are made of; a site's own phrase is known by its arrow or brackets.
_LINKS: Final = alternatives("more_links")
_ARROW: Final = rf"[{ARROWS}]+"
_ELLIPSIS = re.compile(
    r"(?<![.…])[\s,;:–—-]*(?P<mark>\[\s*(?:\.{3,}|…+)\s*\]|\(\s*(?:\.{3,}|…+)\s*\)|\.{3,4}|…{1,2}|\.\.…)(?![.…])"
    rf"(?P<more>\s*(?:[\[(]?\s*(?:{_LINKS})\s*(?:{_ARROW})?\s*[\])]?|[^\W\d_][^.!?…]{{1,30}}?\s*{_ARROW}"
    rf"|{_ARROW})\s*(?:{_ARROW})?)?\Z",
    re.IGNORECASE,
)
_HALF_A_CHARACTER = re.compile("\\s*[\udc80-\udcff\ufffd]+\\Z")


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a block that says that it was cut."""

    start: int
    """Offset of the mark, with the space before it."""
    plain: bool
    """Whether it is a bare ellipsis, which may be a pause as well."""
    broken: bool = False
    """Whether it is half a character: the document ends inside it."""


def find_mark(text: str, start: int, end: int) -> Mark | None:
    """The mark at the end of the block ``text[start:end]``; None where there is none."""
    last = text[end - 1] if end > start else ""
    if last >= "\udc80" and (last == "\ufffd" or last <= "\udcff"):
        half = _HALF_A_CHARACTER.search(text, max(start, end - 6), end)
        return Mark(half.start(), plain=False, broken=True) if half is not None else None
    at = start if end - start <= LONGEST_MARK else end - LONGEST_MARK
    tail = text[at:end]
    if ELLIPSIS not in tail and "..." not in tail:
        return None
    found = _ELLIPSIS.search(tail)
    if found is None:
        return None
    return Mark(at + found.start(), plain=found["more"] is None and found["mark"][0] not in "[(")
