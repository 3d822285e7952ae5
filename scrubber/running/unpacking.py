"""Containers unpacked once: their records one behind another in a file, each read again by its place.

A store is a file of records, of which nothing is changed once it is written, and beside it a
listing: what stands where, what was passed over or is damaged, and of which container it was made.
The listing is written last and appears as a whole, so that an interrupted run leaves no store that
looks complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import xxhash

from scrubber.config import Fields
from scrubber.reading.containers.names import Namer, safe_name
from scrubber.reading.containers.records import Event, Found, Ignored, Lost, Record
from scrubber.version import __version__
from scrubber.writing.files import WriteError, write

SCHEMA = "scrubber.store/1"
_RECORDS, _LISTING, _UNFINISHED = ".records", ".listing", ".unfinished"
_HEADER = struct.Struct("<IQQ")
"""Bytes of the facts, bytes of the data, checksum of both."""
_BUFFER = 1 << 20
_PACKED_FROM = 1 << 14
"""Bytes from which a record is compressed: pages shrink to a fifth, short texts are not worth the time."""


class StoreError(OSError):
    """A record is not where it was put: the store was changed or is gone."""

    def __init__(self, name: str) -> None:
        super().__init__(5, "its unpacked records were changed or are gone; run the same command again")
        self.name = name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    store: Path
    """One object for all records of a container."""
    offset: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a container holds. Names are without the container's own."""

    store: Path
    names: tuple[str, ...]
    offsets: tuple[int, ...]
    passed_over: tuple[tuple[str, str], ...] = ()
    """Names and reasons; no name: the container as a whole."""
    damaged: tuple[tuple[str, str], ...] = ()
    ignored: Mapping[str, int] | None = None
    """How many were of kinds that nothing reads, by suffix or media type."""


class _Facts(msgspec.Struct, array_like=True):
    suffix: str
    url: str | None
    date: str | None
    charset: str | None
    is_packed: bool


class _Listing(msgspec.Struct, array_like=True):
    schema: str
    made_of: str
    """Digest of the container and of the settings it was read with."""
    size: int
    """Bytes of the records."""
    names: list[str]
    offsets: list[int]
    passed_over: list[tuple[str, str]]
    damaged: list[tuple[str, str]]
    ignored: dict[str, int]


def unpack(container: Path, id: str, fields: Fields, folder: Path, *, keep: bool) -> Unpacked:
    """The records of a container in a store of `folder`, which is made anew unless it is there already.

    With `keep` the store is meant to be found by a later run. Raises WriteError where it cannot
    be written; what is wrong with the container is told in the result.
    """
    from scrubber.reading.containers.opening import read_container

    stem = folder / hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    store = stem.with_suffix(_RECORDS)
    made_of = _made_of(container, fields) if keep else ""
    known = _load(stem, made_of) if made_of else None
    if known is not None:
        return known
    stem.with_suffix(_LISTING).unlink(missing_ok=True)
    unfinished = stem.with_suffix(_UNFINISHED)
    gathered = _Gathered()
    try:
        with unfinished.open("wb", buffering=_BUFFER) as file:
            offset = 0
            pack = _packer()
            for event in _guarded(read_container(container, fields)):
                if isinstance(event, Found):
                    gathered.found(event, offset)
                    offset += _put(file, event.record, pack)
                else:
                    gathered.told(event)
        unfinished.replace(store)
    except OSError as error:
        raise WriteError(store, error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    listing = gathered.listing(made_of, offset)
    if made_of:
        write({stem.with_suffix(_LISTING): msgspec.msgpack.encode(listing)}, durable=True)
    return _unpacked(store, listing)


def take(place: Place) -> Record:
    """The record that was put there. Raises OSError."""
    with place.store.open("rb") as file:
        file.seek(place.offset)
        head = file.read(_HEADER.size)
        if len(head) != _HEADER.size:
            raise StoreError(place.store.name)
        facts_size, data_size, checksum = _HEADER.unpack(head)
        room = os.fstat(file.fileno()).st_size - place.offset
        if facts_size + data_size > room:
            raise StoreError(place.store.name)
        facts, data = file.read(facts_size), file.read(data_size)
    if _checksum(facts, data) != checksum:
        raise StoreError(place.store.name)
    try:
        record = msgspec.msgpack.decode(facts, type=_Facts)
    except ValueError as error:
        raise StoreError(place.store.name) from error
    if record.is_packed:
        import zstandard

        data = zstandard.ZstdDecompressor().decompress(data)
    return Record(data, record.suffix, record.url, record.date, record.charset)


def forget(folder: Path, ids: Iterable[str]) -> None:
    """Remove the stores of containers that are not among these."""
    stems = {hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:24] for id in ids}
    for path in folder.iterdir():
        if path.suffix in (_RECORDS, _LISTING, _UNFINISHED) and path.stem not in stems:
            path.unlink(missing_ok=True)


class _Gathered:
    """What is known of a container while it is read."""

    def __init__(self) -> None:
        self._namer = Namer()
        self._names: list[str] = []
        self._offsets: list[int] = []
        self._passed_over: list[tuple[str, str]] = []
        self._damaged: list[tuple[str, str]] = []
        self._ignored: Counter[str] = Counter()

    def found(self, event: Found, offset: int) -> None:
        """Note a record."""
        self._names.append(self._namer.name(event.place, event.name, event.within))
        self._offsets.append(offset)

    def told(self, event: Lost | Ignored) -> None:
        """Note what is no record."""
        if isinstance(event, Ignored):
            self._ignored[event.kind] += 1
            return
        reason = f"{event.why}; {event.remedy}"
        name = safe_name(event.within) if event.within else ""
        if event.place:
            name = self._namer.name(event.place, event.name, event.within)
        elif not event.skipped:
            number = f"{len(self._names):,} record{'' if len(self._names) == 1 else 's'}"
            reason = f"{event.why} ({number} read before that); {event.remedy}"
        (self._passed_over if event.skipped else self._damaged).append((name, reason))

    def listing(self, made_of: str, size: int) -> _Listing:
        """All of it, to be kept."""
        ignored = dict(sorted(self._ignored.items()))
        return _Listing(
            SCHEMA, made_of, size, self._names, self._offsets, self._passed_over, self._damaged, ignored
        )


def _guarded(events: Iterator[Event]) -> Iterator[Event]:
    """What comes out of a container; a fault of ours is told like a fault of the container."""
    try:
        yield from events
    except MemoryError:
        yield Lost(0, "needs more memory than there is", "split it into several containers")
    except Exception as error:  # noqa: BLE001 - one bad container is a line, never an aborted run
        yield Lost(0, f"{type(error).__name__} while it was read", "a fault of scrubber: please report it")


def _packer() -> Callable[[bytes], bytes]:
    import zstandard

    compressor = zstandard.ZstdCompressor(level=1)
    return compressor.compress


def _put(file: BinaryIO, record: Record, pack: Callable[[bytes], bytes]) -> int:
    is_packed = len(record.data) >= _PACKED_FROM
    data = pack(record.data) if is_packed else record.data
    facts = msgspec.msgpack.encode(_Facts(record.suffix, record.url, record.date, record.charset, is_packed))
    file.write(_HEADER.pack(len(facts), len(data), _checksum(facts, data)))
    file.write(facts)
    file.write(data)
    return _HEADER.size + len(facts) + len(data)


def _checksum(facts: bytes, data: bytes) -> int:
    return xxhash.xxh3_64_intdigest(data, seed=xxhash.xxh32_intdigest(facts))


def _made_of(container: Path, fields: Fields) -> str:
    """Digest of the container's bytes and of what decides how it is read; empty where it cannot be read."""
    try:
        with container.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError:
        return ""
    digest.update(json.dumps([SCHEMA, __version__, asdict(fields)], sort_keys=True).encode())
    return digest.hexdigest()


def _load(stem: Path, made_of: str) -> Unpacked | None:
    try:
        listing = msgspec.msgpack.decode(stem.with_suffix(_LISTING).read_bytes(), type=_Listing)
        store = stem.with_suffix(_RECORDS)
        if (listing.schema, listing.made_of, listing.size) != (SCHEMA, made_of, store.stat().st_size):
            return None
    except (OSError, ValueError):
        return None
    return _unpacked(store, listing)


def _unpacked(store: Path, listing: _Listing) -> Unpacked:
    return Unpacked(
        store,
        tuple(listing.names),
        tuple(listing.offsets),
        tuple(listing.passed_over),
        tuple(listing.damaged),
        listing.ignored,
    )


def records(unpacked: Unpacked) -> Iterator[tuple[str, Place]]:
    """The names of the records and where they stand."""
    for name, offset in zip(unpacked.names, unpacked.offsets, strict=True):
        yield name, Place(unpacked.store, offset)
