"""What HTML adds: links, elements, and the regions of the DOM a block stands in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features.context import prose
from scrubber.classifying.features.recurrence import others, repeated
from scrubber.classifying.features.registry import (
    DENSITY,
    RATIO,
    SHARE,
    Feature,
    FeatureGroup,
    codes,
)
from scrubber.classifying.features.table import BlockTable, derived
from scrubber.classifying.segments import Ints, per_mille
from scrubber.documents import Markup
from scrubber.evidence import DocumentEvidence
from scrubber.lang.registry import alternatives
from scrubber.postings import Keys

LEAVES: Final = (
    "other",
    "p",
    "a",
    "li",
    "td",
    "h1",
    "h2",
    "h3",
    "h4",
    "div",
    "span",
    "strong",
    "dd",
    "blockquote",
)
LEVELS: Final = (1, 2, 3, 5)
"""Ancestors that are asked: parent, grandparent, ..."""
LANDMARKS: Final = (
    "nav", "footer", "header", "aside", "form", "article", "main", "table", "figure", "ul", "button", "blockquote",
)  # fmt: skip
_SHORT: Final = 41
"""Characters below which a block is a short line."""

Path = tuple[str, ...]

_TAG = re.compile(r"[^#.:]*")
_COMMENTS = re.compile(rf"[#.][^#.]*(?:{alternatives('comment_classes')})")


def is_comment(markup: Markup) -> bool:
    """Whether the names in a DOM path say that a block is part of the readers' comments."""
    return _facts(markup.path).comments


def _is_comment(path: Path) -> bool:
    return any(_COMMENTS.search(label) for label in path)


MARKUP = FeatureGroup("markup")


@derived
def _linked(table: BlockTable) -> Ints:
    """Permille of each block that stands inside links."""
    return per_mille(table.linked, table.sizes)


@MARKUP.feature("links short", DENSITY, "a short line; {}% of it is link")
def _links_short(table: BlockTable) -> Ints:
    return np.where(table.sizes < _SHORT, _linked(table), 0)


@MARKUP.feature("links long", DENSITY, "a longer block; {}% of it is link")
def _links_long(table: BlockTable) -> Ints:
    return np.where(table.sizes < _SHORT, 0, _linked(table))


@dataclass(frozen=True, slots=True)
class _PathFacts:
    """What a DOM path says by itself."""

    leaf: int
    """The innermost element: a place in LEAVES."""
    tags: frozenset[str]
    hidden: bool
    comments: bool


# The pages of a site share most of their paths.
@lru_cache(maxsize=1 << 12)
def _facts(path: Path) -> _PathFacts:
    tags = [tag[0] for label in path if (tag := _TAG.match(label))]
    leaf = tags[-1] if tags else "other"
    return _PathFacts(
        LEAVES.index(leaf) if leaf in LEAVES else 0,
        frozenset(tags),
        any(label.endswith(":hidden") for label in path),
        _is_comment(path),
    )


@dataclass(frozen=True)
class _Paths:
    """The distinct DOM paths of each document, all documents one behind the other."""

    paths: tuple[tuple[int, Path], ...]
    """Each with the number of its document."""
    which: Ints
    """The place of each block's path among them; shape (blocks,)."""

    def column(self, fact: Callable[[_PathFacts], int]) -> Ints:
        """A fact about the path of every block."""
        return np.array([fact(_facts(path)) for _, path in self.paths], dtype=np.int64)[self.which]

    def regions(self, level: int) -> Ints:
        """The number of the region `level` elements up that each block stands in."""
        numbers: dict[tuple[int, Path], int] = {}
        found = [
            numbers.setdefault((document, path[: max(len(path) - level, 0)]), len(numbers))
            for document, path in self.paths
        ]
        return np.array(found, dtype=np.int64)[self.which]


@derived
def _paths(table: BlockTable) -> _Paths:
    places: dict[tuple[int, Path], int] = {}
    which: list[int] = []
    for document, subject in enumerate(table.subjects):
        for block in subject.prepared.blocks:
            path = block.markup.path if block.markup is not None else ()
            which.append(places.setdefault((document, path), len(places)))
    return _Paths(tuple(places), np.array(which, dtype=np.int64))


@MARKUP.feature("leaf", codes(LEAVES), "its element is {}", LEAVES)
def _leaf(table: BlockTable) -> Ints:
    return _paths(table).column(lambda facts: facts.leaf)


def _inside(tag: str, table: BlockTable) -> Ints:
    return _paths(table).column(lambda facts: tag in facts.tags)


for _landmark in LANDMARKS:
    MARKUP.add(
        Feature(f"in {_landmark}", (1,), f"stands in <{_landmark}>", column=partial(_inside, _landmark))
    )


@MARKUP.feature("hidden", (1,), "is hidden on the page")
def _hidden(table: BlockTable) -> Ints:
    return _paths(table).column(lambda facts: facts.hidden)


@MARKUP.feature("comments", (1,), "stands among the readers' comments")
def _comments(table: BlockTable) -> Ints:
    return _paths(table).column(lambda facts: facts.comments)


def _support(keys_of: Callable[[DocumentEvidence], Keys], table: BlockTable) -> Ints:
    """In how many other documents the keys of each block stand."""
    pairs = zip(table.subjects, table.views, strict=True)
    return np.concatenate([view.support.of(keys_of(subject.record)) for subject, view in pairs])


@MARKUP.feature("path ratio", RATIO, "its DOM path is found in {}% of the other pages")
def _path_ratio(table: BlockTable) -> Ints:
    return per_mille(_support(lambda record: record.path_keys, table), others(table))


@MARKUP.feature(
    "placed ratio", RATIO, "the same block at the same DOM path in {}% of the other pages", recurs=True
)
def _placed_ratio(table: BlockTable) -> Ints:
    return per_mille(_support(lambda record: record.placed, table), others(table))


@derived
def _regions(table: BlockTable) -> dict[int, Ints]:
    return {level: _paths(table).regions(level) for level in LEVELS}


def _totals(which: Ints, values: npt.NDArray[np.generic]) -> Ints:
    """The sum over the blocks of each region."""
    return np.bincount(which, weights=values).astype(np.int64)


def _chrome_at(level: int, table: BlockTable) -> Ints:
    which = _regions(table)[level]
    return per_mille(_totals(which, repeated(table)), np.bincount(which))[which]


def _links_at(level: int, table: BlockTable) -> Ints:
    which = _regions(table)[level]
    return per_mille(_totals(which, table.linked), _totals(which, table.sizes))[which]


def _prose_at(level: int, table: BlockTable) -> Ints:
    which, segments = _regions(table)[level], table.segments
    page = segments.totals(prose(table))[segments.document]
    return per_mille(_totals(which, prose(table))[which], page)


def _mean_length_at(level: int, table: BlockTable) -> Ints:
    which = _regions(table)[level]
    return (_totals(which, table.sizes) // np.maximum(np.bincount(which), 1))[which]


for _level in LEVELS:
    for _what, _edges, _words, _measure in (
        ("chrome", DENSITY, "{}% of the region's blocks repeat on other pages", _chrome_at),
        ("links", DENSITY, "{}% of the region is link", _links_at),
        ("prose", SHARE, "{}% of the page's fresh prose stands in the region", _prose_at),
        (
            "mean length",
            (16, 31, 61, 121, 241),
            "the region's blocks have {} characters on average",
            _mean_length_at,
        ),
    ):
        MARKUP.add(
            Feature(
                f"{_what} at {_level}",
                _edges,
                f"{_words}, {_level} up",
                column=partial(_measure, _level),
            )
        )
