"""JSON: a value a line, one array of objects, or objects one after another.

Where a damaged range of a compressed file lies between two lines, the pieces of lines at its two ends are
rows only if each is an object by itself: no beginning of an object is one, and no end of one is.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from scrubber.reading.containers.fields import Rows
from scrubber.reading.containers.limits import LARGEST_RECORD, too_large
from scrubber.reading.containers.records import DamagedRange, Event, Lost, Opened, Stream
from scrubber.reading.failures import DamagedContainer

_CHUNK = 1 << 20
_BLANK = " \t\r\n\x1e"
_REMEDY = "correct the line, or leave it out"


def read_lines(opened: Opened) -> Iterator[Event]:
    """The records of JSON lines (NDJSON). A bad line is one entry, and the others go on."""
    yield from _read_lines(_lines(opened.stream), Rows(opened.fields))


def read_document(opened: Opened) -> Iterator[Event]:
    """The records of a ``.json`` file: JSON lines, an array of objects, or one object or several.

    What is not a value a line is read as one stream of values, where what follows a fault is lost.
    """
    again = _Again(opened.stream)
    rows = Rows(opened.fields)
    if _begins_with_a_line(again.head()):
        yield from _read_lines(_lines(again), rows)
        return
    try:
        for place, value in enumerate(_values(again), start=1):
            yield from rows.take(place, value)
    except DamagedRange as damage:
        why = f"is damaged at byte {damage.begin}: {damage.what}; an array cannot be read behind that"
        raise DamagedContainer(why) from damage
    yield from rows.rest()


def _begins_with_a_line(head: bytes) -> bool:
    """Whether the first line is an object by itself."""
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)
    if not first[0].startswith(b"{") or (len(first) == 1 and len(head) >= _CHUNK):
        return first[0].startswith(b"{") and len(first) == 1
    try:
        return isinstance(_decode(first[0]), dict)
    except (ValueError, RecursionError):
        return False


def _read_lines(lines: Iterator[tuple[int, bytes | None] | _Gap], rows: Rows) -> Iterator[Event]:
    behind = 0
    for item in lines:
        if isinstance(item, _Gap):
            yield from _torn(item.place, item.line, rows)
            if isinstance(item.damage, DamagedRange):
                yield item.damage.lost
                behind = item.damage.end
                rows.go_on_behind(behind)
            continue
        place, line = item
        if behind and place == 1:
            yield from _torn(place, line, rows)
        elif line is None:
            yield Lost(place, *too_large(), behind=behind)
        else:
            yield from _read_line(place, line, rows, behind)
    yield from rows.rest()


def _read_line(place: int, line: bytes, rows: Rows, behind: int) -> Iterator[Event]:
    if place == 1:
        line = line.removeprefix(codecs.BOM_UTF8)
    if not line.strip():
        return
    try:
        value = _decode(line)
    except UnicodeDecodeError:
        yield Lost(place, "is not UTF-8", "save the file as UTF-8", behind=behind)
    except (ValueError, RecursionError):
        yield Lost(place, "is no valid JSON", _REMEDY, behind=behind)
    else:
        yield from rows.take(place, value)


def _torn(place: int, line: bytes | None, rows: Rows) -> Iterator[Event]:
    """The row in a line that stands before or behind a damaged range, if it is whole; else the range tells of it."""
    try:
        value = _decode(line or b"")
    except (ValueError, RecursionError):
        return
    if isinstance(value, Mapping):
        yield from rows.take(place, value)


def _decode(line: bytes) -> object:
    """Raises ValueError, RecursionError."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError):
        # It refuses what Python itself writes: NaN, and lone surrogates.
        return json.loads(line)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Damage, and what there is of the line before it."""

    damage: DamagedContainer
    place: int
    line: bytes


def _lines(stream: Stream) -> Iterator[tuple[int, bytes | None] | _Gap]:
    """Lines with their numbers from 1; None for one above the limit, which is not kept.

    Behind a damaged range the numbers begin at 1 again. Raises DamagedContainer.
    """
    pieces: list[bytes] = []
    held, number = 0, 1
    while True:
        try:
            chunk = stream.read(_CHUNK)
        except DamagedContainer as damage:
            yield _Gap(damage, number, b"".join(pieces))
            if not isinstance(damage, DamagedRange):
                raise
            pieces.clear()
            held, number = 0, 1
            continue
        if not chunk:
            break
        *ended, tail = chunk.split(b"\n")
        for line in ended:
            held += len(line)
            yield number, b"".join((*pieces, line)) if held <= LARGEST_RECORD else None
            pieces.clear()
            held, number = 0, number + 1
        held += len(tail)
        if held <= LARGEST_RECORD:
            pieces.append(tail)
        else:
            pieces.clear()
    if held:
        yield number, b"".join(pieces) if held <= LARGEST_RECORD else None


class _Again:
    """A stream of which the beginning can be looked at."""

    def __init__(self, stream: Stream) -> None:
        self._head = b""
        self._fault: DamagedContainer | None = None
        self._stream = stream

    def head(self) -> bytes:
        """The beginning: its first line that says something, where that is no longer than a chunk."""
        try:
            while b"\n" not in self._head.lstrip() and len(self._head.lstrip()) < _CHUNK:
                more = self._stream.read(_CHUNK)
                if not more or len(self._head) > LARGEST_RECORD:
                    self._head += more
                    break
                self._head += more
        except DamagedContainer as fault:
            self._fault = fault
        return self._head

    def read(self, size: int = -1, /) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault
        return self._stream.read(size)


def _values(stream: Stream) -> Iterator[object]:
    """The values of an array, or of a stream of values. Raises DamagedContainer."""
    window = _Window(stream)
    decoder = json.JSONDecoder()
    in_array = False
    first = True
    while char := window.skip_blank(commas=in_array):
        if first and char == "[":
            in_array, first = True, False
            window.at += 1
            continue
        if in_array and char == "]":
            return
        first = False
        yield window.value(decoder)
    if in_array:
        raise DamagedContainer("is cut off: its array does not end")


class _Window:
    """The part of a text of JSON that is at hand."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._ended = False
        self._fault: DamagedContainer | None = None
        """What the stream broke off with: raised when all before it was given."""
        self.at = 0

    def skip_blank(self, *, commas: bool) -> str:
        """The next character that says something; empty at the end."""
        blank = _BLANK + "," if commas else _BLANK
        while True:
            while self.at < len(self._text) and self._text[self.at] in blank:
                self.at += 1
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._fill(1):
                return ""

    def value(self, decoder: json.JSONDecoder) -> object:
        """The value that begins here. Raises DamagedContainer."""
        while True:
            try:
                value, end = decoder.raw_decode(self._text, self.at)
            except (ValueError, RecursionError) as error:
                held = len(self._text) - self.at
                if isinstance(error, RecursionError) or held > LARGEST_RECORD or not self._fill(held):
                    raise DamagedContainer("is no valid JSON from here on", "correct it") from error
                continue
            if end == len(self._text) and not isinstance(value, dict | list) and self._fill(_CHUNK):
                continue  # a number may go on
            self.at = end
            return value

    def _fill(self, least: int) -> bool:
        """Read on, at least so many characters where there are any; False at the end. Raises DamagedContainer."""
        if self._fault is not None:
            raise self._fault
        if self._ended:
            return False
        parts = [self._text[self.at :]]
        self.at = 0
        got = 0
        while got < least and not self._ended:
            try:
                chunk = self._stream.read(_CHUNK)
            except DamagedContainer as fault:
                self._fault = fault
                break
            self._ended = not chunk
            try:
                parts.append(self._decoder.decode(chunk, final=self._ended))
            except UnicodeDecodeError as error:
                raise DamagedContainer("is not UTF-8 from here on", "save the file as UTF-8") from error
            got += len(parts[-1])
        self._text = "".join(parts)
        if self._fault is not None and not got:
            raise self._fault
        return got > 0
