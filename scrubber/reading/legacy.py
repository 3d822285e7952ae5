"""Which legacy codec wrote these bytes, where nothing says so.

Every candidate decodes a sample, and what comes out is scored: letters that its languages use
often, letters they do not use, signs inside words, capitals inside words, scripts mixed in one
word. For the East Asian sets the first level of each standard tells common characters from
rare ones. Scores are whole numbers and ties go by the order of `CANDIDATES`, so the answer is
the same on every machine and with every version of other packages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

_WINDOW = 1024
"""Bytes of each of the four places of a file that are looked at."""

_LOST = -30
_ODD = -10
_COMMON = 10
_USUAL = 6
_NEUTRAL = 3
_JUMBLED = -20
"""A capital inside a word, a final letter before its end, two scripts in one word."""

_PUNCTUATION = frozenset("“”„‘’‚–—…«»‹›•·°©®™§€£\u00a0\u00ad、。「」『』・，：；！？（）《》")

_LETTERS = {
    "cp1252": ("éèàùâêîôûçëïöäüßñáíóúãõåøæ¿¡", "œìòýÿðþªº×½"),
    "cp1250": ("ąćęłńóśźżáčéěířšúůýžöü", "ňťďőűäăâîôţş"),
    "iso8859_2": ("ąćęłńóśźżáčéěířšúůýžöü", "ňťďőűäăâîôţş"),
    "cp1257": ("āčēīšūžąęėįų", "ģķļņõäöüńóśźżłć"),
    "cp1254": ("ğışçöü", "âîû"),
    "cp1251": ("оеаинтсрвлкмдпу", "яыьгзбчйхжшюцщэіїєґ"),
    "koi8_r": ("оеаинтсрвлкмдпу", "яыьгзбчйхжшюцщэ"),
    "koi8_u": ("оеаинтсрвлкмдпу", "яыьгзбчйхжшюцщэіїєґ"),
    "cp866": ("оеаинтсрвлкмдпу", "яыьгзбчйхжшюцщэ"),
    "iso8859_5": ("оеаинтсрвлкмдпу", "яыьгзбчйхжшюцщэіїє"),
    "cp1253": ("αοιετσνηυρπκμλςωίόάέήύώ", "δγχθφβξζψ"),
    "iso8859_7": ("αοιετσνηυρπκμλςωίόάέήύώ", "δγχθφβξζψ"),
    "cp1255": ("אבגדהוזחטיכלמנסעפצקרשתםןךףץ", "״׳־"),
    "cp1256": ("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءئؤ", "،؛؟پچژگ\u0640\u064b"),
    "cp874": ("".join(chr(c) for c in range(0x0E01, 0x0E4D)), "ๆ"),
}
"""Single-byte codecs: letters that are common in their languages, and letters that occur."""

_LATIN = frozenset(("cp1252", "cp1250", "iso8859_2", "cp1257", "cp1254"))
_OPENING = frozenset("“„‘«‹")
_CLOSING = frozenset("”’»›…®™")
_SIGNS = _OPENING | _CLOSING | frozenset("–—©£")
_FINAL = frozenset("ςךםןףץ")
_THAI_MARKS = frozenset("ัิีึืฺุู็่้๊๋์ํะำ")

CANDIDATES = (
    "cp1252",
    "cp932",
    "euc_jp",
    "cp949",
    "gb18030",
    "big5hkscs",
    "cp1251",
    "koi8_r",
    "cp1253",
    "iso8859_7",
    "cp1250",
    "iso8859_2",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "cp1257",
    "koi8_u",
    "cp866",
    "iso8859_5",
)
"""The codecs that are tried; of equal scores the first wins."""


def detect_legacy(data: bytes) -> tuple[str, ...]:
    """The likeliest codecs of bytes that are not Unicode, best first (Python codec names)."""
    windows = list(_windows(data))
    scored: list[tuple[int, int, str]] = []
    for rank, codec in enumerate(CANDIDATES):
        score = sum(_score(window, codec) for window in windows)
        scored.append((-score, rank, codec))
    scored.sort()
    return tuple(codec for _, _, codec in scored[:4])


def _windows(data: bytes) -> Iterator[bytes]:
    """Stretches that begin where a character begins: after ASCII, at the first byte above it."""
    stop = 0
    for quarter in range(4):
        start = max(len(data) * quarter // 4, stop)
        if quarter:
            line = data.find(b"\n", start)
            start = line + 1 if line >= 0 else len(data)
        high = re.compile(rb"[\x80-\xff]").search(data, start)
        if high is None:
            return
        # One ASCII word before it, for what stands inside a word.
        start = max(start, high.start() - 1)
        stop = start + _WINDOW
        yield data[start:stop]


def _score(data: bytes, codec: str) -> int:
    try:
        text = data.decode(codec, "surrogateescape")
    except UnicodeDecodeError:
        return _LOST * len(data)
    if codec in _LETTERS:
        return _score_alphabet(text, codec)
    return _score_ideographs(text, _IDEOGRAPHS[codec])


def _score_ideographs(text: str, weigh: Callable[[str], int]) -> int:
    total = 0
    for i, c in enumerate(text):
        if c < "\u0080":
            continue
        if _is_lost(c):
            total += _LOST
        elif c in _PUNCTUATION:
            total += 2 * _NEUTRAL
        else:
            total += weigh(c)
            # A second byte that is an ASCII letter takes it from a Latin word.
            total += _ODD * sum("a" <= beside <= "z" for beside in text[max(0, i - 1) : i + 2])
            if _is_alone(text, i):
                total += _JUMBLED
    return total


def _score_alphabet(text: str, codec: str) -> int:
    weights = _weights(codec)
    weigh_context = _weigh_latin if codec in _LATIN else _weigh_other
    total = 0
    for i, c in enumerate(text):
        if c >= "\u0080":
            weight = weights.get(c)
            total += _weigh_sign(c) if weight is None else weight
            total += weigh_context(text, i)
    return total


def _weigh_latin(text: str, i: int) -> int:
    """What the neighbours of a character in a Latin text say for it or against it."""
    before, c, after = _around(text, i)
    if c in _SIGNS:
        return _COMMON if _is_in_place(before, c, after) else 0
    if c in "¿¡":
        return _JUMBLED if before.isalpha() else 0
    if not c.isalpha():
        return 0
    total = _JUMBLED if before.islower() and c.isupper() else 0
    if before >= "\u00c0" and before.isalpha():
        total += _ODD // 2
    return total


def _is_in_place(before: str, c: str, after: str) -> bool:
    """Whether a sign stands where a typesetter would put it."""
    opens = after.isalnum() and not before.isalnum()
    closes = not after.isalnum() and (before.isalnum() or before in ".,!?")
    if c == "’":
        return closes or (before.isalpha() and after.isalpha())
    if c in "–—":
        return before == after == " " or before.isalnum() is after.isalnum()
    if c in "©£":
        return after == " " or after.isdigit()
    return closes if c in _CLOSING else opens


def _weigh_other(text: str, i: int) -> int:
    """The same for an alphabet that is not Latin: its words hold no Latin letters."""
    before, c, after = _around(text, i)
    if not (c.isalpha() or c in _THAI_MARKS):
        return 0
    total = 0
    if before.islower() and c.isupper():
        total += _JUMBLED
    if (before < "\u0250" and before.isalpha()) or (after < "\u0250" and after.isalpha()):
        total += _JUMBLED
    if c in _FINAL and after.isalpha():
        total += _JUMBLED
    if c in _THAI_MARKS and (not "\u0e01" <= before <= "\u0e4f" or "เ" <= before <= "ไ"):
        total += _JUMBLED
    if _is_alone(text, i):
        total += _JUMBLED
    return total


def _around(text: str, i: int) -> tuple[str, str, str]:
    return (text[i - 1] if i else " "), text[i], (text[i + 1] if i + 1 < len(text) else " ")


def _is_alone(text: str, i: int) -> bool:
    """Whether the one before, the one after, and the two beyond them are all ASCII."""
    return text[max(0, i - 2) : i].isascii() and text[i + 1 : i + 3].isascii()


def _weigh_sign(c: str) -> int:
    if c in _PUNCTUATION:
        return _NEUTRAL
    return _LOST if _is_lost(c) else _ODD


def _is_lost(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co")


@cache
def _weights(codec: str) -> dict[str, int]:
    common, usual = _LETTERS[codec]
    weights: dict[str, int] = {}
    for letters, weight in ((usual, _USUAL), (common, _COMMON)):
        for c in letters:
            weights[c.upper()] = weight - 3
            weights[c] = weight
    return weights


def _weigh_by_level(codec: str, first: int, last: int) -> Callable[[str], int]:
    """Points for the characters whose lead byte in `codec` lies in the first level."""

    def weigh(c: str) -> int:
        try:
            encoded = c.encode(codec)
        except UnicodeEncodeError:
            return 2 * _ODD
        if len(encoded) == 1:
            return _ODD // 2
        if first <= encoded[0] <= last and encoded[1] >= 0x40:
            return 2 * _COMMON
        return _ODD if len(encoded) == 2 else 2 * _ODD

    return weigh


def _japanese(kanji: Callable[[str], int]) -> Callable[[str], int]:
    def weigh(c: str) -> int:
        if "\u3041" <= c <= "\u30fe":
            return 2 * _COMMON
        if "\uff61" <= c <= "\uff9f":
            return _ODD // 2
        return kanji(c) - 4 if kanji(c) > 0 else kanji(c)

    return weigh


_IDEOGRAPHS: dict[str, Callable[[str], int]] = {
    "cp932": _japanese(_weigh_by_level("cp932", 0x88, 0x98)),
    "euc_jp": _japanese(_weigh_by_level("euc_jp", 0xB0, 0xCF)),
    "gb18030": _weigh_by_level("gb2312", 0xB0, 0xD7),
    "big5hkscs": _weigh_by_level("big5", 0xA4, 0xC6),
    "cp949": _weigh_by_level("euc_kr", 0xB0, 0xC8),
}
