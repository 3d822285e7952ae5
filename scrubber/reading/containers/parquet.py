"""Parquet: batches of the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrubber.reading.containers.fields import Rows, columns
from scrubber.reading.containers.limits import LARGEST_RECORD, too_large
from scrubber.reading.containers.records import Event, Lost, Opened
from scrubber.reading.failures import DamagedContainer

_BATCH = 256
"""Rows at a time."""


def read_parquet(opened: Opened) -> Iterator[Event]:
    """The records of a table, row by row; their places count from 1. Raises DamagedContainer.

    A row group that cannot be read is one entry: how many rows it has stands at the end of the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    faults = (pa.ArrowException, OSError, ValueError, NotImplementedError)
    try:
        # Pages have checksums only where their writer was told so; those that have are compared.
        table = pq.ParquetFile(opened.file, pre_buffer=False, page_checksum_verification=True)
        schema = table.schema
        leaves = [schema.column(i).path for i in range(len(schema))]
        wanted = columns(opened.fields, leaves)
        sizes = [table.metadata.row_group(i).num_rows for i in range(table.metadata.num_row_groups)]
    except faults as error:
        raise DamagedContainer("is no Parquet file that can be read: it may be cut off") from error
    rows = Rows(opened.fields)
    if not wanted:
        for place, _ in enumerate(_batches(table.iter_batches(_BATCH, columns=[]), faults), start=1):
            yield from rows.take(place, dict.fromkeys(table.schema_arrow.names))
        sizes = []
    before = 0
    for group, size in enumerate(sizes):
        place = before
        for batch in _batches(table.iter_batches(_BATCH, [group], wanted), faults):
            if batch is None:
                why = f"is damaged: its rows {place + 1} to {before + size} cannot be read"
                yield Lost(0, why, "fetch it again", f"damage@{place + 1}")
                break
            opened.meter.add(batch.nbytes)
            for row in _rows(batch, pa):
                place += 1
                if any(isinstance(one, bytes | str) and len(one) > LARGEST_RECORD for one in row.values()):
                    yield Lost(place, *too_large())
                else:
                    yield from rows.take(place, row)
        before += size
    yield from rows.rest()


def _batches(batches: Iterator[Any], faults: tuple[type[Exception], ...]) -> Iterator[Any]:
    """The batches of a row group, and None where it cannot be read any further."""
    while True:
        try:
            batch = next(batches, None)
        except faults:
            yield None
            return
        if batch is None:
            return
        yield batch


def _rows(batch: Any, pa: Any) -> Iterator[dict[str, Any]]:
    names = batch.schema.names
    values = [_values(column, pa) for column in batch.columns]
    for row in zip(*values, strict=True):
        yield dict(zip(names, row, strict=True))


def _values(column: Any, pa: Any) -> list[Any]:
    """The values of a column. A string that is not UTF-8, whatever its type says, stays bytes."""
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            return [None] * len(column)  # deep inside of a structure: nobody looks for text there
        return [_text(data) for data in column.cast(pa.large_binary()).to_pylist()]
    except (ValueError, OverflowError, pa.ArrowException):
        return [None] * len(column)  # dates beyond what Python knows
    return values


def _text(data: bytes | None) -> str | bytes | None:
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
