"""Evidence on disk: written as it is gathered, read one record at a time, whole after any interruption.

A log: frame after frame, each with the heads of its documents, their records as rows, and a
checksum. A frame that is cut off or damaged ends it; what stands before holds. Of two records of
one document the later one counts.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from sys import intern
from typing import Any, Final

import msgspec
import xxhash

from scrubber.config import Config
from scrubber.evidence import DocumentEvidence, Evidence, Head
from scrubber.records import Row, from_row, name_bytes, name_text, to_row
from scrubber.version import build_digest

SCHEMA: Final = "scrubber.evidence/7"
_LENGTHS: Final = 16
"""Bytes before a frame: sizes of heads and rows (4 each), checksum (8)."""


class _Head(msgspec.Struct, array_like=True):
    id: bytes
    digest: str
    host: str | None
    folder: bytes
    family: int
    stated: int
    size: int
    """Bytes of its row."""


@dataclass(frozen=True, slots=True)
class FiledHead(Head):
    """A head, and what a container said of the document: see `Input.stated`."""

    stated: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A record on its way to the log: made by a worker, cheap to send."""

    head: Head
    row: bytes
    stated: int = 0
    """See `Input.stated`."""

    @classmethod
    def of(cls, record: DocumentEvidence, stated: int = 0) -> Filed:
        """Make a record ready."""
        return cls(Head.of(record), msgspec.msgpack.encode(to_row(record)), stated)

    @property
    def record(self) -> DocumentEvidence:
        """The record again."""
        return from_row(msgspec.msgpack.decode(self.row, type=Row))


def settings_of(config: Config) -> str:
    """Digest of what changes evidence: the settings of templates and of the encoding layers, and the code."""
    plain = {"templates": asdict(config.templates), "normalise": asdict(config.normalise)}
    return hashlib.sha256(json.dumps([plain, build_digest()], sort_keys=True).encode()).hexdigest()


def frame(filed: Sequence[Filed]) -> bytes:
    """The bytes of one frame."""
    heads = [
        _Head(
            name_bytes(one.head.id),
            one.head.digest,
            one.head.host,
            name_bytes(one.head.folder),
            one.head.family,
            one.stated,
            len(one.row),
        )
        for one in filed
    ]
    packed, rows = msgspec.msgpack.encode(heads), b"".join(one.row for one in filed)
    check = xxhash.xxh3_64_intdigest(packed + rows)
    return b"".join(
        (
            len(packed).to_bytes(4, "little"),
            len(rows).to_bytes(4, "little"),
            check.to_bytes(8, "little"),
            packed,
            rows,
        )
    )


def opening(settings: str) -> bytes:
    """The first line of a log."""
    return json.dumps({"schema": SCHEMA, "settings": settings}, sort_keys=True).encode() + b"\n"


class EvidenceLog:
    """A log that is being written. What it held before, taken with the same settings, is kept."""

    def __init__(self, path: Path, settings: str) -> None:
        self.path = path
        first = opening(settings)
        whole = _whole(path, first)
        self._file = path.open("r+b" if whole else "wb")
        self._file.truncate(whole)
        self._file.seek(whole)
        if not whole:
            self._file.write(first)

    def append(self, filed: Sequence[Filed]) -> None:
        """Add records; they are on their way to the disk when this returns."""
        if filed:
            self._file.write(frame(filed))
            self._file.flush()

    def close(self) -> None:
        """Nothing is added any more."""
        self._file.close()


def _whole(path: Path, first: bytes) -> int:
    """Bytes of a log up to where it is cut off or damaged; 0 where it is not one of these settings."""
    try:
        with path.open("rb") as file:
            if file.read(len(first)) != first:
                return 0
            at, end = len(first), os.fstat(file.fileno()).st_size
            while (size := _frame_size(file.read(_LENGTHS), file, end - at - _LENGTHS)) is not None:
                at += size
            return at
    except OSError:
        return 0


def _frame_size(lengths: bytes, file: Any, room: int) -> int | None:
    """Bytes of a frame whose lengths were read; None where it is not whole, or larger than the `room` left."""
    if len(lengths) < _LENGTHS:
        return None
    size = int.from_bytes(lengths[:4], "little") + int.from_bytes(lengths[4:8], "little")
    if size > room:
        return None
    body = file.read(size)
    if len(body) < size or xxhash.xxh3_64_intdigest(body) != int.from_bytes(lengths[8:], "little"):
        return None
    return _LENGTHS + size


class StoredEvidence(Mapping[str, DocumentEvidence]):
    """The records of a log by document id, read from a memory map when they are asked for."""

    def __init__(self, data: mmap.mmap | bytes, settings: str) -> None:
        self._data = memoryview(data)
        self._places: dict[str, tuple[int, int]] = {}
        self._heads: dict[str, FiledHead] = {}
        first = opening(settings)
        at = len(first) if self._data[: len(first)].tobytes() == first else len(self._data)
        while at + _LENGTHS <= len(self._data):
            at = self._take_frame(at)

    def _take_frame(self, at: int) -> int:
        heads_size = int.from_bytes(self._data[at : at + 4], "little")
        rows_size = int.from_bytes(self._data[at + 4 : at + 8], "little")
        start = at + _LENGTHS
        place = start + heads_size
        end = place + rows_size
        if end > len(self._data):
            return len(self._data)
        for plain in msgspec.msgpack.decode(self._data[start:place], type=list[_Head]):
            id, host = name_text(plain.id), plain.host and intern(plain.host)
            folder = intern(name_text(plain.folder))
            self._heads[id] = FiledHead(id, plain.digest, host, folder, plain.family, plain.stated)
            self._places[id] = (place, plain.size)
            place += plain.size
        return end

    @property
    def heads(self) -> Mapping[str, FiledHead]:
        """The heads by id."""
        return self._heads

    def row(self, id: str) -> bytes:
        """The bytes of a record's row."""
        place, size = self._places[id]
        return self._data[place : place + size].tobytes()

    def __getitem__(self, id: str) -> DocumentEvidence:
        return from_row(msgspec.msgpack.decode(self.row(id), type=Row))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, id: object) -> bool:
        return id in self._places

    def of(self, ids: Iterable[str]) -> Evidence:
        """The evidence of these documents alone."""
        chosen = sorted(ids)
        return Evidence(_Some(self, chosen), tuple(self._heads[id] for id in chosen))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self.items()),)


class _Some(Mapping[str, DocumentEvidence]):
    """Some of the stored records."""

    def __init__(self, stored: StoredEvidence, ids: Sequence[str]) -> None:
        self._stored = stored
        self._ids = frozenset(ids)

    def __getitem__(self, id: str) -> DocumentEvidence:
        if id not in self._ids:
            raise KeyError(id)
        return self._stored[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id: object) -> bool:
        return id in self._ids


def load(path: Path, settings: str) -> StoredEvidence:
    """What a log holds, as far as it is whole; nothing where there is none of these settings."""
    data: mmap.mmap | bytes = b""
    whole = _whole(path, opening(settings))
    if whole:
        with suppress(OSError, ValueError), path.open("rb") as file:
            data = mmap.mmap(file.fileno(), whole, access=mmap.ACCESS_READ)
    return StoredEvidence(data, settings)
