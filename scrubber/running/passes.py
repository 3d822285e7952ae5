"""The two passes over the documents, as the workers do them: read and collect, read and scrub."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from scrubber.config import Config, LedgerMode
from scrubber.documents import CleanDocument
from scrubber.edits import revert
from scrubber.evidence import Evidence, examine
from scrubber.judged import Judge
from scrubber.library import Library
from scrubber.pipeline import scrub
from scrubber.reading.decoding import encode
from scrubber.running.batches import OpenedDocument, open_documents
from scrubber.running.doubting import Reviewed
from scrubber.running.evidence_log import Filed, FiledHead
from scrubber.running.faults import FaultGuard
from scrubber.running.inputs import Input, Recognised, digest_now, read, recognise
from scrubber.running.journal import Noted
from scrubber.running.signs import DocumentSigns
from scrubber.running.spooling import Spool, SpoolFile, spool_file
from scrubber.templates import TemplateIndex
from scrubber.writing import provenance
from scrubber.writing.files import Tree, output_name, provenance_name
from scrubber.writing.manifest import Entry, Status, entry_of
from scrubber.writing.shards import Written

if TYPE_CHECKING:
    from scrubber.running.resuming import Kept
    from scrubber.writing.shards.rows import Packed

ALREADY_CLEAN = "recognised: its digest matches the provenance beside it"


class UndoError(ValueError):
    """A result would not lead back to its raw document: a fault of ours, so it is not written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the ledger does not lead back to the raw {what}; nothing was written")
        self.what = what


@dataclass(frozen=True, slots=True)
class Change:
    """What was (or with ``--check`` would be) done to a file of the output folder."""

    kind: str
    """``new``, ``changed`` or ``removed``."""
    name: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of a chunk of documents: what they say about one another, and which could not be read."""

    filed: tuple[Filed, ...] = ()
    """The evidence of what was examined."""
    seen: tuple[Input, ...] = ()
    """What was read, with the sha256 of its raw bytes, and where it was put."""
    lost: tuple[Entry, ...] = ()
    traces: tuple[str, ...] = ()
    documents: int = 0

    @property
    def evidence(self) -> Evidence:
        """What was examined, in memory."""
        return Evidence.of(one.record for one in self.filed)


@dataclass(frozen=True, slots=True)
class GatherContext:
    """What every reading worker knows."""

    config: Config
    spool: Spool | None = None
    """Where documents are put for the second pass; None where there is none."""
    known: Mapping[str, FiledHead] = field(default_factory=dict)
    """Documents whose evidence is at hand, by id: those that are unchanged are not examined again."""


@dataclass(frozen=True, slots=True)
class ScrubContext:
    """What every scrubbing worker knows."""

    config: Config
    index: TemplateIndex
    tree: Tree
    library: Library | None = None
    """The documents that cut-off text may be completed from."""
    kept: Kept | None = None
    """What an earlier run left, and may still hold."""

    @property
    def judge(self) -> Judge:
        """What documents are judged by."""
        return Judge(self.index, self.config)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """Of a chunk of documents: their lines in the manifest, and the files that changed."""

    documents: tuple[Noted, ...]
    changes: tuple[Change, ...] = ()
    traces: tuple[str, ...] = ()
    written: tuple[Packed, ...] = ()
    """The documents that were cleaned, where they are not written here."""
    spent: tuple[tuple[float, str], ...] = ()
    """Seconds for each document that was cleaned, and its id."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the documents in the manifest."""
        return tuple(noted.entry for noted in self.documents)


ScrubWork = Callable[[ScrubContext, Sequence[Input]], Scrubbed]
"""`scrub_and_write`, or `scrub_only` where the parent writes."""


def gather(context: GatherContext, inputs: Sequence[Input]) -> Gathered:
    """Read a chunk and collect its evidence. What is recognised as clean gives none."""
    guard = FaultGuard()
    with spool_file(context.spool, len(inputs)) as file:
        found = [guard.run(item, lambda one: _examine(context, one, file)) for item in inputs]
    seen = [one for one in found if one is not None]
    return Gathered(
        tuple(filed for _, filed in seen if filed is not None),
        tuple(item for item, _ in seen),
        tuple(guard.lost.values()),
        tuple(guard.traces),
        len(inputs),
    )


def scrub_and_write(context: ScrubContext, inputs: Sequence[Input]) -> Scrubbed:
    """Read a chunk again, scrub it, and write each document as soon as it is done."""
    guard = FaultGuard()
    documents: list[Noted] = []
    changes: list[Change] = []
    spent: list[tuple[float, str]] = []
    for one in open_documents(inputs, context.judge, guard, context.kept):
        noted = one.noted
        if noted is None:
            start = time.perf_counter()
            done = guard.run(one.item, partial(_finish_and_put, context, one))
            if done is None:
                continue
            spent.append((one.seconds + time.perf_counter() - start, one.item.id))
            noted = structs.replace(done[0], saw=one.saw)
            changes += done[1]
        documents.append(noted)
    lost = map(Noted, guard.lost.values())
    return Scrubbed((*documents, *lost), tuple(changes), tuple(guard.traces), spent=tuple(spent))


def scrub_only(context: ScrubContext, inputs: Sequence[Input]) -> Scrubbed:
    """Read a chunk again and scrub it; the parent writes what comes of it."""
    guard = FaultGuard()
    done: list[_Done] = []
    spent: list[tuple[float, str]] = []
    for one in open_documents(inputs, context.judge, guard):
        start = time.perf_counter()
        finished = guard.run(one.item, partial(_finish, context, one))
        if finished is not None:
            done.append(finished)
            spent.append((one.seconds + time.perf_counter() - start, one.item.id))
    documents = (*(one.noted for one in done), *map(Noted, guard.lost.values()))
    from scrubber.writing.shards import rows

    written = tuple(rows.pack(one.written) for one in done)
    return Scrubbed(documents, traces=tuple(guard.traces), written=written, spent=tuple(spent))


def killed(item: Input) -> Entry:
    """The entry of a document whose worker process died of it."""
    return Entry(
        item.id,
        Status.FAILED,
        "its worker process was killed, most likely for want of memory; split the file or clean it alone",
    )


def checked(document: CleanDocument) -> str:
    """The clean text of a document, once it is proved that its ledger leads back. Raises UndoError."""
    text = document.text
    if revert(text, document.ledger) != document.raw.text:
        raise UndoError("text")
    if not document.raw.is_html:
        data = encode(document.raw.text, document.raw.source)
        if hashlib.sha256(data).hexdigest() != document.raw.source.sha256:
            raise UndoError("bytes")
    return text


def _examine(
    context: GatherContext, item: Input, file: SpoolFile | None
) -> tuple[Input, Filed | None] | None:
    """Read and examine a document, and put it aside; None where it is clean already.

    What is known, and has not changed, is not examined again.
    """
    if recognise(item) is not None:
        return None
    known = context.known.get(item.id)
    if known is not None and known.stated == item.stated and digest_now(item) == known.digest:
        return replace(item, digest=known.digest), None
    document = read(item, metadata=file is not None)
    examined = examine(document, context.config)
    # The second pass has the file's bytes at hand.
    bare = replace(document, markup=None)
    slot = file.put(replace(examined, document=bare)) if file is not None else None
    filed = Filed.of(examined.record, item.stated)
    return replace(item, digest=document.digest, slot=slot), filed


@dataclass(frozen=True, slots=True)
class _Done:
    """A document that was cleaned, and is not yet written."""

    noted: Noted
    written: Written


def _finish(context: ScrubContext, one: OpenedDocument, item: Input) -> _Done:
    """Scrub a document that was read and judged; what is clean already is left as it is."""
    output = output_name(item.id)
    if one.known is not None:
        # Its provenance still leads back to the raw document.
        known = one.known
        entry = entry_of(item.id, output, known.record, known.provenance, ALREADY_CLEAN)
        written = Written(item.id, output, known.text, known.provenance)
        signs = _signs_of_known(known)
        return _Done(Noted(entry, size=len(known.text), signs=signs), written)
    assert one.document is not None, "what is neither noted nor clean already was read again"
    known_so_far = one.judged or one.examined
    document = scrub(
        one.document, context.index, context.config, examined=known_so_far, library=context.library
    )
    text = checked(document)
    record = provenance.describe(document, text, context.config.ledger)
    data = provenance.to_json(record)
    entry = entry_of(item.id, output, record, data)
    language = document.metadata.language.value if document.metadata.language is not None else None
    told = replace(record, ledger=document.ledger)  # also where it is not written
    signs = Reviewed.of(told, text, document.raw.text).signs
    noted = Noted(
        entry, size=document.raw.source.size, removed=_removed(document), language=language, signs=signs
    )
    return _Done(noted, Written(item.id, output, provenance.to_bytes(text), data))


def _signs_of_known(known: Recognised) -> DocumentSigns:
    """What a document that was recognised as clean says of itself, as far as its ledger tells."""
    text, record = provenance.to_text(known.text), known.record
    told = record.mode is LedgerMode.FULL and record.ledger is not None
    raw = revert(text, record.ledger) if told and record.ledger is not None else None
    return Reviewed.of(record, text, raw).signs


def _removed(document: CleanDocument) -> dict[str, int]:
    """Characters that each rule took away, less those it put in; none that came out even."""
    found: Counter[str] = Counter()
    for edit in document.ledger:
        found[edit.rule] += edit.end - edit.start - len(edit.inserted)
    return {rule: characters for rule, characters in sorted(found.items()) if characters}


def _finish_and_put(context: ScrubContext, one: OpenedDocument, item: Input) -> tuple[Noted, list[Change]]:
    done = _finish(context, one, item)
    return done.noted, _put(context.tree, done.written)


def _put(tree: Tree, document: Written) -> list[Change]:
    # In this order: what a killed run has written of a document is known by its provenance.
    files = {provenance_name(document.output): document.provenance, document.output: document.text}
    return [Change(kind, name) for name, kind in tree.put(files).items()]
