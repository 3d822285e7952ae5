"""Archives whose parts have checksums or digests of their own: members of a ZIP, bodies of a WARC.

The oracle is that of `fuzzing.framed`, as far as the formats can hold it. Where the directory of a ZIP is
whole, so are the members that are not damaged themselves. In a WARC that is not compressed the headers have
no checksum: a record with its digest gives what was put in or nothing, and one whose header stands where
it is looked for is found.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fuzzing.framed import text_of
from fuzzing.targets import Attempt, Target
from scrubber.reading.containers.opening import read_container
from scrubber.reading.containers.records import Event, Found, Lost

_MEMBERS = 8
_METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "LZMA": zipfile.ZIP_LZMA,
}


def targets() -> Iterator[Target]:
    """Archives by their methods, bodies by their codings."""
    for name, method in _METHODS.items():
        data, members = _zip(method)
        yield Target(f"checked: .zip ({name})", [data], _archive(data, members))
    for name, encode in _CODINGS.items():
        records = [_record(number, name, encode) for number in range(_MEMBERS)]
        yield Target(
            f"checked: .warc ({name} bodies)", [b"".join(one.data for one in records)], _bodies(records)
        )


@dataclass(frozen=True, slots=True)
class _Member:
    """Where a member of an archive stands, and the document that it is or holds."""

    begin: int
    end: int
    document: bytes


def _zip(method: int) -> tuple[bytes, list[_Member]]:
    out = io.BytesIO()
    members = []
    with zipfile.ZipFile(out, "w", method) as file:
        for number in range(_MEMBERS):
            text = text_of(number)
            begin = out.tell()
            if number % 3 == 1:
                file.writestr(zipfile.ZipInfo(f"{number}.txt.gz"), gzip.compress(text, mtime=0), method)
            elif number % 3 == 2:
                row = b'{"text": "%s"}\n' % text
                file.writestr(zipfile.ZipInfo(f"{number}.jsonl"), row, method)
            else:
                file.writestr(zipfile.ZipInfo(f"{number}.txt"), text, method)
            members.append(_Member(begin, out.tell(), text))
    return out.getvalue(), members


def _read(data: bytes, path: Path) -> tuple[list[Event], set[bytes], list[Lost]]:
    path.write_bytes(data)
    events = list(read_container(path))
    path.unlink()
    out = {event.record.data for event in events if isinstance(event, Found)}
    return events, out, [event for event in events if isinstance(event, Lost)]


def _archive(whole: bytes, members: list[_Member]) -> Attempt:
    put_in = {member.document for member in members}
    directory = members[-1].end

    def attempt(data: bytes, folder: Path) -> bool:
        _, out, lost = _read(data, folder / "x.zip")
        strange = out - put_in
        assert not strange, f"never put in: {min(strange)[:80]!r}"
        if data[directory:] == whole[directory:]:
            for member in members:
                is_whole = data[member.begin : member.end] == whole[member.begin : member.end]
                assert not is_whole or member.document in out, f"missing is {member.document[:80]!r}"
        assert lost or out == put_in, "damage that nothing tells of"
        return not lost

    return attempt


@dataclass(frozen=True, slots=True)
class _Record:
    data: bytes
    heads: int
    """Bytes of the header and of that of HTTP in the block."""
    digest: bytes
    """The line of the header."""
    name: bytes
    body: bytes
    """What has the digest of the payload: its coding stands in a header, which has none."""
    document: bytes


def _raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "deflate": zlib.compress,
    "raw deflate": _raw_deflate,
    "plain": bytes,
}


def _record(number: int, name: str, encode: Callable[[bytes], bytes]) -> _Record:
    """A record with its digest: of the block or the payload, by several methods, written in several ways."""
    text = text_of(number)
    coding = {"raw deflate": "deflate", "plain": "identity"}.get(name, name)
    body = encode(text)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Encoding: {coding}\r\n\r\n"
    block = head.encode() + body
    digest = (
        b"WARC-Block-Digest: sha1:" + base64.b32encode(hashlib.sha1(block).digest()),
        b"WARC-Payload-Digest: sha256:" + hashlib.sha256(body).hexdigest().encode(),
        b"WARC-Block-Digest: md5:" + hashlib.md5(block).hexdigest().encode(),
        b"WARC-Payload-Digest: sha-1:" + base64.b32encode(hashlib.sha1(text).digest()),
    )[number % 4]
    fields = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://lock.example/{number}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n"
    )
    before = fields.encode() + digest + b"\r\n\r\n"
    return _Record(
        before + block + b"\r\n\r\n", len(before) + len(head), digest, f"{number:012}".encode(), body, text
    )


def _bodies(records: list[_Record]) -> Attempt:
    put_in = {record.document for record in records}
    names = {f"00000000-0000-4000-8000-{number:012}": record for number, record in enumerate(records)}

    def attempt(data: bytes, folder: Path) -> bool:
        events, out, lost = _read(data, folder / "x.warc")
        for event in events:
            if isinstance(event, Found) and event.record.data not in put_in:
                record = names.get(event.name or "")
                assert record is None or event.record.data == record.body or not _has_digests(data, record), (
                    f"never put in: {event.record.data[:80]!r}"
                )
        for record in _found_by_length(data, records):
            assert record.document in out, f"missing is {record.document[:80]!r}"
        heads = all(record.data[: record.heads] in data for record in records)
        assert lost or not heads or out == put_in, "damage that nothing tells of"
        return not lost

    return attempt


def _has_digests(data: bytes, record: _Record) -> bool:
    """Whether all copies of a record in the data have their digest, and no other."""
    for piece in data.split(b"WARC/1.")[1:]:
        lines = [line.strip() for line in piece.split(b"\n")]
        head = lines[: lines.index(b"")] if b"" in lines else lines
        digests = [line for line in head if b"digest" in line.lower()]
        if digests != [record.digest] and any(record.name in line for line in head):
            return False
    return True


def _found_by_length(data: bytes, records: list[_Record]) -> Iterator[_Record]:
    """Whole records, as far as the headers before them are whole."""
    at = 0
    for record in records:
        piece = data[at : at + len(record.data)]
        if piece[: record.heads] != record.data[: record.heads]:
            return
        if piece == record.data:
            yield record
        elif piece[-4:] != b"\r\n\r\n":
            return
        at += len(record.data)
