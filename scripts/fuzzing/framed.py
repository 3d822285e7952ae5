"""Compressed files damaged frame by frame, and what has to come of them.

An input is made of known documents. Whatever is done to it, of what comes out

- every document is, byte for byte, one that was put in, under its own name;
- every document of a frame that is whole is there, if the frame can be told from data that happen to look
  like one: it follows a whole one, or the end of the file or another frame stands behind it;
- where a document is missing, some entry tells of damage, unless all that is left are whole frames.

Zstandard without a checksum of the content cannot hold to that, for wrong bytes of it look like right
ones, and what they say of the length of a record decides about the next one. There it is asked that whole
frames alone give only what was put in, and that those before any damage give all of it. A single document in a compressed file comes out as it
was, or not at all. Behind the mark of its end nothing of a tar is read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from invented import paragraph

from fuzzing.mutations import mutated
from fuzzing.targets import Attempt, Target
from scrubber.reading import ReadingError, read_path
from scrubber.reading.containers.frames import CODECS, LONGEST_HEAD, Codec
from scrubber.reading.containers.opening import read_container
from scrubber.reading.containers.records import Found, Lost

Pack = Callable[[bytes], bytes]
_RECORDS = 9


@dataclass(frozen=True, slots=True)
class Part:
    """A record of a container, not compressed."""

    data: bytes
    documents: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Frame:
    """A compressed frame, and the documents that are whole in it."""

    data: bytes
    documents: frozenset[bytes]
    is_cut_anywhere: bool
    """Whether records may go on from one frame to the next."""


def targets() -> Iterator[Target]:
    """All ways of compressing, with all formats that are read as streams."""
    for suffix, (name, pack, unpack) in _packs().items():
        for format, parts in _formats().items():
            layouts = [_single(parts, pack), _several(parts, pack), _anywhere(format, parts, pack)]
            container = _container(f"{format}{suffix}", layouts, name, unpack)
            seeds = [b"".join(frame.data for frame in frames) for frames in layouts]
            yield Target(f"frames: {format}{name}", seeds, container, partial(_damaged, layouts))
        text = paragraph(random.Random("text"), 40).encode()
        halves = [pack(text[:900]), pack(text[900:])]
        yield Target(
            f"frames: .txt{name}", [pack(text), b"".join(halves)], _document(f".txt{suffix}", text, name)
        )


def _packs() -> Mapping[str, tuple[str, Pack, Pack]]:
    """By the suffix: the name, and how it is packed and unpacked."""
    import zstandard

    return {
        ".gz": (".gz", lambda data: gzip.compress(data, mtime=0), gzip.decompress),
        ".bz2": (".bz2", bz2.compress, bz2.decompress),
        ".xz": (".xz", lzma.compress, lzma.decompress),
        ".ZST": (".zst (unchecked)", zstandard.ZstdCompressor(write_checksum=False).compress, _unzst),
        ".zst": (".zst", zstandard.ZstdCompressor(write_checksum=True).compress, _unzst),
    }


def _unzst(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()


def _formats() -> Mapping[str, list[Part]]:
    return {
        ".jsonl": [_row(number) for number in range(_RECORDS)],
        ".warc": [_record(number) for number in range(_RECORDS)],
        ".wet": [_record(number, "conversion") for number in range(_RECORDS)],
        ".tar": [*map(_member, range(_RECORDS)), Part(bytes(1024), frozenset())],
    }


def text_of(number: int) -> bytes:
    """The document of this number: no other holds what it holds."""
    chance = random.Random(f"document {number}")
    return f"{number} {paragraph(chance, chance.randrange(3, 14))}".encode()


def _row(number: int) -> Part:
    row = {"text": text_of(number).decode(), "url": f"https://lock.example/{number}"}
    if number % 2:
        row["id"] = f"row {number}"
    return Part(json.dumps(row).encode() + b"\n", frozenset((text_of(number),)))


def _record(number: int, kind: str = "response") -> Part:
    """Every third page is one that the server compressed: a gzip member inside of whatever is around it."""
    text = text_of(number)
    documents = frozenset((text,))
    headers = b"Content-Type: text/plain; charset=utf-8\r\n"
    if number % 3 == 1:
        text = gzip.compress(text, mtime=0)
        headers += b"Content-Encoding: gzip\r\n"
    elif number % 3 == 2 and kind == "response":
        # A WARC that was fetched like any file: nobody asked for what stands in it.
        text = gzip.compress(_warc(99, "resource", b"text/plain", b"Nobody put me in."), mtime=0)
        headers, documents = b"Content-Type: application/gzip\r\n", frozenset()
    if kind == "conversion":
        return Part(_warc(number, kind, b"text/plain", text_of(number)), frozenset((text_of(number),)))
    block = b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + text
    return Part(_warc(number, kind, b"application/http; msgtype=response", block), documents)


def _warc(number: int, kind: str, media_type: bytes, block: bytes) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://lock.example/{number}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"
    )
    return head.encode() + b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (
        media_type,
        len(block),
        block,
    )


def _member(number: int) -> Part:
    """Every third is a compressed container itself."""
    data, documents = text_of(number), frozenset((text_of(number),))
    name = f"{number}.txt"
    if number % 3 == 1:
        data, name = gzip.compress(_row(number).data, mtime=0), f"{number}.jsonl.gz"
    info = tarfile.TarInfo(name)
    info.size = len(data)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as file:
        file.addfile(info, io.BytesIO(data))
        size = file.offset
    return Part(out.getvalue()[:size], documents)


def _single(parts: Sequence[Part], pack: Pack) -> list[Frame]:
    return [Frame(pack(part.data), part.documents, is_cut_anywhere=False) for part in parts]


def _several(parts: Sequence[Part], pack: Pack) -> list[Frame]:
    groups = [parts[at : at + 3] for at in range(0, len(parts), 3)]
    return [
        Frame(
            pack(b"".join(part.data for part in group)),
            frozenset().union(*(part.documents for part in group)),
            is_cut_anywhere=False,
        )
        for group in groups
    ]


def _anywhere(format: str, parts: Sequence[Part], pack: Pack) -> list[Frame]:
    """Frames that begin and end anywhere, as programs that work in parallel make them."""
    whole = b"".join(part.data for part in parts)
    chance = random.Random("anywhere")
    cuts = [0, *sorted(chance.sample(range(1, len(whole)), 5)), len(whole)]
    # Before a record of a WARC stands the empty line that tells it from a line of a page.
    before = 4 if format in (".warc", ".wet") else 0
    frames = []
    for begin, end in pairwise(cuts):
        documents: set[bytes] = set()
        at = 0
        for part in parts:
            if format != ".tar" and (at == begin or at - before >= begin) and at + len(part.data) <= end:
                documents |= part.documents
            at += len(part.data)
        frames.append(Frame(pack(whole[begin:end]), frozenset(documents), is_cut_anywhere=True))
    return frames


def _damaged(layouts: Sequence[Sequence[Frame]], seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the layouts, its frames damaged, moved, parted; or bytes of it, as of any file."""
    if chance.random() < 0.5:
        return mutated(seeds, chance)
    frames = list(chance.choice(layouts))
    # What stands behind the end of a tar, which has no documents, is not read: it stays where it is.
    fixed = b"" if frames[-1].documents or frames[-1].is_cut_anywhere else frames.pop().data
    pieces = [bytearray(frame.data) for frame in frames]
    for _ in range(chance.choice((1, 1, 2, 3))):
        chance.choice(_KINDS[: 5 if frames[0].is_cut_anywhere else None])(pieces, chance)
    return b"".join((*pieces, fixed))


def _turn_a_bit(pieces: list[bytearray], chance: random.Random) -> None:
    piece = chance.choice(pieces)
    if piece:
        piece[chance.randrange(len(piece))] ^= 1 << chance.randrange(8)


def _damage_the_end(pieces: list[bytearray], chance: random.Random) -> None:
    piece = chance.choice(pieces)
    if piece:
        piece[-chance.randrange(1, min(9, len(piece) + 1))] ^= chance.randrange(1, 256)


def _cut_the_end(pieces: list[bytearray], chance: random.Random) -> None:
    piece = chance.choice(pieces)
    del piece[max(0, len(piece) - chance.randrange(1, 12)) :]


def _put_rubbish_between(pieces: list[bytearray], chance: random.Random) -> None:
    pieces.insert(chance.randrange(len(pieces) + 1), bytearray(chance.randbytes(chance.choice((1, 7, 300)))))


def _put_zeros_between(pieces: list[bytearray], chance: random.Random) -> None:
    pieces.insert(chance.randrange(len(pieces) + 1), bytearray(chance.choice((1, 4, 512))))


def _swap(pieces: list[bytearray], chance: random.Random) -> None:
    chance.shuffle(pieces)


def _double(pieces: list[bytearray], chance: random.Random) -> None:
    pieces.insert(chance.randrange(len(pieces) + 1), bytearray(chance.choice(pieces)))


def _leave_out(pieces: list[bytearray], chance: random.Random) -> None:
    if len(pieces) > 1:
        del pieces[chance.randrange(len(pieces))]


_KINDS: tuple[Callable[[list[bytearray], random.Random], None], ...] = (
    _turn_a_bit,
    _damage_the_end,
    _cut_the_end,
    _put_rubbish_between,
    _put_zeros_between,
    _swap,
    _double,
    _leave_out,
)


def _container(suffix: str, layouts: Sequence[Sequence[Frame]], name: str, unpack: Pack) -> Attempt:
    frames = {frame.data: frame for layout in layouts for frame in layout}
    put_in = frozenset().union(*(frame.documents for frame in frames.values()))
    codec = CODECS[suffix[suffix.rindex(".") :].lower()]
    is_tar = suffix.startswith(".tar")

    def attempt(data: bytes, folder: Path) -> bool:
        path = folder / f"x{suffix}"
        path.write_bytes(data)
        events = list(read_container(path))
        path.unlink()
        out = {event.record.data for event in events if isinstance(event, Found)}
        lost = [event for event in events if isinstance(event, Lost)]
        whole = list(_whole_frames(data, frames))
        strange = out - put_in
        is_checked = "unchecked" not in name
        is_damaged = _has_damage(data, whole, unpack if is_checked else None)
        is_trusted = is_checked or not is_damaged
        assert not (is_trusted and strange), f"never put in: {min(strange)[:80]!r}"
        for at, frame in _required(data, whole, codec, is_tar=is_tar, is_trusted=is_trusted):
            missing = frame.documents - out
            assert not missing, f"the frame at {at} is whole, and missing is {min(missing)[:80]!r}"
        assert lost or not is_damaged or not is_checked or out == put_in, "damage that nothing tells of"
        return not lost

    return attempt


def _whole_frames(data: bytes, frames: Mapping[bytes, Frame]) -> Iterator[tuple[int, Frame]]:
    for frame in frames.values():
        at = data.find(frame.data)
        while at >= 0:
            yield at, frame
            at = data.find(frame.data, at + 1)


def _has_damage(data: bytes, whole: Sequence[tuple[int, Frame]], unpack: Pack | None) -> bool:
    """Whether anything in an input is neither a whole frame, nor padding, nor changed to no effect.

    Without `unpack` nobody can say what has no effect.
    """
    begin = 0
    for at, end in [*sorted((at, at + len(frame.data)) for at, frame in whole), (len(data), len(data))]:
        if at > begin and data[begin:at].strip(b"\0"):
            if unpack is None:
                return True
            try:
                unpack(data[begin:at])
            except Exception:  # noqa: BLE001 - each library has its own
                return True
        begin = max(begin, end)
    return False


def _required(
    data: bytes, whole: Sequence[tuple[int, Frame]], codec: Codec, *, is_tar: bool, is_trusted: bool
) -> Iterator[tuple[int, Frame]]:
    """The whole frames that have to be found, and where they stand."""
    follow = {_behind_zeros(data, 0)}
    for at, frame in sorted(whole, key=lambda one: one[0]):
        end = _behind_zeros(data, at + len(frame.data))
        is_first = at in follow
        if not is_first and not is_trusted:
            return
        if not is_first and data[end:] and not codec.begins(data[end : end + LONGEST_HEAD]):
            continue
        if is_tar and not frame.documents and not frame.is_cut_anywhere:
            return
        # A tar is read on where a frame begins with a member.
        if is_tar and frame.is_cut_anywhere and not is_first:
            continue
        follow.add(end)
        yield at, frame


def _behind_zeros(data: bytes, at: int) -> int:
    while data[at : at + 1] == b"\0":
        at += 1
    return at


def _document(suffix: str, text: bytes, name: str) -> Attempt:
    def attempt(data: bytes, folder: Path) -> bool:
        path = folder / f"x{suffix}"
        path.write_bytes(data)
        try:
            document = read_path(path)
        except ReadingError:
            return False
        halves = (text.decode(), text[:900].decode(), text[900:].decode())
        parts = document.text
        for half in halves:
            parts = parts.replace(half, "")
        assert not parts or "unchecked" in name, f"never put in: {document.text[:80]!r}"
        return True

    return attempt
