"""JSON-LD as pages embed it (schema.org), with the faults it comes with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

_MOST_NODES = 2000
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|CriticReview|DiscussionForumPosting)$")
_PAGE = re.compile(r"(?:WebPage|ItemPage|FAQPage|AboutPage|MedicalWebPage)$")
_WEBSITE = re.compile("WebSite$")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where the page's own node may stand. Lists of items are teasers: they are not entered."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the page's own nodes say; empty strings where they are silent."""

    headline: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    publisher: str = ""


def read_statements(scripts: Iterable[str], hints: Sequence[str] = ()) -> Statement:
    """What the JSON-LD of one page says of it. Broken JSON is mended where that is easy, else skipped.

    `hints` are the page's address and titles: of several articles the one that agrees is the page.
    """
    nodes = nodes_of(scripts)
    named = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and len(n) > 1}
    article = own_article(nodes, hints)
    pages = [n for n in nodes if is_of(n, _PAGE)]
    page = pages[0] if pages else {}
    website = next((n for n in nodes if is_of(n, _WEBSITE)), {})
    publisher = article.get("publisher") or page.get("publisher") or {}
    return Statement(
        headline=string_of(article.get("headline")) or string_of(article.get("name")),
        author=_names(article.get("author") or article.get("creator") or page.get("author"), named),
        published=string_of(article.get("datePublished")) or string_of(page.get("datePublished")),
        language=_language(article.get("inLanguage") or page.get("inLanguage")),
        publisher=string_of(website.get("name")) or _names(publisher, named),
    )


def nodes_of(scripts: Iterable[str]) -> list[Node]:
    """The nodes that may describe the page, in the order they stand in; teasers in lists are not among them."""
    return [node for script in scripts for value in _parse(script) for node in _walk(value)]


def own_article(nodes: Iterable[Node], hints: Sequence[str]) -> Node:
    """The article that the page is, by `hints` where there are several; an empty node where that is not clear."""
    return _own([node for node in nodes if is_of(node, _ARTICLE)], hints)


def _parse(script: str) -> Iterator[Any]:
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", script
    ).strip()
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            mended = re.sub(r",(\s*[\]}])", r"\1", text)
            if mended == text:
                return
            text = mended
            continue
        except RecursionError:
            return
        yield value
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n;,"))


def _walk(value: Any) -> Iterator[Node]:
    """Nodes that may describe the page, in the order they stand in."""
    waiting = [value]
    seen = 0
    while waiting and seen < _MOST_NODES:
        item = waiting.pop()
        seen += 1
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            yield item
            waiting.extend(item[key] for key in _INSIDE if isinstance(item.get(key), (dict, list)))


def is_of(node: Node, kind: re.Pattern[str]) -> bool:
    """Whether one of a node's types is of a kind."""
    types = node.get("@type")
    return any(isinstance(t, str) and kind.search(t) for t in (types if isinstance(types, list) else [types]))


def _own(articles: list[Node], hints: Sequence[str]) -> Node:
    """The article that the page is, or nothing where several could be meant."""
    headlines = {string_of(a.get("headline")) for a in articles}
    if len(headlines) <= 1:
        return articles[0] if articles else {}
    folded = [h.casefold() for h in hints if h]
    for article in articles:
        headline = string_of(article.get("headline")).casefold()
        address = string_of(article.get("url")).casefold()
        if any((headline and headline in h) or (address and address == h) for h in folded):
            return article
    return {}


def string_of(value: Any) -> str:
    """The first string of a value; empty where there is none."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def _language(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    return string_of(value)


def _names(value: Any, named: dict[str, Node]) -> str:
    """Names of persons or organisations: string, object, reference, or a list of them."""
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        node = item
        if isinstance(node, dict) and "name" not in node and isinstance(node.get("@id"), str):
            node = named.get(node["@id"], node)
        name = string_of(node.get("name")) if isinstance(node, dict) else node
        if isinstance(name, str) and name.strip():
            names.append(name.strip())
    return "; ".join(dict.fromkeys(names))
