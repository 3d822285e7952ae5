"""``manifest.jsonl``: a header line, then a line per document, sorted by id.

Derived: every line of a written document follows from its provenance, and `verify` checks that
it does. Documents that were skipped or failed have only this line to speak for them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from scrubber.writing import json_lines
from scrubber.writing.provenance import Record, TextFacts

SCHEMA = "scrubber.manifest/1"
FAMILY = "scrubber.manifest/"


class ManifestError(ValueError):
    """A manifest cannot be read."""

    def __init__(self, why: str, remedy: str = "run `scrubber clean` again to write it anew") -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Shard:
    """Some consecutive documents of a run, in one file of texts and one of ledgers."""

    number: int
    first: str
    """Id of its first document."""
    documents: int
    files: dict[str, str]
    """sha256 of each file, by its name in the output folder."""


class Status(StrEnum):
    """What became of a document."""

    CLEANED = "cleaned"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a run."""

    id: str
    status: Status
    reason: str | None = None
    """Why it was skipped, failed, or left alone."""
    output: str | None = None
    """Path of the clean text in the output folder, or the name it goes by in a shard; the provenance
    stands beside it."""
    source: str | None = None
    """sha256 of the raw bytes."""
    raw: TextFacts | None = None
    clean: TextFacts | None = None
    provenance: str | None = None
    """sha256 of the provenance file."""
    site: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    """Edits by rule."""
    flags: dict[str, int] = field(default_factory=dict)
    """Flags by rule."""
    stale: str | None = None
    """Output of an earlier run that still stands because this run failed on the document."""


def entry_of(id: str, output: str, record: Record, provenance: bytes, reason: str | None = None) -> Entry:
    """The line of a document that was written. With a `reason` it was recognised and left alone."""
    return Entry(
        id=id,
        status=Status.UNCHANGED if reason else Status(record.status),
        reason=reason,
        output=output,
        source=record.source.sha256,
        raw=record.raw,
        clean=record.clean,
        provenance=hashlib.sha256(provenance).hexdigest(),
        site=record.site.id,
        counts=record.counts,
        flags=dict(sorted(Counter(flag.rule for flag in record.flags).items())),
    )


@dataclass(frozen=True, slots=True)
class Manifest:
    """All documents of a run, and the digests of what they were cleaned with."""

    tool: str
    configuration: str
    templates: str
    """sha256 of ``templates.jsonl``."""
    entries: tuple[Entry, ...]
    format: str = "files"
    """How the documents are written: ``files``, ``jsonl`` or ``parquet``."""
    shards: tuple[Shard, ...] = ()
    """Sorted by number; none where every document is a file of its own."""

    def find(self, name: str) -> Entry | None:
        """The entry with this id, or else with this output path."""
        by_output = None
        for entry in self.entries:
            if entry.id == name:
                return entry
            if name in (entry.output, f"{entry.output}.provenance.json"):
                by_output = entry
        return by_output


def to_json(manifest: Manifest) -> bytes:
    """The bytes of ``manifest.jsonl``: the same for equal manifests."""
    entries = sorted(manifest.entries, key=lambda entry: entry.id)
    return b"".join((header_line(manifest, len(entries)), *map(entry_line, entries)))


def header_line(manifest: Manifest, documents: int) -> bytes:
    """The first line of a manifest of so many documents; its own entries are not looked at."""
    header: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": manifest.tool,
        "configuration": manifest.configuration,
        "templates": manifest.templates,
        "documents": documents,
    }
    if manifest.format != "files":
        header["format"] = manifest.format
        header["shards"] = [msgspec.to_builtins(shard) for shard in manifest.shards]
    return json_lines.encode(json_lines.line(header) + "\n")


def entry_line(entry: Entry) -> bytes:
    """The line of one document."""
    return json_lines.encode(json_lines.line(_plain(entry)) + "\n")


def from_json(data: bytes) -> Manifest:
    """Read a manifest. Raises ManifestError with what is wrong and what to do."""
    lines = data.splitlines()
    header = _header(lines)
    if header["schema"] != SCHEMA:
        raise ManifestError(f"schema {header['schema']} is not the {SCHEMA} that this version reads")
    entries = []
    for number, row in enumerate(lines[1:], start=2):
        try:
            entries.append(msgspec.convert(json.loads(row), Entry))
        except (ValueError, RecursionError) as error:
            raise ManifestError(f"line {number}: {error}") from error
    if len(entries) != header.get("documents"):
        raise ManifestError(f"{len(entries)} documents instead of {header.get('documents')}: cut off")
    tool, configuration, templates = (
        str(header.get(key, "")) for key in ("tool", "configuration", "templates")
    )
    try:
        shards = msgspec.convert(header.get("shards", ()), tuple[Shard, ...])
    except msgspec.ValidationError as error:
        raise ManifestError(f"line 1: {error}") from error
    return Manifest(
        tool, configuration, templates, tuple(entries), str(header.get("format", "files")), shards
    )


def is_ours(data: bytes) -> bool:
    """Whether this is a manifest of scrubber, of whatever version."""
    try:
        _header(data.splitlines()[:1])
    except ManifestError:
        return False
    return True


def counts(entries: Iterable[Entry]) -> dict[str, int]:
    """Documents by status, every status named."""
    found = Counter(entry.status for entry in entries)
    return {status.value: found[status] for status in Status}


def _header(lines: list[bytes]) -> dict[str, Any]:
    try:
        header = json.loads(lines[0])
    except (IndexError, ValueError, RecursionError) as error:
        raise ManifestError("not a manifest of scrubber") from error
    schema = header.get("schema") if isinstance(header, dict) else None
    if not (isinstance(schema, str) and schema.startswith(FAMILY)):
        raise ManifestError("not a manifest of scrubber")
    assert isinstance(header, dict)
    return header


def _plain(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(entry)
    return {key: value for key, value in plain.items() if value not in (None, {})}
