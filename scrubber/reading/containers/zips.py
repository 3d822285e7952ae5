"""ZIP archives: members by their names. Nothing is ever written to where a name points."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from scrubber.reading.containers import members
from scrubber.reading.containers.records import Event, Lost, Opened
from scrubber.reading.failures import DamagedContainer

_ENCRYPTED = 0x1
_END = 22
"""Bytes of the record at the end, without the comment."""
_MOST = 0xFFFF
_FETCH = "fetch the archive again"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the standard library says of a damaged member."""


def read_zip(opened: Opened) -> Iterator[Event]:
    """The documents of an archive, in the order of its directory. Raises DamagedContainer."""
    try:
        archive = zipfile.ZipFile(opened.file)
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        OverflowError,
        struct.error,
    ) as error:
        why = "is no ZIP archive that can be read: its directory, which stands at the end, is missing or damaged"
        raise DamagedContainer(why, "fetch it again, or repair it with `zip -FF`") from error
    with archive:
        for place, info in enumerate(archive.infolist(), start=1):
            if not info.filename.endswith("/"):  # `is_dir` fails where the name is empty
                yield from _member(archive, info, place, opened)
            elif info.file_size:
                yield from _unread(archive, info, place, iter(()))
        if not _is_complete(archive, opened.file):
            why = (
                "is damaged: its directory, which stands at the end, does not list as many members as it says"
            )
            raise DamagedContainer(why, "fetch it again, or repair it with `zip -FF`")


def _is_complete(archive: zipfile.ZipFile, file: Any) -> bool:
    """Whether the directory has as many entries as the record behind it says, which counts up to 65,535."""
    file.seek(-_END - len(archive.comment), 2)
    stated = int.from_bytes(file.read(_END)[10:12], "little")
    count = len(archive.infolist())
    # With nothing in it the directory begins where the archive does.
    return stated in (count & _MOST, _MOST) and (count > 0 or archive.start_dir == 0)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: int, opened: Opened) -> Iterator[Event]:
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        why = "is a link" if kind == stat.S_IFLNK else "is no regular file"
        yield Lost(place, why, "links and devices in archives are not followed", name, skipped=True)
        return
    verdict = members.judge(name, opened)
    if verdict is not None:
        yield from _unread(archive, info, place, verdict.events(place, name))
        return
    if info.flag_bits & _ENCRYPTED:
        yield Lost(place, "is encrypted", "unpack it with its password first", name)
        return
    try:
        with archive.open(info) as stream:
            # Its checksum is known only when all of it was read, be it a document or a container.
            yield from members.read(members.Member(place, name, _Metered(stream, info, opened)), opened)
    except NotImplementedError:
        yield Lost(place, "is compressed by a method that is not read", "pack it again with deflate", name)
    except _FAULTS:
        yield Lost(place, "is damaged: it cannot be unpacked, or its checksum is wrong", _FETCH, name)


def _unread(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: int, events: Iterator[Event]
) -> Iterator[Event]:
    """Word of a member that is not read for its name: if the name in the directory is the one before its data."""
    try:
        archive.open(info).close()
    except RuntimeError:  # encrypted, or compressed by a method that is not read
        yield from events
    except _FAULTS:
        why = "is damaged: it does not stand under this name where the directory says"
        yield Lost(place, why, _FETCH, info.filename)
    else:
        yield from events


class _Metered:
    """The bytes of a member, counted against the limits of the archive, and at its end against its size."""

    def __init__(self, stream: Any, info: zipfile.ZipInfo, opened: Opened) -> None:
        self._stream = stream
        self._missing = info.file_size
        self._meter = opened.meter

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self._stream.read1(size)
        self._meter.add(len(data))
        self._missing -= len(data)
        if not data and self._missing and size:
            raise zipfile.BadZipFile
        return data
