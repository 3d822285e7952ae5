"""HTML files: bytes -> characters -> tree -> linear text, blocks and metadata."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from scrubber.documents import Metadata, RawDocument, Source
from scrubber.reading.charset import decode_html
from scrubber.reading.failures import SkippedFile, UnreadableFile
from scrubber.segmenting import LINEARISER_VERSION, linearise

_SURROGATE = re.compile("[\ud800-\udfff]")
_EMPTIED = re.compile(r"<(script|style|title|textarea|iframe|noscript)\b([^<>]*)/>", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


def lineariser_version() -> str:
    """What decides the linear text of a page: ``scrubber 1, libxml2 2.14.6``."""
    return f"scrubber {LINEARISER_VERSION}, libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}"


def read_html(
    data: bytes | str,
    *,
    id: str,
    url: str | None = None,
    metadata: bool = True,
    charset: str | None = None,
) -> RawDocument:
    """A document from a page of HTML or XHTML.

    `data` is the page as it was stored, or its markup decoded already. Valid UTF-8 wins over
    any charset, and the `charset` that the server named over what the page declares. Without `url`, the page's canonical link or ``og:url`` is
    taken where that is an absolute http address. Without `metadata` none is read. Raises
    `SkippedFile` for white space alone, `UnreadableFile` where libxml2 finds no document, or gives
    up before its end.
    """
    if isinstance(data, str):
        markup, encoding, errors, mark = data, "utf-8", "surrogatepass", b""
        raw = data.encode(encoding, errors)
    else:
        raw = data
        decoded = decode_html(data, charset)
        markup, encoding, errors = decoded.text, decoded.encoding, decoded.errors
        mark = decoded.byte_order_mark
    if not markup.strip():
        raise SkippedFile(id, "holds white space only", "fetch it again if it should not")
    root = parse(markup, id=id)
    address = url or _own_address(root)
    text, blocks = linearise(root, address)
    source = Source(
        path=id,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        encoding=encoding,
        media_type="text/html",
        url=address,
        errors=errors,
        byte_order_mark=mark,
    )
    stated = _stated(root, address) if metadata else Metadata()
    return RawDocument(id, text, source, blocks, stated, markup)


def markup_of(data: bytes, source: Source) -> str:
    """The markup of a page as `read_html` decoded it, from its bytes and what it noted of them."""
    body = data[len(source.byte_order_mark) :]
    unit = 4 if source.encoding.startswith("utf-32") else 2 if source.encoding.startswith("utf-16") else 1
    return body[: len(body) // unit * unit].decode(source.encoding, source.errors)


def _stated(root: Any, url: str | None) -> Metadata:
    from scrubber.reading.metadata import read_metadata

    return read_metadata(root, url=url)


def parse(markup: str, *, id: str) -> Any:
    """The root element of a page. Raises `UnreadableFile`."""
    markup = markup.replace("\0", "")  # as HTML 5 drops it
    if markup.startswith("<?xml"):
        # What XML calls an empty script would swallow the rest of the page as a script.
        markup = _EMPTIED.sub(r"<\1\2></\1>", markup)
    parser = _parser()
    remedy = "open it in a browser, save it again, and put that file in its place"
    try:
        root = etree.fromstring(_encoded(markup), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableFile(id, f"no HTML document was found ({error})", remedy) from error
    if root is None:
        raise UnreadableFile(id, "no HTML document was found", remedy)
    # libxml2 stops at a limit without raising, and the rest of the page would be lost.
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL and entry.type in _STOPPING:
            raise UnreadableFile(id, f"line {entry.line}: {_explain(entry.message)}", remedy)
    return root


_STOPPING = frozenset(
    (
        etree.ErrorTypes.ERR_INTERNAL_ERROR,
        etree.ErrorTypes.ERR_NO_MEMORY,
        getattr(etree.ErrorTypes, "ERR_RESOURCE_LIMIT", 114),
        getattr(etree.ErrorTypes, "ERR_NAME_TOO_LONG", 110),
    )
)


def _explain(message: str) -> str:
    """What libxml2 says, without the advice that is for programmers."""
    what = message.strip().partition(", use ")[0]
    deep = what.rpartition("depth in document: ")[2]
    return f"elements are nested more than {deep} deep" if deep != what else what


def _parser() -> Any:
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    # lxml.html's own look-up runs Python code for every element: twice the time of the walk.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement))
    return parser


def _encoded(markup: str) -> bytes:
    """The markup in UTF-8; a lone surrogate is a character that was lost."""
    try:
        return markup.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", markup).encode()


def _own_address(root: Any) -> str | None:
    """Where a page says it lives: the canonical link, else ``og:url``."""
    second: str | None = None
    for element in root.iter("link", "meta"):
        if element.tag == "link":
            if "canonical" in element.get("rel", "").lower().split():
                address = element.get("href", "").strip()
                if _ABSOLUTE.match(address):
                    return str(address)
        elif second is None and element.get("property", element.get("name", "")).lower() == "og:url":
            address = element.get("content", "").strip()
            if _ABSOLUTE.match(address):
                second = str(address)
    return second
