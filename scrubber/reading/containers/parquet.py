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
    """The records of a table, row by row; their places count from 1. Raises DamagedContainer."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    faults = (pa.ArrowException, OSError, ValueError, NotImplementedError)
    try:
        # Pages have checksums only where their writer was told so; those that have are compared.
        table = pq.ParquetFile(opened.file, pre_buffer=False, page_checksum_verification=True)
        schema = table.schema
        leaves = [schema.column(i).path for i in range(len(schema))]
        wanted = columns(opened.fields, leaves)
        batches = table.iter_batches(batch_size=_BATCH, columns=wanted)
    except faults as error:
        raise DamagedContainer("is no Parquet file that can be read: it may be cut off") from error
    rows = Rows(opened.fields)
    place = 0
    while True:
        try:
            batch = next(batches, None)
        except faults as error:
            raise DamagedContainer("is damaged: its rows cannot be read any further") from error
        if batch is None:
            break
        if not wanted:
            place += 1
            yield from rows.take(place, dict.fromkeys(table.schema_arrow.names))
            continue
        opened.meter.add(batch.nbytes)
        for row in _rows(batch, pa):
            place += 1
            if any(isinstance(value, bytes | str) and len(value) > LARGEST_RECORD for value in row.values()):
                yield Lost(place, *too_large())
            else:
                yield from rows.take(place, row)
    yield from rows.rest()


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
