"""Whole texts that end without a full stop: headings, list items, captions and bylines of the HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from benchmarking.pages import Page

from repairing.cases import BYLINE, CAPTION, HEADING, LIST_ITEM, Item
from repairing.prose import is_spaceless, tokens, word_set
from scrubber.config import Normalise
from scrubber.normalising import encoding_layers

FEWEST_WORDS = 3
FEWEST_CHARACTERS = 6
"""In a script without spaces."""
LONGEST = 300
"""Characters: a longer list item is an article in a list."""
LONGEST_BYLINE = 120
_TAGS = {f"h{level}": HEADING for level in range(1, 7)} | {"li": LIST_ITEM, "figcaption": CAPTION}
_BLOCKS = word_set(
    "address article aside blockquote dd div dl dt fieldset figure figcaption footer form h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody td tfoot th thead tr ul video"
)
_SILENT = word_set("script style noscript template svg select button textarea iframe")
_AUTHOR = re.compile(r"(?:^|[\s_-])(?:author|byline|by-line)s?(?:$|[\s_-])", re.IGNORECASE)
_CUT = re.compile(r"(?:\.{2,}|…)[\s\S]{0,40}\Z")
"""An ellipsis at the end, or with a link behind it: the site has cut it already."""


def items_of(page: Page, language: str) -> list[Item]:
    """The items of a page of a page set, in the order of the page, each text once."""
    return items(page.text("html"), page.name, language)


def items(markup: str, source: str, language: str) -> list[Item]:
    """The items of a page's markup: one line each, three words and more, not cut off themselves."""
    from lxml import html

    data = markup.encode("utf-8", "surrogatepass")
    if not data.strip():
        return []
    root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    found: dict[str, str] = {}
    for kind, element in _elements(root):
        text = _text(element)
        if _is_wanted(kind, text):
            found.setdefault(text, kind)
    return [Item(kind, language, source, text) for text, kind in found.items()]


def _elements(root: Any) -> Iterator[tuple[str, Any]]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = _TAGS.get(element.tag) or (BYLINE if _is_byline(element) else None)
        if kind and not any(inner.tag in _BLOCKS for inner in element.iterdescendants()):
            yield kind, element


def _is_byline(element: Any) -> bool:
    named = (element.get(name, "") for name in ("class", "rel", "itemprop"))
    return element.tag not in _SILENT and any(_AUTHOR.search(value) for value in named)


def _text(element: Any) -> str:
    """The text as it is shown, on one line, after the encoding layer."""
    said = "".join(_said(element))
    _, text = encoding_layers(" ".join(said.split()), Normalise())
    return " ".join(text.split())


def _said(element: Any) -> Iterator[str]:
    if element.tag in _SILENT or not isinstance(element.tag, str):
        return
    yield " " if element.tag == "br" else element.text or ""
    for inner in element:
        yield from _said(inner)
        yield inner.tail or ""


def _is_wanted(kind: str, text: str) -> bool:
    if len(text) > (LONGEST_BYLINE if kind == BYLINE else LONGEST) or _CUT.search(text):
        return False
    spaceless = is_spaceless(text)
    return len(tokens(text)) >= (FEWEST_CHARACTERS if spaceless else FEWEST_WORDS)
