"""A document's evidence as a row of bytes: what caches and binary indexes are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from scrubber.evidence import FRAGMENT_TRACES, DocumentEvidence

_ARRAYS: Final[Mapping[str, str]] = {
    "keys": "<u8",
    "lengths": "<i4",
    "signed": "<i4",
    "bands": "<u8",
    "paths": "<u8",
    "written": "<u8",
    "stems": "<u8",
    "traces": "<u4",
    "fragments": "<u8",
    "fragment_traces": "<u4",
    "grams": "<u8",
    "links": "<u8",
    "kin": "<u8",
}


class Row(msgspec.Struct, array_like=True):
    """A record. Names are bytes, for a file name may not be valid Unicode."""

    id: bytes
    digest: str
    host: str | None
    folder: bytes
    page: int
    bands: int
    """Bands of a signature."""
    arrays: list[bytes]
    """Those of `DocumentEvidence`, little-endian."""


def to_row(record: DocumentEvidence) -> Row:
    """The row of a record."""
    bands = record.bands.shape[1]
    return Row(
        name_bytes(record.id),
        record.digest,
        record.host,
        name_bytes(record.folder),
        record.page,
        bands,
        [*_packed(record)],
    )


def from_row(row: Row) -> DocumentEvidence:
    """The record of a row. Raises ValueError where arrays are missing or do not fit."""
    pairs = zip(_ARRAYS.items(), row.arrays, strict=True)
    read: dict[str, Any] = {
        name: np.frombuffer(data, dtype=kind).astype(kind[1:], copy=False) for (name, kind), data in pairs
    }
    read["bands"] = read["bands"].reshape((len(read["signed"]), row.bands))
    read["stems"] = read["stems"].reshape(-1, 2)
    read["fragment_traces"] = read["fragment_traces"].reshape(-1, FRAGMENT_TRACES)
    return DocumentEvidence(
        name_text(row.id), row.digest, row.host, name_text(row.folder), page=row.page, **read
    )


def name_bytes(name: str) -> bytes:
    """A name that may hold lone surrogates."""
    return name.encode("utf-8", "surrogatepass")


def name_text(name: bytes) -> str:
    """The name again."""
    return name.decode("utf-8", "surrogatepass")


def _packed(record: DocumentEvidence) -> Iterator[bytes]:
    for name, kind in _ARRAYS.items():
        yield getattr(record, name).astype(kind, copy=False).tobytes()
