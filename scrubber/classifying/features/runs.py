"""In which company a block recurs: always in the same one, as furniture does, or now here, now there, as text does.

A ratio of all other pages says little where a site is large: a menu of one section stands on five of fifty
pages. There it is told by its company, which is the same on all of them.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.layout import forms
from scrubber.classifying.features.own import lengths
from scrubber.classifying.features.recurrence import others, support, written
from scrubber.classifying.features.registry import DENSITY, DISTANCE, Feature, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import FAR, Ints, Marks, per_mille, sums_of
from scrubber.evidence import copy_keys

RUNS = FeatureGroup("runs")
ENDS: Final = ("no end", "the start", "the end", "both ends")
_SHARES: Final = (1, 200, 400, 600, 800, 950)
_COUNTS: Final = (1, 2, 3, 5, 9, 17, 33)
_WITNESSES: Final = (1, 2, 3, 5, 9, 20)
_WIDTHS: Final = (3, 8)
_SHORT: Final = 41
_PERIODS: Final = (2, 3, 4, 5, 6)


@derived
def shared(table: BlockTable) -> Marks:
    """Which blocks stand in any other document of their site, nearly at least."""
    return np.asarray(support(table).near > 0)


# --- company


def _of_holders(pages: Ints, table: BlockTable) -> Ints:
    """Permille of the documents that hold each block in which it has this company too."""
    return np.minimum(per_mille(pages, support(table).exact), 1000)


@RUNS.feature("company before", _SHARES, "of the pages that hold it {}% have the same block before it")
def _company_before(table: BlockTable) -> Ints:
    return _of_holders(support(table).before, table)


@RUNS.feature("company after", _SHARES, "of the pages that hold it {}% have the same block behind it")
def _company_after(table: BlockTable) -> Ints:
    return _of_holders(support(table).after, table)


@RUNS.feature(
    "company", _SHARES, "of the pages that hold it {}% have it in the same company, on one side at least"
)
def _company(table: BlockTable) -> Ints:
    found = support(table)
    return _of_holders(np.maximum(found.before, found.after), table)


@RUNS.feature("as written", _SHARES, "of the pages that hold it {}% have the same figures in it")
def _as_written(table: BlockTable) -> Ints:
    return np.minimum(per_mille(written(table), support(table).near), 1000)


# --- runs


@derived
def _runs(table: BlockTable) -> tuple[Ints, Ints]:
    """The runs of blocks that follow one another on other pages as well, half-open; a block alone is one of its own."""
    held = support(table)
    follows = held.before > 0
    follows[table.segments.first == table.segments.place] = False
    starts = np.flatnonzero(~follows)
    return starts, np.append(starts[1:], table.segments.blocks)


def _spread(values: Ints, table: BlockTable) -> Ints:
    """A value of each run, for each of its blocks."""
    starts, ends = _runs(table)
    return np.repeat(values, ends - starts)


@RUNS.feature("shared run", _COUNTS, "stands in a run of {} blocks that other pages hold in this order")
def _run_blocks(table: BlockTable) -> Ints:
    starts, ends = _runs(table)
    sizes = _spread(ends - starts, table)
    return np.where(shared(table) | (sizes > 1), sizes, 0)


@RUNS.feature(
    "shared run held", _WITNESSES, "each two neighbours of its run stand together on {} other pages"
)
def _run_held(table: BlockTable) -> Ints:
    """The least support of a pair inside each run; 0 for a block alone."""
    starts, ends = _runs(table)
    before = support(table).before.copy()
    before[starts] = FAR
    least = np.minimum.reduceat(before, starts)
    return _spread(np.where(ends - starts > 1, least, 0), table)


@RUNS.feature("shared run length", (1, 40, 100, 300, 1000, 3000), "its run has {} characters")
def _run_length(table: BlockTable) -> Ints:
    starts, ends = _runs(table)
    return np.where(_run_blocks(table) > 0, _spread(sums_of(lengths(table), starts, ends), table), 0)


@RUNS.feature("shared run short", DENSITY, "{}% of its run are short lines")
def _run_short(table: BlockTable) -> Ints:
    starts, ends = _runs(table)
    short = sums_of(lengths(table) < _SHORT, starts, ends)
    return np.where(_run_blocks(table) > 0, _spread(per_mille(short, ends - starts), table), 0)


@RUNS.feature("shared run linked", DENSITY, "{}% of its run is linked")
def _run_linked(table: BlockTable) -> Ints:
    starts, ends = _runs(table)
    found = per_mille(sums_of(table.linked, starts, ends), sums_of(table.shown, starts, ends))
    return np.where(_run_blocks(table) > 0, _spread(found, table), 0)


@RUNS.feature("shared run ends", codes(ENDS), "its run touches {} of the page, as on other pages", ENDS)
def _run_ends(table: BlockTable) -> Ints:
    starts, ends = _runs(table)
    segments, held = table.segments, support(table)
    opens = (segments.first[starts] == starts) & (held.before[starts] > 0)
    closes = (segments.last[starts] == ends) & (held.after[ends - 1] > 0)
    return _spread(opens.astype(np.int64) + 2 * closes, table)


# --- what any other page holds, around


@derived
def _shared_shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(shared(table).astype(np.int64), None, _WIDTHS)


def _shared_share(side: str, width: int, table: BlockTable) -> Ints:
    return _shared_shares(table)[side, width]


for _side in ("before", "behind"):
    for _width in _WIDTHS:
        RUNS.add(
            Feature(
                f"shared {_side} {_width}",
                DENSITY,
                f"{{}}% of the {_width} blocks {_side} stand on any other page",
                column=partial(_shared_share, _side, _width),
            )
        )


@derived
def _shared_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(shared(table))


@RUNS.feature("since shared", DISTANCE, "the last block that any other page holds is {} blocks back")
def _since_shared(table: BlockTable) -> Ints:
    return _shared_distances(table)[0]


@RUNS.feature("until shared", DISTANCE, "the next block that any other page holds is {} blocks ahead")
def _until_shared(table: BlockTable) -> Ints:
    return _shared_distances(table)[1]


@RUNS.feature("page shared", DENSITY, "{}% of the page's blocks stand on any other page")
def _page_shared(table: BlockTable) -> Ints:
    segments = table.segments
    return per_mille(segments.totals(shared(table)), segments.counts)[segments.document]


# --- copies on one page


@derived
def _copies(table: BlockTable) -> tuple[Ints, Ints, Ints]:
    """For each block: how many of its copies on the page recur in their company, how many there are, the nearest's distance."""
    segments, held = table.segments, support(table)
    company = (np.maximum(held.before, held.after) > 0).astype(np.int64)
    order = np.lexsort((segments.place, table.keys, segments.document))
    keys, documents, place = table.keys[order], segments.document[order], segments.place[order]
    same = np.zeros(len(order) + 1, dtype=np.bool_)
    same[1:-1] = (keys[1:] == keys[:-1]) & (documents[1:] == documents[:-1])
    group = np.cumsum(~same[:-1]) - 1
    in_company, count, nearest = np.empty((3, len(order)), dtype=np.int64)
    in_company[order] = np.bincount(group, weights=company[order]).astype(np.int64)[group]
    count[order] = np.bincount(group)[group]
    gap = np.full(len(order) + 1, FAR, dtype=np.int64)
    gap[1:-1] = np.where(same[1:-1], np.diff(place), FAR)
    nearest[order] = np.minimum(gap[:-1], gap[1:])
    return in_company, count, np.minimum(nearest, FAR)


@RUNS.feature("copies in company", DENSITY, "{}% of its copies on this page stand in company that recurs")
def _copies_in_company(table: BlockTable) -> Ints:
    in_company, count, _ = _copies(table)
    return np.where(count > 1, per_mille(in_company, count), 0)


@RUNS.feature("nearest copy", (2, 3, 5, 9, 20, 60, FAR), "its nearest copy on this page is {} blocks away")
def _nearest_copy(table: BlockTable) -> Ints:
    return _copies(table)[2]


@RUNS.feature("often twice", _SHARES, "stands twice and more on {}% of the other pages")
def _often_twice(table: BlockTable) -> Ints:
    second = copy_keys(table.keys, np.full(len(table.keys), 2, dtype=np.int64))
    found = [
        view.support.of(second[part]) for view, part in zip(table.views, table.segments.slices, strict=True)
    ]
    return per_mille(np.concatenate(found), others(table))


# --- blocks of one form in turn: cards


@derived
def _cycles(table: BlockTable) -> tuple[Ints, Ints]:
    """For each block the longest stretch around it in which the forms of blocks come back after so many; and these."""
    segments, form = table.segments, forms(table)
    best, period = np.zeros((2, len(form)), dtype=np.int64)
    for turn in _PERIODS:
        again = np.zeros(len(form), dtype=np.bool_)
        again[:-turn] = (form[turn:] == form[:-turn]) & (
            segments.document[turn:] == segments.document[:-turn]
        )
        starts, ends = segments.stretches(again)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            if end - start < turn or (form[start : start + turn] == form[start]).all():
                continue
            part, size = slice(start, end + turn), end + turn - start
            longer = best[part] < size
            best[part][longer], period[part][longer] = size, turn
    return best, period


@RUNS.feature("cycle", (4, 6, 9, 14, 25), "stands in {} blocks whose forms come in turn")
def _cycle(table: BlockTable) -> Ints:
    return _cycles(table)[0]


@RUNS.feature("cycle turn", (2, 3, 4, 5, 6), "the forms of blocks around it come back after {} blocks")
def _cycle_turn(table: BlockTable) -> Ints:
    return _cycles(table)[1]
