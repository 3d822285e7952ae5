"""Markdown tables, and the places in documents that they are put into.

A place is what stands between ``<!-- table: NAME -->`` and the next ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_PLACE = re.compile(r"(<!-- table: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)
_OPEN = re.compile(r"<!-- table: (?P<name>[\w-]+) -->")


class MarkerError(ValueError):
    """A marker in a document opens a place that nothing closes."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`<!-- table: {name} -->` has no `<!-- end -->` of its own behind it: add one")
        self.name = name


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table with a final line end; None gives an empty cell."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(_cell(value) for value in row) + " |\n" for row in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


def fill(document: str, tables: Mapping[str, str]) -> str:
    """The document with the named tables between its markers; other places stay. Raises MarkerError."""

    def put(match: re.Match[str]) -> str:
        inner = _OPEN.search(match["body"])
        if inner:
            raise MarkerError(match["name"])
        body = tables.get(match["name"])
        return match[0] if body is None else f"{match[1]}\n{body.strip()}\n\n{match[4]}"

    filled = _PLACE.sub(put, document)
    left = set(_OPEN.findall(_PLACE.sub("", filled)))
    if left:
        raise MarkerError(min(left))
    return filled


def put_into(document: Path, tables: Mapping[str, str]) -> None:
    """Fill the places of a document on disk, if it is there. Raises MarkerError."""
    if document.is_file():
        before = document.read_text("utf-8")
        after = fill(before, tables)
        if after != before:
            document.write_text(after, "utf-8")


def f1_and_lost(f1: float, lost: float) -> str:
    """``0.920 (2.1%)``."""
    return f"{f1:.3f} ({lost:.1%})"
