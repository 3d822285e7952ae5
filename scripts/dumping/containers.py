"""Where documents go: a tree of files, JSON lines, or WARC files."""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SHARD = 5000
"""Documents of one JSON-lines or WARC file."""
_GZIP_LEVEL = 6
LABELS = "labels.jsonl"
"""Of planted dumps: the file of their gold."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it is written."""

    name: str
    """Its path in a tree, without a suffix; its id elsewhere."""
    text: str
    """Plain text or HTML."""
    gold: str
    url: str
    """Empty where it is not to be known."""
    date: str
    """``2024-01-31``."""


def write_tree(folder: Path, documents: Iterable[Document], suffix: str) -> Iterator[Document]:
    """A file for each document; passes the documents on."""
    for document in documents:
        _put(folder / f"{document.name}{suffix}", document.text)
        yield document


def write_gold(folder: Path, documents: Iterable[Document]) -> Iterator[Document]:
    """The main text of each document, as `score.py` reads it; passes the documents on."""
    for document in documents:
        _put(folder / f"{document.name}.txt", document.gold)
        yield document


def write_labels(folder: Path, documents: Iterable[Document]) -> Iterator[Document]:
    """What every line of each document is, a JSON object with its name a line; passes the documents on."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LABELS).open("w", encoding="utf-8", newline="\n") as handle:
        for document in documents:
            handle.write(f'{{"name": {json.dumps(document.name)}, {document.gold[1:]}\n')
            yield document


def _put(path: Path, text: str) -> None:
    try:
        handle = path.open("w", encoding="utf-8", newline="\n")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w", encoding="utf-8", newline="\n")
    with handle:
        handle.write(text)


def write_jsonl(folder: Path, documents: Iterable[Document]) -> Iterator[Document]:
    """JSON lines with ``id``, ``text``, and where known ``url`` and ``date``; passes the documents on."""

    def line(document: Document) -> bytes:
        record = {"id": document.name, "text": document.text}
        if document.url:
            record |= {"url": document.url, "date": document.date}
        return json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n"

    return _sharded(folder, documents, "part-{:05d}.jsonl", line)


def write_warc(folder: Path, documents: Iterable[Document]) -> Iterator[Document]:
    """WARC 1.1 (ISO 28500:2017) responses, a gzip member each; passes the documents on."""
    return _sharded(folder, documents, "crawl-{:05d}.warc.gz", _response)


def _response(document: Document) -> bytes:
    body = document.text.encode()
    payload = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        + f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    identity = uuid.UUID(bytes=hashlib.sha256(document.name.encode()).digest()[:16], version=4)
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{identity}>\r\n"
        f"WARC-Date: {document.date}T08:00:00Z\r\nWARC-Target-URI: {document.url}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + payload + b"\r\n\r\n", _GZIP_LEVEL, mtime=0)


def _sharded(
    folder: Path, documents: Iterable[Document], name: str, record: Callable[[Document], bytes]
) -> Iterator[Document]:
    handle: IO[bytes] | None = None
    try:
        for number, document in enumerate(documents):
            if number % SHARD == 0:
                if handle is not None:
                    handle.close()
                folder.mkdir(parents=True, exist_ok=True)
                handle = (folder / name.format(number // SHARD)).open("wb")
            assert handle is not None
            handle.write(record(document))
            yield document
    finally:
        if handle is not None:
            handle.close()
