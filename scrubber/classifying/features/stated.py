"""What the page itself says that its text is: the ``articleBody`` of its JSON-LD, and its descriptions.

A stated body is seldom wrong and often ends early: a block that it does not hold is not spoken
against where it stands behind the last one that it holds.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from scrubber.classifying.features.extractor import SHORT
from scrubber.classifying.features.matching import (
    EDGE,
    HELD,
    NOT_ASKED,
    PARTLY,
    letters_of,
    letters_of_blocks,
    matches_in_flow,
)
from scrubber.classifying.features.own import lengths
from scrubber.classifying.features.registry import DENSITY, DISTANCE, SHARE, Feature, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, per_mille

STATED_CLASSES: Final = ("no body", "a body without it", "a part of it", "it")
DESCRIBED: Final = (
    "no description",
    "another description",
    "a description that holds it",
    "it as a description",
)
STATED = FeatureGroup("stated")
_WIDTHS: Final = (2, 6)
_OTHER, _INSIDE, _DESCRIPTION = range(1, 4)


@derived
def _stated(table: BlockTable) -> Ints:
    """Whether the stated body holds each block: a place in STATED_CLASSES; shape (blocks,)."""
    found = np.full(table.segments.blocks, NOT_ASKED, dtype=np.int64)
    for subject, part in zip(table.subjects, table.segments.slices, strict=True):
        if subject.stated is not None and subject.stated.body:
            found[part] = matches_in_flow(letters_of_blocks(table)[part], subject.stated.body)
    return found


@derived
def _held(table: BlockTable) -> Ints:
    """Characters of the blocks that the stated body holds, 0 for all others."""
    return np.where(_stated(table) == HELD, lengths(table), 0)


@STATED.feature("stated short", codes(STATED_CLASSES), "a short block; the page states {}", STATED_CLASSES)
def _of_short(table: BlockTable) -> Ints:
    return np.where(lengths(table) < SHORT, _stated(table), NOT_ASKED)


@STATED.feature("stated long", codes(STATED_CLASSES), "a long block; the page states {}", STATED_CLASSES)
def _of_long(table: BlockTable) -> Ints:
    return np.where(lengths(table) < SHORT, NOT_ASKED, _stated(table))


@derived
def _shares(table: BlockTable) -> dict[tuple[str, int], Ints]:
    return table.segments.shares_by_window(_held(table), lengths(table), _WIDTHS)


def _share(side: str, width: int, table: BlockTable) -> Ints:
    return _shares(table)[side, width]


for _width in _WIDTHS:
    for _side in ("before", "behind"):
        STATED.add(
            Feature(
                f"stated {_side} {_width}",
                DENSITY,
                f"the page states {{}}% of the {_width} blocks {_side}",
                column=partial(_share, _side, _width),
            )
        )


@derived
def _total(table: BlockTable) -> Ints:
    """Characters of the page that the stated body holds, for every block."""
    return table.segments.totals(_held(table))[table.segments.document]


@STATED.feature("stated so far", SHARE, "{}% of what the page states of itself stands up to here")
def _so_far(table: BlockTable) -> Ints:
    return per_mille(table.segments.running(_held(table)) + _held(table), _total(table))


@STATED.feature("stated page", (1, 300, 1000, 3000), "the page states {} characters of its text")
def _page(table: BlockTable) -> Ints:
    return _total(table)


@STATED.feature(
    "stated found", (1, 200, 500, 700, 850, 950), "{}% of what the page states stands in its blocks"
)
def _found(table: BlockTable) -> Ints:
    shares = np.zeros(len(table.segments), dtype=np.int64)
    blocks = np.array([len(letters) for letters in letters_of_blocks(table)], dtype=np.int64)
    held = table.segments.totals(np.where(_stated(table) == HELD, blocks, 0)).tolist()
    for number, subject in enumerate(table.subjects):
        if subject.stated is not None and subject.stated.body:
            whole = len(letters_of(subject.stated.body))
            shares[number] = min(held[number] * 1000 // max(whole, 1), 1000)
    return shares[table.segments.document]


@derived
def _stated_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(_stated(table) >= PARTLY)


@STATED.feature("since stated", DISTANCE, "the last block that the page states is {} blocks back")
def _since_stated(table: BlockTable) -> Ints:
    return _stated_distances(table)[0]


@STATED.feature("until stated", DISTANCE, "the next block that the page states is {} blocks ahead")
def _until_stated(table: BlockTable) -> Ints:
    return _stated_distances(table)[1]


@derived
def _described(table: BlockTable) -> Ints:
    """What the page's descriptions say of each block: a place in DESCRIBED; shape (blocks,)."""
    found = np.zeros(table.segments.blocks, dtype=np.int64)
    for subject, part in zip(table.subjects, table.segments.slices, strict=True):
        if subject.stated is not None and subject.stated.description:
            lines = list(map(letters_of, subject.stated.description.split("\n")))
            found[part] = [_class_of(letters, lines) for letters in letters_of_blocks(table)[part]]
    return found


def _class_of(letters: str, descriptions: list[str]) -> int:
    """A place in DESCRIBED. A description is often the first sentences of a block, cut off."""
    for description in descriptions:
        if letters == description or (len(description) >= EDGE and letters.startswith(description)):
            return _DESCRIPTION
    if len(letters) >= EDGE and any(letters in description for description in descriptions):
        return _INSIDE
    return _OTHER


@STATED.feature("description", codes(DESCRIBED), "the page states {}", DESCRIBED)
def _description(table: BlockTable) -> Ints:
    return _described(table)


@derived
def _described_distances(table: BlockTable) -> tuple[Ints, Ints]:
    return table.segments.distances(_described(table) >= _INSIDE)


@STATED.feature("since description", DISTANCE, "the page's description stands {} blocks back")
def _since_description(table: BlockTable) -> Ints:
    return _described_distances(table)[0]


@STATED.feature("until description", DISTANCE, "the page's description stands {} blocks ahead")
def _until_description(table: BlockTable) -> Ints:
    return _described_distances(table)[1]
