"""Shards of Parquet, in row groups that are small enough to be read for one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from scrubber.writing.shards import ShardError
from scrubber.writing.shards.rows import Row, Shape
from scrubber.writing.shards.sinks import Sink

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

LEVEL = 6
"""Of zstandard, as for JSON lines."""

ROWS = 1_000
"""Rows of a row group, at most ..."""

GROUP_BYTES = 64_000_000
"""... and their bytes before compression: a few huge documents make a group of their own."""

_BATCH = 50


class ParquetWriter:
    """Writes rows in groups; the types are those of the shape, whatever the rows hold."""

    def __init__(self, sink: Sink, shape: Shape) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._schema = schema(shape)
        self._file = pa.PythonFile(sink, mode="w")
        self._writer = parquet.ParquetWriter(
            self._file, self._schema, compression="zstd", compression_level=LEVEL
        )
        self._rows: list[Row] = []
        self._group: list[pa.RecordBatch] = []

    def write(self, row: bytes) -> None:
        """Add a row, which is JSON. Raises OSError."""
        self._rows.append(msgspec.json.decode(row))
        if len(self._rows) == _BATCH:
            self._pack()

    def close(self) -> None:
        """Write the last group and the footer. Raises OSError."""
        self._pack()
        self._flush()
        self._writer.close()

    def _pack(self) -> None:
        """Rows as objects take ten times the memory of columns, so few of them wait for the others."""
        import pyarrow as pa

        if self._rows:
            self._group.append(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
            self._rows = []
        rows = sum(batch.num_rows for batch in self._group)
        if rows >= ROWS or sum(batch.nbytes for batch in self._group) >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._group:
            table = pa.Table.from_batches(self._group, schema=self._schema)
            self._writer.write_table(table, row_group_size=ROWS)
            self._group = []


class ParquetReader:
    """A shard's rows by their ids: the ids are read at once, a row group when one of its rows is asked for."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._file: parquet.ParquetFile | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._held: tuple[int, pa.Table] | None = None

    def find(self, id: str) -> Row | None:
        """The row with this id, None where there is none. Raises ShardError, OSError."""
        file = self._open()
        place = self._places.get(id)
        if place is None:
            return None
        group, row = place
        if self._held is None or self._held[0] != group:
            self._held = group, self._group(file, group)
        return self._plain(self._held[1].slice(row, 1))[0]

    def rows(self) -> Iterator[Row]:
        """All rows, in their order. Raises ShardError, OSError."""
        file = self._open()
        for group in range(file.num_row_groups):
            for batch in self._group(file, group).to_batches(max_chunksize=64):
                yield from self._plain(batch)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file = self._held = None

    def _open(self) -> parquet.ParquetFile:
        import pyarrow as pa
        from pyarrow import parquet

        if self._file is None:
            try:
                self._file = parquet.ParquetFile(self._path)
                for group in range(self._file.num_row_groups):
                    ids = self._file.read_row_group(group, columns=["id"]).column("id").to_pylist()
                    self._places.update({id: (group, row) for row, id in enumerate(ids)})
            except (pa.ArrowException, KeyError, UnicodeDecodeError) as error:
                raise self._damaged(error) from error
        return self._file

    def _group(self, file: parquet.ParquetFile, group: int) -> pa.Table:
        import pyarrow as pa

        try:
            return file.read_row_group(group)
        except (pa.ArrowException, OSError) as error:  # a decompressor's complaint is an OSError
            raise self._damaged(error) from error

    def _plain(self, rows: pa.Table | pa.RecordBatch) -> list[Row]:
        try:
            found: list[Row] = rows.to_pylist()
        except UnicodeDecodeError as error:  # text is checked when it is taken out
            raise self._damaged(error) from error
        return found

    def _damaged(self, error: Exception) -> ShardError:
        return ShardError(self._name, f"is cut off or damaged ({error})")


def schema(shape: Shape) -> pa.Schema:
    """The Arrow schema of a shape; no field of a row may be null."""
    import pyarrow as pa

    return pa.schema([pa.field(name, _type(kind)) for name, kind in shape.items()])


def _type(kind: Any) -> pa.DataType:
    import pyarrow as pa

    if isinstance(kind, list):
        return pa.list_(_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([pa.field(name, _type(inner)) for name, inner in kind.items()])
    return {"string": pa.string(), "int64": pa.int64(), "double": pa.float64()}[kind]
