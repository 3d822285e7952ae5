"""Files of the dump -> documents. One module per format; `SUFFIXES` says which reads what.

A new format is one module with a `Reader`, and one line in `SUFFIXES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from scrubber.documents import RawDocument
from scrubber.reading.binary import what_is_it
from scrubber.reading.failures import NoDocuments, ReadingError, RootError, SkippedFile, UnreadableFile
from scrubber.reading.text import read_markdown, read_plain
from scrubber.reading.tree import Discovery, DumpFile, SkippedEntry, discover_in

__all__ = [
    "SUFFIXES",
    "Discovery",
    "DumpFile",
    "NoDocuments",
    "Reader",
    "ReadingError",
    "RootError",
    "SkippedEntry",
    "SkippedFile",
    "UnreadableFile",
    "discover",
    "read_bytes",
    "read_path",
]


class Reader(Protocol):
    """Reads one format. Raises `ReadingError`."""

    def __call__(self, data: bytes, *, id: str, url: str | None, metadata: bool) -> RawDocument:
        """The document in `data`, with what it states of itself if `metadata` is asked for."""


def _read_html(data: bytes, *, id: str, url: str | None, metadata: bool) -> RawDocument:
    from scrubber.reading.html import read_html

    return read_html(data, id=id, url=url, metadata=metadata)


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
    """The document in a file; `id` is the file's name where none is given.

    Without `metadata` a page's own statements (most of the cost of reading it) are left unread.
    Raises `SkippedFile` for empty and for binary files, `UnreadableFile` where the file cannot
    be read or parsed, or has a suffix that nothing in `SUFFIXES` reads.
    """
    path = Path(path)
    name = id if id is not None else path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        why = f"cannot be read ({error.strerror or type(error).__name__})"
        raise UnreadableFile(name, why, "check that it exists and that you may read it") from error
    return read_bytes(data, id=name, suffix=path.suffix, url=url, metadata=metadata)


def read_bytes(
    data: bytes, *, id: str, suffix: str, url: str | None = None, metadata: bool = True
) -> RawDocument:
    """The document in the bytes of a file whose name ends in `suffix` (``.html``, any case).

    Raises what `read_path` raises.
    """
    reader = SUFFIXES.get(suffix.lower())
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise UnreadableFile(
            id, f"nothing reads files that end in {suffix!r}", f"rename it to one of {known}"
        )
    if not data:
        raise SkippedFile(id, "is empty", "fetch it again if it should not be")
    binary = what_is_it(data)
    if binary is not None:
        raise SkippedFile(
            id, f"is not text but {binary}", "extract its text first, or leave it out of the dump"
        )
    return reader(data, id=id, url=url, metadata=metadata)


def discover(roots: Sequence[Path]) -> Discovery:
    """The documents under the roots, by id: iterate over it, or ask it what was left out.

    Ids are POSIX paths inside the root, with the root's name before them where there are
    several. Raises `NoDocuments` where there is none, `RootError` for a root that is missing
    and for two roots of one name.
    """
    return discover_in(roots, frozenset(SUFFIXES))
