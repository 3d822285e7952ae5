"""The charset of a web page: what the bytes prove goes before what the page declares."""

from __future__ import annotations

import codecs
import re

from scrubber.reading.decoding import Decoded, decode, is_mostly_utf8, wide_encoding
from scrubber.reading.legacy import detect_legacy

_PROLOGUE = 4096
"""Bytes in which a declaration is looked for; the standard asks for 1024, pages need more."""

_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([\w.:\-]+)""", re.IGNORECASE
)

_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "x-user-defined": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "x-euc-jp": "euc_jp",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
}
"""Labels and Python codec names, and the codec that browsers use for them (WHATWG Encoding)."""

_TRUSTED = re.compile(
    r"cp(?:125\d|866|874|932|949)|iso8859-\d{1,2}|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|gb18030|big5hkscs|euc_jp|iso2022_jp"
)
"""What a page may declare. UTF-7 and the like are attacks; UTF-8 and UTF-16 have been tried."""

_LOST_AT_MOST = 0.02
"""Share of characters that a declared codec may lose before it is no longer believed."""


def decode_html(data: bytes, charset: str | None = None) -> Decoded:
    """The markup of a page, undecodable bytes as U+FFFD.

    In this order: a byte order mark, UTF-16 by its NULs, UTF-8 if the page is valid UTF-8 (or
    nearly), the `charset` that the server named, the codec the page declares, the codec it looks
    like, windows-1252.
    """
    exact = decode(data) if _is_unicode(data) else None
    if exact is not None and exact.errors == "strict":
        return exact
    if exact is not None:
        return _replace(data[len(exact.byte_order_mark) :], exact.encoding, exact.byte_order_mark)
    for encoding in filter(None, (codec_of(charset or ""), declared_encoding(data))):
        decoded = _replace(data, encoding)
        if decoded.text.count("\ufffd") <= len(decoded.text) * _LOST_AT_MOST:
            return decoded
    return _replace(data, (*detect_legacy(data), "cp1252")[0])


def declared_encoding(data: bytes) -> str | None:
    """The Python codec for what a page declares in ``<meta>`` or ``<?xml``; None: nothing usable."""
    match = _DECLARED.search(data[:_PROLOGUE])
    if match is None:
        return None
    return codec_of(match[1].decode("ascii", "ignore"))


def codec_of(label: str) -> str | None:
    """The Python codec for a label of the web; None: unknown, or none that a page may name."""
    label = label.strip().lower()
    name = _LABELS.get(label)
    if name is None:
        try:
            name = codecs.lookup(label).name
        except LookupError:
            return None
        name = _LABELS.get(name, name)
    return name if _TRUSTED.fullmatch(name) else None


def _is_unicode(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if data.startswith(codecs.BOM_UTF32_BE) or wide_encoding(data) is not None:
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return is_mostly_utf8(data)
    return True


def _replace(data: bytes, encoding: str, mark: bytes = b"") -> Decoded:
    text = data.decode(encoding, "replace")
    return Decoded(text, encoding, "replace" if "\ufffd" in text else "strict", mark)
