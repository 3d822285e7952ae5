"""Words and sentence ends, in any script that writes them, for rules that compare prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scrubber.lang.punctuation import (
    AFTER_END,
    ELLIPSIS,
    GREEK_QUESTION,
    STOPS,
    WIDE_CLOSERS,
    WIDE_STOPS,
    any_of,
)
from scrubber.lang.registry import words as listed_words
from scrubber.lang.scripts import COMBINING, GREEK_TO_GREEK_EXTENDED, UNSPACED

_WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]|[{COMBINING}])+")
_STOP = re.compile(
    rf"(?<!{any_of(STOPS, ELLIPSIS, GREEK_QUESTION)})(?P<mark>{any_of(STOPS, ELLIPSIS, GREEK_QUESTION)}+)"
    rf"(?P<close>(?:[\u00a0\u202f]?[»›])?{AFTER_END}*)(?=\s|\Z)"
    rf"|(?P<wide>[{WIDE_STOPS}]+)(?P<wideclose>[{WIDE_CLOSERS}]*)"
    rf"|(?<=[^\W\d_]{{3}})(?P<glued>[.!?])(?=[^\W\d_]{{2}})"
)
_ROMAN = re.compile(r"[IVXLC]{2,}")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z|\d+\Z")


_TITLES = listed_words("titles")
_ABBREVIATIONS = listed_words("abbreviations")


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
        first, last_sign = GREEK_TO_GREEK_EXTENDED
        return True if first <= text[match.start() - 1 : match.start()] <= last_sign else None
    if ELLIPSIS in mark or ".." in mark:
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
