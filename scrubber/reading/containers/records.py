"""What comes out of a container: records, and word of what did not become one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from scrubber.reading.failures import DamagedContainer

if TYPE_CHECKING:
    from scrubber.config import Fields
    from scrubber.reading.containers.limits import Meter

DECODED = "decoded"
"""In place of a charset: the bytes are the UTF-8 of text that the container held as text."""

_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\ud800-\udfff]+", re.IGNORECASE)
_LONGEST_ADDRESS = 4096
_BEFORE_A_PAGE = r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b"
_PAGE = re.compile("\ufeff?" + _BEFORE_A_PAGE, re.IGNORECASE | re.DOTALL)
_PAGE_BYTES = re.compile(b"(?:\xef\xbb\xbf)?" + _BEFORE_A_PAGE.encode(), re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a container, as its bytes and what the container says of it."""

    data: bytes
    suffix: str = ".txt"
    """Which reader reads the bytes."""
    url: str | None = None
    """An absolute http address."""
    date: str | None = None
    """ISO 8601."""
    charset: str | None = None
    """What the server said it is written in, or `DECODED`."""
    title: str | None = None
    author: str | None = None
    language: str | None = None
    """BCP 47."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record and how it may be named."""

    place: int
    """Line, row or number of the record in its container, from 1."""
    record: Record
    name: str | None = None
    """What the container calls it; nothing about it is safe."""
    within: str = ""
    """Name of the container inside the container that it stands in."""
    behind: int = 0
    """Where its place is counted from: 0, or the byte of the file from which was read on behind damage."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A record that cannot be had; with `place` 0 the rest of the container, or a range of it if it has a name."""

    place: int
    why: str
    remedy: str
    name: str | None = None
    within: str = ""
    skipped: bool = False
    """Passed over on purpose: a link, a device."""
    behind: int = 0
    """See `Found`."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record of a kind that nothing reads: its suffix, media type or HTTP status."""

    kind: str


Event = Found | Lost | Ignored


class DamagedRange(DamagedContainer):
    """A range of a compressed file gives nothing, and its stream goes on behind it."""

    def __init__(self, what: str, begin: int, end: int) -> None:
        super().__init__(
            f"is damaged from byte {begin} to byte {end}: {what}",
            "fetch it again; what is whole before it and behind it is cleaned",
        )
        self.what = what
        self.begin = begin
        self.end = end
        """Where the next whole frame begins."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.what, self.begin, self.end)

    @property
    def lost(self) -> Lost:
        """Word of it."""
        return Lost(0, self.why, self.remedy, f"damage@{self.begin}")


class Stream(Protocol):
    """Bytes in order. Raises DamagedContainer where they break off, once all before it were read.

    Where that is a DamagedRange, what is read next stands behind the range: it is no continuation of
    what stood before it.
    """

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A container while it is read."""

    stream: Stream
    """What it holds, decompressed."""
    meter: Meter
    fields: Fields
    file: Any = None
    """The file itself, where nothing has to be decompressed and it can be read at random."""
    inner: Callable[[str, Stream], Iterator[Event]] | None = None
    """Reads a container that stands in this one, by its name; None where it stands in another itself."""
    is_checked: bool = False
    """Whether a checksum vouches for all that the stream gives."""


def looks_like_page(data: bytes | str) -> bool:
    """Whether a text begins as a page of HTML does."""
    pattern: re.Pattern[Any] = _PAGE if isinstance(data, str) else _PAGE_BYTES
    return pattern.match(data[:4096]) is not None


def address(value: object) -> str | None:
    """An absolute http address, or None."""
    if not isinstance(value, str):
        return None
    bare = value.strip().strip("<>")
    return bare if len(bare) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(bare) else None
