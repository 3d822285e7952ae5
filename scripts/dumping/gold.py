"""The page sets' gold text as material: paragraphs and headlines by language."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarking.pages import find_pages

LANGUAGES = ("en", "el", "pl", "ru", "zh")
MAX_PARAGRAPH = 3000
"""Characters: a gold text that stands in one line is no paragraph."""
_HEADLINE = range(12, 121)
_SHORT, _LONG = 40, 160
"""Characters: a shorter line is no paragraph; a longer one is, whatever it ends in."""
_ENDS = tuple(".!?…。!?;;\"”»’')")
_PROSE = 80
"""Characters of a line, on average, from which a text of wcxb counts as prose."""
_SCRIPTS = (
    ("zh", re.compile("[\u3400-\u9fff]"), 1),
    ("el", re.compile("[\u0370-\u03ff]"), 50),
    ("ru", re.compile("[\u0400-\u04ff]"), 50),
    ("pl", re.compile("[ąęłńśźż]"), 10),
)


class TooLittleGoldError(ValueError):
    """A language has no text to make documents of."""

    def __init__(self, language: str, root: Path) -> None:
        super().__init__(
            f"the gold text in {root} has no headline or no paragraph in language {language}: "
            "name the folder of all page sets with --pagesets"
        )
        self.language = language
        self.root = root


@dataclass(frozen=True, slots=True)
class Material:
    """What the gold texts of one language offer, in the order that the seed gives."""

    headlines: tuple[str, ...]
    paragraphs: tuple[str, ...]


def read_material(root: Path, seed: int) -> dict[str, Material]:
    """Material of every language. Raises NoPageSetsError and TooLittleGoldError."""
    texts: dict[str, list[list[str]]] = {language: [] for language in LANGUAGES}
    for page in find_pages(root):
        lines = [line for line in map(str.strip, page.gold().splitlines()) if line]
        if page.set != "wcxb" or _is_prose(lines):
            texts[language_of("\n".join(lines))].append(lines)
    for language, found in texts.items():
        random.Random(f"{seed}/material/{language}").shuffle(found)
    material = {language: _material(found) for language, found in texts.items()}
    for language, one in material.items():
        if not one.headlines or not one.paragraphs:
            raise TooLittleGoldError(language, root)
    return material


def language_of(text: str) -> str:
    """Which of the page sets' five languages: told by the script, and Polish by its letters."""
    for language, letters, least in _SCRIPTS:
        if len(letters.findall(text)) >= least:
            return language
    return "en"


def _is_prose(lines: Sequence[str]) -> bool:
    """Listings, products and tables are short lines, not bodies."""
    return sum(map(len, lines)) >= _PROSE * len(lines)


def _material(texts: Iterable[list[str]]) -> Material:
    headlines: dict[str, None] = {}
    paragraphs: list[str] = []
    seen: set[str] = set()
    for lines in texts:
        if lines and len(lines[0]) in _HEADLINE:
            headlines[lines[0]] = None
        for line, following in pairwise([*lines, ""]):
            whole = _is_paragraph(line)
            if line in headlines or line in seen or not (whole or _heads(line, following)):
                continue
            if whole:
                seen.add(line)
            paragraphs.append(line)
    return Material(tuple(headlines), tuple(paragraphs))


def _is_paragraph(line: str) -> bool:
    """Whether a line is prose. Rows of tables and lists, cut from their article, make no body."""
    return _SHORT <= len(line) <= MAX_PARAGRAPH and (line.endswith(_ENDS) or len(line) >= _LONG)


def _heads(line: str, following: str) -> bool:
    """Whether a line is a heading: "NAME says:" or a price is none."""
    heading = len(line) <= _HEADLINE[-1] and not line.endswith(":") and not any(map(str.isdigit, line))
    return heading and _is_paragraph(following)
