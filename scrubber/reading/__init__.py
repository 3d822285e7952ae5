"""Files of the dump -> documents. One module per format; `SUFFIXES` says which reads what.

A new format is one module with a `Reader`, one line in `SUFFIXES`, and its suffix in
`containers.kinds`. Files that hold many documents are read by `scrubber.reading.containers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scrubber.documents import Found, Metadata, RawDocument
from scrubber.reading.binary import what_is_it
from scrubber.reading.containers.kinds import kind_of
from scrubber.reading.failures import (
    DamagedContainer,
    NoDocuments,
    NothingIncluded,
    ReadingError,
    RootError,
    SkippedFile,
    UnreadableFile,
)
from scrubber.reading.text import described, read_markdown, read_plain
from scrubber.reading.tree import Discovery, DumpFile, SkippedEntry, discover

if TYPE_CHECKING:
    from scrubber.reading.containers.records import Record

__all__ = [
    "SUFFIXES",
    "Discovery",
    "DumpFile",
    "NoDocuments",
    "NothingIncluded",
    "Reader",
    "ReadingError",
    "RootError",
    "SkippedEntry",
    "SkippedFile",
    "UnreadableFile",
    "discover",
    "file_bytes",
    "read_bytes",
    "read_path",
    "read_record",
]


class Reader(Protocol):
    """Reads one format. Raises `ReadingError`."""

    def __call__(
        self, data: bytes, *, id: str, url: str | None, metadata: bool, charset: str | None = None
    ) -> RawDocument:
        """The document in `data`, with what it states of itself if `metadata` is asked for.

        `charset` is what a server said of it.
        """


def _read_html(
    data: bytes | str, *, id: str, url: str | None, metadata: bool, charset: str | None = None
) -> RawDocument:
    from scrubber.reading.html import read_html

    return read_html(data, id=id, url=url, metadata=metadata, charset=charset)


SUFFIXES: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".xhtml": _read_html,
}
"""What reads a file, by its suffix in lower case."""


def read_path(
    path: str | Path, *, id: str | None = None, url: str | None = None, metadata: bool = True
) -> RawDocument:
    """The document in a file, compressed or not; `id` is the file's name where none is given.

    Without `metadata` a page's own statements (most of the cost of reading it) are left unread.
    Raises `SkippedFile` for empty and for binary files, `UnreadableFile` where the file cannot
    be read or parsed, or has a suffix that nothing in `SUFFIXES` reads.
    """
    path = Path(path)
    name = id if id is not None else path.name
    kind = kind_of(path.name)
    suffix = kind.format if kind and kind.compression and kind.is_document else path.suffix
    try:
        data = file_bytes(path)
    except DamagedContainer as error:
        raise UnreadableFile(name, error.why, error.remedy) from error
    except OSError as error:
        why = f"cannot be read ({error.strerror or type(error).__name__})"
        raise UnreadableFile(name, why, "check that it exists and that you may read it") from error
    return read_bytes(data, id=name, suffix=suffix, url=url, metadata=metadata)


def file_bytes(path: Path) -> bytes:
    """The bytes of the document in a file, unpacked where it is compressed.

    Raises OSError, and DamagedContainer where it cannot be unpacked.
    """
    kind = kind_of(path.name)
    if kind is None or not kind.compression or not kind.is_document:
        return path.read_bytes()
    from scrubber.reading.containers.compression import inflate_file

    return inflate_file(path)


def read_record(record: Record, *, id: str, metadata: bool = True) -> RawDocument:
    """The document in a record of a container. Raises what `read_bytes` raises.

    What the container says of it counts where the document itself states nothing. Of dates that is told, for
    crawlers note when they came by.
    """
    from scrubber.reading.containers.records import DECODED

    if record.charset == DECODED and record.data:
        document = _read_decoded(record, id, metadata=metadata)
    else:
        charset = None if record.charset == DECODED else record.charset
        reader = _reader(id, record.suffix)
        _refuse_binary(record.data, id)
        document = reader(record.data, id=id, url=record.url, metadata=metadata, charset=charset)
    return replace(document, metadata=_completed(document.metadata, record)) if metadata else document


def _completed(known: Metadata, record: Record) -> Metadata:
    """`known` with what a container says of a record."""

    def found(value: str | None, where: str) -> Found | None:
        return Found(value, where) if value is not None else None

    return Metadata(
        title=known.title or found(record.title, "row"),
        author=known.author or found(record.author, "row"),
        date=known.date or found(record.date, "record"),
        language=known.language or found(record.language, "row"),
        site_name=known.site_name,
    )


def _read_decoded(record: Record, id: str, *, metadata: bool) -> RawDocument:
    """Text that needs no decoding: nothing about it is guessed."""
    text = record.data.decode("utf-8", "surrogatepass")
    if SUFFIXES.get(record.suffix) is _read_html:
        return _read_html(text, id=id, url=record.url, metadata=metadata)
    return described(RawDocument.from_text(text, id=id, url=record.url), metadata=metadata)


def read_bytes(
    data: bytes, *, id: str, suffix: str, url: str | None = None, metadata: bool = True
) -> RawDocument:
    """The document in the bytes of a file whose name ends in `suffix` (``.html``, any case).

    Raises what `read_path` raises.
    """
    reader = _reader(id, suffix)
    _refuse_binary(data, id)
    return reader(data, id=id, url=url, metadata=metadata)


def _reader(id: str, suffix: str) -> Reader:
    reader = SUFFIXES.get(suffix.lower())
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise UnreadableFile(
            id, f"nothing reads files that end in {suffix!r}", f"rename it to one of {known}"
        )
    return reader


def _refuse_binary(data: bytes, id: str) -> None:
    if not data:
        raise SkippedFile(id, "is empty", "fetch it again if it should not be")
    binary = what_is_it(data)
    if binary is not None:
        raise SkippedFile(
            id, f"is not text but {binary}", "extract its text first, or leave it out of the dump"
        )
