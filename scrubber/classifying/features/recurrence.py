"""How often a block recurs on other pages of its site, exactly and nearly, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.own import endings, lengths
from scrubber.classifying.features.registry import RATIO, FeatureGroup
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, Marks, per_mille
from scrubber.evidence import copy_keys

REPEATED: Final = 250
"""Permille of the other pages from which a block counts as repeated in the context features."""
PROSE: Final = 60
"""Characters from which a block that ends a sentence is prose."""
SENTENCE_END: Final = 1
"""The class of an ending that closes a sentence."""
_SHORT: Final = 26
_LONG: Final = 91

RECURRENCE = FeatureGroup("recurrence")


@dataclass(frozen=True)
class Support:
    """In how many other documents of its site each block stands: arrays of shape (blocks,)."""

    exact: Ints
    near: Ints
    """The same where what is nearly the same counts too."""
    before: Ints
    """In how many it follows the same block."""
    after: Ints
    """In how many the same block follows it."""


@derived
def support(table: BlockTable) -> Support:
    """The support of every block. A block that a page holds more than once is told apart by its copies."""
    paired = [view.support.of(s.record.pairs) for s, view in zip(table.subjects, table.views, strict=True)]
    before = np.concatenate([one[:-1] for one in paired])
    after = np.concatenate([one[1:] for one in paired])
    groups, numbers = _copies_apart(table, np.maximum(before, after))
    told_apart = copy_keys(table.keys, numbers)
    exact = np.concatenate(
        [
            view.support.of(told_apart[part])
            for view, part in zip(table.views, table.segments.slices, strict=True)
        ]
    )
    nearly = np.zeros(int(groups.max()) + 1, dtype=np.int64)
    starts = table.segments.starts.tolist()
    for subject, view, start in zip(table.subjects, table.views, starts, strict=False):
        record = subject.record
        nearly[groups[record.signed + start]] = view.support.of(record.bands).max(axis=1, initial=0)
    similar = np.where(numbers == 1, nearly[groups], 0)
    return Support(exact, np.maximum(exact, similar), before, after)


def _copies_apart(table: BlockTable, company: Ints) -> tuple[Ints, Ints]:
    """For each block the number of its group (equal blocks of one document), and which copy of it it is.

    Copies are counted 1, 2, ... first those whose neighbours recur as well: a page that holds a line
    of the template once more than other pages do holds it once as content, the copy in strange
    company.
    """
    segments = table.segments
    order = np.lexsort((-company, table.keys, segments.document))
    keys, documents = table.keys[order], segments.document[order]
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (keys[1:] != keys[:-1]) | (documents[1:] != documents[:-1])
    group = np.cumsum(begins) - 1
    groups, numbers = np.empty_like(group), np.empty_like(group)
    groups[order] = group
    numbers[order] = np.arange(len(order)) - np.flatnonzero(begins)[group] + 1
    return groups, numbers


@derived
def others(table: BlockTable) -> Ints:
    """How many other documents its site has, for every block."""
    return table.others[table.segments.document]


@derived
def ratio(table: BlockTable) -> Ints:
    """Permille of the other pages in which each block stands exactly."""
    return per_mille(support(table).exact, others(table))


@derived
def near_ratio(table: BlockTable) -> Ints:
    """Permille of the other pages in which each block stands, nearly at least."""
    return per_mille(support(table).near, others(table))


@derived
def written(table: BlockTable) -> Ints:
    """In how many other documents each block stands with the same figures; shape (blocks,).

    Folding makes digits, weekdays and months alike, and so do the counts of what is nearly the same.
    """
    found = []
    for subject, view, part in zip(table.subjects, table.views, table.segments.slices, strict=True):
        record, near = subject.record, support(table).near[part]
        told = len(record.written) > 0
        found.append(np.where(record.written > 0, view.support.of(record.written), near) if told else near)
    return np.concatenate(found)


@derived
def repeated(table: BlockTable) -> Marks:
    """Which blocks repeat, nearly at least, on enough of the other pages."""
    return np.asarray(near_ratio(table) >= REPEATED)


@derived
def fresh(table: BlockTable) -> Marks:
    """Which blocks are prose that does not repeat: long enough, and ending a sentence."""
    return is_fresh(lengths(table), endings(table), repeated(table))


def is_fresh(lengths: Ints, endings: npt.NDArray[np.integer], repeated: Marks) -> Marks:
    """What `fresh` says, from the arrays that it hangs on."""
    return np.asarray(is_prose(lengths, endings) & ~repeated)


def is_prose(lengths: Ints, endings: npt.NDArray[np.integer]) -> Marks:
    """Which blocks are long enough and end a sentence, whether or not they repeat."""
    return np.asarray((lengths >= PROSE) & (endings == SENTENCE_END))


@RECURRENCE.feature(
    "ratio short", RATIO, "a short line; stands in {}% of the site's other pages", recurs=True
)
def _ratio_short(table: BlockTable) -> Ints:
    return np.where(lengths(table) < _SHORT, ratio(table), 0)


@RECURRENCE.feature(
    "ratio middling", RATIO, "a middling line; stands in {}% of the site's other pages", recurs=True
)
def _ratio_middling(table: BlockTable) -> Ints:
    middling = (lengths(table) >= _SHORT) & (lengths(table) < _LONG)
    return np.where(middling, ratio(table), 0)


@RECURRENCE.feature("ratio long", RATIO, "a long block; stands in {}% of the site's other pages", recurs=True)
def _ratio_long(table: BlockTable) -> Ints:
    return np.where(lengths(table) >= _LONG, ratio(table), 0)


@RECURRENCE.feature("support", (1, 2, 3, 5, 9), "stands in {} other pages of the site", recurs=True)
def _support(table: BlockTable) -> Ints:
    return support(table).exact


@RECURRENCE.feature(
    "near ratio", RATIO, "something nearly the same stands in {}% of the other pages", recurs=True
)
def _near_ratio(table: BlockTable) -> Ints:
    return near_ratio(table)


@RECURRENCE.feature("near gain", (1, 300, 600), "MinHash adds {}% to its exact support")
def _near_gain(table: BlockTable) -> Ints:
    return near_ratio(table) - ratio(table)


@RECURRENCE.feature("pair before", RATIO, "follows the same block in {}% of the other pages", recurs=True)
def _pair_before(table: BlockTable) -> Ints:
    return per_mille(support(table).before, others(table))


@RECURRENCE.feature(
    "pair after", RATIO, "is followed by the same block in {}% of the other pages", recurs=True
)
def _pair_after(table: BlockTable) -> Ints:
    return per_mille(support(table).after, others(table))


@RECURRENCE.feature("elsewhere", (2, 3, 5, 8), "stands on {} other sites", recurs=True)
def _elsewhere(table: BlockTable) -> Ints:
    found = np.zeros(table.segments.blocks, dtype=np.int64)
    for subject, view, part in zip(table.subjects, table.views, table.segments.slices, strict=True):
        if view.elsewhere:
            found[part] = [view.elsewhere.get(key, 0) for key in subject.record.keys.tolist()]
    return found


@RECURRENCE.feature("others", (1, 2, 3, 5, 9, 20), "the site has {} other pages")
def _others(table: BlockTable) -> Ints:
    return others(table)
