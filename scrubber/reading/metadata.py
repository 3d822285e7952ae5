"""What an HTML page says of itself: JSON-LD, OpenGraph, meta tags, then the page's own elements.

Every source offers candidates; the first whose value stands up to inspection is taken and its
place recorded. trafilatura and htmldate, a dozen times slower, are asked only where all are silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from scrubber.dates import parse_stamp
from scrubber.documents import Found, Metadata
from scrubber.lang.punctuation import FULL_WIDTH_BAR, GUILLEMETS, TITLE_SEPARATORS, any_of
from scrubber.lang.scripts import HAN
from scrubber.reading.guesses import fill_silences
from scrubber.reading.jsonld import Statement, read_statements
from scrubber.values import clean_author, clean_language, clean_site, clean_title, clean_value

Candidates = Iterator[tuple[str, str]]
"""Pairs of value and where it was read, best first."""

_TITLE_TAGS = (
    "og:title", "twitter:title", "parsely-title", "citation_title", "dc.title", "dcterms.title", "sailthru.title",
)  # fmt: skip
_AUTHOR_TAGS = (
    "article:author", "author", "citation_author", "parsely-author", "dc.creator", "dcterms.creator",
    "dc.creator.author", "byl", "sailthru.author", "article:author_name", "og:article:author",
)  # fmt: skip
_DATE_TAGS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "citation_publication_date", "citation_date", "citation_online_date", "parsely-pub-date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "sailthru.date", "pubdate", "publishdate", "publish-date", "publication_date", "date",
)  # fmt: skip
_LANGUAGE_TAGS = ("og:locale", "content-language", "dc.language", "dcterms.language", "language")
_SITE_TAGS = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher")

# Strokes between a headline and the site's name. Those of the second kind stand in no headline.
_SEPARATOR = re.compile(rf"\s+(?:{any_of(TITLE_SEPARATORS)}|--)\s+")
_STROKE = re.compile(
    rf"\s*[|{FULL_WIDTH_BAR}]\s*|\s+(?:[{GUILLEMETS}]|::)\s+|(?<=[{HAN}])_(?=\S)|(?<=\S)_(?=[{HAN}])"
)

_DATED_PATH = re.compile(r"/((?:19|20)\d{2})[/-](\d{2})[/-](\d{2})(?=[/-]|$)")


@dataclass(frozen=True, slots=True)
class _Page:
    """One pass over the tree: all that the sources need."""

    root: HtmlElement
    url: str | None
    tags: dict[str, list[str]]
    """Contents of meta tags by lower-cased name or property."""
    statement: Statement
    title: str
    headings: tuple[str, ...]
    """Texts of the h1 elements."""


def read_metadata(root: HtmlElement, *, url: str | None = None, deep: bool = True) -> Metadata:
    """Title, author, date, language and site name of a parsed page, each with its source.

    The tree is not changed. `url` is where the page was fetched, if known; ``deep=False`` leaves
    out trafilatura and htmldate (5 to 15 ms a page). Values are NFC, single-spaced, without
    control characters, at most 500 characters. Odd input gives fewer values, never an error.
    """
    page = _survey(root, url)
    site = _first(_site_names(page), clean_site)
    known = Metadata(
        title=_first(_titles(page), lambda v: clean_title(_bare_title(v, page, site))),
        author=_first(_authors(page), clean_author),
        date=_first(_dates(page), parse_stamp),
        language=_language(page),
        site_name=site,
    )
    if known.site_name and known.title and known.site_name.value == known.title.value:
        known = replace(known, site_name=None)
    return fill_silences(root, page.url, known) if deep else known


def _first(candidates: Candidates, accept: Callable[[str], str | None]) -> Found | None:
    for value, where in candidates:
        accepted = accept(value)
        if accepted:
            return Found(accepted, where)
    return None


def _survey(root: HtmlElement, url: str | None) -> _Page:
    tags: dict[str, list[str]] = {}
    scripts: list[str] = []
    headings: list[str] = []
    title = ""
    for element in root.iter("meta", "title", "script", "link", "h1"):
        match element.tag:
            case "meta":
                _note_tag(element, tags)
            case "script":
                if "ld+json" in element.get("type", "").lower():
                    scripts.append(_text(element))
            case "link":
                if element.get("rel", "").lower() == "canonical" and element.get("href"):
                    tags.setdefault("canonical", []).append(element.get("href", ""))
            case "title":
                # An inline SVG has titles too: the page's own comes first.
                title = title or clean_value(_text(element)) or ""
            case _:
                headings.append(clean_value(_text(element)) or "")
    addresses = (url, *tags.get("canonical", ()), *tags.get("og:url", ()))
    address = next((a for a in addresses if a), None)
    hints = (address or "", *tags.get("og:title", ()), *headings, title)
    return _Page(root, address, tags, read_statements(scripts, hints), title, tuple(filter(None, headings)))


def _note_tag(element: HtmlElement, tags: dict[str, list[str]]) -> None:
    content = element.get("content", "")
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        for name in element.get(attribute, "").lower().split():
            if content.strip():
                tags.setdefault(name, []).append(content)


def _text(element: HtmlElement) -> str:
    """All text below an element, without recursion: pages nest as deep as they like."""
    return "".join(element.itertext())


def _tagged(page: _Page, names: tuple[str, ...]) -> Candidates:
    for name in names:
        where = "opengraph" if name.startswith(("og:", "article:")) else f"meta {name}"
        for value in page.tags.get(name, ()):
            yield value, where


def _titles(page: _Page) -> Candidates:
    yield page.statement.headline, "json-ld"
    yield from _tagged(page, _TITLE_TAGS)
    yield page.title, "title"


def _authors(page: _Page) -> Candidates:
    yield page.statement.author, "json-ld"
    for name in _AUTHOR_TAGS:
        for _, where in list(_tagged(page, (name,)))[:1]:
            names = [n for n in map(clean_author, page.tags[name]) if n]
            yield "; ".join(dict.fromkeys(names)), where


def _dates(page: _Page) -> Candidates:
    yield page.statement.published, "json-ld"
    yield from _tagged(page, _DATE_TAGS)
    for element in _own_times(page.root):
        yield element.get("datetime") or element.get("content") or "", "time"
    match = _DATED_PATH.search(page.url or "")
    if match:
        yield "-".join(match.groups()), "url"


def _own_times(root: HtmlElement) -> Iterator[HtmlElement]:
    """The `time` elements that date the page itself, not the teasers it shows."""
    declared = [e for e in root.iter("time", "span", "abbr") if e.get("itemprop") == "datePublished"]
    declared += [e for e in root.iter("time") if e.get("pubdate") is not None and e not in declared]
    if len({e.get("datetime") or e.get("content") for e in declared}) == 1:
        yield declared[0]
    articles = [a for a in root.iter("article") if next(a.iterancestors("article"), None) is None]
    own = [a for a in articles if next(a.iter("h1"), None) is not None]
    for article in own if len(own) == 1 else articles if len(articles) == 1 else ():
        yield from (t for t in article.iter("time") if t.get("datetime"))


def _site_names(page: _Page) -> Candidates:
    yield from _tagged(page, _SITE_TAGS[:1])
    yield page.statement.publisher, "json-ld"
    yield from _tagged(page, _SITE_TAGS[1:])


def _language(page: _Page) -> Found | None:
    """The declared language; None where declarations name different languages.

    Templates declare en_US for sites of every tongue: a contradiction is for the text to decide.
    """
    html = page.root if page.root.tag == "html" else next(page.root.iter("html"), page.root)
    xml = html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang") or ""
    said = [(page.statement.language, "json-ld"), *_tagged(page, _LANGUAGE_TAGS)]
    said += [(html.get("lang") or xml, "html lang")]
    found = [Found(tag, where) for value, where in said if (tag := clean_language(value))]
    if len({f.value.split("-")[0] for f in found}) != 1:
        return None
    return found[0]


def _bare_title(title: str, page: _Page, site: Found | None) -> str:
    """The title without the site's name: only where the page itself says which part that is."""
    title = clean_value(title) or ""
    quoted = all(mark in title for mark in GUILLEMETS)
    cuts = [m for m in _STROKE.finditer(title) if not (quoted and m[0].strip() in GUILLEMETS)]
    sure = len(cuts)
    cuts = sorted([*cuts, *_SEPARATOR.finditer(title)], key=lambda m: m.start())
    if not cuts:
        return title
    names = {_letters(site.value)} if site else set()
    host = _letters(host_of(page.url))
    headings = {h.casefold() for h in page.headings if not _is_site(h, names, host)}
    for cut in reversed(cuts):
        for piece in (title[: cut.start()], title[cut.end() :]):
            if piece.casefold() in headings:
                return piece
    if sure:
        return _longest_part(title, names, host)
    head, tail = title[: cuts[-1].start()], title[cuts[-1].end() :]
    if head and _is_site(tail, names, host):
        return head
    tail = title[cuts[0].end() :]
    return tail if tail and _is_site(title[: cuts[0].start()], names, host) else title


def _longest_part(title: str, names: set[str], host: str) -> str:
    """The headline of ``Headline | Section | Site``, or all of it where that is not clear."""
    parts = [part for part in _STROKE.split(title) if part.strip()]
    named = [part for part in parts if not _is_site(part, names, host)]
    if not named or len(parts) == 1:
        return title
    if len(named) == 1 or len(named[0]) == max(map(len, named)):
        return _without_tail(named[0], names, host)
    return title


def _without_tail(title: str, names: set[str], host: str) -> str:
    cuts = list(_SEPARATOR.finditer(title))
    if cuts and _is_site(title[cuts[-1].end() :], names, host):
        return title[: cuts[-1].start()]
    return title


def _is_site(part: str, names: set[str], host: str) -> bool:
    letters = _letters(part)
    if letters.removeprefix("the") in {name.removeprefix("the") for name in names}:
        return True
    return len(letters) >= 3 and letters in host


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def host_of(url: str | None) -> str:
    """The host of an address; empty where there is none or it is broken."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
