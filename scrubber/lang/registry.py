"""What is known about all languages together, as it is read at run time: one small table.

The table, ``languages.json``, is made of the files in ``data/`` by `building`, and committed: reading
fifty TOML files takes longer than cleaning a short document.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final, TypedDict

FILE: Final = "languages.json"


class Group(TypedDict):
    """Names of one script that `re` does not find as words: see `calendars`."""

    signs: str
    spaced: bool
    always: list[str]
    beside_numbers: list[str]


class Folded(TypedDict):
    """Names of months and weekdays as they are folded."""

    always: list[str]
    beside_numbers: list[str]
    ordinary: list[str]
    joins: list[str]
    groups: list[Group]


class Dates(TypedDict):
    """What dates are read with."""

    months: dict[str, int]
    ambiguous: dict[str, dict[str, int]]
    marks: str
    endings: str
    han_months: list[str]
    ordinals: list[str]
    month_joins: list[str]
    year_joins: list[str]
    units: dict[str, dict[str, list[str]]]


class ScriptShare(TypedDict):
    """A language that is known by its script, and the share of letters that it takes."""

    language: str
    script: str
    share: float


class Table(TypedDict):
    """The whole table; `building` says what is in it."""

    words: dict[str, str]
    phrases: dict[str, dict[str, list[str]]]
    scripts: list[ScriptShare]
    names: dict[str, str]
    capital_nouns: list[str]
    folded: Folded
    dates: Dates


@cache
def table() -> Table:
    """The table of all languages."""
    found: Table = json.loads((files("scrubber.lang") / FILE).read_text("utf-8"))
    return found


def words(concept: str) -> frozenset[str]:
    """The words that all languages list for a concept (a field of `sources.Words`).

    >>> "nicht" in words("negations")
    True
    """
    return frozenset(table()["words"][concept].split())


def alternatives(concept: str, *, spaced: bool | None = None) -> str:
    """The phrases that all languages list for a concept (a field of `sources.Phrases`), as one alternation of `re`.

    With `spaced`, only those of languages with spaces between words, or only those of the others.

    >>> alternatives("ago", spaced=True)
    'ago|temu|назад'
    """
    listed = table()["phrases"][concept]
    kinds = ["spaced", "unspaced"] if spaced is None else ["spaced" if spaced else "unspaced"]
    return "|".join(phrase for kind in kinds for phrase in listed[kind])
