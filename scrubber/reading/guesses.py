"""What trafilatura and htmldate guess where a page says nothing of itself.

Both are slow, both recurse, and neither promises which errors it raises: this room keeps them in.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from lxml import etree
from lxml.html import HtmlElement

from scrubber.bylines import is_name
from scrubber.dates import parse_stamp
from scrubber.documents import Found, Metadata
from scrubber.values import clean_author, clean_title

# What a library that reads the web's worst pages may raise. It must never cost us the page.
_LIBRARY_ERRORS = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, etree.LxmlError,
)  # fmt: skip
_DEEPEST = 500
"""Elements inside each other beyond which the libraries, which recurse, are not asked."""

# The library's default for the latest date is now: the result would depend on the clock.
_EARLIEST, _LATEST = "1995-01-01", "2099-12-31"


def fill_silences(root: HtmlElement, url: str | None, known: Metadata) -> Metadata:
    """`known` with a title, author and date from the libraries where it has none.

    The tree is copied, not changed. Pages nested more than 500 deep are left alone.
    """
    if (known.title and known.author and known.date) or _is_deeper(root, _DEEPEST):
        return known
    if known.title is None or known.author is None:
        title, author = _ask_trafilatura(root)
        known = replace(
            known,
            title=known.title or _found(clean_title(title), "trafilatura"),
            author=known.author or _found(_plausible_author(author), "trafilatura"),
        )
    if known.date is None:
        known = replace(known, date=_found(parse_stamp(_ask_htmldate(root, url)), "htmldate"))
    return known


def _found(value: str | None, where: str) -> Found | None:
    return Found(value, where) if value else None


def _is_deeper(root: HtmlElement, limit: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def _ask_trafilatura(root: HtmlElement) -> tuple[str, str]:
    from trafilatura.metadata import extract_author, extract_title

    try:
        tree = deepcopy(root)
        return extract_title(tree) or "", extract_author(tree) or ""
    except _LIBRARY_ERRORS:
        return "", ""


def _plausible_author(value: str) -> str | None:
    """Names as the library found them by class and place, less what cannot be one."""
    names = [name for name in value.split("; ") if is_name(name) and name[:1].isupper()]
    return clean_author("; ".join(names))


def _ask_htmldate(root: HtmlElement, url: str | None) -> str:
    """The verdict of the quick mode: the other finds few more dates, and more wrong ones."""
    from htmldate import find_date

    try:
        found = find_date(
            deepcopy(root),
            extensive_search=False,
            original_date=True,
            url=url,
            min_date=_EARLIEST,
            max_date=_LATEST,
        )
    except _LIBRARY_ERRORS:
        return ""
    return found or ""
