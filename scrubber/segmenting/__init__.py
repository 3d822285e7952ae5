"""Documents -> blocks: lines of text files, block elements of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrubber.segmenting.text import segment_text

if TYPE_CHECKING:
    from scrubber.segmenting.html import LINEARISER_VERSION, linearise

__all__ = ["LINEARISER_VERSION", "linearise", "segment_text"]


def __getattr__(name: str) -> Any:
    # Text files have no use for lxml.
    if name not in __all__:
        raise AttributeError(f"module 'scrubber.segmenting' has no attribute {name!r}")
    from scrubber.segmenting import html

    return getattr(html, name)
