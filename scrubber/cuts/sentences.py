"""Words and sentence ends, in any script that writes them, for rules that compare prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Kana and Han: no spaces between words, so every character counts as one.
_HAN = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_IS_HAN = re.compile(f"[{_HAN}]")
_WORD = re.compile(rf"[{_HAN}]|(?:[^\W_{_HAN}]|[\u0300-\u036f])+")
_STOP = re.compile(
    r"(?<![.!?…;])(?P<mark>[.!?…;]+)(?P<close>(?:[\u00a0\u202f]?[»›])?[\"'”’“»›)\]]*)(?=\s|\Z)|(?P<wide>[。！？]+)(?P<wideclose>[」』”’）]*)"
    r"|(?<=[^\W\d_]{3})(?P<glued>[.!?])(?=[^\W\d_]{2})"
)
_ROMAN = re.compile(r"[IVXLC]{2,}")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z|\d+\Z")


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written with spaces."""
    return frozenset(listed.split())


_TITLES = word_set(
    "mr mrs ms messrs dr prof st sgt capt gen col lt hon rev gov sen rep reps sens pres supt det cpl adm maj cmdr msgr "
    "mme mlle hr fr hrn vs τ κ ул им"
)
_ABBREVIATIONS = word_set(
    "no nr art fig vol pp ed eds inc ltd co corp jr sr etc al approx jan feb mar apr jun jul aug sep sept oct nov "
    "mt ft bros ave blvd dept univ min max std lt mio mrd inkl exkl ggf insb bes gem zzgl abt bd nos viz resp appr "
    "dec bzw usw evtl ca vgl sog bspw str tel abs jh chr env av bd cf p ex др г гг в вв т п см стр руб тыс млн млрд "
    "κλπ λ χ π δηλ αρ σελ ul np itd itp tzw prof zob wg"
)


class Word(NamedTuple):
    """A word of the text, and how it compares."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a sentence ends: ``text[:mark]`` with its full stop, ``text[:end]`` with closing quotes."""

    mark: int
    end: int
    sure: bool
    """False where the dots may as well belong to an abbreviation, a number or a pause."""


def words(text: str, start: int, end: int) -> list[Word]:
    """The words of ``text[start:end]``, case-folded, without the punctuation between them."""
    return [Word(m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]


def folded_words(text: str, start: int, end: int) -> Iterator[str]:
    """The same words without their places."""
    return map(str.casefold, _WORD.findall(text, start, end))


def longer_words(known: Sequence[str], beginning: str) -> Iterator[str]:
    """Of sorted words, each once, those that begin so and go on."""
    at = bisect_right(known, beginning)
    while at < len(known) and known[at].startswith(beginning):
        yield known[at]
        at += 1


def is_han(character: str) -> bool:
    """Whether the script needs no spaces between words (Chinese, Japanese)."""
    return _IS_HAN.match(character) is not None


def is_cased(word: str) -> bool:
    """Whether the script has capitals, and hence words and sentences as we know them."""
    return word.lower() != word.upper()


def stops(text: str, start: int, end: int) -> list[Stop]:
    """The sentence ends of the block ``text[start:end]``, in order."""
    found: list[Stop] = []
    for match in _STOP.finditer(text, start, end):
        if match["wide"]:
            found.append(Stop(match.end("wide"), match.end(), sure=True))
            continue
        if match["glued"]:
            # The space after a full stop is missing, or it is a name such as "Node.js".
            if text[match.end()].isupper() and text[match.start() - 1].islower():
                found.append(Stop(match.end(), match.end(), sure=False))
            continue
        rest = text[match.end() : min(end, match.end() + 8)].lstrip()
        if rest[:1].islower():
            continue
        sure = _is_end(text, start, match, at_end=not rest)
        if sure is not None:
            found.append(Stop(match.end("mark"), match.end(), sure))
    return found


def _is_end(text: str, start: int, match: re.Match[str], *, at_end: bool) -> bool | None:
    """Whether the marks end a sentence; None where they plainly do not."""
    mark = match["mark"]
    if ";" in mark:
        # After NFC the Greek question mark is a semicolon.
        return True if "\u0370" <= text[match.start() - 1 : match.start()] <= "\u1fff" else None
    if "…" in mark or ".." in mark:
        return False
    last = _LAST_WORD.search(text, max(start, match.start() - 24), match.start())
    if mark != "." or at_end or last is None:
        return True
    word = last[0].casefold()
    if word in _TITLES:
        return None
    if _ROMAN.fullmatch(text, match.start() - len(last[0]), match.start()):
        return False
    return not (word in _ABBREVIATIONS or len(word) == 1 or (word.isdigit() and len(word) <= 2))
