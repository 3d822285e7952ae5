"""`scrub`: one document to a clean one; `clean`: a dump to its corpus. Pure and order-free."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pickle import HIGHEST_PROTOCOL, Pickler, Unpickler
from typing import Any

import numpy as np

from scrubber.classifying import Subject, Verdict, classify
from scrubber.classifying.extraction import extract, extractor_version
from scrubber.classifying.model import Table
from scrubber.classifying.spec import FEW
from scrubber.config import Config
from scrubber.documents import (
    Block,
    BlockKind,
    CleanDocument,
    Flag,
    KeptBlock,
    RawDocument,
    Versions,
)
from scrubber.edits import Edit, Layer, Ledger, OffsetMap, Span, apply_layer, settle
from scrubber.evidence import DocumentEvidence, Evidence, Examined, examine
from scrubber.metadata import infer
from scrubber.normalising import whitespace_layer
from scrubber.preparing import Prepared
from scrubber.rules import boilerplate, truncation
from scrubber.templates import TemplateIndex, View, resolve
from scrubber.version import __version__

NO_INDEX = TemplateIndex({})


def scrub(
    document: RawDocument,
    index: TemplateIndex | None = None,
    config: Config | None = None,
    *,
    weights: Mapping[str, Table] | None = None,
    examined: Examined | None = None,
) -> CleanDocument:
    """Clean one document: remove chrome, repair, normalise. A pure function.

    Without an index the document is judged quite alone. Whether or not the index has learned
    this document does not matter: its own contribution is taken out. `weights` other than the
    committed ones are for measuring: see `scripts/benchmark_quality`. `examined` spares work
    where ``examine(document, config)`` was called before, with the settings of the index.
    """
    if not isinstance(document, RawDocument):
        raise TypeError(
            f"scrub takes a RawDocument, not {type(document).__name__}: make one with "
            "RawDocument.from_text(text, id=...), from_html or from_path"
        )
    config = config or Config()
    index = index or NO_INDEX
    if examined is None:
        examined = examine(document, replace(config, templates=index.settings))
    prepared, record = examined.prepared, examined.record
    view = index.view(record)
    title = document.metadata.title.value if document.metadata.title else None
    subject = Subject(prepared, record, title, _extracted(document, view, config))
    verdict = classify(subject, view, config, weights)
    removal = settle("boilerplate", boilerplate.propose(prepared, record, view, verdict))
    work = _Work.begin(document, prepared).then(removal)
    kept = [b for b, gone in zip(prepared.blocks, verdict.chrome, strict=True) if not gone]
    work, flags = _repair(work, kept, config)
    if config.normalise.whitespace:
        work = work.then(whitespace_layer(work.text, _protected(work, kept)))
    metadata = infer(prepared.text, prepared.blocks, verdict.chrome.tolist(), document.metadata)
    return CleanDocument(
        raw=document,
        ledger=Ledger(tuple(layer for layer in work.layers if layer.edits or layer.declined)),
        site=view.site,
        blocks=_block_map(work, kept),
        flags=_in_raw(work, boilerplate.flags(prepared, verdict), len(prepared.layers)) + flags,
        metadata=metadata,
        versions=_versions(document, config, view, verdict),
    )


def _extracted(document: RawDocument, view: View, config: Config) -> str | None:
    """What a single-page extractor makes of a page, where its site has too few others to speak."""
    if document.markup is None or not config.chrome.extractor or view.site.documents >= FEW:
        return None
    return extract(document.markup)


@dataclass(frozen=True, slots=True)
class _Work:
    """A document on its way: all layers so far, and the text they give."""

    document: RawDocument
    prepared: Prepared
    layers: tuple[Layer, ...]
    maps: tuple[OffsetMap, ...]
    """Of each layer."""
    text: str

    @classmethod
    def begin(cls, document: RawDocument, prepared: Prepared) -> _Work:
        maps = tuple(OffsetMap(layer) for layer in prepared.layers)
        return cls(document, prepared, prepared.layers, maps, prepared.text)

    def then(self, layer: Layer) -> _Work:
        return replace(
            self,
            layers=(*self.layers, layer),
            maps=(*self.maps, OffsetMap(layer)),
            text=apply_layer(self.text, layer),
        )

    def forward(self, block: Block) -> Span:
        """Where a kept block of the prepared text stands now."""
        start, end = block.start, block.end
        for offsets in self.maps[len(self.prepared.layers) :]:
            start, end = offsets.forward(start), offsets.forward(end, end=True)
        return Span(start, end)

    def back(self, start: int, end: int, depth: int) -> Span:
        """Where a span of the text after `depth` layers stood in the raw text."""
        for offsets in reversed(self.maps[:depth]):
            start, end = offsets.back(start), offsets.back(end, end=True)
        return Span(start, end)


def _in_raw(work: _Work, flags: Iterable[Flag], depth: int) -> tuple[Flag, ...]:
    """Flags over the text after `depth` layers, told in spans of the raw text."""
    spans = [(flag, work.back(flag.start, flag.end, depth)) for flag in flags]
    return tuple(Flag(f.rule, s.start, s.end, f.message) for f, s in spans)


def _repair(work: _Work, kept: list[Block], config: Config) -> tuple[_Work, tuple[Flag, ...]]:
    """The truncation layer over what is left, and flags where a cut could not be proved."""
    blocks = tuple(
        Block(span.start, span.end, block.kind, block.markup)
        for block in kept
        if len(span := work.forward(block))
    )
    proposal = truncation.propose(work.text, blocks, work.document.id)
    depth = len(work.layers)
    flags = _in_raw(work, proposal.flags, depth)
    if not config.repair.complete:
        message = "cut off; the document shows how it goes on"
        left = (Flag(edit.rule, edit.start, edit.end, message) for edit in proposal.edits)
        return work, flags + _in_raw(work, left, depth)
    removal = work.maps[-1]
    edits = (_donor_before(removal, edit) for edit in proposal.edits)
    return work.then(settle("truncation", edits)), flags


def _donor_before(removal: OffsetMap, edit: Edit) -> Edit:
    """The edit, its donor told in the text before the removal of chrome: what the dump holds."""
    donor = edit.reason.donor
    if donor is None:
        return edit
    start, end = removal.back(donor.start), removal.back(donor.end, end=True)
    return replace(edit, reason=replace(edit.reason, donor=replace(donor, start=start, end=end)))


def _protected(work: _Work, kept: list[Block]) -> list[Span]:
    """Preformatted blocks: their white space is content."""
    return [work.forward(b) for b in kept if b.kind is BlockKind.PREFORMATTED]


def _block_map(work: _Work, kept: list[Block]) -> tuple[KeptBlock, ...]:
    """Where every kept block is in the clean text, and where it stood in the raw text."""
    depth = len(work.prepared.layers)
    entries = []
    for block in kept:
        now = work.forward(block)
        if len(now):
            raw = work.back(block.start, block.end, depth)
            xpath = block.markup.xpath if block.markup else None
            entries.append(KeptBlock(block.kind, now.start, now.end, raw.start, raw.end, xpath))
    return tuple(entries)


def _versions(document: RawDocument, config: Config, view: View, verdict: Verdict) -> Versions:
    lineariser = None
    if document.is_html:
        from scrubber.reading.html import lineariser_version

        lineariser = lineariser_version()
    extractor = extractor_version() if verdict.asked_extractor else None
    return Versions(__version__, _digest(config), _seen(view, verdict), lineariser, extractor)


@lru_cache(maxsize=8)
def _digest(config: Config) -> str:
    return config.digest


def _seen(view: View, verdict: Verdict) -> str:
    """Digest of what the document saw of the index: its site, and the evidence for its blocks."""
    seen = hashlib.sha256(f"{view.site.id} {view.site.documents}".encode())
    if verdict.measured is not None:
        seen.update(np.ascontiguousarray(verdict.measured.bins, dtype="<i2").tobytes())
    return seen.hexdigest()[:16]


def clean(documents: Iterable[RawDocument], config: Config | None = None) -> Iterator[CleanDocument]:
    """Clean a dump: collect, resolve, scrub. Results come in the order of the documents.

    The documents are needed twice: a one-shot iterator is spooled to a temporary file.
    """
    config = config or Config()
    with tempfile.TemporaryFile(prefix="scrubber-") as spool:
        count, evidence = _spooled(documents, spool, config)
        index = resolve(evidence, config)
        spool.seek(0)
        for _ in range(count):
            examined: Examined = Unpickler(spool).load()  # noqa: S301 - our own file, never shared
            yield scrub(examined.document, index, config, examined=examined)


def _spooled(documents: Iterable[RawDocument], spool: Any, config: Config) -> tuple[int, Evidence]:
    count = 0

    def records() -> Iterator[DocumentEvidence]:
        nonlocal count
        for document in documents:
            examined = examine(document, config)
            Pickler(spool, HIGHEST_PROTOCOL).dump(examined)
            count += 1
            yield examined.record

    evidence = Evidence.of(records())
    return count, evidence
