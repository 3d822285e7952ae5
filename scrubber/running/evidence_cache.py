"""The evidence of learned documents, beside the index: a cache of this machine, never committed.

With it a new document is completed from the documents that were learned, whose text is read where
it lies. Without it (it is lost, or of another index) a new document is repaired from itself alone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from scrubber.config import Config
from scrubber.evidence import FRAGMENT_TRACES, DocumentEvidence, Evidence
from scrubber.running.inputs import Input
from scrubber.version import __version__

SCHEMA: Final = "scrubber.evidence/1"
SUFFIX: Final = ".evidence"
_ARRAYS: Final[Mapping[str, str]] = {
    "keys": "<u8",
    "lengths": "<i4",
    "signed": "<i4",
    "bands": "<u8",
    "paths": "<u8",
    "traces": "<u4",
    "fragments": "<u8",
    "fragment_traces": "<u4",
}


@dataclass(frozen=True, slots=True)
class Cache:
    """What was learned, and where its documents lie."""

    evidence: Evidence
    inputs: tuple[Input, ...]
    settings: str = ""
    """What the evidence was taken with: see `settings_of`."""


class _Row(msgspec.Struct, array_like=True):
    path: bytes
    id: bytes
    digest: str
    host: str | None
    folder: bytes
    bands: int
    """Bands of a signature."""
    arrays: list[bytes]


class _File(msgspec.Struct, array_like=True):
    schema: str
    index: str
    """sha256 of the index it belongs to."""
    settings: str
    content: str
    """sha256 of the rows."""
    rows: bytes


def beside(index: Path) -> Path:
    """Where the cache of an index lies."""
    return index.with_suffix(SUFFIX)


def settings_of(config: Config) -> str:
    """Digest of the settings that change evidence: of templates, and of the encoding layers."""
    plain = {"templates": asdict(config.templates), "normalise": asdict(config.normalise)}
    return _digest(json.dumps([plain, __version__], sort_keys=True).encode())


def to_bytes(evidence: Evidence, inputs: Iterable[Input], index: bytes, settings: str = "") -> bytes:
    """The cache of an index, whose own bytes it knows; the same for the same documents in the same places."""
    paths = {item.id: os.fsencode(item.path.resolve()) for item in inputs}
    rows = msgspec.msgpack.encode([_row(record, paths[record.id]) for record in evidence])
    return msgspec.msgpack.encode(_File(SCHEMA, _digest(index), settings, _digest(rows), rows))


def load(index: Path) -> Cache | None:
    """The cache beside an index; None where there is none, or not of just this index."""
    try:
        data, own = beside(index).read_bytes(), index.read_bytes()
        file = msgspec.msgpack.decode(data, type=_File)
        if (file.schema, file.index, file.content) != (SCHEMA, _digest(own), _digest(file.rows)):
            return None
        rows = msgspec.msgpack.decode(file.rows, type=list[_Row])
        evidence = Evidence.of(map(_record, rows))
        inputs = tuple(Input(_text(row.id), Path(os.fsdecode(row.path))) for row in rows)
    except (OSError, ValueError):
        return None
    return Cache(evidence, inputs, file.settings)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _row(record: DocumentEvidence, path: bytes) -> _Row:
    id, folder = (name.encode("utf-8", "surrogatepass") for name in (record.id, record.folder))
    return _Row(path, id, record.digest, record.host, folder, record.bands.shape[1], list(_arrays(record)))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def _arrays(record: DocumentEvidence) -> Iterator[bytes]:
    for name, kind in _ARRAYS.items():
        yield getattr(record, name).astype(kind).tobytes()


def _record(row: _Row) -> DocumentEvidence:
    """Raises ValueError where arrays are missing or do not fit."""
    pairs = zip(_ARRAYS.items(), row.arrays, strict=True)
    read: dict[str, Any] = {
        name: np.frombuffer(data, dtype=kind).astype(kind[1:]) for (name, kind), data in pairs
    }
    read["bands"] = read["bands"].reshape((len(read["signed"]), row.bands))
    read["fragment_traces"] = read["fragment_traces"].reshape(-1, FRAGMENT_TRACES)
    return DocumentEvidence(_text(row.id), row.digest, row.host, _text(row.folder), **read)
