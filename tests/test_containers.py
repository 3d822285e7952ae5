"""Containers: every format gives its records, and every fault a word, with what came before kept."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import unicodedata
import zipfile
import zlib
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import PurePosixPath

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from scrubber.config import Fields
from scrubber.reading import SUFFIXES, UnreadableFile, read_path, read_record
from scrubber.reading.charset import decode_html
from scrubber.reading.containers import json_rows, kinds, limits
from scrubber.reading.containers.http import read_response
from scrubber.reading.containers.names import LONGEST_NAME, LONGEST_SEGMENT, Namer, safe_name
from scrubber.reading.containers.opening import READERS, read_container
from scrubber.reading.containers.records import Found, Ignored, Lost, looks_like_page
from scrubber.reading.html import markup_of, read_html

PACK = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
ROWS = [
    {
        "id": f"n/{i}",
        "text": f"Tide table {i}, page é",
        "url": f"https://harbour.example/{i}",
        "date": "2024-05-06",
    }
    for i in range(1, 40)
]


def lines(rows=ROWS):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def noise(size):
    """Text that does not compress, so that half of the bytes hold half of the records."""
    return os.urandom(size).hex()


def read(tmp_path, name, data, fields=None):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read_container(path, fields))


def found(events):
    return [event for event in events if isinstance(event, Found)]


def texts(events):
    return [event.record.data.decode() for event in found(events)]


def lost(events):
    return [event for event in events if isinstance(event, Lost)]


def warc(number, body, kind="response", **headers):
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:0000-{number}>",
        "WARC-Date": "2024-01-02T03:04:05Z",
        "WARC-Target-URI": f"http://harbour.example/{number}",
        "Content-Type": "application/http; msgtype=response",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def page(number, *headers, body=None):
    body = body if body is not None else f"<html><p>Quay {number}</p></html>".encode()
    head = "\r\n".join(("HTTP/1.1 200 OK", *(headers or ("Content-Type: text/html",))))
    return head.encode() + b"\r\n\r\n" + body


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def parquet(tmp_path, table, name="p.parquet", **options):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table(table), tmp_path / name, **options)
    return list(read_container(tmp_path / name))


# --- what is read


def test_every_suffix_of_a_document_is_known_and_every_container_has_its_reader():
    assert set(SUFFIXES) == kinds.DOCUMENTS
    assert set(READERS) == kinds.STREAMS | kinds.FILES


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a/b.WARC.GZ", (".warc", ".gz")),
        ("x.warc.wet.gz", (".wet", ".gz")),
        ("x.tgz", (".tar", ".gz")),
        ("x.html.zst", (".html", ".zst")),
        ("x.v2.jsonl", (".jsonl", "")),
        ("x.parquet", (".parquet", "")),
    ],
)
def test_kinds_by_their_names(name, kind):
    assert kinds.kind_of(name) == kinds.Kind(*kind)


@pytest.mark.parametrize(
    "name", ["a.gz", "a.pdf.gz", "a.zip.gz", "a.parquet.zst", "a", "gz", ".gz", "a.warc.7z"]
)
def test_noop_kinds_that_nothing_reads(name):
    assert kinds.kind_of(name) is None


# --- JSON


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("format", [".jsonl", ".ndjson", ".json"])
def test_json_lines(tmp_path, format, suffix):
    events = read(tmp_path, f"d{format}{suffix}", PACK[suffix](lines()))
    assert [(e.place, e.name, e.record.url, e.record.date) for e in events] == [
        (i, row["id"], row["url"], "2024-05-06") for i, row in enumerate(ROWS, start=1)
    ]
    assert texts(events) == [row["text"] for row in ROWS]


@pytest.mark.parametrize("indent", [None, 2])
def test_json_that_is_one_array_or_one_object(tmp_path, indent):
    assert texts(read(tmp_path, "a.json", json.dumps(ROWS, indent=indent).encode())) == [
        r["text"] for r in ROWS
    ]
    assert texts(read(tmp_path, "o.json", json.dumps(ROWS[0], indent=indent).encode())) == [ROWS[0]["text"]]
    several = "\n".join(json.dumps(row, indent=indent) for row in ROWS).encode()
    assert texts(read(tmp_path, "s.json", several)) == [r["text"] for r in ROWS]


def test_json_in_small_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(json_rows, "_CHUNK", 7)
    rows = [{"text": "é" * n} for n in range(1, 30)]
    assert len(found(read(tmp_path, "a.json", json.dumps(rows, ensure_ascii=False).encode()))) == 29
    assert len(found(read(tmp_path, "a.jsonl", lines(rows)))) == 29


def test_a_bad_line_is_one_entry_and_the_others_go_on(tmp_path):
    data = (
        b'{"text": "one"}\n{"text": "tw\n\n[]\n{"text": "\xff"}\n{"text": "six", "n": NaN}\n{"nothing": 1}\n'
    )
    events = read(tmp_path, "d.jsonl", data)
    assert texts(events) == ["one", "six"]
    assert [(e.place, e.why) for e in lost(events)] == [
        (2, "is no valid JSON"),
        (4, "has no text: no field text or content or raw_content or plain_text or page_content or maintext or body or article"),
        (5, "is not UTF-8"),
        (7, "has no text: no field text or content or raw_content or plain_text or page_content or maintext or body or article"),
    ]  # fmt: skip


def test_rows_without_text_are_told_once_where_none_has_any(tmp_path):
    (event,) = read(tmp_path, "d.jsonl", lines([{"caption": "x", "n": 1}] * 50))
    assert (event.place, event.skipped) == (0, True)
    assert "any of its 50 records" in event.why
    assert "caption, n" in event.why
    assert "--field" in event.remedy


def test_a_row_deeper_than_anyone_nests(tmp_path):
    events = read(tmp_path, "d.jsonl", b'{"text": "a"}\n' + b"[" * 100_000 + b"\n" + b'{"text": "b"}\n')
    assert texts(events) == ["a", "b"]
    events = read(tmp_path, "d.json", b"[" * 100_000)
    assert [e.place for e in lost(events)] == [0]


def test_an_array_that_breaks_off(tmp_path):
    data = json.dumps(ROWS).encode()
    events = read(tmp_path, "a.json", data[: len(data) // 2])
    assert 15 <= len(found(events)) <= 20
    assert [e.place for e in lost(events)] == [0]


def test_a_line_above_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(json_rows, "LARGEST_RECORD", 1000)
    events = read(tmp_path, "d.jsonl", lines([{"text": "a"}, {"text": "b" * 2000}, {"text": "c"}]))
    assert texts(events) == ["a", "c"]
    assert [e.place for e in lost(events)] == [2]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"  "])
def test_noop_empty_json(tmp_path, data):
    assert read(tmp_path, "d.jsonl", data) == []
    assert read(tmp_path, "d.json", data) == []


# --- fields


@pytest.mark.parametrize(
    ("row", "text", "suffix"),
    [
        ({"text": "a", "content": "b"}, "a", ".txt"),
        ({"text": " ", "content": "b"}, "b", ".txt"),
        ({"raw_content": "c", "html": "<p>d"}, "c", ".txt"),
        ({"text": None, "html": "<p>d"}, "<p>d", ".html"),
        ({"text": "<!DOCTYPE html><p>e"}, "<!DOCTYPE html><p>e", ".html"),
        ({"text": "<p>no page, but text about markup"}, "<p>no page, but text about markup", ".txt"),
        ({"text": ""}, "", ".txt"),
        ({"text": None}, "", ".txt"),
    ],
)
def test_which_field_is_the_text(tmp_path, row, text, suffix):
    (event,) = read(tmp_path, "d.jsonl", lines([row]))
    assert (event.record.data.decode(), event.record.suffix) == (text, suffix)


def test_fields_can_be_named_or_switched_off(tmp_path):
    row = {
        "text": "extracted",
        "html": "<p>page",
        "body": {"plain": "deep"},
        "key": 7,
        "url": "https://a.example/",
    }
    data = lines([row])
    assert texts(read(tmp_path, "d.jsonl", data, Fields(text=""))) == ["<p>page"]
    (event,) = read(tmp_path, "d.jsonl", data, Fields(text="body.plain", id="key", url=""))
    assert (event.record.data, event.name, event.record.url) == (b"deep", "7", None)


@pytest.mark.parametrize(
    "row",
    [
        {"metadata": {"url": "https://a.example/1", "date": "2024-05-06"}},
        {"meta": json.dumps({"url": "https://a.example/1", "timestamp": "2024-05-06"})},
        {"warc_headers": {"warc-target-uri": "https://a.example/1", "warc-date": "2024-05-06"}},
        {"source_url": "<https://a.example/1>", "created": "2024-05-06"},
        {"url": "not an address", "link": "https://a.example/1", "date": 3, "timestamp": "2024-05-06"},
    ],
)
def test_where_corpora_keep_address_and_date(tmp_path, row):
    (event,) = read(tmp_path, "d.jsonl", lines([{"text": "x", **row}]))
    assert (event.record.url, event.record.date) == ("https://a.example/1", "2024-05-06")


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "//a.example", "https://", "https://a b", "https://a/\ud800", 7, None]
)
def test_noop_addresses_that_are_none(tmp_path, url):
    (event,) = read(tmp_path, "d.jsonl", lines([{"text": "x", "url": url}]))
    assert event.record.url is None


# --- Parquet


def test_parquet(tmp_path):
    events = parquet(
        tmp_path,
        {
            "content": ["a", None, "c"],
            "id": ["x", "y", "z"],
            "meta": [{"url": "https://a.example/1", "n": 1}] * 3,
            "date": [datetime(2024, 5, 6, tzinfo=UTC)] * 3,
            "unread": [b"\0" * 1000] * 3,
        },
        compression="zstd",
    )
    assert [(e.place, e.name, e.record.data) for e in events] == [
        (1, "x", b"a"),
        (2, "y", b""),
        (3, "z", b"c"),
    ]
    assert {e.record.url for e in events[::2]} == {"https://a.example/1"}
    assert {e.record.date for e in events[::2]} == {"2024-05-06T00:00:00+00:00"}


def test_parquet_with_pages_as_bytes(tmp_path):
    page = "<html><meta charset=windows-1251><p>Причал</html>".encode("cp1251")
    (event,) = parquet(tmp_path, {"html": [page]})
    assert "Причал" in read_record(event.record, id="x").text


def test_parquet_without_text_or_cut_off(tmp_path):
    (event,) = parquet(tmp_path, {"n": [1, 2]})
    assert event.skipped
    parquet(tmp_path, {"text": [noise(100) for _ in range(1000)]}, name="w.parquet")
    whole = (tmp_path / "w.parquet").read_bytes()
    assert [e.place for e in read(tmp_path, "c.parquet", whole[:-9])] == [0]
    broken = whole[:2000] + b"\xff" * 500 + whole[2500:]
    assert lost(read(tmp_path, "b.parquet", broken))[-1].place == 0


# --- compression


@pytest.mark.parametrize("suffix", [s for s in PACK if s])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_compressed_file_that_is_cut_off(tmp_path, suffix, share):
    rows = [{"text": noise(2000)} for _ in range(600)]
    frames = [PACK[suffix](lines(rows[at : at + 30])) for at in range(0, 600, 30)]
    whole, size = b"".join(frames), int(sum(map(len, frames)) * share) or 5
    if size in set(accumulate(map(len, frames))):
        size += 1  # between two frames nothing is cut
    events = read(tmp_path, f"d.jsonl{suffix}", whole[:size])
    assert texts(events) == [row["text"] for row in rows[: len(found(events))]]
    assert len(found(events)) % 30 == 0
    assert len(found(events)) >= 600 * share - 31
    assert [(e.place, e.why.split(":")[0]) for e in lost(events)] == [(0, "is cut off")]


@pytest.mark.parametrize("suffix", [s for s in PACK if s])
def test_a_compressed_file_with_a_fault_in_the_middle(tmp_path, suffix):
    rows = [{"text": noise(2000)} for _ in range(900)]
    data = bytearray(PACK[suffix](lines(rows)))
    middle = len(data) // 2
    data[middle : middle + 50] = bytes(50)
    events = read(tmp_path, f"d.jsonl{suffix}", bytes(data))
    assert lost(events)[-1].place == 0
    assert len(found(events)) < 900


@pytest.mark.parametrize("suffix", [s for s in PACK if s])
def test_several_streams_in_one_file(tmp_path, suffix):
    pack = PACK[suffix]
    assert len(found(read(tmp_path, f"d.jsonl{suffix}", pack(lines()) + pack(b"") + pack(lines())))) == 78


@pytest.mark.parametrize("suffix", [s for s in PACK if s])
def test_what_is_not_what_its_name_says(tmp_path, suffix):
    (event,) = read(tmp_path, f"d.jsonl{suffix}", b'{"text": "plain"}\n')
    assert event.place == 0
    (event,) = lost(read(tmp_path, f"e.jsonl{suffix}", PACK[suffix](lines()) + b"trailing garbage"))
    assert event.place == 0


@pytest.mark.parametrize("suffix", [s for s in PACK if s])
def test_a_bomb_is_stopped_and_what_came_before_is_kept(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(limits, "RATIO_FLOOR", 1 << 20)
    data = PACK[suffix](lines()) + PACK[suffix](b" " * (300 << 20))
    events = read(tmp_path, f"d.jsonl{suffix}", data)
    assert len(found(events)) == len(ROWS)
    assert "bomb" in lost(events)[-1].why


def test_a_container_above_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LARGEST_CONTAINER", 50_000)
    events = read(tmp_path, "d.jsonl.gz", gzip.compress(lines([{"text": noise(500)} for _ in range(500)])))
    assert lost(events)[-1].place == 0
    assert "more than" in lost(events)[-1].why


def test_a_window_that_takes_too_much_memory(tmp_path):
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    data = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    (event,) = read(tmp_path, "d.jsonl.zst", data.compress(lines()) + data.flush())
    assert "--long" in event.remedy


@pytest.mark.parametrize("suffix", [s for s in PACK if s])
def test_a_document_in_a_compressed_file(tmp_path, suffix):
    path = tmp_path / f"notes.md{suffix}"
    path.write_bytes(PACK[suffix]("Ebb and flow é\n".encode()))
    document = read_path(path)
    assert (document.text, document.source.media_type) == ("Ebb and flow é\n", "text/markdown")
    path.write_bytes(PACK[suffix](noise(5000).encode())[:-20])
    with pytest.raises(UnreadableFile, match="is cut off"):
        read_path(path)


# --- WARC


@pytest.mark.parametrize("suffix", [".warc", ".warc.gz", ".warc.zst"])
def test_warc(tmp_path, suffix):
    pack = PACK[suffix.removeprefix(".warc")]
    data = b"".join(
        pack(record)
        for record in (
            warc(0, b"software: x\r\n", "warcinfo"),
            warc(1, b"GET / HTTP/1.1\r\n\r\n", "request"),
            warc(2, page(2)),
            warc(3, page(3, "Content-Type: text/plain; charset=utf-8", body=b"Plain words")),
            warc(4, page(4, "Content-Type: image/png", body=b"\x89PNG")),
            warc(5, b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<html>no"),
            warc(6, "Extracted text é".encode(), "conversion", Content_Type="text/plain"),
            warc(7, b"<html>kept as it was", "resource", Content_Type="text/html"),
            warc(
                8, page(8, "Content-Type: application/octet-stream"), WARC_Identified_Payload_Type="text/html"
            ),
        )
    )
    events = read(tmp_path, f"c{suffix}", data)
    assert [(e.place, e.name, e.record.suffix) for e in found(events)] == [
        (3, "0000-2", ".html"), (4, "0000-3", ".txt"), (7, "0000-6", ".txt"), (8, "0000-7", ".html"),
        (9, "0000-8", ".html"),
    ]  # fmt: skip
    assert found(events)[0].record.url == "http://harbour.example/2"
    assert found(events)[0].record.date == "2024-01-02T03:04:05+00:00"
    assert [e.kind for e in events if isinstance(e, Ignored)] == ["image/png", "HTTP 404"]
    assert lost(events) == []


def test_wet(tmp_path):
    data = gzip.compress(warc(1, "Низкая вода".encode(), "conversion", Content_Type="text/plain"))
    (event,) = read(tmp_path, "c.warc.wet.gz", data)
    assert read_record(event.record, id="x").text == "Низкая вода"


def test_the_charset_of_http_goes_before_the_one_of_the_page(tmp_path):
    body = "<html><meta charset=iso-8859-1><p>Маяк на скале</html>".encode("cp1251")
    (event,) = read(
        tmp_path, "c.warc", warc(1, page(1, "Content-Type: text/html; charset=windows-1251", body=body))
    )
    document = read_record(event.record, id="x")
    assert "Маяк на скале" in document.text
    assert markup_of(event.record.data, document.source) == document.markup
    assert document.source.url == "http://harbour.example/1"


@pytest.mark.parametrize("back", range(1, 280, 13))
def test_a_warc_that_is_cut_off(tmp_path, back):
    whole = b"".join(warc(i, page(i)) for i in range(1, 5))
    cut = whole.rstrip()[:-back]
    events = read(tmp_path, "c.warc", cut)
    assert [e.name for e in found(events)] == [f"0000-{i}" for i in range(1, 4)]
    assert [e.place for e in lost(events)] == [0]


def test_rubbish_between_records(tmp_path):
    data = warc(1, page(1)) + b"rubbish\r\nmore\r\n" + warc(2, page(2)) + warc(3, b"", Content_Length="x")[:60] + b"\r\n\r\n" + warc(4, page(4))  # fmt: skip
    events = read(tmp_path, "c.warc", data)
    assert [e.name for e in found(events)] == ["0000-1", "0000-2", "0000-4"]
    assert len(lost(events)) == 2


def test_what_is_no_warc(tmp_path):
    events = read(tmp_path, "c.warc", b"just words\n" * 100)
    assert found(events) == []
    assert lost(events) != []


def chunked(data, size=7):
    parts = [data[i : i + size] for i in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Transfer-Encoding: chunked"], chunked(b"<html>tide</html>")),
        (["Transfer-Encoding: chunked"], b"<html>tide</html>"),
        (["Content-Encoding: gzip"], gzip.compress(b"<html>tide</html>", mtime=0)),
        (["Content-Encoding: gzip"], b"<html>tide</html>"),
        (["Content-Encoding: deflate"], zlib.compress(b"<html>tide</html>")),
        (["Content-Encoding: br"], b"<html>tide</html>"),
        (
            ["Content-Encoding: gzip", "Transfer-Encoding: chunked"],
            chunked(gzip.compress(b"<html>tide</html>", mtime=0)),
        ),
    ],
    ids=range(7),
)
def test_bodies_as_they_were_meant(headers, body):
    assert read_response(page(1, *headers, body=body)).body == b"<html>tide</html>"


def test_bodies_that_cannot_be_decoded(tmp_path):
    data = warc(1, page(1, "Content-Encoding: br", body=b"\x8b\x00")) + warc(2, page(2))
    events = read(tmp_path, "c.warc", data)
    assert [(e.place, e.name) for e in lost(events)] == [(1, "0000-1")]
    assert len(found(events)) == 1


# --- archives


MEMBERS = [
    ("a/notes.txt", b"Ebb"),
    ("a/page.html", b"<html>Flow"),
    ("b.pdf", b"%PDF"),
    (".hidden/x.txt", b"x"),
]


@pytest.mark.parametrize("name", ["z.zip", "t.tar", "t.tgz", "t.tar.zst", "t.tar.bz2", "t.tar.xz"])
def test_archives(tmp_path, name):
    data = zipped(MEMBERS) if name.endswith("zip") else tar(MEMBERS)
    suffix = ".gz" if name.endswith("tgz") else name.partition(".tar")[2]
    events = read(tmp_path, name, PACK[suffix](data))
    assert [(e.place, e.name, e.record.suffix) for e in found(events)] == [
        (1, "a/notes.txt", ".txt"), (2, "a/page.html", ".html"),
    ]  # fmt: skip
    assert [e.kind for e in events if isinstance(e, Ignored)] == [".pdf"]
    assert lost(events) == []


@pytest.mark.parametrize("make", [zipped, tar])
def test_containers_in_archives_one_level_deep(tmp_path, make):
    members = [
        ("d/r.jsonl.gz", gzip.compress(lines(ROWS[:2]))),
        ("d/cut.jsonl.gz", gzip.compress(lines(ROWS))[:-30]),
        ("p.html.gz", gzip.compress(b"<html>deep")),
        ("w.warc", warc(1, page(1))),
        ("inner.tar", tar(MEMBERS)),
        ("i.zip", zipped(MEMBERS)),
        ("last.txt", b"end"),
    ]
    events = read(tmp_path, "o.zip" if make is zipped else "o.tar", make(members))
    assert [(e.within, e.name) for e in found(events) if "cut" not in e.within] == [
        ("d/r.jsonl.gz", "n/1"), ("d/r.jsonl.gz", "n/2"), ("p.html.gz", "p.html"), ("w.warc", "0000-1"),
        ("", "last.txt"),
    ]  # fmt: skip
    assert [(e.within or e.name, e.skipped) for e in lost(events)] == [
        ("d/cut.jsonl.gz", False), ("inner.tar", True), ("i.zip", True),
    ]  # fmt: skip


def test_links_and_devices_in_archives_are_told_and_not_followed(tmp_path):
    kinds_of = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    members = []
    for number, kind in enumerate(kinds_of):
        info = tarfile.TarInfo(f"{number}.txt")
        info.type, info.linkname = kind, "/etc/hostname"
        members.append((info, b""))
    events = read(tmp_path, "t.tar", tar([*members, ("x.txt", b"x")]))
    assert [(e.name, e.skipped) for e in lost(events)] == [(f"{n}.txt", True) for n in range(5)]
    assert len(found(events)) == 1
    link = zipfile.ZipInfo("l.txt")
    link.external_attr = 0o120777 << 16
    (event,) = read(tmp_path, "z.zip", zipped([(link, "/etc/hostname")]))
    assert (event.name, event.skipped) == ("l.txt", True)


@pytest.mark.parametrize("at", [300, 600, 1100, 1536, 2500, 10_000])
def test_a_tar_that_is_cut_off(tmp_path, at):
    members = [(f"{i}.txt", f"{i}".encode() * 500) for i in range(10)]
    events = read(tmp_path, "t.tar", tar(members)[:at])
    assert texts(events) == [data.decode() for _, data in members[: len(found(events))]]
    assert len(found(events)) == at // 1024 if at < 10_000 else len(found(events)) > 5
    assert [e.place for e in lost(events)] == [0]


def test_a_tar_with_a_header_of_gigabytes(tmp_path):
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 8 << 30
    events = read(
        tmp_path, "t.tar", tar([("a.txt", b"a")])[:1024] + info.tobuf(tarfile.GNU_FORMAT) + bytes(4096)
    )
    assert texts(events) == ["a"]
    assert lost(events)[-1].place == 0


def test_zip_members_that_cannot_be_had(tmp_path):
    data = bytearray(
        zipped([("a.txt", b"Ebb" * 100), ("b.txt", b"Flow" * 100), ("c.txt", b"Tide")], zipfile.ZIP_STORED)
    )
    at = data.index(b"Ebb")
    data[at : at + 3] = b"EBB"  # its checksum is wrong now
    central = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[central + 8] |= 1  # the second says that it is encrypted
    events = read(tmp_path, "z.zip", bytes(data))
    assert texts(events) == ["Tide"]
    assert [(e.name, e.why.split(":")[0]) for e in lost(events)] == [
        ("a.txt", "is damaged"),
        ("b.txt", "is encrypted"),
    ]


def test_a_zip_that_is_cut_off_or_none(tmp_path):
    for data in (zipped(MEMBERS)[:-30], b"no zip", b""):
        assert [e.place for e in read(tmp_path, "z.zip", data)] == [0]


def test_a_zip_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "RATIO_FLOOR", 1 << 20)
    members = [("a.txt", b"kept"), *((f"{i}.txt", bytes(4 << 20)) for i in range(20))]
    events = read(tmp_path, "z.zip", zipped(members))
    assert texts(events)[0] == "kept"
    assert len(found(events)) < 10
    assert "bomb" in lost(events)[-1].why


def test_a_member_above_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("scrubber.reading.containers.compression.LARGEST_RECORD", 1000)
    for name, make in (("z.zip", zipped), ("t.tar", tar)):
        events = read(tmp_path, name, make([("a.txt", b"x" * 2000), ("b.txt", b"y")]))
        assert texts(events) == ["y"]
        assert [(e.name, e.why) for e in lost(events)] == [("a.txt", "is larger than 64 MB")]


# --- names


ANY = st.text(st.characters() | st.sampled_from("/\\.%!~ :\0\x1f\x85\ud800\udce9éÉ"), max_size=60)
HOSTILE = st.one_of(
    ANY,
    st.lists(st.sampled_from(["..", ".", "", "a", "A", "%2F", "con", "é" * 150]), max_size=9).map("/".join),
)


@given(HOSTILE)
def test_names_stay_inside(name):
    safe = safe_name(name)
    path = PurePosixPath(safe)
    assert not path.is_absolute()
    assert len(safe.encode()) <= LONGEST_NAME
    for part in safe.split("/"):
        assert part
        assert not part.startswith(".")
        assert part[-1] not in ". !"
        assert len(part.encode()) <= LONGEST_SEGMENT
        assert not any(unicodedata.category(c) in ("Cc", "Cs") or c in '\\<>:"|?*' for c in part)


@given(HOSTILE, HOSTILE)
def test_different_names_stay_different(one, other):
    # Bytes that are not UTF-8 are written like the files of a tree: the namer keeps those apart.
    if one != other and not any("\udc80" <= c <= "\udcff" for c in one + other):
        assert safe_name(one) != safe_name(other)


@given(st.lists(st.tuples(st.none() | HOSTILE | st.sampled_from(["000001", "000002", "a", "A", "a/b", "a.txt"]), st.sampled_from(["", "in.tar"])), max_size=30))  # fmt: skip
def test_names_never_collide_within_a_container(named):
    from scrubber.writing.files import collisions

    namer = Namer()
    names = [namer.name(place, name, within) for place, (name, within) in enumerate(named, start=1)]
    assert len(set(names)) == len(names)
    assert collisions(names) == {}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("news/page.html", "news/page.html"),
        ("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"),
        ("/etc/passwd", "%2F/etc/passwd"),
        ("a//b", "a/%2F/b"),
        ("a\\b", "a%5Cb"),
        ("50%", "50%"),
        ("a%20b", "a%2520b"),
        ("line\nend", "line%0Aend"),
        ("https://a.example/?q=1", "https%3A/%2F/a.example/%3Fq=1"),
        ("caf\udce9.txt", "caf%E9.txt"),
        ("x!", "x%21"),
    ],
)
def test_names_by_example(name, safe):
    assert safe_name(name) == safe


def test_places_where_a_name_is_missing_or_taken():
    namer = Namer()
    named = [None, "a", "A", "000004", None, "b/c", "b.txt", "b"]
    assert [namer.name(i, name) for i, name in enumerate(named, start=1)] == [
        "000001", "a", "000003", "000004", "000005", "b/c", "b.txt", "000008",
    ]  # fmt: skip
    assert namer.name(4, None) == "000004~2"


# --- records as documents


def test_text_that_was_text_is_taken_as_it_stands(tmp_path):
    strange = ["PK\x03\x04 is how archives begin", "a\0b\0c\0", "\ufeffmark", "half \ud83d"]
    events = read(tmp_path, "d.jsonl", lines([{"text": text} for text in strange]))
    documents = [read_record(event.record, id="x") for event in events]
    assert [document.text for document in documents] == strange
    html = read(tmp_path, "h.jsonl", lines([{"html": "<html><meta charset=cp1251><p>Гавань</html>"}]))
    assert read_record(html[0].record, id="x").text == "Гавань"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"title": "Low  water", "author": "By Ilse Varn", "language": "en_gb"}, ("Low water", "Ilse Varn", "en-GB")),
        ({"metadata": {"title": "Low water", "authors": ["A. Quay", "B. Mole"], "lang": "de"}}, ("Low water", "A. Quay; B. Mole", "de")),
        ({"title": "https://a.example/1", "author": "admin", "language": "text"}, (None, None, None)),
        ({"title": ["Low water"], "author": [3], "language": None}, (None, None, None)),
    ],
)  # fmt: skip
def test_a_row_says_title_author_and_language(tmp_path, row, said):
    (event,) = read(tmp_path, "a.jsonl", lines([{"text": "x", **row}]))
    known = read_record(event.record, id="x").metadata
    assert tuple(one and one.value for one in (known.title, known.author, known.language)) == said
    assert {one.where for one in (known.title, known.author, known.language) if one} <= {"row"}


def test_what_the_page_says_goes_before_what_its_row_says(tmp_path):
    html = "<html lang=fr><title>Mortes-eaux</title><p>x</html>"
    (event,) = read(tmp_path, "a.jsonl", lines([{"html": html, "title": "Low water", "language": "en"}]))
    known = read_record(event.record, id="x").metadata
    assert (known.title.value, known.language.value) == ("Mortes-eaux", "fr")


def test_the_date_of_the_page_goes_before_the_one_of_the_record(tmp_path):
    stated = '<html><meta property="article:published_time" content="2020-02-02"><p>x</html>'
    events = read(
        tmp_path,
        "d.jsonl",
        lines([{"html": stated, "date": "2024-05-06"}, {"text": "x", "date": "2024-05-06"}]),
    )
    dates = [read_record(event.record, id="x").metadata.date for event in events]
    assert [(date.value, date.where) for date in dates] == [
        ("2020-02-02", "opengraph"),
        ("2024-05-06", "record"),
    ]
    assert read_record(events[1].record, id="x", metadata=False).metadata.date is None


@pytest.mark.parametrize(
    "text", ["<html>", "<!doctype HTML>", "\ufeff <?xml version='1.0'?>\n<!-- c --> <html lang=x>"]
)
def test_what_looks_like_a_page(text):
    assert looks_like_page(text)
    assert looks_like_page(text.encode())
    assert not looks_like_page("about <html>")


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "windows-1251", "big5", "nonsense", "utf-7"]))
def test_a_page_is_decoded_again_as_it_was(data, charset):
    if decode_html(data, charset).text.strip():
        try:
            document = read_html(data, id="x", charset=charset)
        except UnreadableFile:
            return
        assert markup_of(data, document.source) == document.markup


# --- anything at all


@given(st.sampled_from([f"x{f}" for f in (".jsonl", ".json", ".warc", ".wet", ".tar", ".zip", ".parquet", ".jsonl.gz", ".warc.zst", ".tar.xz", ".json.bz2")]), st.binary(max_size=2000))  # fmt: skip
def test_any_bytes_give_records_or_a_word(tmp_path_factory, name, data):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    for event in read(folder, name, data):
        assert isinstance(event, Found | Lost | Ignored)
