"""WARC (ISO 28500) and WET: the pages of a crawl, with their addresses and dates.

Read here and not by a library, because a library that hides where an archive was cut off, or that
gives half a record as a whole one, would hide what was lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from scrubber.dates import parse_stamp
from scrubber.reading.containers import digests, http
from scrubber.reading.containers.fields import bare_id
from scrubber.reading.containers.limits import LARGEST_RECORD, too_large
from scrubber.reading.containers.records import (
    DamagedRange,
    Event,
    Found,
    Ignored,
    Lost,
    Opened,
    Record,
    Stream,
    address,
    looks_like_page,
)
from scrubber.reading.failures import DamagedContainer

_CHUNK = 1 << 18
_LONGEST_LINE = 1 << 16
_MOST_LINES = 1000
_LONGEST_NUMBER = 18
"""Digits of a length: what has more is none."""
_VERSION = re.compile(rb"WARC/\d+\.\d+\s*\Z")

_SUFFIXES: Mapping[str, str] = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
_NEEDED = frozenset(("warc-type", "warc-record-id", "warc-date", "content-length"))
_READ = frozenset(("response", "resource", "conversion"))
_OK = range(200, 300)


def read_warc(opened: Opened) -> Iterator[Event]:
    """The pages and texts of an archive, in its order. Raises DamagedContainer."""
    lines = _Lines(opened.stream)
    events = _records(lines, is_checked=opened.is_checked)
    while True:
        try:
            yield from events
            break
        except DamagedRange as damage:
            yield damage.lost
            lines.forget()
            events = _records_behind(lines, damage.end, is_checked=opened.is_checked)


def _records_behind(lines: _Lines, behind: int, *, is_checked: bool) -> Iterator[Event]:
    """The records behind a damaged range, their places counted from there."""
    if lines.skip_to_whole_record():
        for event in _records(lines, is_checked=is_checked):
            yield event if isinstance(event, Ignored) else replace(event, behind=behind)


def _records(lines: _Lines, *, is_checked: bool) -> Iterator[Event]:
    place = 0
    while lines.skip_blank():
        first = lines.line()
        if not _VERSION.match(first):
            place += 1
            yield Lost(place, "is no WARC record", "what follows it is read again from the next record on")
            lines.skip_to_record()
            continue
        headers = _headers(lines)
        place += 1
        size = headers.get("content-length", "")
        if not (size.isascii() and size.isdigit() and len(size) <= _LONGEST_NUMBER):
            yield Lost(place, "is a WARC record that does not say how long it is", "fetch it again")
            lines.skip_to_record()
            continue
        yield from _record(lines, headers, place, int(size), is_checked=is_checked)
    if not place and lines.size:
        raise DamagedContainer("is no WARC file", "look whether its name says what it is")


def _headers(lines: _Lines) -> Mapping[str, str]:
    """The header fields of a record. Raises DamagedContainer where the file ends in them."""
    found: list[bytes] = []
    while (line := lines.line()).strip():
        if len(found) < _MOST_LINES:
            found.append(line)
    if not line:
        raise _cut()
    return http.read_headers(b"".join(found))


def _record(
    lines: _Lines, headers: Mapping[str, str], place: int, size: int, *, is_checked: bool
) -> Iterator[Event]:
    kind = headers.get("warc-type", "").lower()
    url = address(headers.get("warc-target-uri"))
    is_read = kind in _READ and (url is not None or kind == "conversion")
    name = bare_id(headers.get("warc-record-id", "")) or None
    if not is_read or size > LARGEST_RECORD:
        lines.skip(size)
        if is_read:
            yield Lost(place, *too_large(), name)
        return
    block = lines.take(size)
    try:
        # What the crawler itself cut short is as it was put in, if a checksum vouches for the rest.
        response = _response(block, headers, kind, may_be_cut=is_checked and "warc-truncated" in headers)
    except http.BodyError as error:
        yield Lost(place, error.why, "fetch the page again", name)
        return
    unfit = None if is_checked else digests.mismatch(headers, block, _payloads(block, kind, response))
    if unfit:
        yield Lost(place, f"is damaged: it does not have the digest of its {unfit}", "fetch it again", name)
        return
    suffix = _suffix(response, headers)
    if response.status and response.status not in _OK:
        yield Ignored(f"HTTP {response.status}")
    elif suffix is None:
        yield Ignored(response.media_type[:60] or "no media type")
    else:
        date = parse_stamp(headers.get("warc-date", ""))
        yield Found(place, Record(response.body, suffix, url, date, response.charset), name)


def _payloads(block: bytes, kind: str, response: http.Response) -> Iterator[bytes]:
    """What a crawler may have taken for the payload."""
    if kind != "response" or not response.status:
        yield block
        return
    yield from http.bodies(block)
    yield response.body


def _response(block: bytes, headers: Mapping[str, str], kind: str, *, may_be_cut: bool) -> http.Response:
    """What was fetched. Raises BodyError."""
    media_type, charset = http.split_type(headers.get("content-type", ""))
    if kind == "response" and media_type in ("application/http", ""):
        return http.read_response(block, may_be_cut=may_be_cut)
    return http.Response(0, media_type or ("text/plain" if kind == "conversion" else ""), charset, block)


def _suffix(response: http.Response, headers: Mapping[str, str]) -> str | None:
    """Which reader reads it: what the crawler found out goes before what the server said."""
    found = headers.get("warc-identified-payload-type", "").partition(";")[0].strip().lower()
    if found in _SUFFIXES:
        return _SUFFIXES[found]
    if not response.media_type and looks_like_page(response.body):
        return ".html"
    return _SUFFIXES.get(response.media_type)


def _cut() -> DamagedContainer:
    return DamagedContainer("is cut off: it ends inside a WARC record")


class _Lines:
    """A stream read by lines and by blocks. Raises DamagedContainer where a block is cut off."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._held = b""
        self._at = 0
        self.size = 0

    def _fill(self) -> bool:
        data = self._stream.read(_CHUNK)
        self._held = self._held[self._at :] + data
        self._at = 0
        self.size += len(data)
        return bool(data)

    def line(self) -> bytes:
        """The next line with its end, of a longer one only so much; nothing at the end."""
        while (end := self._held.find(b"\n", self._at)) < 0:
            if len(self._held) - self._at >= _LONGEST_LINE or not self._fill():
                end = len(self._held) - 1
                break
        end = min(end + 1, self._at + _LONGEST_LINE)
        line, self._at = self._held[self._at : end], end
        return line

    def skip_blank(self) -> bool:
        """Go on to the next line that says something; False where there is none."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in b"\r\n":
                self._at += 1
            if self._at < len(self._held):
                return True
            if not self._fill():
                return False

    def skip_to_record(self) -> None:
        """Go on to the next line that begins a record."""
        while line := self.line():
            if _VERSION.match(line):
                self._at -= len(line)
                return

    def forget(self) -> None:
        """Drop what was read and not used: what is read next is no continuation of it."""
        self._held, self._at = b"", 0

    def skip_to_whole_record(self) -> bool:
        """Go on, behind a damaged range, to where surely a record begins; False where none does.

        What begins there may be the rest of a record, which may hold any line. A record begins with the
        first line, or behind an empty one where all the fields stand that each record has.
        """
        if not self.skip_blank():
            return False
        line = self.line()
        if _VERSION.match(line):
            self._take_back(line)
            return True
        before = line
        while line := self.line():
            if _VERSION.match(line) and not before.strip():
                line = self._head(line)
                if http.read_headers(line).keys() >= _NEEDED:
                    self._take_back(line)
                    return True
                line = b""
            before = line
        return False

    def _take_back(self, data: bytes) -> None:
        self._held = data + self._held[self._at :]
        self._at = 0

    def _head(self, line: bytes) -> bytes:
        """A line and those behind it up to an empty one."""
        head = [line]
        while (more := self.line()).strip() and len(head) < _MOST_LINES:
            head.append(more)
        return b"".join((*head, more))

    def take(self, size: int) -> bytes:
        """The next bytes, just so many."""
        return b"".join(self._pieces(size))

    def skip(self, size: int) -> None:
        """Pass so many bytes over."""
        for _ in self._pieces(size):
            pass

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if self._at == len(self._held) and not self._fill():
                raise _cut()
            piece = self._held[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece
