"""`scrubber verify` and `scrubber restore`: from what was written back to what was read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrubber.config import LedgerMode
from scrubber.edits import Ledger, LedgerError, apply, revert
from scrubber.reading import ReadingError
from scrubber.reading.decoding import encode
from scrubber.running.inputs import Input, find_inputs, raw_bytes, read
from scrubber.running.learning import Progress, silent
from scrubber.running.passes import ALREADY_CLEAN
from scrubber.writing import files, manifest, provenance
from scrubber.writing.files import MANIFEST, TEMPLATES, OutputError, Tree, output_name, provenance_name
from scrubber.writing.manifest import Entry, Manifest, Status
from scrubber.writing.provenance import ProvenanceError, Record, TextFacts

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
class Verified:
    """The outcome of `verify`."""

    documents: int
    """Documents whose digests were compared."""
    replayed: int
    """Those whose ledger led back to the raw text."""
    problems: tuple[BrokenDocumentError, ...]
    modes: Mapping[LedgerMode, int]
    """Whole documents by how much their ledgers keep."""


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
    if data is None:
        entries = tuple(standing(tree))
        if entries:
            templates = hashlib.sha256(tree.read(TEMPLATES) or b"").hexdigest()
            return tree, Manifest("", "", templates, entries)
        raise OutputError(
            f"{output} has no {MANIFEST}", "name a folder that `scrubber clean --output` has written"
        )
    return tree, manifest.from_json(data)


def standing(tree: Tree) -> Iterator[Entry]:
    """The documents of a clean tree by their provenance, sorted; those that cannot be read are left out."""
    for output, data in records(tree):
        entry = _entry_of(output, data)
        if entry is not None:
            yield entry


def records(tree: Tree) -> Iterator[tuple[str, bytes]]:
    """The provenance of every document of a clean tree, by the path of its clean text, sorted."""
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
    data = tree.read(entry.output)
    beside = tree.read(provenance_name(entry.output))
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


def verify(output: Path, roots: Sequence[Path] = (), progress: Progress = silent) -> Verified:
    """Compare every digest and replay every ledger; with `roots`, compare with the raw files too.

    Raises OutputError, ManifestError, and with roots what `discover` raises.
    """
    tree, listing = open_output(output)
    problems: list[BrokenDocumentError] = []
    templates = tree.read(TEMPLATES)
    if templates is None or hashlib.sha256(templates).hexdigest() != listing.templates:
        problems.append(BrokenDocumentError(TEMPLATES, "missing, or not the one that the manifest lists"))
    raw_files = {item.id: item for item in find_inputs(roots).documents} if roots else None
    written = [entry for entry in listing.entries if entry.output is not None]
    replayed = 0
    modes: Counter[LedgerMode] = Counter()
    for done, entry in enumerate(written, start=1):
        try:
            again, mode = verify_one(tree, entry, raw_files)
            replayed += again
            modes[mode] += 1
        except BrokenDocumentError as error:
            problems.append(error)
        progress("verifying", done, len(written))
    if raw_files is not None:
        problems += _missing(listing, raw_files)
    return Verified(len(written), replayed, tuple(problems), modes)


def verify_one(tree: Tree, entry: Entry, raw_files: dict[str, Input] | None) -> tuple[bool, LedgerMode]:
    """Whether the ledger could be replayed, and its mode; raises BrokenDocumentError where something is wrong."""
    text, record = load(tree, entry)
    if len(text) != record.clean.characters:
        raise BrokenDocumentError(entry.id, "its clean text has another length than its provenance says")
    _verify_spans(entry.id, text, record)
    raw = None
    if record.mode is LedgerMode.FULL or (record.ledger is not None and record.ledger.is_empty):
        raw = raw_text(text, record)
        if apply(raw, record.ledger or Ledger()) != text:
            raise BrokenDocumentError(entry.id, "its ledger does not lead from the raw to the clean text")
        if not record.is_html:
            _raw_bytes(raw, record)
    if raw_files is not None and entry.id in raw_files:
        raw = _compare_with_raw(raw_files[entry.id], entry, record) or raw
    return raw is not None, record.mode


def _verify_spans(id: str, text: str, record: Record) -> None:
    at = 0
    for block in record.blocks:
        if not at <= block.clean_start < block.clean_end <= len(text):
            raise BrokenDocumentError(id, f"its block map does not fit the clean text at {block.clean_start}")
        if not 0 <= block.raw_start <= block.raw_end <= record.raw.characters:
            raise BrokenDocumentError(id, f"its block map does not fit the raw text at {block.raw_start}")
        at = block.clean_end
    for flag in record.flags:
        if not 0 <= flag.start <= flag.end <= record.raw.characters:
            raise BrokenDocumentError(id, f"its flag at {flag.start} does not fit the raw text")


def _compare_with_raw(item: Input, entry: Entry, record: Record) -> str | None:
    """The raw text as read again, once it is proved to be what was cleaned."""
    try:
        if entry.reason == ALREADY_CLEAN:
            data = raw_bytes(item)
            if hashlib.sha256(data).hexdigest() not in (record.clean.sha256, record.source.sha256):
                raise BrokenDocumentError(entry.id, "the raw file has changed since")
            return None
        raw = read(item, metadata=False)
    except (OSError, ReadingError) as error:
        raise BrokenDocumentError(
            entry.id, f"the raw file cannot be read: {error}", "restore the raw file"
        ) from error
    if raw.digest != record.source.sha256:
        raise BrokenDocumentError(entry.id, "the raw file has changed since")
    if TextFacts.of(raw.text) != record.raw:
        raise BrokenDocumentError(
            entry.id, f"its HTML is linearised otherwise than by {record.versions.lineariser}"
        )
    if record.ledger is None:
        return None
    try:
        clean = apply(raw.text, record.ledger)
    except LedgerError as error:
        raise BrokenDocumentError(entry.id, str(error)) from error
    if TextFacts.of(clean) != record.clean:
        raise BrokenDocumentError(entry.id, "its ledger does not lead from the raw file to the clean text")
    return raw.text


def _missing(listing: Manifest, raw_files: dict[str, Input]) -> Iterator[BrokenDocumentError]:
    listed = {entry.id: entry for entry in listing.entries}
    for id_ in sorted(raw_files.keys() - listed.keys()):
        yield BrokenDocumentError(id_, "stands in the dump and not in the output", "run `scrubber clean`")
    for id_ in sorted(listed.keys() - raw_files.keys()):
        if listed[id_].status in (Status.CLEANED, Status.UNCHANGED):
            yield BrokenDocumentError(
                id_, "stands in the output and not in the dump", "run `scrubber clean` to prune it"
            )


def _restore(tree: Tree, entry: Entry) -> Restored:
    text, record = load(tree, entry)
    raw = raw_text(text, record)
    if record.is_html:
        return Restored(entry.id, provenance.to_bytes(raw), exact=False)
    return Restored(entry.id, _raw_bytes(raw, record), exact=True)


def _raw_bytes(raw: str, record: Record) -> bytes:
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
