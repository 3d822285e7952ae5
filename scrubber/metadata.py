"""What the text itself tells of title, date, author and language, where the page said nothing.

Runs after classification. Pure. Text beside the headline is read also where it was removed: a
date line may be chrome to the reader and still date the document. What is not clear is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scrubber.bylines import closing_author, is_signed, read_byline
from scrubber.dates import DateOrder, find_dates, has_slashed_date, order_of
from scrubber.documents import Block, BlockKind, Found, Metadata
from scrubber.front_matter import add_front_matter
from scrubber.lang.punctuation import (
    AFTER_END,
    APOSTROPHES,
    BULLETS,
    BULLETS_WITH_SPACE,
    DASHES,
    ELLIPSIS,
    FIELD_SEPARATORS,
    HEADLINE_ENDS,
    SENTENCE_END,
    STOPS,
    WEAK_FIELD_SEPARATORS,
    WIDE_STOPS,
    any_of,
)
from scrubber.lang.registry import alternatives, words
from scrubber.lang.scripts import CJK
from scrubber.language import corrected, infer_language
from scrubber.segmenting import heading_text
from scrubber.values import clean_author, clean_title

_CODE = frozenset((BlockKind.PREFORMATTED, BlockKind.FRONT_MATTER))
_GUESSED = frozenset({"trafilatura", "htmldate", "record"})
"""Places that are guesses themselves (a record says when it was fetched): a line beside the headline is the better one.

On pages of known age such lines were wrong once in twenty times, htmldate once in three.
"""
_NEAR = 6
"""Blocks before and after the headline in which a date or byline counts as the document's own."""
_LOOKED_AT = 2000
"""Characters of a block that are read: a line may be as long as the file."""
_LONGEST_HEADLINE = 200
_LONGEST_DATE_LINE = 150
_LONGEST_VALUE = 600

_SENTENCE_END = re.compile(rf"(?:{SENTENCE_END}|[;:]){AFTER_END}*$")
_INNER_SENTENCE = re.compile(rf"{any_of(STOPS, ELLIPSIS)}\s+\S|[{WIDE_STOPS}]")
_BULLETS = BULLETS + BULLETS_WITH_SPACE
_BULLET = re.compile(rf"^{any_of(_BULLETS)}\s+(?=\S)")
_MARKDOWN_TITLE = re.compile(r"#\s+(\S.*?)\s*#*")
_WIDE = re.compile(f"[{CJK}]")

# What may stand on a date line beside the date: weekdays, clock, zone, and words for publishing.
_CLOCK = re.compile(
    rf"\b(?:(?:{alternatives('clock_before')})\s)?\d{{1,2}}[:.h]\d{{2}}(?::\d{{2}})?(?:\s?(?:[ap]\.?m\b\.?|{alternatives('clock_after')}))?"
    r"|\b\d{1,2}\s?[ap]\.?m\b\.?|\b(?:[A-Z]{2,4}T|GMT|UTC|BST)\b(?:[+-]\d+)?",
    re.IGNORECASE,
)
_DATE_WORDS = words("date_words")
_LEADING = "|".join(sorted(words("date_joins")))
_LABEL = re.compile(
    rf"(?:{alternatives('date_labels')})(?:\s(?:{_LEADING}|{alternatives('date_label_joins')}))?\s?:?\s*(?:\w{{2,12}},?\s)?",
    re.IGNORECASE,
)
"""A label before a date makes it the document's, whatever follows: ``Posted on 5 May 2017 in Health``."""
_BESIDE = re.compile(
    rf"\s*{any_of(FIELD_SEPARATORS, WEAK_FIELD_SEPARATORS, '()[]', DASHES, ':-')}+\s*|\s{{2,}}"
)
_EDGES = re.compile(rf"^\W+|(?:\s(?:{_LEADING}))?(?:\s\d{{1,4}})?\W*$", re.IGNORECASE)
_AGENCY = re.compile(r"[A-Z]{2,5}|Reuters|(?:[\w-]+\.){1,3}[a-z]{2,4}")
_UPDATED = re.compile(alternatives("updated"), re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")
_UNCLAIMED = re.compile(rf"[^\W\d_]+(?:[{APOSTROPHES}-][^\W\d_]+)*|\d+")
_CLOSING_ABBREVIATIONS = tuple(words("closing_abbreviations"))

# Spellings that tell the two sides of the Atlantic apart; only slashed dates hang on them.
_BRITISH = re.compile(rf"\b({alternatives('british_spellings')})", re.IGNORECASE)
_AMERICAN = re.compile(rf"\b({alternatives('american_spellings')})(?!me|ic)", re.IGNORECASE)


class _Lines:
    """Text of every block, single-spaced, without a bullet. Most of a page's chrome is never asked for."""

    __slots__ = ("_blocks", "_known", "_text")

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text = text
        self._blocks = blocks
        self._known: dict[int, str] = {}

    def __getitem__(self, place: int) -> str:
        line = self._known.get(place)
        if line is None:
            block = self._blocks[place]
            line = _line(self._text[block.start : min(block.end, block.start + _LOOKED_AT)])
            self._known[place] = line
        return line

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The document as the guesses see it."""

    lines: _Lines
    blocks: Sequence[Block]
    removed: Sequence[bool]

    @property
    def kept(self) -> list[int]:
        return [i for i, gone in enumerate(self.removed) if not gone]


def infer(text: str, blocks: Sequence[Block], removed: Sequence[bool], known: Metadata) -> Metadata:
    """`known` with what the text adds to it; what the page declares stays.

    `blocks` are spans of `text`, and ``removed[i]`` says whether block i goes. Each new value is a
    `Found` whose place is ``block N``, counted from 1, or ``text (...)`` for the language.
    """
    known = add_front_matter(text, known)
    reading = _Reading(_Lines(text, blocks), blocks, removed)
    kept_lines = [reading.lines[i] for i in reading.kept]
    language = corrected(known.language, kept_lines) if known.language else infer_language(kept_lines)
    known = replace(known, language=language)
    headline = _find_known(known.title, reading) if known.title else _find_headline(reading)
    title = known.title or _title(headline, reading)
    date, author = known.date, known.author
    if date is None or date.where in _GUESSED:
        published, updated = _dates(headline, reading, language)
        date = published or date or updated
    if author is None or author.where in _GUESSED:
        author = _author(headline, reading) or author
    return replace(known, title=title, date=date, author=author)


def _line(block: str) -> str:
    line = " ".join(block.split())
    return _BULLET.sub("", line) if line[:1] in _BULLETS else line


def _is_prose(line: str) -> bool:
    long_enough = len(line) >= (50 if _WIDE.search(line) else 120)
    return long_enough and bool(_SENTENCE_END.search(line) or _INNER_SENTENCE.search(line))


def _find_known(title: Found, reading: _Reading) -> int | None:
    wanted = _letters(title.value)
    for i, line in enumerate(reading.lines):
        found = _letters(line) if len(line) <= _LONGEST_VALUE else ""
        if found and (found == wanted or (len(found) >= 20 and (found in wanted or wanted in found[:300]))):
            return i
    return _find_headline(reading)


# The pages of a site share most of their lines.
@lru_cache(maxsize=1 << 13)
def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())


def _find_headline(reading: _Reading) -> int | None:
    """Index of the block that is the headline."""
    kept = reading.kept
    for i in kept:
        is_code = reading.blocks[i].kind in _CODE
        if not is_code and _MARKDOWN_TITLE.fullmatch(reading.lines[i]):
            return i
    headings = [i for i in kept if reading.blocks[i].kind is BlockKind.HEADING]
    first = [i for i in headings if _is_first(reading.blocks[i])]
    if first or headings:
        return (first or headings)[0]
    prose = next((i for i in kept if _is_prose(reading.lines[i])), None)
    if prose is None:
        return None
    above = [i for i in kept if i < prose and _is_headline(reading.lines[i])]
    return next((i for i in above if _words(reading.lines[i]) >= 4), above[0] if above else None)


def _is_first(block: Block) -> bool:
    """Whether a heading is of the first level."""
    return block.level == 1 if block.markup is None else _is_h1(block.markup.path)


def _is_h1(path: Sequence[str]) -> bool:
    return any(re.match(r"h1\b", name) for name in path)


def _words(line: str) -> int:
    """Words; where a script has no spaces, two of three signs count as one."""
    return len(line.split()) + len(_WIDE.findall(line)) * 2 // 3


def _is_headline(line: str) -> bool:
    if len(line) > _LONGEST_HEADLINE or _words(line) < 2:
        return False
    if sum(map(str.isalpha, line)) < 0.6 * (len(line) - line.count(" ")):
        return False
    ends = _SENTENCE_END.search(line)
    if ends and ends[0][0] not in HEADLINE_ENDS and not line.endswith(_CLOSING_ABBREVIATIONS):
        return False
    return _date_of_line(line, None) is None and read_byline(line) is None


def _title(headline: int | None, reading: _Reading) -> Found | None:
    if headline is None:
        return None
    line, block = reading.lines[headline], reading.blocks[headline]
    if block.markup is None and block.level:
        value = clean_title(heading_text(line))
    else:
        match = _MARKDOWN_TITLE.fullmatch(line)
        value = clean_title(match[1] if match else line.lstrip("#").strip())
    return Found(value, f"block {headline + 1}") if value else None


def _around(headline: int | None, reading: _Reading) -> list[int]:
    """Blocks near the headline: those after it, nearest first, then those before it.

    After it the search ends with the second paragraph: dates beyond are of something else.
    """
    anchor = headline
    if anchor is None:
        anchor = next((i for i in reading.kept if _is_prose(reading.lines[i])), None)
    if anchor is None:
        return []
    after: list[int] = []
    paragraphs = 0
    for i in range(anchor if headline is None else anchor + 1, min(anchor + _NEAR + 1, len(reading.lines))):
        paragraphs += _is_prose(reading.lines[i])
        if paragraphs == 2:
            break
        after.append(i)
    before = range(anchor - 1, max(-1, anchor - _NEAR - 1), -1)
    return [*after, *before]


def _dates(
    headline: int | None, reading: _Reading, language: Found | None
) -> tuple[Found | None, Found | None]:
    """The nearest date line, and the nearest that only says when the text was changed."""
    around = _around(headline, reading)
    # Only what is written as 03/04/2017 hangs on the order, and all of the text is asked for that.
    open_dates = any(has_slashed_date(reading.lines[i]) for i in around)
    order = (order_of(reading.lines) or _usual_order(language, reading)) if open_dates else None
    updated: Found | None = None
    for i in around:
        iso = _date_of_line(reading.lines[i], order, language.value if language else None)
        if iso is None:
            continue
        found = Found(iso, f"block {i + 1}")
        if not _UPDATED.search(reading.lines[i]):
            return found, updated
        updated = updated or found
    return None, updated


def _date_of_line(line: str, order: DateOrder | None, language: str | None = None) -> str | None:
    """The date of a line that holds a date, a byline, and no more; None for all other lines."""
    if len(line) > _LONGEST_DATE_LINE:
        return None
    dates = find_dates(line, order, language)
    if not dates or (len({d.iso for d in dates}) > 1 and not _UPDATED.search(line)):
        return None
    if _LABEL.fullmatch(line[: dates[0].start]):
        return dates[0].iso
    rest = line
    for date in reversed(dates):
        rest = f"{rest[: date.start]} | {rest[date.end :]}"
    if read_byline(" ".join(rest.split())):
        return dates[0].iso
    strange = [_EDGES.sub("", p) for p in _BESIDE.split(_CLOCK.sub(" ", rest)) if not _is_usual(p)]
    return dates[0].iso if not strange or (len(strange) == 1 and _may_stand_by(strange[0], line)) else None


def _may_stand_by(piece: str, line: str) -> bool:
    """Whether the one unknown piece of a date line is a byline, a section or a place."""
    set_off = re.search(
        rf"{re.escape(piece)}\s*[{FIELD_SEPARATORS},(]|[{FIELD_SEPARATORS}]\s*{re.escape(piece)}", line
    )
    return bool(read_byline(piece) or (set_off and len(piece.split()) <= 2) or is_signed(line))


def _is_usual(piece: str) -> bool:
    return all(w.casefold() in _DATE_WORDS for w in _UNCLAIMED.findall(piece)) or bool(
        _AGENCY.fullmatch(piece.strip())
    )


def _usual_order(language: Found | None, reading: _Reading) -> DateOrder | None:
    """How slashed dates are read in a language; in English the spelling must tell."""
    if language is None:
        return None
    tongue, _, region = language.value.partition("-")
    if tongue != "en":
        return DateOrder.DAY_FIRST
    if region:
        return DateOrder.MONTH_FIRST if region in {"US", "PH"} else DateOrder.DAY_FIRST
    text = " ".join(reading.lines[i] for i in reading.kept)
    british = {m.casefold() for m in _BRITISH.findall(text)}
    american = {m.casefold() for m in _AMERICAN.findall(text)}
    if len(british) >= 2 and not american:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if len(american) >= 2 and not british else None


def _author(headline: int | None, reading: _Reading) -> Found | None:
    for i in _around(headline, reading):
        name = read_byline(reading.lines[i])
        value = clean_author(name) if name else None
        if value:
            return Found(value, f"block {i + 1}")
    for i in reversed(reading.kept[-3:]):
        name = closing_author(reading.lines[i]) or read_byline(reading.lines[i])
        value = clean_author(name) if name else None
        if value:
            return Found(value, f"block {i + 1}")
    return None
