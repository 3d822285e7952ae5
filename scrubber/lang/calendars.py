"""Names of months and weekdays of all languages: which month a word is, and how dates fold. Pure.

The rule of folding, for texts in which it is asked for (short ones, and those with a digit):

- A whole name folds everywhere, unless its language lists it as an everyday word (Vietnamese "thứ hai" is
  Monday and "the second").
- An abbreviation or everyday word ("Mar", "so", "di", "to") folds only inside a written date: in a row of
  numbers, names, and words such as "of", which has a year and a day in it, or which is the whole text.
  Where another language lists it as an ordinary word (English "to", Finnish for Thursday), it must be the
  whole text, with a year or a whole name in it.
- A name that `re` does not find as one word (of a script with vowel signs, or without spaces) and that is
  an abbreviation or everyday word folds beside a number, a sign such as 年, or another name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from scrubber.lang.forms import bare, folded
from scrubber.lang.registry import Group, table

DATE: Final = "date"
"""What a name folds to."""

_FOLDED: Final = table()["folded"]
_DATES: Final = table()["dates"]
_ALWAYS = frozenset(_FOLDED["always"])
_BESIDE_NUMBERS = frozenset(_FOLDED["beside_numbers"])
_ORDINARY = frozenset(_FOLDED["ordinary"])
_IN_TEXT = _BESIDE_NUMBERS - _ORDINARY
_JOINS = frozenset(_FOLDED["joins"])
_SEQUENCES: Final[dict[str, list[tuple[str, ...]]]] = {}
"""Names of several words, by the first of them, the longest first."""
for _name in sorted((n for n in _ALWAYS | _BESIDE_NUMBERS if " " in n), key=lambda n: (-n.count(" "), n)):
    _SEQUENCES.setdefault(_name.partition(" ")[0], []).append(tuple(_name.split()))
CALENDAR_WORDS: Final = frozenset({n for n in _ALWAYS | _BESIDE_NUMBERS if " " not in n}.union(_SEQUENCES))
"""The words that a name may begin with: a text without any of them has nothing that `fold_names` changes."""
_LONGEST_DATE: Final = 8
"""Words on either side of a year that may be part of its date."""
_DAY = re.compile(
    rf"(?:0?[1-9]|[12]\d|3[01])(?:{'|'.join(folded(ordinal) for ordinal in table()['dates']['ordinals'])})?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"\w+")
_SIGNS = re.compile("[" + re.escape("".join(g["signs"] for g in _FOLDED["groups"])) + "]")
_GROUPS_OF: Final[dict[str, list[int]]] = {}
"""The groups whose names may have a sign."""
for _number, _group in enumerate(_FOLDED["groups"]):
    for _sign in _group["signs"]:
        _GROUPS_OF.setdefault(_sign, []).append(_number)


def fold_names(text: str, found: list[str]) -> list[str]:
    """The words of a case-folded text with ``date`` in the place of months and weekdays.

    `found` are the words of `text` with ``0`` for every run of digits; so are those of the result.

    >>> fold_names("so 12. led 2024", ["so", "0", "led", "0"])
    ['date', '0', 'date', '0']
    >>> fold_names("so 12 people led", ["so", "0", "people", "led"])
    ['so', '0', 'people', 'led']
    """
    if not _SEQUENCES.keys().isdisjoint(found):
        found = _joined(found)
    alone = len(found) <= _LONGEST_DATE
    if (_BESIDE_NUMBERS if alone else _IN_TEXT).isdisjoint(found) or not (alone or _HAS_YEAR.search(text)):
        return [DATE if word in _ALWAYS else word for word in found]
    written = _WORD.findall(text)
    if len(written) != len(found):
        written = _joined(written)
    dated = _in_dates(written)
    return [
        DATE if word in _ALWAYS or (i in dated and word in _BESIDE_NUMBERS) else word
        for i, word in enumerate(found)
    ]


def _joined(found: list[str]) -> list[str]:
    """The same words, with a name of several of them as one."""
    joined: list[str] = []
    at = 0
    while at < len(found):
        for name in _SEQUENCES.get(found[at], ()):
            if tuple(found[at : at + len(name)]) == name:
                joined.append(" ".join(name))
                at += len(name)
                break
        else:
            joined.append(found[at])
            at += 1
    return joined


def _in_dates(written: list[str]) -> set[int]:
    """The places of words that are part of a date."""
    ordinary = {i for i, word in enumerate(written) if word in _ORDINARY}
    years = [i for i, word in enumerate(written) if len(word) == 4 and _YEAR.fullmatch(word)]
    if len(written) <= _LONGEST_DATE and all(map(_is_of_date, written)):
        if not any(word[0].isdigit() for word in written):
            return set()
        sure = years or not _ALWAYS.isdisjoint(written) or DATE in written
        if sure:
            return set(range(len(written)))
        # "$32/mo", "12 pt": two letters beside a number are mostly a unit.
        return {i for i, word in enumerate(written) if len(word) > 2} - ordinary
    places: set[int] = set()
    for year in years:
        first = last = year
        while first > max(0, year - _LONGEST_DATE) and _is_of_date(written[first - 1]):
            first -= 1
        while last < min(len(written), year + _LONGEST_DATE) - 1 and _is_of_date(written[last + 1]):
            last += 1
        if any(_DAY.fullmatch(written[i]) for i in range(first, last + 1)):
            places.update(range(first, last + 1))
    return places - ordinary


def _is_of_date(word: str) -> bool:
    """Whether a word may be part of a date: a number of one, two or four digits, a name, or a word such as "of"."""
    return (
        word in _BESIDE_NUMBERS
        or word in _ALWAYS
        or word in _JOINS
        or word == DATE
        or (word[0].isdigit() and (_DAY.fullmatch(word) or _YEAR.fullmatch(word)) is not None)
    )


def fold_parted(text: str) -> str:
    """A case-folded text with ``date`` for the names that are no words to `re`.

    >>> fold_parted("2024年3月12日星期二")
    '2024年3月12日date'
    """
    signs = _SIGNS.findall(text)
    if signs:
        for number in sorted({number for sign in set(signs) for number in _GROUPS_OF[sign]}):
            if _finder(number).search(text) is not None:
                for pattern in _patterns(number):
                    text = pattern.sub(DATE, text)
    return text


@cache
def _finder(number: int) -> re.Pattern[str]:
    """What finds any name of a group fast: it begins at a sign, and looks back from there."""
    group = _FOLDED["groups"][number]
    by_sign: dict[str, set[str]] = {}
    for name in (*group["always"], *group["beside_numbers"]):
        at = next(i for i, c in enumerate(name) if c in group["signs"])
        before = f"(?<={re.escape(name[: at + 1])})" if at else ""
        by_sign.setdefault(name[at], set()).add(before + re.escape(name[at + 1 :]))
    return re.compile(
        "|".join(f"{re.escape(sign)}(?:{'|'.join(sorted(rest))})" for sign, rest in by_sign.items())
    )


@cache
def _patterns(number: int) -> tuple[re.Pattern[str], ...]:
    """What folds of a group, and what folds beside numbers only. Compiled when the first text of its script comes."""
    group = _FOLDED["groups"][number]
    inside = rf"\w{_DATES['marks']}"
    before, behind = (rf"(?<![{inside}])", rf"(?![{inside}])") if group["spaced"] else ("", "")
    units = "".join(
        unit for listed in _DATES["units"].values() for unit in listed["unspaced"] if len(unit) == 1
    )
    near = [rf"[\d{units}]", DATE]
    found = []
    if group["always"]:
        found.append(re.compile(f"{before}{_any(group, 'always')}{behind}"))
    if group["beside_numbers"]:
        name = f"{before}{_any(group, 'beside_numbers')}{behind}"
        # A pattern that looks back has one length.
        behind_number = "|".join(f"(?<={sign}{gap})" for sign in near for gap in ("", "[ .,]", "[.,] "))
        found.append(re.compile(rf"(?:{behind_number}){name}|{name}(?=[^\w(]{{0,3}}(?:\d|{DATE}))"))
    return tuple(found)


def _any(group: Group, kind: str) -> str:
    names = group["always"] if kind == "always" else group["beside_numbers"]
    return "(?:" + "|".join(map(re.escape, sorted(names, key=lambda n: (-len(n), n)))) + ")"


# A word of letters, with the marks of scripts whose vowels are marks, and with dots in it (Thai "ม.ค.").
_LETTER = rf"(?:[^\W\d_]|[{_DATES['marks']}])"
MONTH: Final = rf"[^\W\d_](?:[^\W\d_]|[{_DATES['marks']}]){{0,15}}(?:\.{_LETTER}{{1,3}}){{0,2}}[{re.escape(_DATES['endings'])}]?"
"""A pattern: what may be a month's name. `month_number` says whether it is one."""
ORDINALS: Final = "|".join(_DATES["ordinals"])
"""A pattern: what may stand right behind the number of a day."""
HAN_MONTH: Final = "|".join(_DATES["han_months"])
"""A pattern: a Chinese month in characters."""
MONTH_JOINS: Final = "|".join(
    join if join.endswith(("'", "’")) else rf"{join}\s" for join in _DATES["month_joins"]
)
"""A pattern: what stands between the day and the month, with the space behind it."""
YEAR_JOINS: Final = "|".join(_DATES["year_joins"])
"""A pattern: what stands between the month and the year."""


def unit_names(unit: str, *, spaced: bool) -> str:
    """A pattern: what a ``year``, ``month`` or ``day`` bears beside its number, with or without spaces."""
    return "|".join(re.escape(name) for name in _DATES["units"][unit]["spaced" if spaced else "unspaced"])


def month_number(word: str, language: str | None = None) -> int:
    """Which month a word is, from 1; 0 where it is none.

    Where languages differ (Polish and Croatian "listopada"), `language`, a BCP 47 tag, decides; without
    it, the language that more people speak.

    >>> month_number("března"), month_number("listopada"), month_number("listopada", "hr")
    (3, 11, 10)
    """
    key = bare(word)
    if language is not None and key in _DATES["ambiguous"]:
        said = _DATES["ambiguous"][key]
        return said.get(language) or said.get(language.partition("-")[0]) or _DATES["months"][key]
    return _DATES["months"].get(key, 0)
