"""What comes from elsewhere: documents, containers, compressed files, and what people write."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from killing.dumps import Made, documents, response

from fuzzing.targets import Attempt, Target
from scrubber import configuring
from scrubber.config import Fields
from scrubber.configuring import ConfigError
from scrubber.edits import revert
from scrubber.pipeline import scrub
from scrubber.reading import ReadingError, read_bytes, read_path, read_record
from scrubber.reading.containers.opening import read_container
from scrubber.reading.containers.records import Found, Lost
from scrubber.reading.decoding import encode
from scrubber.running import unpacking
from scrubber.templates import TemplateIndex

_PROSE = (
    "Der Brückenwärter öffnete früh. «Ça va?» – “yes”, he said…\r\n",
    "橋は朝に開いた。市長は驚いた。\n\n次の日、雨が降った。\n",
    "Мост открыли утром; мэр удивился.\n\n• Главная\n",
)
_CODECS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp1252",
    "shift_jis",
    "euc_jp",
    "cp1251",
    "koi8_r",
    "gb18030",
    "big5",
)
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Locks &amp; keys | Gazette</title>
<meta property="article:published_time" content="2024-03-01T10:00:00Z"><link rel="canonical" href="/locks">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Locks", "author": [{"name": "A. Smith"}],
"datePublished": "2024-03-01"}</script></head><body><nav><ul><li><a href="/">Home</a><li><a href="#">News</a></ul>
</nav><article><h1>Locks &amp; keys</h1><p>The lock <b>opened</b> at dawn&nbsp;and nobody came.<br>Later &#8211; rain.
<table><tr><td>1<td>2<tr><td colspan=2>3</table><pre>a  b\n c</pre><img alt="A lock"><!-- hidden --></article>
<footer>&copy; 2024</footer></body></html>"""


def targets() -> Iterator[Target]:
    """The readers of `scrubber.reading`, and of the files of settings."""
    texts = [prose.encode(codec) for codec in _CODECS for prose in _PROSE if _fits(prose, codec)]
    made = list(documents(12))
    pages = [one.text.encode() for one in made if one.is_page] + [_PAGE.encode(), _PAGE.encode("utf-16")]
    yield Target("text", texts, _document(".txt"))
    yield Target("markdown", [*texts, b"# Locks\n\n- one\n- [two](x)\n\n> said\n"], _document(".md"))
    yield Target("HTML", pages, _document(".html"))
    yield from _containers(made)
    yield Target("configuration", [_CONFIGURATION], _read_configuration)
    yield Target("overrides", [_OVERRIDES], _read_overrides)


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _document(suffix: str) -> Attempt:
    def attempt(data: bytes, _: Path) -> bool:
        try:
            document = read_bytes(data, id=f"x{suffix}", suffix=suffix, url="https://lock.example/a")
        except ReadingError:
            return False
        if not document.is_html:
            again = encode(document.text, document.source)
            assert hashlib.sha256(again).hexdigest() == document.digest, "its bytes do not come back"
        clean = scrub(document, TemplateIndex({}))
        assert revert(clean.text, clean.ledger) == document.text, "its text does not come back"
        return True

    return attempt


def _containers(made: list[Made]) -> Iterator[Target]:
    import zstandard

    texts = [one for one in made if not one.is_page]
    rows = [{"id": one.name, "text": one.text, "url": one.url, "date": "2024-05-06"} for one in texts[:4]]
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    records = [response(number, one) for number, one in enumerate(made[:5])]
    wet = b"".join(one.replace(b"Type: response", b"Type: conversion") for one in records)
    members = [(one.name, one.text.encode()) for one in made[:4]] + [
        ("in/rows.jsonl.gz", gzip.compress(lines))
    ]
    single = texts[0].text.encode()
    seeds = {
        ".jsonl": lines,
        ".json": json.dumps(rows, indent=1).encode(),
        ".parquet": _parquet(rows),
        ".warc": b"".join(records),
        ".warc.gz": b"".join(gzip.compress(one, mtime=0) for one in records),
        ".wet": wet,
        ".zip": _zip(members, zipfile.ZIP_DEFLATED),
        ".zip (LZMA)": _zip(members, zipfile.ZIP_LZMA),
        ".zip (bzip2)": _zip(members, zipfile.ZIP_BZIP2),
        ".tar": _tar(members),
        ".tar.gz": gzip.compress(_tar(members), mtime=0),
        ".tar.zst": zstandard.compress(_tar(members)),
        ".jsonl.gz": gzip.compress(lines, mtime=0),
        ".jsonl.zst": zstandard.compress(lines),
        ".jsonl.bz2": bz2.compress(lines),
        ".jsonl.xz": lzma.compress(lines),
    }
    for suffix, seed in seeds.items():
        yield Target(suffix, [seed], _container(suffix.partition(" ")[0]))
    packed = {
        ".txt.gz": gzip.compress(single, mtime=0),
        ".md.bz2": bz2.compress(single),
        ".txt.xz": lzma.compress(single),
        ".html.zst": zstandard.compress(_PAGE.encode()),
    }
    for suffix, seed in packed.items():
        yield Target(suffix, [seed], _packed(suffix))


def _parquet(rows: list[dict[str, str]]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: [row[name] for row in rows] * 5 for name in rows[0]}
    columns["meta"] = [{"url": "https://a.example/", "n": 1}] * (5 * len(rows))
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out, row_group_size=7)
    return out.getvalue()


def _zip(members: list[tuple[str, bytes]], method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def _tar(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _packed(suffix: str) -> Attempt:
    def attempt(data: bytes, folder: Path) -> bool:
        path = folder / f"x{suffix}"
        path.write_bytes(data)
        try:
            read_path(path)
        except ReadingError:
            return False
        return True

    return attempt


def _container(suffix: str) -> Attempt:
    def attempt(data: bytes, folder: Path) -> bool:
        path = folder / f"x{suffix}"
        path.write_bytes(data)
        store = folder / "store"
        store.mkdir()
        unpacked = unpacking.unpack(path, path.name, Fields(), store, keep=True)
        faults = [why for _, why in unpacked.damaged if "fault of scrubber" in why]
        if faults:
            _show_the_fault(path)
        assert not faults, faults
        left = sorted(one.suffix for one in store.iterdir())
        assert left == [".listing", ".records"], f"{left} is left"
        assert unpacking.unpack(path, path.name, Fields(), store, keep=True) == unpacked
        assert sorted(one.name for one in folder.iterdir()) == ["store", path.name], "written outside"
        for name, place in unpacking.records(unpacked):
            record = unpacking.take(place)
            try:
                read_record(record, id=name)
            except ReadingError:
                continue
        shutil.rmtree(store)
        path.unlink()
        return not unpacked.damaged

    return attempt


def _show_the_fault(path: Path) -> None:
    """Read it once more, for the traceback that `unpack` keeps to itself."""
    for event in read_container(path):
        assert isinstance(event, Found | Lost) or event.kind is not None


_CONFIGURATION = b"""[tool.scrubber]
clean = "corpus/clean"

[tool.scrubber.templates]
num_bands = 16
shingle_size = 5

[tool.scrubber.chrome]
threshold = 0.5
bylines = "keep"

[tool.scrubber.input]
text = "body"
include = ["*.jsonl", "!old/"]
"""
_OVERRIDES = b"""0123456789abcdef = "keep"
fedcba9876543210 = { verdict = "drop", reason = "a banner" }
"""


def _read_configuration(data: bytes, folder: Path) -> bool:
    path = folder / "pyproject.toml"
    path.write_bytes(data)
    try:
        configuring.load(path)
        configuring.load_places(path)
        configuring.load_intake(path)
    except ConfigError:
        return False
    return True


def _read_overrides(data: bytes, folder: Path) -> bool:
    path = folder / "templates.overrides.toml"
    path.write_bytes(data)
    try:
        configuring.load_overrides(path)
    except ConfigError:
        return False
    return True
