"""Which documents a run is about, and which of them are clean already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scrubber.documents import RawDocument
from scrubber.reading import discover, read_path
from scrubber.running.spooling import Slot
from scrubber.writing import provenance
from scrubber.writing.files import output_name, provenance_name
from scrubber.writing.provenance import ProvenanceError, Record


@dataclass(frozen=True, slots=True)
class Input:
    """A raw file and the id it has in the dump."""

    id: str
    path: Path
    digest: str | None = None
    """sha256 of the raw bytes as the first pass saw them."""
    slot: Slot | None = None
    """Where the first pass left what it made of them."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document that is the output of an earlier run, untouched since."""

    text: bytes
    provenance: bytes
    record: Record


@dataclass(frozen=True, slots=True)
class Dump:
    """What stands under the roots."""

    documents: tuple[Input, ...]
    """Sorted by id."""
    passed_over: tuple[tuple[str, str], ...] = ()
    """Ids of what was not followed (links out of the root, …), and why."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Files that no reader reads, by suffix."""


def find_inputs(roots: Sequence[Path]) -> Dump:
    """All documents under the roots. Raises NoDocuments, RootError."""
    found = discover(roots)
    documents = sorted((Input(file.id, file.path) for file in found), key=lambda item: item.id)
    return Dump(tuple(documents), tuple((entry.id, entry.why) for entry in found.skipped), found.ignored)


def raw_bytes(item: Input) -> bytes:
    """The bytes of a raw document, as they lie there now. Raises OSError."""
    return item.path.read_bytes()


def read(item: Input, *, metadata: bool = True) -> RawDocument:
    """The document of an input. Raises ReadingError, as `read_path` does."""
    return read_path(item.path, id=item.id, metadata=metadata)


def recognise(item: Input) -> Recognised | None:
    """The document as clean, where the provenance beside it has the digest of its bytes.

    A text that was changed by hand since has another digest, and is a raw document again.
    """
    if output_name(item.id) != item.id:
        return None
    beside = Path(provenance_name(str(item.path)))
    try:
        data = beside.read_bytes()
        record = provenance.from_json(data)
        text = item.path.read_bytes()
    except (OSError, ProvenanceError):
        return None
    if hashlib.sha256(text).hexdigest() != record.clean.sha256:
        return None
    return Recognised(text, data, record)
