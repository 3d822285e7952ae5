"""What stands around a block: its neighbours, density of prose and of repeats, its place on the page."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.own import ENDINGS, endings, lengths
from scrubber.classifying.features.recurrence import fresh, near_ratio, repeated
from scrubber.classifying.features.registry import (
    DENSITY,
    DISTANCE,
    SHARE,
    Column,
    Feature,
    FeatureGroup,
    codes,
)
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import FAR, Ints, per_mille

CONTEXT = FeatureGroup("context")

_WHERE: Final = {-2: "two before", -1: "right before", 1: "right behind", 2: "two behind"}
_WIDTHS: Final = (3, 8)


def _neighbour(values: Column, by: int, table: BlockTable) -> Ints:
    return table.segments.neighbour(values(table), by)


for _what, _values, _edges, _words, _classes in (
    ("length", lengths, (16, 41, 91, 201), "a block of {} characters", ()),
    ("ending", endings, codes(ENDINGS), "a block that ends in {}", ENDINGS),
    ("near ratio", near_ratio, (1, 300, 700), "a block found in {}% of other pages", ()),
):
    for _by, _whither in _WHERE.items():
        CONTEXT.add(
            Feature(
                f"{_what} {_by:+}",
                _edges,
                f"{_words} {_whither}",
                _classes,
                column=partial(_neighbour, _values, _by),
            )
        )


@derived
def prose(table: BlockTable) -> Ints:
    """Characters of every block of fresh prose, 0 for all others."""
    return np.where(fresh(table), lengths(table), 0)


@derived
def _chrome_shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(repeated(table).astype(np.int64), None, _WIDTHS)


@derived
def _prose_shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(prose(table), lengths(table), _WIDTHS)


def _chrome_share(side: str, width: int, table: BlockTable) -> Ints:
    return _chrome_shares(table)[side, width]


def _prose_share(side: str, width: int, table: BlockTable) -> Ints:
    return _prose_shares(table)[side, width]


for _part, _share, _said in (
    ("chrome", _chrome_share, "{}% repeat on other pages"),
    ("prose", _prose_share, "{}% is fresh prose"),
):
    for _side in ("before", "behind"):
        for _width in _WIDTHS:
            CONTEXT.add(
                Feature(
                    f"{_part} {_side} {_width}",
                    DENSITY,
                    f"{_said} in the {_width} blocks {_side}",
                    column=partial(_share, _side, _width),
                )
            )


@derived
def _page_prose(table: BlockTable) -> Ints:
    """Characters of fresh prose of the whole page, for every block."""
    return table.segments.totals(prose(table))[table.segments.document]


@CONTEXT.feature("prose so far", SHARE, "{}% of the page's fresh prose stands before it")
def _prose_so_far(table: BlockTable) -> Ints:
    return per_mille(table.segments.running(prose(table)), _page_prose(table))


@CONTEXT.feature("prose to come", SHARE, "{}% of the page's fresh prose stands behind it")
def _prose_to_come(table: BlockTable) -> Ints:
    own = prose(table)
    return per_mille(_page_prose(table) - table.segments.running(own) - own, _page_prose(table))


@derived
def _prose_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(fresh(table))


@CONTEXT.feature("since prose", DISTANCE, "the last fresh prose is {} blocks back")
def _since_prose(table: BlockTable) -> Ints:
    return _prose_distances(table)[0]


@CONTEXT.feature("until prose", DISTANCE, "the next fresh prose is {} blocks ahead")
def _until_prose(table: BlockTable) -> Ints:
    return _prose_distances(table)[1]


@derived
def _chrome_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(repeated(table))


@CONTEXT.feature("since chrome", DISTANCE, "the last repeated block is {} blocks back")
def _since_chrome(table: BlockTable) -> Ints:
    return _chrome_distances(table)[0]


@CONTEXT.feature("until chrome", DISTANCE, "the next repeated block is {} blocks ahead")
def _until_chrome(table: BlockTable) -> Ints:
    return _chrome_distances(table)[1]


@CONTEXT.feature("from start", DISTANCE[:-1], "{} blocks from the start")
def _from_start(table: BlockTable) -> Ints:
    return table.segments.place - table.segments.first


@CONTEXT.feature("from end", DISTANCE[:-1], "{} blocks from the end")
def _from_end(table: BlockTable) -> Ints:
    return table.segments.last - 1 - table.segments.place


_CHROME_LOSS: Final = -120
_OTHER_LOSS: Final = -30


@CONTEXT.feature("body", (1, 2, 3, 5, 9), "{} blocks outside the densest stretch of prose")
def _body(table: BlockTable) -> Ints:
    """Blocks between each block and the stretch where prose outweighs what is none; FAR where none does."""
    segments = table.segments
    other = np.where(fresh(table), lengths(table), _OTHER_LOSS)
    start, end = segments.densest(np.where(repeated(table), _CHROME_LOSS, other))
    place = segments.place - segments.first
    start, end = start[segments.document], end[segments.document]
    outside = np.maximum(np.maximum(start - place, place - end + 1), 0)
    return np.where(end > 0, outside, FAR)


@CONTEXT.feature("page prose", (200, 600, 1500, 4000), "the page has {} characters of fresh prose")
def _page_prose_feature(table: BlockTable) -> Ints:
    return _page_prose(table)


@CONTEXT.feature("page chrome", (1, 200, 400, 600, 800), "{}% of the page's blocks repeat on other pages")
def _page_chrome(table: BlockTable) -> Ints:
    segments = table.segments
    return (segments.totals(repeated(table)) * 1000 // segments.counts)[segments.document]
