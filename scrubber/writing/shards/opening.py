"""A corpus of shards as if it were a tree of files."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from scrubber.writing.files import MANIFEST, Tree, output_name, provenance_name
from scrubber.writing.manifest import Manifest, Shard
from scrubber.writing.shards import LEDGER, SUFFIXES, Format, ShardError, format_of, shard_names
from scrubber.writing.shards.rows import Row, exact_text_of, is_exact, provenance_of, row_id, text_of
from scrubber.writing.shards.sinks import digest_of

_Made = TypeVar("_Made")

_PROVENANCE = provenance_name("")


class _Reader(Protocol):
    def find(self, id: str) -> Row | None: ...
    def rows(self) -> Iterator[Row]: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class _Desk:
    """The files of shards that were opened last, one of each kind; and those that are damaged."""

    readers: dict[str, tuple[str, _Reader]] = field(default_factory=dict)
    damaged: dict[str, ShardError] = field(default_factory=dict)

    def reader(self, path: Path, name: str) -> _Reader:
        kind = name.partition("/")[0]
        held = self.readers.get(kind)
        if held is not None and held[0] == name:
            return held[1]
        if held is not None:
            held[1].close()
        self.readers[kind] = name, _reader(path, name)
        return self.readers[kind][1]


@dataclass(frozen=True, slots=True)
class ShardedTree(Tree):
    """An output folder of shards: a document is read by the names that it would have in a tree.

    Reading documents in the order of their ids reads each shard once.
    """

    format: Format = Format.JSONL
    shards: tuple[Shard, ...] = ()
    """Sorted by number, and so by their first ids."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Documents by the names of their clean texts."""
    _desk: _Desk = field(default_factory=_Desk, repr=False, compare=False)

    def read(self, name: str) -> bytes | None:
        """A clean text or a provenance from its shard, anything else from the folder; None where it is not.

        Raises ShardError where the shard is damaged, OutputError where a file cannot be read.
        """
        output = name.removesuffix(_PROVENANCE)
        id = self.ids.get(output)
        place = bisect_right(self.shards, id, key=lambda shard: shard.first) - 1 if id is not None else -1
        if id is None or place < 0:
            return Tree.read(self, name)
        documents, ledger = shard_names(self.shards[place].number, self.format)
        if name != output:
            row = self._find(ledger, id)
            return None if row is None else _made(ledger, row, provenance_of)
        row = self._find(documents, id)
        if row is None or _made(documents, row, is_exact):
            return None if row is None else _made(documents, row, text_of)
        row = self._find(ledger, id)
        return None if row is None else _made(ledger, row, exact_text_of)

    def provenances(self) -> Iterator[tuple[str, bytes]]:
        """``(name of the clean text, provenance)`` of every document, in order. Raises ShardError."""
        for shard in self.shards:
            name = shard_names(shard.number, self.format)[1]
            for row in _rows(self, name):
                yield output_name(_made(name, row, _id_in)), _made(name, row, provenance_of)

    def _find(self, name: str, id: str) -> Row | None:
        if name in self._desk.damaged:
            raise self._desk.damaged[name]
        try:
            with _told(name):
                return self._desk.reader(self.path(name), name).find(row_id(id))
        except FileNotFoundError:
            return None
        except ShardError as error:
            # Every other document of the shard would read it again, up to the fault.
            self._desk.damaged[name] = error
            raise


def open_shards(root: Path, listing: Manifest) -> ShardedTree:
    """The corpus that a manifest lists."""
    ids = {entry.output: entry.id for entry in listing.entries if entry.output is not None}
    return ShardedTree(root, True, Format(listing.format), listing.shards, ids)


def find_shards(root: Path) -> ShardedTree | None:
    """A corpus of shards that has lost its manifest, by what its ledgers say; None where there is none.

    Raises ShardError.
    """
    for format in SUFFIXES:
        paths = sorted((root / LEDGER).glob(f"part-*{SUFFIXES[format]}"))
        if paths:
            tree = ShardedTree(root, True, format)
            return _surveyed(tree, [f"{LEDGER}/{path.name}" for path in paths])
    return None


class _Header(msgspec.Struct):
    shards: tuple[Shard, ...] = ()


def listed_shards(tree: Tree) -> tuple[Shard, ...] | None:
    """The shards that the manifest of a folder lists, none for a tree of files; None where it cannot be read."""
    try:
        with tree.path(MANIFEST).open("rb") as file:
            return msgspec.convert(json.loads(file.readline()), _Header).shards
    except (OSError, ValueError, RecursionError):
        return None


def changed_shards(tree: Tree, shards: Iterable[Shard]) -> Iterator[tuple[str, str]]:
    """``(name, what is wrong)`` of every file of a shard that has not the digest which is listed."""
    for name, digest in sorted(pair for shard in shards for pair in shard.files.items()):
        path = tree.path(name)
        try:
            if not path.is_file():
                yield name, "is missing"
            elif digest_of(path) != digest:
                yield name, "is not the one that the manifest lists"
        except OSError as error:
            yield name, f"cannot be read ({error.strerror or error})"


def _surveyed(tree: ShardedTree, names: Iterable[str]) -> ShardedTree:
    ids: dict[str, str] = {}
    shards = []
    for name in names:
        found = [_made(name, row, _id_in) for row in _rows(tree, name)]
        ids |= {output_name(id): id for id in found}
        number = int(name.removeprefix(f"{LEDGER}/part-").partition(".")[0])
        if found:
            shards.append(Shard(number, found[0], len(found), {}))
    return replace(tree, shards=tuple(shards), ids=ids)


def _id_in(row: Row) -> str:
    return str(json.loads(row["provenance"])["id"])


def _made(name: str, row: Row, make: Callable[[Row], _Made]) -> _Made:
    """What `make` makes of a row of a shard. Raises ShardError where the row is not as we write it."""
    try:
        return make(row)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ShardError(name, f"is damaged: a row is not as we write it ({error})") from error


def _rows(tree: ShardedTree, name: str) -> Iterator[Row]:
    with _told(name):
        yield from _reader(tree.path(name), name).rows()


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Faults of a file, and rows that are not ours, as errors that name the shard."""
    try:
        yield
    except (FileNotFoundError, ShardError):
        raise
    except OSError as error:
        raise ShardError(name, f"cannot be read ({error.strerror or error})") from error


def _reader(path: Path, name: str) -> _Reader:
    if format_of(name) is Format.JSONL:
        from scrubber.writing.shards.json_shards import JsonReader

        return JsonReader(path, name)
    from scrubber.writing.shards.parquet_shards import ParquetReader

    return ParquetReader(path, name)
