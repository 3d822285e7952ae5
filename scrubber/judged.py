"""A document with its verdict: what `scrub` starts from, and what other documents may be completed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from scrubber.classifying import Subject, Verdict, classify
from scrubber.classifying.extraction import extract
from scrubber.classifying.model import Table, built_in_digest, digest_of
from scrubber.classifying.spec import FEW
from scrubber.config import Config
from scrubber.documents import Block, RawDocument
from scrubber.evidence import DocumentEvidence, Examined, examine
from scrubber.preparing import Prepared
from scrubber.templates import TemplateIndex, View


@dataclass(frozen=True)
class Judge:
    """All that a verdict depends on beside the document."""

    index: TemplateIndex
    config: Config
    weights: Mapping[str, Table] | None = None
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

    @cached_property
    def kept(self) -> tuple[Block, ...]:
        """The blocks that are content, in the coordinates of the prepared text."""
        pairs = zip(self.prepared.blocks, self.verdict.chrome.tolist(), strict=True)
        return tuple(block for block, gone in pairs if not gone)


def judge(document: RawDocument, by: Judge, examined: Examined | None = None) -> Judged:
    """Label a document's blocks. A pure function; `examined` spares work that was done before."""
    examined = examined or examine_for(document, by)
    prepared, record = examined.prepared, examined.record
    view = by.index.view(record)
    title = document.metadata.title.value if document.metadata.title else None
    subject = Subject(prepared, record, title, _extracted(document, view, by.config))
    return Judged(document, prepared, record, view, classify(subject, view, by.config, by.weights))


def examine_for(document: RawDocument, by: Judge) -> Examined:
    """Look at a document with the settings of the index that it will be judged by."""
    return examine(document, replace(by.config, templates=by.index.settings))


def _extracted(document: RawDocument, view: View, config: Config) -> str | None:
    """What a single-page extractor makes of a page, where its site has too few others to speak."""
    if document.markup is None or not config.chrome.extractor or view.site.documents >= FEW:
        return None
    return extract(document.markup)
