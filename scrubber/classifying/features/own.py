"""What a block looks like by itself: length, ending, digits, capitals."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import numpy as np

from scrubber.classifying.features.lines import LineMeasures
from scrubber.classifying.features.registry import LENGTH, FeatureGroup, codes
from scrubber.classifying.features.table import BlockTable
from scrubber.classifying.segments import Ints
from scrubber.documents import BlockKind
from scrubber.lang import punctuation, scripts

ENDINGS: Final = (
    "nothing",
    "a sentence end",
    "a colon",
    "an ellipsis",
    "an arrow",
    "a comma or dash",
    "a digit",
)
BEGINNINGS: Final = (
    "another sign",
    "a small letter",
    "a capital",
    "a digit",
    "a bullet",
    "a quotation mark",
    "a bracket",
)
KINDS: Final = ("line", "paragraph", "heading", "list_item", "cell", "preformatted", "caption")

_WIDE = re.compile(f"[{scripts.WIDE}]")
_CLOSERS = punctuation.FITTED_CLOSERS
_SENTENCE = punctuation.FITTED_STOPS
_INNER = re.compile(rf"[{punctuation.FITTED_INNER_STOPS}][\s{punctuation.FITTED_INNER_CLOSERS}]+(?=\S)")
_INNER_WIDE = re.compile(f"[{punctuation.FITTED_WIDE_STOPS}]")
_SEPARATOR = re.compile(f"[{punctuation.FITTED_SEPARATORS}]")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\w", re.IGNORECASE)
# A time of the day, a date in figures, a year, or a date in Chinese or Japanese. All begin at a digit,
# which `re` finds many times as fast as one of several beginnings.
_DATED = re.compile(
    r"\d(?:[:.]\d{2}\b|(?:(?<!\w\d)|(?<=\d\d)(?<!\w\d\d))[./-]\d{1,2}[./-]\d{2,4}\b"
    rf"|(?<=\b1)9\d\d\b|(?<=\b2)0\d\d\b|\s*[{punctuation.FITTED_DATE_SIGNS}])"
)
_WORD = re.compile(r"[^\W\d_]+")
_ENDS: Final = punctuation.FITTED_ENDINGS
_STARTS: Final = punctuation.FITTED_BEGINNINGS
_HEAD: Final = 2000
"""Characters of a block that are looked at for signs and words."""


class Line:
    """A block's text, and what several measures ask of it."""

    __slots__ = ("head", "lowered", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.head = text if len(text) <= _HEAD else text[:_HEAD]
        self.lowered = self.head.lower()
        self.words: list[str] = _WORD.findall(self.head)


OWN = FeatureGroup("own")
LINES = LineMeasures(Line)


def wide_length(text: str) -> int:
    """Characters, where one of a script without spaces counts as two and a half.

    >>> wide_length("harbour"), wide_length("港口重开")
    (7, 10)
    """
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text)) * 3 // 2


def ending(text: str) -> int:
    """The class of the last sign, as ENDINGS names them.

    >>> ENDINGS[ending("What is left (and why).")]
    'a sentence end'
    """
    if text.endswith(("...", "…")):
        return 3
    last = text[-1]
    if last in _ENDS:
        return _ENDS[last]
    bare = text.rstrip(_CLOSERS)
    if bare and bare[-1] in _SENTENCE:
        return 1
    return 6 if last.isdigit() else 0


def beginning(text: str) -> int:
    """The class of the first sign, as BEGINNINGS names them.

    >>> BEGINNINGS[beginning("• Home")]
    'a bullet'
    """
    first = text[0]
    if first in _STARTS:
        return _STARTS[first]
    if first.isdigit():
        return 3
    if first.isalpha():
        return 1 if first.islower() else 2
    return 0


@LINES.feature(OWN, "length", LENGTH, "is {} characters long")
def _length(line: Line) -> int:
    return wide_length(line.text)


@LINES.feature(OWN, "ending", codes(ENDINGS), "ends in {}", ENDINGS)
def _ending(line: Line) -> int:
    return ending(line.text)


@LINES.feature(OWN, "beginning", codes(BEGINNINGS), "begins with {}", BEGINNINGS)
def _beginning(line: Line) -> int:
    return beginning(line.text)


@LINES.feature(OWN, "commas", (1, 2, 4, 8), "has {} commas")
def _commas(line: Line) -> int:
    return sum(map(line.head.count, punctuation.FITTED_COMMAS))


@LINES.feature(OWN, "sentences", (1, 2, 3, 5), "has {} sentence ends inside")
def _sentences(line: Line) -> int:
    wide = 0 if line.head.isascii() else len(_INNER_WIDE.findall(line.head))
    return len(_INNER.findall(line.head)) + wide


@LINES.feature(OWN, "digits", (1, 50, 150, 300, 600), "is {}% digits")
def _digits(line: Line) -> int:
    return sum(map(line.head.count, "0123456789")) * 1000 // len(line.head)


@LINES.feature(OWN, "capitals", (1, 200, 400, 600, 800, 1000), "has {}% capitalised words")
def _capitals(line: Line) -> int:
    if not line.words:
        return 0
    small = sum(map(str.islower, [word[0] for word in line.words]))
    return (len(line.words) - small) * 1000 // len(line.words)


@LINES.feature(OWN, "shouting", (1,), "is in capitals only")
def _shouting(line: Line) -> int:
    return int(len(line.text) > 3 and line.head.isupper())


@LINES.feature(OWN, "separators", (1, 2, 4), "has {} separators such as | or »")
def _separators(line: Line) -> int:
    return len(_SEPARATOR.findall(line.head))


@LINES.feature(OWN, "legal", (1,), "holds a copyright sign")
def _legal(line: Line) -> int:
    return int("©" in line.head or "copyright" in line.lowered)


@LINES.feature(OWN, "address", (1,), "holds a web or mail address")
def _address(line: Line) -> int:
    # The pattern is slow, and what it needs is seldom there.
    if "@" not in line.head and "://" not in line.head and "www." not in line.lowered:
        return 0
    return int(_ADDRESS.search(line.head) is not None)


_LIKE: Final = {
    BlockKind.FRONT_MATTER: "preformatted",
    BlockKind.ROW: "cell",
    BlockKind.QUOTE: "paragraph",
    BlockKind.ADMONITION: "paragraph",
    BlockKind.IMAGE: "caption",
    BlockKind.FOOTNOTE: "paragraph",
    BlockKind.REFERENCE: "line",
    BlockKind.HTML: "preformatted",
    BlockKind.RULE: "line",
}
"""Kinds that Markdown alone has, and the kind as which each is measured."""
_KIND_CODES: Final = {kind: KINDS.index(_LIKE.get(kind, kind.value)) for kind in BlockKind}


@OWN.feature("kind", codes(KINDS), "is a block of kind {}", KINDS)
def _kind(table: BlockTable) -> Ints:
    return np.array([_KIND_CODES[block.kind] for block in table.blocks], dtype=np.int64)


@OWN.feature("copies", (2, 3, 5), "stands {} times in this document")
def _copies(table: BlockTable) -> Ints:
    found: list[int] = []
    for subject in table.subjects:
        keys = subject.record.keys.tolist()
        copies = Counter(keys)
        found += [copies[key] for key in keys]
    return np.array(found, dtype=np.int64)


@LINES.feature(OWN, "dated", (1,), "holds a date or time")
def _dated(line: Line) -> int:
    return int(_DATED.search(line.head) is not None)


lengths = LINES.column("length")
"""Characters of every block of a table, wide scripts weighted."""
endings = LINES.column("ending")
"""The class of every block's last sign."""
