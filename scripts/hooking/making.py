"""A corpus of any size from the page sets: the chrome of real sites around sentences nobody wrote.

Of a page the chrome stays as it is, line by line or element by element. Its own text is replaced by
sentences that are half one and half another of its language, so that no two documents share prose.
The same seed gives the same documents.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarking.pages import Page, by_site, find_pages, language_of

_SENTENCE = re.compile(r"[^.!?…。！？]+[.!?…。！？]+")
_SHORTEST, _LONGEST = 40, 300
"""Characters of a sentence."""
_PROSE = 60
"""Characters from which a line of a page is its text, where it is in the gold text."""
_FEWEST = 3
"""Pages of a site that lends its chrome."""


@dataclass(frozen=True, slots=True)
class Made:
    """A document: its path in the raw tree, and its bytes."""

    site: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Material:
    """What documents are made of."""

    sites: tuple[tuple[Page, ...], ...]
    languages: Mapping[str, str]
    """By site."""
    sentences: Mapping[str, Sequence[str]]
    """By language."""


def material(pagesets: Path) -> Material:
    """Read the page sets. Raises NoPageSetsError."""
    found = [pages for pages in by_site(find_pages(pagesets)).values() if len(pages) >= _FEWEST]
    languages: dict[str, str] = {}
    sentences: dict[str, set[str]] = defaultdict(set)
    for pages in found:
        language = languages[pages[0].site] = language_of(pages[0])
        for page in pages:
            for sentence in _SENTENCE.findall(page.gold()):
                if _SHORTEST <= len(sentence.strip()) <= _LONGEST:
                    sentences[language].add(" ".join(sentence.split()))
    kept = [tuple(pages) for pages in found if len(sentences[languages[pages[0].site]]) > 1]
    return Material(tuple(kept), languages, {name: sorted(found) for name, found in sentences.items()})


def documents(given: Material, count: int, html: float, seed: str = "hook") -> Iterator[Made]:
    """So many documents, the given share of them HTML; each site has as many as the others."""
    for number in range(count):
        pages = given.sites[number % len(given.sites)]
        chance = random.Random(f"{seed} {number}")
        is_html = chance.random() < html
        page = chance.choice(pages)
        made = _page(page, given, chance) if is_html else _text(page, given, chance)
        suffix = "html" if is_html else "txt"
        yield Made(page.site, f"{page.set}-{page.site}/{seed}-{number:06}.{suffix}", made)


def write(folder: Path, made: Made) -> Path:
    """Put a document into a raw tree."""
    path = folder / made.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.data)
    return path


def _text(page: Page, given: Material, chance: random.Random) -> bytes:
    gold = _lines(page)
    lines = [
        _prose(line, page, given, chance) if line.strip() in gold else line
        for line in page.text("text-full").splitlines()
    ]
    return ("\n".join(lines) + "\n").encode()


def _page(page: Page, given: Material, chance: random.Random) -> bytes:
    from lxml import html

    gold = "\n".join(_lines(page))
    root = html.document_fromstring(page.path("html").read_bytes(), html.HTMLParser(encoding="utf-8"))
    for element in root.iter("p", "h1"):
        text = " ".join(element.text_content().split())
        if len(text) >= _PROSE and text[:_PROSE] in gold:
            for child in list(element):
                element.remove(child)
            element.text = _prose(text, page, given, chance)
    data: bytes = html.tostring(root, encoding="utf-8")
    return data


def _lines(page: Page) -> set[str]:
    lines = (" ".join(line.split()) for line in page.gold().splitlines())
    return {line for line in lines if len(line) >= _PROSE}


def _prose(instead: str, page: Page, given: Material, chance: random.Random) -> str:
    """Sentences, about as long as what they stand for."""
    pool = given.sentences[given.languages[page.site]]
    found: list[str] = []
    while sum(map(len, found)) < len(instead):
        one, other = chance.choice(pool), chance.choice(pool)
        found.append(_crossed(one, other))
    return " ".join(found)


def _crossed(one: str, other: str) -> str:
    """The beginning of one sentence with the end of another."""
    if " " not in one or " " not in other:
        return one[: len(one) // 2] + other[len(other) // 2 :]
    begin, end = one.split(), other.split()
    return " ".join([*begin[: len(begin) // 2], *end[len(end) // 2 :]])
