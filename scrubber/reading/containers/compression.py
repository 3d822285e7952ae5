"""Compressed files as streams: all that was written before a cut, then word of the cut."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrubber.reading.containers.kinds import kind_of
from scrubber.reading.containers.limits import LARGEST_RECORD, LARGEST_WINDOW, Meter, too_large
from scrubber.reading.containers.records import Stream
from scrubber.reading.failures import DamagedContainer

_NAMES = {".gz": "gzip", ".zst": "Zstandard", ".bz2": "bzip2", ".xz": "xz"}

_CHUNK = 1 << 16
_SMALL_CHUNK = 1 << 12
"""For Zstandard, which gives all that a piece unpacks to at once: 128 MB for this much at the worst."""


def inflate(file: Stream, compression: str, meter: Meter) -> Stream:
    """The decompressed bytes of a file; `compression` is a suffix, or nothing."""
    if not compression:
        return _Plain(file)
    return _Latched(_Gzip(file) if compression == ".gz" else _Frames(file, compression), meter)


def read_all(stream: Stream) -> bytes | None:
    """All bytes of a stream; None where they are more than a record may have."""
    pieces: list[bytes] = []
    held = 0
    while chunk := stream.read(_CHUNK):
        held += len(chunk)
        if held > LARGEST_RECORD:
            return None
        pieces.append(chunk)
    return b"".join(pieces)


def inflate_file(path: Path) -> bytes:
    """The document in a compressed file. Raises DamagedContainer, OSError."""
    kind = kind_of(path.name)
    assert kind is not None
    with path.open("rb") as file:
        data = read_all(inflate(file, kind.compression, Meter(file.tell)))
    if data is None:
        raise DamagedContainer(*too_large())
    return data


class _Plain:
    """A file as it is, its faults in our words. What is not compressed cannot grow."""

    def __init__(self, file: Stream) -> None:
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise unreadable(error) from error


class _Latched:
    """A stream that ends with its first fault, however often it is asked again, and is counted."""

    def __init__(self, stream: Stream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter
        self._fault: DamagedContainer | None = None

    def read(self, size: int = -1, /) -> bytes:
        if self._fault is not None:
            raise self._fault
        try:
            data = self._stream.read(size)
            self._meter.add(len(data))
        except DamagedContainer as fault:
            self._fault = fault
            raise
        return data


class _Gzip:
    """gzip, of one member or many."""

    def __init__(self, file: Stream) -> None:
        # Any object with `read` will do; the typed interface asks for all of BinaryIO.
        source: Any = _Reader(file)
        self._file = gzip.GzipFile(fileobj=source)

    def read(self, size: int = -1, /) -> bytes:
        try:
            # read1 gives what there is: read would lose it to the error that comes next.
            return self._file.read1(size if size > 0 else _CHUNK)
        except EOFError as error:
            raise cut("gzip") from error
        except zlib.error as error:
            raise damaged("gzip") from error
        except gzip.BadGzipFile as error:
            raise damaged("gzip") from error
        except OSError as error:
            raise unreadable(error) from error


class _Reader:
    """The least that GzipFile asks of a file: `read` alone, for streams inside of archives."""

    def __init__(self, file: Stream) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


class _Frames:
    """bzip2, xz or Zstandard, of one stream or many."""

    def __init__(self, file: Stream, compression: str) -> None:
        self._file = file
        self._name = _NAMES[compression]
        self._make = _DECOMPRESSORS[compression]
        self._chunk = _SMALL_CHUNK if compression == ".zst" else _CHUNK
        self._frame: Any = None
        self._ready = b""

    def read(self, size: int = -1, /) -> bytes:
        size = size if size > 0 else _CHUNK
        if not self._ready:
            self._ready = self._more(size)
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def _more(self, size: int) -> bytes:
        while True:
            if self._frame is not None and not self._frame.eof and not self._frame.needs_input:
                data = b""
            else:
                data = self._next_input()
                if not data:
                    return b""
            try:
                out: bytes = self._frame.decompress(data, size)
            except (OSError, EOFError, lzma.LZMAError, _ZstdError) as error:
                raise damaged(self._name, str(error)) from error
            if out:
                return out

    def _next_input(self) -> bytes:
        """The next compressed bytes, in a frame of their own where one has ended; none at the end."""
        ended = self._frame is None or self._frame.eof
        data: bytes = self._frame.unused_data if ended and self._frame is not None else b""
        if ended:
            data = data.lstrip(b"\0")  # padding between and after frames
        if not data:
            try:
                data = self._file.read(self._chunk)
            except OSError as error:
                raise unreadable(error) from error
            if ended and self._frame is not None and data:
                data = data.lstrip(b"\0")
        if not data:
            if not ended:
                raise cut(self._name)
            return b""
        if ended:
            self._frame = self._make()
        return data


class _ZstdError(Exception):
    """What the zstandard package says of a broken frame."""


class _Zstd:
    """A Zstandard frame with the interface of the standard library's decompressors."""

    needs_input = True

    def __init__(self) -> None:
        import zstandard

        self._error: type[Exception] = zstandard.ZstdError
        self._frame = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).decompressobj()

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def unused_data(self) -> bytes:
        return self._frame.unused_data

    def decompress(self, data: bytes, _size: int) -> bytes:
        try:
            return self._frame.decompress(data)
        except self._error as error:
            raise _ZstdError(str(error)) from error


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=LARGEST_WINDOW)


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {".bz2": bz2.BZ2Decompressor, ".xz": _xz, ".zst": _Zstd}


def cut(what: str) -> DamagedContainer:
    """Data end before their end."""
    return DamagedContainer(f"is cut off: its {what} data end too early")


def damaged(what: str, why: str = "") -> DamagedContainer:
    """Data are not what they should be."""
    if "memory" in why.lower() or "window" in why.lower():
        limit = f"needs more than {LARGEST_WINDOW >> 20} MB of memory to unpack"
        return DamagedContainer(limit, "compress it again without --long and with a lower preset")
    return DamagedContainer(f"is damaged: its {what} data cannot be unpacked any further")


def unreadable(error: OSError) -> DamagedContainer:
    """The file cannot be read: of the error only what is the same on every machine."""
    what = error.strerror or type(error).__name__
    return DamagedContainer(f"cannot be read ({what})", "check that it exists and that you may read it")
