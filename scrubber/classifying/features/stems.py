"""How a block begins and ends, and how often other blocks do so: furniture in which a name or a title is exchanged.

"Read also: ..." names another page each time, an offer another town: no two are the same, and MinHash takes
few of them for nearly the same. A label stands before other values in the same way: its company tells it.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.recurrence import near_ratio, others
from scrubber.classifying.features.registry import RATIO, Feature, FeatureGroup
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, per_mille

STEMS = FeatureGroup("stems")
_SIDES: Final = ("begins", "ends")


@derived
def _pages(table: BlockTable) -> Ints:
    """On how many other pages a block begins (ends) like each; shape (blocks, 2)."""
    found = []
    for subject, view in zip(table.subjects, table.views, strict=True):
        keys = subject.record.stems
        alike = len(keys) == len(subject.record)
        found.append(view.support.of(keys) if alike else np.zeros((len(subject.record), 2), dtype=np.int64))
    return np.concatenate(found)


@derived
def _here(table: BlockTable) -> Ints:
    """How many blocks of the page begin (end) like each, itself among them; shape (blocks, 2)."""
    found: list[Ints] = []
    for subject in table.subjects:
        keys = subject.record.stems
        own = np.zeros((len(subject.record), 2), dtype=np.int64)
        for side in range(2) if len(keys) else ():
            _, which, counts = np.unique(keys[:, side], return_inverse=True, return_counts=True)
            own[:, side] = np.where(keys[:, side] > 0, counts[which], 0)
        found.append(own)
    return np.concatenate(found)


def _ratio(side: int, table: BlockTable) -> Ints:
    return per_mille(_pages(table)[:, side], others(table))


def _gain(side: int, table: BlockTable) -> Ints:
    gained: Ints = np.maximum(_ratio(side, table) - near_ratio(table), 0)
    return gained


def _support(side: int, table: BlockTable) -> Ints:
    pages: Ints = _pages(table)[:, side]
    return pages


def _copies(side: int, table: BlockTable) -> Ints:
    blocks: Ints = _here(table)[:, side]
    return blocks


for _side, _does in enumerate(_SIDES):
    for _name, _edges, _words, _measure in (
        ("ratio", RATIO, "{}% of the other pages have a block that %s as it does", _ratio),
        ("gain", (1, 100, 300, 600), "how it %s adds {}%% to the share of pages that hold it", _gain),
        ("support", (1, 2, 3, 5, 9), "{} other pages have a block that %s as it does", _support),
        ("here", (1, 2, 3, 5, 9), "on this page {} blocks %s like it", _copies),
    ):
        STEMS.add(
            Feature(
                f"{_does} {_name}",
                _edges,
                _words.replace("%s", _does).replace("%%", "%"),
                column=partial(_measure, _side),
            )
        )
