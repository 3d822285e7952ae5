"""The evidence for every block of a document, as bins: shape (blocks, features)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from scrubber.classifying import spec
from scrubber.classifying.extraction import extraction_columns
from scrubber.classifying.lexicon import words_of_blocks
from scrubber.classifying.markup import markup_columns
from scrubber.classifying.measures import (
    FAR,
    Ints,
    densest,
    distances,
    measure_all,
    neighbours,
    per_mille,
    window_shares,
)
from scrubber.classifying.spec import KINDS, TEXT, Feature
from scrubber.classifying.threads import thread_columns
from scrubber.evidence import DocumentEvidence, copy_key
from scrubber.preparing import Prepared
from scrubber.templates import View

REPEATED = 250
"""Permille of the other pages from which a block counts as repeated in the context features."""
PROSE = 60
"""Characters from which a block that ends a sentence is prose."""
_KIND_CODES: Final = {kind: code for code, kind in enumerate(KINDS)}
_LAYOUTS: Final = 8
"""Tables whose bins are laid out: there are six."""


@dataclass(frozen=True)
class Measured:
    """The features of a document's blocks."""

    features: tuple[Feature, ...]
    bins: npt.NDArray[np.int16]
    """Shape (blocks, features)."""
    near: Ints
    """Near-duplicate support of each block, in other distinct documents; shape (blocks,)."""
    lengths: Ints
    """Characters of each block, wide scripts weighted; shape (blocks,)."""
    others: int
    words: tuple[tuple[str, ...], ...]
    """What each block holds of words that may have a weight (see `lexicon`)."""
    extracted: bool = False
    """Whether a single-page extractor was asked, and answered."""

    @cached_property
    def near_ratio(self) -> Ints:
        """Permille of the site's other pages in which each block stands, nearly at least."""
        return per_mille(self.near, self.others)

    @cached_property
    def repeated(self) -> npt.NDArray[np.bool_]:
        """Which blocks repeat, nearly at least, on enough of the site's other pages."""
        return np.asarray(self.near_ratio >= REPEATED, dtype=np.bool_)

    @cached_property
    def fresh(self) -> npt.NDArray[np.bool_]:
        """Which blocks are prose that does not repeat: long enough, and ending a sentence."""
        sentences = self.bins[:, self.column("ending")] == 1
        return np.asarray((self.lengths >= PROSE) & sentences & ~self.repeated, dtype=np.bool_)

    @cached_property
    def has_markup(self) -> bool:
        """Whether the document is HTML."""
        return self.features[: len(TEXT)] != TEXT

    @cached_property
    def comments(self) -> npt.NDArray[np.bool_]:
        """Which blocks stand among the readers' comments, as far as markup says so."""
        if not self.has_markup:
            return np.zeros(len(self.bins), dtype=np.bool_)
        return np.asarray(self.bins[:, self.column("comments")] == 1, dtype=np.bool_)

    def column(self, name: str) -> int:
        """Where a feature stands in `bins`. Raises KeyError for one that is not there."""
        for place, feature in enumerate(self.features):
            if feature.name == name:
                return place
        raise KeyError(name)


def measure_document(
    prepared: Prepared, record: DocumentEvidence, view: View, extracted: str | None = None
) -> Measured:
    """All features of one document. Needs at least one block.

    `extracted` is what a single-page extractor made of the page; None where it was not asked.
    """
    texts = [prepared.text[b.start : b.end] for b in prepared.blocks]
    own = measure_all(texts)
    own[:, 11] = [_KIND_CODES[b.kind] for b in prepared.blocks]
    keys = record.keys.tolist()
    copies = Counter(keys)
    own[:, 12] = [copies[k] for k in keys]
    evidence, near, ratio = _evidence_columns(record, view, own[:, 0])
    fresh = (own[:, 0] >= PROSE) & (own[:, 1] == 1) & (ratio < REPEATED)
    repeated = ratio >= REPEATED
    columns = [*own.T, *evidence, *_context_columns(own, ratio, repeated, fresh)]
    has_markup = len(record.paths) > 0
    table = spec.situation(markup=has_markup, others=view.site.documents)
    features = spec.columns(table)
    if has_markup:
        columns += markup_columns(prepared, record, view, repeated, np.where(fresh, own[:, 0], 0))
    else:
        share = int(own[fresh, 0].sum()) * 1000 // max(int(own[:, 0].sum()), 1)
        columns += [np.full(len(texts), share, dtype=np.int64), *thread_columns(texts)]
    if len(features) > len(columns):
        columns += extraction_columns(prepared, own[:, 0], extracted)
    words = words_of_blocks(prepared.text, prepared.blocks)
    others, asked = view.site.documents, extracted is not None
    return Measured(features, _binned(table, columns), near, own[:, 0], others, words, asked)


def _binned(table: str, columns: list[Ints]) -> npt.NDArray[np.int16]:
    """The bin of every value, shape (blocks, features), from one list for each feature."""
    bins, starts = _laid_out(table)
    values = np.concatenate(columns).reshape(len(columns), -1)  # `np.stack` takes longer than all the rest
    np.maximum(values, 0, out=values)
    np.minimum(values, bins.size // len(starts) - 1, out=values)
    values += starts[:, np.newaxis]
    return bins.take(values).T.astype(np.int16, order="C")


@lru_cache(maxsize=_LAYOUTS)
def _laid_out(table: str) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The bins of the values 0, 1, ... up to the largest edge, feature after feature; where each begins.

    To look a value up is a tenth of the work of a search among the edges.
    """
    features = spec.columns(table)
    values = np.arange(max(feature.edges[-1] for feature in features) + 1)
    rows = [np.searchsorted(feature.edges, values, side="right") for feature in features]
    return np.concatenate(rows).astype(np.uint8), np.arange(len(features)) * len(values)


def _evidence_columns(record: DocumentEvidence, view: View, lengths: Ints) -> tuple[list[Ints], Ints, Ints]:
    support = view.support
    others = view.site.documents
    keys = record.keys.tolist()
    paired = support.of(record.pairs)
    numbers = _copy_numbers(keys, np.maximum(paired[:-1], paired[1:]).tolist())
    told_apart = [k if n == 1 else copy_key(k, n) for k, n in zip(keys, numbers, strict=True)]
    exact = support.of(np.array(told_apart, dtype=np.uint64))
    nearest = support.of(record.bands).max(axis=1, initial=0)
    nearly = dict(zip(record.keys[record.signed].tolist(), nearest.tolist(), strict=True))
    similar = [nearly.get(k, 0) if n == 1 else 0 for k, n in zip(keys, numbers, strict=True)]
    near = np.maximum(exact, np.array(similar, dtype=np.int64))
    ratio = per_mille(exact, others)
    near_ratio = per_mille(near, others)
    pairs = per_mille(paired, others)
    short, middling = lengths < 26, (lengths >= 26) & (lengths < 91)
    columns = [
        np.where(short, ratio, 0),
        np.where(middling, ratio, 0),
        np.where(short | middling, 0, ratio),
        exact,
        near_ratio,
        near_ratio - ratio,
        pairs[:-1],
        pairs[1:],
        np.array([view.elsewhere.get(k, 0) for k in keys], dtype=np.int64),
        np.full(len(keys), others, dtype=np.int64),
    ]
    return columns, near, near_ratio


def _copy_numbers(keys: list[int], company: list[int]) -> list[int]:
    """Which copy of its block each is: 1, 2, ... first those whose neighbours recur as well.

    A page that holds a line of the template once more than other pages do holds it once as
    content: the copy in strange company.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    numbers = [1] * len(keys)
    for same in places.values():
        if len(same) > 1:
            ranked = sorted(same, key=lambda place: (-company[place], place))
            for number, place in enumerate(ranked, 1):
                numbers[place] = number
    return numbers


def _context_columns(
    own: Ints, ratio: Ints, repeated: npt.NDArray[np.bool_], fresh: npt.NDArray[np.bool_]
) -> list[Ints]:
    lengths, count = own[:, 0], len(own)
    flags = repeated.astype(np.int64)
    prose = np.where(fresh, lengths, 0)
    place = np.arange(count)
    columns = [neighbour for values in (lengths, own[:, 1], ratio) for neighbour in neighbours(values)]
    for part, whole in ((flags, None), (prose, lengths)):
        near, far = window_shares(part, whole, (3, 8))
        columns += (near[0], far[0], near[1], far[1])
    total = int(prose.sum())
    so_far = np.cumsum(prose) - prose
    since_prose, until_prose = distances(fresh)
    since_chrome, until_chrome = distances(repeated)
    start, end = densest(np.where(repeated, -120, np.where(fresh, lengths, -30)).tolist())
    outside = np.maximum(np.maximum(start - place, place - end + 1), 0)
    return [
        *columns,
        per_mille(so_far, total),
        per_mille(total - so_far - prose, total),
        since_prose,
        until_prose,
        since_chrome,
        until_chrome,
        place,
        count - 1 - place,
        outside if end else np.full(count, FAR, dtype=np.int64),
        np.full(count, total, dtype=np.int64),
        np.full(count, int(flags.sum()) * 1000 // count, dtype=np.int64),
    ]
