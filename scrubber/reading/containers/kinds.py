"""What a file is, by the end of its name: a document, a container, either of them compressed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

DOCUMENTS = frozenset((".txt", ".md", ".html", ".htm", ".xhtml"))
"""Suffixes of documents: those that `scrubber.reading.SUFFIXES` reads."""

STREAMS = frozenset((".jsonl", ".ndjson", ".json", ".warc", ".wet", ".tar"))
"""Containers that are read from beginning to end, so that they may be compressed as a whole."""

FILES = frozenset((".parquet", ".zip"))
"""Containers that are read at random."""

_COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")
_SHORT = {
    ".tgz": (".tar", ".gz"),
    ".tzst": (".tar", ".zst"),
    ".tbz2": (".tar", ".bz2"),
    ".txz": (".tar", ".xz"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A format, and how it is compressed."""

    format: str
    """``.html``, ``.jsonl``, ``.tar``."""
    compression: str = ""
    """``.gz``, ``.zst``, ``.bz2``, ``.xz``, or nothing."""

    @property
    def is_document(self) -> bool:
        """Whether the file is one document."""
        return self.format in DOCUMENTS

    @property
    def is_container(self) -> bool:
        """Whether it may hold many."""
        return not self.is_document

    @property
    def is_stream(self) -> bool:
        """Whether it can be read from a stream, inside of an archive: an archive itself is not."""
        return self.format in STREAMS and self.format != ".tar"


def kind_of(name: str) -> Kind | None:
    """What a file of this name is; None for what nothing reads."""
    path = PurePosixPath(name.rpartition("/")[2].lower())
    if path.suffix in _SHORT:
        return Kind(*_SHORT[path.suffix])
    if path.suffix in _COMPRESSIONS:
        inner = PurePosixPath(path.stem).suffix
        return Kind(inner, path.suffix) if inner in DOCUMENTS | STREAMS else None
    return Kind(path.suffix) if path.suffix in DOCUMENTS | STREAMS | FILES else None


def inner_name(name: str) -> str:
    """The name of what a compressed file holds: ``news/page.html.gz`` -> ``page.html``."""
    return name.rpartition("/")[2].rpartition(".")[0]
