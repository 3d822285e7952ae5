"""Compressed files as streams of bytes that were checked: nothing comes out of a frame before it has ended well.

Behind a damaged frame the next whole one is looked for, and the stream goes on there. A frame found by
its first bytes counts where it decodes, with a right checksum, and the end of the file, padding or the
beginning of another stands behind it: compressed data that lie by themselves in a damaged frame (a picture,
a page that the server compressed) are followed by something else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrubber.reading.containers.frames import CODECS, LONGEST_HEAD, Codec, CutFrameError, FrameError, decode
from scrubber.reading.containers.holding import Held, SpoolError
from scrubber.reading.containers.kinds import kind_of
from scrubber.reading.containers.limits import (
    LARGEST_RECORD,
    LARGEST_SEARCH,
    LARGEST_WINDOW,
    RATIO_FLOOR,
    Meter,
    too_large,
)
from scrubber.reading.containers.records import DamagedRange, Stream
from scrubber.reading.containers.source import Source
from scrubber.reading.failures import DamagedContainer

_CHUNK = 1 << 16
_FETCH = "fetch it again"
_WINDOW = 1 << 20
"""Bytes that a decoder gives at a time."""


def inflate(file: Any, compression: str, meter: Meter, folder: Path | None = None) -> Stream:
    """The decompressed bytes of a file; `compression` is a suffix, or nothing.

    A compressed file is sought in. What does not fit into memory waits in a temporary file of `folder`.
    """
    if not compression:
        return _Plain(file)
    return _Inflated(file, CODECS[compression], meter, folder)


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


def read_whole(stream: Stream) -> bytes | None:
    """The bytes of one document; None where they are more than a record may have. Raises DamagedContainer."""
    try:
        return read_all(stream)
    except DamagedContainer as fault:
        if fault.remedy.startswith(_FETCH):
            raise DamagedContainer(fault.why, f"{_FETCH}: of a damaged document nothing is taken") from fault
        raise


def inflate_file(path: Path) -> bytes:
    """The document in a compressed file. Raises DamagedContainer, OSError."""
    kind = kind_of(path.name)
    assert kind is not None
    with path.open("rb") as file:
        try:
            data = read_whole(inflate(file, kind.compression, Meter(file.tell, LARGEST_RECORD)))
        except SpoolError as error:
            raise error.error from error
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


class _Inflated:
    """The frames of a file, each from when it has ended well.

    Raises DamagedRange where a frame is damaged, and is to be read on behind it; DamagedContainer
    where nothing whole follows, however often it is asked again.
    """

    def __init__(self, file: Any, codec: Codec, meter: Meter, folder: Path | None) -> None:
        self._source = Source(file)
        self._codec = codec
        self._meter = meter
        self._folder = folder
        self._held = Held()
        self._fault: DamagedContainer | None = None
        self._begin = -1
        """Where the frame begins that was decoded last."""
        self._in_vain = 0
        """Bytes read and unpacked of what turned out to be no frame."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes of one frame, at most `size`; none at the end."""
        if self._fault is not None:
            raise self._fault
        try:
            while not (data := self._held.read(size)):
                if not self._next():
                    return b""
        except DamagedRange:
            raise
        except DamagedContainer as fault:
            self._fault = fault
            raise
        except OSError as error:
            self._fault = unreadable(error)
            raise self._fault from error
        return data

    def skip_frame(self) -> bool:
        """Go on to the frame behind the one that is being read; False where there is none."""
        self._held.drop()
        return self._next()

    def _next(self) -> bool:
        """Decode the next frame as a whole; False at the end. Raises DamagedRange, DamagedContainer."""
        self._source.skip_zeros()
        begin = self._source.offset
        head = self._source.peek(LONGEST_HEAD)
        if not head:
            return False
        fault: FrameError | None = FrameError("no head")
        is_frame = self._codec.begins(head)
        if is_frame:
            self._held, fault = self._decode()
        if fault is None:
            self._begin = begin
            return True
        # A frame that lacks its last byte may have ended well with the first one of the next.
        end = self._search(begin if is_frame else max(self._begin, begin - LONGEST_HEAD))
        if end is None:
            raise self._last(fault, begin, is_frame=is_frame)
        unit = f"{self._codec.name} {self._codec.unit}"
        what = f"the {unit} there cannot be unpacked, or its checksum is wrong"
        self._begin = end
        raise DamagedRange(what if is_frame else f"no {unit} begins there", min(begin, end), end)

    def _decode(self) -> tuple[Held, FrameError | None]:
        """The frame that begins here, and what is wrong with it. Raises DamagedContainer at a limit."""
        held = Held(self._folder)
        decoder = self._codec.decoder()
        try:
            while not decoder.eof:
                data = self._source.read(self._codec.chunk) if decoder.needs_input else b""
                if not data and decoder.needs_input:
                    raise CutFrameError
                if out := decode(decoder, data, _WINDOW):
                    self._meter.add(len(out))
                    held.add(out)
        except FrameError as fault:
            self._meter.take_back(held.size)
            held.drop()
            return held, fault
        self._source.go_to(self._source.offset - len(decoder.unused_data))
        held.turn()
        return held, None

    def _search(self, begin: int) -> int | None:
        """Decode the next whole frame behind a damaged one: where it begins, or None. Raises DamagedContainer."""
        at = begin
        while (found := self._source.find(self._codec.head, at + 1)) is not None:
            at = found
            self._source.go_to(at)
            held, fault = self._decode()
            if fault is None and self._is_followed():
                self._held = held
                return at
            if fault is None:
                self._meter.take_back(held.size)
            held.drop()
            self._in_vain += max(self._source.offset - at, 0) + held.size
            if self._in_vain > RATIO_FLOOR + LARGEST_SEARCH * self._source.size:
                why = f"is damaged at byte {begin}, and what follows takes too long to search"
                raise DamagedContainer(why, "repair it, or fetch it again; what came before is cleaned")
        return None

    def _is_followed(self) -> bool:
        """Whether behind a frame stands what may stand there: another, padding, or the end of the file."""
        self._source.skip_zeros()
        head = self._source.peek(LONGEST_HEAD)
        return not head or self._codec.begins(head)

    def _last(self, fault: FrameError, begin: int, *, is_frame: bool) -> DamagedContainer:
        """Word of a damaged frame that nothing whole follows."""
        name, unit = self._codec.name, self._codec.unit
        if any(word in str(fault).lower() for word in ("memory", "window")):
            limit = f"needs more than {LARGEST_WINDOW >> 20} MB of memory to unpack"
            return DamagedContainer(limit, "compress it again without --long and with a lower preset")
        if not is_frame:
            why = f"is damaged: no {name} {unit} begins at byte {begin}, and no whole one stands behind it"
        elif isinstance(fault, CutFrameError):
            why = f"is cut off: its {name} data end too early, in the {unit} that begins at byte {begin}"
        else:
            why = (
                f"is damaged: its {name} {unit} at byte {begin} cannot be unpacked, or its checksum is wrong, "
                "and no whole one stands behind it"
            )
        return DamagedContainer(
            why, f"fetch it again; only whole {unit}s are taken, and those before it are cleaned"
        )


def cut(what: str) -> DamagedContainer:
    """Data end before their end."""
    return DamagedContainer(f"is cut off: its {what} data end too early")


def unreadable(error: OSError) -> DamagedContainer:
    """The file cannot be read: of the error only what is the same on every machine."""
    what = error.strerror or type(error).__name__
    return DamagedContainer(f"cannot be read ({what})", "check that it exists and that you may read it")
