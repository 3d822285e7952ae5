"""Bytes -> text -> the same bytes.

A file is decoded once, and that the round trip is exact is proved while reading. Line ends,
NULs and a missing last line feed are left alone. Where a codec maps two byte sequences to one
character (cp932, Big5), byte patches keep what was there.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from scrubber.documents import BytePatch, Source
from scrubber.reading.legacy import detect_legacy


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and what `encode` needs to give its bytes again: see `Source`."""

    text: str
    encoding: str
    errors: str = "strict"
    byte_order_mark: bytes = b""
    patches: tuple[BytePatch, ...] = ()


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SELDOM_LAST = frozenset(b"\xc2\xc3\xc4\xc5\xd0\xd1\xce\xcf\xe2")
_SAMPLE = 1 << 16
"""Bytes that are looked at where a guess is made."""

_LONG_SAMPLE = 1 << 20
"""Bytes, from the first that is not ASCII, that are searched for UTF-8."""

_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\b\x1b") + b"\x7f"

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""Sequences built as UTF-8 builds them, so surrogates (CESU-8) as well."""

_CUT_OFF = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")

_HIGH = re.compile(rb"[\x80-\xff]")

_PATCHED_AT_MOST = 0.25
"""Share of a file that may be patches before the codec is given up."""


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file, so that ``encode`` gives exactly `data`.

    In this order: a byte order mark, UTF-32 and UTF-16 by their NULs, UTF-8 (with few bad
    bytes as lone surrogates), the codec `declared` beside it where nothing is lost by it, the
    likeliest legacy codec. Never fails.
    """
    marked = _decode_marked(data)
    if marked is not None:
        return marked
    wide = wide_encoding(data)
    if wide is not None and (decoded := _decode_wide(data, wide, b"")) is not None:
        return decoded
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        broken = error
    if not is_mostly_utf8(data) and not _ends_inside_a_character(data, broken):
        said = (declared,) if declared is not None and _fits(data, declared) else ()
        for encoding in (*said, *detect_legacy(data)):
            decoded = _decode_exactly(data, encoding)
            if decoded is not None:
                return decoded
    return _escaped(data)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def encode(text: str, source: Source) -> bytes:
    """The raw bytes of a text that `decode` gave, with the facts that `source` keeps of it."""
    return source.byte_order_mark + _patch(text.encode(source.encoding, source.errors), source.patches)


def _ends_inside_a_character(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether a text is UTF-8 but for a last character that a limit of bytes has cut.

    A single byte may as well be the last letter of a text in a legacy codec: only the commonest
    first bytes of UTF-8 that hardly end a word there count.
    """
    rest = data[error.start :]
    cut = error.reason == "unexpected end of data" and error.end == len(data)
    return cut and (len(rest) > 1 or rest[0] in _SELDOM_LAST)


def count_controls(data: bytes) -> int:
    """How many bytes are control characters that no text file needs."""
    return len(data) - len(data.translate(None, _CONTROLS))


def is_mostly_utf8(data: bytes) -> bool:
    """Whether at least two characters are UTF-8 for each byte that is not."""
    first = _HIGH.search(data)
    if first is None:
        return True
    data = data[first.start() : first.start() + _LONG_SAMPLE]
    good = bad = at = 0
    for match in _MULTIBYTE.finditer(data):
        if match.start() > at:
            bad += _count_high(data[at : match.start()])
        good += 1
        at = match.end()
    rest = data[at:]
    if _CUT_OFF.search(rest, max(0, len(rest) - 3)) is None:
        bad += _count_high(rest)
    return good > 0 and bad * 2 <= good


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: NULs on one side of each character, and only there."""
    sample = data[:_SAMPLE]
    if b"\0" not in sample:
        return None
    if len(data) % 4 == 0:
        for encoding, zero in (("utf-32-le", 3), ("utf-32-be", 0)):
            if not sample[zero::4].strip(b"\0") and _is_text(data, encoding):
                return encoding
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 100 < len(sample) // 2 or min(even, odd) * 20 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if _is_utf8(data) and not _is_alphabetic(sample, encoding, even + odd):
        return None
    return encoding if _is_text(data, encoding) else None


def _decode_marked(data: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if not data.startswith(mark):
            continue
        body = data[len(mark) :]
        if encoding == "utf-8":
            try:
                return Decoded(body.decode(encoding), encoding, byte_order_mark=mark)
            except UnicodeDecodeError:
                return Decoded(body.decode(encoding, "surrogateescape"), encoding, "surrogateescape", mark)
        decoded = _decode_wide(body, encoding, mark)
        if decoded is not None:
            return decoded
    return None


def _decode_wide(body: bytes, encoding: str, mark: bytes) -> Decoded | None:
    """UTF-16 or UTF-32 with what breaks its rules: lone surrogates, a cut-off last character."""
    unit = 4 if encoding.startswith("utf-32") else 2
    whole = len(body) - len(body) % unit
    for errors in ("strict", "surrogatepass"):
        try:
            text = body[:whole].decode(encoding, errors)
        except UnicodeDecodeError:
            continue
        patches = (BytePatch(whole, whole, body[whole:]),) if whole < len(body) else ()
        decoded = Decoded(text, encoding, errors, mark, patches)
        return decoded if _patch(text.encode(encoding, errors), patches) == body else None
    return None


def _decode_exactly(data: bytes, encoding: str) -> Decoded | None:
    """Decode with a legacy codec; None where that cannot be undone with few patches."""
    try:
        text = data.decode(encoding)
        errors = "strict"
    except UnicodeDecodeError:
        errors = "surrogateescape"
        try:
            text = data.decode(encoding, errors)
        except UnicodeDecodeError:
            return None
    try:
        if text.encode(encoding, errors) == data:
            return Decoded(text, encoding, errors)
        return _decode_with_patches(data, encoding, errors)
    except UnicodeError:
        return None


def _decode_with_patches(data: bytes, encoding: str, errors: str) -> Decoded | None:
    """Line by line, so that a difference stays where it is. Raises UnicodeError.

    No legacy codec among the candidates has a line feed inside a character.
    """
    lines: list[str] = []
    patches: list[BytePatch] = []
    at = patched = 0
    for raw in data.splitlines(keepends=True):
        line = raw.decode(encoding, errors)
        encoded = line.encode(encoding, errors)
        lines.append(line)
        if encoded != raw:
            found = _differences(raw, encoded, at)
            patched += sum(len(patch.data) for patch in found)
            patches += found
        at += len(encoded)
    if patched > len(data) * _PATCHED_AT_MOST:
        return None
    return Decoded("".join(lines), encoding, errors, patches=tuple(patches))


def _differences(raw: bytes, encoded: bytes, at: int) -> list[BytePatch]:
    """Where `encoded`, which stands at `at` of the whole, must be replaced to give `raw`."""
    if len(raw) != len(encoded):
        lead = tail = 0
        shorter = min(len(raw), len(encoded))
        while lead < shorter and raw[lead] == encoded[lead]:
            lead += 1
        while tail < shorter - lead and raw[-1 - tail] == encoded[-1 - tail]:
            tail += 1
        return [BytePatch(at + lead, at + len(encoded) - tail, raw[lead : len(raw) - tail])]
    patches: list[BytePatch] = []
    start = -1
    for i, (is_, was) in enumerate(zip(encoded, raw, strict=True)):
        if is_ != was and start < 0:
            start = i
        elif is_ == was and start >= 0:
            patches.append(BytePatch(at + start, at + i, raw[start:i]))
            start = -1
    if start >= 0:
        patches.append(BytePatch(at + start, at + len(raw), raw[start:]))
    return patches


def _patch(encoded: bytes, patches: tuple[BytePatch, ...]) -> bytes:
    if not patches:
        return encoded
    parts: list[bytes] = []
    at = 0
    for patch in patches:
        parts += (encoded[at : patch.start], patch.data)
        at = patch.end
    parts.append(encoded[at:])
    return b"".join(parts)


def _escaped(data: bytes) -> Decoded:
    """UTF-8 whose bad bytes are lone surrogates (PEP 383): exact for any bytes."""
    return Decoded(data.decode("utf-8", "surrogateescape"), "utf-8", "surrogateescape")


def _count_high(data: bytes) -> int:
    return len(_HIGH.findall(data))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_alphabetic(sample: bytes, encoding: str, nuls: int) -> bool:
    """Whether UTF-16 is the better reading of what is valid UTF-8 as well.

    An alphabet in UTF-16 is ASCII with control characters (U+0430 is ``0`` and EOT). A text with
    some NULs in it gives ideographs, for pairs of ASCII letters are such.
    """
    text = sample.decode(encoding, "replace")
    return nuls > 1 and sum(c < "\u2000" for c in text) * 5 >= len(text) * 4


def _is_text(data: bytes, encoding: str) -> bool:
    """Whether the bytes (but for a cut-off last character) decode, to characters that exist."""
    try:
        text = data[: len(data) & ~1].decode(encoding)
    except UnicodeDecodeError:
        return False
    sample = text[:_SAMPLE]
    odd = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\t\n\v\f\r" for c in sample)
    return odd * 50 <= len(sample)
