"""`scrubber verify`: whether what was written is what its provenance says, and leads back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrubber.config import Intake, LedgerMode
from scrubber.edits import Ledger, LedgerError, apply
from scrubber.reading import ReadingError
from scrubber.running.inputs import ALL, Input, open_dump, raw_bytes, read
from scrubber.running.learning import Progress, silent
from scrubber.running.passes import ALREADY_CLEAN
from scrubber.running.undoing import BrokenDocumentError, encoded, load, open_output, raw_text
from scrubber.writing.files import TEMPLATES, Tree
from scrubber.writing.manifest import Entry, Manifest, Status
from scrubber.writing.provenance import Record, TextFacts
from scrubber.writing.shards.opening import changed_shards


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


def verify(
    output: Path, roots: Sequence[Path] = (), progress: Progress = silent, intake: Intake = ALL
) -> Verified:
    """Compare every digest and replay every ledger; with `roots`, compare with the raw files too.

    Raises OutputError, ManifestError, and with roots what `discover` raises.
    """
    if not roots:
        return _verify(output, None, progress)
    with open_dump(roots, intake) as dump:
        return _verify(output, {item.id: item for item in dump.documents}, progress)


def _verify(output: Path, raw_files: dict[str, Input] | None, progress: Progress) -> Verified:
    tree, listing = open_output(output)
    problems: list[BrokenDocumentError] = []
    templates = tree.read(TEMPLATES)
    if templates is None or hashlib.sha256(templates).hexdigest() != listing.templates:
        problems.append(BrokenDocumentError(TEMPLATES, "missing, or not the one that the manifest lists"))
    problems += (BrokenDocumentError(name, why) for name, why in changed_shards(tree, listing.shards))
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
            encoded(raw, record)
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
