"""What a page is made of: stretches of lines of one sort, each content or chrome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """What a line is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "list item"
    STEP = "numbered step"
    ROW = "table row"
    LABEL = "label and value"
    CODE = "code"
    CAPTION = "caption"
    REFERENCE = "reference"
    VERSE = "verse line"
    TURN = "spoken turn"
    QUOTE = "quotation"
    ENTRY = "listed headline"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True)
class Unit:
    """One line as a reader sees it."""

    text: str
    link: str = ""
    """The address that it leads to, if any."""
    cells: tuple[str, ...] = ()
    """Of a table's row, and of a label with its value: what stands beside one another."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one sort that stand together."""

    sort: Sort
    units: tuple[Unit, ...]
    chrome: str = ""
    """The kind of chrome; empty for content."""
    level: int = 2
    """Of a heading."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of one page."""

    title: str
    stretches: tuple[Stretch, ...]
    """The title's heading stands first."""
    role: str = "page"
    """``page``, ``version``, ``reprint`` or ``chunk`` of another."""


def heading(text: str, level: int = 2) -> Stretch:
    """A heading of the content."""
    return Stretch(Sort.HEADING, (Unit(text),), level=level)


def lines(sort: Sort, texts: Sequence[str]) -> Stretch:
    """Lines of content."""
    return Stretch(sort, tuple(Unit(text) for text in texts))


def paragraphs(texts: Sequence[str]) -> list[Stretch]:
    """Each text as a paragraph of its own."""
    return [lines(Sort.PARAGRAPH, [text]) for text in texts]


def rows(sort: Sort, cells: Sequence[Sequence[str]]) -> Stretch:
    """Rows of a table, or labels with their values."""
    between = ": " if sort is Sort.LABEL else " "
    return Stretch(sort, tuple(Unit(between.join(row), cells=tuple(row)) for row in cells))


def planted(name: str, sort: Sort, texts: Sequence[str], link: str = "") -> Stretch:
    """Lines of chrome; with a link each leads to a place of its own below it."""
    return Stretch(sort, tuple(Unit(text, f"{link}{slug(text)}" if link else "") for text in texts), name)


def slug(text: str) -> str:
    """A text as the last part of an address."""
    words = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
    return "-".join(words[:8])
