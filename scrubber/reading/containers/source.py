"""A file read piece by piece by whoever has to go back in it: decoders, and the search behind damage."""

from __future__ import annotations

import re
from typing import BinaryIO

from scrubber.reading.containers.frames import LONGEST_HEAD

_CHUNK = 1 << 16
_WINDOW = 1 << 20
"""Bytes that are searched at a time."""


class Source:
    """A binary file that can be sought in. Raises OSError."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        """Bytes of the file."""
        self._read_to = file.seek(0)
        self._held = b""
        self._at = 0

    @property
    def offset(self) -> int:
        """Of the next byte that is read, in the file."""
        return self._read_to - len(self._held) + self._at

    def go_to(self, offset: int) -> None:
        """Read from this byte next."""
        begin = self._read_to - len(self._held)
        if begin <= offset <= self._read_to:
            self._at = offset - begin
        else:
            self._read_to = self._file.seek(offset)
            self._held, self._at = b"", 0

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        data = self.peek(1) and self._held[self._at : self._at + size]
        self._at += len(data)
        return data

    def peek(self, size: int) -> bytes:
        """The next bytes without passing them, `size` where there are so many."""
        while (missing := size - len(self._held) + self._at) > 0:
            data = self._file.read(max(missing, _CHUNK))
            if not data:
                break
            self._held = self._held[self._at :] + data
            self._at = 0
            self._read_to += len(data)
        return self._held[self._at : self._at + size]

    def skip_zeros(self) -> None:
        """Go on to the next byte that is not zero, or to the end."""
        while (data := self.peek(1)) == b"\0":
            data = self.read(_CHUNK)
            self._at -= len(data.lstrip(b"\0"))

    def find(self, pattern: re.Pattern[bytes], begin: int) -> int | None:
        """Where a pattern of up to `LONGEST_HEAD` bytes is found first, from `begin` on."""
        while True:
            self.go_to(begin)
            window = self.peek(_WINDOW)
            if match := pattern.search(window):
                return begin + match.start()
            if len(window) < _WINDOW:
                return None
            begin += len(window) - LONGEST_HEAD + 1
