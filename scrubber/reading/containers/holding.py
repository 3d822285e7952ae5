"""Bytes that wait until it is known whether they are right: in memory, or in a temporary file."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from scrubber.reading.containers.limits import LARGEST_HELD
from scrubber.reading.containers.records import Stream

_CHUNK = 1 << 20


class SpoolError(Exception):
    """What waits cannot be written to a temporary file, or read from it: `error` says why.

    No OSError, for that would be a fault of the container.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error

    def __reduce__(self) -> tuple[type[SpoolError], tuple[OSError]]:
        """Errors cross process boundaries with their fields."""
        return type(self), (self.error,)


class Held:
    """Bytes written once and then read once, in their order."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._pieces: deque[bytes] = deque()
        self._file: BinaryIO | None = None
        self._at = 0
        """Of the first piece, how much was read."""
        self.size = 0
        """Bytes written."""

    def add(self, data: bytes) -> None:
        """Write on. Raises SpoolError."""
        self.size += len(data)
        try:
            if self._file is None and self.size > LARGEST_HELD:
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
                for piece in self._pieces:
                    _write(self._file, piece)
                self._pieces.clear()
            if self._file is None:
                self._pieces.append(data)
            else:
                _write(self._file, data)
        except OSError as error:
            self.drop()
            raise SpoolError(error) from error

    def turn(self) -> None:
        """Be read from the beginning now."""
        if self._file is not None:
            self._file.seek(0)

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`; none at the end. Raises SpoolError."""
        if self._file is not None:
            try:
                data = self._file.read(size if size > 0 else _CHUNK)
            except OSError as error:
                raise SpoolError(error) from error
            if not data:
                self.drop()
            return data
        if not self._pieces:
            return b""
        first = self._pieces[0]
        if not self._at and (size <= 0 or len(first) <= size):
            return self._pieces.popleft()
        data = first[self._at : self._at + size] if size > 0 else first[self._at :]
        self._at += len(data)
        if self._at == len(first):
            self._pieces.popleft()
            self._at = 0
        return data

    def drop(self) -> None:
        """Forget all of it."""
        self._pieces.clear()
        if self._file is not None:
            self._file.close()
            self._file = None


def _write(file: BinaryIO, data: bytes) -> None:
    """All of it: an unbuffered file may take less at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


@contextmanager
def spool(stream: Stream, folder: Path | None = None) -> Iterator[BinaryIO]:
    """All bytes of a stream as a file that can be sought in. Raises SpoolError, and what the stream raises."""
    with tempfile.SpooledTemporaryFile(LARGEST_HELD, dir=str(folder) if folder else None) as file:
        while data := stream.read(_CHUNK):
            try:
                file.write(data)
            except OSError as error:
                raise SpoolError(error) from error
        file.seek(0)
        yield cast("BinaryIO", file)
