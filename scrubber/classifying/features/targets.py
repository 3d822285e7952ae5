"""How many links a block of HTML has, where those around it lead, and what they are for."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.registry import DENSITY, Feature, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, per_mille
from scrubber.documents import Markup
from scrubber.segmenting.targets import PURPOSES

TARGETS = FeatureGroup("targets")
_COUNTS: Final = (1, 2, 3, 5, 9)
_WIDTHS: Final = (3, 8)
_NONE: Final = Markup("", ())
_HERE, _NEAR, _FAR, _PURPOSE = range(4)
_SHARING: Final = PURPOSES.index("a way to share it")


@derived
def _links(table: BlockTable) -> Ints:
    """Links of every block into its page, to its host, elsewhere; what for: shape (4, blocks)."""
    marks = [block.markup or _NONE for block in table.blocks]
    rows = [(m.here, m.near, m.far, m.purpose) for m in marks]
    return np.asarray(np.array(rows, dtype=np.int64).T, dtype=np.int64)


@derived
def _counts(table: BlockTable) -> Ints:
    here, near, far, _ = _links(table)
    return np.asarray(here + near + far, dtype=np.int64)


@TARGETS.feature("links", _COUNTS, "has {} links")
def _count(table: BlockTable) -> Ints:
    return _counts(table)


@TARGETS.feature("links for", codes(PURPOSES), "the most telling of its links leads to {}", PURPOSES)
def _purpose(table: BlockTable) -> Ints:
    return np.asarray(_links(table)[_PURPOSE], dtype=np.int64)


@derived
def _ways(table: BlockTable) -> dict[str, Ints]:
    """Whether each block has links to pages of its host, elsewhere, or to what most text does not lead."""
    found = _links(table)
    return {
        "near": (found[_NEAR] > 0).astype(np.int64),
        "far": (found[_FAR] > 0).astype(np.int64),
        "marked": (found[_PURPOSE] > 1).astype(np.int64),
    }


@derived
def _shares(table: BlockTable) -> dict[tuple[str, str, int], Ints]:
    return {
        (way, side, width): column
        for way, marks in _ways(table).items()
        for (side, width), column in table.segments.shares_by_window(marks, None, _WIDTHS).items()
    }


def _share(way: str, side: str, width: int, table: BlockTable) -> Ints:
    return _shares(table)[way, side, width]


for _way, _words in (
    ("near", "link to pages of its host"),
    ("far", "link to other hosts"),
    ("marked", "link to tags, authors, sponsors, or to share or write"),
):
    for _side in ("before", "behind"):
        for _width in _WIDTHS:
            TARGETS.add(
                Feature(
                    f"{_way} {_side} {_width}",
                    DENSITY[:-1],
                    f"{{}}% of the {_width} blocks {_side} {_words}",
                    column=partial(_share, _way, _side, _width),
                )
            )


@TARGETS.feature("page near", (100, 200, 400, 600, 800), "{}% of the page's blocks link to pages of its host")
def _page_near(table: BlockTable) -> Ints:
    segments = table.segments
    return per_mille(segments.totals(_ways(table)["near"]), segments.counts)[segments.document]


@derived
def _sharing_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(_links(table)[_PURPOSE] == _SHARING)


@TARGETS.feature(
    "since sharing", (1, 2, 3, 5, 9, 20, 50, 1000), "the last link to share the page is {} blocks back"
)
def _since_sharing(table: BlockTable) -> Ints:
    return _sharing_distances(table)[0]


@TARGETS.feature(
    "until sharing", (1, 2, 3, 5, 9, 20, 50, 1000), "the next link to share the page is {} blocks ahead"
)
def _until_sharing(table: BlockTable) -> Ints:
    return _sharing_distances(table)[1]
