"""The blocks of several documents side by side: what features are measured over.

A table is ragged: documents have different numbers of blocks, and stand one behind the other in
each of its arrays. What several features need is computed once for a table (`derived`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from scrubber.classifying.segments import Ints, Segments
from scrubber.documents import Block, StatedText
from scrubber.evidence import DocumentEvidence
from scrubber.preparing import Prepared
from scrubber.segmenting import MARKDOWN, comparable
from scrubber.templates import View

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Subject:
    """What is judged: a prepared document, its fingerprints, and the title it gives itself."""

    prepared: Prepared
    record: DocumentEvidence
    title: str | None = None
    extracted: str | None = None
    """What a single-page extractor made of the page; None where it was not asked."""
    stated: StatedText | None = None
    """What an HTML page says that its text is; None where its markup is not at hand."""

    @property
    def has_markup(self) -> bool:
        """Whether the document is HTML."""
        return len(self.record.paths) > 0


@dataclass(frozen=True, eq=False)
class BlockTable:
    """The blocks of some documents, each of which has at least one; all of them HTML, or none."""

    subjects: tuple[Subject, ...]
    segments: Segments
    views: tuple[View, ...] = ()
    """What each document sees of the index. Features need it, and those guards that ask what company a block has."""
    lexicon: Mapping[str, int] = field(default_factory=dict)
    """Weights of words, of the model that judges (see `lexicon`)."""
    _derived: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        subjects: Sequence[Subject],
        views: Sequence[View] = (),
        lexicon: Mapping[str, int] | None = None,
    ) -> BlockTable:
        """The table of some documents. Raises ValueError where one of them has no blocks."""
        counts = [len(subject.prepared.blocks) for subject in subjects]
        return cls(tuple(subjects), Segments.of(counts), tuple(views), lexicon or {})

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return list(chain.from_iterable(subject.prepared.blocks for subject in self.subjects))

    @cached_property
    def texts(self) -> list[str]:
        """The text of every block."""
        return [
            subject.prepared.text[block.start : block.end]
            for subject in self.subjects
            for block in subject.prepared.blocks
        ]

    @cached_property
    def shown_texts(self) -> list[str]:
        """The text of every block as it is shown: in Markdown without the targets of its links."""
        pairs = zip(self.texts, self.blocks, strict=True)
        return [text if block.links is None else comparable(text, MARKDOWN) for text, block in pairs]

    @cached_property
    def keys(self) -> npt.NDArray[np.uint64]:
        """The exact key of every block; shape (blocks,)."""
        return np.concatenate([subject.record.keys for subject in self.subjects])

    @cached_property
    def sizes(self) -> Ints:
        """Characters of every block, as they stand in its text; shape (blocks,)."""
        return np.array([block.end - block.start for block in self.blocks], dtype=np.int64)

    @cached_property
    def linked(self) -> Ints:
        """How many characters of every block stand inside links; shape (blocks,)."""
        return np.array([block.linked for block in self.blocks], dtype=np.int64)

    @cached_property
    def shown(self) -> Ints:
        """How many characters of every block are shown: without the targets of links; shape (blocks,)."""
        return np.array([block.shown for block in self.blocks], dtype=np.int64)

    @cached_property
    def links_away(self) -> npt.NDArray[np.bool_]:
        """Of which blocks more than a fifth leads to other pages; shape (blocks,)."""
        return np.asarray(self.linked * 5 > self.shown)

    @cached_property
    def others(self) -> Ints:
        """How many other documents the site of each document has; shape (documents,)."""
        return np.array([view.site.documents for view in self.views], dtype=np.int64)

    @property
    def has_markup(self) -> bool:
        """Whether the documents are HTML."""
        return self.subjects[0].has_markup


def derived(function: Callable[[BlockTable], _Value]) -> Callable[[BlockTable], _Value]:
    """A decorator: the function's value is computed once for a table, and kept with it."""

    @wraps(function)
    def once(table: BlockTable) -> _Value:
        known = table._derived  # noqa: SLF001 - the other half of the class
        if once not in known:
            known[once] = function(table)
        value: _Value = known[once]
        return value

    return once
