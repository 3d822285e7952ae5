"""The template index as a file of arrays, of which only what is asked for is read.

Slice after slice, then tables, then a contents part that says where each lies, and its length.
Every part has a checksum, which is compared when the part is read. It holds what the lines of
`index_format` hold, and is made from them or together with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
import xxhash

from scrubber.config import SiteMode, Templates
from scrubber.fragments import Lender
from scrubber.postings import Counts, Keys, Lists, Owners, Postings, gather_lists
from scrubber.records import Row, from_row, name_bytes, name_text, to_row
from scrubber.slices import SiteSlice
from scrubber.templates import Directory, TemplateIndex
from scrubber.witnesses import Witnesses

SCHEMA: Final = "scrubber.slices/4"
MAGIC: Final = b"SCRUBIDX"
_END: Final = 24
"""Bytes at the end: where the contents begin, their checksum, and MAGIC."""

Name = TypeVar("Name")
Buffer = bytes | memoryview


class BinaryIndexError(ValueError):
    """A binary index is damaged, or of another version. The lines it was made from say the same."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the binary index cannot be read ({why}); remove the file: it is made anew")


class _Part(msgspec.Struct, array_like=True):
    offset: int
    size: int
    checksum: int


class _Table(msgspec.Struct, array_like=True):
    keys: _Part
    starts: _Part
    places: _Part
    names: _Part | None
    """None: the names are those of the sites."""


class _Contents(msgspec.Struct, array_like=True):
    schema: str
    stamp: str
    mode: str
    settings: dict[str, int]
    sites: list[tuple[bytes, _Part]]
    """By id."""
    runs: _Table
    marks: _Table
    hubs: _Table
    lenders: _Table


class _Lists(msgspec.Struct, array_like=True):
    keys: bytes
    starts: bytes
    places: bytes
    names: list[bytes]


class _Witnesses(msgspec.Struct, array_like=True):
    documents: bytes
    groups: bytes
    families: bytes
    pages: bytes
    starts: bytes
    blocks: bytes
    common: bytes


class _Slice(msgspec.Struct, array_like=True):
    id: bytes
    found_by: str
    records: list[Row]
    known: _Witnesses
    counts: bytes
    numbers: bytes
    lacking: list[tuple[int, bytes, bytes]]
    understudies: list[tuple[int, bytes]]
    examples: _Lists
    near: _Lists
    folders: list[tuple[bytes, int]]
    anchors: list[tuple[int, int]]


class Writer:
    """Writes an index slice by slice; `write` takes bytes in order. Sites come in the order of their ids."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._at = 0
        self._sites: list[tuple[bytes, _Part]] = []
        self._runs, self._marks = Postings(), Postings()
        self._put(MAGIC)

    def add(self, slice_: SiteSlice) -> None:
        """The next site."""
        place = len(self._sites)
        self._sites.append((name_bytes(slice_.id), self._put(msgspec.msgpack.encode(_slice(slice_)))))
        self._runs.add(slice_.run_keys, place)
        self._marks.add(slice_.marks, place)

    def finish(self, index: TemplateIndex, stamp: str = "") -> None:
        """Everything but the sites, from `index`, whose own sites are not looked at.

        `stamp` says what the file belongs to.
        """
        names = [name_text(id) for id, _ in self._sites]
        runs = self._table(gather_lists(self._runs, names), None)
        marks = self._table(gather_lists(self._marks, names), None)
        number = {id: place for place, id in enumerate(names)}
        hubs = Lists.of_mapping({key: [number[id] for id in ids] for key, ids in index.hubs.items()})
        numbered = np.array(hubs.names, dtype=np.uint32)
        places = numbered[hubs.places] if len(numbered) else hubs.places
        lenders = Lists.of_mapping(index.lenders)
        rows = [(name_bytes(lender.document), lender.digest) for lender in lenders.names]
        contents = _Contents(
            SCHEMA,
            stamp,
            index.mode.value,
            asdict(index.settings),
            self._sites,
            runs,
            marks,
            self._table(Lists(hubs.keys_, hubs.starts, places, ()), None),
            self._table(lenders, msgspec.msgpack.encode(rows)),
        )
        part = self._put(msgspec.msgpack.encode(contents))
        self._put(part.offset.to_bytes(8, "little") + part.checksum.to_bytes(8, "little") + MAGIC)

    def _put(self, data: bytes) -> _Part:
        part = _Part(self._at, len(data), xxhash.xxh3_64_intdigest(data))
        self._write(data)
        self._at += len(data)
        return part

    def _table(self, lists: Lists[Any], names: bytes | None) -> _Table:
        return _Table(
            self._put(lists.keys_.astype("<u8").tobytes()),
            self._put(lists.starts.astype("<i8").tobytes()),
            self._put(lists.places.astype("<u4").tobytes()),
            self._put(names) if names is not None else None,
        )


def stamp_of(data: Buffer) -> str:
    """What the file belongs to, as its writer said. Raises BinaryIndexError."""
    return _contents(memoryview(data)).stamp


def from_buffer(data: Buffer) -> TemplateIndex:
    """The index, read where it lies: `data` may be a memory map. Raises BinaryIndexError, later too."""
    view = memoryview(data)
    contents = _contents(view)
    sites = _Sites(view, {name_text(id): part for id, part in contents.sites})
    names = list(sites)
    try:
        settings, mode = Templates(**contents.settings), SiteMode(contents.mode)
    except (TypeError, ValueError) as error:
        raise BinaryIndexError(repr(error)) from error
    return TemplateIndex(
        sites,
        settings,
        mode,
        _lists(view, contents.hubs, names),
        lenders=_lists(view, contents.lenders, _Lenders(view, contents.lenders.names)),
        made=Directory(_lists(view, contents.runs, names), _lists(view, contents.marks, names)),
    )


def _contents(view: memoryview) -> _Contents:
    if len(view) < _END or view[-8:].tobytes() != MAGIC:
        raise BinaryIndexError("it is cut off, or none")
    at, checksum = (int.from_bytes(view[-_END + n : -_END + n + 8], "little") for n in (0, 8))
    if xxhash.xxh3_64_intdigest(view[at:-_END]) != checksum:
        raise BinaryIndexError("its contents are damaged")
    try:
        contents = msgspec.msgpack.decode(view[at:-_END], type=_Contents)
    except (ValueError, OverflowError) as error:
        raise BinaryIndexError(str(error)) from error
    if contents.schema != SCHEMA:
        raise BinaryIndexError(f"it is of version {contents.schema}, not {SCHEMA}")
    return contents


def _read(view: memoryview, part: _Part) -> memoryview:
    data = view[part.offset : part.offset + part.size]
    if xxhash.xxh3_64_intdigest(data) != part.checksum:
        raise BinaryIndexError(f"the bytes from {part.offset} on are damaged")
    return data


def _array(view: memoryview, part: _Part, kind: str) -> Any:
    return np.frombuffer(_read(view, part), dtype=kind)


def _lists(view: memoryview, table: _Table, names: Sequence[Name]) -> Lists[Name]:
    keys, starts, places = (
        _array(view, part, kind)
        for part, kind in ((table.keys, "<u8"), (table.starts, "<i8"), (table.places, "<u4"))
    )
    return Lists(keys, starts, places, names)


class _Lenders(Sequence[Lender]):
    """The documents that may lend text, read when the first is asked for."""

    def __init__(self, view: memoryview, part: _Part | None) -> None:
        self._view = view
        self._part = part
        self._held: list[Lender] | None = None

    def _all(self) -> list[Lender]:
        if self._held is None:
            data = _read(self._view, self._part) if self._part is not None else b"\x90"
            rows = msgspec.msgpack.decode(data, type=list[tuple[bytes, str]])
            self._held = [Lender(name_text(id), digest) for id, digest in rows]
        return self._held

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, place: Any) -> Any:
        return self._all()[place]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self._all(),)


_HELD: Final = 64
"""Slices that are kept ready: a document votes among the sites it has runs of."""


class _Sites(Mapping[str, SiteSlice]):
    """Slices by id, each read when it is asked for; the one asked for last is remembered."""

    def __init__(self, view: memoryview, parts: Mapping[str, _Part]) -> None:
        self._view = view
        self._parts = parts
        self._held: dict[str, SiteSlice] = {}

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __contains__(self, id: object) -> bool:
        return id in self._parts

    def __getitem__(self, id: str) -> SiteSlice:
        found = self._held.get(id)
        if found is None:
            found = _from_slice(_read(self._view, self._parts[id]))
            if len(self._held) >= _HELD:
                del self._held[next(iter(self._held))]
            self._held[id] = found
        return found

    def checksum(self, id: str) -> int:
        """Of the bytes of a slice."""
        return self._parts[id].checksum

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self.items()),)


def _slice(slice_: SiteSlice) -> _Slice:
    return _Slice(
        name_bytes(slice_.id),
        slice_.found_by,
        [to_row(record) for record in slice_.records],
        _pack_witnesses(slice_.known),
        _packed(slice_.counts.keys_),
        _numbers(slice_.counts.numbers),
        [(key, _packed(one.keys_), _numbers(one.numbers)) for key, one in sorted(slice_.lacking.items())],
        [(key, _packed(features)) for key, features in sorted(slice_.understudies.items())],
        _pack_lists(slice_.examples),
        _pack_lists(slice_.near),
        [(name_bytes(folder), n) for folder, n in sorted(slice_.folders.items())],
        sorted(slice_.anchors.items()),
    )


def _from_slice(data: Buffer) -> SiteSlice:
    try:
        plain = msgspec.msgpack.decode(data, type=_Slice)
    except (ValueError, OverflowError) as error:
        raise BinaryIndexError(str(error)) from error
    return SiteSlice(
        id=name_text(plain.id),
        found_by=plain.found_by,
        records=tuple(map(from_row, plain.records)),
        known=_from_witnesses(plain.known),
        counts=_counts(plain.counts, plain.numbers),
        lacking={key: _counts(keys, numbers) for key, keys, numbers in plain.lacking},
        understudies={key: _keys(features) for key, features in plain.understudies},
        examples=_from_lists(plain.examples),
        near=_from_lists(plain.near),
        folders={name_text(folder): n for folder, n in plain.folders},
        anchors=dict(plain.anchors),
    )


def _pack_witnesses(known: Witnesses) -> _Witnesses:
    return _Witnesses(
        _packed(known.documents),
        _numbers(known.groups),
        _packed(known.families),
        _packed(known.pages),
        known.starts.astype("<i8").tobytes(),
        _packed(known.blocks),
        _packed(known.common),
    )


def _from_witnesses(plain: _Witnesses) -> Witnesses:
    return Witnesses(
        documents=_keys(plain.documents),
        groups=np.frombuffer(plain.groups, dtype="<u4"),
        families=_keys(plain.families),
        pages=_keys(plain.pages),
        starts=np.frombuffer(plain.starts, dtype="<i8"),
        blocks=_keys(plain.blocks),
        common=_keys(plain.common),
    )


def _numbers(numbers: Owners) -> bytes:
    return numbers.astype("<u4").tobytes()


def _counts(keys: bytes, numbers: bytes) -> Counts:
    return Counts(_keys(keys), np.frombuffer(numbers, dtype="<u4"))


def _pack_lists(lists: Lists[str]) -> _Lists:
    names = sorted(lists.held())
    number = {name: place for place, name in enumerate(names)}
    places = np.array([number[lists.names[place]] for place in lists.places.tolist()], dtype="<u4")
    return _Lists(
        _packed(lists.keys_),
        lists.starts.astype("<i8").tobytes(),
        places.tobytes(),
        [*map(name_bytes, names)],
    )


def _from_lists(plain: _Lists) -> Lists[str]:
    starts, places = np.frombuffer(plain.starts, dtype="<i8"), np.frombuffer(plain.places, dtype="<u4")
    return Lists(_keys(plain.keys), starts, places, [*map(name_text, plain.names)])


def _packed(keys: Keys) -> bytes:
    return keys.astype("<u8").tobytes()


def _keys(data: bytes) -> Keys:
    return np.frombuffer(data, dtype="<u8")
