"""Opens a container and reads it to its end, or to where it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from scrubber.config import Fields
from scrubber.reading.containers import json_rows, parquet, tars, warc, zips
from scrubber.reading.containers.compression import inflate, read_whole, unreadable
from scrubber.reading.containers.frames import CODECS
from scrubber.reading.containers.holding import spool
from scrubber.reading.containers.kinds import Kind, inner_name, kind_of
from scrubber.reading.containers.limits import Meter, too_large
from scrubber.reading.containers.records import (
    Event,
    Found,
    Ignored,
    Lost,
    Opened,
    Record,
    Stream,
)
from scrubber.reading.failures import DamagedContainer

READERS: Mapping[str, Callable[[Opened], Iterator[Event]]] = {
    ".jsonl": json_rows.read_lines,
    ".ndjson": json_rows.read_lines,
    ".json": json_rows.read_document,
    ".parquet": parquet.read_parquet,
    ".warc": warc.read_warc,
    ".wet": warc.read_warc,
    ".zip": zips.read_zip,
    ".tar": tars.read_tar,
}
"""What reads a container, by its format without the compression."""

_AT_RANDOM = frozenset((".zip", ".parquet"))


def read_container(path: Path, fields: Fields | None = None, folder: Path | None = None) -> Iterator[Event]:
    """All that a container holds, in its order; what is wrong with it, as a last `Lost` of place 0.

    What is compressed is given when its checksum was found right; until then it waits, what is much in a
    temporary file of `folder`. Never raises for what the file holds: what came before a fault has been
    given by then. Raises SpoolError where nothing can be written.
    """
    kind = kind_of(path.name)
    if kind is None or not kind.is_container:
        raise ValueError(f"{path.name} is no container")
    try:
        with path.open("rb") as file:
            meter = Meter(file.tell if kind.format not in _AT_RANDOM else _size(path))
            stream = inflate(file, kind.compression, meter, folder)

            def inner(name: str, inside: Stream) -> Iterator[Event]:
                return _read_inner(name, inside, opened, folder)

            opened = Opened(stream, meter, fields or Fields(), file, inner, is_checked=_is_checked(kind))
            yield from READERS[kind.format](opened)
    except DamagedContainer as fault:
        yield Lost(0, fault.why, fault.remedy)
    except OSError as error:
        closed = unreadable(error)
        yield Lost(0, closed.why, closed.remedy)


def _size(path: Path) -> Callable[[], int]:
    size = path.stat().st_size
    return lambda: size


def _is_checked(kind: Kind) -> bool:
    return kind.format == ".zip" or (bool(kind.compression) and CODECS[kind.compression].is_checked)


def _read_inner(name: str, stream: Stream, outer: Opened, folder: Path | None) -> Iterator[Event]:
    """The records of a container in a container; what is wrong with it is its own affair.

    Raises what the stream raises: that is the affair of the container around it.
    """
    kind = kind_of(name)
    assert kind is not None
    with spool(stream, folder) as file:
        counted = inflate(file, kind.compression, outer.meter, folder)
        is_checked = outer.is_checked or _is_checked(kind)
        try:
            if kind.is_document:
                data = read_whole(counted)
                if data is None:
                    yield Lost(0, *too_large(), within=name)
                else:
                    yield Found(1, Record(data, kind.format), inner_name(name), name)
                return
            for event in READERS[kind.format](
                Opened(counted, outer.meter, outer.fields, is_checked=is_checked)
            ):
                yield event if isinstance(event, Ignored) else replace(event, within=name)
        except DamagedContainer as fault:
            yield Lost(0, fault.why, fault.remedy, within=name)
