"""What a single-page extractor says of each block: evidence where a site has few pages.

trafilatura looks at one page alone and knows thousands of page layouts; where other pages of
the site are there to compare with, it adds little and costs ten times a parse.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from scrubber.classifying.measures import Ints, per_mille, window_shares
from scrubber.preparing import Prepared

LARGEST: Final = 4_000_000
"""Characters of a page above which the extractor is not asked."""
SHORT: Final = 41
"""Characters below which a block is found only as a whole line."""
_EDGE: Final = 25
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NOT_ASKED, _DROPPED, _PARTLY, _KEPT = range(4)


def extractor_version() -> str:
    """``trafilatura 2.3.1``: another may make something else of the same page."""
    import trafilatura

    return f"trafilatura {trafilatura.__version__}"


def extract(page: str) -> str | None:
    """The main text of an HTML page by trafilatura; None where it fails, or the page is too large."""
    import trafilatura
    from lxml.etree import LxmlError

    if len(page) > LARGEST:
        return None
    try:
        return trafilatura.extract(page, include_comments=False) or ""
    except (LxmlError, ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError):
        return None  # a page that breaks the extractor is judged without it


def extraction_columns(prepared: Prepared, lengths: Ints, extracted: str | None) -> list[Ints]:
    """The columns of `spec.EXTRACTED`, in its order."""
    if extracted is None:
        return [np.zeros(len(lengths), dtype=np.int64)] * 8
    verdict = _verdicts(prepared, extracted)
    kept = np.where(verdict == _KEPT, lengths, 0)
    total = int(kept.sum())
    return [
        np.where(lengths < SHORT, verdict, _NOT_ASKED),
        np.where(lengths < SHORT, _NOT_ASKED, verdict),
        *(share for shares in window_shares(kept, lengths, (2, 6)) for share in shares),
        per_mille(np.cumsum(kept), total),
        np.full(len(lengths), total, dtype=np.int64),
    ]


def _verdicts(prepared: Prepared, extracted: str) -> Ints:
    """For each block whether its letters stand in the extracted text: shape (blocks,)."""
    lines = {_letters(line) for line in extracted.split("\n")}
    whole = _letters(extracted)
    found = []
    for block in prepared.blocks:
        text = _letters(prepared.text[block.start : block.end])
        if len(text) < _EDGE:
            found.append(_KEPT if text in lines else _DROPPED)
        elif text in whole:
            found.append(_KEPT)
        else:
            found.append(_PARTLY if text[:_EDGE] in whole or text[-_EDGE:] in whole else _DROPPED)
    return np.array(found, dtype=np.int64)


def _letters(text: str) -> str:
    return _BETWEEN_WORDS.sub("", text.casefold())
