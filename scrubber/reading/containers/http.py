"""HTTP responses as crawlers keep them: status, type and charset, and the body as it was meant.

RFC 9112 (messages, chunks) and RFC 9110 (content codings), read leniently: many archives hold
bodies that were decoded already under headers that say otherwise. A body that is compressed counts when
it has ended well: gzip and zlib end with a checksum, raw deflate without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scrubber.reading.containers.frames import FrameError, decode, deflate_decoder
from scrubber.reading.containers.limits import LARGEST_RECORD

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:\-]+)""", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_GZIP = b"\x1f\x8b"
_AS_IT_IS = ("", "identity", "none", "utf-8")


class BodyError(ValueError):
    """A body that cannot be decoded: `why`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __reduce__(self) -> tuple[type[BodyError], tuple[str]]:
        return type(self), (self.why,)


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered."""

    status: int
    """0 where the message does not say."""
    media_type: str
    charset: str | None
    body: bytes


def read_response(message: bytes, *, may_be_cut: bool = False) -> Response:
    """The parts of a message, its body without chunks and content codings. Raises BodyError.

    Of a compressed body that breaks off nothing is taken, unless it `may_be_cut`.
    """
    head, body = split_head(message)
    status = _STATUS.match(head)
    headers = read_headers(head)
    if headers.get("transfer-encoding", "").lower().endswith("chunked"):
        body = _without_chunks(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = _decoded(body, coding.strip(), may_be_cut=may_be_cut)
    media_type, charset = split_type(headers.get("content-type", ""))
    return Response(int(status[1]) if status else 0, media_type, charset, body)


def bodies(message: bytes) -> Iterator[bytes]:
    """The body as the message has it, and without chunks."""
    head, body = split_head(message)
    yield body
    if read_headers(head).get("transfer-encoding", "").lower().endswith("chunked"):
        yield _without_chunks(body)


def split_head(message: bytes) -> tuple[bytes, bytes]:
    """Head and body: an empty line stands between."""
    at = message.find(b"\r\n\r\n")
    short = message.find(b"\n\n", 0, at if at >= 0 else len(message))
    if short >= 0:
        return message[:short], message[short + 2 :]
    return (message[:at], message[at + 4 :]) if at >= 0 else (message, b"")


def read_headers(head: bytes) -> Mapping[str, str]:
    """Header fields by their names in lower case, of several of one name the first."""
    fields: dict[str, str] = {}
    last = ""
    for line in head.decode("utf-8", "replace").splitlines():
        if line[:1] in (" ", "\t"):
            if last:
                fields[last] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        last = name.strip().lower() if colon else ""
        if last in fields:
            last = ""
        elif last:
            fields[last] = value.strip()
    return fields


def split_type(value: str) -> tuple[str, str | None]:
    """Media type in lower case and charset of a Content-Type."""
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower(), charset[1].lower() if charset else None


def _without_chunks(body: bytes) -> bytes:
    """The chunks of a body put together; the body as it is where it does not begin with one."""
    parts: list[bytes] = []
    at = 0
    while (match := _CHUNK_SIZE.match(body, at)) and (size := int(match[1], 16)):
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0
    return b"".join(parts) if parts or (match and not int(match[1], 16)) else body


def _decoded(body: bytes, coding: str, *, may_be_cut: bool) -> bytes:
    if coding in _AS_IT_IS or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, "gzip", may_be_cut=may_be_cut) if body.startswith(_GZIP) else body
    if coding == "deflate":
        is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return _inflated(body, "zlib" if is_zlib else "deflate", may_be_cut=may_be_cut)
    if body.lstrip()[:1] == b"<":  # decoded by the crawler, which left the header
        return body
    raise BodyError(f"is encoded with {coding[:40]}, which is not read")


def _inflated(body: bytes, format: str, *, may_be_cut: bool) -> bytes:
    parts: list[bytes] = []
    held = 0
    while not parts or (format == "gzip" and body.startswith(_GZIP)):  # of several members
        decoder = deflate_decoder(format)
        try:
            data = decode(decoder, body, LARGEST_RECORD + 1 - held)
        except FrameError as error:
            if not parts and body.lstrip()[:1] == b"<":
                return body
            raise BodyError("has a body that cannot be unpacked, or whose checksum is wrong") from error
        held += len(data)
        if held > LARGEST_RECORD:
            raise BodyError(f"unpacks to more than {LARGEST_RECORD >> 20} MB")
        if not decoder.eof and not (data and may_be_cut):
            raise BodyError("has a body that is cut off: it cannot be unpacked to its end")
        parts.append(data)
        body = decoder.unused_data
    return b"".join(parts)
