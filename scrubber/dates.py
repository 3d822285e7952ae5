"""Dates as people and machines write them, to ISO 8601. Pure; never reads the clock.

`parse_stamp` is for values that claim to be a date (attributes, meta tags), `find_dates` for
lines of text. Both refuse what they cannot decide: 03/04/2017 is nobody's date until something
says whether the day or the month comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scrubber.lang.calendars import (
    HAN_MONTH,
    MONTH,
    MONTH_JOINS,
    ORDINALS,
    YEAR_JOINS,
    month_number,
    unit_names,
)

EARLIEST, LATEST = 1900, 2099
"""Years outside are taken for something else: an unset field, a price, a flight number."""

_UNSET = "1970-01-01"


class DateOrder(StrEnum):
    """Which of the first two numbers of 03/04/2017 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date that stands at ``text[start:end]``, as ``YYYY-MM-DD``."""

    start: int
    end: int
    iso: str


_DIGIT = re.compile(r"\d")
_YEAR_DIGITS = re.compile(r"\d{4}")
_WORD = rf"({MONTH})"
# 2024年3月12日, with or without spaces.
_CJK_DATE = re.compile(
    rf"(?<!\d)(\d{{4}})\s*(?:{unit_names('year', spaced=False)})\s*"
    rf"(?:(\d{{1,2}})\s*(?:{unit_names('month', spaced=False)})|({HAN_MONTH}))\s*"
    rf"(\d{{1,2}})\s*(?:{unit_names('day', spaced=False)})"
)
_YEAR_FIRST = re.compile(r"(?<![\d./-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[-/.]\d)")
_DOTTED = re.compile(r"(?<![\d./-])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?!\d|[./-]\d|\s?%)")
_SLASHED = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?!\d|[./-]\d)")
_ORDINAL = rf"(?:{ORDINALS}|\.|,)?"
_DAY_MONTH = re.compile(
    rf"(?<![\d.,/-])(\d{{1,2}}){_ORDINAL}[\s-](?:{MONTH_JOINS})?{_WORD}(?:\s?(?:{YEAR_JOINS})\s|[\s,-]){{1,2}}(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(rf"(?<![^\W_]){_WORD}\s(\d{{1,2}})(?:{ORDINALS})?,?\s(\d{{4}})(?!\d)", re.IGNORECASE)
# 2024. március 12., 2024 m. kovo 12 d., 2024. gada 12. marts
_YEAR = rf"(?<![\d./-])(\d{{4}})[.,]?\s(?:(?:{unit_names('year', spaced=True)})\s)?"
_YEAR_MONTH_DAY = re.compile(rf"{_YEAR}{_WORD}\s(\d{{1,2}})(?![\d:])", re.IGNORECASE)
_YEAR_DAY_MONTH = re.compile(rf"{_YEAR}(\d{{1,2}})\.\s{_WORD}", re.IGNORECASE)
# 12 tháng 3, 2024; ngày 12 tháng 3 năm 2024
_NUMBERED_MONTH = re.compile(
    rf"(?<![\d.,/-])(\d{{1,2}})\s(?:{unit_names('month', spaced=True)})\s(\d{{1,2}})"
    rf"(?:,|\s(?:{unit_names('year', spaced=True)}))?\s(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T\s]+(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(.*))?"
)
_ZONE = re.compile(r"(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})?")


def parse_stamp(value: str) -> str | None:
    """A value that claims to be a date: ``2024-05-06`` or ``2024-05-06T10:00:00+01:00``, or None.

    Takes ISO 8601 in its loose forms, RFC 5322 (``Mon, 06 May 2024 10:00:00 GMT``), and what
    `find_dates` takes. The day and the zone are kept as given; fractions of a second go.
    """
    value = value.strip()[:100]
    match = _STAMP.fullmatch(value)
    iso = _timed(match) if match else _internet_date(value)
    if iso is None:
        found = [m.iso for m in find_dates(value)]
        iso = found[0] if len(set(found)) == 1 else None
    return None if iso is None or iso.startswith(_UNSET) else iso


def _timed(match: re.Match[str]) -> str | None:
    year, month, day, clock, zone = match.groups()
    iso = _iso(int(year), int(month), int(day))
    if iso is None or clock is None:
        return iso
    try:
        moment = datetime.fromisoformat(
            f"{iso}T{clock.zfill(5) if clock.count(':') == 1 else clock.zfill(8)}"
        )
    except ValueError:
        return iso
    return moment.isoformat() + _zone((zone or "").strip())


def _zone(written: str) -> str:
    if written.upper() in {"Z", "GMT", "UTC"}:
        return "+00:00"
    match = _ZONE.fullmatch(written)
    if match is None or int(match[2]) > 14 or int(match[3] or 0) > 59:
        return ""
    return f"{match[1]}{match[2]}:{match[3] or '00'}"


def _internet_date(value: str) -> str | None:
    if not re.match(r"[A-Za-z]{3},? \d{1,2} [A-Za-z]{3} \d{4} \d", value):
        return None
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError, TypeError):
        return None
    return moment.isoformat() if EARLIEST <= moment.year <= LATEST else None


def _iso(year: int, month: int, day: int) -> str | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    """Two digits as POSIX reads them: 69 to 99 are the last century."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= 69 else 2000)


def find_dates(text: str, order: DateOrder | None = None, language: str | None = None) -> list[DateMatch]:
    """All complete dates of a line, from left to right, none overlapping.

    Numbers between dots are day first. Numbers between slashes or hyphens count only where one
    reading is possible (25/12/2017), both are the same day (05/05/2017), or `order` says. `language`,
    a BCP 47 tag, decides where one word means different months in two languages.

    >>> [date.iso for date in find_dates("Pátek 12. ledna 2024, aktualizováno 2024-01-15")]
    ['2024-01-12', '2024-01-15']
    """
    found: list[DateMatch] = []
    if _DIGIT.search(text) is None:
        return found
    for match, iso in _readings(text, order, language):
        if iso is not None and not any(m.start < match.end() and match.start() < m.end for m in found):
            found.append(DateMatch(match.start(), match.end(), iso))
    return sorted(found, key=lambda m: m.start)


def _readings(
    text: str, order: DateOrder | None, language: str | None
) -> Iterator[tuple[re.Match[str], str | None]]:
    # Without a whole year only dates in figures can be read.
    years = _YEAR_DIGITS.search(text) is not None
    for pattern, read in _PATTERNS if years else _SHORT_PATTERNS:
        for match in pattern.finditer(text):
            yield match, read(match, order)
    for pattern, year, month, day in _NAMED if years else ():
        for match in pattern.finditer(text):
            yield match, _iso(int(match[year]), month_number(match[month], language), int(match[day]))


def _read_cjk(match: re.Match[str], _order: DateOrder | None) -> str | None:
    month = int(match[2]) if match[2] else month_number(match[3])
    return _iso(int(match[1]), month, int(match[4]))


def _read_numbered_month(match: re.Match[str], _order: DateOrder | None) -> str | None:
    return _iso(int(match[3]), int(match[2]), int(match[1]))


def _read_year_first(match: re.Match[str], _order: DateOrder | None) -> str | None:
    return _iso(int(match[1]), int(match[3]), int(match[4]))


def _read_dotted(match: re.Match[str], _order: DateOrder | None) -> str | None:
    year = _full_year(match[3])
    return _iso(year, int(match[2]), int(match[1])) or _iso(year, int(match[1]), int(match[2]))


def _read_slashed(match: re.Match[str], order: DateOrder | None) -> str | None:
    year = _full_year(match[4])
    day_first = _iso(year, int(match[3]), int(match[1]))
    month_first = _iso(year, int(match[1]), int(match[3]))
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first
    if order is None:
        return None
    return day_first if order is DateOrder.DAY_FIRST else month_first


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DateOrder | None], str | None]], ...] = (
    (_CJK_DATE, _read_cjk),
    (_YEAR_FIRST, _read_year_first),
    (_DOTTED, _read_dotted),
    (_SLASHED, _read_slashed),
    (_NUMBERED_MONTH, _read_numbered_month),
)
_SHORT_PATTERNS = ((_DOTTED, _read_dotted), (_SLASHED, _read_slashed))
_NAMED: tuple[tuple[re.Pattern[str], int, int, int], ...] = (
    (_DAY_MONTH, 3, 2, 1),
    (_MONTH_DAY, 3, 1, 2),
    (_YEAR_MONTH_DAY, 1, 2, 3),
    (_YEAR_DAY_MONTH, 1, 3, 2),
)
"""Dates with a month's name: the groups of the year, the month and the day."""


def has_slashed_date(text: str) -> bool:
    """Whether a line holds a date such as 03/04/2017, right or wrong."""
    return ("/" in text or "-" in text) and _SLASHED.search(text) is not None


def order_of(texts: Iterable[str]) -> DateOrder | None:
    """What unambiguous slashed dates of one document prove of its others; None where they differ."""
    orders: set[DateOrder] = set()
    for text in texts:
        if "/" not in text and "-" not in text:
            continue
        for match in _SLASHED.finditer(text):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second and _read_slashed(match, None):
                orders.add(DateOrder.DAY_FIRST)
            elif second > 12 >= first and _read_slashed(match, None):
                orders.add(DateOrder.MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else None
