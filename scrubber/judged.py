"""A document with its verdict: what `scrub` starts from, and what other documents may be completed by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeVar

from scrubber.classifying import Subject, Verdict, classify
from scrubber.classifying.features.extractor import extract
from scrubber.classifying.features.sets import FEW
from scrubber.classifying.forest import Forest
from scrubber.classifying.model import built_in_digest, digest_of
from scrubber.classifying.stretches import Stretch, find_stretches
from scrubber.config import Chrome, Config
from scrubber.documents import Block, RawDocument, StatedText
from scrubber.evidence import DocumentEvidence, Examined, examine
from scrubber.preparing import Prepared
from scrubber.reading.stated_text import read_stated_text
from scrubber.templates import TemplateIndex, View

BATCH_DOCUMENTS: Final = 32
"""Documents that are judged together, at most; ..."""
BATCH_BLOCKS: Final = 4000
"""... fewer where they have so many blocks."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Judge:
    """All that a verdict depends on beside the document."""

    index: TemplateIndex
    config: Config
    weights: Mapping[str, Forest] | None = None
    """None: the committed ones."""

    @cached_property
    def weights_digest(self) -> str:
        """Of the weights that judge."""
        return built_in_digest() if self.weights is None else digest_of(self.weights)


@dataclass(frozen=True)
class Judged:
    """A document, how it looks among the others, and which of its blocks are chrome."""

    document: RawDocument
    prepared: Prepared
    record: DocumentEvidence
    view: View
    verdict: Verdict
    chrome: Chrome

    @cached_property
    def kept(self) -> tuple[Block, ...]:
        """The blocks that are content, in the coordinates of the prepared text."""
        pairs = zip(self.prepared.blocks, self.verdict.chrome.tolist(), strict=True)
        gone = {(stretch.start, stretch.end) for stretch in self.stretches}
        return tuple(block for block, chrome in pairs if not chrome and (block.start, block.end) not in gone)

    @property
    def keeps_end(self) -> bool:
        """Whether the document still ends where it ended."""
        last = self.prepared.blocks[-1:]
        return self.kept[-1:] == last and not any(one.end == last[0].end for one in self.stretches)

    @cached_property
    def found_stretches(self) -> tuple[Stretch, ...]:
        """Of a page of one line what its site's other pages hold as well, outside the blocks that are chrome."""
        if not len(self.record.grams) or self.chrome.threshold >= 1:
            return ()
        stated = self.document.metadata.title
        found = find_stretches(self.prepared, self.record, self.view, stated.value if stated else None)
        pairs = zip(self.prepared.blocks, self.verdict.chrome.tolist(), strict=True)
        kept = [block for block, chrome in pairs if not chrome]
        return tuple(one for one in found if any(b.start <= one.start and one.end <= b.end for b in kept))

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Those that go."""
        return tuple(one for one in self.found_stretches if self.view.overrides.get(one.key) != "keep")

    @property
    def overruled_stretches(self) -> tuple[Stretch, ...]:
        """Those that people keep."""
        return tuple(one for one in self.found_stretches if self.view.overrides.get(one.key) == "keep")


def judge(document: RawDocument, by: Judge, examined: Examined | None = None) -> Judged:
    """Label a document's blocks. A pure function; `examined` spares work that was done before."""
    return judge_together([examined or examine_for(document, by)], [document], by)[0]


def judge_together(examined: Sequence[Examined], documents: Sequence[RawDocument], by: Judge) -> list[Judged]:
    """Label the blocks of several documents at once, which is faster and gives the same as one by one.

    `documents` are those that were examined; an HTML page may have its markup here, and not there.
    """
    views = [by.index.view(one.record) for one in examined]
    subjects = [
        Subject(
            one.prepared,
            one.record,
            document.metadata.title.value if document.metadata.title else None,
            _extracted(document, view, by.config),
            stated_text_of(document),
        )
        for one, document, view in zip(examined, documents, views, strict=True)
    ]
    verdicts = classify(subjects, views, by.config, by.weights)
    return [
        Judged(document, one.prepared, one.record, view, verdict, by.config.chrome)
        for document, one, view, verdict in zip(documents, examined, views, verdicts, strict=True)
    ]


def in_batches(items: Iterable[_Item], blocks: Callable[[_Item], int]) -> Iterator[list[_Item]]:
    """Items in their order, as many at once as are judged together; `blocks` says how many blocks one has.

    >>> list(in_batches([4000, 5, 3990, 6, 7], int))
    [[4000], [5, 3990, 6], [7]]
    """
    batch: list[_Item] = []
    total = 0
    for item in items:
        batch.append(item)
        total += blocks(item)
        if len(batch) >= BATCH_DOCUMENTS or total >= BATCH_BLOCKS:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def examine_for(document: RawDocument, by: Judge) -> Examined:
    """Look at a document with the settings of the index that it will be judged by."""
    return examine(document, replace(by.config, templates=by.index.settings))


def stated_text_of(document: RawDocument) -> StatedText | None:
    """What an HTML page says that its text is; None for a text, and where the markup is not at hand."""
    return read_stated_text(document.markup, document.source.url) if document.markup is not None else None


def _extracted(document: RawDocument, view: View, config: Config) -> str | None:
    """What a single-page extractor makes of a page, where its site has too few others to speak."""
    if document.markup is None or not config.chrome.extractor or view.site.documents >= FEW:
        return None
    return extract(document.markup)
