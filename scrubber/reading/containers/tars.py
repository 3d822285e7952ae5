"""tar archives, read from beginning to end. Nothing is ever written to where a name points.

Behind a damaged range of a compressed archive it is read on from the next frame that begins with the
header of a member: headers within a frame may be those of an archive in the archive.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrubber.reading.containers import members
from scrubber.reading.containers.compression import cut
from scrubber.reading.containers.records import DamagedRange, Event, Found, Lost, Opened
from scrubber.reading.failures import DamagedContainer

_BLOCK = 512
_CHUNK = 1 << 16

_LONGEST_HEADER = 1 << 20
"""Bytes of an extended header, which tarfile reads into memory as a whole."""

_FAULTS = (tarfile.TarError, OSError, ValueError, OverflowError, RecursionError)
_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)  # fmt: skip


class _Info(tarfile.TarInfo):
    """A member whose extended headers are of a size that one can believe."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in _HEADERS and self.size > _LONGEST_HEADER:
            raise tarfile.ReadError("a header that is too long")
        return super()._proc_member(archive)  # type: ignore[misc]


def read_tar(opened: Opened) -> Iterator[Event]:
    """The documents of an archive, in its order. Raises DamagedContainer."""
    tail = _Tail(opened.stream)
    events = _members(tail, opened)
    while True:
        try:
            yield from events
            break
        except DamagedRange as damage:
            yield damage.lost
            events = _members_behind(tail, opened, damage.end)


def _members_behind(tail: _Tail, opened: Opened, behind: int) -> Iterator[Event]:
    """The documents behind a damaged range, their places counted from there. Raises DamagedContainer."""
    if not tail.skip_to_header():
        why = (
            f"is read no further than to byte {behind}: nothing behind it begins with a member of the archive"
        )
        raise DamagedContainer(why)
    for event in _members(tail, opened):
        yield replace(event, behind=behind) if isinstance(event, Found | Lost) and not event.within else event


def _members(tail: _Tail, opened: Opened) -> Iterator[Event]:
    source: Any = tail
    try:
        # Streaming: the archive may be of any size, and is never sought in.
        archive: Any = tarfile.open(fileobj=source, mode="r|", tarinfo=_Info, errors="surrogateescape")  # noqa: SIM115
    except _FAULTS as error:
        raise _broken(tail, 0) from error
    place = 0
    while True:
        try:
            info = archive.next()
        except _FAULTS as error:
            raise _broken(tail, place) from error
        if info is None:
            break
        place += 1
        # It keeps every header in memory: a list of a million is no use to a stream.
        archive.members = []
        if not info.isdir():
            yield from _member(archive, info, place, opened)
    if _holds_more(archive.fileobj):
        why = f"is read no further than to its member {place}: what follows is damaged, or stands behind the end"
        raise DamagedContainer(why, "look whether `tar --ignore-zeros` gives more of it")
    if not tail.has_end_mark:
        raise cut("tar")


def _holds_more(rest: Any) -> bool:
    """Whether anything but padding follows. Read to the end, for damage there has to be told as well."""
    holds = False
    while data := rest.read(_CHUNK):
        holds = holds or bool(data.strip(b"\0"))
    return holds


def _broken(tail: _Tail, place: int) -> DamagedContainer:
    if place == 0 and tail.size > _BLOCK:
        return DamagedContainer("is no tar archive", "look whether its name says what it is")
    return cut("tar")


def _member(archive: Any, info: tarfile.TarInfo, place: int, opened: Opened) -> Iterator[Event]:
    name = info.name.removeprefix("./")
    if not info.isreg() or info.issparse():
        why = "is a link" if info.issym() or info.islnk() else "is no regular file"
        yield Lost(place, why, "links and devices in archives are not followed", name, skipped=True)
        return
    verdict = members.judge(name, opened)
    if verdict is not None:
        yield from verdict.events(place, name)
        return
    try:
        stream = archive.extractfile(info)
        yield from members.read(members.Member(place, name, stream), opened)
    except _FAULTS as error:
        raise cut("tar") from error


def _is_header(block: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return block[257:262] == b"ustar"


class _Tail:
    """A stream that remembers whether it ended as an archive should: in a block of zeros."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._begun = b""
        self._last = b""
        self.size = 0

    def skip_to_header(self) -> bool:
        """Go on to the next frame that begins with a member; False where none does. Raises DamagedContainer."""
        while self._next_begins():
            if _is_header(self._begun):
                return True
            if not self._stream.skip_frame():
                break
        self._begun = b""
        return False

    def _next_begins(self) -> bool:
        self._begun = b""
        while len(self._begun) < _BLOCK and (data := self._stream.read(_BLOCK - len(self._begun))):
            self._begun += data
        return bool(self._begun)

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes of the archive."""
        data, self._begun = self._begun or self._stream.read(size), b""
        if data:
            self._last = (self._last + data)[-_BLOCK:] if len(data) < _BLOCK else data[-_BLOCK:]
            self.size += len(data)
        return data

    @property
    def has_end_mark(self) -> bool:
        """Whether the last that was read is the mark of the end; an empty file is none."""
        return len(self._last) == _BLOCK and not self._last.strip(b"\0")
