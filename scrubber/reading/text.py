"""Text files: the decoded text as it stands, and what gives the raw bytes again."""

from __future__ import annotations

import hashlib

from scrubber.documents import RawDocument, Source
from scrubber.reading.charset import codec_of
from scrubber.reading.decoding import decode


def read_plain(
    data: bytes, *, id: str, url: str | None = None, metadata: bool = True, charset: str | None = None
) -> RawDocument:
    """A document from a text file. Any bytes will do: see `scrubber.reading.decoding`.

    It states no metadata: what can be inferred is, once the chrome is known.
    """
    del metadata
    return _read(data, id, url, "text/plain", charset)


def read_markdown(
    data: bytes, *, id: str, url: str | None = None, metadata: bool = True, charset: str | None = None
) -> RawDocument:
    """A document from a markdown file."""
    del metadata
    return _read(data, id, url, "text/markdown", charset)


def _read(data: bytes, id: str, url: str | None, media_type: str, charset: str | None) -> RawDocument:
    decoded = decode(data, codec_of(charset or ""))
    source = Source(
        path=id,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        media_type=media_type,
        url=url,
        errors=decoded.errors,
        byte_order_mark=decoded.byte_order_mark,
        patches=decoded.patches,
    )
    return RawDocument(id, decoded.text, source)
