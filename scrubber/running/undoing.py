"""`scrubber verify` and `scrubber restore`: from what was written back to what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scrubber.config import LedgerMode
from scrubber.edits import LedgerError, revert
from scrubber.reading.decoding import encode
from scrubber.running.learning import Progress, silent
from scrubber.writing import files, manifest, provenance
from scrubber.writing.files import MANIFEST, TEMPLATES, OutputError, Tree, output_name, provenance_name
from scrubber.writing.manifest import Entry, Manifest
from scrubber.writing.provenance import ProvenanceError, Record, TextFacts
from scrubber.writing.shards import Format, ShardError
from scrubber.writing.shards.opening import ShardedTree, find_shards, open_shards

AGAIN = "run `scrubber clean` again to write it anew"


class BrokenDocumentError(Exception):
    """A document of the output is not what its provenance says, or cannot be undone."""

    def __init__(self, id: str, why: str, remedy: str = AGAIN) -> None:
        super().__init__(f"{id}: {why}; {remedy}")
        self.id = id
        self.why = why
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        return (BrokenDocumentError, (self.id, self.why, self.remedy))


@dataclass(frozen=True, slots=True)
class Restored:
    """A raw document, written again from its clean text and ledger."""

    id: str
    data: bytes
    exact: bool
    """True: the raw bytes. False: the linearised text of an HTML page, as UTF-8."""


@dataclass(frozen=True, slots=True)
class RestoredTree:
    """The outcome of restoring a whole output folder."""

    written: tuple[str, ...]
    pages: int
    """HTML pages, which only the raw dump has as bytes."""
    problems: tuple[BrokenDocumentError, ...]


def open_output(output: Path) -> tuple[Tree, Manifest]:
    """The output folder of an earlier run. Raises OutputError or ManifestError.

    Where documents were cleaned one by one and there is no manifest yet, it follows from what
    stands beside them.
    """
    tree = Tree(output, check=True)
    data = tree.read(MANIFEST)
    if data is not None:
        listing = manifest.from_json(data)
        return (tree if listing.format == Format.FILES else open_shards(output, listing)), listing
    tree = find_shards(output) or tree
    entries = tuple(standing(tree))
    if entries:
        templates = hashlib.sha256(tree.read(TEMPLATES) or b"").hexdigest()
        shaped = (tree.format, tree.shards) if isinstance(tree, ShardedTree) else ()
        return tree, Manifest("", "", templates, entries, *shaped)
    raise OutputError(
        f"{output} has no {MANIFEST}", "name a folder that `scrubber clean --output` has written"
    )


def standing(tree: Tree) -> Iterator[Entry]:
    """The documents of a clean tree by their provenance, sorted; those that cannot be read are left out."""
    for output, data in records(tree):
        entry = _entry_of(output, data)
        if entry is not None:
            yield entry


def records(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """The provenance of every document of a clean tree, by the path of its clean text, sorted."""
    if isinstance(tree, ShardedTree):
        yield from tree.provenances()
        return
    suffix = provenance_name("")
    for path in sorted(tree.root.rglob(f"*{suffix}")) if tree.root.is_dir() else ():
        yield path.relative_to(tree.root).as_posix().removesuffix(suffix), path.read_bytes()


def _entry_beside(tree: Tree, output: str, reason: str | None = None) -> Entry | None:
    data = tree.read(provenance_name(output))
    return _entry_of(output, data, reason) if data is not None else None


def _entry_of(output: str, data: bytes, reason: str | None = None) -> Entry | None:
    try:
        record = provenance.from_json(data)
    except ProvenanceError:
        return None
    return manifest.entry_of(record.id, output, record, data, reason)


def find_entry(tree: Tree, listing: Manifest, name: str) -> Entry:
    """The document with this id or output path, as it stands now. Raises OutputError naming what comes close.

    The manifest may be older: a hook cleans documents one by one.
    """
    import difflib

    listed = listing.find(name)
    output = listed.output if listed is not None else output_name(name)
    now = _entry_beside(tree, output, listed.reason if listed else None) if output else None
    entry = listed if now is None or (listed is not None and now.id != listed.id) else now
    if entry is None:
        close = difflib.get_close_matches(name, [e.id for e in listing.entries], 1, 0.4)
        remedy = f"did you mean {close[0]}?" if close else f"the ids stand in {MANIFEST}"
        raise OutputError(f"there is no document {name}", remedy)
    if entry.output is None:
        raise OutputError(f"{name} was {entry.status.value}: {entry.reason}", "there is nothing to show")
    return entry


def load(tree: Tree, entry: Entry) -> tuple[str, Record]:
    """Clean text and record of a document, digests compared. Raises BrokenDocumentError."""
    assert entry.output is not None
    try:
        data = tree.read(entry.output)
        beside = tree.read(provenance_name(entry.output))
    except ShardError as error:
        raise BrokenDocumentError(entry.id, error.why, error.remedy) from error
    if data is None:
        raise BrokenDocumentError(entry.id, f"the clean text {entry.output} is missing")
    if beside is None:
        raise BrokenDocumentError(entry.id, f"the provenance of {entry.output} is missing")
    try:
        record = provenance.from_json(beside)
    except ProvenanceError as error:
        raise BrokenDocumentError(entry.id, f"its provenance cannot be read: {error.why}") from error
    if hashlib.sha256(data).hexdigest() != record.clean.sha256:
        raise BrokenDocumentError(
            entry.id,
            f"the clean text {entry.output} was changed after the run",
            "to keep the change, copy the file elsewhere first; then run `scrubber clean` again",
        )
    if hashlib.sha256(beside).hexdigest() != entry.provenance:
        raise BrokenDocumentError(entry.id, "its provenance is not the one that the manifest lists")
    if manifest.entry_of(entry.id, entry.output, record, beside, entry.reason) != entry:
        raise BrokenDocumentError(entry.id, "its line in the manifest does not follow from its provenance")
    return provenance.to_text(data), record


def raw_text(text: str, record: Record) -> str:
    """The text before all layers, proved by its digest. Raises BrokenDocumentError."""
    if record.ledger is None or (record.mode is LedgerMode.SPANS and not record.ledger.is_empty):
        raise BrokenDocumentError(
            record.id,
            f"its ledger was written with --ledger {record.mode.value}, which keeps no removed text",
            "use the raw file, or run `scrubber clean --ledger full`",
        )
    try:
        raw = revert(text, record.ledger)
    except LedgerError as error:
        raise BrokenDocumentError(record.id, str(error)) from error
    if TextFacts.of(raw) != record.raw:
        raise BrokenDocumentError(record.id, "its ledger does not lead back to the raw text")
    return raw


def restore_one(output: Path, name: str) -> Restored:
    """One raw document. Raises OutputError, ManifestError, BrokenDocumentError."""
    tree, listing = open_output(output)
    return _restore(tree, find_entry(tree, listing, name))


def restore_all(output: Path, folder: Path, progress: Progress = silent) -> RestoredTree:
    """Every raw text file, into `folder`, under its id. Files that stand there and differ are kept."""
    tree, listing = open_output(output)
    files.refuse_nesting([output], folder)
    target = Tree(folder)
    written: list[str] = []
    problems: list[BrokenDocumentError] = []
    pages = 0
    entries = [entry for entry in listing.entries if entry.output is not None]
    for done, entry in enumerate(entries, start=1):
        try:
            restored = _restore(tree, entry)
            if restored.exact:
                _write_restored(target, restored)
                written.append(entry.id)
            else:
                pages += 1
        except BrokenDocumentError as error:
            problems.append(error)
        progress("restoring", done, len(entries))
    return RestoredTree(tuple(written), pages, tuple(problems))


def _restore(tree: Tree, entry: Entry) -> Restored:
    text, record = load(tree, entry)
    raw = raw_text(text, record)
    if record.is_html:
        return Restored(entry.id, provenance.to_bytes(raw), exact=False)
    return Restored(entry.id, encoded(raw, record), exact=True)


def encoded(raw: str, record: Record) -> bytes:
    """The raw bytes of a raw text, proved by their digest. Raises BrokenDocumentError."""
    try:
        data = encode(raw, record.source)
    except (UnicodeEncodeError, LookupError) as error:
        raise BrokenDocumentError(record.id, f"its raw text cannot be encoded again: {error}") from error
    if hashlib.sha256(data).hexdigest() != record.source.sha256:
        raise BrokenDocumentError(record.id, "its raw text does not give the raw bytes again")
    return data


def _write_restored(target: Tree, restored: Restored) -> None:
    try:
        there = target.read(restored.id)
        if there is None:
            target.put({restored.id: restored.data})
    except OutputError as error:
        raise BrokenDocumentError(restored.id, error.why, error.remedy) from error
    if there is not None and there != restored.data:
        raise BrokenDocumentError(
            restored.id, "another file of this name stands there and is kept", "choose an empty folder"
        )
