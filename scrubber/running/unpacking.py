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
from scrubber.reading.containers.holding import SpoolError
from scrubber.reading.containers.names import Namer, safe_name
from scrubber.reading.containers.records import Event, Found, Ignored, Lost, Record
from scrubber.version import build_digest
from scrubber.writing.files import WriteError, write

SCHEMA = "scrubber.store/4"
_RECORDS, _LISTING, _UNFINISHED = ".records", ".listing", ".unfinished"
_HEADER = struct.Struct("<IQQ")
"""Bytes of the facts, bytes of the data, checksum of both."""
_CHECK = 16
"""Bytes before a listing: its checksum."""
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
    stated: int = 0
    """Checksum of what the container says of the record: its address, its date, its title, how it is to be read."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a container holds. Names are without the container's own."""

    store: Path
    names: tuple[str, ...]
    offsets: tuple[int, ...]
    stated: tuple[int, ...]
    """See `Place`."""
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
    title: str | None
    author: str | None
    language: str | None
    is_packed: bool


class _Listing(msgspec.Struct, array_like=True):
    schema: str
    made_of: str
    """Digest of the container and of the settings it was read with."""
    size: int
    """Bytes of the records, ..."""
    content: str
    """... and their digest."""
    names: list[str]
    offsets: list[int]
    stated: list[int]
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
            sink = _Hashed(file)
            for event in _guarded(read_container(container, fields, folder)):
                if isinstance(event, Found):
                    gathered.found(event, offset)
                    offset += _put(sink, event.record, pack)
                else:
                    gathered.told(event)
        unfinished.replace(store)
    except SpoolError as error:
        raise WriteError(store, error.error) from error
    except OSError as error:
        raise WriteError(store, error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    listing = gathered.listing(made_of, offset, sink.digest)
    if made_of:
        plain = msgspec.msgpack.encode(listing)
        write({stem.with_suffix(_LISTING): _check(plain) + plain}, durable=True)
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
    return Record(
        data,
        record.suffix,
        record.url,
        record.date,
        record.charset,
        record.title,
        record.author,
        record.language,
    )


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
        self._stated: list[int] = []
        self._passed_over: list[tuple[str, str]] = []
        self._damaged: list[tuple[str, str]] = []
        self._ignored: Counter[str] = Counter()

    def found(self, event: Found, offset: int) -> None:
        """Note a record."""
        self._names.append(self._namer.name(event.place, event.name, event.within, event.behind))
        self._offsets.append(offset)
        self._stated.append(_stated(event.record))

    def told(self, event: Lost | Ignored) -> None:
        """Note what is no record."""
        if isinstance(event, Ignored):
            self._ignored[event.kind] += 1
            return
        reason = f"{event.why}; {event.remedy}"
        name = safe_name(event.within) if event.within else ""
        if event.place or event.name:
            name = self._namer.name(event.place, event.name, event.within, event.behind)
        elif not event.skipped:
            number = f"{len(self._names):,} record{'' if len(self._names) == 1 else 's'}"
            reason = f"{event.why} ({number} read before that); {event.remedy}"
        (self._passed_over if event.skipped else self._damaged).append((name, reason))

    def listing(self, made_of: str, size: int, content: str) -> _Listing:
        """All of it, to be kept."""
        ignored = dict(sorted(self._ignored.items()))
        return _Listing(
            SCHEMA,
            made_of,
            size,
            content,
            self._names,
            self._offsets,
            self._stated,
            self._passed_over,
            self._damaged,
            ignored,
        )


def _guarded(events: Iterator[Event]) -> Iterator[Event]:
    """What comes out of a container; a fault of ours is told like a fault of the container."""
    try:
        yield from events
    except SpoolError:
        raise
    except MemoryError:
        yield Lost(0, "needs more memory than there is", "split it into several containers")
    except Exception as error:  # noqa: BLE001 - one bad container is a line, never an aborted run
        yield Lost(0, f"{type(error).__name__} while it was read", "a fault of scrubber: please report it")


def _packer() -> Callable[[bytes], bytes]:
    import zstandard

    compressor = zstandard.ZstdCompressor(level=1)
    return compressor.compress


class _Hashed:
    """A file, and the digest of what goes into it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = xxhash.xxh3_128()

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


def _stated(record: Record) -> int:
    return xxhash.xxh3_64_intdigest(msgspec.msgpack.encode(_facts(record, is_packed=False)))


def _facts(record: Record, *, is_packed: bool) -> _Facts:
    return _Facts(
        record.suffix,
        record.url,
        record.date,
        record.charset,
        record.title,
        record.author,
        record.language,
        is_packed,
    )


def _put(file: _Hashed, record: Record, pack: Callable[[bytes], bytes]) -> int:
    is_packed = len(record.data) >= _PACKED_FROM
    data = pack(record.data) if is_packed else record.data
    facts = msgspec.msgpack.encode(_facts(record, is_packed=is_packed))
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
    digest.update(json.dumps([SCHEMA, build_digest(), asdict(fields)], sort_keys=True).encode())
    return digest.hexdigest()


def _load(stem: Path, made_of: str) -> Unpacked | None:
    """What was unpacked before; None where it is not of this container, or not as it was left."""
    store = stem.with_suffix(_RECORDS)
    try:
        data = stem.with_suffix(_LISTING).read_bytes()
        check, plain = data[:_CHECK], data[_CHECK:]
        if check != _check(plain):
            return None
        listing = msgspec.msgpack.decode(plain, type=_Listing)
        if (listing.schema, listing.made_of, listing.size) != (SCHEMA, made_of, store.stat().st_size):
            return None
        if _content(store) != listing.content:
            return None
    except (OSError, ValueError):
        return None
    return _unpacked(store, listing)


def _check(data: bytes) -> bytes:
    return xxhash.xxh3_128_digest(data)


def _content(store: Path) -> str:
    digest = xxhash.xxh3_128()
    with store.open("rb") as file:
        while block := file.read(_BUFFER):
            digest.update(block)
    return digest.hexdigest()


def _unpacked(store: Path, listing: _Listing) -> Unpacked:
    return Unpacked(
        store,
        tuple(listing.names),
        tuple(listing.offsets),
        tuple(listing.stated),
        tuple(listing.passed_over),
        tuple(listing.damaged),
        listing.ignored,
    )


def records(unpacked: Unpacked) -> Iterator[tuple[str, Place]]:
    """The names of the records and where they stand."""
    for name, offset, stated in zip(unpacked.names, unpacked.offsets, unpacked.stated, strict=True):
        yield name, Place(unpacked.store, offset, stated)
