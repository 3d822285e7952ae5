"""Corpora as shards: rows of documents in ``documents/``, rows of what was done to them in ``ledger/``.

The two files of a shard have the same documents in the same order. ``docs/formats.md`` tells the
fields. pyarrow and zstandard are loaded when a shard is written or read, not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scrubber.writing.files import OutputError

DOCUMENTS: Final = "documents"
LEDGER: Final = "ledger"

DOCUMENTS_PER_SHARD: Final = 5_000
"""How many inputs go into a shard.

A million documents make 200 pairs of files, ten million 2,000: below the 10,000 files a folder that
dataset hosts advise. A shard of pages of text is some 10 MB, and a document is found in it within
a second. Smaller shards keep more workers busy, and less is written again where one document changed.
"""


class Format(StrEnum):
    """How a corpus is written."""

    FILES = "files"
    """A tree: each clean text a file, its provenance beside it."""
    JSONL = "jsonl"
    """Shards of JSON lines, compressed with zstandard."""
    PARQUET = "parquet"


SUFFIXES: Final = {Format.JSONL: ".jsonl.zst", Format.PARQUET: ".parquet"}


@dataclass(frozen=True, slots=True)
class Written:
    """A cleaned document as a shard takes it."""

    id: str
    output: str
    """The name it would have in a tree, and goes by in the manifest: ``output_name(id)``."""
    text: bytes
    """The clean text, as `provenance.to_bytes` gives it."""
    provenance: bytes
    """What would stand in ``<output>.provenance.json``, to the byte."""


class ShardError(OutputError):
    """A shard cannot be read: it is cut off, damaged, or not one of ours."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"{name} {why}",
            "fetch it again if it came from elsewhere, or run `scrubber clean` again to write it anew",
        )
        self.name = name
        self.reason = why

    def __reduce__(self) -> tuple[object, ...]:
        return (ShardError, (self.name, self.reason))


def shard_names(number: int, format: Format) -> tuple[str, str]:
    """``documents/part-00007.parquet`` and ``ledger/part-00007.parquet``. Not for ``files``: KeyError."""
    part = f"part-{number:05d}{SUFFIXES[format]}"
    return f"{DOCUMENTS}/{part}", f"{LEDGER}/{part}"


def format_of(name: str) -> Format:
    """What the suffix of a shard's file says."""
    return next((format for format, suffix in SUFFIXES.items() if name.endswith(suffix)), Format.FILES)
