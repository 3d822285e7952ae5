"""The measured features of some documents: what the model and all that follows it read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scrubber.classifying.features import lexicon
from scrubber.classifying.features.own import lengths
from scrubber.classifying.features.recurrence import REPEATED, is_fresh, support
from scrubber.classifying.features.registry import FeatureSet
from scrubber.classifying.features.sets import features_of
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints, Marks, Segments, per_mille
from scrubber.wording import embedded_length


@dataclass(frozen=True)
class Measured:
    """The features of the blocks of some documents that one model judges."""

    features: FeatureSet
    segments: Segments
    bins: npt.NDArray[np.int16]
    """Shape (blocks, features)."""
    near: Ints
    """Near-duplicate support of each block, in other distinct documents; shape (blocks,)."""
    lengths: Ints
    """Characters of each block, wide scripts weighted; shape (blocks,)."""
    others: Ints
    """How many other documents the site of each document has; shape (documents,)."""
    words: tuple[tuple[str, ...], ...]
    """What each block holds of words that may have a weight (see `words`)."""
    extracted: tuple[bool, ...] = ()
    """Of which documents a single-page extractor was asked, and answered; shape (documents,)."""
    embedded: Ints | None = None
    """Characters of files that stand in each block as ``data:`` addresses; None where there are none."""

    @classmethod
    def of_one(
        cls,
        features: FeatureSet,
        bins: npt.NDArray[np.int16],
        counts: tuple[Ints, Ints, int],
        words: Sequence[tuple[str, ...]],
    ) -> Measured:
        """The features of one document; `counts` is its `near`, its `lengths`, and its site's other documents."""
        near, lengths, others = counts
        return cls(
            features,
            Segments.of([len(bins)]),
            bins,
            near,
            lengths,
            np.array([others]),
            tuple(words),
            (False,),
        )

    def document(self, number: int) -> Measured:
        """The features of one of the documents."""
        return self._documents[number] if len(self.segments) > 1 else self

    @cached_property
    def _documents(self) -> tuple[Measured, ...]:
        """Each document apart, made once: several steps ask for what is derived from it."""
        return tuple(map(self._apart, range(len(self.segments))))

    def _apart(self, number: int) -> Measured:
        part = self.segments.slices[number]
        return Measured(
            self.features,
            Segments.of([part.stop - part.start]),
            self.bins[part],
            self.near[part],
            self.lengths[part],
            self.others[number : number + 1],
            self.words[part],
            self.extracted[number : number + 1],
            self.embedded[part] if self.embedded is not None else None,
        )

    def column(self, name: str) -> npt.NDArray[np.int16]:
        """The bins of a feature, by its name; shape (blocks,). Raises KeyError for one that was not measured."""
        return self.bins[:, self.features.places[name]]

    @property
    def said(self) -> Ints:
        """Characters of each block that say something: its length, without what is embedded; shape (blocks,)."""
        return self.lengths if self.embedded is None else np.maximum(self.lengths - self.embedded, 0)

    @cached_property
    def near_ratio(self) -> Ints:
        """Permille of the site's other pages in which each block stands, nearly at least."""
        return per_mille(self.near, self.others[self.segments.document])

    @cached_property
    def repeated(self) -> Marks:
        """Which blocks repeat, nearly at least, on enough of the site's other pages."""
        return np.asarray(self.near_ratio >= REPEATED)

    @cached_property
    def fresh(self) -> Marks:
        """Which blocks are prose that does not repeat: long enough, and ending a sentence."""
        return is_fresh(self.lengths, self.column("ending"), self.repeated)

    @cached_property
    def has_markup(self) -> bool:
        """Whether the documents are HTML."""
        return "comments" in self.features.places

    @cached_property
    def comments(self) -> Marks:
        """Which blocks stand among the readers' comments, as far as markup says so."""
        if not self.has_markup:
            return np.zeros(len(self.bins), dtype=np.bool_)
        return np.asarray(self.column("comments") == 1)


def measure(table: BlockTable, model: str) -> Measured:
    """All features of the documents of a block table that the model of this name asks for. Raises UnknownModelError."""
    features = features_of(model)
    columns = {feature.name: feature.column(table) for feature in features}
    return Measured(
        features,
        table.segments,
        features.bin_columns(columns),
        support(table).near,
        lengths(table),
        table.others,
        lexicon.words(table),
        tuple(subject.extracted is not None for subject in table.subjects),
        _embedded(table),
    )


def _embedded(table: BlockTable) -> Ints | None:
    texts = [(subject.prepared.text, subject.prepared.blocks) for subject in table.subjects]
    if not any("data:" in text for text, _ in texts):
        return None
    found = (embedded_length(text[block.start : block.end]) for text, blocks in texts for block in blocks)
    return np.fromiter(found, dtype=np.int64)
