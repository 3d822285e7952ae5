"""What the first pass made of each document, kept in temporary files for the second.

A cache and no more: a document that found no room in it is read and examined again. Nothing of
it outlives the run.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO, RawIOBase
from pathlib import Path

from scrubber.evidence import Examined

MOST = 4 << 30
"""Bytes that the temporary files of a run may take."""


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder of temporary files, of which every chunk of documents writes one."""

    folder: Path
    allowance: int
    """Bytes a document may take, on the average of its chunk."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a document was put."""

    file: Path
    offset: int


@contextmanager
def spool_for(documents: int) -> Iterator[Spool | None]:
    """A spool for so many documents, gone when the block is left; None where none can be made."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="scrubber-", ignore_cleanup_errors=True)
    except OSError:
        yield None
        return
    with folder as name:
        yield Spool(Path(name), MOST // max(documents, 1))


class SpoolFile:
    """The file of one chunk, while it is written."""

    def __init__(self, path: Path, file: RawIOBase, room: int) -> None:
        self._path = path
        self._file = file
        self._room = room

    def put(self, examined: Examined) -> Slot | None:
        """Keep a document; None where there is no room for it."""
        data = pickle.dumps(examined, pickle.HIGHEST_PROTOCOL)
        if len(data) > self._room:
            return None
        try:
            slot = Slot(self._path, self._file.tell())
            written = self._file.write(data)
        except OSError:
            written = 0
        self._room -= len(data)
        if written != len(data):
            self._room = 0  # the disk is full: the run goes on without
            return None
        return slot


@contextmanager
def spool_file(spool: Spool | None, documents: int) -> Iterator[SpoolFile | None]:
    """The file for a chunk of so many documents; None where there is no spool, or no room."""
    try:
        if spool is None:
            file = None
        else:
            descriptor, name = tempfile.mkstemp(dir=spool.folder)
            file = FileIO(descriptor, "wb")
    except OSError:
        file = None
    if spool is None or file is None:
        yield None
        return
    with file:
        yield SpoolFile(Path(name), file, spool.allowance * documents)


def take(slot: Slot) -> Examined | None:
    """The document that was put there; None where it cannot be read any more."""
    try:
        with slot.file.open("rb") as file:
            file.seek(slot.offset)
            examined: Examined = pickle.load(file)  # noqa: S301 - our own file, in a folder of our own
    except OSError:
        return None
    return examined
