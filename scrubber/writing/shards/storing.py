"""Writing a shard: its documents, and what was done to them, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from scrubber.writing.files import Tree
from scrubber.writing.manifest import Shard
from scrubber.writing.shards import DOCUMENTS, LEDGER, SUFFIXES, Format, Written, shard_names
from scrubber.writing.shards.rows import DOCUMENT_SHAPE, LEDGER_SHAPE, Packed, Shape, pack
from scrubber.writing.shards.sinks import Sink, open_sinks


class _Writer(Protocol):
    def write(self, row: bytes) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a shard."""

    changes: dict[str, str] = field(default_factory=dict)
    """``new`` or ``changed``, by name, for the files that did not hold these bytes before."""
    shard: Shard | None = None
    """Its line in the manifest; None where none of its inputs was written."""


def write_shard(
    tree: Tree, number: int, documents: Iterable[Written | Packed], format: Format
) -> dict[str, str]:
    """`store_shard`, for those who ask only for the changes."""
    return store_shard(tree, number, documents, format).changes


def store_shard(tree: Tree, number: int, documents: Iterable[Written | Packed], format: Format) -> Stored:
    """Write the two files of a shard, both of them or none, one document in memory at a time.

    The documents are sorted by id; those that were packed elsewhere cost less here. The bytes follow from them, and from the versions of the
    libraries that compress. With ``tree.check`` nothing is written. Without any documents there is
    no shard. Raises WriteError, and what `documents` or `pack` raises.
    """
    coming = iter(documents)
    first = next(coming, None)
    if first is None:
        return Stored()
    count = 0
    with open_sinks(tree, shard_names(number, format)) as made:
        texts, ledgers = writers = [
            _writer(format, *pair) for pair in zip(made.sinks, (DOCUMENT_SHAPE, LEDGER_SHAPE), strict=True)
        ]
        for document in chain((first,), coming):
            packed = document if isinstance(document, Packed) else pack(document)
            texts.write(packed.document)
            ledgers.write(packed.ledger)
            count += 1
        for writer in writers:
            writer.close()
    return Stored(made.changes, Shard(number, first.id, count, dict(made.digests)))


def prune_shards(tree: Tree, shards: Iterable[Shard]) -> dict[str, str]:
    """Remove what an earlier run left: files of shards that `shards` does not list; ``{name: removed}``.

    Loaders read whatever stands in the two folders. Without `shards` all go, for a corpus that is
    written as files now.
    """
    listed = {name for shard in shards for name in shard.files}
    parts = {name for name in standing_parts(tree) if name not in listed}
    return {name: "removed" for name in sorted(parts) if tree.remove(name)}


def standing_parts(tree: Tree) -> Iterator[str]:
    """The names of all files of shards that stand there, listed or not."""
    for kind in (DOCUMENTS, LEDGER):
        for suffix in SUFFIXES.values():
            for path in tree.path(kind).glob(f"part-*{suffix}"):
                yield f"{kind}/{path.name}"


def _writer(format: Format, sink: Sink, shape: Shape) -> _Writer:
    if format is Format.JSONL:
        from scrubber.writing.shards.json_shards import JsonWriter

        return JsonWriter(sink, shape)
    from scrubber.writing.shards.parquet_shards import ParquetWriter

    return ParquetWriter(sink, shape)
