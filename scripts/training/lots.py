"""Lots: labelled blocks of many documents as arrays, each document with the fold that it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scrubber.classifying.features.measured import Measured, measure
from scrubber.classifying.features.sets import FEW, model_of
from scrubber.classifying.features.table import BlockTable, Subject
from scrubber.config import Config
from scrubber.documents import RawDocument
from scrubber.evidence import Evidence, Examined, examine
from scrubber.judged import stated_text_of
from scrubber.templates import resolve
from training.pages import UNKNOWN, family_of

PAGE = 100.0
"""What a page weighs, spread over its blocks."""
_FLOOR = 4.0
"""Words that a block counts for beside its own: short ones would weigh next to nothing."""
_AT_ONCE = 32
Asked = Callable[[RawDocument], str | None]


@dataclass(frozen=True)
class Row:
    """A document's blocks, labelled: arrays of shape (blocks, features), and (blocks,)."""

    bins: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    fold: int
    site: str
    """What words are counted by: a word that one site alone holds is not learned."""
    words: Sequence[tuple[str, ...]]
    """What each block holds of words that may have a weight."""


@dataclass(frozen=True)
class Lot:
    """Blocks of one kind: arrays of shape (blocks, features), and (blocks,).

    Blocks of unknown label have weight 0: they are learned from by their neighbours alone.
    """

    name: str
    bins: np.ndarray
    labels: np.ndarray
    """1 where a block is chrome, 0 where it is content."""
    weights: np.ndarray
    folds: np.ndarray
    """Shape (documents,), as are the three that follow."""
    sites: np.ndarray
    """A digest of each document's site, the same of its mirrors."""
    starts: np.ndarray
    """Where each document begins, and the end; shape (documents + 1,)."""
    lexicon: Lexicon

    @classmethod
    def of(cls, name: str, rows: Iterable[Row]) -> Lot:
        """The lot of documents; blocks of unknown label are kept with a weight of 0."""
        found = list(rows)
        width = found[0].bins.shape[1] if found else 0
        bins = [np.empty((0, width), dtype=np.uint8)]
        labels, weights = [np.empty(0, dtype=np.int8)], [np.empty(0, dtype=np.float32)]
        for row in found:
            known = row.labels != UNKNOWN
            bins.append(row.bins.astype(np.uint8))
            labels.append(np.where(known, row.labels, 0).astype(np.int8))
            weights.append(np.where(known, row.weights, 0).astype(np.float32))
        return cls(
            name,
            np.concatenate(bins),
            np.concatenate(labels),
            np.concatenate(weights),
            np.array([row.fold for row in found], dtype=np.int8),
            np.array([digest_of(family_of(row.site)) for row in found], dtype=np.uint64),
            np.cumsum([0, *(len(row.labels) for row in found)]),
            Lexicon.of(words for row in found for words in row.words),
        )

    @property
    def document(self) -> np.ndarray:
        """The document of each block."""
        return np.repeat(np.arange(len(self.folds)), np.diff(self.starts))


@dataclass(frozen=True)
class Lexicon:
    """The words of blocks: digests, block after block."""

    digests: np.ndarray
    """Shape (words,)."""
    starts: np.ndarray
    """Where the words of each block begin, and the end; shape (blocks + 1,)."""
    spelt: Mapping[int, str]
    """Each word by its digest."""

    @classmethod
    def of(cls, blocks: Iterable[tuple[str, ...]]) -> Lexicon:
        """The words of some blocks."""
        found: list[int] = []
        starts, spelt = [0], {}
        for words in blocks:
            for word in words:
                digest = digest_of(word)
                spelt[digest] = word
                found.append(digest)
            starts.append(len(found))
        return cls(np.array(found, dtype=np.uint64), np.array(starts, dtype=np.int64), spelt)


@lru_cache(maxsize=1 << 17)
def digest_of(text: str) -> int:
    """A word or a site in 64 bits."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


@dataclass(frozen=True)
class Labelled:
    """A document of which blocks were labelled."""

    examined: Examined
    labels: np.ndarray
    weights: np.ndarray
    """How much each block's label says, 0 to 1."""
    fold: int
    site: str


def never(_document: RawDocument) -> str | None:
    """No single-page extractor is asked."""
    return None


def measured(
    documents: Sequence[Examined], config: Config, asked: Asked = never
) -> Iterator[tuple[Examined, Measured]]:
    """Documents as they look beside one another, those without blocks left out; all HTML, or none.

    `asked` gives what a single-page extractor makes of a page, where its site has few others.
    """
    index = resolve(Evidence.of(one.record for one in documents), config)
    some = [one for one in documents if one.prepared.blocks]
    for start in range(0, len(some), _AT_ONCE):
        part = some[start : start + _AT_ONCE]
        views = [index.view(one.record) for one in part]
        subjects = [
            Subject(
                one.prepared,
                one.record,
                extracted=asked(one.document) if view.site.documents < FEW else None,
                stated=stated_text_of(one.document),
            )
            for one, view in zip(part, views, strict=True)
        ]
        found = measure(BlockTable.of(subjects, views), model_of(markup=subjects[0].has_markup))
        for number, one in enumerate(part):
            yield one, found.document(number)


def rows(documents: Sequence[Labelled], share: float, config: Config, asked: Asked = never) -> Iterator[Row]:
    """What `Lot.of` takes of documents that are seen together; a page weighs `share` of what it does otherwise."""
    labelled = {one.examined.document.id: one for one in documents}
    for examined, own in measured([one.examined for one in documents], config, asked):
        one = labelled[examined.document.id]
        weights = one.weights * sizes_of(examined) * (PAGE * share)
        yield Row(own.bins, one.labels, weights, one.fold, one.site, own.words)


def sizes_of(examined: Examined) -> np.ndarray:
    """The share of its page that each block is, in words, with a floor for short ones."""
    text = examined.prepared.text
    return shares_of([len(text[block.start : block.end].split()) for block in examined.prepared.blocks])


def shares_of(words: Sequence[int]) -> np.ndarray:
    """The share of their page of blocks with so many words, with a floor for short ones."""
    raw = np.array(words, dtype=np.float64) + _FLOOR
    return np.asarray(raw / raw.sum())


def labelled_by_lines(
    document: RawDocument, lines: Iterable[tuple[str, bool]], site: str, fold: int, config: Config
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
    return Labelled(examined, np.array(labels, dtype=np.int8), np.ones(len(labels)), fold, site)
