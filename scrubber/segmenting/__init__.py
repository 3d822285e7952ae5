"""Documents -> blocks: lines of text files, block elements of HTML."""

from __future__ import annotations

from scrubber.segmenting.html import LINEARISER_VERSION, linearise
from scrubber.segmenting.text import segment_text

__all__ = ["LINEARISER_VERSION", "linearise", "segment_text"]
