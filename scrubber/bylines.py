"""Lines that name who wrote a text: ``By Ann Lee``, ``Von Jan Roth``, ``Ann Lee, chair, ...``. Pure.

Names are recognised by shape alone, so only lines that are nothing but a byline count.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scrubber.lang.punctuation import (
    APOSTROPHES,
    DASHES,
    FIELD_SEPARATORS,
    MIDDLE_DOT,
    WEAK_FIELD_SEPARATORS,
    any_of,
)
from scrubber.lang.registry import alternatives, words
from scrubber.lang.scripts import SMALL

_PART = rf"(?:[^\W\d_{SMALL}][\w{APOSTROPHES}.-]*)"
_PARTICLE = f"(?:{'|'.join(sorted(words('particles')))})"
_NAME = rf"(?:{_PART}(?:\s(?:{_PARTICLE}\s){{0,2}}{_PART}){{1,3}})"
_AGENCY = r"(?:The )?Associated Press|Agence France-Presse"
_AND = "|".join([*sorted(words("name_joins")), "&"])
_SEVERAL = rf"({_AGENCY}|{_NAME}(?:(?:,\s|\s(?:{_AND})\s|,\sand\s){_NAME}){{0,3}})"
_JOIN = re.compile(rf",\sand\s|,\s|\s(?:{_AND})\s")

_MARKER = rf"(?:{alternatives('bylines')}|(?i:{alternatives('byline_labels')}):)"
# After the name: a role, a paper or a date, set off by a comma, a stroke or a bracket.
_BYLINE = re.compile(
    rf"{_MARKER}\s{_SEVERAL}(?:\s*(?:{any_of(FIELD_SEPARATORS, WEAK_FIELD_SEPARATORS, '(', DASHES)}|\s-\s).{{0,80}}|\s+(?:{alternatives('byline_rest')})\s.{{0,60}})?"
)

_SIGNED = re.compile(rf"({_NAME})\s(?:{alternatives('signed_joins')}|{MIDDLE_DOT})\s")
_ROLES = f"(?:{alternatives('roles')})"
_CLOSING = re.compile(rf"({_NAME}),\s(?:(?:{alternatives('role_joins')})\s)?{_ROLES}\b[^.!?]{{0,160}}")

# Words that begin with a capital on pages and in no name.
_NO_NAME = words("no_name")


def read_byline(line: str) -> str | None:
    """The names of a line that is a byline, joined with ``; ``, or None."""
    return _read(line.strip()) if len(line) <= 150 else None


# Several rules ask of every line, and the pages of a site share many of them.
@lru_cache(maxsize=1 << 14)
def _read(line: str) -> str | None:
    match = _BYLINE.fullmatch(line)
    if match is None:
        return None
    if re.fullmatch(_AGENCY, match[1]):
        return match[1]
    names = [name.strip(" .") for name in _JOIN.split(match[1])]
    while len(names) > 1 and not is_name(names[-1]):
        names.pop()  # "By Ann Lee, Science Correspondent"
    return "; ".join(names) if all(map(is_name, names)) else None


def closing_author(line: str) -> str | None:
    """The name in ``NAME, chair, WHERE``, the way a comment is signed at its end, or None."""
    match = _CLOSING.fullmatch(line.strip()) if len(line) <= 200 else None
    return match[1] if match and is_name(match[1]) else None


def is_signed(line: str) -> bool:
    """Whether a line begins as weblogs sign and date their entries: ``Ann Lee on ...``."""
    match = _SIGNED.match(line)
    return match is not None and is_name(match[1])


def is_name(name: str) -> bool:
    """Whether words could be a person's name: two to five, none of them a word pages are made of."""
    words = name.split()
    return 2 <= len(words) <= 6 and not any(w.casefold().strip(f".{APOSTROPHES}") in _NO_NAME for w in words)
