"""Compressed frames: how one begins, and what decodes it.

A frame is what ends with a checksum of its own: gzip calls it a member (RFC 1952), bzip2 and xz a
stream, Zstandard a frame (RFC 8878). A file holds one or many, one behind another, with zeros
allowed between them.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from scrubber.reading.containers.limits import LARGEST_WINDOW

LONGEST_HEAD = 10
"""Bytes from which it can be told whether a frame begins."""

_CHUNK = 1 << 16
_SMALL_CHUNK = 1 << 12
"""For Zstandard, which gives all that a piece unpacks to at once: 128 MB for this much at the worst."""


class FrameError(Exception):
    """A frame cannot be decoded, or its checksum is wrong: what the library says."""


class CutFrameError(FrameError):
    """The file ends inside a frame."""


class Decoder(Protocol):
    """Decodes one frame: the interface of the decompressors of the standard library."""

    @property
    def eof(self) -> bool:
        """Whether the frame has ended, with a checksum that is right if it has one."""

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end of the frame."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes without new bytes."""

    def decompress(self, data: bytes, size: int, /) -> bytes:
        """Decode on, to at most `size` bytes where the library can keep to that."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A way of compressing."""

    name: str
    unit: str
    """What a frame is called there."""
    magic: bytes
    head: re.Pattern[bytes]
    """How a frame begins, within `LONGEST_HEAD` bytes: the magic, and what cannot be otherwise behind it."""
    decoder: Callable[[], Decoder]
    is_checked: bool
    """Whether each frame has a checksum of what it holds, so that damage cannot pass."""
    chunk: int = _CHUNK
    """Bytes to give to the decoder at a time."""

    def begins(self, data: bytes) -> bool:
        """Whether a frame begins with these bytes; of a shorter rest of a file, whether one may."""
        if len(data) < LONGEST_HEAD and (self.magic.startswith(data) or data.startswith(self.magic)):
            return True
        return self.head.match(data) is not None


class _DeflateDecoder:
    """zlib's decoder, which checks what stands behind the data: of gzip a CRC32 and a size, of zlib an Adler32."""

    def __init__(self, window: int = 31) -> None:
        self._member = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._member.unconsumed_tail

    def decompress(self, data: bytes, size: int, /) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, size)


class _ZstdDecoder:
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

    def decompress(self, data: bytes, _size: int, /) -> bytes:
        try:
            return self._frame.decompress(data)
        except self._error as error:
            raise FrameError(str(error)) from error


def deflate_decoder(format: str) -> Decoder:
    """A decoder of ``gzip`` (RFC 1952), ``zlib`` (RFC 1950), or raw ``deflate`` (RFC 1951)."""
    return _DeflateDecoder({"gzip": 31, "zlib": 15, "deflate": -15}[format])


def _xz_decoder() -> Any:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=LARGEST_WINDOW)


def decode(decoder: Decoder, data: bytes, size: int) -> bytes:
    """What comes out of a decoder next. Raises FrameError."""
    try:
        return decoder.decompress(data, size)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise FrameError(str(error)) from error


def _head(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


CODECS: Mapping[str, Codec] = {
    # Deflate is the only method, and three flags are reserved. The number of the system may be any: macOS has one
    # that the RFC does not know.
    ".gz": Codec(
        "gzip",
        "member",
        b"\x1f\x8b\x08",
        _head(rb"\x1f\x8b\x08[\x00-\x1f]"),
        _DeflateDecoder,
        is_checked=True,
    ),
    # Behind the size of its blocks stands the first block, or the end.
    ".bz2": Codec(
        "bzip2",
        "stream",
        b"BZh",
        _head(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
        bz2.BZ2Decompressor,
        is_checked=True,
    ),
    ".xz": Codec(
        "xz", "stream", b"\xfd7zXZ\0", _head(rb"\xfd7zXZ\x00\x00[\x00-\x0f]"), _xz_decoder, is_checked=True
    ),
    # A frame, or one to be skipped. A checksum of the content is optional, and many leave it out.
    ".zst": Codec(
        "Zstandard",
        "frame",
        b"\x28\xb5\x2f\xfd",
        _head(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
        _ZstdDecoder,
        is_checked=False,
        chunk=_SMALL_CHUNK,
    ),
}
"""By the suffix of the file."""
