"""Lots: labelled blocks of many documents as arrays, each document with the fold that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scrubber.classifying.features.measured import Measured, measure
from scrubber.classifying.features.sets import TEXT
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence, Examined, examine
from scrubber.templates import resolve

UNKNOWN = -1
"""The label of a block of which nobody knows what it is."""
PAGE = 100.0
"""What a page weighs, spread over its blocks."""
_FLOOR = 4.0
"""Words that a block counts for beside its own: short ones would weigh next to nothing."""
_AT_ONCE = 32
Row = tuple[np.ndarray, np.ndarray, np.ndarray, int]
"""Bins, labels and weights of a document's blocks, and its fold."""


@dataclass(frozen=True)
class Lot:
    """Blocks of one kind: arrays of shape (blocks, features), and (blocks,)."""

    name: str
    bins: np.ndarray
    labels: np.ndarray
    """1 where a block is chrome, 0 where it is content."""
    weights: np.ndarray
    folds: np.ndarray

    @classmethod
    def of(cls, name: str, rows: Iterable[Row]) -> Lot:
        """The lot of documents, each with its bins, labels, weights and fold; blocks of unknown label are left out."""
        bins = [np.empty((0, len(TEXT)), dtype=np.uint8)]
        labels, folds = [np.empty(0, dtype=np.int8)], [np.empty(0, dtype=np.int8)]
        weights = [np.empty(0, dtype=np.float32)]
        for own, known, weight, fold in rows:
            some = (known != UNKNOWN) & (weight > 0)
            bins.append(own[some].astype(np.uint8))
            labels.append(known[some].astype(np.int8))
            weights.append(weight[some].astype(np.float32))
            folds.append(np.full(int(some.sum()), fold, dtype=np.int8))
        return cls(
            name, np.concatenate(bins), np.concatenate(labels), np.concatenate(weights), np.concatenate(folds)
        )


@dataclass(frozen=True)
class Labelled:
    """A document of which blocks were labelled."""

    examined: Examined
    labels: np.ndarray
    weights: np.ndarray
    """How much each block's label says, 0 to 1."""
    fold: int


def measured(documents: Sequence[Examined], config: Config) -> Iterator[tuple[Examined, Measured]]:
    """Documents as they look beside one another, those without blocks left out; all HTML, or none."""
    index = resolve(Evidence.of(one.record for one in documents), config)
    some = [one for one in documents if one.prepared.blocks]
    for start in range(0, len(some), _AT_ONCE):
        part = some[start : start + _AT_ONCE]
        subjects = [Subject(one.prepared, one.record) for one in part]
        found = measure(BlockTable.of(subjects, [index.view(one.record) for one in part]), "text")
        for number, one in enumerate(part):
            yield one, found.document(number)


def rows(documents: Sequence[Labelled], share: float, config: Config) -> Iterator[Row]:
    """What `Lot.of` takes of documents that are seen together; a page weighs `share` of what it does otherwise."""
    labelled = {one.examined.document.id: one for one in documents}
    for examined, own in measured([one.examined for one in documents], config):
        one = labelled[examined.document.id]
        weights = one.weights * sizes_of(examined) * (PAGE * share)
        yield own.bins, one.labels, weights, one.fold


def sizes_of(examined: Examined) -> np.ndarray:
    """The share of its page that each block is, in words, with a floor for short ones."""
    text = examined.prepared.text
    return shares_of([len(text[block.start : block.end].split()) for block in examined.prepared.blocks])


def shares_of(words: Sequence[int]) -> np.ndarray:
    """The share of their page of blocks with so many words, with a floor for short ones."""
    raw = np.array(words, dtype=np.float64) + _FLOOR
    return np.asarray(raw / raw.sum())


def labelled_by_lines(
    document: RawDocument, lines: Iterable[tuple[str, bool]], fold: int, config: Config
) -> Labelled | None:
    """A document of which each line is known to be chrome or content; None where it has no blocks.

    A block is what most of its characters are.
    """
    examined = examine(document, config)
    if not examined.prepared.blocks:
        return None
    text, end = examined.prepared.text, 0
    spans: list[tuple[int, int, bool]] = []
    for line, chrome in lines:
        stripped = line.strip()
        start = text.find(stripped, end) if stripped else -1
        if start >= 0:
            end = start + len(stripped)
            spans.append((start, end, chrome))
    labels, first = [], 0
    for block in examined.prepared.blocks:
        while first < len(spans) and spans[first][1] <= block.start:
            first += 1
        sums = [0, 0]
        for start, stop, chrome in spans[first:]:
            if start >= block.end:
                break
            sums[chrome] += min(stop, block.end) - max(start, block.start)
        labels.append(int(sums[1] > sums[0]) if any(sums) else UNKNOWN)
    return Labelled(examined, np.array(labels, dtype=np.int8), np.ones(len(labels)), fold)
