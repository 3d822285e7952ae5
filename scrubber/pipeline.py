"""`scrub`: one document to a clean one; `clean`: a dump to its corpus. Pure and order-free."""

from __future__ import annotations

import hashlib
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pickle import HIGHEST_PROTOCOL, Pickler, Unpickler
from typing import Any, Final

import numpy as np

from scrubber.classifying.features.extractor import extractor_version
from scrubber.config import Config
from scrubber.documents import Block, BlockKind, CleanDocument, KeptBlock, RawDocument, Versions
from scrubber.edits import Edit, Layer, Ledger, settle
from scrubber.evidence import DocumentEvidence, Evidence, Examined, examine
from scrubber.judged import Judge, Judged, in_batches, judge, judge_together
from scrubber.library import Library
from scrubber.metadata import infer
from scrubber.normalising import Gap, markdown_whitespace_layer, whitespace_layer
from scrubber.repairing import repair
from scrubber.rules import boilerplate, heading_links, stretches
from scrubber.rules.truncation import Scope
from scrubber.segmenting import MARKDOWN
from scrubber.templates import TemplateIndex, resolve
from scrubber.version import BEHAVIOUR, __version__
from scrubber.work import Work

NO_INDEX = TemplateIndex({})


def scrub(
    document: RawDocument,
    index: TemplateIndex | None = None,
    config: Config | None = None,
    *,
    examined: Examined | Judged | None = None,
    library: Library | None = None,
) -> CleanDocument:
    """Clean one document: remove chrome, repair, normalise. A pure function.

    Without an index the document is judged quite alone. Whether or not the index has learned
    this document does not matter: its own contribution is taken out. `examined` spares work
    where ``examine(document, config)`` was called before, with the settings of the index, or where
    the document was judged together with others (see `judged.judge_together`). With a `library` text
    that was cut off is completed from other documents too (see `library_of`).
    """
    return scrub_by(document, Judge(index or NO_INDEX, config or Config()), examined, library)


def scrub_by(
    document: RawDocument,
    by: Judge,
    examined: Examined | Judged | None = None,
    library: Library | None = None,
) -> CleanDocument:
    """The same; weights other than the committed ones are for measuring: see `scripts/benchmark_quality`."""
    if not isinstance(document, RawDocument):
        raise TypeError(
            f"scrub takes a RawDocument, not {type(document).__name__}: make one with "
            "RawDocument.from_text(text, id=...), from_html or from_path"
        )
    config = by.config
    judged = examined if isinstance(examined, Judged) else judge(document, by, examined)
    prepared, view, kept = judged.prepared, judged.view, judged.kept
    work = Work.begin(document, prepared)
    told = (*boilerplate.flags(prepared, judged.verdict), *stretches.flags(prepared, judged.record, view))
    flags = work.in_raw(told, work.depth)
    proposals = boilerplate.propose(prepared, judged.record, view, judged.verdict)
    inner = (*stretches.propose(prepared, judged.stretches), *_of_headings(judged))
    layer = settle("boilerplate", (*proposals, *inner))
    forbidden = boilerplate.overruled(prepared, judged.record, view, judged.verdict)
    kept_stretches = stretches.overruled(prepared, judged.overruled_stretches)
    layer = replace(layer, declined=(*layer.declined, *forbidden, *kept_stretches))
    others = library.for_document(judged) if library is not None else None
    scope = Scope(document.id, view.home, judged.keeps_end, others)
    repaired = repair(work.then(layer), kept, scope, config.repair)
    work = repaired.work
    if config.normalise.whitespace:
        work = work.then(_whitespace(work, kept))
    return CleanDocument(
        raw=document,
        ledger=Ledger(tuple(layer for layer in work.layers if layer.edits or layer.declined)),
        site=view.site,
        blocks=_block_map(work, kept),
        flags=flags + repaired.flags,
        metadata=infer(prepared.text, prepared.blocks, judged.verdict.chrome.tolist(), document.metadata),
        versions=_versions(judged, by, repaired.lent),
        cuts=repaired.cuts,
    )


def library_of(
    documents: Mapping[str, RawDocument],
    index: TemplateIndex,
    config: Config | None = None,
    examined: Callable[[str], Examined | None] = lambda _: None,
) -> Library:
    """The documents of a dump by id, for `scrub` to complete cut-off text from; they may be read lazily.

    `examined` spares work where it knows a document that was just read. Raises TypeError for anything
    but a mapping.
    """
    if not isinstance(documents, Mapping):
        raise TypeError(
            f"library_of takes documents by id, not {type(documents).__name__}: "
            "give it {document.id: document for document in documents}"
        )
    return Library(documents, Judge(index, config or Config()), examined)


def _of_headings(judged: Judged) -> Iterator[Edit]:
    """The links of kept headings to themselves, unless people or the settings keep them."""
    if judged.chrome.threshold < 1 and judged.view.overrides.get(heading_links.HEADING_LINK) != "keep":
        yield from heading_links.propose(judged.prepared, judged.kept)


_PROTECTED: Final = frozenset(
    (
        BlockKind.PREFORMATTED,
        BlockKind.FRONT_MATTER,
        BlockKind.HTML,
        BlockKind.ADMONITION,
        BlockKind.ROW,
    )
)
"""Kinds of blocks whose white space is content."""
_IN_LISTS: Final = (BlockKind.ROW, BlockKind.LIST_ITEM)


def _whitespace(work: Work, kept: Sequence[Block]) -> Layer:
    protected = [work.forward(b) for b in kept if b.kind in _PROTECTED]
    if work.document.source.media_type != MARKDOWN:
        return whitespace_layer(work.text, protected)
    return markdown_whitespace_layer(work.text, protected, _gaps(work, kept))


def _gaps(work: Work, kept: Sequence[Block]) -> list[Gap]:
    """Where blocks of a Markdown text were removed, in the coordinates of the text as it stands now."""
    kinds = [block.kind for block in kept]
    ends = [work.forward(block).end for block in kept]
    found: list[Gap] = []
    depth = len(work.prepared.layers)
    for number in range(depth, work.depth):
        for edit in work.layers[number].edits:
            if edit.inserted:
                continue
            at = edit.start
            for offsets in work.maps[number:]:
                at = offsets.forward(at)
            behind = bisect_right(ends, at)
            sides = kinds[max(behind - 1, 0) : behind + 1]
            in_list = len(sides) == 2 and sides[0] is sides[1] and sides[0] in _IN_LISTS
            found.append(Gap(at, in_list))
    return sorted(found, key=lambda gap: gap.at)


def _block_map(work: Work, kept: Sequence[Block]) -> tuple[KeptBlock, ...]:
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


def _versions(judged: Judged, by: Judge, lent: Sequence[str]) -> Versions:
    lineariser = None
    if judged.document.is_html:
        from scrubber.reading.html import lineariser_version

        lineariser = lineariser_version()
    extractor = extractor_version() if judged.verdict.asked_extractor else None
    seen = _seen(judged, lent)
    return replace(made_by(by), index=seen, lineariser=lineariser, extractor=extractor)


def made_by(by: Judge) -> Versions:
    """The versions that every document shares which this code cleans by this judge."""
    return Versions(__version__, _digest(by.config), "", behaviour=BEHAVIOUR, weights=by.weights_digest)


@lru_cache(maxsize=8)
def _digest(config: Config) -> str:
    return config.digest


def _seen(judged: Judged, lent: Sequence[str]) -> str:
    """Digest of what the document saw of the index: its site, the evidence for its blocks, what was lent."""
    site, measured = judged.view.site, judged.verdict.measured
    seen = hashlib.sha256(f"{site.id} {site.documents}".encode())
    if measured is not None:
        seen.update(np.ascontiguousarray(measured.bins, dtype="<i2").tobytes())
    for stretch in judged.found_stretches:
        seen.update(f" {stretch.start} {stretch.end} {stretch.pages} {stretch.others}".encode())
    for one in lent:
        seen.update(one.encode("utf-8", "surrogatepass"))
    return seen.hexdigest()[:16]


def clean(documents: Iterable[RawDocument], config: Config | None = None) -> Iterator[CleanDocument]:
    """Clean a dump: collect, resolve, scrub. Results come in the order of the documents.

    The documents are needed twice: a one-shot iterator is spooled to a temporary file.
    """
    config = config or Config()
    with tempfile.TemporaryFile(prefix="scrubber-") as spool:
        order, places, evidence = _spooled(documents, spool, config)
        index = resolve(evidence, config)
        spooled = _Spooled(spool, places)
        library = library_of(spooled, index, config)
        by = Judge(index, config)
        for batch in in_batches(map(spooled.examined, order), lambda one: len(one.prepared.blocks)):
            for judged in judge_together(batch, [one.document for one in batch], by):
                yield scrub(judged.document, index, config, examined=judged, library=library)


def _spooled(
    documents: Iterable[RawDocument], spool: Any, config: Config
) -> tuple[list[int], dict[str, int], Evidence]:
    order: list[int] = []
    places: dict[str, int] = {}

    def records() -> Iterator[DocumentEvidence]:
        for document in documents:
            examined = examine(document, config)
            order.append(spool.tell())
            places[document.id] = order[-1]
            Pickler(spool, HIGHEST_PROTOCOL).dump(examined)
            yield examined.record

    evidence = Evidence.of(records())
    return order, places, evidence


class _Spooled(Mapping[str, RawDocument]):
    """The documents of a spool by id, read when one is asked for."""

    def __init__(self, spool: Any, places: Mapping[str, int]) -> None:
        self._spool = spool
        self._places = places

    def examined(self, place: int) -> Examined:
        """What was put at a place."""
        self._spool.seek(place)
        found: Examined = Unpickler(self._spool).load()  # noqa: S301 - our own file, never shared
        return found

    def __getitem__(self, id: str) -> RawDocument:
        return self.examined(self._places[id]).document

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
