"""Text files: the decoded text as it stands, and what gives the raw bytes again."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from scrubber.documents import RawDocument, Source
from scrubber.front_matter import add_front_matter, read_front_matter
from scrubber.reading.charset import codec_of
from scrubber.reading.decoding import decode
from scrubber.reading.markdown import is_markdown


def read_plain(
    data: bytes, *, id: str, url: str | None = None, metadata: bool = True, charset: str | None = None
) -> RawDocument:
    """A document from a text file. Any bytes will do: see `scrubber.reading.decoding`.

    One that is plainly Markdown is read as Markdown (`scrubber.reading.markdown`). It states no
    metadata but those of front matter: what can be inferred is, once the chrome is known.
    """
    return described(_read(data, id, url, "text/plain", charset), metadata=metadata)


def read_markdown(
    data: bytes, *, id: str, url: str | None = None, metadata: bool = True, charset: str | None = None
) -> RawDocument:
    """A document from a Markdown file, with the metadata of its front matter."""
    return described(_read(data, id, url, "text/markdown", charset), metadata=metadata)


def described(document: RawDocument, *, metadata: bool = True) -> RawDocument:
    """A text document with what it says of itself: that it is Markdown, its address, and its metadata.

    The address that a container gave is surer than that of front matter.
    """
    source = document.source
    if source.media_type == "text/plain" and is_markdown(document.text):
        source = replace(source, media_type="text/markdown")
    head = read_front_matter(document.text)
    if head is not None and head.is_telling:
        source = replace(source, url=source.url or head.url)
        if metadata:
            known = add_front_matter(document.text, document.metadata)
            return replace(document, source=source, metadata=known)
    return document if source is document.source else replace(document, source=source)


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
