"""What trafilatura and htmldate guess where a page says nothing of itself.

Both are slow, both recurse, and neither promises which errors it raises: this room keeps them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache

from lxml import etree, html
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

_NAMING = frozenset(("class", "id", "rel", "itemprop", "data-testid", "data-component"))
_AUTHORS_NAME = re.compile(
    "uthor|[Bb]yl|BBL|username|writer|screenname|zuozhe|bian|channel-name|(?:submitt|post)ed-by|journalist"
)
"""What stands in one of those attributes of every element that trafilatura 2.3 takes for an author's."""

# The library's default for the latest date is now: the result would depend on the clock.
_EARLIEST, _LATEST = "1995-01-01", "2099-12-31"


def fill_silences(root: HtmlElement, url: str | None, known: Metadata) -> Metadata:
    """`known` with a title, author and date from the libraries where it has none.

    The tree is not changed. Pages nested more than 500 deep are left alone.
    """
    if (known.title and known.author and known.date) or _is_deeper(root):
        return known
    return replace(
        known,
        title=known.title or _found(clean_title(_ask_for_title(root)), "trafilatura"),
        author=known.author or _found(_plausible_author(_ask_for_author(root)), "trafilatura"),
        date=known.date or _found(parse_stamp(_ask_for_date(root, url)), "htmldate"),
    )


def _found(value: str | None, where: str) -> Found | None:
    return Found(value, where) if value else None


@cache
def _deeper() -> etree.XPath:
    """Finds what lies deeper than any page should, level by level: a sixth of the time of a walk."""
    return etree.XPath("boolean(/" + "/".join("*" * (_DEEPEST + 1)) + ")")


def _is_deeper(root: HtmlElement) -> bool:
    return bool(_deeper()(root))


def _ask_for_title(root: HtmlElement) -> str:
    from trafilatura.metadata import extract_title

    try:
        return extract_title(root) or ""
    except _LIBRARY_ERRORS:
        return ""


def _ask_for_author(root: HtmlElement) -> str:
    from trafilatura.metadata import extract_author

    named = _named_for_authors(root)
    if named is None:
        return ""
    try:
        return extract_author(named) or ""
    except _LIBRARY_ERRORS:
        return ""


def _named_for_authors(root: HtmlElement) -> HtmlElement | None:
    """The page without all that bears no name an author's element may have; None: nothing does.

    The library tests each element of a page with dozens of slow expressions. What it finds is
    the same in a tree that holds the elements it may find, whole, and the bare way to them.
    """
    bare: dict[HtmlElement, HtmlElement] = {}
    taken: set[HtmlElement] = set()
    for element in _author_elements(root):
        way = [element, *element.iterancestors()]
        if not taken.isdisjoint(way):
            continue
        taken.add(element)
        holder: HtmlElement | None = None
        for above in reversed(way[1:]):
            if above not in bare:
                bare[above] = _bare(above, holder)
            holder = bare[above]
        if holder is None:
            return root
        holder.append(deepcopy(element))
    return bare.get(root)


def _author_elements(root: HtmlElement) -> Iterator[HtmlElement]:
    known: dict[str, bool] = {}
    for element in root.iter("*"):
        for name, value in element.items():
            if name in _NAMING:
                if value not in known:
                    known[value] = _AUTHORS_NAME.search(value) is not None
                if known[value]:
                    yield element
                    break
        else:
            if element.tag == "author":
                yield element


def _bare(element: HtmlElement, holder: HtmlElement | None) -> HtmlElement:
    """An element without its text, in `holder` if there is one."""
    tag = element.tag if element.tag.isalnum() else "other"
    copied = html.Element(tag) if holder is None else etree.SubElement(holder, tag)
    for name in _NAMING:
        if (value := element.get(name)) is not None:
            copied.set(name, value)
    return copied


def _plausible_author(value: str) -> str | None:
    """Names as the library found them by class and place, less what cannot be one."""
    names = [name for name in value.split("; ") if is_name(name) and name[:1].isupper()]
    return clean_author("; ".join(names))


def _ask_for_date(root: HtmlElement, url: str | None) -> str:
    """The verdict of the quick mode: the other finds few more dates, and more wrong ones."""
    from htmldate import find_date

    try:
        found = find_date(
            root,
            extensive_search=False,
            original_date=True,
            url=url,
            min_date=_EARLIEST,
            max_date=_LATEST,
        )
    except _LIBRARY_ERRORS:
        return ""
    return found or ""
