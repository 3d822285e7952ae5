"""The evidence of learned documents, beside the index: a cache of this machine, never committed.

With it a new document is completed from the documents that were learned, whose text is read where
it lies. Without it (it is lost, of another index, or made by other code) a new document is repaired
from itself alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from scrubber.evidence import Evidence
from scrubber.records import Row, from_row, name_text, to_row
from scrubber.running.inputs import Input
from scrubber.version import build_digest

SCHEMA: Final = "scrubber.evidence/8"
"""The number after that of `evidence_log`: the two files share a name, and no schema."""
SUFFIX: Final = ".evidence"
ALONE: Final = "cut-off text was completed from its own document alone"
"""What comes of a cache that cannot be used."""


@dataclass(frozen=True, slots=True)
class Cache:
    """What was learned, and where its documents lie."""

    evidence: Evidence
    inputs: tuple[Input, ...]
    settings: str = ""
    """What the evidence was taken with: see `settings_of`."""


class _Row(msgspec.Struct, array_like=True):
    path: bytes
    record: Row


class _File(msgspec.Struct, array_like=True):
    schema: str
    index: str
    """sha256 of the index it belongs to."""
    build: str
    """The code that made it: see `build_digest`."""
    settings: str
    content: str
    """sha256 of the rows."""
    rows: bytes


def beside(index: Path) -> Path:
    """Where the cache of an index lies."""
    return index.with_suffix(SUFFIX)


def to_bytes(evidence: Evidence, inputs: Iterable[Input], index: bytes, settings: str = "") -> bytes:
    """The cache of an index, whose own bytes it knows; the same for the same documents in the same places."""
    # A record of a container cannot be read by itself later: it lends nothing.
    paths = {item.id: b"" if item.place else os.fsencode(item.path.resolve()) for item in inputs}
    rows = msgspec.msgpack.encode([_Row(paths[record.id], to_row(record)) for record in evidence])
    return msgspec.msgpack.encode(
        _File(SCHEMA, _digest(index), build_digest(), settings, _digest(rows), rows)
    )


def load(index: Path) -> Cache | None:
    """The cache beside an index; None where there is none, or not of just this index and this code."""
    try:
        file = _file(index)
        if file is None:
            return None
        rows = msgspec.msgpack.decode(file.rows, type=list[_Row])
        evidence = Evidence.of(from_row(row.record) for row in rows)
        inputs = tuple(
            Input(name_text(row.record.id), Path(os.fsdecode(row.path))) for row in rows if row.path
        )
    except (OSError, ValueError):
        return None
    return Cache(evidence, inputs, file.settings)


def why_not(index: Path) -> str | None:
    """What a person should know of an index whose cache cannot be used, and what to do; None where it can."""
    name = beside(index).name
    if not beside(index).is_file():
        return f"there is no {name}"
    try:
        found = _file(index)
    except (OSError, ValueError):
        found = None
    if found is not None:
        return None
    return f"{name} is damaged, of another index, or made by another version of scrubber, and was not used"


def _file(index: Path) -> _File | None:
    """The file beside an index, if it is whole, and of this index and this code. Raises OSError and ValueError."""
    file = msgspec.msgpack.decode(beside(index).read_bytes(), type=_File)
    wanted = SCHEMA, _digest(index.read_bytes()), build_digest(), _digest(file.rows)
    return file if (file.schema, file.index, file.build, file.content) == wanted else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
