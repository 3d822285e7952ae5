"""Compressed containers with damage in them: nothing that was not put in comes out, and all that is whole does."""

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import random
import sys
import tarfile
import zipfile
import zlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.config import Config
from scrubber.reading import UnreadableFile, read_path
from scrubber.reading.containers import holding, source
from scrubber.reading.containers.digests import mismatch
from scrubber.reading.containers.http import BodyError, read_response
from scrubber.reading.containers.opening import read_container
from scrubber.reading.containers.records import Found, Lost
from scrubber.running import unpacking
from scrubber.running.cleaning import RunOptions, run_clean
from scrubber.running.inputs import open_dump
from scrubber.writing.files import WriteError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from fuzzing import framed


def zstd(data):
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


PACK = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}
EVERY = pytest.mark.parametrize("suffix", PACK)


def noise(size, seed=0):
    """Text that does not compress, the same for a seed."""
    return random.Random(f"{size} {seed}").randbytes(size // 2).hex()


def row(number, **more):
    return json.dumps({"text": f"Lock {number} {noise(200, number)}", **more}).encode() + b"\n"


def warc(number, body=None, **headers):
    body = body if body is not None else f"Quay {number} {noise(200, number)}".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + body
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0000-{number}>\r\n{more}"
        f"WARC-Date: 2024-01-02T03:04:05Z\r\nWARC-Target-URI: http://harbour.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


def member(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
        return out.getvalue()[: archive.offset]


def read(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read_container(path))


def found(events):
    return [event for event in events if isinstance(event, Found)]


def texts(events):
    return [event.record.data for event in found(events)]


def lost(events):
    return [event for event in events if isinstance(event, Lost)]


def spoilt(data, at=None):
    """With one byte of it turned: in the middle, or where it is said."""
    changed = bytearray(data)
    changed[len(data) // 2 if at is None else at] ^= 0xFF
    return bytes(changed)


def parts(format, count=3):
    """Records of a format, one for each frame, and their documents."""
    if format == ".tar":
        bodies = [f"Buoy {n} {noise(300, n)}".encode() for n in range(count)]
        return [member(f"{n}.txt", body) for n, body in enumerate(bodies)], bodies
    if format == ".jsonl":
        rows = [row(n) for n in range(count)]
        return rows, [json.loads(one)["text"].encode() for one in rows]
    bodies = [f"Quay {n} {noise(300, n)}".encode() for n in range(count)]
    return [warc(n, body) for n, body in enumerate(bodies)], bodies


def end_of(format, pack):
    return pack(bytes(1024)) if format == ".tar" else b""


# --- every bit of a member


def test_no_bit_of_a_member_of_a_warc_can_turn_without_being_seen(tmp_path):
    bodies = [f"Harbour {n} is open.".encode() for n in range(3)]
    members = [gzip.compress(warc(n, body), mtime=0) for n, body in enumerate(bodies)]
    begin, end = len(members[0]), len(members[0] + members[1])
    path = tmp_path / "c.warc.gz"
    path.write_bytes(b"".join(members))
    whole = [(event.name, event.record) for event in read_container(path)]
    harmless = 0
    with path.open("r+b", buffering=0) as file:
        for bit in range(8 * len(members[1])):
            at, byte = begin + bit // 8, members[1][bit // 8]
            os.pwrite(file.fileno(), bytes((byte ^ 1 << bit % 8,)), at)
            events = list(read_container(path))
            os.pwrite(file.fileno(), bytes((byte,)), at)
            out = [(event.name, event.record) for event in found(events)]
            if out == whole:
                harmless += 1
                assert lost(events) == []
                continue
            assert out == [whole[0], whole[2]], bit
            (event,) = lost(events)
            assert f"is damaged from byte {begin} to byte {end}" in event.why
            assert "fetch it again" in event.remedy
    # When it was made, on which system, how hard it was compressed, and that it is text: no checksum covers
    # those, and nothing depends on them.
    assert harmless <= 8 * 6 + 1


# --- damage in the middle of several frames


@EVERY
@pytest.mark.parametrize("format", [".jsonl", ".warc", ".wet", ".tar"])
@pytest.mark.parametrize("at", [0, 3, None, -1, -4, -8])
def test_a_damaged_frame_costs_itself_alone(tmp_path, suffix, format, at):
    records, documents = parts(format)
    frames = [PACK[suffix](record) for record in records]
    damaged = spoilt(frames[1], at)
    events = read(
        tmp_path, f"c{format}{suffix}", frames[0] + damaged + frames[2] + end_of(format, PACK[suffix])
    )
    assert texts(events) == [documents[0], documents[2]]
    (event,) = lost(events)
    assert event.name == f"damage@{len(frames[0])}"
    assert f"from byte {len(frames[0])} to byte {len(frames[0] + frames[1])}" in event.why


@EVERY
@pytest.mark.parametrize("missing", [2, 4, 9, 15])
def test_a_frame_that_is_cut_off_in_its_end(tmp_path, suffix, missing):
    records, documents = parts(".jsonl")
    frames = [PACK[suffix](record) for record in records]
    events = read(tmp_path, f"c.jsonl{suffix}", frames[0] + frames[1][:-missing] + frames[2])
    assert texts(events) == [documents[0], documents[2]]
    assert len(lost(events)) == 1
    events = read(tmp_path, f"c.jsonl{suffix}", b"".join(frames)[:-missing])
    assert texts(events) == documents[:2]
    assert [(event.place, event.name) for event in lost(events)] == [(0, None)]
    assert f"begins at byte {len(frames[0] + frames[1])}" in lost(events)[0].why


def test_a_stream_that_ends_with_the_first_byte_of_the_next_one_does_not_hide_that(tmp_path):
    # Of the last byte of a bzip2 stream a few bits count: a B may have just those.
    for number in range(3000):
        first = bz2.compress(row(0, n=number))
        try:
            ended = bz2.BZ2Decompressor().decompress(first[:-1] + b"B") and first[-1:] != b"B"
        except OSError:
            continue
        if ended:
            break
    events = read(tmp_path, "c.jsonl.bz2", first[:-1] + b"".join(bz2.compress(row(n)) for n in (1, 2)))
    assert texts(events) == [json.loads(row(n))["text"].encode() for n in range(3)]
    assert len(lost(events)) == 1


@EVERY
@pytest.mark.parametrize("rubbish", [b"x", b"\x1f\x8b\x08", b"<html>" * 50, b"\x1f\x8b\x08" + bytes(7)])
def test_rubbish_between_frames(tmp_path, suffix, rubbish):
    records, documents = parts(".jsonl")
    frames = [PACK[suffix](record) for record in records]
    events = read(tmp_path, f"c.jsonl{suffix}", frames[0] + rubbish + frames[1] + frames[2])
    assert texts(events) == documents
    (event,) = lost(events)
    assert f"from byte {len(frames[0])} to byte {len(frames[0]) + len(rubbish)}" in event.why


@EVERY
@pytest.mark.parametrize("zeros", [1, 4, 511, 70_000])
def test_noop_padding_with_zeros(tmp_path, suffix, zeros):
    records, documents = parts(".jsonl")
    padded = b"".join(PACK[suffix](record) + bytes(zeros) for record in records)
    events = read(tmp_path, f"c.jsonl{suffix}", padded)
    assert texts(events) == documents
    assert lost(events) == []


@pytest.mark.parametrize("system", [0, 3, 11, 19, 255])
@pytest.mark.parametrize("flags", [0, 1, 4, 8, 16, 29])
def test_noop_heads_of_members_by_whoever_wrote_them(tmp_path, system, flags):
    fields = (b"\x04\x00extr" if flags & 4 else b"") + (b"name\0" if flags & 8 else b"")
    fields += b"comment\0" if flags & 16 else b""
    body = row(1)
    member = b"\x1f\x8b\x08%c\1\2\3\4\0%c" % (flags, system) + fields + gzip.compress(body)[10:]
    assert len(texts(read(tmp_path, "c.jsonl.gz", member * 2))) == 2


@EVERY
def test_noop_empty_frames(tmp_path, suffix):
    records, documents = parts(".warc")
    empty = PACK[suffix](b"")
    events = read(tmp_path, f"c.warc{suffix}", empty + b"".join(PACK[suffix](one) + empty for one in records))
    assert texts(events) == documents
    assert lost(events) == []


@EVERY
@pytest.mark.parametrize("chunk", [1, 7, 19])
def test_frames_split_over_the_pieces_in_which_a_file_is_read(tmp_path, suffix, chunk, monkeypatch):
    monkeypatch.setattr(source, "_CHUNK", chunk)
    monkeypatch.setattr(source, "_WINDOW", 64)
    records, documents = parts(".warc")
    frames = [PACK[suffix](record) for record in records]
    assert texts(read(tmp_path, f"c.warc{suffix}", b"".join(frames))) == documents
    events = read(tmp_path, f"c.warc{suffix}", frames[0] + spoilt(frames[1]) + frames[2])
    assert texts(events) == [documents[0], documents[2]]
    assert len(lost(events)) == 1


@EVERY
def test_several_damaged_frames_are_as_many_entries(tmp_path, suffix):
    records, documents = parts(".warc", 9)
    frames = [PACK[suffix](record) for record in records]
    for number in (1, 4, 5):
        frames[number] = spoilt(frames[number])
    events = read(tmp_path, f"c.warc{suffix}", b"".join(frames))
    assert texts(events) == [documents[n] for n in (0, 2, 3, 6, 7, 8)]
    begins = [sum(map(len, frames[:n])) for n in (1, 4)]
    assert [event.name for event in lost(events)] == [f"damage@{begin}" for begin in begins]


def test_the_same_frame_twice_is_read_twice(tmp_path):
    packed = gzip.compress(warc(1, b"Low water"))
    assert texts(read(tmp_path, "c.warc.gz", packed * 2)) == [b"Low water"] * 2


# --- data that look like a frame


def test_a_page_that_the_server_compressed_is_no_member(tmp_path):
    inner = gzip.compress(warc(9, b"Nobody put me in."), mtime=0)
    records = [warc(0, b"Ebb"), warc(1, inner + noise(2000).encode()), warc(2, b"Flow")]
    stored = [zlib.compress(record, 0, wbits=31) for record in records]
    assert inner in stored[1]
    events = read(tmp_path, "c.warc.gz", stored[0] + spoilt(stored[1], -3) + stored[2])
    assert texts(events) == [b"Ebb", b"Flow"]
    assert len(lost(events)) == 1


def test_a_search_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    from scrubber.reading.containers import compression

    monkeypatch.setattr(compression, "RATIO_FLOOR", 0)
    monkeypatch.setattr(compression, "LARGEST_SEARCH", 1)
    false = gzip.compress(b"x" * 100_000)[:-8] + bytes(8)
    events = read(tmp_path, "c.warc.gz", gzip.compress(warc(1, b"Ebb")) + false * 50)
    assert texts(events) == [b"Ebb"]
    assert "too long to search" in lost(events)[-1].why


# --- rows over two frames


@EVERY
def test_noop_a_row_that_goes_on_in_the_next_frame(tmp_path, suffix):
    rows = b"".join(row(n) for n in range(4))
    for at in range(0, len(rows), 97):
        events = read(tmp_path, f"c.jsonl{suffix}", PACK[suffix](rows[:at]) + PACK[suffix](rows[at:]))
        assert len(found(events)) == 4
        assert lost(events) == []


@EVERY
@pytest.mark.parametrize("which", range(4))
def test_a_row_over_two_frames_needs_both(tmp_path, suffix, which):
    rows = [row(n) for n in range(8)]
    documents = [json.loads(one)["text"].encode() for one in rows]
    whole = b"".join(rows)
    # Each frame but the first begins in the middle of a row.
    cuts = [0, *(len(b"".join(rows[:n])) + 50 for n in (2, 4, 6)), len(whole)]
    frames = [PACK[suffix](whole[begin:end]) for begin, end in pairwise(cuts)]
    frames[which] = spoilt(frames[which])
    events = read(tmp_path, f"c.jsonl{suffix}", b"".join(frames))
    kept = [n for n in range(8) if not cuts[which] - 250 <= sum(map(len, rows[:n])) < cuts[which + 1]]
    assert texts(events) == [documents[n] for n in kept]
    assert len(lost(events)) == 1


def test_a_last_row_without_its_line_end_is_whole(tmp_path):
    rows = [row(n).rstrip() for n in range(3)]
    members = [gzip.compress(one) for one in rows]
    events = read(tmp_path, "c.jsonl.gz", members[0] + spoilt(members[1]) + members[2])
    assert [json.loads(rows[n])["text"].encode() for n in (0, 2)] == texts(events)
    events = read(tmp_path, "c.jsonl.gz", members[0] + b"rubbish")
    assert [json.loads(rows[0])["text"].encode()] == texts(events)


@given(st.data())
@settings(max_examples=40)
def test_no_beginning_and_no_end_of_a_row_is_a_row(data):
    value = st.recursive(
        st.none() | st.integers() | st.text(st.sampled_from('{}[]",:\\ a'), max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    )
    line = json.dumps(data.draw(st.dictionaries(st.text(max_size=3), value, min_size=1, max_size=3)))
    at = data.draw(st.integers(1, len(line) - 1))
    for piece in (line[:at], line[at:]):
        try:
            assert not isinstance(json.loads(piece), dict)
        except ValueError:
            continue


def test_a_json_array_ends_at_damage(tmp_path):
    rows = [json.loads(row(n)) for n in range(6)]
    whole = json.dumps(rows, indent=1).encode()
    third = len(whole) // 3
    frames = [gzip.compress(whole[at : at + third]) for at in range(0, len(whole), third)]
    events = read(tmp_path, "c.json.gz", frames[0] + spoilt(frames[1]) + b"".join(frames[2:]))
    assert texts(events) == [one["text"].encode() for one in rows[: len(found(events))]]
    assert len(found(events)) in (1, 2)
    (event,) = lost(events)
    assert f"at byte {len(frames[0])}" in event.why
    assert "array" in event.why


# --- names


def test_names_behind_damage_are_what_they_were_or_say_where_they_are_counted_from(tmp_path):
    rows = [row(n, **({"id": f"r{n}"} if n % 2 else {})) for n in range(12)]
    members = [gzip.compress(b"".join(rows[at : at + 3]), mtime=0) for at in range(0, 12, 3)]
    whole = names(tmp_path, "d.jsonl.gz", b"".join(members))
    damaged = names(tmp_path, "d.jsonl.gz", members[0] + spoilt(members[1]) + members[2] + members[3])
    behind = len(members[0] + members[1])
    assert whole == [
        "000001",
        "r1",
        "000003",
        "r3",
        "000005",
        "r5",
        "000007",
        "r7",
        "000009",
        "r9",
        "000011",
        "r11",
    ]
    assert damaged == [
        *whole[:3],
        f"000001@{behind}",
        "r7",
        f"000003@{behind}",
        "r9",
        f"000005@{behind}",
        "r11",
    ]
    again = names(tmp_path, "d.jsonl.gz", members[0] + spoilt(members[1], 30) + members[2] + members[3])
    assert again == damaged


def names(tmp_path, name, data):
    folder = tmp_path / "raw"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    with open_dump([folder]) as dump:
        return [
            item.id.partition("!/")[2] for item in sorted(dump.documents, key=lambda one: one.place.offset)
        ]


def test_damage_is_an_entry_of_its_own(tmp_path):
    members = [gzip.compress(warc(n, f"Quay {n}".encode()), mtime=0) for n in range(4)]
    (tmp_path / "c.warc.gz").write_bytes(b"".join((members[0], spoilt(members[1]), *members[2:], b"rubbish")))
    begin, end, last = len(members[0]), len(members[0] + members[1]), sum(map(len, members))
    with open_dump([tmp_path]) as dump:
        assert [item.id for item in dump.documents] == [f"c.warc.gz!/0000-{n}" for n in (0, 2, 3)]
        told = dict(dump.damaged)
    assert told == {
        "c.warc.gz": (
            f"is damaged: no gzip member begins at byte {last}, and no whole one stands behind it "
            "(3 records read before that); fetch it again; only whole members are taken, and those before it "
            "are cleaned"
        ),
        f"c.warc.gz!/damage@{begin}": (
            f"is damaged from byte {begin} to byte {end}: the gzip member there cannot be unpacked, or its "
            "checksum is wrong; fetch it again; what is whole before it and behind it is cleaned"
        ),
    }


def test_a_lone_member_between_two_damages_cannot_be_told_from_data_in_one(tmp_path):
    members = [gzip.compress(warc(n, f"Quay {n}".encode()), mtime=0) for n in range(4)]
    for rubbish, kept in ((b"rubbish", [0, 3]), (members[0][:30], [0, 2, 3])):
        events = read(
            tmp_path, "c.warc.gz", b"".join((members[0], spoilt(members[1]), members[2], rubbish, members[3]))
        )
        assert texts(events) == [f"Quay {n}".encode() for n in kept]


# --- WARC


def test_a_record_over_two_frames_needs_both(tmp_path):
    records = [warc(n) for n in range(8)]
    whole = b"".join(records)
    cuts = [0, *(len(b"".join(records[:n])) + 150 for n in (2, 4, 6)), len(whole)]
    for pack in PACK.values():
        frames = [pack(whole[begin:end]) for begin, end in pairwise(cuts)]
        frames[1] = spoilt(frames[1])
        suffix = next(suffix for suffix, one in PACK.items() if one is pack)
        events = read(tmp_path, f"c.warc{suffix}", b"".join(frames))
        assert [event.name for event in found(events)] == ["0000-0", "0000-1", "0000-5", "0000-6", "0000-7"]
        assert len(lost(events)) == 1


def test_a_line_of_a_page_behind_damage_is_no_record(tmp_path):
    page = (
        b"How a file begins:\n\nWARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 5\r\n\r\nfalse\r\n\r\n" * 9
    )
    whole = warc(0) + warc(1, page) + warc(2, b"Flow")
    at = whole.index(b"How a file") + 200
    frames = [gzip.compress(whole[:30]), gzip.compress(whole[30:at]), gzip.compress(whole[at:])]
    events = read(tmp_path, "c.warc.gz", frames[0] + spoilt(frames[1]) + frames[2])
    assert texts(events) == [b"Flow"]


# --- digests


def digest_of(data, name="sha1", write=base64.b32encode):
    return f"{name}:" + write(hashlib.new(name, data).digest()).decode()


HEX = lambda data: data.hex().encode()  # noqa: E731


@pytest.mark.parametrize("header", ["WARC-Block-Digest", "WARC-Payload-Digest"])
@pytest.mark.parametrize("name", ["sha1", "sha256", "md5", "sha512"])
@pytest.mark.parametrize("write", [base64.b32encode, HEX, base64.b64encode])
def test_digests(header, name, write):
    headers = {header.lower(): digest_of(b"tide", name, write)}
    assert mismatch(headers, b"tide", [b"tide"]) is None
    assert mismatch(headers, b"Tide", [b"Tide"]) == header
    assert mismatch({header.lower(): headers[header.lower()].upper()}, b"tide", [b"tide"]) in (None, header)


@pytest.mark.parametrize("value", ["", "sha1:", "sha1:xyz", "blake3:abcd", "sha1", "md5:" + "A" * 31])
def test_noop_digests_that_cannot_be_read(value):
    assert mismatch({"warc-payload-digest": value}, b"tide", [b"tide"]) is None


def test_a_payload_may_be_meant_with_its_codings_or_without():
    headers = {"warc-payload-digest": digest_of(b"tide")}
    assert mismatch(headers, b"block", [b"coded", b"chunked", b"tide"]) is None
    assert mismatch(headers, b"block", [b"coded"]) == "WARC-Payload-Digest"
    assert mismatch({**headers, "warc-truncated": "length"}, b"block", [b"coded"]) is None
    assert mismatch({**headers, "warc-block-digest": digest_of(b"block")}, b"block", [b"coded"]) is None


@pytest.mark.parametrize("suffix", ["", ".zst"])
def test_a_record_that_does_not_fit_its_digest_is_an_entry(tmp_path, suffix):
    pack = zstandard.compress if suffix else bytes
    records = [
        warc(n, f"Quay {n}".encode(), WARC_Payload_Digest=digest_of(f"Quay {n}".encode())) for n in range(3)
    ]
    records[1] = records[1].replace(b"Quay 1", b"Quai 1")
    events = read(tmp_path, f"c.warc{suffix}", b"".join(map(pack, records)))
    assert texts(events) == [b"Quay 0", b"Quay 2"]
    assert [(event.name, event.why) for event in lost(events)] == [
        ("0000-1", "is damaged: it does not have the digest of its WARC-Payload-Digest")
    ]


def test_noop_digests_are_not_asked_where_a_checksum_vouches_for_the_record(tmp_path):
    record = warc(1, b"Quay", WARC_Payload_Digest=digest_of(b"of something else"))
    assert texts(read(tmp_path, "c.warc.gz", gzip.compress(record))) == [b"Quay"]


# --- bodies


def raw_deflate(data):
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


@pytest.mark.parametrize(
    ("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate)]
)
def test_a_compressed_body_counts_when_it_has_ended_well(coding, encode):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode()
    body = encode(noise(3000).encode())
    assert len(read_response(head + body).body) == 3000
    for end in (-1, -5, len(body) // 2):
        with pytest.raises(BodyError):
            read_response(head + body[:end])
    assert len(read_response(head + body[: len(body) // 2], may_be_cut=True).body) > 100
    if encode is not raw_deflate:  # which has no checksum
        with pytest.raises(BodyError):
            read_response(head + spoilt(body, -2))
    assert len(read_response(head + body + b"rubbish").body) == 3000


def test_a_body_of_several_members():
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    assert read_response(head + gzip.compress(b"ebb ") + gzip.compress(b"flow")).body == b"ebb flow"
    with pytest.raises(BodyError):
        read_response(head + gzip.compress(b"ebb ") + spoilt(gzip.compress(b"flow"), -6))


def test_what_the_crawler_cut_short_is_taken_where_a_checksum_vouches_for_it(tmp_path):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n"
    block += gzip.compress(noise(3000).encode())[:900]
    record = warc(1, WARC_Truncated="length").partition(b"\r\n\r\n")[0]
    record = record[: record.rindex(b":")] + b": %d\r\n\r\n%s\r\n\r\n" % (len(block), block)
    assert len(texts(read(tmp_path, "c.warc.gz", gzip.compress(record)))[0]) > 100
    assert texts(read(tmp_path, "c.warc", record)) == []


# --- archives


def test_a_container_in_a_zip_waits_for_its_checksum(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.jsonl", b'{"text": "ebb"}\n{"text": "flow"}\n')
        archive.writestr("b.txt", b"tide")
    data = bytearray(out.getvalue())
    data[data.index(b"flow")] ^= 1
    events = read(tmp_path, "z.zip", bytes(data))
    assert texts(events) == [b"tide"]
    assert [event.name for event in lost(events)] == ["a.jsonl"]


@pytest.mark.parametrize("name", [b"2.txt", b"1.png", b"3/"])
def test_names_that_only_the_directory_of_a_zip_has(tmp_path, name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member_name in ("1.txt", "2.txt", "3."):
            archive.writestr(member_name, b"tide")
    whole = out.getvalue()
    old = {b"2.txt": b"1.txt", b"1.png": b"1.txt", b"3/": b"3."}[name]
    at = whole.rindex(old)
    events = read(tmp_path, "z.zip", whole[:at] + name + whole[at + len(name) :])
    assert lost(events)[0].why.startswith("is damaged")


def test_a_directory_of_a_zip_that_makes_a_member_empty(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1.txt", b"tide")
        archive.writestr("2.txt", b"")
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02") + 16
    data[at : at + 8] = bytes(8)  # checksum and compressed size
    events = read(tmp_path, "z.zip", bytes(data))
    assert texts(events) == [b""]
    assert [event.name for event in lost(events)] == ["1.txt"]


def test_a_directory_of_a_zip_that_hides_members(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("1.txt", "2.txt"):
            archive.writestr(name, name.encode())
    data = bytearray(out.getvalue())
    first = data.index(b"PK\x01\x02")
    data[first + 32] = 46 + 5  # bytes of its comment: the second entry
    events = read(tmp_path, "z.zip", bytes(data))
    assert texts(events) == [b"1.txt"]
    assert "does not list as many members" in lost(events)[-1].why


def test_a_container_in_a_compressed_tar_and_damage_of_the_tar(tmp_path):
    rows = b"".join(row(n) for n in range(2000))
    whole = member("a.txt", b"ebb") + member("r.jsonl", rows) + member("b.txt", b"flow")
    half = len(whole) // 2
    for pack in PACK.values():
        frames = [
            pack(whole[:512]),
            pack(whole[512:half]),
            pack(whole[half:]),
            pack(member("c.txt", b"tide")),
        ]
        suffix = next(suffix for suffix, one in PACK.items() if one is pack)
        events = read(
            tmp_path,
            f"t.tar{suffix}",
            b"".join((*frames[:2], spoilt(frames[2]), frames[3], pack(bytes(1024)))),
        )
        assert texts(events) == [b"ebb", b"tide"]
        assert [event.name for event in lost(events)] == [f"damage@{len(frames[0] + frames[1])}"]


def test_what_stands_behind_the_end_of_a_tar_is_told(tmp_path):
    archive = member("a.txt", b"ebb") + bytes(1024)
    events = read(tmp_path, "t.tar.gz", gzip.compress(archive) + gzip.compress(archive))
    assert texts(events) == [b"ebb"]
    assert "no further than to its member 1" in lost(events)[0].why


def test_a_damaged_row_group_costs_its_own_rows(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table({"text": [f"{n} {noise(500, n)}" for n in range(40)]})
    parquet.write_table(
        table,
        tmp_path / "p.parquet",
        row_group_size=10,
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
    )
    data = (tmp_path / "p.parquet").read_bytes()
    at = data.index(table["text"][15].as_py().encode())
    events = read(tmp_path, "p.parquet", spoilt(data, at + 100))
    assert [event.place for event in found(events)] == [*range(1, 11), *range(21, 41)]
    assert [(event.name, event.why) for event in lost(events)] == [
        ("damage@11", "is damaged: its rows 11 to 20 cannot be read")
    ]


# --- single documents


@EVERY
def test_a_compressed_document_is_whole_or_nothing(tmp_path, suffix):
    text = noise(2000).encode()
    pack = PACK[suffix]
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(pack(text[:700]) + pack(text[700:]))
    assert read_path(path).text == text.decode()
    for damaged in (
        spoilt(pack(text), -5),
        pack(text) + b"rubbish",
        pack(text[:700]) + spoilt(pack(text[700:])),
    ):
        path.write_bytes(damaged)
        with pytest.raises(UnreadableFile, match=r"is damaged|is cut off") as caught:
            read_path(path)
        assert "nothing is taken" in caught.value.remedy


def test_a_compressed_document_above_the_limit_is_not_unpacked_to_its_end(tmp_path, monkeypatch):
    from scrubber.reading.containers import compression

    monkeypatch.setattr(compression, "LARGEST_RECORD", 1 << 20)
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"tide " * (1 << 20)))
    with pytest.raises(UnreadableFile, match="is larger than"):
        read_path(path)


# --- large frames


def test_a_large_frame_waits_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(holding, "LARGEST_HELD", 1000)
    records, documents = parts(".jsonl", 30)
    for suffix, pack in PACK.items():
        whole = pack(b"".join(records[:20])) + pack(b"".join(records[20:]))
        assert texts(read(tmp_path, f"c.jsonl{suffix}", whole)) == documents
        events = read(
            tmp_path,
            f"c.jsonl{suffix}",
            spoilt(pack(b"".join(records[:20])), -6) + pack(b"".join(records[20:])),
        )
        assert texts(events) == documents[20:]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".bz2", ".gz", ".xz", ".zst"]


def test_a_disk_that_is_full_is_no_fault_of_the_container(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(holding, "LARGEST_HELD", 1000)
    monkeypatch.setattr(holding, "_write", full)
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(b"".join(row(n) for n in range(30))))
    with pytest.raises(WriteError, match="free some space"), open_dump([tmp_path], work=tmp_path / "work"):
        pass
    assert list((tmp_path / "work").iterdir()) == []


def test_a_full_disk_under_a_container_in_an_archive(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(holding.tempfile, "SpooledTemporaryFile", lambda *_args, **_more: Full())

    class Full(io.BytesIO):
        write = full

    archive = member("a.jsonl", row(1)) + bytes(1024)
    (tmp_path / "c.tar").write_bytes(archive)
    with pytest.raises(holding.SpoolError) as caught:
        list(read_container(tmp_path / "c.tar"))
    assert caught.value.error.errno == 28


@given(st.lists(st.binary(max_size=30), max_size=12), st.integers(1, 40), st.integers(0, 100))
@settings(max_examples=60)
def test_what_is_held_comes_out_as_it_went_in(pieces, size, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "LARGEST_HELD", limit)
        held = holding.Held()
        for piece in filter(None, pieces):
            held.add(piece)
        held.turn()
        out = list(iter(lambda: held.read(size), b""))
    assert b"".join(out) == b"".join(pieces)
    assert all(len(one) <= size for one in out)
    assert held.size == len(b"".join(pieces))


# --- the oracle of the fuzzing finds what it is for


def test_the_oracle_sees_a_reader_that_checks_nothing(tmp_path, monkeypatch):
    from scrubber.reading.containers import frames

    class Unchecked(frames._DeflateDecoder):
        def __init__(self):
            super().__init__(-15)
            self._head = b""

        def decompress(self, data, size):
            if len(self._head) < 10:
                self._head, data = (self._head + data)[:10], data[10 - len(self._head) :]
            return super().decompress(data, size)

        @property
        def unused_data(self):
            return super().unused_data[8:]

    monkeypatch.setitem(frames.CODECS, ".gz", replace(frames.CODECS[".gz"], decoder=Unchecked))
    target = next(one for one in framed.targets() if one.name == "frames: .jsonl.gz")
    assert failures(target, tmp_path) > 0


def failures(target, folder):
    count = 0
    for number in range(60):
        try:
            target.attempt(target.damage(target.seeds, random.Random(number)), folder)
        except AssertionError:
            count += 1
    return count


def test_unpacking_holds_only_what_was_found(tmp_path):
    members = [gzip.compress(warc(n, f"Quay {n}".encode()), mtime=0) for n in range(3)]
    path = tmp_path / "c.warc.gz"
    path.write_bytes(members[0] + spoilt(members[1]) + members[2])
    from scrubber.config import Fields

    store = tmp_path / "store"
    store.mkdir()
    unpacked = unpacking.unpack(path, path.name, Fields(), store, keep=True)
    assert [unpacking.take(place).data for _, place in unpacking.records(unpacked)] == [b"Quay 0", b"Quay 2"]
    assert unpacking.unpack(path, path.name, Fields(), store, keep=True) == unpacked


# --- what an earlier run made of a container that is damaged now


def test_a_container_that_was_damaged_meanwhile_costs_no_output(tmp_path):
    """What was cleaned from the whole file stays where the file cannot be read any more, and the manifest says so."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    rows = [{"id": f"r{n}", "text": f"The bridge number {n} at Ardley opened on Monday."} for n in range(5)]
    whole = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode(), mtime=0)
    (raw / "rows.jsonl.gz").write_bytes(whole)
    assert not run_clean([raw], out, Config(), RunOptions(jobs=1)).failed
    before = {p.name: p.read_bytes() for p in out.rglob("r*.txt*")}
    assert len(before) == 10
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 8
    (raw / "rows.jsonl.gz").write_bytes(bytes(broken))
    for _ in range(2):  # and the run after that one knows it, too
        assert run_clean([raw], out, Config(), RunOptions(jobs=1)).failed
        assert {p.name: p.read_bytes() for p in out.rglob("r*.txt*")} == before
        lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()[1:]]
        stale = [line["stale"] for line in lines if line.get("stale")]
        assert sorted(stale) == [f"rows.jsonl.gz!/r{n}.txt" for n in range(5)]
        assert {line["status"] for line in lines} == {"failed"}
    (raw / "rows.jsonl.gz").write_bytes(whole)
    assert not run_clean([raw], out, Config(), RunOptions(jobs=1)).failed
    (raw / "rows.jsonl.gz").unlink()
    (raw / "other.txt").write_text("The ferry leaves at nine.\n")
    run_clean([raw], out, Config(), RunOptions(jobs=1))
    assert not list(out.rglob("r?.txt"))
