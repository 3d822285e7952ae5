"""What a single-page extractor says of each block: evidence where a site has few pages.

trafilatura looks at one page alone and knows thousands of page layouts; where other pages of
the site are there to compare with, it adds little and costs ten times a parse.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.matching import HELD, NOT_ASKED, letters_of_blocks, matches
from scrubber.classifying.features.own import lengths
from scrubber.classifying.features.registry import DENSITY, SHARE, Feature, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, per_mille

LARGEST: Final = 4_000_000
"""Characters of a page above which the extractor is not asked."""
SHORT: Final = 41
"""Characters below which a block is found only as a whole line."""
_WIDTHS: Final = (2, 6)


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


EXTRACTED_CLASSES: Final = ("not asked", "dropped it", "kept a part of it", "kept it")
EXTRACTED = FeatureGroup("extractor")


@derived
def _verdicts(table: BlockTable) -> Ints:
    """What the extractor did with each block: a place in EXTRACTED_CLASSES; shape (blocks,)."""
    found = np.full(table.segments.blocks, NOT_ASKED, dtype=np.int64)
    for subject, part in zip(table.subjects, table.segments.slices, strict=True):
        if subject.extracted is not None:
            found[part] = matches(letters_of_blocks(table)[part], subject.extracted)
    return found


@derived
def _kept(table: BlockTable) -> Ints:
    """Characters of the blocks that the extractor kept, 0 for all others."""
    return np.where(_verdicts(table) == HELD, lengths(table), 0)


@EXTRACTED.feature(
    "extractor short", codes(EXTRACTED_CLASSES), "a short block; trafilatura {}", EXTRACTED_CLASSES
)
def _of_short(table: BlockTable) -> Ints:
    return np.where(lengths(table) < SHORT, _verdicts(table), NOT_ASKED)


@EXTRACTED.feature(
    "extractor long", codes(EXTRACTED_CLASSES), "a long block; trafilatura {}", EXTRACTED_CLASSES
)
def _of_long(table: BlockTable) -> Ints:
    return np.where(lengths(table) < SHORT, NOT_ASKED, _verdicts(table))


@derived
def _shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(_kept(table), lengths(table), _WIDTHS)


def _share(side: str, width: int, table: BlockTable) -> Ints:
    return _shares(table)[side, width]


for _width in _WIDTHS:
    for _side in ("before", "behind"):
        EXTRACTED.add(
            Feature(
                f"extracted {_side} {_width}",
                DENSITY,
                f"trafilatura kept {{}}% of the {_width} blocks {_side}",
                column=partial(_share, _side, _width),
            )
        )


@derived
def _total(table: BlockTable) -> Ints:
    """Characters that the extractor kept of the page, for every block."""
    return table.segments.totals(_kept(table))[table.segments.document]


@EXTRACTED.feature("extracted so far", SHARE, "{}% of what trafilatura kept stands up to here")
def _so_far(table: BlockTable) -> Ints:
    return per_mille(table.segments.running(_kept(table)) + _kept(table), _total(table))


@EXTRACTED.feature("extracted page", (1, 300, 1000, 3000), "trafilatura kept {} characters of the page")
def _page(table: BlockTable) -> Ints:
    return _total(table)
